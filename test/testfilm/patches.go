package testfilm

import (
	"fmt"
	"strings"
)

// Code is a colour as a film of ten bits stores it: limited range, BT.2020.
type Code struct{ Y, Cb, Cr int }

// PatchWidth is how wide each patch of a film of patches is.
const PatchWidth = 40

// Patches is half a second of colours side by side, stored without loss, of a transfer that
// ffmpeg names. The brightest light in it is said to be 1000 cd/m².
func Patches(transfer string, colours []Code) Film {
	channel := func(of func(Code) int, width int) string {
		var b strings.Builder
		for i, c := range colours {
			fmt.Fprintf(&b, "+%d*eq(floor(X/%d),%d)", of(c), width, i)
		}
		return b.String()[1:]
	}
	return Film{Name: "patches-" + transfer + ".mp4", Args: []string{
		"-f", "lavfi", "-i", fmt.Sprintf("color=s=%dx64:r=24:d=0.5,format=yuv420p10le,geq=lum='%s':cb='%s':cr='%s'", PatchWidth*len(colours),
			channel(func(c Code) int { return c.Y }, PatchWidth), channel(func(c Code) int { return c.Cb }, PatchWidth/2), channel(func(c Code) int { return c.Cr }, PatchWidth/2)),
		"-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc", "-color_range", "tv",
		"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:lossless=1:hdr10=1:max-cll=1000,400", "-tag:v", "hvc1"}}
}

// Pictures that look the same when they are shown as their files say: Upright is drawn that
// way, the others lie on their side, on their head, or are squeezed.
var (
	Upright   = Film{Name: "s-upright.mp4", Args: still("testsrc2=s=320x180:d=0.5:r=10")}
	OnSide    = turned("s-on-side.mp4", "transpose=cclock", "270")
	OnHead    = turned("s-on-head.mp4", "hflip,vflip", "180")
	OtherSide = turned("s-other-side.mp4", "transpose=clock", "90")
	Squeezed  = Film{Name: "s-squeezed.mp4", Args: still("testsrc2=s=320x180:d=0.5:r=10,scale=240:180,setsar=4/3")}
)

func still(drawn string) []string {
	return []string{"-f", "lavfi", "-i", drawn, "-c:v", "libx264", "-preset", "veryfast", "-qp", "4", "-pix_fmt", "yuv420p"}
}

func turned(name, how, back string) Film {
	// What ffmpeg is told to note here is by how much the picture was turned, clockwise.
	lying := &Film{Name: "lying-" + name, Args: still("testsrc2=s=320x180:d=0.5:r=10," + how)}
	return Film{Name: name, From: lying, Args: []string{"-i", "FROM", "-c", "copy", "-metadata:s:v:0", "rotate=" + back}}
}

// Red of no colour space a television knows, as a screen is recorded.
var (
	RedHD = Film{Name: "s-red-hd.mkv", Args: red("1280x720")}
	RedSD = Film{Name: "s-red-sd.mkv", Args: red("640x480")}
)

func red(size string) []string {
	return []string{"-f", "lavfi", "-i", "color=red:s=" + size + ":d=0.4:r=10,format=bgr24", "-c:v", "libx264rgb", "-preset", "ultrafast", "-qp", "0"}
}

// Films that say in which colours they are.
var (
	SaysBT709 = Film{Name: "s-says-709.mp4", Args: saying("bt709")}
	SaysPAL   = Film{Name: "s-says-pal.mp4", Args: saying("bt470bg")}
)

func saying(matrix string) []string {
	return []string{"-f", "lavfi", "-i", "testsrc2=s=320x180:d=6:r=25", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p", "-colorspace", matrix}
}

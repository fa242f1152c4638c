package testfilm

import (
	"fmt"
	"slices"
	"strings"
)

// A clapped film lasts five seconds. No two frames are alike and the sound never repeats
// itself; from its clap on, picture and sound say at once that it is there, for 0.4 s: the
// one is white, the other loud.
const clapSeconds = 0.4

// Clap is when the clap of a clapped film begins: at the first frame of its fifth second,
// which at 23.976 and its like is a little later.
func Clap(rate string) float64 {
	if strings.HasSuffix(rate, "/1001") {
		return 4.004
	}
	return 4
}

// clapped draws a film at a rate, of 320x180; what follows says how it is filtered and
// stored.
func clapped(rate string, more ...string) []string { return clappedOf("320x180", rate, more...) }

func clappedOf(size, rate string, more ...string) []string {
	at := Clap(rate)
	during := fmt.Sprintf("between(t\\,%g\\,%g)", at-0.001, at+clapSeconds)
	heard := fmt.Sprintf("between(t\\,%g\\,%g)", at, at+clapSeconds)
	return slices.Concat([]string{
		"-f", "lavfi", "-i", fmt.Sprintf("testsrc2=s=%s:d=5:r=%s,drawbox=c=white:t=fill:enable='%s'", size, rate, during),
		"-f", "lavfi", "-i", fmt.Sprintf("aevalsrc=0.1*sin(2*PI*(200+40*t)*t)+%[1]s*0.7*sin(2*PI*1000*t)|0.1*sin(2*PI*(500-9*t)*t)+%[1]s*0.7*sin(2*PI*1000*t):s=48000:d=5", heard),
	}, more)
}

// How picture and sound are stored. Noise of AAC is decoded as other noise every time.
var (
	h264     = []string{"-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-bf", "3", "-g", "55"}
	hevc     = []string{"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=55:bframes=3:open-gop=1"}
	mpeg2    = []string{"-c:v", "mpeg2video", "-q:v", "4", "-bf", "2", "-g", "12"}
	av1      = []string{"-c:v", "libsvtav1", "-preset", "12", "-g", "60"}
	vp8      = []string{"-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "600k", "-g", "60"}
	vp9      = []string{"-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-row-mt", "1", "-b:v", "600k", "-g", "60"}
	aac      = []string{"-c:a", "aac", "-b:a", "128k", "-aac_pns", "0"}
	hdr10    = []string{"-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc", "-color_range", "tv"}
	hlg      = []string{"-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc", "-color_range", "tv"}
	topFirst = []string{"-vf", "tinterlace=interleave_top,fieldorder=tff", "-flags", "+ildct+ilme"}
	lowFirst = []string{"-vf", "tinterlace=interleave_bottom,fieldorder=bff", "-flags", "+ildct+ilme"}
)

func with(parts ...[]string) []string { return slices.Concat(parts...) }

// copyOf copies a film into another file, with options before and after its name.
func copyOf(from *Film, name string, before []string, after ...string) Film {
	return Film{Name: name, From: from, Args: with(before, []string{"-i", "FROM", "-map", "0", "-c", "copy"}, after)}
}

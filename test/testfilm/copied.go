package testfilm

import "slices"

// Films that differ in what matters to who cuts them without decoding: when frames are
// decoded and shown, and what may begin a segment.
var (
	// Deep has frames that wait for frames that wait.
	Deep = Film{Name: "deep.mp4", Args: drawn("25", "48000", "-bf", "6", "-x264-params", "b-pyramid=normal:b-adapt=0:ref=4", "-g", "80")}
	// Sliced has three slices to a picture, and delimiters and other units before the first.
	Sliced = Film{Name: "sliced.mp4", Args: drawn("25", "48000", "-x264-params", "slices=3:aud=1:repeat-headers=1", "-g", "60")}
	// NegativeDelays has frames that are shown before they are decoded.
	NegativeDelays = Film{Name: "negative-delays.mp4", From: &Deep, Args: []string{"-i", "FROM", "-c", "copy", "-movflags", "+negative_cts_offsets"}}
	// MatroskaRemuxed counts milliseconds, in an MP4.
	MatroskaRemuxed = Film{Name: "from-mkv.mp4", From: &Matroska, Args: []string{"-i", "FROM", "-c", "copy"}}
	NoEditList      = Film{Name: "no-edit-list.mp4", From: &Cinema, Args: []string{"-i", "FROM", "-c", "copy", "-use_editlist", "0"}}
	TwoLanguages    = Film{Name: "two-languages.mp4", From: &PAL, Args: []string{"-i", "FROM", "-i", "FROM", "-f", "lavfi", "-i", "sine=f=330:d=14", "-map", "1:a", "-map", "0:v", "-map", "2:a", "-c:v", "copy",
		"-c:a:0", "ac3", "-c:a:1", "aac", "-ac:a:1", "1", "-aac_pns", "0"}}
	Surround = Film{Name: "surround.mp4", From: &PAL, Args: []string{"-i", "FROM", "-c:v", "copy", "-c:a", "aac", "-ac", "6", "-aac_pns", "0"}}
	// Intra is nothing but keyframes, so it has no table of them.
	Intra = Film{Name: "intra.mp4", Args: drawn("25", "48000", "-g", "1")}
)

// Films that cannot be played as they are.
var (
	Sparse    = Film{Name: "sparse.mp4", Args: drawn("25", "48000", "-g", "999", "-sc_threshold", "0")}
	TenBits   = Film{Name: "high10.mp4", Args: drawn("25", "48000", "-pix_fmt", "yuv420p10le")}
	FullWidth = Film{Name: "high422.mp4", Args: drawn("25", "48000", "-pix_fmt", "yuv422p")}
	// Fields is interlaced and, unlike Interlaced, otherwise what every player knows.
	Fields = Film{Name: "fields.mp4", From: &Interlaced, Args: []string{"-i", "FROM", "-c:a", "copy", "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-flags", "+ildct+ilme", "-x264-params", "tff=1", "-g", "60"}}
	AV1    = Film{Name: "av1.mp4", Args: []string{"-f", "lavfi", "-i", "testsrc2=s=320x180:d=5:r=24", "-pix_fmt", "yuv420p", "-c:v", "libsvtav1", "-preset", "12"}}
	// Heavy is mostly filler, of 10 Mb/s.
	Heavy = Film{Name: "heavy.mp4", Args: []string{"-f", "lavfi", "-i", "testsrc2=s=320x180:d=4:r=25", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50",
		"-b:v", "10M", "-minrate", "10M", "-maxrate", "10M", "-bufsize", "1M", "-x264-params", "nal-hrd=cbr:filler=1"}}
	// Bursting is light but for its first two seconds.
	Bursting = Film{Name: "bursting.mp4", Args: []string{"-f", "lavfi", "-i", "testsrc2=s=640x360:d=14:r=25", "-vf", "noise=alls=100:allf=t:enable='lt(t,2)'", "-c:v", "libx264", "-preset", "ultrafast",
		"-g", "50", "-crf", "20"}}
)

// Stream is a naked H.264 stream of four seconds; made with other options it needs another
// set-up of its decoder.
func Stream(name string, options string) Film {
	return Film{Name: name, Args: slices.Concat([]string{"-f", "lavfi", "-i", "testsrc2=s=320x180:d=4:r=25", "-c:v", "libx264", "-preset", "veryfast", "-g", "50", "-x264-params", options})}
}

// TwoPictures has two picture tracks, and nothing says which one is the film.
var TwoPictures = Film{Name: "two-pictures.mp4", From: &PAL, Args: []string{"-i", "FROM", "-map", "0:v", "-map", "0:v", "-c", "copy"}}

// Films of a few kilobytes, for changing them in every way.
var (
	Tiny = Film{Name: "tiny.mp4", Args: []string{"-f", "lavfi", "-i", "color=red:s=32x32:r=10:d=5", "-f", "lavfi", "-i", "sine=d=5:r=8000", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "25",
		"-x264-params", "b-adapt=0", "-fflags", "+bitexact", "-c:a", "aac", "-b:a", "8k", "-shortest"}}
	TinyQuickTime = Film{Name: "tiny.mov", From: &Tiny, Args: []string{"-i", "FROM", "-c", "copy"}}
)

// Bulky has pictures of megabytes.
var Bulky = Film{Name: "bulky.mp4", Args: []string{"-f", "lavfi", "-i", "color=gray:s=1280x720:d=3:r=10", "-vf", "noise=alls=100:allf=t:enable='not(mod(n,25))'", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast",
	"-g", "25", "-qp", "1"}}

// SoundFirst is a QuickTime film whose first track is the sound.
var SoundFirst = Film{Name: "sound-first.mov", From: &NTSC, Args: []string{"-i", "FROM", "-map", "0:a", "-map", "0:v", "-c", "copy"}}

package testfilm

import "slices"

// Every drawn film lasts 14 s: seven segments of the first minute, with keyframes of the
// source nowhere near their borders unless the film says so. No two frames are alike, and
// the sound never repeats itself.
const (
	picture = "testsrc2=s=320x180:d=14"
	sound   = "aevalsrc=0.4*sin(2*PI*(200+40*t)*t)+0.1*sin(2*PI*1760*t)|0.3*sin(2*PI*(500-9*t)*t):d=14"
)

func drawn(rate, soundRate string, more ...string) []string {
	return slices.Concat([]string{
		"-f", "lavfi", "-i", picture + ":r=" + rate, "-f", "lavfi", "-i", sound + ":s=" + soundRate,
		"-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-shortest",
		"-c:a", "aac", "-b:a", "128k", "-aac_pns", "0", // noise is decoded as other noise every time
	}, more)
}

// Films at the usual rates. Sparse keyframes: one at the start, and where x264 likes.
var (
	Cinema    = Film{Name: "23.976.mp4", Args: drawn("24000/1001", "48000")}
	PAL       = Film{Name: "25.mp4", Args: drawn("25", "48000", "-g", "110")}
	NTSC      = Film{Name: "29.97.mp4", Args: drawn("30000/1001", "44100", "-g", "77")}
	Smooth    = Film{Name: "59.94.mp4", Args: drawn("60000/1001", "48000", "-g", "200")}
	Faststart = Film{Name: "faststart.mp4", From: &Cinema, Args: []string{"-i", "FROM", "-c", "copy", "-movflags", "+faststart"}}
)

// Containers with a clock of their own.
var (
	Matroska   = Film{Name: "23.976.mkv", From: &Cinema, Args: []string{"-i", "FROM", "-c", "copy"}}
	QuickTime  = Film{Name: "29.97.mov", From: &NTSC, Args: []string{"-i", "FROM", "-c", "copy"}}
	WebM       = Film{Name: "25.webm", From: &PAL, Args: []string{"-i", "FROM", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "600k", "-g", "90", "-c:a", "libopus"}}
	Transport  = Film{Name: "29.97.ts", From: &NTSC, Args: []string{"-i", "FROM", "-c", "copy"}}
	AVI        = Film{Name: "25.avi", From: &PAL, Args: []string{"-i", "FROM", "-c:v", "mpeg4", "-q:v", "4", "-c:a", "mp2"}}
	Fragmented = Film{Name: "fragmented.mp4", From: &Cinema, Args: []string{"-i", "FROM", "-c", "copy", "-movflags", "+frag_keyframe+empty_moov"}}
)

// vfr drops frames, holds one for three seconds across a segment border, and jitters.
const vfr = "select='not(eq(mod(n,7),3))*not(between(n,90,162))',setpts=PTS+floor(random(1)*900)"

// Films whose time or picture is not what it seems.
var (
	Variable = Film{Name: "vfr.mp4", Args: drawn("24", "48000", "-vf", "settb=1/90000,"+vfr, "-fps_mode", "vfr", "-enc_time_base", "1/90000", "-video_track_timescale", "90000", "-g", "77", "-sc_threshold", "0")}
	// Holds of half a second where segments begin, each followed by a keyframe, which is
	// decoded long before it is shown.
	Stuttering = Film{Name: "stuttering.mp4", Args: drawn("24", "48000", "-vf", "select='lt(n,4)+between(mod(n,48),4,39)'", "-fps_mode", "vfr", "-enc_time_base", "1/90000", "-video_track_timescale", "90000",
		"-g", "300", "-sc_threshold", "0", "-force_key_frames", "expr:gte(t,n_forced*2+0.16)")}
	VariableMatroska = Film{Name: "vfr.mkv", From: &Variable, Args: []string{"-i", "FROM", "-c", "copy"}}
	EditList         = Film{Name: "edit-list.mp4", From: &Cinema, Args: []string{"-ss", "3.3", "-i", "FROM", "-c", "copy"}}
	OpenGOP          = Film{Name: "open-gop.mp4", Args: drawn("25", "48000", "-g", "40", "-x264-params", "open-gop=1:b-pyramid=normal")}
	OpenGOPMatroska  = Film{Name: "open-gop.mkv", From: &OpenGOP, Args: []string{"-i", "FROM", "-c", "copy"}}
	HEVC             = Film{Name: "hevc.mp4", Args: []string{"-f", "lavfi", "-i", picture + ":r=25", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:open-gop=1:keyint=40:bframes=4"}}
	HEVCMatroska     = Film{Name: "hevc.mkv", From: &HEVC, Args: []string{"-i", "FROM", "-c", "copy"}}
	Interlaced       = Film{Name: "interlaced.mp4", Args: drawn("50", "48000", "-vf", "tinterlace=interleave_top,fieldorder=tff", "-flags", "+ildct+ilme", "-x264-params", "tff=1", "-g", "60")}
	Rotated          = Film{Name: "rotated.mp4", From: &PAL, Args: []string{"-i", "FROM", "-c", "copy", "-metadata:s:v:0", "rotate=90"}}
	Anamorphic       = Film{Name: "anamorphic.mp4", Args: drawn("25", "48000", "-vf", "setsar=4/3")}
	HDR              = Film{Name: "hdr10.mp4", Args: []string{"-f", "lavfi", "-i", "testsrc2=s=320x180:d=5:r=24", "-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc",
		"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:hdr10=1:max-cll=1000,400"}}
)

// HDRUntagged says how bright it is, but not in which colours.
var HDRUntagged = Film{Name: "hdr-untagged.mp4", Args: []string{"-f", "lavfi", "-i", "testsrc2=s=320x180:d=2:r=24", "-pix_fmt", "yuv420p10le", "-color_trc", "smpte2084",
	"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"}}

// Films whose sound is the trap.
var (
	Silent      = Film{Name: "silent.mp4", From: &PAL, Args: []string{"-i", "FROM", "-an", "-c", "copy"}}
	LateSound   = Film{Name: "late-sound.mp4", From: &Cinema, Args: []string{"-i", "FROM", "-itsoffset", "0.7", "-i", "FROM", "-map", "0:v", "-map", "1:a", "-c", "copy"}}
	LatePicture = Film{Name: "late-picture.mp4", From: &PAL, Args: []string{"-itsoffset", "0.5", "-i", "FROM", "-i", "FROM", "-map", "0:v", "-map", "1:a", "-c", "copy"}}
	ShortSound  = Film{Name: "short-sound.mp4", From: &PAL, Args: []string{"-i", "FROM", "-map", "0:v", "-map", "0:a", "-c:v", "copy", "-af", "atrim=end=9", "-c:a", "aac", "-aac_pns", "0"}}
	SoundOnly   = Film{Name: "sound.m4a", From: &PAL, Args: []string{"-i", "FROM", "-vn", "-c", "copy"}}
	CoverArt    = Film{Name: "cover.m4a", From: &PAL, Args: []string{"-i", "FROM", "-f", "lavfi", "-i", "color=red:s=64x64:d=0.04", "-map", "0:a", "-map", "1:v", "-c:a", "copy", "-c:v", "mjpeg", "-frames:v", "1", "-disposition:v:0", "attached_pic"}}
)

// Protected is encrypted as a shop would sell it.
var Protected = Film{Name: "protected.mp4", From: &PAL, Args: []string{"-i", "FROM", "-c", "copy", "-encryption_scheme", "cenc-aes-ctr",
	"-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb", "-encryption_kid", "a7e61c373e219033c21091fa607bf3b8"}}

// Clapper is a minute at 23.976 of black, with a white frame and a beep together at
// the start of every tenth second: 1 kHz from the instant the frame is shown.
var Clapper = Film{Name: "clapper.mp4", Args: []string{
	"-f", "lavfi", "-i", "color=black:s=160x90:r=24000/1001:d=61",
	"-f", "lavfi", "-i", "aevalsrc=if(lt(mod(t\\,240*1001/24000)\\,0.05)\\,0.8*sin(2*PI*1000*t)\\,0):s=48000:d=61",
	"-vf", "drawbox=c=white:t=fill:enable='eq(mod(n,240),0)'", "-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", "290", "-c:a", "aac", "-b:a", "96k"}}

// ClapperMatroska is the same on a clock of milliseconds.
var ClapperMatroska = Film{Name: "clapper.mkv", From: &Clapper, Args: []string{"-i", "FROM", "-c", "copy"}}

// Huge is one frame wider than anything a screen shows.
var Huge = Film{Name: "huge.mkv", Args: []string{"-f", "lavfi", "-i", "color=s=16400x32:r=25:d=0.2", "-c:v", "ffv1"}}

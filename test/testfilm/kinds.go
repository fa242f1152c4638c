package testfilm

// Clapped films in every container people really have, with what is usual in it.
var (
	MP4H264     = Film{Name: "k-h264.mp4", Args: clapped("24000/1001", with(h264, aac)...)}
	MP4HEVC     = Film{Name: "k-hevc.mp4", Args: clapped("25", with(hevc, []string{"-tag:v", "hvc1"}, aac)...)}
	MP4AV1      = Film{Name: "k-av1.mp4", Args: clapped("24", with(av1, []string{"-pix_fmt", "yuv420p10le"}, aac)...)}
	MP4MPEG4    = Film{Name: "k-mpeg4.mp4", Args: clapped("25", "-c:v", "mpeg4", "-q:v", "4", "-bf", "2", "-g", "60", "-c:a", "libmp3lame")}
	MP4VP9      = Film{Name: "k-vp9.mp4", Args: clapped("30", with(vp9, []string{"-c:a", "libopus"})...)}
	MOVProRes   = Film{Name: "k-prores.mov", Args: clapped("24000/1001", "-c:v", "prores_ks", "-profile:v", "3", "-pix_fmt", "yuv422p10le", "-c:a", "pcm_s24le", "-timecode", "01:00:00:00")}
	MOVProRes4  = Film{Name: "k-prores4444.mov", Args: clapped("25", "-c:v", "prores_ks", "-profile:v", "4", "-pix_fmt", "yuva444p10le", "-c:a", "pcm_s16be")}
	MOVMJPEG    = Film{Name: "k-mjpeg.mov", Args: clapped("30", "-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj422p", "-c:a", "pcm_s16le")}
	MOVAnimated = Film{Name: "k-qtrle.mov", Args: clapped("25", "-c:v", "qtrle", "-c:a", "pcm_s16be")}
	MKV444      = Film{Name: "k-h264-444.mkv", Args: clapped("60", with(h264, []string{"-pix_fmt", "yuv444p", "-c:a", "flac"})...)}
	MKVRGB      = Film{Name: "k-rgb.mkv", Args: clapped("60", "-c:v", "libx264rgb", "-preset", "ultrafast", "-g", "250", "-pix_fmt", "bgr24", "-c:a", "libvorbis")}
	MKVHEVC422  = Film{Name: "k-hevc-422-10.mkv", Args: clapped("50", with(hevc, []string{"-pix_fmt", "yuv422p10le", "-c:a", "eac3"})...)}
	MKVHEVC12   = Film{Name: "k-hevc-12.mkv", Args: clapped("24", with(hevc, []string{"-pix_fmt", "yuv420p12le", "-c:a", "libopus"})...)}
	MKVMPEG2    = Film{Name: "k-mpeg2.mkv", Args: clapped("25", with(mpeg2, []string{"-c:a", "ac3"})...)}
	MKVFFV1     = Film{Name: "k-ffv1.mkv", Args: clapped("30000/1001", "-c:v", "ffv1", "-level", "3", "-pix_fmt", "yuv422p10le", "-c:a", "pcm_s16le")}
	MKVLive     = Film{Name: "k-live.mkv", Args: clapped("30", with(h264, aac, []string{"-f", "matroska", "-live", "1"})...)}
	WebMVP8     = Film{Name: "k-vp8.webm", Args: clapped("25", with(vp8, []string{"-c:a", "libvorbis"})...)}
	WebMVP9     = Film{Name: "k-vp9-10.webm", Args: clapped("30000/1001", with(vp9, []string{"-pix_fmt", "yuv420p10le", "-profile:v", "2", "-c:a", "libopus"})...)}
	WebMAV1     = Film{Name: "k-av1.webm", Args: clapped("60", with(av1, []string{"-c:a", "libopus"})...)}
	TSH264      = Film{Name: "k-h264.ts", Args: clapped("60000/1001", with(h264, aac)...)}
	TSMPEG2     = Film{Name: "k-mpeg2.ts", Args: clapped("25", with(mpeg2, []string{"-c:a", "mp2"})...)}
	TSHEVC      = Film{Name: "k-hevc.ts", Args: clapped("50", with(hevc, []string{"-pix_fmt", "yuv420p10le", "-c:a", "eac3"})...)}
	M2TS        = Film{Name: "k-bluray.m2ts", Args: clapped("24000/1001", with(h264, []string{"-c:a", "ac3", "-mpegts_m2ts_mode", "1"})...)}
	AVIXvid     = Film{Name: "k-xvid.avi", Args: clapped("24000/1001", "-c:v", "mpeg4", "-vtag", "XVID", "-q:v", "4", "-bf", "2", "-g", "120", "-c:a", "libmp3lame")}
	AVIDivX     = Film{Name: "k-divx3.avi", Args: clapped("25", "-c:v", "msmpeg4", "-q:v", "4", "-g", "100", "-c:a", "libmp3lame")}
	AVIMJPEG    = Film{Name: "k-mjpeg.avi", Args: clapped("30", "-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le")}
	AVIH264     = Film{Name: "k-h264.avi", Args: clapped("25", with(h264, []string{"-c:a", "ac3"})...)}
	AVIRaw      = Film{Name: "k-raw.avi", Args: clapped("25", "-c:v", "rawvideo", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le")}
	MPEG1       = Film{Name: "k-mpeg1.mpg", Args: clapped("30000/1001", "-c:v", "mpeg1video", "-q:v", "4", "-bf", "2", "-g", "15", "-c:a", "mp2", "-f", "mpeg")}
	VOB         = Film{Name: "k-dvd.vob", Args: clappedOf("352x288", "50", with(topFirst, mpeg2, []string{"-aspect", "16:9", "-c:a", "ac3", "-f", "vob"})...)}
	FLVSpark    = Film{Name: "k-spark.flv", Args: clapped("25", "-c:v", "flv", "-q:v", "4", "-g", "60", "-ar", "44100", "-c:a", "libmp3lame")}
	FLVH264     = Film{Name: "k-h264.flv", Args: clapped("30000/1001", with(h264, aac)...)}
	WMV         = Film{Name: "k-wmv2.wmv", Args: clapped("25", "-c:v", "wmv2", "-q:v", "4", "-g", "60", "-c:a", "wmav2")}
	ASF         = Film{Name: "k-msmpeg4.asf", Args: clapped("30000/1001", "-c:v", "msmpeg4", "-q:v", "4", "-g", "60", "-c:a", "wmav2")}
	MXF         = Film{Name: "k-xdcam.mxf", Args: clappedOf("320x192", "50", with(topFirst, mpeg2, []string{"-pix_fmt", "yuv422p", "-c:a", "pcm_s16le"})...)}
	MXFDNxHR    = Film{Name: "k-dnxhr.mxf", Args: clapped("25", "-c:v", "dnxhd", "-profile:v", "dnxhr_hqx", "-pix_fmt", "yuv422p10le", "-c:a", "pcm_s24le")}
	OGV         = Film{Name: "k-theora.ogv", Args: clapped("25", "-c:v", "libtheora", "-q:v", "7", "-g", "60", "-c:a", "libvorbis")}
	Mobile      = Film{Name: "k-h263.3gp", Args: clappedOf("176x144", "30000/1001", with([]string{"-c:v", "h263", "-q:v", "4", "-g", "60"}, aac, []string{"-ac", "1"})...)}
	AVIDVNTSC   = Film{Name: "k-dv-ntsc.avi", Args: clappedOf("720x480", "60000/1001", with(lowFirst, []string{"-c:v", "dvvideo", "-pix_fmt", "yuv411p", "-aspect", "4:3", "-c:a", "pcm_s16le"})...)}
	AVIDV       = Film{Name: "k-dv.avi", Args: clappedOf("720x576", "50", with(lowFirst, []string{"-c:v", "dvvideo", "-pix_fmt", "yuv420p", "-aspect", "16:9", "-c:a", "pcm_s16le", "-ar", "48000"})...)}
)

// Clapped films whose time is the trap.
var (
	Paced30        = Film{Name: "k-30.mp4", Args: clapped("30", with(h264, aac)...)}
	Paced48        = Film{Name: "k-48.mp4", Args: clapped("48", with(h264, aac)...)}
	Paced120       = Film{Name: "k-120.mp4", Args: clapped("120", with(h264, aac)...)}
	Paced10        = Film{Name: "k-10.avi", Args: clapped("10", "-c:v", "msmpeg4", "-q:v", "4", "-c:a", "libmp3lame")}
	Phone          = Film{Name: "k-phone.mp4", Args: clapped("30", with(h264, aac, []string{"-vf", "settb=1/90000,select='not(eq(mod(n,11),5))',setpts=PTS+floor(random(1)*600)", "-fps_mode", "vfr", "-enc_time_base:v", "1/90000", "-video_track_timescale", "90000"})...)}
	Browser        = Film{Name: "k-recorder.webm", Args: clapped("30", with(vp8, []string{"-vf", "settb=1/1000,select='not(eq(mod(n,7),3))',setpts=PTS+floor(random(1)*9)", "-fps_mode", "vfr", "-enc_time_base:v", "1/1000", "-c:a", "libopus", "-live", "1"})...)}
	CutStart       = Film{Name: "k-edit.mp4", From: &MP4H264, Args: []string{"-ss", "0.9", "-i", "FROM", "-c", "copy"}}
	LateStart      = copyOf(&MP4HEVC, "k-late.mkv", []string{"-itsoffset", "3.2"})
	BeforeZero     = copyOf(&MKVMPEG2, "k-negative.mov", nil, "-output_ts_offset", "-0.4", "-avoid_negative_ts", "disabled")
	DayOld         = copyOf(&TSMPEG2, "k-day-old.ts", nil, "-output_ts_offset", "90000")
	Wrapping       = copyOf(&TSH264, "k-wraps.ts", nil, "-output_ts_offset", "95440")
	Gap            = Film{Name: "k-gap.mkv", Args: clapped("25", with(h264, aac, []string{"-vf", "select='not(between(n,40,64))'", "-af", "aselect='not(between(t,1.6,2.6))'", "-fps_mode", "vfr"})...)}
	GapTS          = copyOf(&Gap, "k-gap.ts", nil)
	packed         = Film{Name: "k-packing.avi", Args: clapped("25", "-c:v", "libxvid", "-q:v", "4", "-bf", "2", "-g", "60", "-c:a", "libmp3lame")}
	PackedAVI      = copyOf(&packed, "k-packed.avi", nil, "-bsf:v", "setts=ts=N")
	FragmentedHEVC = copyOf(&MP4HEVC, "k-fragmented.mp4", nil, "-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-tag:v", "hvc1")
)

// Clapped films whose frames are two fields, or are not those that were filmed.
var (
	Fields25Top    = Film{Name: "k-25i-top.ts", Args: clapped("50", with(topFirst, h264, []string{"-x264-params", "tff=1"}, aac)...)}
	Fields25Bottom = Film{Name: "k-25i-bottom.mkv", Args: clapped("50", with(lowFirst, h264, []string{"-x264-params", "bff=1", "-c:a", "ac3"})...)}
	Fields2997Top  = Film{Name: "k-29.97i-top.mpg", Args: clappedOf("320x192", "60000/1001", with(topFirst, mpeg2, []string{"-c:a", "mp2", "-f", "vob"})...)}
	Fields2997Low  = Film{Name: "k-29.97i-bottom.mov", Args: clapped("60000/1001", with(lowFirst, []string{"-c:v", "prores_ks", "-profile:v", "2", "-pix_fmt", "yuv422p10le", "-c:a", "pcm_s16le"})...)}
	HardTelecine   = Film{Name: "k-telecine.ts", Args: clapped("24000/1001", with([]string{"-vf", "telecine=pattern=23,fieldorder=tff", "-flags", "+ildct+ilme"}, mpeg2, []string{"-c:a", "ac3"})...)}
)

// Clapped films whose frames are not what is to be seen.
var (
	Odd       = Film{Name: "k-odd.webm", Args: clappedOf("321x179", "25", with(vp9, []string{"-c:a", "libopus"})...)}
	OddMPEG4  = Film{Name: "k-odd.avi", Args: clappedOf("321x179", "25", "-c:v", "mpeg4", "-q:v", "4", "-c:a", "libmp3lame")}
	Portrait  = Film{Name: "k-portrait.mp4", Args: clappedOf("180x320", "30", with(h264, aac)...)}
	Turned90  = copyOf(&Paced30, "k-rotate90.mp4", nil, "-metadata:s:v:0", "rotate=90")
	Turned180 = copyOf(&Paced30, "k-rotate180.mov", nil, "-metadata:s:v:0", "rotate=180")
	Turned270 = copyOf(&Paced30, "k-rotate270.mp4", nil, "-metadata:s:v:0", "rotate=270")
	Widened   = Film{Name: "k-anamorphic.mp4", Args: clapped("25", with([]string{"-vf", "setsar=4/3"}, h264, aac)...)}
	FullRange = Film{Name: "k-full-range.mp4", Args: clapped("30", with(h264, []string{"-pix_fmt", "yuvj420p"}, aac)...)}
	Grey      = Film{Name: "k-grey.mkv", Args: clapped("25", with(h264, []string{"-pix_fmt", "gray"}, aac)...)}
	UHD       = Film{Name: "k-4k.mp4", Args: []string{"-f", "lavfi", "-i", "testsrc2=s=3840x2160:r=25:d=0.48", "-c:v", "libx264", "-preset", "ultrafast", "-g", "6", "-pix_fmt", "yuv420p"}}
	EightK    = Film{Name: "k-8k.mp4", Args: []string{"-f", "lavfi", "-i", "testsrc2=s=7680x4320:r=25:d=0.16", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=2", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1"}}
)

// Clapped films brighter than most screens.
var (
	HDR10    = Film{Name: "k-hdr10.mp4", Args: clapped("24", with(hdr10, hevc, []string{"-x265-params", "log-level=none:keyint=55:hdr10=1:max-cll=1000,400:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)", "-tag:v", "hvc1"}, aac)...)}
	HDR10MKV = copyOf(&HDR10, "k-hdr10.mkv", nil)
	HLG      = Film{Name: "k-hlg.ts", Args: clapped("50", with(hlg, hevc, []string{"-c:a", "ac3"})...)}
)

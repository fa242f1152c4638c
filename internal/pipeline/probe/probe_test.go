package probe

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

func run(t *testing.T, path string) (Report, error) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return New(testfilm.Tools(t)).Run(t.Context(), In{Path: path, Bytes: info.Size()})
}

func TestAReportSaysWhatIsInTheFile(t *testing.T) {
	for _, c := range []struct {
		film       testfilm.Film
		video      Video // what is zero here is not compared, but for flags
		start, end float64
		audio      Audio
		remux      bool
	}{
		{film: testfilm.Cinema, video: Video{Codec: "h264", Width: 320, Height: 180, FrameRateNum: 24000, FrameRateDen: 1001},
			start: 0, end: 14.014, audio: Audio{Stream: 1, Codec: "aac", Channels: 2, SampleRate: 48000, Default: true, EndSeconds: 14}},
		{film: testfilm.NTSC, video: Video{FrameRateNum: 30000, FrameRateDen: 1001}, start: 0, end: 14.014, audio: Audio{SampleRate: 44100, EndSeconds: 14}},
		{film: testfilm.Smooth, video: Video{FrameRateNum: 60000, FrameRateDen: 1001}, start: 0, end: 14.014, audio: Audio{SampleRate: 48000, EndSeconds: 14}},
		{film: testfilm.Matroska, video: Video{FrameRateNum: 24000, FrameRateDen: 1001}, start: 0.0210, end: 14.035, audio: Audio{SampleRate: 48000, Step: 1024, EndSeconds: 14.0}},
		{film: testfilm.WebM, video: Video{Codec: "vp8", FrameRateNum: 25, FrameRateDen: 1}, start: 0.007, end: 14.007, audio: Audio{Codec: "opus", SampleRate: 48000, Step: 480, StartSeconds: -0.007, EndSeconds: 14.0}},
		{film: testfilm.Variable, video: Video{FrameRateNum: 24, FrameRateDen: 1, VariableRate: true}, remux: true},
		{film: testfilm.VariableMatroska, video: Video{FrameRateNum: 24000, FrameRateDen: 1001, VariableRate: true}, start: 0.021, end: 14.048, audio: Audio{SampleRate: 48000}},
		{film: testfilm.Stuttering, video: Video{FrameRateNum: 24, FrameRateDen: 1, VariableRate: true, SeekBack: 0.5}, start: 0, end: 13.6667, audio: Audio{SampleRate: 48000, EndSeconds: 13.65}},
		{film: testfilm.EditList, video: Video{FrameRateNum: 24000, FrameRateDen: 1001}, start: 0, end: 10.6773, audio: Audio{SampleRate: 48000, EndSeconds: 10.7}},
		{film: testfilm.Interlaced, video: Video{FrameRateNum: 25, FrameRateDen: 1, Interlaced: true}, start: 0, end: 14, audio: Audio{SampleRate: 48000, EndSeconds: 14}},
		{film: testfilm.Anamorphic, video: Video{Width: 320, Height: 180, SARNum: 4, SARDen: 3}, start: 0, end: 14, audio: Audio{SampleRate: 48000, EndSeconds: 14}},
		{film: testfilm.HDR, video: Video{Codec: "hevc", PixelFormat: "yuv420p10le", Transfer: "smpte2084"}, start: 0, end: 5},
		{film: testfilm.Silent, video: Video{Codec: "h264"}, start: 0, end: 14},
		{film: testfilm.LatePicture, video: Video{}, start: 0.5, end: 14.5, audio: Audio{SampleRate: 48000, EndSeconds: 14}},
		{film: testfilm.LateSound, video: Video{}, start: 0, end: 14.014, audio: Audio{SampleRate: 48000, StartSeconds: 0.6787, EndSeconds: 14.7}},
		{film: testfilm.Transport, video: Video{FrameRateNum: 30000, FrameRateDen: 1001}, remux: true},
		{film: testfilm.AVI, video: Video{Codec: "mpeg4"}, remux: true},
		{film: testfilm.Fragmented, video: Video{Codec: "h264"}, remux: true},
	} {
		t.Run(c.film.Name, func(t *testing.T) {
			t.Parallel()
			path := c.film.Path(t)
			r, err := run(t, path)
			if err != nil {
				t.Fatal(err)
			}
			if info, _ := os.Stat(path); r.Bytes != info.Size() || r.NeedsRemux != c.remux || len(r.Faults) != 0 {
				t.Errorf("bytes %d, remux %v, faults %v", r.Bytes, r.NeedsRemux, r.Faults)
			}
			v, want := r.Video, c.video
			if v.Interlaced != want.Interlaced || v.VariableRate != want.VariableRate || v.Transfer != want.Transfer ||
				v.SARNum != want.SARNum || v.SARDen != want.SARDen || v.Rotation != 0 || math.Abs(v.SeekBack-want.SeekBack) > 0.001 && !c.remux ||
				want.Codec != "" && v.Codec != want.Codec || want.PixelFormat != "" && v.PixelFormat != want.PixelFormat ||
				want.FrameRateNum != 0 && (v.FrameRateNum != want.FrameRateNum || v.FrameRateDen != want.FrameRateDen) {
				t.Errorf("video = %+v, want %+v", v, want)
			}
			if c.remux {
				return // measured when remuxed
			}
			const ms = 0.0015
			if math.Abs(v.StartSeconds-c.start) > ms || math.Abs(v.EndSeconds-c.end) > ms || math.Abs(r.DurationSeconds-(c.end-c.start)) > 2*ms {
				t.Errorf("picture from %v to %v, %v s; want %v to %v", v.StartSeconds, v.EndSeconds, r.DurationSeconds, c.start, c.end)
			}
			if c.audio.SampleRate == 0 {
				if len(r.Audio) != 0 {
					t.Errorf("audio = %+v", r.Audio)
				}
				return
			}
			a, heard := r.Audio[0], c.audio
			const frame = 0.05 // the last packet of sound is longer than the sound
			if a.SampleRate != heard.SampleRate || a.Step != heard.Step && heard.Step != 0 || heard.Codec != "" && a.Codec != heard.Codec ||
				math.Abs(a.StartSeconds-heard.StartSeconds) > ms || heard.EndSeconds != 0 && math.Abs(a.EndSeconds-heard.EndSeconds) > frame {
				t.Errorf("audio = %+v, want %+v", a, heard)
			}
		})
	}
}

// Nobody knows then what is in the file: that it is no film would be a guess.
func TestALookThatTakesTooLongDoesNotMakeAFileUnreadable(t *testing.T) {
	slow := &fault.Error{Kind: fault.Internal, Op: "ffmpeg.run", Code: "ffmpeg_limit", Cause: errors.New("ran longer than its limit")}
	if err := unreadable(t.Context(), slow); fault.CodeOf(err) != "ffmpeg_limit" {
		t.Errorf("it is said to be %v", err)
	}
}

func TestARealFilmIsRead(t *testing.T) {
	r, err := run(t, testfilm.BigBuckBunny(t))
	if err != nil {
		t.Fatal(err)
	}
	if v := r.Video; v.Width != 1920 || v.Height != 1080 || v.FrameRateNum != 24 || v.FrameRateDen != 1 || math.Abs(r.DurationSeconds-30) > 0.05 || v.VariableRate || v.Interlaced {
		t.Errorf("report = %+v", r)
	}
	if len(r.Audio) != 1 || r.Audio[0].Channels != 6 {
		t.Errorf("audio = %+v", r.Audio)
	}
}

// What a track is for is read from the file, and known still when another container has no
// room for it.
func TestATrackIsForWhatTheFileSays(t *testing.T) {
	want := []Audio{
		{Channels: 8, Language: "eng", Default: true, Marks: []Mark{Original}},
		{Channels: 6, Language: "por", Marks: []Mark{Dub}},
		{Channels: 1, Language: "eng", Title: "Talk", Marks: []Mark{Comment}},
	}
	path := testfilm.Tracks.Path(t)
	first, err := run(t, path)
	if err != nil {
		t.Fatal(err)
	}
	_, remuxed, err := New(testfilm.Tools(t)).Remux(t.Context(), path, t.TempDir(), first, MP4)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []Report{first, remuxed} {
		var got []Audio
		for _, a := range r.Audio {
			got = append(got, Audio{Channels: a.Channels, Language: a.Language, Title: a.Title, Default: a.Default, Marks: a.Marks})
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s says %+v", r.Format, got)
		}
	}
}

func TestRotationIsClockwiseToShowItUpright(t *testing.T) {
	for said, want := range map[float64]int{-90: 90, 90: 270, 180: 180, -180: 180, -89.6: 90, 0: 0, -270: 270, 360: 0} {
		s := stream{SideData: []sideData{{Type: "Display Matrix", Rotation: said}}}
		if got := s.rotation(); got != want {
			t.Errorf("a matrix of %v is %d, want %d", said, got, want)
		}
	}
	if r, err := run(t, testfilm.Rotated.Path(t)); err != nil || r.Video.Rotation%180 != 90 {
		t.Errorf("rotation = %d, %v", r.Video.Rotation, err)
	}
}

func TestWhatIsNoFilmIsRefusedInWords(t *testing.T) {
	write := func(body string) func(t *testing.T) string {
		return func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "film.mp4")
			if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
				t.Fatal(err)
			}
			return path
		}
	}
	for name, c := range map[string]struct {
		path func(t *testing.T) string
		code string
		says string
	}{
		"empty":      {write(""), "empty", "empty"},
		"tiny":       {write("x"), "not_a_video", "not a video"},
		"text":       {write(strings.Repeat("Once upon a time. ", 500)), "not_a_video", "not a video"},
		"a playlist": {write("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"), "not_a_video", "not a video"},
		"sound":      {func(t *testing.T) string { return testfilm.SoundOnly.Path(t) }, "no_picture", "sound but no picture"},
		"a song":     {func(t *testing.T) string { return testfilm.CoverArt.Path(t) }, "no_picture", "sound but no picture"},
		"no index":   {func(t *testing.T) string { return testfilm.Cinema.Truncated(t, 0.7) }, "index_missing", "The end of this file is missing"},
		"protected":  {func(t *testing.T) string { return testfilm.Protected.Path(t) }, "protected", "copy-protected"},
		"huge":       {func(t *testing.T) string { return testfilm.Huge.Path(t) }, "huge_picture", "16400 × 32"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, c.path(t))
			if !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != c.code || !strings.Contains(fault.PublicOf(err), c.says) {
				t.Errorf("kind %v, code %q, public %q\n%v", fault.KindOf(err), fault.CodeOf(err), fault.PublicOf(err), err)
			}
		})
	}
}

// An index that promises more than the file holds is found out by reading the end.
func TestACutFilmIsAsLongAsItCanBeRead(t *testing.T) {
	r, err := run(t, testfilm.Faststart.Truncated(t, 0.6))
	if err != nil {
		t.Fatal(err)
	}
	if r.DurationSeconds < 5 || r.DurationSeconds > 11 || r.NeedsRemux {
		t.Errorf("duration = %v, remux %v", r.DurationSeconds, r.NeedsRemux)
	}
	if len(r.Faults) != 1 || r.Faults[0].Code != "truncated" || !strings.Contains(r.Faults[0].Detail, "14 s") {
		t.Errorf("faults = %v", r.Faults)
	}
}

func TestRemuxingGivesAnIndexAndTheWholeTruth(t *testing.T) {
	for _, c := range []struct {
		name    string
		path    func(t *testing.T) string
		seconds float64
		fault   string
	}{
		{"transport stream", func(t *testing.T) string { return testfilm.Transport.Path(t) }, 14.014, ""},
		{"avi", func(t *testing.T) string { return testfilm.AVI.Path(t) }, 14, ""},
		{"fragmented", func(t *testing.T) string { return testfilm.Fragmented.Path(t) }, 14.014, ""},
		{"variable rate", func(t *testing.T) string { return testfilm.Variable.Path(t) }, 14, ""},
		{"cut matroska", func(t *testing.T) string { return testfilm.Matroska.Truncated(t, 0.5) }, 7, "truncated"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := c.path(t)
			original, err := run(t, path)
			if err != nil || !original.NeedsRemux {
				t.Fatalf("needs remux %v, %v", original.NeedsRemux, err)
			}
			dir := t.TempDir()
			out, r, err := New(testfilm.Tools(t)).Remux(t.Context(), path, dir, original, Matroska)
			if err != nil {
				t.Fatal(err)
			}
			if out != filepath.Join(dir, Matroska.fileName()) || r.NeedsRemux || len(r.Audio) != 1 {
				t.Errorf("out %s, remux %v, audio %v", out, r.NeedsRemux, r.Audio)
			}
			allowed := 0.05
			if c.fault != "" {
				allowed = 2
			}
			if math.Abs(r.DurationSeconds-c.seconds) > allowed {
				t.Errorf("duration = %v, want %v", r.DurationSeconds, c.seconds)
			}
			if got := codes(r); got != c.fault {
				t.Errorf("faults = %q, want %q", got, c.fault)
			}
		})
	}
}

func codes(r Report) string {
	var out []string
	for _, f := range r.Faults {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}

func TestWhatIsLeftOutIsSaid(t *testing.T) {
	r, err := read(answer{Streams: []stream{
		{Index: 0, Kind: "video", Codec: "h264", Width: 640, Height: 360},
		{Index: 1, Kind: "subtitle", Codec: "hdmv_pgs_subtitle", Tags: map[string]string{"language": "por"}},
		{Index: 2, Kind: "audio"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got := codes(r); got != "bitmap_subtitles unreadable_sound" || len(r.Audio) != 0 {
		t.Errorf("faults = %q, audio = %v", got, r.Audio)
	}
}

func TestACancelledProbeIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := New(testfilm.Tools(t)).Run(ctx, In{Path: testfilm.Cinema.Path(t), Bytes: 1})
	if !fault.Is(err, fault.Cancelled) {
		t.Errorf("err = %v", err)
	}
}

func TestTheRateIsOneThatHoldsEveryFrame(t *testing.T) {
	for name, c := range map[string]struct {
		real, average string
		interlaced    bool
		frame         float64
		num, den      int
		variable      bool
	}{
		"film":                       {"24000/1001", "24000/1001", false, 0.0417, 24000, 1001, false},
		"a rounded average":          {"24000/1001", "1080000/45077", false, 0.0417, 24000, 1001, false},
		"odd but even":               {"25/2", "25/2", false, 0.08, 25, 2, false},
		"120":                        {"120/1", "120/1", false, 0.00833, 120, 1, false},
		"fields":                     {"50/1", "25/1", true, 0.04, 25, 1, false},
		"a clock for a rate":         {"90000/1", "2987/100", false, 0.0333, 30, 1, true},
		"an average for a rate":      {"1654/103", "1654/103", false, 0.042, 24000, 1001, true},
		"a phone's average":          {"2983/100", "2983/100", false, 0.0333, 30, 1, true},
		"dropped frames":             {"30/1", "26/1", false, 0.0333, 30, 1, true},
		"no real rate":               {"0/0", "25/1", false, 0.04, 25, 1, false},
		"no average":                 {"25/1", "0/0", false, 0.04, 25, 1, false},
		"nothing to tell a frame by": {"1654/103", "1654/103", false, 0, 1654, 103, false},
	} {
		s := stream{RealRate: c.real, AverageRate: c.average}
		if num, den, variable := s.rate(c.interlaced, c.frame); num != c.num || den != c.den || variable != c.variable {
			t.Errorf("%s: %d/%d %v, want %d/%d %v", name, num, den, variable, c.num, c.den, c.variable)
		}
	}
}

package plan_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

var update = flag.Bool("update", false, "write the golden files anew")

// film is a plain upload: 1080p at 23.976, one stereo track.
func film() probe.Report {
	return probe.Report{
		Format:          "mov,mp4,m4a,3gp,3g2,mj2",
		DurationSeconds: 120.12,
		Video: probe.Video{
			Codec: "h264", PixelFormat: "yuv420p", Width: 1920, Height: 1080,
			FrameRateNum: 24000, FrameRateDen: 1001, StartSeconds: 0.021, EndSeconds: 120.141,
		},
		Audio: []probe.Audio{{Stream: 1, Codec: "aac", Channels: 2, SampleRate: 48000, Language: "por", Default: true, EndSeconds: 120.12}},
	}
}

// with changes a film.
func with(change func(*probe.Report)) probe.Report {
	r := film()
	change(&r)
	return r
}

// lasting makes a film of this rate and length.
func lasting(num, den int, seconds float64) probe.Report {
	return with(func(r *probe.Report) {
		r.DurationSeconds = seconds
		r.Video.FrameRateNum, r.Video.FrameRateDen = num, den
		r.Video.StartSeconds, r.Video.EndSeconds = 0, seconds
	})
}

var reports = map[string]probe.Report{
	"23.976 with a start time": film(),
	"25":                       lasting(25, 1, 90),
	"29.97":                    lasting(30000, 1001, 75),
	"59.94":                    lasting(60000, 1001, 75),
	"10 seconds":               lasting(24, 1, 10),
	"two hours": with(func(r *probe.Report) {
		r.Video.Width, r.Video.Height = 3840, 2160
		r.Video.StartSeconds, r.Video.EndSeconds = 0, 7207.2
		r.Video.Transfer = "smpte2084"
		r.Audio = []probe.Audio{
			{Stream: 1, Channels: 6, SampleRate: 48000, Language: "eng"},
			{Stream: 2, Channels: 2, SampleRate: 48000, Language: "por", Default: true},
			{Stream: 3, Channels: 2, SampleRate: 44100, Language: "eng", Title: `The "making of", told`},
		}
	}),
	"portrait": with(func(r *probe.Report) {
		r.Video.Rotation = 90
		r.Video.StartSeconds, r.Video.EndSeconds = 0, 20
	}),
	"tiny and silent": with(func(r *probe.Report) {
		r.Format = "avi"
		r.Video.Width, r.Video.Height = 161, 121
		r.Video.FrameRateNum, r.Video.FrameRateDen = 15, 1
		r.Video.StartSeconds, r.Video.EndSeconds = 0, 0.4
		r.Audio = nil
	}),
	"widescreen DVD": with(func(r *probe.Report) {
		r.Format = "mpegts"
		r.Video.Width, r.Video.Height, r.Video.SARNum, r.Video.SARDen = 720, 576, 64, 45
		r.Video.FrameRateNum, r.Video.FrameRateDen = 25, 1
		r.Video.Interlaced = true
		r.Video.StartSeconds, r.Video.EndSeconds = 1.4, 66.5
		r.Audio[0].Language = "fre"
	}),
}

func TestAPlanIsTheOneWrittenDown(t *testing.T) {
	for name, report := range reports {
		t.Run(name, func(t *testing.T) {
			p := newPlan(t, report)
			golden(t, strings.ReplaceAll(name, " ", "-"), describe(t, p))
		})
	}
}

func TestAnUnusableSourceIsRefusedInWords(t *testing.T) {
	for code, change := range map[string]func(*probe.Report){
		"no_picture":    func(r *probe.Report) { r.Video.Width = 0 },
		"huge_picture":  func(r *probe.Report) { r.Video.Height = 20000 },
		"no_duration":   func(r *probe.Report) { r.Video.StartSeconds, r.Video.EndSeconds, r.DurationSeconds = 0, 0, 0 },
		"too_long":      func(r *probe.Report) { r.Video.EndSeconds = 25 * 3600 },
		"no_frame_rate": func(r *probe.Report) { r.Video.FrameRateDen = 0 },
		"bad_clock":     func(r *probe.Report) { r.Video.StartSeconds, r.Video.EndSeconds = 1e9, 1e9+5 },
	} {
		_, err := plan.New(with(change), plan.StandardLadder(), nil)
		if fault.CodeOf(err) != code || fault.PublicOf(err) == "" {
			t.Errorf("%s: got %v", code, err)
		}
	}
}

func TestTheLadderNeverStretchesThePicture(t *testing.T) {
	for _, c := range []struct {
		width, height int
		ladder        []int
		want          string
	}{
		{1920, 1080, nil, "360:640x360 480:854x480 720:1280x720 1080:1920x1080"},
		{3840, 2160, nil, "360:640x360 480:854x480 720:1280x720 1080:1920x1080 2160:3840x2160"},
		{7680, 4320, nil, "360:640x360 480:854x480 720:1280x720 1080:1920x1080 2160:3840x2160"},
		{1920, 800, nil, "360:640x266 480:854x356 720:1280x534 1080:1920x800"}, // wide films keep their width
		{1440, 1080, nil, "360:480x360 480:640x480 720:960x720 1080:1440x1080"},
		{1080, 1920, nil, "360:360x640 480:480x854 720:720x1280 1080:1080x1920"},
		{1000, 600, nil, "360:600x360 480:800x480 720:1000x600"},
		{640, 368, nil, "360:626x360"}, // 368 lines are not worth a rung beside 360
		{854, 480, nil, "360:640x360 480:854x480"},
		{640, 360, nil, "360:640x360"},
		{639, 359, nil, "358:638x358"},
		{320, 240, nil, "240:320x240"},
		{240, 320, nil, "240:240x320"},
		{2, 2, nil, "2:2x2"},
		{1920, 1080, []int{1080}, "1080:1920x1080"},
		{1920, 1080, []int{720, 360}, "360:640x360 720:1280x720"},
		{1280, 720, []int{2160}, "720:1280x720"},
	} {
		ladder, err := plan.LadderFrom(c.ladder)
		if err != nil {
			t.Fatal(err)
		}
		p, err := plan.New(with(func(r *probe.Report) { r.Video.Width, r.Video.Height = c.width, c.height }), ladder, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range p.Of(plan.Video) {
			got = append(got, fmt.Sprintf("%d:%dx%d", r.Rung, r.Width, r.Height))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%dx%d on %v:\n got %s\nwant %s", c.width, c.height, c.ladder, s, c.want)
		}
	}
}

func TestALadderOfUnknownRungsIsRefused(t *testing.T) {
	if _, err := plan.LadderFrom([]int{720, 721}); !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != "bad_resolution" {
		t.Fatalf("got %v", err)
	}
}

func TestTheGridKeepsFrameRatesPlayersKnow(t *testing.T) {
	for _, c := range []struct {
		num, den         int
		timescale, ticks uint32
		gop              int64
	}{
		{24000, 1001, 24000, 1001, 48},
		{24, 1, 24000, 1000, 48},
		{30000, 1001, 30000, 1001, 60},
		{60, 1, 60000, 1000, 120},
		{2997, 100, 2997, 100, 60},
		{120, 1, 60000, 1000, 120},       // every other frame
		{120000, 1001, 60000, 1001, 120}, // the same
		{144, 1, 48000, 1000, 96},        // every third
		{1000, 1, 60000, 1000, 120},      // a clock, not a rate
		{1, 1, 5000, 1000, 10},           // each picture held for five frames
		{10000000, 333333, 10000000, 333333, 60},
	} {
		p := newPlan(t, lasting(c.num, c.den, 10))
		if g := p.Grid; g.Timescale != c.timescale || g.FrameTicks != c.ticks || g.GOP != c.gop {
			t.Errorf("%d/%d: timescale %d, frame %d, GOP %d; want %d, %d, %d", c.num, c.den,
				g.Timescale, g.FrameTicks, g.GOP, c.timescale, c.ticks, c.gop)
		}
	}
}

func TestSoundTracksAreNamedForPeopleAndPlayers(t *testing.T) {
	p := newPlan(t, with(func(r *probe.Report) {
		r.Audio = []probe.Audio{
			{SampleRate: 48000, Language: "por"},
			{SampleRate: 44100, Language: "ger", Title: "  Kommentar\n\"live\"\x00 "},
			{SampleRate: 22050, Language: "por", Default: true},
			{SampleRate: 96000, Language: ""},
			{SampleRate: 0, Language: "not a language"},
			{SampleRate: 48000, Language: "zho", Title: "Português (2)"},
		}
	}))
	var got []string
	for _, r := range p.Of(plan.Audio) {
		got = append(got, fmt.Sprintf("%s|%s|%s|%d|%v", r.ID, r.Language, r.Label, r.Rate, r.Default))
	}
	want := []string{
		"audio/0-pt|pt|Português|48000|false",
		"audio/1-de|de|Kommentar 'live'|44100|false",
		"audio/2-pt|pt|Português (2)|44100|true",
		"audio/3-und|und|Audio 4|48000|false",
		"audio/4-und|und|Audio 5|48000|false",
		"audio/5-zh|zh|Português (2) (2)|48000|false",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func newPlan(t testing.TB, report probe.Report) plan.Plan {
	t.Helper()
	p, err := plan.New(report, plan.StandardLadder(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// describe writes a plan for people, and its exact bytes as a digest.
func describe(t testing.TB, p plan.Plan) []byte {
	t.Helper()
	exact, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "sha256 %x, %d bytes\n", sha256.Sum256(exact), len(exact))
	fmt.Fprintf(&b, "duration %v s\npicture %+v\n", p.DurationSeconds, p.Picture)
	fmt.Fprintf(&b, "grid timescale %d, frame %d, %d frames, GOP %d\n", p.Grid.Timescale, p.Grid.FrameTicks, p.Grid.Frames, p.Grid.GOP)
	for i := 0; i < len(p.Grid.Segments); {
		n := i
		for n < len(p.Grid.Segments) && p.Grid.Segments[n].Frames == p.Grid.Segments[i].Frames {
			n++
		}
		fmt.Fprintf(&b, "  %d segments of %d frames from frame %d\n", n-i, p.Grid.Segments[i].Frames, p.Grid.Segments[i].FirstFrame)
		i = n
	}
	for _, r := range p.Renditions {
		j, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "rendition %s\n", j)
	}
	const shown = 24
	for i, task := range p.Tasks {
		if i == shown && len(p.Tasks) > 2*shown {
			fmt.Fprintf(&b, "… %d more …\n", len(p.Tasks)-2*shown)
		}
		if i < shown || i >= len(p.Tasks)-shown {
			fmt.Fprintf(&b, "task %d lane %d %s segments %d+%d of %s\n", task.Seq, task.Lane, task.Kind,
				task.FirstSegment, task.Segments, strings.Join(task.Renditions, " "))
		}
	}
	return b.Bytes()
}

// golden compares with the file of this name, or writes it when -update is given.
func golden(t testing.TB, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%s is not what it was (run with -update if it should not be):\n%s", path, got)
	}
}

func TestASilentPictureIsInTheColoursOfItsSize(t *testing.T) {
	for _, c := range []struct {
		width, height int
		says, want    string
	}{
		{1920, 1080, "", "bt709"},
		{1280, 536, "", "bt709"},
		{720, 1280, "", "bt709"},
		{720, 576, "", "smpte170m"},
		{640, 360, "gbr", "smpte170m"},
		{3840, 2160, "gbr", "bt709"},
		{1920, 1080, "bt470bg", ""}, // it says
	} {
		report := film()
		report.Video.Width, report.Video.Height, report.Video.Matrix = c.width, c.height, c.says
		p, err := plan.New(report, plan.StandardLadder(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if p.Picture.Colours != c.want {
			t.Errorf("%dx%d that says %q: taken for %q, want %q", c.width, c.height, c.says, p.Picture.Colours, c.want)
		}
	}
}

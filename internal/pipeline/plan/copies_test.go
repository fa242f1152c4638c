package plan_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// played makes a rung that lasts about these seconds, of segments of 2 to 12 s, with a
// sound to copy for each rate.
func played(seed uint64, timescale, frameTicks uint32, seconds int64, rates ...int) *source.Rung {
	random := rand.New(rand.NewPCG(seed, 1))
	r := &source.Rung{
		Timescale: timescale, FrameTicks: frameTicks, Width: 1920, Height: 1080,
		Codecs: "avc1.640028", Start: 0.021, Peak: 9_000_000, Average: 5_000_000,
	}
	fps := int64(timescale) / int64(frameTicks)
	var first, start int64
	for start < seconds*int64(timescale) {
		s := source.Segment{First: first, Start: start, Frames: 2*fps + 1 + random.Int64N(10*fps-1)}
		for range s.Frames { // every frame a little early or late, as a clock of milliseconds has it
			s.Ticks += int64(frameTicks) + random.Int64N(3) - 1
		}
		first, start = first+s.Frames, start+s.Ticks
		r.Segments = append(r.Segments, s)
	}
	for i, rate := range rates {
		offset := random.Int64N(900)
		r.Sounds = append(r.Sounds, source.Sound{
			Stream: i + 1, Codecs: "mp4a.40.2", Rate: rate, Channels: 2, Offset: offset, Priming: 1024 * int64(i%2),
			Packets: start*int64(rate)/int64(timescale)/plan.PacketSamples + random.Int64N(40) - 8,
			Peak:    150_000, Average: 128_000,
		})
	}
	return r
}

func TestAFilmPlayedAsItIsKeepsWhatFollowsFromItsPlan(t *testing.T) {
	rates := []struct{ timescale, ticks uint32 }{{24000, 1001}, {12800, 512}, {30000, 1001}, {90000, 1500}, {1000, 42}, {16000, 667}}
	for seed := range uint64(300) {
		rate := rates[seed%uint64(len(rates))]
		rung := played(seed, rate.timescale, rate.ticks, 20+int64(seed%7)*90, 48000, 44100)
		report := with(func(r *probe.Report) {
			r.Audio = []probe.Audio{
				{Stream: 1, Channels: 2, SampleRate: 48000, Language: "por", Default: true},
				{Stream: 2, Channels: 2, SampleRate: 44100, Language: "eng"},
				{Stream: 3, Channels: 6, SampleRate: 48000, Language: "eng"},
			}
		})
		p, err := plan.New(report, plan.StandardLadder(), rung)
		if err != nil {
			t.Fatal(err)
		}
		if !p.Grid.OfSource {
			t.Fatal("the grid is not the source's")
		}
		segmentsAreTheSources(t, p, rung)
		renditionsHold(t, p)
		everySegmentIsInExactlyOneTask(t, p)
		playlistsAgree(t, p)
		for _, r := range p.Of(plan.Audio) {
			if copied := r.Stream < 3; r.Copy != copied {
				t.Fatalf("%s: copied %v", r.ID, r.Copy)
			}
			noPacketIsLostOrRepeated(t, p, r)
		}
	}
}

// segmentsAreTheSources tells that every segment starts where one of the source's does,
// and that together they hold all of it.
func segmentsAreTheSources(t *testing.T, p plan.Plan, rung *source.Rung) {
	t.Helper()
	var frames, start int64
	for k, s := range p.Grid.Segments {
		i := slices.IndexFunc(rung.Segments, func(o source.Segment) bool { return o.First == s.FirstFrame })
		if i < 0 || rung.Segments[i].Start != s.Start || s.FirstFrame != frames || s.Start != start {
			t.Fatalf("segment %d is %+v, after %d frames and %d ticks", k, s, frames, start)
		}
		if got := s.Source(); got.First != s.FirstFrame || got.Frames != s.Frames || got.Start != s.Start || got.Ticks != s.Ticks {
			t.Fatalf("segment %d is %+v to the source", k, got)
		}
		frames, start = frames+s.Frames, start+s.Ticks
	}
	last := rung.Segments[len(rung.Segments)-1]
	if frames != p.Grid.Frames || frames != last.First+last.Frames || start != last.Start+last.Ticks {
		t.Fatalf("%d frames of %d, %d ticks of %d", frames, last.First+last.Frames, start, last.Start+last.Ticks)
	}
}

// noPacketIsLostOrRepeated tells, by exact integers, that every packet decoded before the
// end is in the segment whose time it starts in.
func noPacketIsLostOrRepeated(t *testing.T, p plan.Plan, r plan.Rendition) {
	t.Helper()
	scale := int64(p.Grid.Timescale)
	starts := func(packet, ticks int64) bool { // at or after
		return (r.Offset+packet*plan.PacketSamples)*scale >= ticks*int64(r.Rate)
	}
	var next int64
	for k, s := range p.Grid.Segments {
		first, count := p.AudioSegment(r, k)
		if first != next || count <= 0 {
			t.Fatalf("%s: segment %d holds packets %d+%d, want from %d", r.ID, k, first, count, next)
		}
		next = first + count
		if k > 0 && (!starts(first, s.Start) || starts(first-1, s.Start)) {
			t.Fatalf("%s: segment %d begins at packet %d", r.ID, k, first)
		}
	}
	if next != (r.Samples+plan.PacketSamples-1)/plan.PacketSamples {
		t.Fatalf("%s: %d packets of %d samples", r.ID, next, r.Samples)
	}
	if last := p.Grid.Segments[len(p.Grid.Segments)-1]; r.Copy && starts(next-1, last.Start+last.Ticks) {
		t.Fatalf("%s outlives the picture", r.ID)
	}
}

func TestSoundThatIsNotThereAllTheTimeIsEncoded(t *testing.T) {
	for name, change := range map[string]func(*source.Sound){
		"late":            func(s *source.Sound) { s.Offset = 4801 },
		"ends early":      func(s *source.Sound) { s.Packets -= 24 },
		"of another clip": func(s *source.Sound) { s.Stream = 7 },
		"without a rate":  func(s *source.Sound) { s.Rate = 0 },
	} {
		rung := played(1, 12800, 512, 90, 48000)
		end := rung.Segments[len(rung.Segments)-1]
		sound := &rung.Sounds[0]
		sound.Offset = 0
		sound.Packets = (end.Start + end.Ticks) * 48000 / 12800 / plan.PacketSamples
		p, err := plan.New(film(), plan.StandardLadder(), rung)
		if err != nil || !p.Of(plan.Audio)[0].Copy {
			t.Fatalf("whole sound is not copied: %v", err)
		}
		change(sound)
		if p, err = plan.New(film(), plan.StandardLadder(), rung); err != nil {
			t.Fatal(err)
		}
		r := p.Of(plan.Audio)[0]
		if r.Copy || r.Offset != 0 || r.Priming != 0 || r.Channels != 2 {
			t.Errorf("%s: %+v", name, r)
		}
		noPacketIsLostOrRepeated(t, p, r)
	}
}

func TestOnlyRungsBelowASourceThatIsPlayedAreEncoded(t *testing.T) {
	for _, c := range []struct {
		width, height int
		average       int64
		want          string
	}{
		{1920, 1080, 5_000_000, "360 480 720 source"},
		{1920, 1080, 7_600_000, "360 480 720 1080 source"}, // too much for many networks
		{1280, 720, 2_000_000, "360 480 source"},
		{1280, 720, 6_000_000, "360 480 720 source"},
		{640, 360, 700_000, "source"},
		{640, 360, 800_000, "360 source"},
		{640, 368, 700_000, "source"}, // no lower than 360 to the eye
		{320, 240, 300_000, "source"},
		{320, 240, 900_000, "240 source"},
		{1080, 1920, 4_000_000, "360 480 720 source"},
	} {
		rung := played(2, 24000, 1001, 30)
		rung.Width, rung.Height, rung.Average = c.width, c.height, c.average
		p, err := plan.New(with(func(r *probe.Report) { r.Video.Width, r.Video.Height, r.Audio = c.width, c.height, nil }), plan.StandardLadder(), rung)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range p.Renditions {
			got = append(got, strings.TrimPrefix(r.ID, "video/"))
			if r.Copy != (r.ID == plan.SourceID) || r.Copy && (r.Width != c.width || r.Height != c.height || r.Bandwidth != rung.Peak) {
				t.Errorf("%+v", r)
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%dx%d at %d: got %s, want %s", c.width, c.height, c.average, s, c.want)
		}
		everySegmentIsInExactlyOneTask(t, p)
	}
}

func TestASourceWhoseSegmentsDoNotFollowEachOtherIsRefused(t *testing.T) {
	for name, change := range map[string]func(*source.Rung){
		"no segments":  func(r *source.Rung) { r.Segments = nil },
		"no clock":     func(r *source.Rung) { r.Timescale = 0 },
		"a hole":       func(r *source.Rung) { r.Segments[1].Start++ },
		"a lost frame": func(r *source.Rung) { r.Segments[1].First++ },
		"no frames":    func(r *source.Rung) { r.Segments[0].Frames = 0 },
	} {
		rung := played(3, 24000, 1001, 30)
		change(rung)
		if _, err := plan.New(film(), plan.StandardLadder(), rung); fault.CodeOf(err) != "bad_rung" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAShortRestGoesWithTheSegmentBefore(t *testing.T) {
	rung := played(4, 24000, 1000, 30)
	last := rung.Segments[len(rung.Segments)-1]
	rung.Segments = append(rung.Segments, source.Segment{First: last.First + last.Frames, Start: last.Start + last.Ticks, Frames: 11, Ticks: 11000})
	p, err := plan.New(film(), plan.StandardLadder(), rung)
	if err != nil {
		t.Fatal(err)
	}
	segmentsAreTheSources(t, p, rung)
	if got := p.Grid.Segments[len(p.Grid.Segments)-1]; got.FirstFrame != last.First || got.Frames != last.Frames+11 {
		t.Errorf("the last segment is %+v", got)
	}
}

func TestOurPlayerIsGivenEverythingThatIsPlanned(t *testing.T) {
	p, err := plan.New(film(), plan.StandardLadder(), played(5, 24000, 1001, 100))
	if err != nil {
		t.Fatal(err)
	}
	made := madeOf(p, plan.SourceID)
	made["video/480"] = plan.Made{} // not set up yet
	list := parseMultivariant(t, plan.Player(p, made))
	got := map[string]uint32{}
	for _, v := range list.Variants {
		got[strings.TrimSuffix(strings.TrimPrefix(v.URI, "video/"), "/index.m3u8")] = v.Bandwidth
		if v.AverageBandwidth != 0 {
			t.Errorf("%s: an average before its sound is whole", v.URI)
		}
		r, _ := p.Rendition(strings.TrimSuffix(v.URI, "/index.m3u8"))
		if v.Codecs != cmp.Or(made[r.ID].Codecs, r.Codecs)+",mp4a.40.2" || len(v.Alternatives) != 1 {
			t.Errorf("%s: %+v", v.URI, v)
		}
	}
	sound := uint32(p.Of(plan.Audio)[0].Bandwidth)
	low, _ := p.Rendition("video/360")
	if len(got) != 4 || got["480"] == 0 || got["360"] != uint32(low.Bandwidth)+sound || got["source"] != uint32(made[plan.SourceID].PeakBandwidth)+sound || got["720"] == 0 {
		t.Errorf("variants %v", got)
	}
	if b := plan.Player(p, nil); strings.Contains(string(b), "video/") {
		t.Errorf("all of it was dropped, but there is\n%s", b)
	}
}

func TestACopyIsReadyFromTheStart(t *testing.T) {
	p, err := plan.New(film(), plan.StandardLadder(), played(6, 24000, 1001, 100, 48000))
	if err != nil {
		t.Fatal(err)
	}
	all := []plan.Span{{Start: 0, End: p.DurationSeconds}}
	second := p.Grid.Segments[1]
	at := func(ticks int64) float64 { return float64(ticks) / float64(p.Grid.Timescale) }
	ready := p.Ready(nil, map[string][]int{"video/360": {1, -1, 10_000}, "video/none": {0}})
	for id, want := range map[string][]plan.Span{
		plan.SourceID:          all,
		p.Of(plan.Audio)[0].ID: all,
		"video/360":            {{Start: at(second.Start), End: at(second.Start + second.Ticks)}},
		"video/480":            nil,
		"video/none":           nil,
	} {
		if !slices.Equal(ready[id], want) {
			t.Errorf("%s: %v, want %v", id, ready[id], want)
		}
	}
}

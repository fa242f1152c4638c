package plan_test

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/Eyevinn/dash-mpd/mpd"
	"github.com/Eyevinn/hls-m3u8/m3u8"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// bilingual is a film with two languages, short enough to read its playlists whole.
func bilingual() probe.Report {
	return with(func(r *probe.Report) {
		r.Video.StartSeconds, r.Video.EndSeconds = 0, 66.4
		r.Audio = []probe.Audio{
			{Stream: 1, SampleRate: 48000, Language: "eng"},
			{Stream: 2, SampleRate: 44100, Language: "por", Default: true},
			{Stream: 3, SampleRate: 48000, Language: "eng", Title: `"Commentary"`},
		}
	})
}

// madeOf says these renditions are whole.
func madeOf(p plan.Plan, ids ...string) map[string]plan.Made {
	made := map[string]plan.Made{}
	for _, r := range p.Renditions {
		m := plan.Made{Codecs: "mp4a.40.2", PeakBandwidth: r.Bandwidth * 8 / 10, AverageBandwidth: r.Bandwidth * 7 / 10}
		if r.Kind == plan.Video {
			m.Codecs = map[int]string{360: "avc1.64001e", 480: "avc1.64001f", 720: "avc1.64001f", 1080: "avc1.640028"}[r.Rung]
			m.PeakBandwidth, m.AverageBandwidth = r.MaxRate*11/10, r.MaxRate*8/10
		}
		m.Whole = len(ids) == 0 || slices.Contains(ids, r.ID)
		made[r.ID] = m
	}
	return made
}

func TestPlaylistsAreTheOnesWrittenDown(t *testing.T) {
	p := newPlan(t, bilingual())
	multivariant, err := plan.Multivariant(p, madeOf(p))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "playlist.m3u8", multivariant)
	manifest, err := plan.MPD(p, madeOf(p))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "manifest.mpd", manifest)
	for id, name := range map[string]string{"video/720": "video.m3u8", "audio/1-pt": "audio.m3u8"} {
		r, ok := p.Rendition(id)
		if !ok {
			t.Fatalf("no %s", id)
		}
		golden(t, name, plan.MediaPlaylist(p, r))
	}
}

// Every duration an HLS or DASH reader takes from a plan is the plan's own, read by
// libraries that know nothing of how it was written.
func TestPlaylistsSayWhatThePlanSays(t *testing.T) {
	for name, report := range reports {
		t.Run(name, func(t *testing.T) {
			p := newPlan(t, report)
			playlistsAgree(t, p)
		})
	}
}

// playlistsAgree reads every playlist of a plan and finds its own durations there.
func playlistsAgree(t *testing.T, p plan.Plan) {
	t.Helper()
	b, err := plan.MPD(p, madeOf(p))
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := mpd.MPDFromBytes(b)
	if err != nil {
		t.Fatal(err)
	}
	targets := map[uint]bool{}
	for _, r := range p.Renditions {
		scale, ticks := p.Durations(r)
		list := parseMedia(t, plan.MediaPlaylist(p, r))
		targets[list.TargetDuration] = true
		if !list.Closed || list.MediaType != m3u8.VOD || list.Map == nil || list.Map.URI != "init.mp4" {
			t.Fatalf("%s is not a VOD playlist with a map", r.ID)
		}
		segments := list.GetAllSegments()
		if len(segments) != len(ticks) {
			t.Fatalf("%s lists %d of %d segments", r.ID, len(segments), len(ticks))
		}
		var sum float64
		for k, s := range segments {
			if off := math.Abs(s.Duration - float64(ticks[k])/float64(scale)); off > 0.500001e-6 {
				t.Fatalf("segment %d of %s is off by %v s", k, r.ID, off)
			}
			if want := plan.Key("v", r.ID, k); "videos/v/"+r.ID+"/"+s.URI != want {
				t.Fatalf("segment %d of %s is %s, stored at %s", k, r.ID, s.URI, want)
			}
			if math.Round(s.Duration) > float64(list.TargetDuration) {
				t.Fatalf("segment %d of %s is longer than the target %d", k, r.ID, list.TargetDuration)
			}
			// Sound starts with the first packet after the picture does, everywhere.
			if off := sum - float64(p.Grid.Segments[k].Start)/float64(p.Grid.Timescale); off < -1e-3 || off > 0.05 {
				t.Fatalf("segment %d of %s starts %v s from where the grid has it", k, r.ID, off)
			}
			sum += s.Duration
		}
		if line := expand(t, manifest, r.ID); !slices.Equal(line, ticks) {
			t.Fatalf("DASH and HLS disagree on %s:\n%v\n%v", r.ID, line, ticks)
		}
	}
	if len(targets) != 1 {
		t.Fatalf("several target durations: %v", targets)
	}
}

func TestOnlyWholeRenditionsAreListed(t *testing.T) {
	p := newPlan(t, bilingual())
	made := madeOf(p, "video/360", "video/720", "audio/0-en", "audio/2-en")
	b, err := plan.Multivariant(p, made)
	if err != nil {
		t.Fatal(err)
	}
	list := parseMultivariant(t, b)
	var variants []string
	for _, v := range list.Variants {
		variants = append(variants, v.URI)
		if v.Codecs != made[strings.TrimSuffix(v.URI, "/index.m3u8")].Codecs+",mp4a.40.2" {
			t.Errorf("%s: CODECS %s", v.URI, v.Codecs)
		}
	}
	if got := strings.Join(variants, " "); got != "video/720/index.m3u8 video/360/index.m3u8" {
		t.Errorf("variants %s", got)
	}
	for _, a := range list.GetAllAlternatives() {
		want := map[string][2]bool{ // the film's own default is not whole: the first stands in
			"audio/0-en/index.m3u8": {true, true},
			"audio/2-en/index.m3u8": {false, false},
		}
		if w, ok := want[a.URI]; !ok || a.Default != w[0] || a.Autoselect != w[1] {
			t.Errorf("%s: default %v, autoselect %v", a.URI, a.Default, a.Autoselect)
		}
	}
	manifest, err := plan.MPD(p, made)
	if err != nil {
		t.Fatal(err)
	}
	for _, absent := range []string{"video/480", "video/1080", "audio/1-pt"} {
		if bytes.Contains(manifest, []byte(absent)) {
			t.Errorf("the manifest lists %s", absent)
		}
	}
}

func TestAFilmWithoutWholePictureOrSoundIsNotPlayable(t *testing.T) {
	p := newPlan(t, bilingual())
	for _, whole := range [][]string{{"none"}, {"video/360", "video/480"}, {"audio/0-en", "audio/1-pt"}} {
		if _, err := plan.Multivariant(p, madeOf(p, whole...)); fault.CodeOf(err) != "not_playable" || !fault.Is(err, fault.Conflict) {
			t.Errorf("HLS of %v: %v", whole, err)
		}
		if _, err := plan.MPD(p, madeOf(p, whole...)); fault.CodeOf(err) != "not_playable" {
			t.Errorf("DASH of %v: %v", whole, err)
		}
	}
	silenced := madeOf(p)
	for _, r := range p.Of(plan.Audio) {
		delete(silenced, r.ID)
	}
	if list, err := plan.Multivariant(p, silenced); err != nil || bytes.Contains(list, []byte("AUDIO")) || !bytes.Contains(list, []byte("video/360/")) {
		t.Errorf("a film whose sound was taken back: %v\n%s", err, list)
	}
	silent := newPlan(t, reports["tiny and silent"])
	if _, err := plan.Multivariant(silent, madeOf(silent)); err != nil {
		t.Errorf("a film without sound: %v", err)
	}
}

func TestReadyStretchesFollowFinishedTasks(t *testing.T) {
	p := newPlan(t, lasting(25, 1, 90))
	lowest, sound := p.Of(plan.Video)[0].ID, p.Of(plan.Audio)[0].ID
	var first, gap, last int
	for _, task := range p.Tasks {
		if task.Renditions[0] != lowest {
			continue
		}
		switch task.FirstSegment {
		case 0:
			first = task.Seq
		case 1:
			gap = task.Seq
		case 2:
			last = task.Seq
		}
	}
	ready := p.Ready([]int{last, first, -1, 10_000}, nil)
	if got := ready[lowest]; !slices.Equal(got, []plan.Span{{Start: 0, End: 2}, {Start: 4, End: 8}}) {
		t.Errorf("with a gap: %v", got)
	}
	if got := p.Ready([]int{first, gap, last}, nil)[lowest]; !slices.Equal(got, []plan.Span{{Start: 0, End: 8}}) {
		t.Errorf("closed: %v", got)
	}
	if len(ready[sound]) != 0 {
		t.Errorf("no sound was made: %v", ready[sound])
	}
	var all []int
	for _, task := range p.Tasks {
		all = append(all, task.Seq)
	}
	for id, spans := range p.Ready(all, nil) {
		if !slices.Equal(spans, []plan.Span{{Start: 0, End: p.DurationSeconds}}) {
			t.Errorf("all of %s: %v", id, spans)
		}
	}
}

func TestThePeakIsOverHalfToOneAndAHalfTargets(t *testing.T) {
	p := newPlan(t, lasting(25, 1, 10)) // five segments of 2 s: target 2, windows of 1 to 3 s
	r := p.Of(plan.Video)[0]
	peak, average := p.Measure(r, []int64{1000, 1000, 5000, 1000, 2000})
	if peak != 5000*8/2 || average != 10000*8/10 {
		t.Errorf("peak %d, average %d", peak, average)
	}
	long := newPlan(t, lasting(25, 1, 70)) // target 4: a 2 s segment counts alone and with the next, up to 6 s
	sizes := make([]int64, len(long.Grid.Segments))
	for k := range sizes {
		sizes[k] = 100
	}
	sizes[31] = 4000 // of 4 s
	sizes[3] = 1800  // of 2 s
	if peak, _ := long.Measure(long.Of(plan.Video)[0], sizes); peak != 4000*8/4 {
		t.Errorf("peak %d", peak)
	}
	if peak, average := p.Measure(r, []int64{1, 2}); peak != 0 || average != 0 {
		t.Errorf("sizes of another plan measured %d, %d", peak, average)
	}
}

func parseMedia(t *testing.T, b []byte) *m3u8.MediaPlaylist {
	t.Helper()
	list, kind, err := m3u8.Decode(*bytes.NewBuffer(b), true)
	if err != nil || kind != m3u8.MEDIA {
		t.Fatalf("not a media playlist: %v\n%s", err, b)
	}
	return list.(*m3u8.MediaPlaylist)
}

func parseMultivariant(t *testing.T, b []byte) *m3u8.MasterPlaylist {
	t.Helper()
	list, kind, err := m3u8.Decode(*bytes.NewBuffer(b), true)
	if err != nil || kind != m3u8.MASTER {
		t.Fatalf("not a multivariant playlist: %v\n%s", err, b)
	}
	return list.(*m3u8.MasterPlaylist)
}

// expand returns the durations the manifest gives a representation.
func expand(t *testing.T, manifest *mpd.MPD, id string) []int64 {
	t.Helper()
	for _, set := range manifest.Periods[0].AdaptationSets {
		for _, r := range set.Representations {
			if r.Id != id {
				continue
			}
			var ticks []int64
			for _, s := range set.SegmentTemplate.SegmentTimeline.S {
				for range s.R + 1 {
					ticks = append(ticks, int64(s.D))
				}
			}
			return ticks
		}
	}
	t.Fatalf("the manifest has no %s", id)
	return nil
}

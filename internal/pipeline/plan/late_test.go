package plan_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/Eyevinn/dash-mpd/mpd"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
)

func newAV1Plan(t *testing.T, report probe.Report, rung *source.Rung) plan.Plan {
	t.Helper()
	p, err := plan.New(report, plan.StandardLadder(), rung, plan.AV1)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// av1Of are the ids of what is made in AV1.
func av1Of(p plan.Plan) (ids []string) {
	for _, r := range p.Renditions {
		if r.Codec == plan.AV1 {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

func TestAPlanWithAV1IsTheOneWrittenDown(t *testing.T) {
	golden(t, "in-AV1-too", describe(t, newAV1Plan(t, lasting(25, 1, 10), nil)))
}

// What is made late comes after all a plan had without it, and changes none of that.
func TestAV1ComesAfterAllElse(t *testing.T) {
	for name, report := range reports {
		without, with := newPlan(t, report), newAV1Plan(t, report, nil)
		ids := av1Of(with)
		if report.Video.Height < 64 { // smaller than the encoder takes
			if len(ids) > 0 {
				t.Errorf("%s: %v", name, ids)
			}
			continue
		}
		if len(ids) != len(without.Of(plan.Video)) {
			t.Errorf("%s: in AV1 there are %v", name, ids)
		}
		n := len(without.Tasks)
		late := with.Tasks[n:]
		with.Tasks, with.Renditions = with.Tasks[:n], with.Renditions[:len(without.Renditions)]
		if !bytes.Equal(describe(t, with), describe(t, without)) {
			t.Errorf("%s: the rest of the plan is another", name)
		}
		next := 0
		for _, task := range late {
			if task.Lane != plan.LaneAV1 || task.FirstSegment != next || !slices.Equal(task.Renditions, ids) {
				t.Fatalf("%s: task %+v, where segment %d of %v was due", name, task, next, ids)
			}
			next += task.Segments
		}
		if next != len(with.Grid.Segments) {
			t.Errorf("%s: %d segments of %d are made in AV1", name, next, len(with.Grid.Segments))
		}
	}
}

// A source that is played as it is has a rung of its size in AV1, and none in H.264.
func TestASourceThatIsPlayedHasAV1OfItsSize(t *testing.T) {
	p := newAV1Plan(t, film(), played(5, 24000, 1001, 100))
	if got, want := av1Of(p), []string{"video/360-av1", "video/480-av1", "video/720-av1", "video/1080-av1"}; !slices.Equal(got, want) {
		t.Errorf("in AV1 there are %v, want %v", got, want)
	}
}

func TestAV1IsListedOnceItIsWhole(t *testing.T) {
	p := newAV1Plan(t, bilingual(), nil)
	made := madeOf(p)
	for _, id := range av1Of(p) {
		made[id] = plan.Made{Codecs: "av01.0.08M.08"}
	}
	lists := func() (multivariant, player, manifest string) {
		m, err := plan.Multivariant(p, made)
		if err != nil {
			t.Fatal(err)
		}
		d, err := plan.MPD(p, made)
		if err != nil {
			t.Fatal(err)
		}
		return string(m), string(plan.Player(p, made)), string(d)
	}
	multivariant, player, manifest := lists()
	if all := multivariant + player + manifest; strings.Contains(all, "av1") || strings.Contains(all, "av01") {
		t.Errorf("before it is whole:\n%s", all)
	}
	made["video/480-av1"] = plan.Made{Codecs: "av01.0.08M.08", Whole: true, PeakBandwidth: 600_000, AverageBandwidth: 500_000}
	multivariant, player, manifest = lists()
	for what, list := range map[string]string{"the multivariant playlist": multivariant, "our player's": player} {
		variants := strings.Split(list, "#EXT-X-STREAM-INF:")
		last := variants[len(variants)-1]
		if strings.Count(list, "av01") != 1 || !strings.Contains(last, `CODECS="av01.0.08M.08,mp4a.40.2"`) ||
			!strings.Contains(last, `AUDIO="audio"`) || !strings.HasSuffix(last, "\nvideo/480-av1/index.m3u8\n") {
			t.Errorf("%s does not end with AV1:\n%s", what, list)
		}
		if first := variants[1]; !strings.Contains(first, "avc1") {
			t.Errorf("%s begins with %s", what, first)
		}
	}
	// Codecs are not mixed in a set: a player steps freely within it.
	read, err := mpd.MPDFromBytes([]byte(manifest))
	if err != nil {
		t.Fatal(err)
	}
	var sets [][]string
	for _, set := range read.Periods[0].AdaptationSets {
		if string(set.ContentType) != "video" {
			continue
		}
		var codecs []string
		for _, r := range set.Representations {
			codecs = append(codecs, r.Id+" "+r.Codecs)
		}
		sets = append(sets, codecs)
	}
	if len(sets) != 2 || len(sets[0]) != 4 || !slices.Equal(sets[1], []string{"video/480-av1 av01.0.08M.08"}) {
		t.Errorf("the sets of pictures are %v", sets)
	}
}

// A film is not playable for other players when only what not all of them play is whole.
func TestAV1AloneIsNotEnough(t *testing.T) {
	p := newAV1Plan(t, bilingual(), nil)
	if list, err := plan.Multivariant(p, madeOf(p, append(av1Of(p), "audio/1-pt")...)); err == nil {
		t.Errorf("listed:\n%s", list)
	}
}

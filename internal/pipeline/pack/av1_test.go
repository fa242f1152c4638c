package pack_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/Eyevinn/mp4ff/av1"
	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/test/testfilm"
	"github.com/kkmovies/kkmovies/test/testplan"
)

// In AV1 a film has the same segments: every frame of each, no other, shown when the film
// shows it, and one key frame, the first.
func TestAV1HasEveryFrameAtItsTime(t *testing.T) {
	for name, ready := range map[string]testplan.Film{
		"on a fixed grid": testplan.Of(t, testfilm.MP4HEVC.Path(t), plan.AV1),
		"on the source's": testplan.AsItIs(t, testfilm.Deep.Path(t), plan.AV1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &film{source: ready.Source, plan: ready.Plan}
			if ready.Index != nil {
				f.feed, f.frames = ready.Feed, ready.Index.Frames
			}
			f.plan.Renditions = slices.DeleteFunc(slices.Clone(f.plan.Renditions), func(r plan.Rendition) bool { return !r.Late() })
			last := f.plan.Tasks[len(f.plan.Tasks)-1]
			if len(f.plan.Renditions) == 0 || last.Lane != plan.LaneAV1 || len(last.Renditions) != len(f.plan.Renditions) {
				t.Fatalf("%d renditions, and last the task %+v", len(f.plan.Renditions), last)
			}
			first, rest := last, last // several tasks of a film this short
			first.FirstSegment, first.Segments = 0, 1
			rest.FirstSegment, rest.Segments = 1, len(f.plan.Grid.Segments)-1
			f.plan.Tasks = []plan.Task{first, rest}
			f.prepare(t)
			f.make(t)
			for _, r := range f.plan.Renditions {
				path := f.whole(t, r)
				if c := f.codecs[r.ID]; !strings.HasPrefix(c, "av01.0.") || !strings.Contains(c, "M.08") {
					t.Errorf("%s is %q", r.ID, c)
				}
				inAV1AsShown(t, f, r, path)
				if f.frames != nil {
					picturesAreTheSources(t, f, r, path)
				}
			}
		})
	}
}

func inAV1AsShown(t *testing.T, f *film, r plan.Rendition, path string) {
	t.Helper()
	file, err := mp4.ReadMP4File(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Segments) != len(f.plan.Grid.Segments) {
		t.Fatalf("%d segments of %d", len(file.Segments), len(f.plan.Grid.Segments))
	}
	for k, segment := range file.Segments {
		want := f.plan.Grid.Segments[k]
		samples, err := segment.Fragments[0].GetFullSamples(file.Init.Moov.Mvex.Trex)
		if err != nil {
			t.Fatal(err)
		}
		var due, got []int64
		for i := range want.Frames {
			due = append(due, want.Start+i*int64(f.plan.Grid.FrameTicks))
		}
		if f.frames != nil {
			due = nil
			for _, frame := range f.frames(want.FirstFrame, want.Frames) {
				due = append(due, frame.PTS)
			}
			slices.Sort(due)
		}
		end := want.Start
		for i, s := range samples {
			got = append(got, s.PresentationTime())
			if int64(s.DecodeTime) != end || s.CompositionTimeOffset != 0 {
				t.Fatalf("%s: frame %d of segment %d is decoded at %d, want %d", r.ID, i, k, s.DecodeTime, end)
			}
			end += int64(s.Dur)
			if key, err := av1.IsRAPSample(s.Data, nil); err != nil && i == 0 || s.IsSync() != (i == 0) || err == nil && key != (i == 0) {
				t.Errorf("%s: frame %d of segment %d: sync %v, key frame %v, %v", r.ID, i, k, s.IsSync(), key, err)
			}
		}
		if !slices.Equal(got, due) || end != want.Start+want.Ticks {
			t.Errorf("%s: segment %d is shown at\n%v until %d, want\n%v until %d", r.ID, k, got, end, due, want.Start+want.Ticks)
		}
	}
}

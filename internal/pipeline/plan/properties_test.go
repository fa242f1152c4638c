package plan_test

import (
	"math"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
)

// FuzzPlan states what is true of every plan, whatever was uploaded.
func FuzzPlan(f *testing.F) {
	f.Add(24000, 1001, 7207.2, 0.021, 1920, 1080, 0, 2, 48000)
	f.Add(25, 1, 61.04, 1.4, 720, 576, 90, 1, 44100)
	f.Add(60, 1, 0.01, 0.0, 320, 240, 0, 0, 0)
	f.Add(1000, 1, 3599.9, -0.5, 3840, 1600, 0, 3, 22050)
	f.Add(1, 10, 100.0, 0.0, 2, 2, 0, 1, 8000)
	f.Add(30000, 1001, 62.5, 0.0, 1080, 1920, 0, 1, 48000)
	f.Add(99999999, 1666667, 86400.0, 95443.0, 16384, 16384, 270, 33, 192000)

	f.Fuzz(func(t *testing.T, num, den int, seconds, start float64, width, height, rotation, tracks, rate int) {
		if tracks < 0 || tracks > 40 || seconds > 4*3600 {
			return // the same again, slower
		}
		report := probe.Report{
			Format: "matroska,webm",
			Video: probe.Video{
				Width: width, Height: height, Rotation: rotation, FrameRateNum: num, FrameRateDen: den,
				StartSeconds: start, EndSeconds: start + seconds,
			},
		}
		for i := range tracks {
			report.Audio = append(report.Audio, probe.Audio{Stream: i + 1, Channels: 1 + 2*i%9, SampleRate: rate, Language: "por", Title: "same"})
		}
		p, err := plan.New(report, plan.StandardLadder(), nil)
		if err != nil {
			return
		}
		gridHolds(t, p, report)
		renditionsHold(t, p)
		everySegmentIsInExactlyOneTask(t, p)
	})
}

func gridHolds(t *testing.T, p plan.Plan, report probe.Report) {
	g := p.Grid
	if g.Timescale < 1000 {
		t.Fatalf("timescale %d", g.Timescale)
	}
	fps := float64(g.Timescale) / float64(g.FrameTicks)
	if fps < 5 || fps > 60 {
		t.Fatalf("%v frames a second", fps)
	}
	real := report.Video.EndSeconds - report.Video.StartSeconds
	if off := math.Abs(p.DurationSeconds - real); off > 1/fps {
		t.Fatalf("%v s of picture became %v s", real, p.DurationSeconds)
	}
	next := int64(0)
	for k, s := range g.Segments {
		if s.Start != s.FirstFrame*int64(g.FrameTicks) || s.Ticks != s.Frames*int64(g.FrameTicks) {
			t.Fatalf("segment %d is %+v, of frames of %d ticks", k, s, g.FrameTicks)
		}
		if s.FirstFrame != next {
			t.Fatalf("segment %d starts at frame %d, not %d", k, s.FirstFrame, next)
		}
		if s.FirstFrame%g.GOP != 0 {
			t.Fatalf("segment %d starts inside a GOP", k)
		}
		if last := k == len(g.Segments)-1; !last && s.Frames != g.GOP && s.Frames != 2*g.GOP {
			t.Fatalf("segment %d has %d frames, the GOP %d", k, s.Frames, g.GOP)
		}
		if 2*s.Frames < g.GOP && len(g.Segments) > 1 {
			t.Fatalf("segment %d of %d has only %d frames", k, len(g.Segments), s.Frames)
		}
		next += s.Frames
	}
	if next != g.Frames {
		t.Fatalf("the segments hold %d of %d frames", next, g.Frames)
	}
}

func renditionsHold(t *testing.T, p plan.Plan) {
	ids, labels, defaults := map[string]bool{}, map[string]bool{}, 0
	lastHeight := 0
	for _, r := range p.Renditions {
		if ids[r.ID] {
			t.Fatalf("two renditions %s", r.ID)
		}
		ids[r.ID] = true
		scale, ticks := p.Durations(r)
		if len(ticks) != len(p.Grid.Segments) {
			t.Fatalf("%s has %d segments of %d", r.ID, len(ticks), len(p.Grid.Segments))
		}
		total := int64(0)
		for k, d := range ticks {
			if d <= 0 {
				t.Fatalf("segment %d of %s lasts nothing", k, r.ID)
			}
			total += d
		}
		tolerance := 1e-9
		if r.Kind == plan.Audio {
			tolerance = 1024/float64(r.Rate) + 1e-9 // sound ends with a whole packet
		}
		if r.Copy {
			tolerance += 0.5 // or a moment early
		}
		if off := math.Abs(float64(total)/float64(scale) - p.DurationSeconds); off > tolerance {
			t.Fatalf("%s lasts %v s more or less than the film", r.ID, off)
		}
		switch r.Kind {
		case plan.Video:
			if r.Width%2 != 0 || r.Height%2 != 0 || r.Width > p.Picture.Width || r.Height > p.Picture.Height || r.Width < 2 || r.Height < 2 {
				t.Fatalf("%s is %dx%d of %dx%d", r.ID, r.Width, r.Height, p.Picture.Width, p.Picture.Height)
			}
			if r.Copy {
				continue
			}
			if r.Height <= lastHeight {
				t.Fatalf("%s is no taller than the rung below", r.ID)
			}
			lastHeight = r.Height
			if r.MaxRate >= r.Bandwidth || r.MaxRate <= 0 {
				t.Fatalf("%s: cap %d, ceiling %d", r.ID, r.MaxRate, r.Bandwidth)
			}
		case plan.Audio:
			if labels[r.Label] || r.Label == "" {
				t.Fatalf("label %q twice or empty", r.Label)
			}
			labels[r.Label] = true
			if r.Default {
				defaults++
			}
		}
	}
	if len(p.Of(plan.Video)) == 0 {
		t.Fatal("no picture")
	}
	if n := len(p.Of(plan.Audio)); n > 0 && defaults != 1 {
		t.Fatalf("%d defaults among %d tracks", defaults, n)
	}
}

func everySegmentIsInExactlyOneTask(t *testing.T, p plan.Plan) {
	type unit struct {
		rendition string
		segment   int
	}
	done := map[unit]bool{}
	for i, task := range p.Tasks {
		if task.Seq != i || task.Segments < 1 || len(task.Renditions) == 0 {
			t.Fatalf("task %d: %+v", i, task)
		}
		if i > 0 && task.Lane < p.Tasks[i-1].Lane {
			t.Fatalf("task %d is in a lane before the task before it", i)
		}
		for _, id := range task.Renditions {
			if r, ok := p.Rendition(id); !ok || r.Kind != task.Kind || r.Copy {
				t.Fatalf("task %d makes %s %s", i, task.Kind, id)
			}
			for k := range task.Segments {
				u := unit{id, task.FirstSegment + k}
				if done[u] {
					t.Fatalf("%v is made twice", u)
				}
				done[u] = true
			}
		}
	}
	encoded := 0
	for _, r := range p.Renditions {
		if !r.Copy {
			encoded++
		}
	}
	if want := encoded * len(p.Grid.Segments); len(done) != want {
		t.Fatalf("%d of %d segments are in a task", len(done), want)
	}
	for u := range done {
		if u.segment < 0 || u.segment >= len(p.Grid.Segments) {
			t.Fatalf("%v does not exist", u)
		}
	}
}

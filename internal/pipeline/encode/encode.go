// Package encode owns the making of compressed picture and sound: one task of a plan in,
// one encoded file for each of its renditions out. Every task of a film can run alone, in
// any order, on any machine, and all of them together hold exactly the frames and samples
// that one pass over the film would. It imports plan, and no step after it.
package encode

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

// Encoder encodes with ffmpeg.
type Encoder struct{ tools *ffmpeg.Tools }

// New returns an encoder.
func New(tools *ffmpeg.Tools) *Encoder { return &Encoder{tools: tools} }

// In is one task of a plan. Scratch is a folder of the caller's, for this task alone: the
// caller removes it, whatever happens.
type In struct {
	Plan       plan.Plan
	Task       plan.Task
	Source     string             // path of the source file
	Scratch    string             // folder the encoded files are written to
	OnProgress func(part float64) // 0..1, about twice a second; may be nil
}

// Out names the encoded file of each rendition of the task: fragmented MP4 whose times
// start near zero. pack puts them on the film's time.
type Out struct {
	Files map[string]string
}

// Run encodes a task: one ffmpeg, all renditions from one decode. The same task gives the
// same bytes on every run.
func (e *Encoder) Run(ctx context.Context, in In) (Out, error) {
	const op = "encode.run"
	renditions, err := chosen(in.Plan, in.Task)
	if err != nil {
		return Out{}, fault.Wrap(op, err)
	}
	job := work{plan: in.Plan, source: in.Source, scratch: in.Scratch, report: in.OnProgress}
	if in.Task.Kind == plan.Video {
		err = e.video(ctx, job, renditions, videoSpan(in.Plan.Grid, in.Task))
	} else {
		_, err = e.run(ctx, job, audioCommand(in.Plan, renditions, audioSpans(in.Plan, in.Task, renditions)))
	}
	if err != nil {
		return Out{}, fault.Wrap(op, err)
	}
	out := Out{Files: make(map[string]string, len(renditions))}
	for _, r := range renditions {
		out.Files[r.ID] = filepath.Join(in.Scratch, fileName(r))
	}
	return out, nil
}

// work is what every command of a task shares.
type work struct {
	plan    plan.Plan
	source  string
	scratch string
	report  func(part float64)
}

// command is an ffmpeg run, but for where its files are.
type command struct {
	input    []string      // options before the input
	args     []string      // everything after it
	frames   int64         // of each output, to turn progress into a part: of picture
	duration time.Duration // and of sound
}

// part is how much of a command is done. ffmpeg tells the time of copied timestamps
// relative to its first report, so of sound it is less than the truth until the end.
func (c command) part(now ffmpeg.Progress) float64 {
	switch {
	case now.End:
		return 1
	case c.frames > 0:
		return min(float64(now.Frames)/float64(c.frames), 1)
	}
	return min(max(float64(now.Time)/float64(c.duration), 0), 1)
}

// run runs a command and returns how many frames its first output has.
func (e *Encoder) run(ctx context.Context, w work, c command) (frames int64, err error) {
	err = e.tools.Run(ctx, ffmpeg.Job{
		Inputs: []ffmpeg.Input{{Path: w.source, Demuxer: w.plan.Picture.Demuxer, Args: c.input}},
		Args:   c.args,
		Dir:    w.scratch,
		OnProgress: func(now ffmpeg.Progress) {
			frames = now.Frames
			if w.report != nil {
				w.report(c.part(now))
			}
		},
	})
	return frames, err
}

// farBack is how far before a damaged span its last good frame is looked for.
const farBack = time.Minute

// video encodes a span. Where the source is damaged so badly that not one frame can be
// decoded from the keyframe before the span on, an earlier one is held through it.
func (e *Encoder) video(ctx context.Context, w work, renditions []plan.Rendition, s span) error {
	frames, err := e.run(ctx, w, videoCommand(w.plan, renditions, s, 0))
	if err != nil || frames == s.frames {
		return err
	}
	frames, err = e.run(ctx, w, videoCommand(w.plan, renditions, s, farBack))
	if err == nil && frames != s.frames {
		err = fmt.Errorf("%d frames from frame %d on, not %d", frames, s.first, s.frames)
	}
	return err
}

// chosen returns a task's renditions, which must be of its kind.
func chosen(p plan.Plan, task plan.Task) ([]plan.Rendition, error) {
	byID := make(map[string]plan.Rendition, len(p.Renditions))
	for _, r := range p.Renditions {
		byID[r.ID] = r
	}
	last := task.FirstSegment + task.Segments
	if task.FirstSegment < 0 || task.Segments < 1 || last > len(p.Grid.Segments) || len(task.Renditions) == 0 {
		return nil, fmt.Errorf("task %d is not part of its plan", task.Seq)
	}
	out := make([]plan.Rendition, 0, len(task.Renditions))
	for _, id := range task.Renditions {
		r, ok := byID[id]
		if !ok || r.Kind != task.Kind {
			return nil, fmt.Errorf("task %d asks for %q, which is no %s rendition of its plan", task.Seq, id, task.Kind)
		}
		out = append(out, r)
	}
	return out, nil
}

func fileName(r plan.Rendition) string { return strings.ReplaceAll(r.ID, "/", "-") + ".mp4" }

// fragmented are the options of every output: a fragmented file with nothing of the
// source's own words (a phone writes where it was) and nothing that depends on the day.
func fragmented(name string) []string {
	return []string{
		"-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact",
		"-f", "mp4", "-movflags", "+cmaf+frag_keyframe+skip_trailer", name,
	}
}

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
	var c command
	if in.Task.Kind == plan.Video {
		c = videoCommand(in.Plan, renditions, videoSpan(in.Plan.Grid, in.Task))
	} else {
		c = audioCommand(in.Plan, renditions, audioSpans(in.Plan, in.Task, renditions))
	}
	if err := e.run(ctx, in.Plan, c, in.Source, in.Scratch, in.OnProgress); err != nil {
		return Out{}, fault.Wrap(op, err)
	}
	out := Out{Files: make(map[string]string, len(renditions))}
	for _, r := range renditions {
		out.Files[r.ID] = filepath.Join(in.Scratch, fileName(r))
	}
	return out, nil
}

// command is an ffmpeg run, but for where its files are.
type command struct {
	input    []string      // options before the input
	args     []string      // everything after it
	duration time.Duration // of output, to turn progress into a part
}

func (e *Encoder) run(ctx context.Context, p plan.Plan, c command, source, scratch string, report func(float64)) error {
	job := ffmpeg.Job{
		Inputs: []ffmpeg.Input{{Path: source, Demuxer: p.Picture.Demuxer, Args: c.input}},
		Args:   c.args,
		Dir:    scratch,
	}
	if report != nil {
		job.OnProgress = func(now ffmpeg.Progress) {
			part := float64(now.Time) / float64(c.duration)
			report(min(max(part, 0), 1))
		}
	}
	return e.tools.Run(ctx, job)
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

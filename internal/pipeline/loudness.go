package pipeline

import (
	"context"
	"os"

	"github.com/kkmovies/kkmovies/internal/pipeline/loudness"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// loudness measures the sound of a film, once. Whoever waits for a segment comes first.
func (p *Pipeline) loudness(ctx context.Context, job Loudness) error {
	const op = "pipeline.loudness"
	planned, err := p.Store.Plan(ctx, job.VideoID)
	if err != nil {
		return fault.Wrap(op, err)
	}
	source, err := p.Store.Source(ctx, job.VideoID)
	if err != nil {
		return fault.Wrap(op, err)
	}
	file, err := p.openSource(ctx, source)
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer file.Close()
	scratch, err := os.MkdirTemp(p.Scratch, "loudness-")
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer os.RemoveAll(scratch)
	on := p.floor.enter(run{about: Event{Video: job.VideoID, Task: -1}})
	defer on.leave()
	ctx, cancel := p.whileThere(ctx, job.VideoID)
	defer cancel()
	measured, err := p.meter.Run(ctx, loudness.In{Plan: planned, Source: file.Path, Scratch: scratch, Gate: on.gate})
	if err != nil {
		return fault.Wrap(op, err)
	}
	if err := p.Store.SetLoudness(ctx, job.VideoID, measured); err != nil {
		return fault.Wrap(op, err)
	}
	p.Changed(ctx, job.VideoID)
	return nil
}

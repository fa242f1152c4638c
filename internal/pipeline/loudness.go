package pipeline

import (
	"context"

	"github.com/kkmovies/kkmovies/internal/pipeline/loudness"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// loudness measures the sound of a film, once. Whoever waits for a segment comes first.
func (p *Pipeline) loudness(ctx context.Context, job Loudness) error {
	const op = "pipeline.loudness"
	return fault.Wrap(op, p.examine(ctx, job, sight{part: sounds}, func(ctx context.Context, f film) error {
		measured, err := p.meter.Run(ctx, loudness.In{Plan: f.plan, Source: f.path, Scratch: f.scratch, Gate: f.gate})
		if err != nil {
			return err
		}
		if err := p.Store.SetLoudness(ctx, job.VideoID, measured); err != nil {
			return err
		}
		p.Changed(ctx, job.VideoID)
		return nil
	}))
}

// sounds are all that is heard of a film. One on a fixed grid comes whole for its encoders: then
// it is there.
func sounds(planned plan.Plan, _ Source) (source.Part, bool) {
	return source.Sounds, planned.Grid.OfSource
}

package pipeline

import (
	"context"
	"io"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/pack"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// An encoder that is fed need not find its way in a file: it is given what it decodes, cut out
// of the source by its sample tables.

// feed returns what encoders of a film on its own grid read: its segments, one after
// another. On a fixed grid they read the file, unless somebody waits.
func (p *Pipeline) feed(ctx context.Context, planned plan.Plan, src Source, task plan.Task, urgent bool) (encode.Feed, pack.Frames, error) {
	if !planned.Grid.OfSource {
		if urgent && task.Kind == plan.Video && task.FirstSegment > 0 {
			return p.stretch(ctx, planned, src), nil, nil
		}
		return nil, nil, nil
	}
	index, err := p.copies.index(ctx, src.EncodeKey)
	if err != nil {
		return nil, nil, fromSource(err)
	}
	return func(ctx context.Context, w io.Writer, first, n int) error {
		var segments []source.Segment
		for _, s := range planned.Grid.Segments[first : first+n] {
			segments = append(segments, s.Source())
		}
		return fromSource(index.Feed(ctx, w, segments))
	}, index.Frames, nil
}

// stretch returns what an encoder reads that makes a few segments of a fixed grid: what they
// are decoded from, and neither the index of hours nor a picture it could do without. nil
// where only the encoder itself can find that.
func (p *Pipeline) stretch(ctx context.Context, planned plan.Plan, src Source) encode.Feed {
	if planned.Picture.Deinterlace || planned.Picture.Demuxer != "mov" {
		return nil
	}
	index, err := p.copies.index(ctx, src.EncodeKey)
	if err != nil {
		return nil
	}
	return func(ctx context.Context, w io.Writer, first, n int) error {
		from, last := planned.Grid.Segments[first], planned.Grid.Segments[first+n-1]
		begins := planned.Picture.OriginTicks
		at := func(ticks int64) time.Duration {
			return time.Duration(float64(ticks) / float64(planned.Grid.Timescale) * float64(time.Second))
		}
		return index.Stretch(ctx, w, at(begins), at(begins+from.Start), at(begins+last.Start+last.Ticks))
	}
}

// firstFrame returns what an encoder reads of which only the first frame is wanted: that
// frame alone, where a whole segment may have megabytes.
func (p *Pipeline) firstFrame(ctx context.Context, planned plan.Plan, src Source) (encode.Feed, error) {
	if !planned.Grid.OfSource {
		return nil, nil
	}
	index, err := p.copies.index(ctx, src.EncodeKey)
	if err != nil {
		return nil, fromSource(err)
	}
	frame := planned.Grid.Segments[0].Source()
	if planned.Grid.Frames > 1 {
		frame.Frames, frame.Ticks = 1, index.Frames(1, 1)[0].PTS
	}
	return func(ctx context.Context, w io.Writer, _, _ int) error {
		return fromSource(index.Feed(ctx, w, []source.Segment{frame}))
	}, nil
}

// fromSource says of what a feed reads that it is the source that is missing.
func fromSource(err error) error {
	if fault.Is(err, fault.NotFound) {
		return errSourceMissing
	}
	return err
}

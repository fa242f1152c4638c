// Package pack owns the last step of a segment: it takes a task's encoded files apart and
// writes each segment, on the film's own time, at its final key. A segment that is not
// exactly what the plan promised is never written. It imports source, plan and encode.
package pack

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// In is a task that has been encoded.
type In struct {
	VideoID string
	Plan    plan.Plan
	Task    plan.Task
	Encoded encode.Out
	Inits   map[string][]byte // of each rendition of the task, as stored: what players decode the segments with
	Frames  Frames            // of a grid of the source; nil of a fixed one

	// Put stores an object once, whole or not at all. A key that is already there is no
	// error: it holds the same segment.
	Put func(ctx context.Context, key string, body io.Reader, size int64) error
}

// Frames returns when n of the film's frames are due, in the order of decoding.
type Frames func(first, n int64) []source.Frame

// Segment is one stored object.
type Segment struct {
	Rendition     string
	Index         int // in the plan's grid, from 0
	Key           string
	Bytes         int64
	DurationTicks int64 // in the rendition's timescale: the grid's for picture, the sample rate for sound
}

// Run writes every segment of a task. The same encoded files give the same bytes.
func Run(ctx context.Context, in In) ([]Segment, error) {
	const op = "pack.run"
	var stored []Segment
	for _, id := range in.Task.Renditions {
		segments, err := rendition(ctx, in, id)
		if err != nil {
			return nil, fault.Wrap(op, fmt.Errorf("%s: %w", id, err))
		}
		stored = append(stored, segments...)
	}
	return stored, nil
}

// rendition writes a task's segments of one rendition, after all of them are found good.
func rendition(ctx context.Context, in In, id string) ([]Segment, error) {
	r, ok := in.Plan.Rendition(id)
	if !ok || r.Copy {
		return nil, fmt.Errorf("not a rendition the plan has encoded")
	}
	encoded, err := open(in.Encoded.Files[id], in.Inits[id])
	if err != nil {
		return nil, err
	}
	var parts []part
	if r.Kind == plan.Video {
		parts, err = cutVideo(in.Plan.Grid, in.due(), in.Task, r.Codec, encoded.samples)
	} else {
		parts, err = cutAudio(in.Plan, r, in.Task, encoded.samples)
	}
	if err != nil {
		return nil, err
	}
	stored := make([]Segment, 0, len(parts))
	for _, p := range parts {
		body, err := p.encode(encoded.trackID)
		if err != nil {
			return nil, err
		}
		key := plan.Key(in.VideoID, id, p.index)
		if err := in.Put(ctx, key, bytes.NewReader(body), int64(len(body))); err != nil {
			return nil, err
		}
		stored = append(stored, Segment{Rendition: id, Index: p.index, Key: key, Bytes: int64(len(body)), DurationTicks: p.duration()})
	}
	return stored, nil
}

// due is when frames are due: on a fixed grid one after the other, each shown when it is
// decoded.
func (in In) due() Frames {
	g := in.Plan.Grid
	switch {
	case !g.OfSource:
		return func(first, n int64) []source.Frame {
			frames := make([]source.Frame, n)
			for i := range frames {
				at := (first + int64(i)) * int64(g.FrameTicks)
				frames[i] = source.Frame{DTS: at, PTS: at, Ticks: int64(g.FrameTicks)}
			}
			return frames
		}
	case in.Frames == nil:
		return func(int64, int64) []source.Frame { return nil }
	}
	return in.Frames
}

// part is one segment about to be written: its samples are on the film's time.
type part struct {
	index   int
	samples []mp4.FullSample
}

func (p part) duration() int64 {
	var d int64
	for _, s := range p.samples {
		d += int64(s.Dur)
	}
	return d
}

// encode writes a segment: one moof and one mdat, so that it can be encrypted as it is.
func (p part) encode(trackID uint32) ([]byte, error) {
	fragment, err := mp4.CreateFragment(uint32(p.index)+1, trackID)
	if err != nil {
		return nil, err
	}
	fragment.Moof.Traf.Trun.Version = 1 // a frame may be shown before it is decoded, by the edit list we do without
	for _, s := range p.samples {
		fragment.AddFullSample(s)
	}
	segment := mp4.NewMediaSegmentWithStyp(mp4.NewStyp("cmfs", 0, []string{"cmfs", "msdh"}))
	segment.AddFragment(fragment)
	var out bytes.Buffer
	out.Grow(int(segment.Size()))
	if err := segment.Encode(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/pack"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// produce encodes the segments of a task and stores them, under a lease: urgently when
// somebody waits, or soon will. What is stored already stays as it is; when that is all
// of it, nothing is encoded.
func (p *Pipeline) produce(h *holding, videoID string, task plan.Task, urgent bool) (Sizes, error) {
	ctx := h.ctx
	sizes, whole, err := p.stored(ctx, videoID, task)
	if err != nil || whole {
		return sizes, err
	}
	planned, err := p.Store.Plan(ctx, videoID)
	if err != nil {
		return nil, err
	}
	src, err := p.Store.Source(ctx, videoID)
	if err != nil {
		return nil, err
	}
	file, err := p.openSource(ctx, src, h.progressed)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	scratch, err := os.MkdirTemp(p.Scratch, fmt.Sprintf("task-%d-%d-", task.Lane, task.Seq))
	if err != nil {
		return nil, fault.Wrap("pipeline.produce", err)
	}
	defer os.RemoveAll(scratch)
	if task.Lane == plan.LaneAV1 {
		if err := p.setUpLate(ctx, src, planned, task, file, scratch); err != nil {
			return nil, err
		}
	}
	inits, err := p.inits(ctx, videoID, task)
	if err != nil {
		return nil, err
	}
	feed, frames, err := p.feed(ctx, planned, src, task, urgent)
	if err != nil {
		return nil, err
	}

	encoded, err := p.encoder.Run(ctx, encode.In{
		Plan: planned, Task: task, Fetch: file.path, Feed: feed, Scratch: scratch, Urgent: urgent, Gate: h.run.gate,
		OnProgress: func(float64) { h.progressed() },
	})
	if err != nil {
		return nil, err
	}
	if encoded.Damaged {
		p.mark(ctx, videoID, planned.Grid.Segments[task.FirstSegment], planned.Grid.Timescale)
	}
	inStorage := map[string]int64{}
	segments, err := pack.Run(ctx, pack.In{
		VideoID: videoID, Plan: planned, Task: task, Encoded: encoded, Inits: inits, Frames: frames,
		Put: func(ctx context.Context, key string, body io.Reader, size int64) (err error) {
			inStorage[key], err = p.putSegment(ctx, key, body, size)
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	sizes = Sizes{}
	for _, s := range segments {
		sizes[s.Rendition] = append(sizes[s.Rendition], inStorage[s.Key])
	}
	return sizes, nil
}

// mark tells the uploader where the picture is damaged. It is no reason to stop.
func (p *Pipeline) mark(ctx context.Context, videoID string, s plan.Segment, timescale uint32) {
	at := time.Duration(float64(s.Start) / float64(timescale) * float64(time.Second)).Round(time.Second)
	err := p.Store.Mark(ctx, videoID, catalog.Mark{Code: "damaged_picture",
		Detail: fmt.Sprintf("The picture cannot be decoded %v after the beginning: the last good one stands there.", at)})
	if err != nil {
		p.Logger.WarnContext(ctx, "could not record that a picture is damaged", "video", videoID, "error", err)
		return
	}
	p.Changed(ctx, videoID)
}

// putSegment stores a segment, tells who waits for it, and returns its size in storage:
// where it was made before, perhaps for a viewer, that one stays.
func (p *Pipeline) putSegment(ctx context.Context, key string, body io.Reader, size int64) (int64, error) {
	written, err := p.Blobs.Put(ctx, key, body, size)
	if err != nil {
		return 0, err
	}
	p.desk.tell(key, nil)
	if written {
		return size, nil
	}
	info, err := p.Blobs.Stat(ctx, key)
	return info.Size, err
}

// stored returns the sizes of a task's segments when all of them are in storage.
func (p *Pipeline) stored(ctx context.Context, videoID string, task plan.Task) (sizes Sizes, all bool, err error) {
	sizes = Sizes{}
	for _, rendition := range task.Renditions {
		for k := range task.Segments {
			info, err := p.Blobs.Stat(ctx, plan.Key(videoID, rendition, task.FirstSegment+k))
			if fault.Is(err, fault.NotFound) {
				return nil, false, nil
			}
			if err != nil {
				return nil, false, err
			}
			sizes[rendition] = append(sizes[rendition], info.Size)
		}
	}
	return sizes, true, nil
}

// truly is why a step failed: what is found of a film whose source is lost or cut short
// meanwhile is not true of the film.
func (p *Pipeline) truly(ctx context.Context, videoID string, found error) error {
	src, err := p.Store.Source(ctx, videoID)
	if err != nil {
		return found
	}
	file, err := p.openSource(ctx, src, nil)
	switch {
	case err == nil:
		file.Close()
	case ofSource(err):
		return err
	}
	return found
}

var (
	errSourceMissing = fault.New(fault.Invalid, "pipeline.source", "source_missing", "The uploaded file is no longer in storage. Upload it again.")
	errSourceChanged = fault.New(fault.Invalid, "pipeline.source", source.SourceChanged, "The uploaded file was changed or cut short in storage. Upload it again.")
)

// inits returns the stored init segment of each rendition of a task.
func (p *Pipeline) inits(ctx context.Context, videoID string, task plan.Task) (map[string][]byte, error) {
	inits := map[string][]byte{}
	for _, rendition := range task.Renditions {
		object, err := p.Blobs.Open(ctx, plan.InitKey(videoID, rendition))
		if fault.Is(err, fault.NotFound) { // the film is still there, unlike where its rows are not found
			err = &fault.Error{Kind: fault.Internal, Op: "pipeline.inits", Code: "init_missing", Cause: err}
		}
		if err != nil {
			return nil, err
		}
		inits[rendition], err = io.ReadAll(object)
		if err = errors.Join(err, object.Close()); err != nil {
			return nil, fault.Wrap("pipeline.inits", err)
		}
	}
	return inits, nil
}

// clearIfGone removes what was stored for a video that was deleted while it was made, and
// reports whether it was.
func (p *Pipeline) clearIfGone(ctx context.Context, videoID string) bool {
	if _, err := p.Store.Source(ctx, videoID); !fault.Is(err, fault.NotFound) {
		return false
	}
	for _, folder := range []string{"videos/" + videoID + "/", "originals/" + videoID + "/"} {
		if err := p.Blobs.DeletePrefix(ctx, folder); err != nil {
			p.Logger.WarnContext(ctx, "objects of a removed video remain", "folder", folder, "error", err)
		}
	}
	return true
}

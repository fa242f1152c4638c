package pipeline

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/picture"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// pictures makes what a viewer sees of a film before it plays: first the still, then the
// sheets of small pictures for the seek bar.
func (p *Pipeline) pictures(ctx context.Context, job Pictures) error {
	const op = "pipeline.pictures"
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
	scratch, err := os.MkdirTemp(p.Scratch, "pictures-")
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer os.RemoveAll(scratch)
	on := p.floor.enter(run{about: Event{Video: job.VideoID, Task: -1}}) // nobody waits for them
	defer on.leave()
	ctx, cancel := p.whileThere(ctx, job.VideoID)
	defer cancel()
	in := picture.In{Plan: planned, Source: file.Path, Scratch: scratch, Gate: on.gate}

	still, err := p.maker.Poster(ctx, in)
	if err != nil {
		return fault.Wrap(op, err)
	}
	shown := Shown{StillKey: plan.FileKey(job.VideoID, plan.PosterName), BlurHash: still.BlurHash}
	if err := p.show(ctx, job.VideoID, shown, map[string]string{shown.StillKey: still.Path}); err != nil {
		return fault.Wrap(op, err)
	}

	sprites, err := p.maker.Sprites(ctx, in)
	if err != nil {
		return fault.Wrap(op, err)
	}
	layout, err := json.Marshal(sprites.Layout)
	if err != nil {
		return fault.Wrap(op, err)
	}
	shown.Sprites = string(layout)
	sheets := map[string]string{}
	for i, path := range sprites.Paths {
		sheets[plan.FileKey(job.VideoID, plan.SpriteName(i))] = path
	}
	return fault.Wrap(op, p.show(ctx, job.VideoID, shown, sheets))
}

// whileThere returns a context that ends when the video is removed: of a long film, pictures
// take minutes.
func (p *Pipeline) whileThere(ctx context.Context, videoID string) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		tick := time.NewTicker(renewEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if _, err := p.Store.Source(ctx, videoID); fault.Is(err, fault.NotFound) {
				cancel()
				return
			}
		}
	}()
	return ctx, cancel
}

// show stores files under their keys, then says that they are there.
func (p *Pipeline) show(ctx context.Context, videoID string, shown Shown, files map[string]string) error {
	for key, path := range files {
		if err := p.putFile(ctx, key, path); err != nil {
			return err
		}
	}
	if err := p.Store.SetPictures(ctx, videoID, shown); err != nil {
		return err
	}
	p.Changed(ctx, videoID)
	return nil
}

func (p *Pipeline) putFile(ctx context.Context, key, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	return p.put(ctx, key, file, info.Size())
}

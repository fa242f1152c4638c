package pipeline

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

// film is what a step is given that looks at a film while nobody waits for what it finds.
type film struct {
	plan    plan.Plan
	source  Source
	path    string       // of the source
	scratch string       // an empty folder, removed when the step ends
	gate    *ffmpeg.Gate // shut while viewers need the encoders
}

// examine lets a step look at a film: at the file as it was uploaded, or at what encoders
// read. Of a long film that takes minutes, so it ends when the video is removed. The scratch
// folder carries the step's name: what is left on a disk says whose it is.
func (p *Pipeline) examine(ctx context.Context, job step, asUploaded bool, look func(ctx context.Context, f film) error) error {
	videoID := job.video()
	planned, err := p.Store.Plan(ctx, videoID)
	if err != nil {
		return err
	}
	source, err := p.Store.Source(ctx, videoID)
	if err != nil {
		return err
	}
	read := source
	if asUploaded {
		read.EncodeKey = source.BlobKey
	}
	file, err := p.openSource(ctx, read, nil)
	if err != nil {
		return err
	}
	defer file.Close()
	path, err := p.pathWhileThere(ctx, videoID, file)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp(p.Scratch, strings.TrimPrefix(job.Kind(), "pipeline.")+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	on := p.floor.enter(run{about: Event{Video: videoID, Task: -1}})
	defer on.leave()
	ctx, cancel := p.whileThere(ctx, videoID)
	defer cancel()
	return look(ctx, film{planned, source, path, scratch, on.gate})
}

// pathWhileThere brings the whole film, which of a long one takes minutes too, before any
// encoder steps aside for who looks at it.
func (p *Pipeline) pathWhileThere(ctx context.Context, videoID string, file *sourceFile) (string, error) {
	ctx, cancel := p.whileThere(ctx, videoID)
	defer cancel()
	return file.path(ctx)
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

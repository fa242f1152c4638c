package pipeline

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

// film is what a step is given that looks at a film while nobody waits for what it finds.
type film struct {
	plan    plan.Plan
	source  Source
	path    string       // of the source, or of a file that has nothing but the part of it that is looked at
	whole   fetch        // the path of the source itself; nil where path is that
	scratch string       // an empty folder, removed when the step ends
	gate    *ffmpeg.Gate // shut while viewers need the encoders
}

// fetch returns the path of a film, that is brought when it is first asked for.
type fetch func(ctx context.Context) (path string, err error)

// sight is what a step looks at: the file as it was uploaded, or what encoders read; and of that
// the part it looks at, where there is one.
type sight struct {
	asUploaded bool
	part       func(plan.Plan, Source) (of source.Part, inPart bool)
}

// examine lets a step look at a film. Of a long one that takes minutes, so it ends when the
// video is removed. The scratch folder carries the step's name: what is left on a disk says
// whose it is.
func (p *Pipeline) examine(ctx context.Context, job step, at sight, look func(ctx context.Context, f film) error) error {
	videoID := job.video()
	p.StepAside(ctx) // a film that was planned a moment ago is about to be watched
	planned, err := p.Store.Plan(ctx, videoID)
	if err != nil {
		return err
	}
	src, err := p.Store.Source(ctx, videoID)
	if err != nil {
		return err
	}
	read := src
	if at.asUploaded {
		read.EncodeKey = src.BlobKey
	}
	file, err := p.openSource(ctx, read, nil)
	if err != nil {
		return err
	}
	defer file.Close()
	scratch, err := os.MkdirTemp(p.Scratch, strings.TrimPrefix(job.Kind(), "pipeline.")+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	f := film{plan: planned, source: src, scratch: scratch}
	if err := p.bring(ctx, &f, at, read.EncodeKey, file); err != nil {
		return err
	}
	on := p.floor.enter(run{about: Event{Video: videoID, Task: -1}})
	defer on.leave()
	ctx, cancel := p.whileThere(ctx, videoID)
	defer cancel()
	f.gate = on.gate
	return look(ctx, f)
}

// bring brings the part of a film that is looked at, or all of it, which of a long one takes
// minutes too, before any encoder steps aside for who looks at it.
func (p *Pipeline) bring(ctx context.Context, f *film, at sight, key string, file *sourceFile) (err error) {
	ctx, cancel := p.whileThere(ctx, f.source.VideoID)
	defer cancel()
	if of, inPart := at.part(f.plan, f.source); inPart {
		if f.path, err = p.part(ctx, key, of, f.scratch); err != nil {
			return err
		}
	}
	if f.path == "" {
		f.path, err = file.path(ctx)
		return err
	}
	f.whole = file.path
	return nil
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

package pipeline

import (
	"context"
	"encoding/json"
	"os"

	"github.com/kkmovies/kkmovies/internal/pipeline/picture"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// pictures makes what a viewer sees of a film before it plays: first the still, then the
// sheets of small pictures for the seek bar.
func (p *Pipeline) pictures(ctx context.Context, job Pictures) error {
	const op = "pipeline.pictures"
	return fault.Wrap(op, p.examine(ctx, job, sight{part: keyframes}, func(ctx context.Context, f film) error {
		return p.picture(ctx, job.VideoID, picture.In{Plan: f.plan, Source: f.path, Whole: f.whole, Scratch: f.scratch, Gate: f.gate})
	}))
}

// keyframes are all that is looked at of a film that is long. One on a fixed grid comes whole for
// its encoders: then it is there.
func keyframes(planned plan.Plan, _ Source) (source.Part, bool) {
	return source.Keyframes, planned.Grid.OfSource && picture.ByKeyframes(planned)
}

func (p *Pipeline) picture(ctx context.Context, videoID string, in picture.In) error {
	still, err := p.maker.Poster(ctx, in)
	if err != nil {
		return err
	}
	shown := Shown{StillKey: plan.FileKey(videoID, plan.PosterName), BlurHash: still.BlurHash}
	if err := p.show(ctx, videoID, shown, map[string]string{shown.StillKey: still.Path}); err != nil {
		return err
	}

	sprites, err := p.maker.Sprites(ctx, in)
	if err != nil {
		return err
	}
	layout, err := json.Marshal(sprites.Layout)
	if err != nil {
		return err
	}
	shown.Sprites = string(layout)
	sheets := map[string]string{}
	for i, path := range sprites.Paths {
		sheets[plan.FileKey(videoID, plan.SpriteName(i))] = path
	}
	return p.show(ctx, videoID, shown, sheets)
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

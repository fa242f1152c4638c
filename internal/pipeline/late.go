package pipeline

import (
	"context"
	"slices"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// What is made late belongs, as a rule, to films that are ready, and nobody waits for it. So it
// is set up by the first task that makes any of it, and not while a film is prepared, when
// somebody does wait.

// setUpLate sets up what a task makes late, unless that has been done.
func (p *Pipeline) setUpLate(ctx context.Context, src Source, planned plan.Plan, task plan.Task, file *sourceFile, scratch string) error {
	made, err := p.Store.Made(ctx, src.VideoID)
	if err != nil {
		return err
	}
	left := plan.Plan{Picture: planned.Picture, Grid: planned.Grid}
	for _, id := range task.Renditions {
		if r, ok := planned.Rendition(id); ok && made[id].Codecs == "" {
			left.Renditions = append(left.Renditions, r)
		}
	}
	if len(left.Renditions) == 0 {
		return nil
	}
	codecs := map[string]string{}
	if err := p.storeInits(ctx, src, left, file.path, scratch, codecs); err != nil {
		return err
	}
	_, err = p.Store.Begin(ctx, src.VideoID, codecs)
	return err
}

// doWithout gives up what of a film is made late. That is no reason for it to fail. It fails
// when that cannot be recorded.
func (p *Pipeline) doWithout(ctx context.Context, videoID string, cause error) error {
	renditions, err := p.Store.GiveUpLate(ctx, videoID)
	if err == nil {
		err = p.Store.Mark(ctx, videoID, catalog.Mark{Code: "no_av1", Detail: "Its AV1 renditions could not be made: it is played in H.264."})
	}
	switch {
	case fault.Is(err, fault.NotFound): // gone meanwhile
		return nil
	case err != nil:
		p.Logger.ErrorContext(ctx, "could not record that a film does without what is made late", "video", videoID, "cause", cause, "error", err)
		return err
	}
	p.Logger.ErrorContext(ctx, "a film does without what is made late", "video", videoID, "renditions", renditions, "error", cause)
	p.clear(ctx, videoID, renditions)
	p.Changed(ctx, videoID)
	return nil
}

// clearIfGivenUp removes what a task stored of renditions that were given up while it was under
// way: whoever gave them up had emptied their folders by then, perhaps.
func (p *Pipeline) clearIfGivenUp(ctx context.Context, w Work) {
	if w.Task.Lane != plan.LaneAV1 {
		return
	}
	made, err := p.Store.Made(ctx, w.VideoID)
	if err != nil {
		p.Logger.WarnContext(ctx, "cannot tell whether what was made late is still wanted", "video", w.VideoID, "task", w.Task.Seq, "error", err)
		return
	}
	p.clear(ctx, w.VideoID, slices.DeleteFunc(slices.Clone(w.Task.Renditions), func(id string) bool {
		_, planned := made[id]
		return planned
	}))
}

// clear removes all that is stored of renditions.
func (p *Pipeline) clear(ctx context.Context, videoID string, renditions []string) {
	for _, id := range renditions {
		if err := p.Blobs.DeletePrefix(ctx, plan.FileKey(videoID, id+"/")); err != nil {
			p.Logger.WarnContext(ctx, "objects of a rendition that was given up remain", "video", videoID, "rendition", id, "error", err)
		}
	}
}

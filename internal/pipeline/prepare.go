package pipeline

import (
	"bytes"
	"context"
	"os"
	"path"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// prepare takes a source to a stored plan with tasks to take. The init segments are
// stored before the plan, so whoever sees a plan can have every init it names.
func (p *Pipeline) prepare(ctx context.Context, job Prepare) error {
	const op = "pipeline.prepare"
	if _, err := p.Store.Plan(ctx, job.VideoID); err == nil {
		p.tasks.ring() // planned before: a retry, whose tasks are queued again
		return nil
	} else if !fault.Is(err, fault.NotFound) {
		return fault.Wrap(op, err)
	}
	source, err := p.Store.Source(ctx, job.VideoID)
	if err != nil {
		return fault.Wrap(op, err)
	}
	scratch, err := os.MkdirTemp(p.Scratch, "prepare-")
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer os.RemoveAll(scratch)

	report, err := p.look(ctx, &source, scratch)
	if err != nil {
		return fault.Wrap(op, err)
	}
	planned, err := plan.New(report, p.Ladder, nil)
	if err != nil {
		return fault.Wrap(op, err)
	}
	file, err := p.openSource(ctx, source)
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer file.Close()
	inits, err := p.encoder.Prepare(ctx, encode.PrepareIn{Plan: planned, Source: file.Path, Scratch: scratch})
	if err != nil {
		return fault.Wrap(op, err)
	}
	codecs := map[string]string{}
	for _, init := range inits {
		codecs[init.Rendition] = init.Codecs
		key := plan.InitKey(job.VideoID, init.Rendition)
		if err := p.put(ctx, key, bytes.NewReader(init.Bytes), int64(len(init.Bytes))); err != nil {
			return fault.Wrap(op, err)
		}
	}
	if err := p.Store.SavePlan(ctx, Planned{Source: source, Report: report, Plan: planned, Codecs: codecs}); err != nil {
		return fault.Wrap(op, err)
	}
	p.tasks.ring()
	p.Changed(ctx, job.VideoID)
	return nil
}

// look probes a source. One without an index is first remuxed into one that has, which
// is stored, since every encoder will read it, and probed in its place.
func (p *Pipeline) look(ctx context.Context, source *Source, scratch string) (probe.Report, error) {
	file, err := p.openSource(ctx, *source)
	if err != nil {
		return probe.Report{}, err
	}
	defer file.Close()
	report, err := p.prober.Run(ctx, probe.In{Path: file.Path, Bytes: file.Size})
	if err != nil || !report.NeedsRemux {
		return report, err
	}
	remuxed, report, err := p.prober.Remux(ctx, file.Path, scratch, report)
	if err != nil {
		return report, err
	}
	body, err := os.Open(remuxed)
	if err != nil {
		return report, err
	}
	defer body.Close()
	source.EncodeKey = remuxKey(source.VideoID)
	return report, p.put(ctx, source.EncodeKey, body, report.Bytes)
}

// finished measures a rendition that is whole and, with the last one, publishes.
func (p *Pipeline) finished(ctx context.Context, job Finished) error {
	const op = "pipeline.finished"
	planned, err := p.Store.Plan(ctx, job.VideoID)
	if err != nil {
		return fault.Wrap(op, err)
	}
	rendition, ok := planned.Rendition(job.Rendition)
	if !ok {
		return fault.New(fault.NotFound, op, "", "")
	}
	sizes, err := p.Store.Sizes(ctx, job.VideoID, job.Rendition)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if err := p.putText(ctx, path.Join("videos", job.VideoID, job.Rendition, "index.m3u8"), plan.MediaPlaylist(planned, rendition)); err != nil {
		return fault.Wrap(op, err)
	}
	var m Measured
	m.Peak, m.Average = planned.Measure(rendition, sizes)
	all, err := p.Store.MarkWhole(ctx, job.VideoID, job.Rendition, m)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if all {
		if err := p.publish(ctx, job.VideoID, planned); err != nil {
			return fault.Wrap(op, err)
		}
	}
	p.Changed(ctx, job.VideoID)
	return nil
}

// publish stores the playlists of a whole video and calls it ready.
func (p *Pipeline) publish(ctx context.Context, videoID string, planned plan.Plan) error {
	made, err := p.Store.Made(ctx, videoID)
	if err != nil {
		return err
	}
	hls, err := plan.Multivariant(planned, made)
	if err != nil {
		return err
	}
	dash, err := plan.MPD(planned, made)
	if err != nil {
		return err
	}
	hlsKey := path.Join("videos", videoID, "playlist.m3u8")
	if err := p.putText(ctx, hlsKey, hls); err != nil {
		return err
	}
	if err := p.putText(ctx, path.Join("videos", videoID, "manifest.mpd"), dash); err != nil {
		return err
	}
	return p.Store.SetReady(ctx, videoID, hlsKey)
}

func (p *Pipeline) putText(ctx context.Context, key string, body []byte) error {
	return p.put(ctx, key, bytes.NewReader(body), int64(len(body)))
}

// fail ends a video with the sentence its fault carries, or a general one.
func (p *Pipeline) fail(ctx context.Context, videoID string, cause error) {
	code, detail := fault.CodeOf(cause), fault.PublicOf(cause)
	if detail == "" {
		code, detail = "internal", "Something went wrong while preparing this film. Try again; the server's log says more."
	}
	p.Logger.ErrorContext(ctx, "video failed", "video", videoID, "code", code, "error", cause)
	err := p.Store.SetFailed(ctx, videoID, code, detail)
	if err != nil && !fault.Is(err, fault.NotFound) { // gone, or ended another way meanwhile
		p.Logger.ErrorContext(ctx, "could not record that a video failed", "video", videoID, "error", err)
		return
	}
	p.Changed(ctx, videoID)
}

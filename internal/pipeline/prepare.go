package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// prepare takes a source to a stored plan with tasks to take. A film that is played as it
// is can be watched as soon as its plan is stored; the initialisation segments of what is
// encoded follow. A rendition's init is stored before its codecs are told, so whoever
// knows of it can have it.
func (p *Pipeline) prepare(ctx context.Context, job Prepare) error {
	const op = "pipeline.prepare"
	scratch, err := os.MkdirTemp(p.Scratch, "prepare-")
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer os.RemoveAll(scratch)
	if err := p.takeUp(ctx, job.VideoID, &preparation{scratch: scratch}); err != nil {
		return fault.Wrap(op, p.truly(ctx, job.VideoID, err))
	}
	p.beginnings.ring()
	p.tasks.ring()
	p.tell(tasksQueued, job.VideoID)
	p.Changed(ctx, job.VideoID)
	return nil
}

// preparation is what is at hand while a film is prepared.
type preparation struct {
	scratch   string // a folder of its own
	beginning string // a short film that begins as this one does; "" when there is none
}

// takeUp plans a film that has no plan, and begins the work on it.
func (p *Pipeline) takeUp(ctx context.Context, videoID string, prep *preparation) error {
	planned, err := p.Store.Plan(ctx, videoID)
	if fault.Is(err, fault.NotFound) {
		planned, err = p.decide(ctx, videoID, prep)
	}
	if err != nil {
		return err
	}
	p.cutBeginning(ctx, videoID, planned)
	return p.begin(ctx, videoID, planned, prep)
}

// decide probes a source and stores its plan.
func (p *Pipeline) decide(ctx context.Context, videoID string, prep *preparation) (plan.Plan, error) {
	src, err := p.Store.Source(ctx, videoID)
	if err != nil {
		return plan.Plan{}, err
	}
	index := p.sourceIndex(ctx, src)
	p.begins(ctx, index, prep)
	report, rung, err := p.look(ctx, &src, index, prep)
	if err != nil {
		return plan.Plan{}, err
	}
	if src.EncodeKey != src.BlobKey {
		prep.beginning = ""
		if index, rung = p.sourceIndex(ctx, src), nil; index != nil {
			rung = p.sourceRung(ctx, src)
		}
	}
	if err := p.tooMuch(report); err != nil { // of a file without an index it is known only now
		return plan.Plan{}, err
	}
	decided, err := plan.New(report, p.Ladder, rung, p.Late...)
	if err != nil {
		return plan.Plan{}, err
	}
	report.Faults = append(report.Faults, plan.LeftOut(report)...)
	planned := Planned{Source: src, Report: report, Plan: decided, Codecs: map[string]string{}, Whole: map[string]Measured{}}
	if decided.Grid.OfSource {
		if err := p.offerCopies(ctx, &planned, index, rung); err != nil {
			return plan.Plan{}, err
		}
		// A film cannot be watched without its sound. So sound that is encoded is set up now,
		// before the pictures that are, for which nobody waits.
		if err := p.setUp(ctx, src, decided, plan.Audio, planned.Codecs, prep); err != nil {
			return plan.Plan{}, err
		}
	}
	if err := p.Store.SavePlan(ctx, planned); err != nil {
		return plan.Plan{}, err
	}
	p.Changed(ctx, videoID)
	return p.Store.Plan(ctx, videoID) // another's, if that was first
}

// begins keeps the beginning of a film for whoever only needs that. Where there is none,
// the film itself is read.
func (p *Pipeline) begins(ctx context.Context, index *source.Index, prep *preparation) {
	if index == nil {
		return
	}
	path := filepath.Join(prep.scratch, "beginning")
	file, err := os.Create(path)
	if err == nil {
		err = errors.Join(index.Beginning(ctx, file), file.Close())
	}
	if err == nil {
		prep.beginning = path
	}
}

// begin sets up what is encoded and has not been yet, and opens the work on it.
func (p *Pipeline) begin(ctx context.Context, videoID string, planned plan.Plan, prep *preparation) error {
	made, err := p.Store.Made(ctx, videoID)
	if err != nil {
		return err
	}
	src, err := p.Store.Source(ctx, videoID)
	if err != nil {
		return err
	}
	codecs := map[string]string{}
	for id, m := range made {
		if m.Codecs != "" {
			codecs[id] = m.Codecs
		}
	}
	if err := p.setUp(ctx, src, planned, "", codecs, prep); err != nil {
		return err
	}
	all, err := p.Store.Begin(ctx, videoID, codecs)
	if err != nil || !all {
		return err
	}
	return p.publish(ctx, videoID, planned) // nothing of it is encoded
}

// setUp stores the initialisation segment of each encoded rendition of a kind ("" for all)
// whose codecs are not known, and adds them. What is made late is set up late too.
func (p *Pipeline) setUp(ctx context.Context, src Source, planned plan.Plan, kind plan.Kind, codecs map[string]string, prep *preparation) error {
	planned.Renditions = slices.DeleteFunc(slices.Clone(planned.Renditions), func(r plan.Rendition) bool {
		return r.Copy || r.Late() || codecs[r.ID] != "" || kind != "" && r.Kind != kind
	})
	if len(planned.Renditions) == 0 {
		return nil
	}
	file, err := p.openSource(ctx, src, nil)
	if err != nil {
		return err
	}
	defer file.Close()
	defer p.waitedFor(src.VideoID)()
	fetch := file.path
	if prep.beginning != "" {
		fetch = func(context.Context) (string, error) { return prep.beginning, nil }
	}
	err = p.storeInits(ctx, src, planned, fetch, prep.scratch, codecs)
	if err != nil && prep.beginning != "" && ctx.Err() == nil { // its first seconds may be damaged, or of no use
		err = p.storeInits(ctx, src, planned, file.path, prep.scratch, codecs)
	}
	return err
}

// storeInits stores the initialisation segment of every rendition of a plan, and adds its
// codecs.
func (p *Pipeline) storeInits(ctx context.Context, src Source, planned plan.Plan, fetch encode.Fetch, scratch string, codecs map[string]string) error {
	feed, err := p.firstFrame(ctx, planned, src)
	if err != nil {
		return err
	}
	inits, err := p.encoder.Prepare(ctx, encode.PrepareIn{Plan: planned, Fetch: fetch, Scratch: scratch, Feed: feed})
	if err != nil {
		return err
	}
	for _, init := range inits {
		codecs[init.Rendition] = init.Codecs
		if err := p.putText(ctx, plan.InitKey(src.VideoID, init.Rendition), init.Bytes); err != nil {
			return err
		}
	}
	return nil
}

// look probes a source, and finds out whether it is played as it is: with the tables at hand
// both at once. One without an index is first remuxed into one that has, which is stored,
// since every encoder will read it, and probed in its place; so is one that can be played as
// it is but for its container.
func (p *Pipeline) look(ctx context.Context, src *Source, index *source.Index, prep *preparation) (report probe.Report, rung *source.Rung, err error) {
	file, err := p.openSource(ctx, *src, nil)
	if err != nil {
		return probe.Report{}, nil, err
	}
	defer file.Close()
	in := probe.In{Fetch: file.path, Bytes: file.Size, Beginning: prep.beginning}
	if index != nil {
		if in.Tables, err = p.copies.reader(ctx, src.EncodeKey); err != nil {
			return probe.Report{}, nil, err
		}
		uploaded := *src
		in.Known = func(ctx context.Context) *probe.Known {
			rung = p.sourceRung(ctx, uploaded)
			return knownOf(rung)
		}
		if !index.Fit() { // only for the record: all there is to say is known
			in.Known(ctx)
			in.Known = nil
		}
	}
	report, err = p.probed(ctx, src, file, in, prep)
	return report, rung, err
}

// knownOf is what probing need not look for.
func knownOf(rung *source.Rung) *probe.Known {
	if rung == nil {
		return nil
	}
	last := rung.Segments[len(rung.Segments)-1]
	return &probe.Known{Stream: rung.Stream, FrameRateNum: int(rung.Timescale), FrameRateDen: int(rung.FrameTicks), Matrix: rung.Matrix,
		StartSeconds: rung.Start, EndSeconds: rung.Start + float64(last.Start+last.Ticks)/float64(rung.Timescale)}
}

// probed probes a source, or the remux that takes its place.
func (p *Pipeline) probed(ctx context.Context, src *Source, file *sourceFile, in probe.In, prep *preparation) (probe.Report, error) {
	release := p.waitedFor(src.VideoID)
	report, err := p.prober.Run(ctx, in)
	release()
	if err == nil {
		err = p.tooMuch(report)
	}
	if err != nil {
		return report, err
	}
	if report.NeedsRemux {
		path, err := file.path(ctx)
		if err != nil {
			return report, err
		}
		remuxed, again, err := p.prober.Remux(ctx, path, prep.scratch, report, probe.Matroska)
		if err != nil {
			return again, err
		}
		return again, p.keepRemux(ctx, src, remuxed)
	}
	if !strings.Contains(report.Format, "matroska") || report.Video.Codec != "h264" {
		return report, nil
	}
	path, err := file.path(ctx)
	if err != nil {
		return report, err
	}
	remuxed, again, err := p.prober.Remux(ctx, path, prep.scratch, report, probe.MP4)
	if err == nil {
		err = playsAsItIs(remuxed)
	}
	if err != nil {
		if ctx.Err() != nil {
			return report, fault.Wrap("pipeline.look", ctx.Err())
		}
		p.Logger.InfoContext(ctx, "the source is encoded, not played as it is", "video", src.VideoID, "reason", fault.CodeOf(err), "error", err)
		return report, nil
	}
	return again, p.keepRemux(ctx, src, remuxed)
}

// tooMuch refuses what is beyond the limits of this server.
func (p *Pipeline) tooMuch(report probe.Report) error {
	const op = "pipeline.look"
	if most := p.Longest; most > 0 && report.DurationSeconds > most.Seconds() {
		return fault.New(fault.TooLarge, op, "too_long", fmt.Sprintf("This film is longer than this server takes: %d hours at most.", int(most.Hours())))
	}
	if most, v := p.LargestSide, report.Video; most > 0 && max(v.Width, v.Height) > most {
		return fault.New(fault.TooLarge, op, "huge_picture",
			fmt.Sprintf("The picture of this file is larger than this server takes: %d pixels a side at most.", most))
	}
	return nil
}

// waitedFor stops what nobody waits for, as long as somebody waits for a film to begin.
func (p *Pipeline) waitedFor(videoID string) (release func()) {
	return p.floor.enter(run{about: Event{Video: videoID, Task: -1}, always: true}).leave
}

// keepRemux stores what is read in place of the source from now on.
func (p *Pipeline) keepRemux(ctx context.Context, src *Source, path string) error {
	src.EncodeKey = remuxKey(src.VideoID)
	return p.putFile(ctx, src.EncodeKey, path)
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
	if rendition.Copy { // a retry asks for it too: it was whole and measured when it was planned
		return nil
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
	if all && !rendition.Late() {
		if err := p.publish(ctx, job.VideoID, planned); err != nil {
			return fault.Wrap(op, err)
		}
	}
	p.Changed(ctx, job.VideoID)
	return nil
}

// notFinished ends what could not be measured.
func (p *Pipeline) notFinished(ctx context.Context, job Finished, cause error) error {
	planned, err := p.Store.Plan(ctx, job.VideoID)
	if r, _ := planned.Rendition(job.Rendition); err == nil && r.Late() {
		return p.doWithout(ctx, job.VideoID, cause)
	}
	return p.failed(ctx, job.VideoID, cause)
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

// reasonOf is why a film failed, in a code that is put into words.
func reasonOf(cause error) string {
	switch code := fault.CodeOf(cause); {
	case fault.Is(cause, fault.NoSpace):
		return "no_space"
	case code == "ffmpeg_limit":
		return "too_demanding"
	case code == "ffmpeg_failed":
		return "unreadable"
	case code == "input_missing": // since it was opened
		return "source_missing"
	case catalog.IsReason(code):
		return code
	}
	return "internal"
}

func (p *Pipeline) putText(ctx context.Context, key string, body []byte) error {
	return p.put(ctx, key, bytes.NewReader(body), int64(len(body)))
}

// failed ends a video in the making with a reason, and the sentence its fault carries of this
// very file. It fails when that cannot be recorded.
func (p *Pipeline) failed(ctx context.Context, videoID string, cause error) error {
	code, detail := reasonOf(cause), fault.PublicOf(cause)
	if detail == "" {
		words := catalog.Reason(code)["en"]
		detail = words.Sentence + " " + words.Remedy
	}
	err := p.Store.SetFailed(ctx, videoID, code, detail)
	switch {
	case fault.Is(err, fault.NotFound): // gone, or ended another way meanwhile
		return nil
	case err != nil:
		p.Logger.ErrorContext(ctx, "could not record that a video failed; it will be tried again", "video", videoID, "code", code, "cause", cause, "error", err)
		return err
	}
	p.Logger.ErrorContext(ctx, "video failed", "video", videoID, "code", code, "error", cause)
	p.Changed(ctx, videoID)
	return nil
}

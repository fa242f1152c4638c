// Package encode owns the making of compressed picture and sound: one task of a plan in,
// one encoded file for each of its renditions out. Every task of a film can run alone, in
// any order, on any machine, and all of them together hold exactly the frames and samples
// that one pass over the film would. It imports plan, and no step after it.
package encode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

// Encoder encodes with ffmpeg.
type Encoder struct{ tools *ffmpeg.Tools }

// New returns an encoder.
func New(tools *ffmpeg.Tools) *Encoder { return &Encoder{tools: tools} }

// In is one task of a plan. Scratch is a folder of the caller's, for this task alone: the
// caller removes it, whatever happens.
type In struct {
	Plan       plan.Plan
	Task       plan.Task
	Source     string             // path of the source file; "" where it is fetched
	Fetch      Fetch              // of a source that need not come when the encoder is fed
	Feed       Feed               // of a fixed grid it may be nil: then the source is read
	Scratch    string             // folder the encoded files are written to
	OnProgress func(part float64) // 0..1, about twice a second; may be nil
	Urgent     bool               // a viewer waits: on all cores, and as fast as the stored initialisation segment allows
	Gate       *ffmpeg.Gate       // stops and continues the encoder; may be nil
}

// Feed writes the source's own picture: an initialisation segment and n segments of the
// grid from segment first on. Of a fixed grid it is what those are decoded from, on the
// source's clock.
type Feed func(ctx context.Context, w io.Writer, first, n int) error

// Out names the encoded file of each rendition of the task: fragmented MP4 whose times
// start near zero. pack puts them on the film's time.
type Out struct {
	Files   map[string]string
	Damaged bool // pictures of the span could not be decoded: one from before stands there, or what could be made out of them
}

// Run encodes a task: one ffmpeg, all renditions from one decode. The same task gives the
// same bytes on every run, unless it is urgent.
func (e *Encoder) Run(ctx context.Context, in In) (Out, error) {
	const op = "encode.run"
	renditions, err := chosen(in.Plan, in.Task)
	if err != nil {
		return Out{}, fault.Wrap(op, err)
	}
	job := work{
		plan: in.Plan, source: in.Source, fetch: in.Fetch, feed: in.Feed, scratch: in.Scratch,
		report: in.OnProgress, urgent: in.Urgent, gate: in.Gate,
	}
	damaged := false
	if in.Task.Kind == plan.Video {
		damaged, err = e.video(ctx, job, renditions, videoSpan(in.Plan.Grid, in.Task))
	} else {
		_, err = e.run(ctx, job, audioCommand(in.Plan, renditions, audioSpans(in.Plan, in.Task, renditions)))
	}
	if err != nil {
		return Out{}, fault.Wrap(op, err)
	}
	out := Out{Files: make(map[string]string, len(renditions)), Damaged: damaged}
	for _, r := range renditions {
		out.Files[r.ID] = filepath.Join(in.Scratch, fileName(r))
	}
	return out, nil
}

// work is what every command of a task shares.
type work struct {
	plan    plan.Plan
	source  string
	fetch   Fetch
	feed    Feed
	scratch string
	report  func(part float64)
	urgent  bool
	gate    *ffmpeg.Gate
}

// Fetch returns the path of a source, which may have to come first.
type Fetch func(ctx context.Context) (path string, err error)

// command is an ffmpeg run, but for where its files are.
type command struct {
	stdin    io.Reader     // read in place of the source
	drawn    bool          // nothing is read
	lost     *bool         // is set when parts of pictures could not be decoded; may be nil
	input    []string      // options before the input
	args     []string      // everything after it
	frames   int64         // of each output, to turn progress into a part: of picture
	duration time.Duration // and of sound
}

// part is how much of a command is done. ffmpeg tells the time of copied timestamps
// relative to its first report, so of sound it is less than the truth until the end.
func (c command) part(now ffmpeg.Progress) float64 {
	switch {
	case now.End:
		return 1
	case c.frames > 0:
		return min(float64(now.Frames)/float64(c.frames), 1)
	}
	return min(max(float64(now.Time)/float64(c.duration), 0), 1)
}

// run runs a command and returns how many frames its first output has.
func (e *Encoder) run(ctx context.Context, w work, c command) (frames int64, err error) {
	input := ffmpeg.Input{Path: w.source, Demuxer: w.plan.Picture.Demuxer, Args: c.input}
	switch {
	case c.stdin != nil:
		input.Path, input.Demuxer = "", "mov"
	case input.Path == "" && !c.drawn:
		if input.Path, err = w.fetch(ctx); err != nil {
			return 0, err
		}
	}
	inputs := []ffmpeg.Input{input}
	if c.drawn {
		inputs = nil
	}
	err = e.tools.Run(ctx, ffmpeg.Job{
		Inputs: inputs,
		Stdin:  c.stdin,
		Args:   c.args,
		Dir:    w.scratch,
		Gate:   w.gate,
		Urgent: w.urgent,
		OnProgress: func(now ffmpeg.Progress) {
			frames = now.Frames
			if w.report != nil {
				w.report(c.part(now))
			}
		},
		Complained: func(said string) {
			if c.lost != nil && lostPicture.MatchString(said) {
				*c.lost = true
			}
		},
	})
	return frames, err
}

// lostPicture is what ffmpeg says of H.264 that it cannot make a whole picture of, and shows
// all the same.
var lostPicture = regexp.MustCompile(`error while decoding MB|Invalid NAL unit size|[Ee]rror while decoding stream|no frame!`)

// video encodes a span. What of it cannot be decoded is bridged by the frame before it; where
// not one frame can be, an earlier one is held through it, or there is black: that is told.
func (e *Encoder) video(ctx context.Context, w work, renditions []plan.Rendition, s span) (damaged bool, err error) {
	switch {
	case w.plan.Grid.OfSource: // it has these very frames: fewer means that some are broken
		lost, c := false, fedCommand(w, renditions, s)
		c.lost = &lost
		frames, err := e.fed(ctx, w, c, s)
		if frames == s.frames || !broken(err) {
			return lost, err
		}
		damaged = true
	case w.feed != nil: // where that is not to be understood, the source is read after all
		frames, err := e.fed(ctx, w, stretchCommand(w, renditions, s), s)
		if err == nil && frames == s.frames || ctx.Err() != nil {
			return false, err
		}
	}
	for i, c := range []command{
		videoCommand(w, renditions, s), heldCommand(w, renditions, s), blackCommand(w, renditions, s),
	} {
		var frames int64
		frames, err = e.run(ctx, w, c)
		if err == nil && frames == s.frames || !broken(err) {
			return damaged || i > 0, err
		}
		if err == nil {
			err = fmt.Errorf("%d frames from frame %d on, not %d", frames, s.first, s.frames)
		}
	}
	return false, err
}

// broken tells whether an encoder that ended so, with too few frames, met a broken film.
func broken(err error) bool {
	return err == nil || fault.CodeOf(err) == "ffmpeg_failed" && ffmpeg.Stderr(err) != ""
}

// errEnough is what a feed gets to know when its encoder reads no more.
var errEnough = errors.New("the encoder has what it needs")

// fed runs a command on the source's own segments. A feed that breaks off is why whatever
// came after it went wrong.
func (e *Encoder) fed(ctx context.Context, w work, c command, s span) (frames int64, err error) {
	if w.feed == nil {
		return 0, errors.New("nobody feeds the encoder")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := w.feed(ctx, writer, s.segment, len(s.starts))
		writer.CloseWithError(err)
		done <- err
	}()
	c.stdin = reader
	frames, err = e.run(ctx, w, c)
	reader.CloseWithError(errEnough)
	if broken := <-done; broken != nil && !errors.Is(broken, errEnough) {
		return frames, broken
	}
	return frames, err
}

// chosen returns a task's renditions, which must be of its kind.
func chosen(p plan.Plan, task plan.Task) ([]plan.Rendition, error) {
	byID := make(map[string]plan.Rendition, len(p.Renditions))
	for _, r := range p.Renditions {
		byID[r.ID] = r
	}
	last := task.FirstSegment + task.Segments
	if task.FirstSegment < 0 || task.Segments < 1 || last > len(p.Grid.Segments) || len(task.Renditions) == 0 {
		return nil, fmt.Errorf("task %d is not part of its plan", task.Seq)
	}
	out := make([]plan.Rendition, 0, len(task.Renditions))
	for _, id := range task.Renditions {
		r, ok := byID[id]
		if !ok || r.Kind != task.Kind || r.Copy {
			return nil, fmt.Errorf("task %d asks for %q, which is no %s rendition to encode", task.Seq, id, task.Kind)
		}
		out = append(out, r)
	}
	return out, nil
}

func fileName(r plan.Rendition) string { return strings.ReplaceAll(r.ID, "/", "-") + ".mp4" }

// fragmented are the options of every output: a fragmented file with nothing of the
// source's own words (a phone writes where it was) and nothing that depends on the day.
func fragmented(name string) []string {
	return []string{
		"-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact",
		"-f", "mp4", "-movflags", "+cmaf+frag_keyframe+skip_trailer", name,
	}
}

package probe

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

// Limits of what is read at all.
const (
	maxSide   = 16384
	maxPixels = 16384 * 8192
	maxWait   = 2 * time.Minute // for any one look at a file
)

// Prober looks at files with ffprobe.
type Prober struct{ tools *ffmpeg.Tools }

// New returns a prober.
func New(tools *ffmpeg.Tools) *Prober { return &Prober{tools: tools} }

// In is a file as it was uploaded.
type In struct {
	Path  string
	Bytes int64
	// Fetch returns the path where it is not given: the file may have to come first, and of
	// one whose tables are known and whose Beginning is there it need not.
	Fetch  func(ctx context.Context) (path string, err error)
	Tables io.ReaderAt // the file, by range; may be nil where Path is given

	// Known returns what the tables say of a file, once it is found whether they are sound;
	// nil where they are not. The file is looked at meanwhile. May be nil.
	Known func(ctx context.Context) *Known

	// Beginning is a short file that begins as this one does, and is read sooner; "" when
	// there is none.
	Beginning string

	remuxed bool // by Remux: it can be entered anywhere
}

// Known is what the tables of a sound MP4 say of its picture, which then need not be
// looked for: 8 bits, 4:2:0, progressive, of an even rate, and there to its last frame.
type Known struct {
	Stream                     int
	FrameRateNum, FrameRateDen int
	StartSeconds, EndSeconds   float64
	Matrix                     string // of colours; "" when the picture does not say
}

// Run reports what is in a file. A file no film can be made of is a fault of kind
// Invalid, with a stable code and a sentence for whoever uploaded it.
func (p *Prober) Run(ctx context.Context, in In) (Report, error) {
	const op = "probe.run"
	if in.Bytes == 0 {
		return Report{}, refuse("empty", "This file is empty. Upload it again.", nil)
	}
	if in.Known != nil {
		return p.known(ctx, in)
	}
	if err := in.fetch(ctx); err != nil {
		return Report{}, err
	}
	file, err := layoutOf(in.Path)
	if err != nil {
		return Report{}, fault.Wrap(op, err)
	}
	indexed := file.indexed || in.remuxed
	// Three looks at the file at once: what it says, what its first frames are, and what
	// its last packets are.
	var said, head, tail answer
	var saidErr, headErr, tailErr error
	var wg sync.WaitGroup
	wg.Go(func() { said, saidErr = p.look(ctx, in.Path, "-show_format", "-show_streams") })
	wg.Go(func() { head, headErr = p.firstFrames(ctx, cmp.Or(in.Beginning, in.Path), 24) })
	if indexed {
		wg.Go(func() { tail, tailErr = p.packetsFrom(ctx, in.Path, farEnd) })
	}
	wg.Wait()
	if saidErr != nil {
		if (file.cut || file.mp4 && strings.Contains(ffmpeg.Stderr(saidErr), "moov atom not found")) && ctx.Err() == nil {
			return Report{}, refuse("index_missing", endMissing, saidErr)
		}
		return Report{}, unreadable(ctx, saidErr)
	}

	report, err := read(said)
	if err != nil {
		return Report{}, err
	}
	for i, a := range report.Audio {
		if a.needsSettling(report.Format) {
			if report.Audio[i], err = p.settle(ctx, in.Path, said, a); err != nil {
				return Report{}, err
			}
		}
	}
	report.Bytes, report.NeedsRemux = in.Bytes, !indexed
	if (headErr == nil || in.Beginning != "") && len(head.Frames) == 0 && !head.encrypted() {
		// A recording may start in the middle, and an edit may hide its first seconds.
		head, headErr = p.firstFrames(ctx, in.Path, 600)
	}
	switch {
	case ctx.Err() != nil:
		return Report{}, fault.Wrap(op, unreadable(ctx, ctx.Err()))
	case head.encrypted():
		return Report{}, protected()
	case fault.CodeOf(headErr) == "ffmpeg_limit" && ffmpeg.Stderr(headErr) == "": // it took too long
		return Report{}, unreadable(ctx, headErr)
	case headErr != nil || len(head.Frames) == 0:
		return Report{}, refuse("unreadable_picture", "The picture in this file cannot be decoded.", headErr)
	}
	report.firstFrames(said, head)
	if indexed && strings.Contains(report.Format, "mov") {
		// Tables that make no sense to us are no index to us.
		report.Video.SeekBack, err = seekBack(in.Path, report.Video.Stream)
		if err != nil || report.Video.SeekBack > maxSeekBack {
			indexed, report.NeedsRemux = false, true
		}
	}
	if report.timedByDecoding() {
		report.late(said.picture().Reordered)
		tail.timeByDecoding(report.Video.Stream)
	}
	if !indexed {
		// Measuring without an index would mean reading the whole file; it is about to be
		// remuxed, and measured then.
		return report, nil
	}
	if tailErr != nil || !tail.shows(report.Video.Stream) {
		if tail, err = p.lastReadable(ctx, in.Path, report); err != nil {
			return Report{}, err
		}
	}
	report.measure(said, tail)
	if report.mayBeFilm(head, said.picture()) {
		if err := p.asFilm(ctx, in.Path, said.picture(), &report); err != nil {
			return Report{}, err
		}
	}
	return report, nil
}

// known reports on a file whose tables say all but what its tracks are. Where it turns out
// that they are not to be trusted, all of it is looked for.
func (p *Prober) known(ctx context.Context, in In) (Report, error) {
	if in.Beginning == "" {
		if err := in.fetch(ctx); err != nil {
			return Report{}, err
		}
	}
	looking, stop := context.WithCancel(ctx)
	defer stop()
	// What decoding would tell is known: a long film's look is over in half the time.
	args := []string{"-nofind_stream_info", "-show_format", "-show_streams"}
	var said answer
	var saidErr error
	var look sync.WaitGroup
	look.Go(func() { said, saidErr = p.look(looking, cmp.Or(in.Beginning, in.Path), args...) })
	known, back, backErr := in.known(ctx)
	if known == nil {
		stop()
	}
	look.Wait()
	switch {
	case ctx.Err() != nil:
		return Report{}, unreadable(ctx, ctx.Err())
	case known == nil:
		in.Known = nil
		return p.Run(ctx, in)
	}
	if saidErr != nil && in.Beginning != "" { // of no use: the film itself may be fine
		if err := in.fetch(ctx); err != nil {
			return Report{}, err
		}
		said, saidErr = p.look(ctx, in.Path, args...)
	}
	if saidErr != nil {
		return Report{}, unreadable(ctx, saidErr)
	}
	report, err := read(said)
	if err != nil {
		return Report{}, err
	}
	if report.Video.Stream != known.Stream || backErr != nil || back > maxSeekBack {
		in.Known = nil
		return p.Run(ctx, in)
	}
	v := &report.Video
	v.PixelFormat, v.Interlaced, v.VariableRate = "yuv420p", false, false
	v.FrameRateNum, v.FrameRateDen = known.FrameRateNum, known.FrameRateDen
	v.Matrix = cmp.Or(known.Matrix, v.Matrix)
	v.StartSeconds, v.EndSeconds, v.SeekBack = known.StartSeconds, known.EndSeconds, back
	report.Bytes = in.Bytes
	report.DurationSeconds = v.EndSeconds - v.StartSeconds
	for i := range report.Audio {
		report.Audio[i].EndSeconds = max(v.EndSeconds, report.Audio[i].StartSeconds)
	}
	return report, nil
}

// known returns what the tables say, and how far back a seek must aim.
func (in *In) known(ctx context.Context) (known *Known, back float64, err error) {
	if known = in.Known(ctx); known == nil {
		return nil, 0, nil
	}
	if in.Tables != nil {
		back, err = seekBackOf(in.Tables, in.Bytes, known.Stream)
	} else {
		back, err = seekBack(in.Path, known.Stream)
	}
	return known, back, err
}

// fetch makes sure of the path.
func (in *In) fetch(ctx context.Context) (err error) {
	if in.Path == "" && in.Fetch != nil {
		in.Path, err = in.Fetch(ctx)
	}
	return err
}

// firstFrames decodes the first packets of the picture.
func (p *Prober) firstFrames(ctx context.Context, path string, packets int) (answer, error) {
	return p.look(ctx, path, "-threads", "4", "-select_streams", "V:0", "-show_frames", "-show_packets",
		"-show_entries", "packet=pts,flags:packet_side_data=side_data_type:frame=pts,best_effort_timestamp,interlaced_frame",
		"-read_intervals", fmt.Sprintf("%%+#%d", packets))
}

// farEnd is after the end of any film: a seek there lands on the last keyframe.
const farEnd = 1e6

// lastReadable finds the end of a file whose index promises more than it holds: by halves,
// the last time from which a packet of the picture can be read.
func (p *Prober) lastReadable(ctx context.Context, path string, report Report) (answer, error) {
	cut := refuse("index_missing", endMissing, nil)
	lo, hi := report.Video.StartSeconds, report.DurationSeconds
	for hi-lo > 0.25 {
		if ctx.Err() != nil {
			return answer{}, unreadable(ctx, ctx.Err())
		}
		mid := (lo + hi) / 2
		a, err := p.look(ctx, path, "-select_streams", "V:0", "-show_packets", "-show_entries", "packet=stream_index,pts,flags",
			"-read_intervals", fmt.Sprintf("%.3f%%+#1", mid))
		if err == nil && a.shows(report.Video.Stream) {
			lo = mid
		} else {
			hi = mid
		}
	}
	a, err := p.packetsFrom(ctx, path, lo)
	if err != nil {
		return answer{}, unreadable(ctx, err)
	}
	if !a.shows(report.Video.Stream) {
		return answer{}, cut
	}
	return a, nil
}

// look runs ffprobe on a file.
func (p *Prober) look(ctx context.Context, path string, args ...string) (answer, error) {
	out, _, err := p.tools.Probe(ctx, ffmpeg.ProbeJob{
		Input:  ffmpeg.Input{Path: path},
		Args:   append(args, "-of", "json=compact=1"),
		Limits: ffmpeg.Limits{Wall: maxWait, CPU: maxWait},
	})
	if err != nil {
		return answer{}, err
	}
	return parse(out)
}

const endMissing = "The end of this file is missing, so it cannot be read. Upload it again."

func refuse(code, sentence string, cause error) error {
	return &fault.Error{Kind: fault.Invalid, Op: "probe.run", Code: code, Public: sentence, Cause: cause}
}

func protected() error {
	return refuse("protected", "This file is copy-protected. Upload one without protection.", nil)
}

// unreadable says in words why ffprobe could not open a file.
func unreadable(ctx context.Context, err error) error {
	said := ffmpeg.Stderr(err)
	switch {
	case ctx.Err() != nil:
		return &fault.Error{Kind: fault.Cancelled, Op: "probe.run", Cause: err}
	case said != "":
		return refuse("not_a_video", "This is not a video file we can read.", err)
	}
	return fault.Wrap("probe.run", err) // ffprobe took too long, or is itself in trouble
}

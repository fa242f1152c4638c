package ffmpeg

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Input is one source of a job: a file, or the job's Stdin when Path is empty.
type Input struct {
	Path    string
	Demuxer string   // named to ffmpeg when known, never guessed again; "" lets it choose among Formats
	Args    []string // options of this input, such as -ss
	Picture bool     // it is one of Pictures, and no film
}

// Limits bound one run; zero fields take what Options says, or the usual.
type Limits struct {
	Wall     time.Duration // a wedged process ends
	CPU      time.Duration // all threads together
	Memory   int64         // of address space
	FileSize int64         // of each file written
}

// usual are the limits nobody says another word about.
var usual = Limits{Wall: time.Hour, CPU: 30 * time.Minute, Memory: 8 << 30, FileSize: 4 << 30}

// or fills the zero fields from others.
func (l Limits) or(others Limits) Limits {
	return Limits{cmp.Or(l.Wall, others.Wall), cmp.Or(l.CPU, others.CPU), cmp.Or(l.Memory, others.Memory), cmp.Or(l.FileSize, others.FileSize)}
}

// Job is one run of ffmpeg. Args holds everything after the inputs; outputs are named
// relative to Dir, the only folder the process may write to.
type Job struct {
	Inputs     []Input
	Args       []string
	Dir        string
	Stdin      io.Reader
	OnProgress func(Progress) // called from one goroutine, about twice a second and at the end
	Limits     Limits
	WholeFilm  bool  // it reads all of a film, which may take several times as long
	Gate       *Gate // stops and continues the process; nil: it always runs
	Urgent     bool  // somebody waits for it: it goes before the others

	// Complained is called with the end of what ffmpeg complained of when it ended well all
	// the same; may be nil.
	Complained func(said string)
}

// ProbeJob is one run of ffprobe on one input.
type ProbeJob struct {
	Input  Input
	Args   []string
	Limits Limits
	Last   bool // of an answer that is too long return the last lines, rather than fail
}

// maxProbeOutput bounds what ffprobe may answer: packets of a few minutes fit many times.
const maxProbeOutput = 32 << 20

// lastProbeOutput is what is kept at least of an answer of which the last lines are wanted.
const lastProbeOutput = 8 << 20

// Run runs ffmpeg to its end. A cancelled context kills it with everything it started.
func (t *Tools) Run(ctx context.Context, job Job) error {
	p, err := t.Start(ctx, job)
	if err != nil {
		return err
	}
	err = p.Wait()
	if said := p.complaints(); err == nil && said != "" && job.Complained != nil {
		job.Complained(said)
	}
	return err
}

// Start starts ffmpeg; the caller must Wait.
func (t *Tools) Start(ctx context.Context, job Job) (*Process, error) {
	// However much of a film is broken, that is no reason to stop.
	args := []string{"-nostdin", "-hide_banner", "-v", "error", "-y", "-max_error_rate", "1"}
	if job.OnProgress != nil {
		args = append(args, "-progress", "pipe:3", "-stats_period", "0.5")
	}
	l := launch{program: t.ffmpeg, stdin: job.Stdin, progress: job.OnProgress, limits: t.within(job), gate: job.Gate, urgent: job.Urgent}
	var err error
	if job.Dir != "" {
		if l.dir, err = filepath.Abs(job.Dir); err != nil {
			return nil, fault.Wrap("ffmpeg.start", err)
		}
	}
	for _, in := range job.Inputs {
		if in.Path != "" {
			if in.Path, err = existing(in.Path); err != nil {
				return nil, err
			}
			l.reads = append(l.reads, in.Path)
		}
		args = append(args, inputArgs(in)...)
	}
	l.args = append(args, job.Args...)
	return t.start(ctx, l)
}

// Probe runs ffprobe and returns what it prints. What it complained about comes back
// too: ffprobe often ends well on a damaged file.
func (t *Tools) Probe(ctx context.Context, job ProbeJob) (out []byte, complaints string, err error) {
	in := job.Input
	if in.Path, err = existing(in.Path); err != nil {
		return nil, "", err
	}
	var buf interface {
		io.Writer
		Bytes() []byte
	} = &limitedBuffer{max: maxProbeOutput}
	if job.Last {
		buf = &lastLines{least: lastProbeOutput}
	}
	args := append([]string{"-hide_banner", "-v", "error"}, job.Args...)
	p, err := t.start(ctx, launch{
		program: t.ffprobe, args: append(args, inputArgs(in)...),
		reads: []string{in.Path}, stdout: buf, limits: job.Limits,
		urgent: true, // a look is short, and whoever wants it can do nothing before
	})
	if err != nil {
		return nil, "", err
	}
	err = p.Wait()
	return buf.Bytes(), p.complaints(), err
}

// wholeFilm is how much longer reading all of a film may take than any part of the work on it.
const wholeFilm = 4

// within are the limits of a job.
func (t *Tools) within(job Job) Limits {
	l := job.Limits.or(t.limits)
	if job.WholeFilm {
		l.Wall, l.CPU = wholeFilm*l.Wall, wholeFilm*l.Wall
	}
	return l
}

// existing returns a file's absolute path: relative ones mean nothing to a child that
// runs in another folder.
func existing(path string) (string, error) {
	const op = "ffmpeg.start"
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	if _, err := os.Stat(abs); err != nil {
		kind := fault.Internal
		if errors.Is(err, fs.ErrNotExist) {
			kind = fault.NotFound
		}
		return "", &fault.Error{Kind: kind, Op: op, Code: "input_missing", Cause: err}
	}
	return abs, nil
}

// inputArgs opens an input with nothing but its own protocol and the formats we serve.
func inputArgs(in Input) []string {
	protocol, url := "file", "file:"+in.Path
	if in.Path == "" {
		protocol, url = "pipe", "pipe:0"
	}
	formats := Formats
	if in.Picture {
		formats = Pictures
	}
	args := []string{"-protocol_whitelist", protocol, "-format_whitelist", strings.Join(formats, ",")}
	if in.Demuxer != "" {
		args = append(args, "-f", in.Demuxer)
	}
	args = append(args, in.Args...)
	return append(args, "-i", url)
}

// limitedBuffer keeps the first max bytes and fails the writer after them.
type limitedBuffer struct {
	bytes.Buffer
	max int
}

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.max {
		return 0, io.ErrShortBuffer
	}
	return b.Buffer.Write(p)
}

// lastLines keeps the end of what is written, in whole lines: this much of it at least, and
// twice as much at most.
type lastLines struct {
	kept  []byte
	least int
	cut   bool
}

func (b *lastLines) Write(p []byte) (int, error) {
	if len(b.kept)+len(p) > 2*b.least && len(b.kept) > b.least {
		b.kept = append(b.kept[:0], b.kept[len(b.kept)-b.least:]...)
		b.cut = true
	}
	b.kept = append(b.kept, p...)
	return len(p), nil
}

func (b *lastLines) Bytes() []byte {
	if !b.cut {
		return b.kept
	}
	_, whole, _ := bytes.Cut(b.kept, []byte("\n"))
	return whole
}

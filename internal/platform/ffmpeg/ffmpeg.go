// Package ffmpeg owns every child process of KKMovies: it finds ffmpeg and ffprobe, runs
// them on untrusted files inside a sandbox and limits, reads their progress, and makes
// sure none of them outlives us. Nothing else in the program may import os/exec. It knows
// no film, and imports nothing of KKMovies but fault.
package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Formats are the demuxers an upload may use. Playlists, concat scripts, image
// sequences and everything else that makes ffmpeg open further files are not among them.
var Formats = []string{
	"mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "mpegts", "mpeg",
	"avi", "flv", "asf", "ogg", "mxf", "wav", "flac", "mp3",
}

// Pictures are the demuxers of single pictures. A film is none of them.
var Pictures = []string{"jpeg_pipe", "png_pipe", "webp_pipe"}

// Options says where the tools are, and what each run may take; an empty path is looked up
// in PATH.
type Options struct {
	FFmpeg  string
	FFprobe string
	// Limits of a run that asks for no others.
	Limits Limits
	// KeepFree are the bytes of the disk it writes to that no run may take: what has less free
	// is not started, and ended.
	KeepFree int64
	Log      *slog.Logger
}

// Tools are the found programs. Safe for concurrent use.
type Tools struct {
	ffmpeg   string
	ffprobe  string
	prlimit  string   // "" when the machine has none
	bwrap    []string // the sandbox's command line up to what is bound per job; nil when it does not work
	apart    bool     // the sandbox has a PID namespace around it
	status   Status
	limits   Limits
	keepFree int64
	log      *slog.Logger
}

// Status tells an operator what was found; doctor and readyz show it.
type Status struct {
	FFmpeg        string // path
	FFprobe       string // path
	Version       string // "5.1.9-0+deb12u1"
	Limited       bool   // time, memory and file size of every run are bounded by the kernel
	Sandboxed     bool   // every run sees only its input and its output folder, and no network
	SandboxDetail string // why not, when it does not
	SandboxRemedy string // and what to do about it
}

// Find locates the tools and tries the sandbox once. A machine without bubblewrap still
// works, with a loud warning; one without ffmpeg does not.
func Find(ctx context.Context, opt Options) (*Tools, error) {
	const op = "ffmpeg.find"
	log := opt.Log
	if log == nil {
		log = slog.Default()
	}
	t := &Tools{log: log, limits: opt.Limits.or(usual), keepFree: opt.KeepFree}
	var err error
	if t.ffmpeg, err = locate(opt.FFmpeg, "ffmpeg"); err != nil {
		return nil, missing(op, "ffmpeg", err)
	}
	if t.ffprobe, err = locate(opt.FFprobe, "ffprobe"); err != nil {
		return nil, missing(op, "ffprobe", err)
	}
	t.prlimit, _ = exec.LookPath("prlimit")
	t.status.FFmpeg, t.status.FFprobe, t.status.Limited = t.ffmpeg, t.ffprobe, t.prlimit != ""
	if !t.status.Limited {
		log.Warn("prlimit is missing: ffmpeg runs without limits on time, memory and file size; install util-linux")
	}

	// One run, inside the sandbox, proves both; starting ffmpeg is most of what a server's
	// own start costs. Only where that fails is it run with less around it, and then without.
	if t.bwrap, err = sandbox(t.ffmpeg, t.ffprobe); err == nil {
		t.apart = true
		if t.status.Version, err = t.version(ctx); err != nil {
			t.apart = false
			t.status.Version, err = t.version(ctx)
		}
	}
	if err != nil {
		t.bwrap = nil
		t.status.SandboxDetail, t.status.SandboxRemedy = firstLine(err), remedy(err)
		if t.status.Version, err = t.version(ctx); err != nil {
			return nil, missing(op, "ffmpeg", err)
		}
		log.Warn("uploaded films are read WITHOUT a sandbox", "why", t.status.SandboxDetail, "remedy", t.status.SandboxRemedy)
	}
	t.status.Sandboxed = t.bwrap != nil
	return t, nil
}

// Status returns what Find found.
func (t *Tools) Status() Status { return t.status }

// version runs ffmpeg the way every job runs it, so that it also proves the sandbox.
func (t *Tools) version(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	var out strings.Builder
	p, err := t.start(ctx, launch{program: t.ffmpeg, args: []string{"-version"}, stdout: &out, limits: usual, urgent: true})
	if err != nil {
		return "", err
	}
	if err := p.Wait(); err != nil {
		return "", err
	}
	fields := strings.Fields(out.String()) // "ffmpeg version 5.1.9-0+deb12u1 Copyright ..."
	if len(fields) < 3 || fields[1] != "version" {
		return "", errors.New("ffmpeg -version says nothing we understand")
	}
	return fields[2], nil
}

func locate(path, name string) (string, error) {
	if path == "" {
		path = name
	}
	found, err := exec.LookPath(path)
	if err != nil {
		return "", err
	}
	return filepath.Abs(found)
}

func missing(op, name string, err error) error {
	return &fault.Error{Kind: fault.Unavailable, Op: op, Code: "ffmpeg_missing",
		Public: fmt.Sprintf("%s is not installed or does not run; install ffmpeg 5.1 or newer.", name), Cause: err}
}

// remedy is what gives a machine its sandbox.
func remedy(err error) string {
	if errors.Is(err, exec.ErrNotFound) {
		return "install bubblewrap"
	}
	return "let this account make user namespaces: sysctl kernel.unprivileged_userns_clone=1, or in a container CAP_SYS_ADMIN"
}

func firstLine(err error) string {
	var exit *ExitError
	if errors.As(err, &exit) && exit.Stderr != "" {
		return strings.SplitN(exit.Stderr, "\n", 2)[0]
	}
	return strings.SplitN(err.Error(), "\n", 2)[0]
}

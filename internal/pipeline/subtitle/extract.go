package subtitle

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

// Reader takes subtitles out of films with ffmpeg.
type Reader struct{ tools *ffmpeg.Tools }

// NewReader returns a reader.
func NewReader(tools *ffmpeg.Tools) *Reader { return &Reader{tools: tools} }

// In is a film and what is to be read in it. Scratch is a folder of the caller's, who
// removes it.
type In struct {
	Path    string
	Texts   probe.Texts
	Scratch string
	Gate    *ffmpeg.Gate // stops and continues the work; may be nil
}

// Extract returns the cues of each track, on the film's clock: its first picture is at 0.
// A track without any, or that cannot be read, has none; the others are read all the same.
func (r *Reader) Extract(ctx context.Context, in In) ([][]Cue, error) {
	const op = "subtitle.extract"
	if len(in.Texts.Tracks) == 0 {
		return nil, nil
	}
	var args []string
	for i, t := range in.Texts.Tracks {
		codec, muxer := "copy", "srt"
		switch t.Codec {
		case "ass", "ssa":
			muxer = "ass"
		case "webvtt":
			muxer = "webvtt"
		case "mov_text":
			codec = "srt" // the only one that is no text to begin with
		}
		args = append(args, "-map", fmt.Sprintf("0:%d", t.Stream), "-c:s", codec, "-f", muxer, fileOf(i))
	}
	err := r.tools.Run(ctx, ffmpeg.Job{
		Inputs: []ffmpeg.Input{{Path: in.Path, Demuxer: in.Texts.Demuxer, Args: []string{"-copyts"}}},
		Args:   args,
		Dir:    in.Scratch,
		Gate:   in.Gate,
		Limits: ffmpeg.Limits{FileSize: 4 * MaxBytes},
	})
	if err != nil && (ctx.Err() != nil || ffmpeg.Stderr(err) == "" || fault.Is(err, fault.NoSpace)) {
		return nil, fault.Wrap(op, err)
	}
	// A film that is damaged at its end has words up to there.
	cues := make([][]Cue, len(in.Texts.Tracks))
	begins := time.Duration(in.Texts.StartSeconds * float64(time.Second)).Round(time.Millisecond)
	for i := range in.Texts.Tracks {
		raw, err := os.ReadFile(filepath.Join(in.Scratch, fileOf(i)))
		if err != nil {
			continue
		}
		if read, err := Read(raw, "und"); err == nil {
			cues[i] = Shift(read, -begins)
		}
	}
	return cues, nil
}

func fileOf(track int) string { return "text-" + strconv.Itoa(track) }

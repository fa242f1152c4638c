package probe

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

// Container is what Remux puts streams into.
type Container string

const (
	Matroska Container = "matroska" // takes every codec
	MP4      Container = "mp4"      // has the tables a film is cut by as it is
)

// fileName is the name Remux gives its file.
func (c Container) fileName() string {
	if c == MP4 {
		return "remuxed.mp4"
	}
	return "remuxed.mkv"
}

// Remux copies the picture and sound of a file, as they are, into one that has an index,
// in the scratch folder. It returns that file's path and its own report, which is the one
// to plan by: its clock and its stream numbers are not the original's.
func (p *Prober) Remux(ctx context.Context, path, scratch string, original Report, into Container) (string, Report, error) {
	const op = "probe.remux"
	args := []string{"-map", fmt.Sprintf("0:%d", original.Video.Stream)}
	for _, a := range original.Audio {
		args = append(args, "-map", fmt.Sprintf("0:%d", a.Stream))
	}
	// FLAC and TrueHD in MP4 are called experimental; it is only we who read them.
	args = append(args, "-c", "copy", "-strict", "experimental", "-map_chapters", "-1", "-f", string(into), into.fileName())
	err := p.tools.Run(ctx, ffmpeg.Job{
		// An AVI says when its frames are decoded, not when they are shown.
		Inputs: []ffmpeg.Input{{Path: path, Args: []string{"-fflags", "+genpts"}}},
		Args:   args,
		Dir:    scratch,
		Limits: ffmpeg.Limits{FileSize: original.Bytes + original.Bytes/4 + 64<<20},
	})
	if err != nil {
		if fault.KindOf(err) == fault.Internal && ffmpeg.Stderr(err) != "" {
			return "", Report{}, refuse("unreadable", "This file is damaged: it cannot be read to its end.", err)
		}
		return "", Report{}, fault.Wrap(op, err)
	}
	out := filepath.Join(scratch, into.fileName())
	info, err := os.Stat(out)
	if err != nil {
		return "", Report{}, fault.Wrap(op, err)
	}
	report, err := p.Run(ctx, In{Path: out, Bytes: info.Size()})
	if err != nil {
		return "", Report{}, fault.Wrap(op, err)
	}
	report.names(original.Audio)
	report.Faults = append(original.Faults, report.Faults...)
	report.compare(original.DurationSeconds)
	return out, report, nil
}

// names gives the tracks back what the original says of them, and another container may
// have no room for. They are in its order.
func (r *Report) names(original []Audio) {
	if len(r.Audio) != len(original) {
		return
	}
	for i, a := range original {
		r.Audio[i].Language, r.Audio[i].Title, r.Audio[i].Default, r.Audio[i].Marks = a.Language, a.Title, a.Default, a.Marks
	}
}

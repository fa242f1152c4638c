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
	avi      Container = "avi"      // does not say when a frame is shown
)

// fileName is the name Remux gives its file.
func (c Container) fileName() string {
	switch c {
	case MP4:
		return "remuxed.mp4"
	case avi:
		return "remuxed.avi"
	}
	return "remuxed.mkv"
}

// Remux copies the picture and sound of a file, as they are, into one that has an index,
// in the scratch folder. It returns that file's path and its own report, which is the one
// to plan by: its clock and its stream numbers are not the original's.
func (p *Prober) Remux(ctx context.Context, path, scratch string, original Report, into Container) (string, Report, error) {
	const op = "probe.remux"
	if original.timedByDecoding() {
		into = avi
	}
	var recut []string // PCM, cut as unevenly as an AVI does, could not be told apart by rounded times
	args := []string{"-map", fmt.Sprintf("0:%d", original.Video.Stream)}
	for i, a := range original.Audio {
		args = append(args, "-map", fmt.Sprintf("0:%d", a.Stream))
		if a.isPCM() {
			recut = append(recut, fmt.Sprintf("-c:a:%d", i), a.plainPCM(), fmt.Sprintf("-filter:a:%d", i), "asetnsamples=n=1024:p=0")
		}
	}
	args = append(args, "-c", "copy")
	args = append(args, recut...)
	if original.Format == "avi" && original.Video.Codec == "mpeg4" {
		args = append(args, "-bsf:v", "mpeg4_unpack_bframes") // two frames in one packet have one time
	}
	// FLAC and TrueHD in MP4 are called experimental; it is only we who read them. Nothing in the
	// file depends on the day, so one that is made again is the same.
	args = append(args, "-strict", "experimental", "-map_chapters", "-1", "-fflags", "+bitexact", "-f", string(into), into.fileName())
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
	report, err := p.Run(ctx, In{Path: out, Bytes: info.Size(), remuxed: true})
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

// timedByDecoding tells whether only who decodes the picture knows when its frames are
// shown: an AVI says when they are decoded, and of H.264 the order they are shown in
// cannot be told from outside. Such a film stays in an AVI: in any other container its
// frames would be given wrong times, in an AVI they are given none.
func (r Report) timedByDecoding() bool {
	return r.Format == "avi" && (r.Video.Codec == "h264" || r.Video.Codec == "hevc")
}

// late notes that frames come out of a decoder as many frames late as their order demands,
// with the time at which they do.
func (r *Report) late(frames int) {
	v := &r.Video
	v.Late = float64(max(frames, 0)) * float64(v.FrameRateDen) / float64(max(v.FrameRateNum, 1))
	v.StartSeconds -= v.Late
	v.SeekBack = v.Late
}

package probe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// read turns what a file says of itself into a report, or a reason there can be none.
func read(said answer) (Report, error) {
	report := Report{Format: said.Format.Name, DurationSeconds: number(said.Format.Duration)}
	picture := slices.IndexFunc(said.Streams, stream.isPicture)
	for _, s := range said.Streams {
		switch {
		case s.encrypted():
			return Report{}, protected()
		case s.Kind == "audio" && s.Codec != "" && s.Channels > 0 && number(s.SampleRate) >= 1:
			report.Audio = append(report.Audio, s.audio(report.Format))
		case s.Kind == "audio":
			report.fault("unreadable_sound", fmt.Sprintf("Sound track %d is of a kind that cannot be read; it is left out.", s.Index))
		case s.Kind == "subtitle" && s.isBitmap():
			report.fault("bitmap_subtitles", fmt.Sprintf("The %s subtitles are pictures, not text; they are left out.", orUnknown(s.Tags["language"])))
		}
	}
	if picture < 0 {
		if len(report.Audio) > 0 {
			return Report{}, refuse("no_picture", "This file has sound but no picture.", nil)
		}
		return Report{}, refuse("not_a_video", "This file has no picture or sound we can read.", nil)
	}
	s := said.Streams[picture]
	switch {
	case s.Codec == "" || s.Codec == "unknown" || s.Width < 1 || s.Height < 1:
		return Report{}, refuse("unreadable_picture", "The picture in this file cannot be decoded.", nil)
	case s.onlyDolbyVision():
		return Report{}, refuse("dolby_vision_only", "This film is Dolby Vision alone: without it, its colours are wrong. Upload a version that is HDR10 or SDR as well.", nil)
	case s.Width > maxSide || s.Height > maxSide || s.Width*s.Height > maxPixels:
		return Report{}, &fault.Error{Kind: fault.Invalid, Op: "probe.run", Code: "huge_picture",
			Public: fmt.Sprintf("The picture of this file is too large: %d × %d pixels.", s.Width, s.Height)}
	}
	report.Video = s.video()
	report.DurationSeconds = max(report.DurationSeconds, s.promised(report.Format))
	if report.Video.BitRate == 0 {
		report.Video.BitRate = int64(number(said.Format.BitRate))
	}
	return report, nil
}

// promised is how long the header of an AVI says the picture lasts: where the index is cut
// off, ffprobe tells how much of it is there.
func (s stream) promised(format string) float64 {
	num, den := ratio(s.RealRate, "/")
	if format != "avi" || num == 0 {
		return 0
	}
	return number(s.FrameCount) * float64(den) / float64(num)
}

// isPicture leaves out cover art and thumbnails.
func (s stream) isPicture() bool {
	return s.Kind == "video" && s.Disposition["attached_pic"] == 0 && s.Disposition["timed_thumbnails"] == 0
}

// picture is the track that will be shown, of which there is one.
func (a answer) picture() stream {
	return a.Streams[slices.IndexFunc(a.Streams, stream.isPicture)]
}

func (s stream) isBitmap() bool {
	switch s.Codec {
	case "hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "xsub":
		return true
	}
	return false
}

func (s stream) video() Video {
	v := Video{
		Stream:      s.Index,
		Codec:       s.Codec,
		Profile:     s.Profile,
		PixelFormat: s.PixelFormat,
		Width:       s.Width,
		Height:      s.Height,
		Rotation:    s.rotation(),
		Matrix:      strings.TrimPrefix(s.Matrix, "unknown"),
		Transfer:    s.transfer(),
		Interlaced:  s.FieldOrder != "" && s.FieldOrder != "progressive" && s.FieldOrder != "unknown",
		BitRate:     int64(number(s.BitRate)),
	}
	if num, den := ratio(s.SAR, ":"); num > 0 && den > 0 && num != den {
		v.SARNum, v.SARDen = num, den
	}
	v.StartSeconds = s.seconds(s.StartPTS)
	return v
}

func (s stream) audio(format string) Audio {
	a := Audio{
		Stream:       s.Index,
		Codec:        s.Codec,
		Channels:     s.Channels,
		SampleRate:   int(number(s.SampleRate)),
		Language:     s.Tags["language"],
		Title:        cmp.Or(s.Tags["title"], s.Tags["name"]), // MP4 calls it its name
		Default:      s.Disposition["default"] == 1,
		StartSeconds: s.seconds(s.StartPTS),
	}
	for _, mark := range marks {
		if s.Disposition[string(mark)] == 1 {
			a.Marks = append(a.Marks, mark)
		}
	}
	if strings.HasPrefix(format, "matroska") && a.SampleRate <= 48000 {
		a.Step = steps[a.Codec]
	}
	return a
}

// steps are the numbers of samples that packets of a codec are multiples of, as nearly
// every encoder makes them. Matroska rounds times to milliseconds; with these the exact
// ones are found again. Vorbis has the shortest steps that are longer than the rounding.
var steps = map[string]int{
	"aac": 1024, "ac3": 256, "alac": 4096, "dts": 256, "eac3": 256, "flac": 512, "mp2": 576, "mp3": 576, "opus": 480, "vorbis": 64,
	"wmav1": 512, "wmav2": 512,
}

// firstFrames takes over what only the first packets, decoded, show.
func (r *Report) firstFrames(said, head answer) {
	s := said.picture()
	first := head.Frames[0].PTS
	if first == nil {
		first = head.Frames[0].BestEffort
	}
	if first != nil {
		r.Video.StartSeconds = s.seconds(*first)
	}
	interlaced := 0
	for _, f := range head.Frames {
		interlaced += f.Interlaced
	}
	r.Video.Interlaced = r.Video.Interlaced || 2*interlaced > len(head.Frames)
	r.Video.FrameRateNum, r.Video.FrameRateDen, r.Video.VariableRate = s.rate(r.Video.Interlaced, head.frameSeconds(s))
}

// measure sets where each track really ends, by its last packets.
func (r *Report) measure(said, tail answer) {
	end := map[int]float64{}
	for _, p := range tail.Packets {
		i := slices.IndexFunc(said.Streams, func(s stream) bool { return s.Index == p.Stream })
		if i < 0 || !p.shown() {
			continue
		}
		s := said.Streams[i]
		at := s.seconds(*p.PTS + p.Duration)
		if p.Duration == 0 && p.Stream == r.Video.Stream && r.Video.FrameRateNum > 0 {
			at += float64(r.Video.FrameRateDen) / float64(r.Video.FrameRateNum)
		}
		end[p.Stream] = max(end[p.Stream], at)
	}
	promised := r.DurationSeconds
	r.Video.EndSeconds = end[r.Video.Stream]
	r.DurationSeconds = r.Video.EndSeconds - r.Video.StartSeconds
	for i, a := range r.Audio {
		r.Audio[i].EndSeconds = max(end[a.Stream], a.StartSeconds)
	}
	r.compare(promised)
}

// compare notes when less can be read than the file, or the file it was made of, promised.
// Sound that outlives its picture is no loss.
func (r *Report) compare(promised float64) {
	end := r.Video.EndSeconds
	for _, a := range r.Audio {
		end = max(end, a.EndSeconds)
	}
	if promised-end > max(2, promised/50) {
		r.fault("truncated", fmt.Sprintf("This file says it is %.0f s long, but only %.0f s can be read.", promised, r.DurationSeconds))
	}
}

func (r *Report) fault(code, detail string) {
	r.Faults = append(r.Faults, Fault{Code: code, Detail: detail})
}

func orUnknown(language string) string {
	if language = strings.TrimSpace(language); language == "" || language == "und" {
		return "unnamed"
	}
	return language
}

package probe

import (
	"context"
	"math"
	"regexp"
	"strings"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Texts is what can be read in a source: its subtitles that are text, and its chapters.
// Times are on the source's own clock, on which the picture begins at StartSeconds.
type Texts struct {
	Demuxer      string
	StartSeconds float64
	Tracks       []Text
	Chapters     []Chapter
}

// Text describes one subtitle track.
type Text struct {
	Stream   int
	Codec    string // "subrip", "mov_text", "ass", "webvtt"
	Language string // as in Audio
	Title    string
	Default  bool
	Forced   bool
	SDH      bool
}

// Chapter is a named stretch of the source.
type Chapter struct {
	Title        string
	StartSeconds float64
	EndSeconds   float64
}

// The bounds of what is read of them.
const (
	maxTexts    = 64
	maxChapters = 1000
)

// Texts looks for what can be read in a file. Where its picture begins is looked for too,
// unless that is known.
func (p *Prober) Texts(ctx context.Context, path string, begins *float64) (Texts, error) {
	const op = "probe.texts"
	said, err := p.look(ctx, path, "-show_format", "-show_streams", "-show_chapters")
	if err != nil {
		return Texts{}, fault.Wrap(op, unreadable(ctx, err))
	}
	found := Texts{}
	found.Demuxer, _, _ = strings.Cut(said.Format.Name, ",")
	for _, s := range said.Streams {
		if s.Kind != "subtitle" || !s.isText() || len(found.Tracks) == maxTexts {
			continue
		}
		found.Tracks = append(found.Tracks, Text{
			Stream: s.Index, Codec: s.Codec, Language: s.Tags["language"], Title: s.Tags["title"],
			Default: s.Disposition["default"] == 1,
			Forced:  s.Disposition["forced"] == 1 || saysForced.MatchString(s.Tags["title"]),
			SDH:     s.Disposition["hearing_impaired"] == 1 || saysSDH.MatchString(s.Tags["title"]),
		})
	}
	for _, c := range said.Chapters[:min(len(said.Chapters), maxChapters)] {
		start, end := number(c.Start), number(c.End)
		if end > start && math.Abs(start) < farEnd {
			found.Chapters = append(found.Chapters, Chapter{Title: c.Tags["title"], StartSeconds: start, EndSeconds: end})
		}
	}
	if len(found.Tracks)+len(found.Chapters) == 0 {
		return found, nil
	}
	if begins != nil {
		found.StartSeconds = *begins
		return found, nil
	}
	head, err := p.firstFrames(ctx, path, 600)
	if err != nil {
		return Texts{}, fault.Wrap(op, unreadable(ctx, err))
	}
	if len(head.Frames) == 0 {
		return Texts{}, fault.Wrap(op, refuse("unreadable_picture", "The picture in this file cannot be decoded.", nil))
	}
	report, err := read(said)
	if err != nil {
		return Texts{}, fault.Wrap(op, err)
	}
	report.firstFrames(said, head)
	found.StartSeconds = report.Video.StartSeconds
	return found, nil
}

// What a track is for is often said in its title alone.
var (
	saysForced = regexp.MustCompile(`(?i)\bforced\b|\bfor[çc]ad[ao]s?\b`)
	saysSDH    = regexp.MustCompile(`(?i)\bSDH\b|\bhearing[ -]impaired\b|\bclosed captions?\b`)
)

// isText tells subtitles that can be written down from pictures of them.
func (s stream) isText() bool {
	switch s.Codec {
	case "subrip", "srt", "mov_text", "ass", "ssa", "webvtt", "text":
		return true
	}
	return false
}

// Package subtitle owns the words over a picture: it reads SubRip, WebVTT and ASS, from a
// file beside the film or from inside it, and writes WebVTT on the film's clock. It keeps
// what WebVTT can say (italics, bold, underline, colour, who speaks, where on the
// picture) and leaves out the rest. It imports probe, and nothing of how
// subtitles are stored or served.
//
// A text is read twice over: a parser of its format finds the times, and a reader of its
// markup cuts what is said into runs of one look, the same for every format.
package subtitle

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// The bounds of one text. A long film has about 2,000 cues.
const (
	MaxBytes = 5 << 20
	MaxCues  = 20_000
	maxCue   = 4 << 10 // bytes of one cue; what is longer is no subtitle
	maxTime  = 100 * time.Hour
)

// Cue is what is shown from a time to another.
type Cue struct {
	Start, End time.Duration
	Place      Place
	Runs       []Run
}

// Run is a stretch of a cue of one look. Its text is plain and may have line ends.
type Run struct {
	Text                    string
	Bold, Italic, Underline bool
	Color                   string // "#rrggbb", "" for what the player shows text in
	Voice                   string // who speaks, "" when it is not said
}

// Place is where a cue is shown: a place of the numeric keypad (8 is the top, 2 or 0 the
// bottom), or the settings of a WebVTT cue as they were written.
type Place struct {
	Keypad   int
	Settings string
}

// Read returns the cues of a text in order. It tells the format by the text alone: what a
// file is called says nothing. A text it cannot read is fault.Invalid, with a sentence
// that names the line.
func Read(raw []byte, language string) ([]Cue, error) {
	if len(raw) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "subtitle.read", "subtitle_too_large", "This subtitle file is larger than 5 MB. A file of subtitles holds nothing but text.")
	}
	text, err := decode(raw, language)
	if err != nil {
		return nil, err
	}
	lines := splitLines(text)
	var cues []Cue
	switch formatOf(lines) {
	case webVTT:
		cues, err = readVTT(lines)
	case ass:
		cues, err = readASS(lines)
	default:
		cues, err = readSRT(lines)
	}
	if err != nil {
		return nil, err
	}
	cues = slices.DeleteFunc(cues, func(c Cue) bool { return c.End == c.Start || len(c.Runs) == 0 })
	if len(cues) == 0 {
		return nil, refuse("no_cues", "There are no subtitles in this file. It should be SubRip (.srt), WebVTT (.vtt) or ASS (.ass).")
	}
	slices.SortStableFunc(cues, func(a, b Cue) int { return int(a.Start - b.Start) })
	return cues, nil
}

// Shift moves cues on the clock by so much, and leaves out what then ends before it begins.
func Shift(cues []Cue, by time.Duration) []Cue {
	var moved []Cue
	for _, c := range cues {
		c.Start, c.End = max(0, c.Start+by), c.End+by
		if c.End > c.Start {
			moved = append(moved, c)
		}
	}
	return moved
}

// kept adds a cue unless there are too many.
func kept(cues []Cue, c Cue) ([]Cue, error) {
	if len(cues) == MaxCues {
		return nil, fault.New(fault.TooLarge, "subtitle.read", "too_many_cues", "This subtitle file has more than 20,000 subtitles.")
	}
	return append(cues, c), nil
}

func refuse(code, sentence string) error {
	return fault.New(fault.Invalid, "subtitle.read", code, sentence)
}

// badTime names a line (from 0) whose times cannot be read.
func badTime(line int, example string) error {
	return refuse("bad_time", fmt.Sprintf("Line %d of this subtitle file should hold two times, the later one second, such as %s.", line+1, example))
}

type format int

const (
	subRip format = iota
	webVTT
	ass
)

// formatOf looks at the first line that is not empty, as players do.
func formatOf(lines [][]byte) format {
	for _, line := range lines {
		line = bytes.TrimSpace(line)
		switch {
		case len(line) == 0:
			continue
		case bytes.HasPrefix(line, []byte("WEBVTT")):
			return webVTT
		case line[0] == '[' && bytes.HasSuffix(line, []byte("]")), bytes.HasPrefix(line, []byte("Dialogue:")), bytes.HasPrefix(line, []byte("; Script")):
			return ass
		}
		return subRip
	}
	return subRip
}

// splitLines cuts a text at any kind of line end.
func splitLines(text []byte) [][]byte {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	return bytes.Split(text, []byte("\n"))
}

package plan

import (
	"fmt"
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
)

// maxLabel is how many characters of a track's title a menu is given.
const maxLabel = 60

// audioRenditions are one stereo rendition a sound track, as long as the grid, with
// sample 0 heard when frame 0 is shown; or the track itself where that will do.
func (p Plan) audioRenditions(tracks []probe.Audio, played *source.Rung) []Rendition {
	tracks = tracks[:min(len(tracks), maxAudio)]
	preferred := 0
	for i := len(tracks) - 1; i >= 0; i-- {
		if tracks[i].Default {
			preferred = i
		}
	}
	taken := map[string]bool{} // labels are unique within a group
	var renditions []Rendition
	for i, track := range tracks {
		tag := languageTag(track.Language)
		name := trackLabel(track.Title, tag, i)
		label := name
		for n := 2; taken[label]; n++ {
			label = fmt.Sprintf("%s (%d)", name, n)
		}
		taken[label] = true
		rate := soundRate(track.SampleRate)
		r := Rendition{
			ID:        fmt.Sprintf("audio/%d-%s", i, strings.ToLower(tag.String())),
			Kind:      Audio,
			Bandwidth: soundBitrate * 5 / 4,
			Stream:    track.Stream,
			Language:  tag.String(),
			Label:     label,
			Channels:  2,
			Rate:      rate,
			Samples:   int64(math.Round(p.DurationSeconds * float64(rate))),
			Origin:    int64(math.Round(p.Grid.seconds(p.Picture.OriginTicks) * float64(rate))),
			Default:   i == preferred,
		}
		if track.Step > 0 {
			r.Start, r.Step = track.StartSeconds, track.Step
		}
		if copied, ok := p.copiedAudio(r, played); ok {
			r = copied
		}
		renditions = append(renditions, r)
	}
	return renditions
}

// languageTag reads what a file says of a language, "por" or "fre", as BCP 47 does.
func languageTag(said string) language.Tag {
	tag, err := language.Parse(said)
	if err != nil {
		return language.Und
	}
	// The extensions of a tag are of no use in a menu and could be of any length.
	base, script, region := tag.Raw()
	plain, err := language.Compose(base, script, region)
	if err != nil {
		return language.Und
	}
	return plain
}

// trackLabel is what a menu shows: the track's title, or its language's own name.
func trackLabel(title string, tag language.Tag, i int) string {
	if title = printable(title); title != "" {
		return title
	}
	name := []rune(display.Self.Name(tag))
	if tag == language.Und || len(name) == 0 {
		return fmt.Sprintf("Audio %d", i+1)
	}
	name[0] = unicode.ToUpper(name[0])
	return string(name)
}

// printable makes an uploader's words safe for a quoted string of a playlist, which
// may hold neither quotation marks nor line ends.
func printable(title string) string {
	title = strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case unicode.IsSpace(r):
			return ' '
		case r == unicode.ReplacementChar || !unicode.IsPrint(r):
			return -1
		}
		return r
	}, title)
	runes := []rune(strings.TrimSpace(title))
	return strings.TrimSpace(string(runes[:min(len(runes), maxLabel)]))
}

// soundRate keeps the family of the source's rate, so that resampling is never by a
// crooked ratio.
func soundRate(source int) int {
	if source > 0 && 44100%source == 0 || source%44100 == 0 && source > 0 {
		return 44100
	}
	return 48000
}

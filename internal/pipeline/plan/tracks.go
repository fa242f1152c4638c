package plan

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
)

// maxLabel is how many characters of a track's title a menu is given.
const maxLabel = 60

// surroundChannels are those of 5.1, and as many as a second rendition has.
const surroundChannels = 6

// LeftOut says what of a film's sound is in no plan, for whoever brought it.
func LeftOut(report probe.Report) []probe.Fault {
	if len(report.Audio) <= maxAudio {
		return nil
	}
	return []probe.Fault{{Code: "too_many_sounds",
		Detail: fmt.Sprintf("This file has %d sound tracks: the first %d are there, the others are left out.", len(report.Audio), maxAudio)}}
}

// audioRenditions are one stereo rendition a sound track, as long as the grid, with
// sample 0 heard when frame 0 is shown; or the track itself where that will do. A track
// of six channels or more is also there in 5.1, after all the stereo.
func (p Plan) audioRenditions(tracks []probe.Audio, played *source.Rung) []Rendition {
	tracks = tracks[:min(len(tracks), maxAudio)]
	preferred := preferredTrack(tracks)
	taken := map[string]bool{} // labels are unique within a group
	var stereo, surround []Rendition
	for i, track := range tracks {
		tag := languageTag(track.Language)
		name := trackLabel(track.Title, tag, i)
		r := p.soundRendition(track)
		r.ID = fmt.Sprintf("audio/%d-%s", i, strings.ToLower(tag.String()))
		r.Language, r.Label, r.Default = tag.String(), freeLabel(taken, name), i == preferred
		if track.Channels >= surroundChannels {
			more := r
			more.ID, more.Label, more.Default = r.ID+"-51", freeLabel(taken, r.Label+" 5.1"), false
			more.Channels, more.Bandwidth = surroundChannels, SoundBitrate(surroundChannels)*5/4
			surround = append(surround, more)
		}
		if copied, ok := p.copiedAudio(r, played); ok {
			r = copied
		}
		stereo = append(stereo, r)
	}
	return append(stereo, surround...)
}

// soundRendition is a track in stereo, but for what it is called.
func (p Plan) soundRendition(track probe.Audio) Rendition {
	rate := soundRate(track.SampleRate)
	r := Rendition{
		Kind:      Audio,
		Bandwidth: SoundBitrate(2) * 5 / 4,
		Stream:    track.Stream,
		Role:      roleOf(track),
		Channels:  2,
		Rate:      rate,
		Samples:   int64(math.Round(p.DurationSeconds * float64(rate))),
		Origin:    int64(math.Round(p.Grid.seconds(p.Picture.OriginTicks) * float64(rate))),
	}
	if track.Step > 0 {
		r.Start, r.Step = track.StartSeconds, track.Step
	}
	return r
}

// preferredTrack is the first the file calls its default; whoever has not asked for
// commentary is not given any, unless there is nothing else.
func preferredTrack(tracks []probe.Audio) int {
	preferred := -1
	for i, track := range tracks {
		if roleOf(track).aside() {
			continue
		}
		if preferred < 0 || track.Default && !tracks[preferred].Default {
			preferred = i
		}
	}
	return max(preferred, 0)
}

// freeLabel is a label no other rendition has, and now this one does.
func freeLabel(taken map[string]bool, name string) string {
	label := name
	for n := 2; taken[label]; n++ {
		label = fmt.Sprintf("%s (%d)", name, n)
	}
	taken[label] = true
	return label
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

// layouts are what a title says of channels: a rendition of the track may have others.
var layouts = regexp.MustCompile(`(?i)[([]?\b(?:[1-9]\.[0-2](?: ?ch)?|surround|st[eé]r[eé]o|mono)\b[)\]]?`)

// trackLabel is what a menu shows: the track's title, or its language's own name.
func trackLabel(title string, tag language.Tag, i int) string {
	title = strings.Join(strings.Fields(layouts.ReplaceAllString(printable(title), " ")), " ")
	if title = strings.Trim(title, " -–,/|@·"); title != "" {
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

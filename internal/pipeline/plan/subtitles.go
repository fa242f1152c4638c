package plan

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/Eyevinn/dash-mpd/mpd"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Subtitle is one text track of a film, whole from the moment it is there: a WebVTT file
// on the film's clock. Unlike a rendition it is not planned: more may be added to a film,
// and taken away, at any time.
type Subtitle struct {
	ID       string `json:"id"`       // "0-pt": its file is subtitles/0-pt.vtt below the video's
	Language string `json:"language"` // BCP 47: "pt-BR", "und"
	Label    string `json:"label"`    // what a menu shows
	Default  bool   `json:"default,omitempty"`
	Forced   bool   `json:"forced,omitempty"` // only what somebody who understands the sound needs: signs, another tongue
	SDH      bool   `json:"sdh,omitempty"`    // for the deaf and hard of hearing: sounds and who speaks too
	Added    bool   `json:"added,omitempty"`  // by a person; the others came with the film
}

// Chapter is a named stretch of the film.
type Chapter struct {
	Title        string  `json:"title"`
	StartSeconds float64 `json:"startSeconds"`
	EndSeconds   float64 `json:"endSeconds"`
}

// MaxSubtitles is how many a film may have.
const MaxSubtitles = 64

// subtitlesFolder is below the video's own.
const subtitlesFolder = "subtitles"

// SubtitleName returns the name of a subtitle's file.
func SubtitleName(id string) string { return subtitlesFolder + "/" + id + ".vtt" }

// SubtitlePlaylistName returns the name of a subtitle's HLS playlist.
func SubtitlePlaylistName(id string) string { return subtitlesFolder + "/" + id + ".m3u8" }

// SubtitleSegmentName returns the name of segment k of a subtitle, from 0.
func SubtitleSegmentName(id string, k int) string {
	return subtitlesFolder + "/" + id + "/" + strings.TrimSuffix(SegmentName(k), ".m4s") + ".vtt"
}

// NewSubtitle names the n-th subtitle a film was ever given, in words safe in a playlist.
func NewSubtitle(n int, said Subtitle) Subtitle {
	tag := languageTag(said.Language)
	said.ID = fmt.Sprintf("%d-%s", n, strings.ToLower(tag.String()))
	said.Language = tag.String()
	if said.Label = printable(said.Label); said.Label == "" {
		said.Label = subtitleLabel(said, tag, n)
	}
	return said
}

// IsLanguage reports whether a text names a language, as BCP 47 or ISO 639 does.
func IsLanguage(text string) bool {
	_, err := language.Parse(text)
	return err == nil && len(text) <= 35
}

// Printable makes somebody's words fit for a menu and a playlist: one short line.
func Printable(words string) string { return printable(words) }

func subtitleLabel(s Subtitle, tag language.Tag, n int) string {
	name := []rune(languageName(tag))
	if tag == language.Und || len(name) == 0 {
		name = []rune(fmt.Sprintf("Subtitles %d", n+1))
	}
	name[0] = unicode.ToUpper(name[0])
	if s.SDH {
		return string(name) + " (SDH)"
	}
	return string(name)
}

// languageName is what its own speakers call a language, with the region where that says more.
func languageName(tag language.Tag) string {
	name := display.Self.Name(tag)
	spoken, _ := tag.Base()
	region, sure := tag.Region()
	if sure == language.Exact && name == display.Self.Name(language.Make(spoken.String())) {
		name += " (" + display.Regions(tag).Name(region) + ")"
	}
	return name
}

// subtitleGroup is the one group all subtitles belong to.
const subtitleGroup = "subtitles"

// sdhCharacteristics are those Apple's authoring specification asks of such subtitles.
const sdhCharacteristics = "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"

// writeSubtitles adds the subtitles of a multivariant playlist. One of them at most is
// shown unasked: the film's default, where it is not in the language of its sound.
func writeSubtitles(b *bytes.Buffer, subtitles []Subtitle, audio []Rendition) {
	shown := preferredSubtitle(subtitles, audio)
	kindOf := func(s Subtitle) string { return fmt.Sprint(s.Language, s.Forced, s.SDH) }
	labels, auto := map[string]bool{}, map[string]int{} // of each kind the one a player may choose by itself
	for i, s := range subtitles {
		if _, taken := auto[kindOf(s)]; !taken || i == shown {
			auto[kindOf(s)] = i
		}
	}
	for i, s := range subtitles {
		label := s.Label
		for n := 2; labels[label]; n++ {
			label = fmt.Sprintf("%s (%d)", s.Label, n)
		}
		labels[label] = true
		fmt.Fprintf(b, "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=%q,NAME=\"%s\",LANGUAGE=%q,DEFAULT=%s,AUTOSELECT=%s,FORCED=%s",
			subtitleGroup, label, s.Language, yesNo(i == shown), yesNo(auto[kindOf(s)] == i), yesNo(s.Forced))
		if s.SDH {
			fmt.Fprintf(b, ",CHARACTERISTICS=%q", sdhCharacteristics)
		}
		fmt.Fprintf(b, ",URI=%q\n", SubtitlePlaylistName(s.ID))
	}
}

// preferredSubtitle is the one to show unasked; -1 for none. Most files call every track
// their default, so that alone says little.
func preferredSubtitle(subtitles []Subtitle, audio []Rendition) int {
	heard := ""
	for _, a := range audio {
		if a.Default {
			heard = a.Language
		}
	}
	for i, s := range subtitles {
		if s.Default && !s.Forced && heard != "" && heard != "und" && base(s.Language) != base(heard) {
			return i
		}
	}
	return -1
}

func base(tag string) string {
	b, _, _ := strings.Cut(tag, "-")
	return b
}

// SubtitlePlaylist returns the HLS playlist of a subtitle: segments of one length, with the
// target duration every playlist of the film has.
func SubtitlePlaylist(p Plan, s Subtitle) []byte {
	lasting, count := p.subtitleSegments()
	b := fmt.Appendf(nil, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:%d\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n", p.targetDuration())
	for k := range count {
		seconds := min(lasting, p.DurationSeconds-float64(k)*lasting)
		b = append(b, "#EXTINF:"...)
		b = strconv.AppendFloat(b, seconds, 'f', 6, 64)
		b = append(b, ",\n"...)
		b = append(b, strings.TrimPrefix(SubtitleSegmentName(s.ID, k), subtitlesFolder+"/")...)
		b = append(b, '\n')
	}
	return append(b, "#EXT-X-ENDLIST\n"...)
}

// subtitleSegments is how long each is and how many there are. A rest of less than a
// millisecond would hold nothing.
func (p Plan) subtitleSegments() (lasting float64, count int) {
	lasting = float64(p.targetDuration())
	return lasting, max(1, int(math.Ceil((p.DurationSeconds-0.001)/lasting)))
}

// SubtitleSegments is how many segments each subtitle of a film has.
func (p Plan) SubtitleSegments() int {
	_, count := p.subtitleSegments()
	return count
}

// SubtitleSegment cuts segment k out of a subtitle's file: every cue that is shown during
// it, whole and at its own time (RFC 8216, 3.5).
func SubtitleSegment(p Plan, file []byte, k int) []byte {
	lasting, _ := p.subtitleSegments()
	from := time.Duration(float64(k) * lasting * float64(time.Second))
	to := from + time.Duration(lasting*float64(time.Second))
	b := []byte("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n")
	first := true
	for block := range bytes.SplitSeq(bytes.TrimRight(file, "\n"), []byte("\n\n")) {
		if first { // the header
			first = false
			continue
		}
		block = bytes.TrimLeft(block, "\n")
		start, end, ok := cueTimes(block)
		if len(block) == 0 || ok && (end <= from || start >= to) {
			continue
		}
		b = append(b, '\n')
		b = append(b, block...)
		b = append(b, '\n')
	}
	return b
}

// cueTimes reads the first line of a block of a stored file.
func cueTimes(block []byte) (start, end time.Duration, ok bool) {
	const arrow = " --> "
	line, _, _ := bytes.Cut(block, []byte("\n"))
	before, after, found := bytes.Cut(line, []byte(arrow))
	if !found {
		return 0, 0, false
	}
	after, _, _ = bytes.Cut(after, []byte(" "))
	start, ok1 := storedTime(before)
	end, ok2 := storedTime(after)
	return start, end, ok1 && ok2
}

// storedTime reads "01:02:03.456", of any number of hours.
func storedTime(text []byte) (time.Duration, bool) {
	var total, part int64
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9' && part < 1e6:
			part = 10*part + int64(c-'0')
		case c == ':':
			total, part = 60*(total+part), 0
		case c == '.':
			total, part = 1000*(total+part), 0
		default:
			return 0, false
		}
	}
	return time.Duration(total+part) * time.Millisecond, len(text) >= len("00:00:00.000")
}

// addSubtitles adds the subtitles to a DASH period, each one file.
func addSubtitles(period *mpd.Period, subtitles []Subtitle) {
	for _, s := range subtitles {
		set := mpd.NewAdaptationSet()
		set.Id = mpd.Ptr(uint32(len(period.AdaptationSets)))
		set.ContentType = "text"
		set.MimeType = "text/vtt"
		set.Lang = s.Language
		set.Labels = []*mpd.LabelType{{Value: s.Label}}
		role := "subtitle"
		switch {
		case s.Forced:
			role = "forced-subtitle"
		case s.SDH:
			role = "caption"
		}
		set.Roles = []*mpd.DescriptorType{mpd.NewRole(role)}
		r := mpd.NewRepresentationWithID(subtitlesFolder+"/"+s.ID, "", "", subtitleBandwidth)
		r.BaseURLs = []*mpd.BaseURLType{mpd.NewBaseURL(SubtitleName(s.ID))}
		set.AppendRepresentation(r)
		period.AppendAdaptationSet(set)
	}
}

// subtitleBandwidth is what a text takes at most, in bits per second.
const subtitleBandwidth = 1000

// Number is the subtitle's own, by which a film's subtitles are ordered.
func (s Subtitle) Number() int {
	digits, _, _ := strings.Cut(s.ID, "-")
	n, _ := strconv.Atoi(digits) // NewSubtitle wrote it
	return n
}

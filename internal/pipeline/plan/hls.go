package plan

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// MediaPlaylist returns the complete HLS playlist of one rendition. Its addresses are
// relative to the rendition's own folder.
func MediaPlaylist(p Plan, r Rendition) []byte {
	scale, ticks := p.Durations(r)
	b := make([]byte, 0, 256+40*len(ticks))
	b = append(b, "#EXTM3U\n#EXT-X-VERSION:7\n"...)
	b = fmt.Appendf(b, "#EXT-X-TARGETDURATION:%d\n", p.targetDuration())
	b = append(b, "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n"...)
	b = fmt.Appendf(b, "#EXT-X-MAP:URI=%q\n", InitName)
	for k, d := range ticks {
		b = append(b, "#EXTINF:"...)
		b = appendDecimal(b, d, int64(scale), 6)
		b = append(b, ",\n"...)
		b = append(b, SegmentName(k)...)
		b = append(b, '\n')
	}
	return append(b, "#EXT-X-ENDLIST\n"...)
}

// Multivariant returns the HLS playlist of everything that is whole: any player may
// step to anything listed, so nothing with a hole is. It fails while nothing is.
func Multivariant(p Plan, made map[string]Made, subtitles ...Subtitle) ([]byte, error) {
	video, audio, err := Whole(p, made)
	if err != nil {
		return nil, err
	}
	return p.multivariant(video, groupsOf(audio), made, subtitles), nil
}

// Player returns the HLS playlist of everything that is planned, whole or not; what is made
// late is in it only when it is whole. It is for our own player alone, which asks what is
// ready before it steps anywhere, shows subtitles itself, and chooses the sound by itself: so
// all sound is one group, and no variant is there twice.
func Player(p Plan, made map[string]Made) []byte {
	video, audio := p.chosen(func(r Rendition) bool {
		m, kept := made[r.ID]
		return kept && codecsOf(r, m) != "" && (m.Whole || !r.Late())
	})
	return p.multivariant(video, oneGroup(audio), made, nil)
}

// chosen returns the renditions to list, one of the sounds as the default.
func (p Plan) chosen(listed func(Rendition) bool) (video, audio []Rendition) {
	for _, r := range p.Renditions {
		switch {
		case !listed(r):
		case r.Kind == Video:
			video = append(video, r)
		default:
			audio = append(audio, r)
		}
	}
	if len(audio) > 0 && !slices.ContainsFunc(audio, func(r Rendition) bool { return r.Default }) {
		// Until the film's own default is there.
		i := slices.IndexFunc(audio, func(r Rendition) bool { return !r.Role.aside() })
		audio[max(i, 0)].Default = true
	}
	return video, audio
}

// multivariant writes the playlist of these renditions. What is not whole has its declared
// ceiling for a peak, and no average yet. Every group of sound has its own variants, the
// first group's before the others'.
func (p Plan) multivariant(video []Rendition, groups []audioGroup, made map[string]Made, subtitles []Subtitle) []byte {
	var b bytes.Buffer
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n")
	for _, g := range groups {
		b.WriteByte('\n')
		g.write(&b)
	}
	if len(groups) == 0 {
		groups = []audioGroup{{}} // a silent film
		if len(subtitles) > 0 {
			b.WriteByte('\n')
		}
	}
	writeSubtitles(&b, subtitles, groups[0].named())
	for _, g := range groups {
		for _, v := range startupOrder(video, made) {
			peak, average := together(v, g.counted(), made)
			fmt.Fprintf(&b, "\n#EXT-X-STREAM-INF:BANDWIDTH=%d", peak)
			if average > 0 {
				fmt.Fprintf(&b, ",AVERAGE-BANDWIDTH=%d", average)
			}
			fmt.Fprintf(&b, ",CODECS=%q,RESOLUTION=%dx%d,FRAME-RATE=%s", strings.Join(codecs(v, g.counted(), made), ","), v.Width, v.Height,
				appendDecimal(nil, int64(p.Grid.Timescale), int64(p.Grid.FrameTicks), 3))
			if g.id != "" {
				fmt.Fprintf(&b, ",AUDIO=%q", g.id)
			}
			if len(subtitles) > 0 {
				fmt.Fprintf(&b, ",SUBTITLES=%q", subtitleGroup)
			}
			fmt.Fprintf(&b, ",CLOSED-CAPTIONS=NONE\n%s/%s\n", v.ID, MediaName)
		}
	}
	return b.Bytes()
}

// Whole returns the renditions any player may be given. It fails with fault.Conflict,
// not_playable, while there is no picture, or none of the sound the film is to have. A film
// whose sound was taken back, with the file it was copied from, is to have none any more.
func Whole(p Plan, made map[string]Made) (video, audio []Rendition, err error) {
	video, audio = p.chosen(func(r Rendition) bool { return made[r.ID].Whole })
	heard := slices.ContainsFunc(audio, func(r Rendition) bool { return !r.Surround() })
	seen := slices.ContainsFunc(video, func(r Rendition) bool { return !r.Late() })
	awaited := slices.ContainsFunc(p.Of(Audio), func(r Rendition) bool { _, kept := made[r.ID]; return kept })
	if !seen || awaited && !heard {
		return nil, nil, fault.New(fault.Conflict, "plan.whole", "not_playable", "This film is not ready to be played yet.")
	}
	return video, audio, nil
}

// startup is the average rate Apple's authoring rule 1.32 asks of the first variant,
// the one a player that knows nothing of its network begins with.
const startup = 2_000_000

// startupOrder puts the variant nearest below the start-up rate first, then the others
// from the lowest up, and those in another codec after all that every player plays.
func startupOrder(video []Rendition, made map[string]Made) []Rendition {
	if len(video) == 0 {
		return nil
	}
	first := 0
	for i, v := range video {
		if _, average := rates(v, made[v.ID]); average <= startup && !v.Late() {
			first = i
		}
	}
	ordered := []Rendition{video[first]}
	return append(append(ordered, video[:first]...), video[first+1:]...)
}

// together is the rate of a variant with the most demanding sound beside it; no average
// while either is not whole.
func together(v Rendition, audio []Rendition, made map[string]Made) (peak, average int64) {
	measured := made[v.ID].Whole
	for _, a := range audio {
		p, mean := rates(a, made[a.ID])
		peak, average = max(peak, p), max(average, mean)
		measured = measured && made[a.ID].Whole
	}
	p, mean := rates(v, made[v.ID])
	if !measured {
		return peak + p, 0
	}
	return peak + p, average + mean
}

// rates are the measured ones of what is whole, else the declared ceiling for both.
func rates(r Rendition, m Made) (peak, average int64) {
	if m.Whole {
		return m.PeakBandwidth, m.AverageBandwidth
	}
	return r.Bandwidth, r.Bandwidth
}

// codecs lists every codec a player needs for a variant and any of its sound.
func codecs(v Rendition, audio []Rendition, made map[string]Made) []string {
	needed := []string{codecsOf(v, made[v.ID])}
	for _, a := range audio {
		if c := codecsOf(a, made[a.ID]); !slices.Contains(needed, c) {
			needed = append(needed, c)
		}
	}
	return needed
}

// codecsOf are those read from the initialisation segment, before that the planned ones.
func codecsOf(r Rendition, m Made) string { return cmp.Or(m.Codecs, r.Codecs) }

func yesNo(b bool) string {
	if b {
		return "YES"
	}
	return "NO"
}

// appendDecimal writes num/den with this many places, rounded to the nearest, in
// integers: a sum of a film's durations must not drift.
func appendDecimal(b []byte, num, den int64, places int) []byte {
	scale := int64(1)
	for range places {
		scale *= 10
	}
	whole, rest := num/den, num%den
	fraction := (2*rest*scale + den) / (2 * den)
	if fraction == scale {
		whole, fraction = whole+1, 0
	}
	b = strconv.AppendInt(b, whole, 10)
	b = append(b, '.')
	for scale /= 10; scale > 0; scale /= 10 {
		b = append(b, byte('0'+fraction/scale%10))
	}
	return b
}

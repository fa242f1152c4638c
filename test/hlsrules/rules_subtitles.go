package hlsrules

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// subtitleRules are about what is shown over the picture: the renditions that say SUBTITLES,
// and the WebVTT they lead to.
var subtitleRules = []Rule{
	{"subtitle-attributes", "RFC 4.4.6.1", "a rendition of subtitles, and no other, says FORCED, and has a URI and no channels; one that is forced is no default", func(t *title, report reporter) {
		for i, r := range t.renditions {
			a := r.attributes
			if a["TYPE"] != "SUBTITLES" {
				if a["FORCED"] != "" {
					report(t.multivariant.path, "rendition %d is no subtitle and says FORCED", i+1)
				}
				continue
			}
			if a["URI"] == "" || a["FORCED"] != "YES" && a["FORCED"] != "NO" || a["CHANNELS"] != "" {
				report(t.multivariant.path, "rendition %d: URI %q, FORCED %q, CHANNELS %q", i+1, a["URI"], a["FORCED"], a["CHANNELS"])
			}
			if a["FORCED"] == "YES" && a["DEFAULT"] == "YES" {
				report(t.multivariant.path, "rendition %d is forced and the default", i+1)
			}
		}
	}},
	{"every-variant", "RFC 4.4.6.2", "where there are subtitles, every variant names them", func(t *title, report reporter) {
		for _, v := range t.variants {
			if (v.attributes["SUBTITLES"] != "") != (len(t.texts) > 0) {
				report(v.path, "SUBTITLES is %q, there are %d", v.attributes["SUBTITLES"], len(t.texts))
			}
		}
	}},
	{"webvtt", "RFC 3.1.4", "a segment of subtitles is WebVTT that maps its times to the film's", func(t *title, report reporter) {
		for _, s := range t.texts {
			for _, g := range s.segments {
				header, _, _ := strings.Cut(g.text, "\n\n")
				lines := strings.Split(header, "\n")
				if lines[0] != "WEBVTT" || !slices.Contains(lines, "X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000") {
					report(g.path, "it begins with %.80q", g.text)
				}
				for _, c := range cuesOf(g.text) {
					if !(c.end > c.start) {
						report(g.path, "a cue is from %v to %v", c.start, c.end)
					}
				}
			}
		}
	}},
	{"cues-in-time", "RFC 3.1.4", "a segment holds every cue that is shown during it, and no other", func(t *title, report reporter) {
		for _, s := range t.texts {
			all := map[vttCue]bool{}
			for _, g := range s.segments {
				for _, c := range cuesOf(g.text) {
					all[c] = true
				}
			}
			at := 0.0
			for _, g := range s.segments {
				from, to := at, at+g.said
				at = to
				there := cuesOf(g.text)
				for c := range all {
					shown := c.start < to-0.001 && c.end > from+0.001
					touches := c.start < to+0.001 && c.end > from-0.001
					if has := slices.Contains(there, c); shown && !has || has && !touches && to < s.lasting()-0.001 {
						report(g.path, "%q of %v to %v; the segment is from %v to %v", c.text, c.start, c.end, from, to)
					}
				}
			}
		}
	}},
	{"subtitle-length", "Apple 8.7", "subtitles last as long as the film", func(t *title, report reporter) {
		for _, s := range t.texts {
			if len(t.variants) > 0 && math.Abs(s.lasting()-t.variants[0].lasting()) > 0.1 {
				report(s.path, "%v s, the picture %v s", s.lasting(), t.variants[0].lasting())
			}
		}
	}},
}

// lasting is how long the playlist says it is.
func (s *stream) lasting() (seconds float64) {
	for _, g := range s.segments {
		seconds += g.said
	}
	return seconds
}

type vttCue struct {
	start, end float64
	text       string
}

var cueLine = regexp.MustCompile(`^(\d{2,}):(\d\d):(\d\d\.\d{3}) --> (\d{2,}):(\d\d):(\d\d\.\d{3})`)

// cuesOf reads the cues of a WebVTT text.
func cuesOf(text string) (cues []vttCue) {
	for _, block := range strings.Split(strings.TrimRight(text, "\n"), "\n\n")[1:] {
		times, words, _ := strings.Cut(block, "\n")
		if m := cueLine.FindStringSubmatch(times); m != nil {
			cues = append(cues, vttCue{secondsOf(m[1:4]), secondsOf(m[4:7]), words})
		}
	}
	return cues
}

func secondsOf(parts []string) (total float64) {
	for _, p := range parts {
		n, _ := strconv.ParseFloat(p, 64) // the pattern lets nothing else through
		total = 60*total + n
	}
	return total
}

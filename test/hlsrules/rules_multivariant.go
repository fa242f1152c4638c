package hlsrules

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// multivariantRules are true of what a multivariant playlist says of its streams.
var multivariantRules = []Rule{
	{"variants", "RFC 4.4.6.2", "every EXT-X-STREAM-INF is followed by the URI of a playlist, with the same sound no other tag's", func(t *title, report reporter) {
		if len(t.variants) == 0 {
			report(t.multivariant.path, "there is none")
		}
		if len(t.multivariant.uris) != len(t.variants) {
			report(t.multivariant.path, "%d tags, %d URIs", len(t.variants), len(t.multivariant.uris))
		}
		seen := map[string]bool{}
		for _, v := range t.variants {
			key := v.path + " " + v.attributes["AUDIO"]
			if seen[key] {
				report(v.path, "it is there twice")
			}
			seen[key] = true
		}
	}},
	{"variant-attributes", "RFC 4.4.6.2; Apple 9.1, 9.2, 9.14, 9.15", "a variant says BANDWIDTH, AVERAGE-BANDWIDTH, CODECS, RESOLUTION and FRAME-RATE", func(t *title, report reporter) {
		for _, v := range t.variants {
			for _, name := range []string{"BANDWIDTH", "AVERAGE-BANDWIDTH", "CODECS", "RESOLUTION", "FRAME-RATE"} {
				if v.attributes[name] == "" {
					report(v.path, "%s is missing", name)
				}
			}
		}
	}},
	{"independent", "RFC 4.4.2.1; Apple 9.11", "the multivariant playlist says that segments are independent", func(t *title, report reporter) {
		if _, ok := t.multivariant.value("EXT-X-INDEPENDENT-SEGMENTS"); !ok {
			report(t.multivariant.path, "it does not")
		}
	}},
	{"media-attributes", "RFC 4.4.6.1; Apple 8.10", "a rendition says TYPE, GROUP-ID, NAME, LANGUAGE and, of sound, CHANNELS; a default one may be chosen", func(t *title, report reporter) {
		for i, r := range t.renditions {
			needed := []string{"TYPE", "GROUP-ID", "NAME", "LANGUAGE"}
			if r.attributes["TYPE"] == "AUDIO" {
				needed = append(needed, "CHANNELS", "URI")
			}
			for _, name := range needed {
				if r.attributes[name] == "" {
					report(t.multivariant.path, "rendition %d: %s is missing", i+1, name)
				}
			}
			if r.attributes["DEFAULT"] == "YES" && r.attributes["AUTOSELECT"] == "NO" {
				report(t.multivariant.path, "rendition %d is the default and may not be chosen", i+1)
			}
		}
	}},
	{"group-names", "RFC 4.4.6.1.1", "within a group no NAME is there twice and at most one rendition is the default", func(t *title, report reporter) {
		seen, defaults := map[string]bool{}, map[string]int{}
		for _, r := range t.renditions {
			group := r.attributes["TYPE"] + " " + r.attributes["GROUP-ID"]
			if name := group + " " + r.attributes["NAME"]; seen[name] {
				report(t.multivariant.path, "%s is there twice", name)
			} else {
				seen[name] = true
			}
			if r.attributes["DEFAULT"] == "YES" {
				if defaults[group]++; defaults[group] == 2 {
					report(t.multivariant.path, "%s has two defaults", group)
				}
			}
		}
	}},
	{"same-members", "RFC 4.4.6.1.1", "groups of a kind have the same members, which differ only in URI and CHANNELS", func(t *title, report reporter) {
		groups := map[string]map[string][]string{}
		for _, r := range t.renditions {
			kind, group := r.attributes["TYPE"], r.attributes["GROUP-ID"]
			if groups[kind] == nil {
				groups[kind] = map[string][]string{}
			}
			said := maps.Clone(r.attributes)
			for _, free := range []string{"GROUP-ID", "URI", "CHANNELS"} {
				delete(said, free)
			}
			groups[kind][group] = append(groups[kind][group], fmt.Sprint(said)) // its keys are sorted
		}
		for kind, byName := range groups {
			names := slices.Sorted(maps.Keys(byName))
			for _, name := range names[1:] {
				if !sameSet(byName[name], byName[names[0]]) {
					report(t.multivariant.path, "%s: %s holds %v, %s %v", kind, name, byName[name], names[0], byName[names[0]])
				}
			}
		}
	}},
	{"channels", "RFC 4.4.6.1; Apple 8.10", "CHANNELS is how many the sound has", func(t *title, report reporter) {
		for _, r := range t.renditions {
			if r.stream == nil || r.attributes["TYPE"] != "AUDIO" || r.header.channels == 0 {
				continue
			}
			if there := fmt.Sprint(r.header.channels); r.attributes["CHANNELS"] != there {
				report(r.path, "it says %s, there are %s", r.attributes["CHANNELS"], there)
			}
		}
	}},
	{"describes", "RFC 4.4.6.1; Apple 8.7", "what describes the picture may be chosen by whoever needs it: of several that are alike one", func(t *title, report reporter) {
		may := map[string]bool{}
		for _, kept := range []bool{true, false} {
			for _, r := range t.renditions {
				a := r.attributes
				if kept != (a["AUTOSELECT"] == "YES") || !strings.Contains(a["CHARACTERISTICS"], "public.accessibility.describes-video") {
					continue
				}
				alike := strings.Join([]string{a["GROUP-ID"], a["LANGUAGE"], a["CHARACTERISTICS"]}, "|")
				if may[alike] = may[alike] || kept; !may[alike] {
					report(t.multivariant.path, "%s may not", a["NAME"])
				}
			}
		}
	}},
	{"autoselect", "RFC 4.4.6.1.1", "renditions a player may choose by itself differ in LANGUAGE or CHARACTERISTICS", func(t *title, report reporter) {
		seen := map[string]bool{}
		for _, r := range t.renditions {
			a := r.attributes
			if a["AUTOSELECT"] != "YES" {
				continue
			}
			key := strings.Join([]string{a["TYPE"], a["GROUP-ID"], a["LANGUAGE"], a["ASSOC-LANGUAGE"], a["FORCED"], a["CHARACTERISTICS"]}, "|")
			if seen[key] {
				report(t.multivariant.path, "%s is as another", a["NAME"])
			}
			seen[key] = true
		}
	}},
	{"group-exists", "RFC 4.4.6.2", "the groups a variant names exist, and every group is named", func(t *title, report reporter) {
		named, exists := map[string]bool{}, map[string]bool{}
		for _, r := range t.renditions {
			exists[r.attributes["TYPE"]+" "+r.attributes["GROUP-ID"]] = true
		}
		for _, v := range t.variants {
			for _, kind := range []string{"AUDIO", "SUBTITLES"} {
				if group := v.attributes[kind]; group != "" {
					named[kind+" "+group] = true
					if !exists[kind+" "+group] {
						report(v.path, "there is no group %s of %s", group, kind)
					}
				}
			}
		}
		for group := range exists {
			if !named[group] {
				report(t.multivariant.path, "no variant names %s", group)
			}
		}
	}},
	{"codecs", "RFC 4.4.6.2", "CODECS names every codec in the initialisation segments, and no other", func(t *title, report reporter) {
		for _, v := range t.variants {
			there := []string{strings.ToLower(v.header.codec)}
			for _, a := range t.sound(v) {
				there = append(there, strings.ToLower(a.header.codec))
			}
			said := strings.Split(strings.ToLower(v.attributes["CODECS"]), ",")
			if !sameSet(said, there) {
				report(v.path, "it says %v, there is %v", said, there)
			}
		}
	}},
	{"resolution", "RFC 4.4.6.2", "RESOLUTION is that of the picture", func(t *title, report reporter) {
		for _, v := range t.variants {
			if there := fmt.Sprintf("%dx%d", v.header.width, v.header.height); v.attributes["RESOLUTION"] != there {
				report(v.path, "it says %s, there is %s", v.attributes["RESOLUTION"], there)
			}
		}
	}},
	{"frame-rate", "RFC 4.4.6.2; Apple 1.15", "FRAME-RATE is the highest of the picture, to three decimals, and at most 60", func(t *title, report reporter) {
		for _, v := range t.variants {
			var rate float64
			for _, g := range v.segments {
				if g.shortest > 0 {
					rate = max(rate, float64(v.header.timescale)/float64(g.shortest))
				}
			}
			if said := v.number("FRAME-RATE"); math.Abs(said-rate) > 0.0005+1e-9 || said > 60 {
				report(v.path, "it says %v, there is %v", said, rate)
			}
		}
	}},
	{"bandwidth", "RFC 4.4.6.2; Apple 9.13", "BANDWIDTH is no less than the largest sum of peaks a player can meet", func(t *title, report reporter) {
		for _, v := range t.variants {
			// EXTINF is rounded to a millionth of a second, and so is what is measured by it.
			if peak, _ := t.rates(v); v.number("BANDWIDTH") < peak*(1-1e-6)-1 {
				report(v.path, "it says %.0f, measured %.0f", v.number("BANDWIDTH"), peak)
			}
		}
	}},
	{"bandwidth-close", "Apple 1.27", "the measured peak is within 10 % of BANDWIDTH", func(t *title, report reporter) {
		for _, v := range t.variants {
			if peak, _ := t.rates(v); math.Abs(peak-v.number("BANDWIDTH")) > 0.1*v.number("BANDWIDTH") {
				report(v.path, "it says %.0f, measured %.0f", v.number("BANDWIDTH"), peak)
			}
		}
	}},
	{"average-bandwidth", "Apple 1.26", "the measured average is within 10 % of AVERAGE-BANDWIDTH", func(t *title, report reporter) {
		for _, v := range t.variants {
			if _, average := t.rates(v); math.Abs(average-v.number("AVERAGE-BANDWIDTH")) > 0.1*v.number("AVERAGE-BANDWIDTH") {
				report(v.path, "it says %.0f, measured %.0f", v.number("AVERAGE-BANDWIDTH"), average)
			}
		}
	}},
}

// sound returns the streams a variant may be heard with.
func (t *title) sound(v variant) []*stream {
	var streams []*stream
	for _, r := range t.renditions {
		if r.stream != nil && r.attributes["TYPE"] == "AUDIO" && r.attributes["GROUP-ID"] == v.attributes["AUDIO"] {
			streams = append(streams, r.stream)
		}
	}
	return streams
}

// rates measures a variant with its most demanding sound.
func (t *title) rates(v variant) (peak, average float64) {
	for _, a := range t.sound(v) {
		p, m := a.rates()
		peak, average = max(peak, p), max(average, m)
	}
	p, m := v.rates()
	return peak + p, average + m
}

func sameSet(a, b []string) bool {
	for _, s := range a {
		if !slices.Contains(b, s) {
			return false
		}
	}
	for _, s := range b {
		if !slices.Contains(a, s) {
			return false
		}
	}
	return true
}

package subtitle

import (
	"bytes"
	"regexp"
	"strings"
)

const vttTimes = "00:01:02.500 --> 00:01:05.000"

// readVTT reads WebVTT by blocks. Notes, styles and regions are left out: their reach is
// the page they were written for.
func readVTT(lines [][]byte) ([]Cue, error) {
	var cues []Cue
	for i := 0; i < len(lines); {
		if len(bytes.TrimSpace(lines[i])) == 0 {
			i++
			continue
		}
		from := i
		for i < len(lines) && len(bytes.TrimSpace(lines[i])) > 0 {
			i++
		}
		block := lines[from:i]
		times := 0
		if !bytes.Contains(block[0], []byte("-->")) {
			times = 1 // the first line is a name of the cue
		}
		if len(block) <= times || !bytes.Contains(block[times], []byte("-->")) {
			continue
		}
		start, end, settings, ok := parseSpan(block[times])
		if !ok {
			return nil, badTime(from+times, vttTimes)
		}
		runs, place := readTags(bytes.Join(block[times+1:], []byte("\n")))
		if kept := keptSettings(string(settings)); kept != "" {
			place = Place{Settings: kept}
		}
		var err error
		if cues, err = kept(cues, Cue{Start: start, End: end, Place: place, Runs: runs}); err != nil {
			return nil, err
		}
	}
	return cues, nil
}

var (
	setting  = regexp.MustCompile(`^(vertical:(rl|lr)|line:-?\d{1,3}(\.\d{1,3})?%?(,(start|center|end))?|position:\d{1,3}(\.\d{1,3})?%(,(line-left|center|line-right))?|size:\d{1,3}(\.\d{1,3})?%|align:(start|center|end|left|right))$`)
	settings = 5 // there are no more kinds
)

// keptSettings are those of a cue's settings that a player understands without the page.
func keptSettings(text string) string {
	var good []string
	for _, one := range strings.Fields(text) {
		if one == "align:middle" { // of an early draft
			one = "align:center"
		}
		if setting.MatchString(one) && len(good) < settings {
			good = append(good, one)
		}
	}
	return strings.Join(good, " ")
}

package subtitle

import "bytes"

const srtTimes = "00:01:02,500 --> 00:01:05,000"

// readSRT reads SubRip as it is found: numbers may be missing or wrong, and there may be
// empty lines where none belong. Only a line of times begins a cue.
func readSRT(lines [][]byte) ([]Cue, error) {
	var cues []Cue
	begun, first := false, 0
	var cue Cue
	end := func(to int) (err error) {
		if !begun {
			return nil
		}
		said := lines[first:to]
		said, _ = trimmed(said)
		cue.Runs, cue.Place = readTags(bytes.Join(said, []byte("\n")))
		cues, err = kept(cues, cue)
		return err
	}
	for i, line := range lines {
		if !bytes.Contains(line, []byte("-->")) {
			continue
		}
		start, until, _, ok := parseSpan(line)
		if !ok {
			if looksLikeTimes(line) {
				return nil, badTime(i, srtTimes)
			}
			continue // somebody speaks in arrows
		}
		to := i
		if begun {
			_, to = trimmed(lines[first:i])
			to += first
			if to > first && isNumber(lines[to-1]) && (to-1 == first || len(bytes.TrimSpace(lines[to-2])) == 0) {
				to-- // the number of the cue that begins here
			}
		}
		if err := end(to); err != nil {
			return nil, err
		}
		begun, first, cue = true, i+1, Cue{Start: start, End: until}
	}
	return cues, end(len(lines))
}

// trimmed returns lines without the empty ones at their end, and how many are left.
func trimmed(lines [][]byte) ([][]byte, int) {
	n := len(lines)
	for n > 0 && len(bytes.TrimSpace(lines[n-1])) == 0 {
		n--
	}
	return lines[:n], n
}

func isNumber(line []byte) bool {
	_, ok := digits(bytes.TrimSpace(line))
	return ok
}

// looksLikeTimes tells a line of times that cannot be read from words with an arrow.
func looksLikeTimes(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) > 0 && (line[0] >= '0' && line[0] <= '9' || line[0] == '-') && bytes.Count(line, []byte(":")) >= 2
}

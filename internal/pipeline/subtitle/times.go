package subtitle

import (
	"bytes"
	"time"
)

// parseTime reads "1:02:03,456", "02:03.4" and what lies between: hours may be missing,
// and a fraction of a second has one to three digits, or is missing too.
func parseTime(text []byte) (time.Duration, bool) {
	clock, fraction := text, []byte(nil)
	if i := bytes.IndexAny(text, ",."); i >= 0 {
		clock, fraction = text[:i], text[i+1:]
	}
	parts := bytes.Split(clock, []byte(":"))
	if len(parts) < 2 || len(parts) > 3 || len(fraction) > 3 {
		return 0, false
	}
	var total time.Duration
	for i, part := range parts {
		n, ok := digits(bytes.TrimSpace(part))
		if !ok || i > 0 && n > 59 || n > 999 {
			return 0, false
		}
		total = 60*total + time.Duration(n)*time.Second
	}
	if len(fraction) > 0 {
		n, ok := digits(fraction)
		if !ok {
			return 0, false
		}
		for range 3 - len(fraction) {
			n *= 10
		}
		total += time.Duration(n) * time.Millisecond
	}
	return total, total < maxTime
}

// digits reads a short number.
func digits(text []byte) (n int, ok bool) {
	if len(text) == 0 || len(text) > 6 {
		return 0, false
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

// parseSpan reads "00:01:02,500 --> 00:01:05,000" and returns what follows it.
func parseSpan(line []byte) (start, end time.Duration, rest []byte, ok bool) {
	before, after, found := bytes.Cut(line, []byte("-->"))
	if !found {
		return 0, 0, nil, false
	}
	after = bytes.TrimLeft(after, " \t")
	stop := bytes.IndexAny(after, " \t")
	if stop < 0 {
		stop = len(after)
	}
	start, startOK := parseTime(bytes.TrimSpace(before))
	end, endOK := parseTime(after[:stop])
	return start, end, bytes.TrimSpace(after[stop:]), startOK && endOK && end >= start
}

package subtitle

import (
	"bytes"
	"strconv"
	"strings"
)

// look is what a style of an ASS file gives its lines.
type look struct {
	run    Run // without text
	keypad int
}

// readASS reads Advanced SubStation Alpha, and SubStation Alpha before it: the styles, then
// what is said.
func readASS(lines [][]byte) ([]Cue, error) {
	var cues []Cue
	var section string
	legacy := false // SSA numbers places in its own way
	styles := map[string]look{}
	columns := []string{"layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"}
	var styleColumns []string
	for i, raw := range lines {
		line := strings.TrimSpace(string(raw))
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			section = strings.ToLower(line)
			legacy = legacy || section == "[v4 styles]"
			continue
		}
		kind, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch kind = strings.ToLower(kind); {
		case kind == "format" && strings.Contains(section, "styles"):
			styleColumns = columnsOf(value)
		case kind == "format" && section == "[events]":
			columns = columnsOf(value)
		case kind == "style":
			name, l := readStyle(fields(value, styleColumns), legacy)
			styles[name] = l
		case kind == "dialogue":
			f := fields(value, columns)
			start, startOK := parseTime([]byte(f["start"]))
			end, endOK := parseTime([]byte(f["end"]))
			if !startOK || !endOK || end < start {
				return nil, badTime(i, "Dialogue: 0,0:01:02.50,0:01:05.00,Default,,0,0,0,,Words")
			}
			style, known := styles[strings.TrimPrefix(f["style"], "*")]
			if !known {
				style = styles["Default"]
			}
			c := Cue{Start: start, End: end}
			c.Runs, c.Place = readOverrides(f["text"], style)
			var err error
			if cues, err = kept(cues, c); err != nil {
				return nil, err
			}
		}
	}
	return cues, nil
}

func columnsOf(value string) []string {
	names := strings.Split(strings.ToLower(value), ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}

// fields cuts a line into its columns; the last takes the rest, commas and all.
func fields(value string, columns []string) map[string]string {
	found := make(map[string]string, len(columns))
	for i, text := range strings.SplitN(value, ",", max(1, len(columns))) {
		if i < len(columns) {
			if i < len(columns)-1 {
				text = strings.TrimSpace(text)
			}
			found[columns[i]] = text
		}
	}
	return found
}

func readStyle(f map[string]string, legacy bool) (name string, l look) {
	l.run.Bold = on(f["bold"])
	l.run.Italic = on(f["italic"])
	l.run.Underline = on(f["underline"])
	l.run.Color = assColor(f["primarycolour"])
	l.keypad = keypad(f["alignment"], legacy)
	return strings.TrimPrefix(f["name"], "*"), l
}

// on reads a switch of ASS: -1 or 1, and for bold also a weight.
func on(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && (n == -1 || n == 1 || n >= 600)
}

// keypad reads a place. SSA counts 1 to 3 at the bottom, 5 to 7 at the top, 9 to 11 between.
func keypad(text string, legacy bool) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return 0
	}
	if legacy {
		switch {
		case n >= 5 && n <= 7:
			return n + 2
		case n >= 9 && n <= 11:
			return n - 5
		case n > 3:
			return 0
		}
	}
	if n < 1 || n > 9 {
		return 0
	}
	return n
}

// assColor reads &HAABBGGRR&, or the same as a decimal number; white is what players show
// anyway.
func assColor(text string) string {
	text = strings.Trim(strings.TrimSpace(text), "&Hh")
	if text == "" || len(text) > 8 {
		return ""
	}
	n, err := strconv.ParseUint(text, 16, 32)
	if err != nil {
		return ""
	}
	return color(byte(n), byte(n>>8), byte(n>>16))
}

// readOverrides reads what is said in a line of ASS with the {\…} in it.
func readOverrides(text string, style look) ([]Run, Place) {
	var runs runs
	look, place, drawing := style.run, Place{Keypad: style.keypad}, false
	if len(text) > maxCue {
		text = text[:maxCue]
	}
	rest := []byte(text)
	for len(rest) > 0 {
		switch {
		case rest[0] == '{':
			end := bytes.IndexByte(rest, '}')
			if end < 0 {
				rest = nil // an override without an end: nothing of it is said
				continue
			}
			for _, o := range strings.Split(string(rest[1:end]), `\`) {
				look, drawing = override(strings.TrimSpace(o), look, style.run, drawing)
				if at := placeOf(o); at > 0 {
					place.Keypad = at
				}
			}
			rest = rest[end+1:]
		case rest[0] == '\\' && len(rest) > 1 && (rest[1] == 'N' || rest[1] == 'n' || rest[1] == 'h'):
			if !drawing {
				runs.add(map[byte]string{'N': "\n", 'n': "\n", 'h': "\u00a0"}[rest[1]], look)
			}
			rest = rest[2:]
		default:
			n := bytes.IndexAny(rest[1:], `{\`) + 1
			if n == 0 {
				n = len(rest)
			}
			if !drawing {
				runs.add(string(rest[:n]), look)
			}
			rest = rest[n:]
		}
	}
	return runs.done(), place
}

// override applies one override: what it does not know, such as where letters fly, it
// passes over.
func override(o string, now, style Run, drawing bool) (Run, bool) {
	switch {
	case strings.HasPrefix(o, "r"):
		return style, drawing
	case o == "b" || o == "i" || o == "u": // without a value: as the style has it
		o += map[bool]string{true: "1", false: "0"}[map[string]bool{"b": style.Bold, "i": style.Italic, "u": style.Underline}[o]]
	}
	switch {
	case len(o) > 1 && o[0] == 'b' && isDigits(o[1:]):
		now.Bold = on(o[1:])
	case len(o) == 2 && o[0] == 'i' && isDigits(o[1:]):
		now.Italic = on(o[1:])
	case len(o) == 2 && o[0] == 'u' && isDigits(o[1:]):
		now.Underline = on(o[1:])
	case o == "c" || o == "1c":
		now.Color = style.Color
	case strings.HasPrefix(o, "c&"), strings.HasPrefix(o, "1c&"):
		now.Color = assColor(o[strings.IndexByte(o, '&'):])
	case len(o) > 1 && o[0] == 'p' && isDigits(o[1:]):
		drawing = o[1:] != "0"
	}
	return now, drawing
}

// placeOf reads \an8, and \a6 of old; 0 when it is neither.
func placeOf(o string) int {
	o = strings.TrimSpace(o)
	if n, ok := strings.CutPrefix(o, "an"); ok {
		return keypad(n, false)
	}
	if n, ok := strings.CutPrefix(o, "a"); ok && isDigits(n) {
		return keypad(n, true)
	}
	return 0
}

func isDigits(text string) bool {
	_, ok := digits([]byte(text))
	return ok
}

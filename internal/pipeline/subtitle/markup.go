package subtitle

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode"
)

// runs collects what is said, neighbours of one look joined.
type runs struct{ list []Run }

func (r *runs) add(text string, look Run) {
	text = clean(text)
	if text == "" {
		return
	}
	if n := len(r.list); n > 0 {
		last := r.list[n-1]
		look.Text, last.Text = "", ""
		if last == look {
			r.list[n-1].Text += text
			return
		}
	}
	look.Text = text
	r.list = append(r.list, look)
}

// done returns the runs without empty lines, which would end a cue of WebVTT, and without
// space around the whole.
func (r *runs) done() []Run {
	var out []Run
	atLine := true // nothing but space since the last line end
	for _, run := range r.list {
		var b strings.Builder
		for _, c := range run.Text {
			if c == '\n' {
				if atLine {
					continue
				}
				atLine = true
			} else if !unicode.IsSpace(c) {
				atLine = false
			} else if atLine {
				continue
			}
			b.WriteRune(c)
		}
		if run.Text = b.String(); run.Text != "" {
			out = append(out, run)
		}
	}
	for n := len(out); n > 0; n-- {
		if out[n-1].Text = strings.TrimRightFunc(out[n-1].Text, unicode.IsSpace); out[n-1].Text != "" {
			break
		}
		out = out[:n-1]
	}
	return out
}

// clean drops what is no text, and keeps line ends.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), r == '\ufeff', r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
}

var (
	fontColor   = regexp.MustCompile(`(?i)color\s*=\s*["']?\s*(#?[0-9a-z]+)`)
	keypadPlace = regexp.MustCompile(`^\\an?([1-9])`)
)

// readTags reads what SubRip and WebVTT have in common: <i>, <b>, <u> and <font> of the
// one, classes of colours and voices of the other, and {\an8}, which players took over
// from ASS. Whatever else stands in brackets and begins like a tag is left out.
func readTags(text []byte) ([]Run, Place) {
	var out runs
	var place Place
	var look Run
	var open []opened
	if len(text) > maxCue {
		text = text[:maxCue]
	}
	for len(text) > 0 {
		switch {
		case text[0] == '<' && len(text) > 1 && (text[1] == '/' || isLetter(text[1]) || text[1] >= '0' && text[1] <= '9'):
			end := bytes.IndexByte(text, '>')
			if end < 0 {
				text = nil
				continue
			}
			look, open = tag(string(text[1:end]), look, open)
			text = text[end+1:]
		case text[0] == '{' && len(text) > 1 && text[1] == '\\':
			end := bytes.IndexByte(text, '}')
			if end < 0 {
				end = len(text) - 1
			}
			for _, o := range strings.Split(string(text[2:end+1]), `\`) {
				if found := keypadPlace.FindStringSubmatch(`\` + o); found != nil {
					place.Keypad = keypad(found[1], !strings.HasPrefix(o, "an"))
				}
				look, _ = override(strings.TrimRight(strings.TrimSpace(o), "}"), look, Run{}, false)
			}
			text = text[end+1:]
		default:
			n := bytes.IndexAny(text[1:], "<{") + 1
			if n == 0 {
				n = len(text)
			}
			out.add(html.UnescapeString(string(text[:n])), look)
			text = text[n:]
		}
	}
	return out.done(), place
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// opened is a tag that is open, and how it looked before.
type opened struct {
	name   string
	before Run
}

// maxOpen tags stand inside each other; more are no markup anybody wrote.
const maxOpen = 16

// tag applies what stands between < and >.
func tag(said string, look Run, open []opened) (Run, []opened) {
	if name, ok := strings.CutPrefix(said, "/"); ok {
		name = strings.ToLower(strings.TrimSpace(name))
		for i := len(open) - 1; i >= 0; i-- {
			if open[i].name == name {
				return open[i].before, open[:i]
			}
		}
		return look, open
	}
	name, rest := said, ""
	if i := strings.IndexAny(said, ". \t\n"); i >= 0 {
		name, rest = said[:i], said[i:]
	}
	name = strings.ToLower(name)
	if strings.HasSuffix(said, "/") || len(open) == maxOpen {
		return look, open
	}
	before := look
	classes, words, _ := strings.Cut(rest, " ")
	switch name {
	case "i":
		look.Italic = true
	case "b":
		look.Bold = true
	case "u":
		look.Underline = true
	case "v":
		look.Voice = strings.Join(strings.Fields(clean(html.UnescapeString(strings.NewReplacer("<", "", ">", "", "-->", "").Replace(words)))), " ")
	case "font":
		if found := fontColor.FindStringSubmatch(rest); found != nil {
			look.Color = htmlColor(found[1])
		}
	case "c", "lang", "ruby", "rt":
	default:
		return look, open // a time, or a tag of nobody
	}
	for _, class := range strings.Split(classes, ".") {
		if c, ok := classColors[class]; ok {
			look.Color = c
		} else if hex, ok := strings.CutPrefix(class, "c"); ok && len(hex) == 6 {
			look.Color = htmlColor("#" + hex)
		}
	}
	return look, append(open, opened{name, before})
}

// classColors are the colours every WebVTT player has a class for.
var classColors = map[string]string{
	"white": "", "lime": "#00ff00", "cyan": "#00ffff", "red": "#ff0000",
	"yellow": "#ffff00", "magenta": "#ff00ff", "blue": "#0000ff", "black": "#000000",
}

// namedColors are the others that are written by name in SubRip files.
var namedColors = map[string]string{
	"aqua": "#00ffff", "fuchsia": "#ff00ff", "green": "#008000", "gray": "#808080", "grey": "#808080", "silver": "#c0c0c0",
	"orange": "#ffa500", "purple": "#800080", "navy": "#000080", "teal": "#008080", "olive": "#808000", "maroon": "#800000", "pink": "#ffc0cb", "gold": "#ffd700",
}

var hexColor = regexp.MustCompile(`^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$`)

// htmlColor reads a colour as HTML writes it; "" for one it does not know, and for white.
func htmlColor(text string) string {
	text = strings.ToLower(text)
	if c, ok := classColors[text]; ok {
		return c
	}
	if c, ok := namedColors[text]; ok {
		return c
	}
	if m := hexColor.FindStringSubmatch(text); m != nil && m[0] != "#ffffff" && m[0] != "ffffff" {
		return "#" + m[1] + m[2] + m[3]
	}
	return ""
}

func color(r, g, b byte) string {
	return htmlColor(fmt.Sprintf("#%02x%02x%02x", r, g, b))
}

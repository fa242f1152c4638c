package subtitle

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Write returns cues as WebVTT. It is the same bytes for the same cues, and what Read
// makes of them is the same cues again. A block of it is a cue, and its first line the
// times: whoever cuts it into segments relies on that.
func Write(cues []Cue) []byte {
	var b bytes.Buffer
	b.WriteString("WEBVTT\n")
	for _, c := range unclassed(cues) {
		fmt.Fprintf(&b, "\nSTYLE\n::cue(.%s) { color: %s; }\n", classOf(c), c)
	}
	for _, c := range cues {
		fmt.Fprintf(&b, "\n%s --> %s", clock(c.Start), clock(c.End))
		if s := c.Place.settings(); s != "" {
			b.WriteByte(' ')
			b.WriteString(s)
		}
		b.WriteByte('\n')
		for _, r := range c.Runs {
			r.write(&b)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// unclassed are the colours that need a class of their own.
func unclassed(cues []Cue) []string {
	var list []string
	for _, c := range cues {
		for _, r := range c.Runs {
			if r.Color != "" && classOf(r.Color) == ownClass(r.Color) && !slices.Contains(list, r.Color) && len(list) < maxColors {
				list = append(list, r.Color)
			}
		}
	}
	slices.Sort(list)
	return list
}

// maxColors are more than anybody tells apart.
const maxColors = 64

func ownClass(color string) string { return "c" + strings.TrimPrefix(color, "#") }

// classOf names the class of a colour.
func classOf(color string) string {
	for name, c := range classColors {
		if c == color {
			return name
		}
	}
	return ownClass(color)
}

// escaped keeps text from being taken for markup, and for times.
var escaped = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func (r Run) write(b *bytes.Buffer) {
	var closing []string
	open := func(name, more string) {
		fmt.Fprintf(b, "<%s%s>", name, more)
		closing = append(closing, name)
	}
	if r.Voice != "" {
		open("v", " "+escaped.Replace(r.Voice))
	}
	if r.Color != "" {
		open("c", "."+classOf(r.Color))
	}
	if r.Bold {
		open("b", "")
	}
	if r.Italic {
		open("i", "")
	}
	if r.Underline {
		open("u", "")
	}
	b.WriteString(escaped.Replace(r.Text))
	for _, name := range slices.Backward(closing) {
		fmt.Fprintf(b, "</%s>", name)
	}
}

// settings writes a place as WebVTT does; "" for the bottom, where players show text.
func (p Place) settings() string {
	if p.Settings != "" {
		return p.Settings
	}
	var said []string
	switch {
	case p.Keypad >= 7:
		said = append(said, "line:0")
	case p.Keypad >= 4:
		said = append(said, "line:50%")
	}
	switch {
	case p.Keypad > 0 && p.Keypad%3 == 1:
		said = append(said, "position:5%", "align:left")
	case p.Keypad > 0 && p.Keypad%3 == 0:
		said = append(said, "position:95%", "align:right")
	}
	return strings.Join(said, " ")
}

// clock writes a time as WebVTT does.
func clock(t time.Duration) string {
	ms := t.Milliseconds()
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3600000, ms/60000%60, ms/1000%60, ms%1000)
}

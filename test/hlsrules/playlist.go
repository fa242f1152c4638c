package hlsrules

import (
	"fmt"
	"strconv"
	"strings"
)

// playlist is the text of one playlist, taken apart without judging it.
type playlist struct {
	path string
	text string
	tags []tag
	uris []string // every line that is no tag and no comment
}

// tag is one line that begins with #EXT.
type tag struct {
	name  string // "EXTINF"
	value string // what follows the colon
	uri   string // the line after it, where that is a URI
}

func parsePlaylist(path, text string) *playlist {
	p := &playlist{path: path, text: text}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		switch {
		case strings.HasPrefix(line, "#EXT"):
			name, value, _ := strings.Cut(line[1:], ":")
			p.tags = append(p.tags, tag{name: name, value: value})
		case line == "" || line[0] == '#':
		default:
			p.uris = append(p.uris, line)
			if n := len(p.tags); n > 0 && p.tags[n-1].uri == "" {
				p.tags[n-1].uri = line
			}
		}
	}
	return p
}

// all returns the tags of this name.
func (p *playlist) all(name string) []tag {
	var found []tag
	for _, t := range p.tags {
		if t.name == name {
			found = append(found, t)
		}
	}
	return found
}

// value returns the value of the first tag of this name.
func (p *playlist) value(name string) (string, bool) {
	if found := p.all(name); len(found) > 0 {
		return found[0].value, true
	}
	return "", false
}

// attributes is an attribute list, without the quotation marks of its strings.
type attributes map[string]string

func (a attributes) number(name string) float64 {
	n, err := strconv.ParseFloat(a[name], 64)
	if err != nil {
		return -1
	}
	return n
}

// hasAttributes are the tags whose value is an attribute list.
var hasAttributes = []string{"EXT-X-MEDIA", "EXT-X-STREAM-INF", "EXT-X-I-FRAME-STREAM-INF", "EXT-X-MAP", "EXT-X-KEY", "EXT-X-START"}

// quotedAttributes are the attributes whose value is a quoted string, of those tags.
var quotedAttributes = map[string]bool{
	"CODECS": true, "AUDIO": true, "SUBTITLES": true, "GROUP-ID": true, "NAME": true,
	"LANGUAGE": true, "URI": true, "CHANNELS": true, "CHARACTERISTICS": true,
}

// parseAttributes reads an attribute list, RFC section 4.2, to the letter.
func parseAttributes(list string) (attributes, error) {
	found := attributes{}
	for rest := list; ; {
		name, after, ok := strings.Cut(rest, "=")
		if !ok || name == "" || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
			return found, fmt.Errorf("%q is no attribute name", name)
		}
		if _, twice := found[name]; twice {
			return found, fmt.Errorf("%s is there twice", name)
		}
		quoted := strings.HasPrefix(after, `"`)
		value := ""
		if quoted {
			if value, rest, ok = strings.Cut(after[1:], `"`); !ok {
				return found, fmt.Errorf("the string of %s has no end", name)
			}
		} else {
			end := strings.IndexByte(after, ',')
			if end < 0 {
				end = len(after)
			}
			if value, rest = after[:end], after[end:]; value == "" || strings.ContainsAny(value, "\" \t") {
				return found, fmt.Errorf("%s has the value %q", name, value)
			}
		}
		if quotedAttributes[name] != quoted {
			return found, fmt.Errorf("%s is quoted or not against its kind", name)
		}
		found[name] = value
		if rest == "" {
			return found, nil
		}
		if rest, ok = strings.CutPrefix(rest, ","); !ok {
			return found, fmt.Errorf("%q follows %s", rest, name)
		}
	}
}

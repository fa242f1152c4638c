package hlsrules

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// playlistRules are true of every playlist by itself.
var playlistRules = []Rule{
	{"there", "RFC 4.1", "what a playlist lists is there and is what it should be", func(t *title, report reporter) {
		for _, m := range t.missing {
			report(m.path, "%s", m.why)
		}
	}},
	{"text", "RFC 4", "a playlist is UTF-8 without a byte order mark or control characters", func(t *title, report reporter) {
		for _, p := range t.playlists() {
			control := func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 || r == 0xfeff }
			if !utf8.ValidString(p.text) || strings.ContainsFunc(p.text, control) {
				report(p.path, "it is not")
			}
		}
	}},
	{"first-line", "RFC 4.4.1.1", "the first line is #EXTM3U", func(t *title, report reporter) {
		for _, p := range t.playlists() {
			if line, _, _ := strings.Cut(p.text, "\n"); strings.TrimSuffix(line, "\r") != "#EXTM3U" {
				report(p.path, "it is %.40q", line)
			}
		}
	}},
	{"version", "RFC 4.4.1.2, 8", "one EXT-X-VERSION, at least 6 where EXT-X-MAP is used", func(t *title, report reporter) {
		for _, p := range t.playlists() {
			found := p.all("EXT-X-VERSION")
			if len(found) != 1 {
				report(p.path, "there are %d", len(found))
				continue
			}
			n, err := strconv.Atoi(found[0].value)
			if _, mapped := p.value("EXT-X-MAP"); err != nil || n < 1 || mapped && n < 6 {
				report(p.path, "it is %q", found[0].value)
			}
		}
	}},
	{"one-kind", "RFC 4.1", "a playlist holds tags of media playlists or of multivariant ones, never both", func(t *title, report reporter) {
		for _, p := range t.playlists() {
			_, segments := p.value("EXTINF")
			_, target := p.value("EXT-X-TARGETDURATION")
			_, variants := p.value("EXT-X-STREAM-INF")
			_, renditions := p.value("EXT-X-MEDIA")
			media, multivariant := segments || target, variants || renditions
			if media == multivariant || multivariant != (p == t.multivariant) {
				report(p.path, "media tags %v, multivariant tags %v", media, multivariant)
			}
		}
	}},
	{"attributes", "RFC 4.2", "attribute lists are well-formed and name nothing twice", func(t *title, report reporter) {
		for _, p := range t.playlists() {
			for _, tag := range p.tags {
				if !slices.Contains(hasAttributes, tag.name) {
					continue
				}
				if _, err := parseAttributes(tag.value); err != nil {
					report(p.path, "%s: %v", tag.name, err)
				}
			}
		}
	}},
	{"map", "RFC 4.4.4.5; Apple 8.20", "a media playlist of fMP4 names its initialisation segment", func(t *title, report reporter) {
		for _, s := range t.streams {
			if n := len(s.all("EXT-X-MAP")); n != 1 {
				report(s.path, "it names %d", n)
			}
		}
	}},
	{"vod", "RFC 4.4.3.4, 4.4.3.5; Apple 8.6", "a media playlist of a film says VOD and ends", func(t *title, report reporter) {
		for _, s := range t.media() {
			if kind, _ := s.value("EXT-X-PLAYLIST-TYPE"); kind != "VOD" {
				report(s.path, "EXT-X-PLAYLIST-TYPE is %q", kind)
			}
			if !strings.HasSuffix(strings.TrimRight(s.text, "\r\n"), "\n#EXT-X-ENDLIST") {
				report(s.path, "EXT-X-ENDLIST is not its last line")
			}
		}
	}},
	{"segments", "RFC 4.4.4.1", "every EXTINF has a positive duration and one URI, and every URI an EXTINF", func(t *title, report reporter) {
		for _, s := range t.media() {
			if len(s.segments) == 0 || len(s.segments) != len(s.uris) {
				report(s.path, "%d EXTINF, %d URIs", len(s.segments), len(s.uris))
			}
			for _, g := range s.segments {
				if !(g.said > 0) {
					report(g.path, "EXTINF is %v", g.said)
				}
			}
		}
	}},
	{"target-duration", "RFC 4.4.3.1", "EXT-X-TARGETDURATION is there, and no EXTINF rounds to more", func(t *title, report reporter) {
		for _, s := range t.media() {
			if s.target < 1 || len(s.all("EXT-X-TARGETDURATION")) != 1 {
				report(s.path, "it is not there once")
				continue
			}
			for _, g := range s.segments {
				if math.Round(g.said) > s.target {
					report(g.path, "EXTINF is %v, the target %v", g.said, s.target)
				}
			}
		}
	}},
	{"same-target", "Apple 8.2", "all media playlists have one target duration", func(t *title, report reporter) {
		for _, s := range t.media() {
			if s.target != t.streams[0].target {
				report(s.path, "%v, elsewhere %v", s.target, t.streams[0].target)
			}
		}
	}},
}

// playlists are all of a title's.
func (t *title) playlists() []*playlist {
	all := []*playlist{t.multivariant}
	for _, s := range t.media() {
		all = append(all, s.playlist)
	}
	return all
}

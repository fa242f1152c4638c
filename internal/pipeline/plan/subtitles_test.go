package plan

import (
	"bytes"
	"strings"
	"testing"
)

func TestASubtitleIsNamedForAMenuAndAPath(t *testing.T) {
	for name, c := range map[string]struct {
		said                Subtitle
		id, language, label string
	}{
		"a language of three letters":  {Subtitle{Language: "por"}, "3-pt", "pt", "Português"},
		"a region":                     {Subtitle{Language: "pt-BR"}, "3-pt-br", "pt-BR", "Português (Brasil)"},
		"a region with its own name":   {Subtitle{Language: "pt-PT"}, "3-pt-pt", "pt-PT", "Português europeu"},
		"for those who cannot hear":    {Subtitle{Language: "en", SDH: true}, "3-en", "en", "English (SDH)"},
		"a title":                      {Subtitle{Language: "en", Label: " Director's \"cut\"\n", SDH: true}, "3-en", "en", "Director's 'cut'"},
		"no language":                  {Subtitle{}, "3-und", "und", "Subtitles 4"},
		"no language anybody knows of": {Subtitle{Language: "../../x"}, "3-und", "und", "Subtitles 4"},
		"a tag with more than we keep": {Subtitle{Language: "pt-BR-u-nu-latn"}, "3-pt-br", "pt-BR", "Português (Brasil)"},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewSubtitle(3, c.said)
			if s.ID != c.id || s.Language != c.language || s.Label != c.label || s.Number() != 3 {
				t.Errorf("%+v", s)
			}
		})
	}
	for said, want := range map[string]bool{"pt-BR": true, "por": true, "und": true, "": false, "klingonian": false, strings.Repeat("a", 40): false} {
		if IsLanguage(said) != want {
			t.Errorf("%q is a language: %v", said, !want)
		}
	}
}

func TestSubtitlesOfAPlaylistAreChosenByLanguage(t *testing.T) {
	heard := func(language string) []Rendition {
		return []Rendition{{ID: "audio/0", Language: language, Default: true}}
	}
	subtitles := []Subtitle{
		NewSubtitle(0, Subtitle{Language: "en", Default: true}),
		NewSubtitle(1, Subtitle{Language: "en"}),
		NewSubtitle(2, Subtitle{Language: "en", SDH: true}),
		NewSubtitle(3, Subtitle{Language: "pt", Forced: true, Default: true}),
		NewSubtitle(4, Subtitle{Language: "pt-BR", Default: true}),
	}
	const head = `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME=`
	line := func(rest string) string { return head + rest + "\n" }
	common := line(`"English (2)",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=NO,FORCED=NO,URI="subtitles/1-en.m3u8"`) +
		line(`"English (SDH)",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound",URI="subtitles/2-en.m3u8"`) +
		line(`"Português",LANGUAGE="pt",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES,URI="subtitles/3-pt.m3u8"`)
	english := func(preferred string) string {
		return line(`"English",LANGUAGE="en",DEFAULT=` + preferred + `,AUTOSELECT=YES,FORCED=NO,URI="subtitles/0-en.m3u8"`)
	}
	brazil := func(preferred string) string {
		return line(`"Português (Brasil)",LANGUAGE="pt-BR",DEFAULT=` + preferred + `,AUTOSELECT=YES,FORCED=NO,URI="subtitles/4-pt-br.m3u8"`)
	}
	for name, c := range map[string]struct {
		audio []Rendition
		want  string
	}{
		"heard in Portuguese": {heard("pt"), english("YES") + common + brazil("NO")},
		"heard in English":    {heard("en-GB"), english("NO") + common + brazil("YES")},
		"heard in who knows":  {heard("und"), english("NO") + common + brazil("NO")},
		"without any sound":   {nil, english("NO") + common + brazil("NO")},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			writeSubtitles(&b, subtitles, c.audio)
			if b.String() != c.want {
				t.Errorf("%s\nwant\n%s", &b, c.want)
			}
		})
	}
}

// A file is cut into segments that hold each cue that is shown in them, wherever it begins,
// and together nothing else.
func FuzzSubtitleSegment(f *testing.F) {
	f.Add([]byte("WEBVTT\n\nSTYLE\n::cue(.c12ab9f) { color: #12ab9f; }\n\n00:00:01.000 --> 00:00:09.500 line:0\nOne\nmore\n\n00:00:20.000 --> 00:00:21.000\nTwo\n"), 0)
	f.Add([]byte("WEBVTT\n"), 3)
	f.Add([]byte("\n\n00:00:01.000 --> 99999999999:00:09.500\n\n\n\n --> \n"), 1)
	p := Plan{DurationSeconds: 30.2, Grid: Grid{Timescale: 1000, Segments: []Segment{{Ticks: 4000}, {Ticks: 4200}}}, Renditions: []Rendition{{ID: "video/360", Kind: Video}}}
	f.Fuzz(func(t *testing.T, file []byte, k int) {
		if p.SubtitleSegments() != 8 {
			t.Fatalf("%d segments", p.SubtitleSegments())
		}
		k = int(uint(k) % 8)
		segment := SubtitleSegment(p, file, k)
		rest, ok := bytes.CutPrefix(segment, []byte("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n"))
		if !ok {
			t.Fatalf("begins with %.60q", segment)
		}
		for block := range bytes.SplitSeq(bytes.TrimSuffix(rest, []byte("\n")), []byte("\n\n")) {
			if block = bytes.TrimPrefix(block, []byte("\n")); !bytes.Contains(file, block) {
				t.Fatalf("%q is not of\n%q", block, file)
			}
			start, end, ok := cueTimes(block)
			if ok && (end.Seconds() <= 4*float64(k) || start.Seconds() >= 4*float64(k+1)) {
				t.Fatalf("segment %d holds a cue from %v to %v", k, start, end)
			}
		}
	})
}

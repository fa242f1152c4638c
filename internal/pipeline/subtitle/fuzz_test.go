package subtitle

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Whatever the bytes are, they are refused with a sentence, or become WebVTT that is read
// back as the same cues, in order and within bounds.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<i>A</i> <font color=\"#12ab9f\">B</font>\n\n2\n00:00:03,000 --> 00:00:04,000\n- C\n- D\n",
		"WEBVTT\n\nSTYLE\n::cue { }\n\nid\n00:01.000 --> 00:02.000 line:0 align:start\n<v Mary>Hello <c.yellow>there</c> &amp; <b>bye\n",
		"[Script Info]\n[V4+ Styles]\nFormat: Name, PrimaryColour, Bold, Alignment\nStyle: Default,&H0000FFFF,-1,8\n[Events]\nFormat: Layer, Start, End, Style, Text\nDialogue: 0,0:00:01.00,0:00:02.00,Default,{\\i1\\an7}A\\Nb{\\r}\\h\n",
		"[V4 Styles]\nFormat: Name, Alignment\nStyle: Default,6\n[Events]\nDialogue: Marked=0,0:00:01.00,0:00:02.00,*Default,,0,0,0,,{\\a10}A\n",
		"\xff\xfe1\x00\n\x00", "00:01 --> 00:02\n--> \n00:01 --> 00:02\n<<i>></\n",
	} {
		f.Add([]byte(text), "pt")
		f.Add([]byte(text), "und")
	}
	f.Fuzz(func(t *testing.T, raw []byte, language string) {
		cues, err := Read(raw, language)
		if err != nil {
			if fault.PublicOf(err) == "" {
				t.Fatalf("no sentence: %v", err)
			}
			return
		}
		for i, c := range cues {
			if c.Start < 0 || c.End <= c.Start || c.End > maxTime || i > 0 && c.Start < cues[i-1].Start {
				t.Fatalf("cue %d is from %v to %v", i, c.Start, c.End)
			}
		}
		written := Write(cues)
		if !utf8.Valid(written) || bytes.IndexByte(written, 0) >= 0 {
			t.Fatalf("not text: %q", written)
		}
		for block := range strings.SplitSeq(strings.TrimSuffix(string(written), "\n"), "\n\n") {
			if first, rest, _ := strings.Cut(block, "\n"); strings.Contains(rest, "-->") || rest == "" && first != "WEBVTT" {
				t.Fatalf("a block that is no cue: %q\nof\n%s", block, written)
			}
		}
		again, err := Read(written, "und")
		if err != nil {
			t.Fatalf("read again: %v\n%s", err, written)
		}
		if rewritten := Write(again); !bytes.Equal(rewritten, written) {
			t.Fatalf("read again it is\n%q\nwas\n%q\n%v\n%v", rewritten, written, cues, reflect.DeepEqual(cues, again))
		}
	})
}

package subtitle

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// vtt reads a text and writes it again, without the first lines.
func vtt(t *testing.T, text string) string {
	t.Helper()
	cues, err := Read([]byte(text), "und")
	if err != nil {
		t.Fatalf("%v\nof\n%s", err, text)
	}
	return strings.TrimPrefix(string(Write(cues)), "WEBVTT\n\n")
}

func TestWhatWebVTTCanSayIsKept(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"italics, bold and underline": {
			"1\n00:00:01,000 --> 00:00:02,000\n<i>A <b>B</b></i> <u>C</u>\n",
			"00:00:01.000 --> 00:00:02.000\n<i>A </i><b><i>B</i></b> <u>C</u>\n"},
		"a colour with a name": {
			"1\n00:00:01,000 --> 00:00:02,000\n<font color=red>A</font> <FONT COLOR='#00FF00'>B</FONT>\n",
			"00:00:01.000 --> 00:00:02.000\n<c.red>A</c> <c.lime>B</c>\n"},
		"a colour without": {
			"1\n00:00:01,000 --> 00:00:02,000\n<font face=\"Arial\" color=\"#12AB9f\" size=\"20\">A</font>\n",
			"STYLE\n::cue(.c12ab9f) { color: #12ab9f; }\n\n00:00:01.000 --> 00:00:02.000\n<c.c12ab9f>A</c>\n"},
		"white is no colour": {
			"1\n00:00:01,000 --> 00:00:02,000\n<font color=\"#FFFFFF\">A</font>\n",
			"00:00:01.000 --> 00:00:02.000\nA\n"},
		"the top of the picture": {
			"1\n00:00:01,000 --> 00:00:02,000\n{\\an8}A\n",
			"00:00:01.000 --> 00:00:02.000 line:0\nA\n"},
		"a corner of the picture": {
			"1\n00:00:01,000 --> 00:00:02,000\n{\\an1}A\n",
			"00:00:01.000 --> 00:00:02.000 position:5% align:left\nA\n"},
		"signs that look like markup": {
			"1\n00:00:01,000 --> 00:00:02,000\n1 < 2 & 3 > 2 --> &lt;i&gt;\n",
			"00:00:01.000 --> 00:00:02.000\n1 &lt; 2 &amp; 3 &gt; 2 --&gt; &lt;i&gt;\n"},
		"a number that is said": {
			"1\n00:00:01,000 --> 00:00:02,000\nThe year\n1984\n\n2\n00:00:03,000 --> 00:00:04,000\nB\n",
			"00:00:01.000 --> 00:00:02.000\nThe year\n1984\n\n00:00:03.000 --> 00:00:04.000\nB\n"},
		"no numbers, no hours, dots, an empty line, any line end": {
			"01:01.5 --> 01:02\r\nA\r\n\r\nB\r\n\r\n\r\n1:01:03.25-->1:01:04.250\rC",
			"00:01:01.500 --> 00:01:02.000\nA\nB\n\n01:01:03.250 --> 01:01:04.250\nC\n"},
		"the order of the film": {
			"1\n00:00:03,000 --> 00:00:04,000\nB\n\n2\n00:00:01,000 --> 00:00:02,000\nA\n",
			"00:00:01.000 --> 00:00:02.000\nA\n\n00:00:03.000 --> 00:00:04.000\nB\n"},
		"the voices, classes and settings of WebVTT": {
			"WEBVTT - a film\nKind: captions\n\nSTYLE\n::cue { color: lime }\n\nNOTE nothing\n\nname\n00:01.000 --> 00:02.000 line:10% align:start evil:yes position:20%,line-left\n<v.loud Mary>Hello <c.yellow.bg_blue>there</c> <00:01.500>you\n",
			"00:00:01.000 --> 00:00:02.000 line:10% align:start position:20%,line-left\n<v Mary>Hello </v><v Mary><c.yellow>there</c></v><v Mary> you</v>\n"},
		"what ASS says of it": {
			"[Script Info]\n[V4+ Styles]\nFormat: Name, PrimaryColour, Bold, Italic, Underline, Alignment\nStyle: Default,&H00FFFFFF,0,0,0,2\nStyle: Sign,&H0000FFFF,-1,0,0,8\n" +
				"[Events]\nFormat: Layer, Start, End, Style, Text\nDialogue: 0,0:00:01.00,0:00:02.00,Default,Say, {\\i1}all{\\i0}\\Nof {\\c&H0000FF&}it{\\r}{\\pos(1,2)}\n" +
				"Dialogue: 0,0:00:03.00,0:00:04.50,Sign,EXIT{\\p1}m 0 0 l 10 10{\\p0}\nComment: 0,0:00:05.00,0:00:06.00,Default,not said\n",
			"00:00:01.000 --> 00:00:02.000\nSay, <i>all</i>\nof <c.red>it</c>\n\n00:00:03.000 --> 00:00:04.500 line:0\n<c.yellow><b>EXIT</b></c>\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got := vtt(t, c.text)
			if got != c.want {
				t.Errorf("%s\nwant\n%s", got, c.want)
			}
			if again := vtt(t, "WEBVTT\n\n"+got); again != got {
				t.Errorf("read again it is\n%s\nwas\n%s", again, got)
			}
		})
	}
}

func TestATextIsReadInWhateverItWasWritten(t *testing.T) {
	srt := func(words string) string { return "1\n00:00:01,000 --> 00:00:02,000\n" + words + "\n" }
	long := strings.Repeat("Здравствуйте, как ваши дела? Сегодня хорошая погода. ", 10)
	encoded := func(words string, encode func([]byte) ([]byte, error)) []byte {
		raw, err := encode([]byte(srt(words)))
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for name, c := range map[string]struct {
		raw            []byte
		language, want string
	}{
		"UTF-8":                               {[]byte(srt("Ação")), "pt", "Ação"},
		"UTF-8 with a mark":                   {[]byte("\xef\xbb\xbf" + srt("Ação")), "pt", "Ação"},
		"UTF-16LE with a mark":                {encoded("Ação", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes), "pt", "Ação"},
		"UTF-16BE with a mark":                {encoded("Ação", unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().Bytes), "pt", "Ação"},
		"UTF-16LE without":                    {encoded("Ação", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().Bytes), "pt", "Ação"},
		"UTF-16BE without":                    {encoded("Ação", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().Bytes), "pt", "Ação"},
		"Windows-1252":                        {encoded("Ação – “já”", charmap.Windows1252.NewEncoder().Bytes), "pt-BR", "Ação – “já”"},
		"Latin-1 of an unknown language":      {encoded("Não, não é isso. Ação e reação, então você já está aí?", charmap.ISO8859_1.NewEncoder().Bytes), "und", "Não, não é isso. Ação e reação, então você já está aí?"},
		"Windows-1251":                        {encoded("Привет", charmap.Windows1251.NewEncoder().Bytes), "ru", "Привет"},
		"Windows-1251 of an unknown language": {encoded(long, charmap.Windows1251.NewEncoder().Bytes), "und", strings.TrimSpace(long)},
		"Windows-1250":                        {encoded("Zażółć gęślą jaźń", charmap.Windows1250.NewEncoder().Bytes), "pl", "Zażółć gęślą jaźń"},
		"Shift JIS":                           {encoded("こんにちは、世界", japanese.ShiftJIS.NewEncoder().Bytes), "ja", "こんにちは、世界"},
	} {
		t.Run(name, func(t *testing.T) {
			cues, err := Read(c.raw, c.language)
			if err != nil {
				t.Fatal(err)
			}
			if got := cues[0].Runs[0].Text; got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestABadFileIsRefusedWithItsLine(t *testing.T) {
	for name, c := range map[string]struct{ text, code, says string }{
		"empty":                  {"", "no_cues", "SubRip"},
		"words alone":            {"Once upon a time\n", "no_cues", "SubRip"},
		"times without words":    {"1\n00:00:01,000 --> 00:00:02,000\n\n", "no_cues", "SubRip"},
		"a time that is none":    {"1\n00:00:01,000 --> 00:00:02,000\nA\n\n2\n00:00:61,000 --> 00:00:62,000\nB\n", "bad_time", "Line 6 "},
		"a cue that ends early":  {"1\n00:00:05,000 --> 00:00:02,000\nA\n", "bad_time", "Line 2 "},
		"a bad time in WebVTT":   {"WEBVTT\n\n00:00:01.000 --> soon\nA\n", "bad_time", "Line 3 "},
		"a bad time in ASS":      {"[Events]\nDialogue: 0,0:00:01.00,x,Default,,0,0,0,,A\n", "bad_time", "Line 2 "},
		"no text":                {"\x7fELF\x02\x01\x01\x00\x00\x00\x03\x00>\x00", "not_text", "UTF-8"},
		"more than is ever said": {"WEBVTT\n\n" + strings.Repeat("00:01.000 --> 00:02.000\nA\n\n", MaxCues+1), "too_many_cues", "20,000"},
		"too large":              {strings.Repeat("A", MaxBytes+1), "subtitle_too_large", "5 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read([]byte(c.text), "und")
			if fault.CodeOf(err) != c.code || !strings.Contains(fault.PublicOf(err), c.says) {
				t.Errorf("%v, want %s with %q", err, c.code, c.says)
			}
		})
	}
}

func TestCuesAreMovedWithTheirFilm(t *testing.T) {
	cues := Shift([]Cue{{Start: 0, End: time.Second}, {Start: time.Second, End: 3 * time.Second}, {Start: 4 * time.Second, End: 5 * time.Second}}, -2*time.Second)
	if len(cues) != 2 || cues[0].Start != 0 || cues[0].End != time.Second || cues[1].Start != 2*time.Second {
		t.Errorf("%+v", cues)
	}
}

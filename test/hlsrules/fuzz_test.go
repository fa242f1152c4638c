package hlsrules_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/test/hlsrules"
)

// Whatever film is planned, at any rate and of any length, with tracks of any name, language
// and purpose, what is served of it breaks no rule, and its manifest is well-formed.
func FuzzServed(f *testing.F) {
	f.Add(25, 1, uint16(10_000), byte(2), 48000, "por", "Director's \"cut\"\n", byte(0b0110), "eng", "Notas, \"assim\"", byte(0b01))
	f.Add(24000, 1001, uint16(33_333), byte(3), 44100, "", "", byte(0), "", "", byte(0b10))
	f.Add(60, 1, uint16(1040), byte(0), 0, "pt-BR", "5.1", byte(0xff), "../x", "#EXT-X-ENDLIST", byte(0xff))
	f.Add(99, 2, uint16(60_001), byte(4), 8000, "zz-\xff", "a\u2028b\x00", byte(0b1000), "por", "a\rb", byte(0b11))
	f.Add(1, 7, uint16(20_000), byte(1), 192000, "und", "=,=", byte(0b1), "mul", "]]><x>&", byte(0))
	f.Fuzz(func(t *testing.T, num, den int, millis uint16, tracks byte, rate int, language, title string, marks byte, spoken, label string, flags byte) {
		if millis < 1000 {
			return // of a picture alone, six decimals of a second are not exact enough to measure by
		}
		s := newServed(t)
		report := probe.Report{
			Format: "mov",
			Video:  probe.Video{Width: 854, Height: 480, FrameRateNum: num, FrameRateDen: den, EndSeconds: float64(millis) / 1000},
		}
		all := []probe.Mark{probe.Original, probe.Dub, probe.Comment, probe.VisualImpaired, probe.HearingImpaired, probe.Descriptions}
		for i := range int(tracks % 5) {
			a := probe.Audio{Stream: i + 1, Channels: 1 + i%2*5, SampleRate: rate, Language: language, Title: title, Default: flags>>i&1 == 1}
			if i%2 == 1 {
				a.Language = "eng"
			}
			for k, mark := range all {
				if (marks>>k+byte(i))&1 == 1 {
					a.Marks = append(a.Marks, mark)
				}
			}
			report.Audio = append(report.Audio, a)
		}
		var err error
		if s.plan, err = plan.New(report, plan.Ladder{{Height: 360, Bitrate: 500_000}, {Height: 480, Bitrate: 1_000_000}}, nil); err != nil {
			return
		}
		s.subtitles = nil
		for i := range int(flags >> 4 % 4) {
			s.subtitles = append(s.subtitles, plan.NewSubtitle(i, plan.Subtitle{
				Language: spoken, Label: label, Default: flags&1 == 1, Forced: flags&2 == 2 && i > 0, SDH: flags&4 == 4 && i == 0}))
		}
		s.make()
		for _, v := range hlsrules.Check(s.fetch, root+"playlist.m3u8") {
			t.Error(v)
		}
		manifest, err := plan.MPD(s.plan, s.made, s.subtitles...)
		if err != nil {
			t.Fatal(err)
		}
		for elements := xml.NewDecoder(bytes.NewReader(manifest)); err == nil; {
			_, err = elements.Token()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("the manifest is broken: %v\n%s", err, manifest)
		}
	})
}

// Whatever a playlist says, it is judged, and what leads nowhere is among what is found.
func FuzzPlaylist(f *testing.F) {
	f.Add("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"avc1.64001e\"\nindex.m3u8\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nseg.m4s\n#EXT-X-ENDLIST\n")
	f.Add("#EXTM3U\r\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"b\",URI=\"playlist.m3u8\"\n#EXT-X-MAP:URI=\"%zz\"\n#EXTINF:nan,\n../../x\n")
	f.Add("#EXT-X-MEDIA:TYPE=SUBTITLES,URI=\"\x7f\"\n#EXTINF:-1e308\n:\n")
	f.Fuzz(func(t *testing.T, text string) {
		asked := 0
		found := hlsrules.Check(func(path string) ([]byte, error) {
			if asked++; strings.HasSuffix(path, ".m3u8") {
				return []byte(text), nil
			}
			return nil, errors.New("404")
		}, "/media/playlist.m3u8")
		if len(found) == 0 {
			t.Errorf("nothing is wrong with %q", text)
		}
		if most := (len(text) + 2) * (len(text) + 2); asked > most {
			t.Errorf("asked %d times", asked)
		}
	})
}

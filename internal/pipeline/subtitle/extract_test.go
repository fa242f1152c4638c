package subtitle_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/pipeline/subtitle"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

const (
	portuguese = `WEBVTT

00:00:01.000 --> 00:00:04.000
Olá, <i>mundo</i>

00:00:05.500 --> 00:00:08.250 line:0
No alto
em <c.yellow>amarelo</c>

00:00:10.000 --> 00:00:12.000
Até logo
`
	english = `WEBVTT

00:00:01.000 --> 00:00:04.000
[MUSIC] Hello, <i>world</i>

00:00:10.000 --> 00:00:12.000 line:0
Goodbye
`
	forced = `WEBVTT

00:00:06.000 --> 00:00:07.000
SAÍDA
`
)

func TestTheWordsOfAFilmAreOnItsOwnClock(t *testing.T) {
	tools := testfilm.Tools(t)
	for name, film := range map[string]testfilm.Film{"Matroska": testfilm.Worded, "MP4": testfilm.WordedMP4, "a clock that begins late": testfilm.WordedLate} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := film.Path(t)
			texts, err := probe.New(tools).Texts(t.Context(), path, nil)
			if err != nil {
				t.Fatal(err)
			}
			cues, err := subtitle.NewReader(tools).Extract(t.Context(), subtitle.In{Path: path, Texts: texts, Scratch: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			if len(cues) != 3 {
				t.Fatalf("%d tracks of %+v", len(cues), texts.Tracks)
			}
			for i, want := range []string{portuguese, english, forced} {
				if name == "MP4" { // which has neither places nor, as it was made, colours
					want = strings.NewReplacer(" line:0", "", "<c.yellow>", "", "</c>", "").Replace(want)
				}
				if got := string(subtitle.Write(inHundredths(cues[i]))); got != want {
					t.Errorf("track %d:\n%s\nwant\n%s", i, got, want)
				}
			}
			one, two := texts.Tracks[0], texts.Tracks[1]
			if one.Language != "por" || two.Language != "eng" || one.SDH || one.Forced || !texts.Tracks[2].Forced {
				t.Errorf("tracks %+v", texts.Tracks)
			}
			if len(texts.Chapters) != 2 || texts.Chapters[0].Title != "A chegada" || texts.Chapters[1].StartSeconds-texts.StartSeconds > 5.05 {
				t.Errorf("chapters %+v from %v", texts.Chapters, texts.StartSeconds)
			}
		})
	}
}

// inHundredths rounds times to what ASS counts in.
func inHundredths(cues []subtitle.Cue) []subtitle.Cue {
	for i := range cues {
		cues[i].Start, cues[i].End = cues[i].Start.Round(10*time.Millisecond), cues[i].End.Round(10*time.Millisecond)
	}
	return cues
}

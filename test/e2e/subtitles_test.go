//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

func labels(list []house.Subtitle) (all []string) {
	for _, s := range list {
		words := s.Language + " " + s.Label
		if s.Forced {
			words += " forced"
		}
		if s.SDH {
			words += " sdh"
		}
		if s.Default {
			words += " default"
		}
		all = append(all, words)
	}
	return all
}

func TestTheWordsAndChaptersOfAFilmAreServed(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	for name, film := range map[string]testfilm.Film{"MP4": testfilm.WordedMP4, "Matroska, whose remux has none": testfilm.Worded} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := within(t, patience)
			v := show(t, c, film)
			if _, err := c.Until(ctx, v.ID, c.Worded(ctx, 3)); err != nil {
				t.Fatal(err)
			}
			s, err := c.Stream(ctx, v.ID)
			if err != nil {
				t.Fatal(err)
			}
			if film.Name == testfilm.WordedMP4.Name { // the other counts milliseconds, and its segments begin up to one off
				s = plays(t, c, v)
			}
			want := []string{"pt Português default", "en English (SDH) sdh", "pt Português forced"}
			if film.Name == testfilm.Worded.Name {
				want[1] = "en English with sounds sdh"
			}
			if got := labels(s.Subtitles); !slices.Equal(got, want) {
				t.Errorf("subtitles %q, want %q", got, want)
			}
			words := get(t, c, s.Subtitles[0].URL)
			if !strings.Contains(string(words.Body), "00:00:01.000 --> 00:00:04.000\nOlá, <i>mundo</i>\n") || !strings.Contains(words.Header.Get("Cache-Control"), "immutable") {
				t.Errorf("%v\n%s", words.Header, words.Body)
			}
			if len(s.Chapters) != 2 || s.Chapters[0].Title != "A chegada" || s.Chapters[1].StartSeconds < 4.9 || s.Chapters[1].StartSeconds > 5 {
				t.Errorf("chapters %+v", s.Chapters)
			}
		})
	}
}

func TestSubtitlesComeAndGoWithTheFilmReady(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	ctx := within(t, patience)
	v := show(t, c, small)
	file, err := charmap.Windows1252.NewEncoder().Bytes([]byte("1\r\n00:00:01,000 --> 00:00:02,000\r\n{\\an8}Não, <b>já</b>!\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.AddSubtitle(ctx, v.ID, map[string]string{"language": "pt-BR"}, "../../evil.srt", []byte("1\n00:00:01,000 --> then\nA:B:C\n\n2\n00:00:09,000 --> 00:00:08,000\nB\n"))
	refused(t, "times that are none", err, http.StatusUnprocessableEntity, "bad_time")
	_, err = c.AddSubtitle(ctx, v.ID, map[string]string{"language": "nonsense language"}, "a.srt", file)
	refused(t, "a language that is none", err, http.StatusUnprocessableEntity, "bad_language")
	_, err = c.AddSubtitle(ctx, v.ID, map[string]string{"language": "pt"}, "a.srt", make([]byte, 5<<20+1))
	refused(t, "a file that is too large", err, http.StatusRequestEntityTooLarge, "subtitle_too_large")
	if list, err := c.Subtitles(ctx, v.ID); err != nil || len(list) != 0 {
		t.Fatalf("of what was refused there is %+v, %v", list, err)
	}

	added, err := c.AddSubtitle(ctx, v.ID, map[string]string{"language": "pt-BR", "sdh": "true"}, "../../evil.srt", file)
	if err != nil || added.ID != "0-pt-br" || !added.Added || !added.SDH {
		t.Fatalf("%+v, %v", added, err)
	}
	s := plays(t, c, v) // by every rule, with the subtitle in it
	if len(s.Subtitles) != 1 || s.Subtitles[0].Label != "Português (Brasil) (SDH)" {
		t.Fatalf("%+v", s.Subtitles)
	}
	if words := string(get(t, c, s.Subtitles[0].URL).Body); words != "WEBVTT\n\n00:00:01.000 --> 00:00:02.000 line:0\nNão, <b>já</b>!\n" {
		t.Errorf("%q", words)
	}
	multivariant := string(get(t, c, s.HLSURL).Body)
	for _, want := range []string{`TYPE=SUBTITLES`, `LANGUAGE="pt-BR"`, `CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"`} {
		if !strings.Contains(multivariant, want) {
			t.Errorf("no %s in\n%s", want, multivariant)
		}
	}

	if err := c.RemoveSubtitle(ctx, v.ID, added.ID); err != nil {
		t.Fatal(err)
	}
	refused(t, "removed again", c.RemoveSubtitle(ctx, v.ID, added.ID), http.StatusNotFound, "not_found")
	if gone, err := c.Fetch(ctx, http.MethodGet, s.Subtitles[0].URL, nil); err != nil || gone.Status != http.StatusNotFound {
		t.Errorf("a removed subtitle is answered %d, %v", gone.Status, err)
	}
	again, err := c.AddSubtitle(ctx, v.ID, map[string]string{"language": "pt-BR"}, "a.srt", file)
	if err != nil || again.ID == added.ID {
		t.Errorf("what was kept of %s anywhere would be shown for %s, %v", added.ID, again.ID, err)
	}
}

func TestAFilmIsImportedWithTheSubtitlesBesideIt(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	folder := t.TempDir()
	body, err := os.ReadFile(small.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	const words = "1\n00:00:01,000 --> 00:00:02,000\nA\n"
	for name, content := range map[string]string{
		"film.mp4": string(body), "film.srt": words, "film.pt-BR.srt": words, "film.en.forced.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nA\n",
		"film.en.sdh.ass": "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,A\n", "film.de.srt": "nothing", "film2.fr.srt": words, "film.who knows.srt": words,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	said, code := h.Run("", "import", filepath.Join(folder, "film.mp4"))
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"imported", "film.de.srt: There are no subtitles in this file", "film.who knows.srt: its name should say its language"} {
		if !strings.Contains(said, want) {
			t.Errorf("said\n%s\nwithout %q", said, want)
		}
	}
	c, ctx := h.Admin(), within(t, patience)
	videos, err := c.Videos(ctx)
	if err != nil || len(videos) != 1 {
		t.Fatalf("%d videos, %v", len(videos), err)
	}
	list, err := c.Subtitles(ctx, videos[0].ID)
	got := labels(list)
	slices.Sort(got)
	if want := []string{"en English (SDH) sdh", "en English forced", "pt-BR Português (Brasil)", "und Subtitles 4"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("subtitles %q, want %q; %v", got, want, err)
	}
}

func TestAViewerReadsAFilm(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	v := show(t, c, spoken(t))
	if _, err := c.AsLongAsItMoves(t.Context(), still, v.ID, c.Worded(t.Context(), 3)); err != nil {
		t.Fatal(err)
	}
	said := browser.Run(t, browserPatience, "subtitles.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword, v.ID, fmt.Sprint(v.DurationSeconds))
	t.Log(said)
}

// spoken is the trailer with the words and chapters of the worded films.
func spoken(t testing.TB) testfilm.Film {
	from := trailer(t)
	film := testfilm.Worded
	film.Name, film.From = "spoken.mkv", &from
	return film
}

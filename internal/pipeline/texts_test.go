package pipeline_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// textTold says when a film's texts have been saved.
type textTold struct {
	pipeline.Store
	saved chan pipeline.ReadTexts
}

func (s textTold) SaveTexts(ctx context.Context, videoID string, t pipeline.ReadTexts) error {
	err := s.Store.SaveTexts(ctx, videoID, t)
	s.saved <- t
	return err
}

func (s *studio) words(videoID, id string) string {
	s.t.Helper()
	object, err := s.blobs.Open(s.t.Context(), plan.FileKey(videoID, plan.SubtitleName(id)))
	if err != nil {
		s.t.Fatal(err)
	}
	defer object.Close()
	text, err := io.ReadAll(object)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// What is played from a remux, which has neither, keeps the words and chapters of the file
// as it was uploaded; its clock is its picture's.
func TestAFilmKeepsItsWordsAndChapters(t *testing.T) {
	for name, film := range map[string]testfilm.Film{"played as it is": testfilm.WordedMP4, "remuxed": testfilm.Worded, "on a late clock": testfilm.WordedLate} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStudio(t)
			told := textTold{s.store.Store, make(chan pipeline.ReadTexts, 1)}
			s.store.Store = told
			s.start(pipeline.Options{Slots: 1})
			videoID := s.add(film)
			var saved pipeline.ReadTexts
			said := make(chan struct{})
			go func() { saved = <-told.saved; close(said) }()
			within(t, "the texts are saved", said)

			stored, read, err := s.store.Texts(t.Context(), videoID)
			if err != nil || !read || !slices.Equal(stored.Subtitles, saved.Subtitles) || !slices.Equal(stored.Chapters, saved.Chapters) {
				t.Fatalf("%+v, %v, %v", stored, read, err)
			}
			if len(stored.Subtitles) != 3 || !stored.Subtitles[0].Default || !stored.Subtitles[1].SDH || !stored.Subtitles[2].Forced {
				t.Fatalf("%+v", stored.Subtitles)
			}
			if words := s.words(videoID, stored.Subtitles[0].ID); !strings.Contains(words, "\nOlá, <i>mundo</i>\n") || !strings.HasPrefix(words, "WEBVTT\n\n00:00:01.000 --> ") && !strings.HasPrefix(words, "WEBVTT\n\n00:00:00.9") {
				t.Errorf("%s", words)
			}
			if c := stored.Chapters; len(c) != 2 || c[0].Title != "A chegada" || c[0].StartSeconds != 0 || c[1].StartSeconds < 4.97 || c[1].StartSeconds > 5 || c[1].EndSeconds > 14.1 {
				t.Errorf("%+v", c)
			}
		})
	}
}

func TestAPersonsSubtitleIsKeptOrRefusedWhole(t *testing.T) {
	s := newStudio(t)
	c := s.start(pipeline.Options{Slots: 1})
	videoID := s.planned(short)
	const words = "1\n00:00:01,000 --> 00:00:02,000\nA\n"
	added, err := c.AddSubtitle(t.Context(), videoID, plan.Subtitle{Language: "pt-BR", Forced: true}, []byte(words))
	if err != nil || !added.Added || !added.Forced || s.words(videoID, added.ID) != "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nA\n" {
		t.Fatalf("%+v, %v", added, err)
	}
	if _, err := c.AddSubtitle(t.Context(), videoID, plan.Subtitle{Language: "pt"}, []byte("nothing")); fault.CodeOf(err) != "no_cues" {
		t.Errorf("%v", err)
	}
	if _, err := c.AddSubtitle(t.Context(), "no such video", plan.Subtitle{Language: "pt"}, []byte(words)); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
	for range plan.MaxSubtitles {
		_, err = c.AddSubtitle(t.Context(), videoID, plan.Subtitle{Language: "pt"}, []byte(words))
	}
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("one too many: %v", err)
	}
	files := 0
	for _, err := range s.blobs.List(t.Context(), plan.FileKey(videoID, "subtitles/")) {
		if err != nil {
			t.Fatal(err)
		}
		files++
	}
	if list, err := c.Subtitles(t.Context(), videoID); err != nil || len(list) != plan.MaxSubtitles || files != plan.MaxSubtitles {
		t.Errorf("%d subtitles, %d files, %v", len(list), files, err)
	}
	if err := c.RemoveSubtitle(t.Context(), videoID, added.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.blobs.Stat(t.Context(), plan.FileKey(videoID, plan.SubtitleName(added.ID))); !fault.Is(err, fault.NotFound) {
		t.Errorf("its file: %v", err)
	}
}

package catalog_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
	"github.com/kkmovies/kkmovies/internal/upload"
)

func TestATitleIsTrimmedAndShort(t *testing.T) {
	for given, want := range map[string]string{
		"Limite":                    "Limite",
		"  A \t Margem\n ":          "A Margem",
		"日本沈没 🎬":                    "日本沈没 🎬",
		strings.Repeat("ç", 300):    strings.Repeat("ç", 300),
		"non-breaking\u00a0spaces ": "non-breaking spaces",
	} {
		if got, err := catalog.CleanTitle(given); err != nil || got != want {
			t.Errorf("%q: %q, %v", given, got, err)
		}
	}
	for _, given := range []string{"", " \n\t ", strings.Repeat("ç", 301), "no \xff text", "null\x00", "bell\a", "\x1b[31mred"} {
		_, err := catalog.CleanTitle(given)
		if !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != "bad_title" || fault.PublicOf(err) == "" {
			t.Errorf("%q: %v", given, err)
		}
	}
}

func TestProgressIsTheShareOfSegmentsMade(t *testing.T) {
	rendition := func(done, all int) catalog.Rendition {
		return catalog.Rendition{SegmentsDone: done, Segments: all}
	}
	for _, c := range []struct {
		video catalog.Video
		want  float64
	}{
		{catalog.Video{Status: catalog.Uploading}, 0},
		{catalog.Video{Status: catalog.Processing}, 0}, // not planned yet
		{catalog.Video{Status: catalog.Processing, Renditions: []catalog.Rendition{rendition(0, 10), rendition(5, 10)}}, 0.25},
		{catalog.Video{Status: catalog.Failed, Renditions: []catalog.Rendition{rendition(1, 4)}}, 0.25},
		{catalog.Video{Status: catalog.Processing, Renditions: []catalog.Rendition{rendition(4, 4)}}, 1},
		{catalog.Video{Status: catalog.Ready}, 1},
	} {
		if got := c.video.Progress(); got != c.want {
			t.Errorf("%+v: %v, want %v", c.video, got, c.want)
		}
	}
}

func TestWhatChangesIsToldAfterTheFactAndWhatDoesNotIsNot(t *testing.T) {
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: filepath.Join(t.TempDir(), "kkmovies.db"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	var told []string
	var s *catalog.Service
	tell := func(what string) func(context.Context, string) {
		return func(ctx context.Context, id string) {
			title := "gone"
			if v, err := s.Video(ctx, id); err == nil { // the change is there for whoever is told
				title = v.Title + " " + v.PosterKey
			}
			told = append(told, what+": "+title)
		}
	}
	s = catalog.NewService(db.Catalog(), tell("changed"), tell("deleted"), tell("rated"))
	id := uuid.NewString()
	at := account.Principal{UserID: "u", ProfileID: "p", SessionID: "s"}
	if err := db.Uploads().Create(t.Context(), upload.Upload{ID: id, VideoID: id, By: at, FileName: "film.mp4", Size: 1, PartSize: 1, Status: upload.Open}, "A film"); err != nil {
		t.Fatal(err)
	}

	for _, err := range []error{
		s.Rename(t.Context(), id, " "), s.Rename(t.Context(), uuid.NewString(), "Limite"),
		s.SetPoster(t.Context(), uuid.NewString(), "key", ""), s.Delete(t.Context(), uuid.NewString()),
	} {
		if err == nil {
			t.Error("done")
		}
	}
	if told != nil {
		t.Errorf("told of what did not happen: %q", told)
	}
	for _, err := range []error{
		s.Rename(t.Context(), id, " Limite "), s.SetPoster(t.Context(), id, "key", "credit"), s.Delete(t.Context(), id),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if want := []string{"changed: Limite ", "changed: Limite key", "deleted: gone"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}

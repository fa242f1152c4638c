package sqlstore

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// A library from before subtitles were read has plans, and nobody ever asked for their words.
func TestAnOlderLibraryIsReadLater(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		d := open(t, e.migrated(t))
		id := uuid.Must(uuid.NewV7()).String()
		addVideo(t, d, catalog.Video{ID: id, Title: "A film", Status: catalog.Ready, CreatedAt: now(), UpdatedAt: now()})
		if jobs := waiting(t, d); len(jobs) != 0 {
			t.Fatalf("before: %q", jobs)
		}
		for range 2 {
			if err := d.Pipeline().ReadLater(t.Context()); err != nil {
				t.Fatal(err)
			}
			if jobs := waiting(t, d); !slices.Equal(jobs, []string{`pipeline.texts {"videoId":"` + id + `"}`}) {
				t.Errorf("%q", jobs)
			}
		}
	})
}

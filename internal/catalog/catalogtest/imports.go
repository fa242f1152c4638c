package catalogtest

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// RunImports runs the contract of catalog.ImportStore; jobs lists those waiting, each its kind and
// its arguments.
func RunImports(t *testing.T, store catalog.ImportStore, jobs func() []string) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 1000, time.UTC)
	var all []catalog.Import
	for i := range 3 {
		one := catalog.Import{
			ID: uuid.Must(uuid.NewV7()).String(), Source: catalog.FromCSV, Status: catalog.ImportWaiting,
			Problems: []catalog.ImportProblem{}, CreatedAt: at.Add(time.Duration(i) * time.Second),
		}
		one.UpdatedAt = one.CreatedAt
		if err := store.CreateImport(t.Context(), one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	got := jobs()
	for i, one := range all {
		if want := `catalog.import_films {"id":"` + one.ID + `"}`; len(got) != 3 || got[i] != want {
			t.Errorf("the jobs that wait are %v, want %s at %d", got, want, i)
		}
	}
	done := all[1]
	done.Status, done.Total, done.Done, done.Created, done.Changed, done.Unchanged, done.Failed = catalog.ImportDone, 9, 8, 1, 2, 3, 4
	done.Problems = []catalog.ImportProblem{{Where: "line 2", What: "São João \" 🎬"}}
	done.UpdatedAt, done.FinishedAt = at.Add(time.Hour), at.Add(time.Hour)
	if err := store.SetImport(t.Context(), done); err != nil {
		t.Fatal(err)
	}
	if got, err := store.Import(t.Context(), done.ID); err != nil || !reflect.DeepEqual(got, done) {
		t.Errorf("it is %+v, %v; want %+v", got, err, done)
	}
	if got, err := store.Imports(t.Context(), 2); err != nil || len(got) != 2 || !reflect.DeepEqual(got, []catalog.Import{all[2], done}) {
		t.Errorf("the last two are %+v, %v", got, err)
	}
	unknown := catalog.Import{ID: uuid.NewString()}
	if err := store.SetImport(t.Context(), unknown); !fault.Is(err, fault.NotFound) {
		t.Errorf("one that is not there is set: %v", err)
	}
	if _, err := store.Import(t.Context(), unknown.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("one that is not there is %v", err)
	}
}

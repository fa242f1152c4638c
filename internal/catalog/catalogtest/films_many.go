package catalogtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Many editors change one film at once, each what they saw of it: every change that was taken
// is in the film, every other was refused.
func oneEditorWins(t *testing.T, s FilmSubject) {
	const editors, changes = 8, 6
	f := work(epoch)
	f.Votes = 0
	create(t, s, f)
	var gate sync.Mutex // of an engine with one writer
	var all sync.WaitGroup
	failed := make(chan error, editors*changes)
	for editor := range editors {
		all.Go(func() {
			for taken := 0; taken < changes; {
				if s.OneWriter != "" {
					gate.Lock()
				}
				seen, err := s.Store.Film(t.Context(), f.ID)
				if err == nil {
					seen.Version++
					seen.Votes++
					seen.Directors = append(seen.Directors, fmt.Sprintf("%d/%d", editor, taken))
					err = s.Store.Replace(t.Context(), stored(seen, fmt.Sprintf("votes%d", seen.Votes)))
				}
				if s.OneWriter != "" {
					gate.Unlock()
				}
				switch {
				case err == nil:
					taken++
				case !fault.Is(err, fault.Conflict) || fault.CodeOf(err) != "film_changed":
					failed <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		t.Error(err)
	}
	got := readFilm(t, s, f.ID)
	if got.Votes != editors*changes || got.Version != 1+editors*changes || len(got.Directors) != 1+editors*changes {
		t.Errorf("%d votes and %d names in version %d, of %d changes", got.Votes, len(got.Directors), got.Version, editors*changes)
	}
	if left := terms(t, s); len(left) != 1 || left[fmt.Sprintf("votes%d", editors*changes)].Films != 1 {
		t.Errorf("terms %v: of the last version there is one", left)
	}
	for _, list := range catalog.Lists {
		wantFilms(t, string(list), shelfPage(t, s, catalog.Shelf{List: list, Most: 9}), []catalog.Film{f})
	}
}

// Several nodes count who watched one film in the same moment, while an editor changes it: none
// of those who watched is lost.
func trendsAddUp(t *testing.T, s FilmSubject) {
	const nodes, times, by = 6, 8, 10.0
	f, other := work(epoch), work(epoch)
	create(t, s, f, other)
	var gate sync.Mutex // of an engine with one writer
	alone := func(do func() error) error {
		if s.OneWriter != "" {
			gate.Lock()
			defer gate.Unlock()
		}
		return do()
	}
	var all errgroup.Group
	for range nodes {
		all.Go(func() error {
			for range times {
				if err := alone(func() error {
					return s.Store.AddTrend(t.Context(), map[string]float64{f.ID: by, newID(): by})
				}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	all.Go(func() error {
		for version := range int64(times) {
			changed := f
			changed.Version, changed.Votes = 2+version, int(version)
			if err := alone(func() error { return s.Store.Replace(t.Context(), stored(changed)) }); err != nil {
				return err
			}
		}
		return nil
	})
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	got, want := readFilm(t, s, f.ID), math.Log2(math.Exp2(f.Trend)+nodes*times*math.Exp2(by))
	if math.Abs(got.Trend-want) > 1e-9 || got.Version != 1+times || got.Votes != times-1 {
		t.Errorf("the trend is %v in version %d with %d votes, of %d who watched it should be %v", got.Trend, got.Version, got.Votes, nodes*times, want)
	}
	page := shelfPage(t, s, catalog.Shelf{List: catalog.Trending, Most: 9})
	wantFilms(t, "trending", page, []catalog.Film{f, other})
	if left := shelfPage(t, s, catalog.Shelf{List: catalog.Trending, Most: 9, After: placeOf(got, catalog.Trending)}); len(left) != 1 {
		t.Errorf("it stands elsewhere than its trend says: after it are %v", filmIDs(left))
	}
}

// Somebody reads a list, page by page, while others add films, take some away, and change
// others: what stayed was seen once, and nothing twice.
func pagesWhileFilmsComeAndGo(t *testing.T, s FilmSubject) {
	stay, go1 := works(t, 40), works(t, 20)
	create(t, s, stay...)
	create(t, s, go1...)
	for _, list := range catalog.Lists {
		for _, limit := range []int{-1, 14} {
			shelf := catalog.Shelf{List: list, Limit: maturity(t, limit), Most: 3}
			gone := slices.Clone(go1)
			var lock sync.Mutex
			stop, done := make(chan struct{}), make(chan error, 1)
			change := func() error {
				lock.Lock()
				defer lock.Unlock()
				come := works(t, 2)
				if err := errors.Join(s.Store.Create(t.Context(), stored(come[0])), s.Store.Create(t.Context(), stored(come[1]))); err != nil {
					return err
				}
				out := gone[0]
				gone = append(gone[1:], come...)
				if len(gone) > 30 {
					if err := s.Store.Delete(t.Context(), gone[0].ID); err != nil {
						return err
					}
					gone = gone[1:]
				}
				return s.Store.Delete(t.Context(), out.ID)
			}
			if s.OneWriter == "" {
				go func() {
					for {
						select {
						case <-stop:
							done <- nil
							return
						default:
							if err := change(); err != nil {
								done <- err
								return
							}
						}
					}
				}()
			}
			seen := walk(t, s, shelf, func() {
				if err := change(); err != nil {
					t.Error(err)
				}
			})
			if close(stop); s.OneWriter == "" {
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
			times := map[string]int{}
			for _, f := range seen {
				if times[f.ID]++; times[f.ID] > 1 {
					t.Errorf("%s, up to %d: %s came twice", list, limit, f.ID)
				}
			}
			var stayed []catalog.Film
			for _, f := range seen {
				if slices.Contains(filmIDs(stay), f.ID) {
					stayed = append(stayed, f)
				}
			}
			wantFilms(t, fmt.Sprintf("%s, up to %d", list, limit), stayed,
				ordered(stay, list, func(f catalog.Film) bool { return f.Maturity.Within(shelf.Limit) }))
			go1 = gone
		}
	}
}

// Whoever loads gives up as soon as the first films are there, which is what a kill does to the
// database: what is there is whole, and loading again brings the rest.
func anAbandonedLoad(t *testing.T, s FilmSubject) {
	var many []catalog.Stored
	most := 11_000
	if s.Few != "" {
		most = 300
	}
	for range most {
		f := catalog.Film{ID: newID(), Kind: catalog.Movie, Texts: map[string]catalog.Text{"en": {Title: "A film"}}, CreatedAt: epoch, UpdatedAt: epoch}
		many = append(many, stored(f, "film", "a"))
	}
	count := func() int {
		t.Helper()
		n, err := s.Store.Count(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	ctx, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	ended := make(chan error, 1)
	go func() { ended <- s.Store.Load(ctx, many) }()
	var err error
	for running := true; running && count() == 0; {
		select {
		case err = <-ended:
			running = false
		default:
		}
	}
	giveUp()
	if err == nil {
		err = <-ended
	}
	if err != nil && !fault.Is(err, fault.Cancelled) {
		t.Errorf("given up: %v", err)
	}
	whole := func() (n int) {
		t.Helper()
		var listed int
		var all map[string]catalog.Term
		for again := true; again; again = count() != n { // a server may end what nobody waits for
			n, listed = count(), 0
			shelf := catalog.Shelf{List: catalog.New, Most: 1000}
			for page := shelfPage(t, s, shelf); len(page) > 0; page = shelfPage(t, s, shelf) {
				listed += len(page)
				shelf.After = placeOf(page[len(page)-1], shelf.List)
			}
			all = terms(t, s)
		}
		if listed != n || all["film"].Films != n || all["a"].Films != n {
			t.Errorf("of %d films %d are listed, and found %d and %d", n, listed, all["film"].Films, all["a"].Films)
		}
		return n
	}
	if n := whole(); n == 0 {
		t.Error("the first films that were there are gone")
	}
	if err := s.Store.Load(t.Context(), many); err != nil {
		t.Fatal(err)
	}
	if n := whole(); n != len(many) {
		t.Errorf("%d films of %d", n, len(many))
	}
}

func manyAreLoaded(t *testing.T, s FilmSubject) {
	var many []catalog.Stored
	var films []catalog.Film
	count := 4500 // more than an engine brings at once
	if s.Few != "" {
		count = 300
	}
	for i := range count {
		f := catalog.Film{ID: newID(), Kind: catalog.Movie, Texts: map[string]catalog.Text{"en": {Title: fmt.Sprint("Film ", i)}},
			Popularity: float64(i), Maturity: maturity(t, filmAges[i%len(filmAges)]), TMDBID: int64(i + 1), Released: fmt.Sprint(1900 + i%100),
			Genres: []catalog.Genre{{ID: 18, Name: "Drama"}}, CreatedAt: epoch.Add(time.Duration(i) * time.Second), UpdatedAt: epoch}
		films = append(films, f)
		many = append(many, stored(f, "film", fmt.Sprint("number", i%1000)))
	}
	kept := films[7]
	kept.Version, kept.Texts = 1, map[string]catalog.Text{"en": {Title: "Kept"}}
	if err := s.Store.Create(t.Context(), stored(kept, "kept")); err != nil {
		t.Fatal(err)
	}
	stranger := work(epoch)
	stranger.TMDBID = films[9].TMDBID
	create(t, s, stranger)
	for range 2 { // and again, as after a kill
		if err := s.Store.Load(t.Context(), many); err != nil {
			t.Fatal(err)
		}
		if n, err := s.Store.Count(t.Context()); err != nil || n != len(films) {
			t.Fatalf("%d films %v, want %d", n, err, len(films))
		}
	}
	wantFilm(t, readFilm(t, s, kept.ID), kept)
	wantFilm(t, readFilm(t, s, stranger.ID), stranger)
	_, err := s.Store.Film(t.Context(), films[9].ID)
	wantFault(t, "one whose TMDB id another has", err, fault.NotFound)
	films[11].Version = 1
	wantFilm(t, readFilm(t, s, films[11].ID), films[11])
	all := terms(t, s)
	if all["film"].Films != len(films)-2 || all["film"].Most != float64(count-1) || all["number7"].Films != (count+999)/1000-1 || all["kept"].Films != 1 {
		t.Errorf("film %+v, number7 %+v, kept %+v", all["film"], all["number7"], all["kept"])
	}
	got := search(t, s, catalog.Wanted{Groups: [][]string{{"number42", "number43"}, {"film"}}, Limit: maturity(t, 16), Most: 3})
	var want []string
	for i := len(films) - 1; i >= 0 && len(want) < 3; i-- {
		if m := i % 1000; (m == 42 || m == 43) && films[i].Maturity.Within(maturity(t, 16)) {
			want = append(want, films[i].ID)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("a search finds %v, want %v", got, want)
	}
	if err := s.Store.Load(t.Context(), nil); err != nil {
		t.Errorf("none: %v", err)
	}
}

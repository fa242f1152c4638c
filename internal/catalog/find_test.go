package catalog_test

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/catalog/catalogtest"
)

// memoryFilms is a test aid: what Finder asks of a FilmStore, in memory. The contract is held by
// the stores themselves.
type memoryFilms struct {
	catalog.FilmStore
	mu      sync.Mutex
	films   map[string]catalog.Stored
	holding map[string][]string // ids by term; of films that were loaded, and never changed
	asked   int                 // how often Search was
	err     error               // every call fails with it
}

func (m *memoryFilms) Load(_ context.Context, films []catalog.Stored) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.films == nil {
		m.films, m.holding = map[string]catalog.Stored{}, map[string][]string{}
	}
	for _, s := range films {
		m.films[s.Film.ID] = s
		for _, term := range s.Terms {
			m.holding[term] = append(m.holding[term], s.Film.ID)
		}
	}
	return m.err
}

func (m *memoryFilms) Search(_ context.Context, w catalog.Wanted) (list []catalog.Found, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	seen := map[string]bool{}
	for _, term := range w.Groups[0] {
		for _, id := range m.holding[term] {
			s := m.films[id]
			has := func(term string) bool { _, found := slices.BinarySearch(s.Terms, term); return found }
			if !seen[id] && s.Film.Maturity.Within(w.Limit) && !slices.ContainsFunc(w.Groups, func(group []string) bool { return !slices.ContainsFunc(group, has) }) {
				list = append(list, catalog.Found{ID: id, Popularity: s.Film.Popularity, Words: s.Words})
			}
			seen[id] = true
		}
	}
	slices.SortFunc(list, func(a, b catalog.Found) int {
		return cmp.Or(cmp.Compare(b.Popularity, a.Popularity), cmp.Compare(b.ID, a.ID))
	})
	return list[:min(len(list), w.Most)], m.err
}

func (m *memoryFilms) Vocabulary(_ context.Context, yield func(catalog.Term) bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	terms := map[string]catalog.Term{}
	for _, s := range m.films {
		for _, text := range s.Terms {
			t := terms[text]
			terms[text] = catalog.Term{Text: text, Most: max(t.Most, s.Film.Popularity), Films: t.Films + 1}
		}
	}
	for _, t := range terms {
		if !yield(t) {
			break
		}
	}
	return m.err
}

func (m *memoryFilms) Changed(_ context.Context, since time.Time, yield func(string, time.Time, []string, float64) bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, s := range m.films {
		if !s.Film.UpdatedAt.Before(since) && !yield(id, s.Film.UpdatedAt, s.Terms, s.Film.Popularity) {
			break
		}
	}
	return m.err
}

func TestTheFilmThatIsMeantIsFound(t *testing.T) {
	first := catalogtest.Queries(t, &memoryFilms{})
	if again := catalogtest.Queries(t, &memoryFilms{}); again != first {
		t.Error("asked again, films come in another order")
	}
}

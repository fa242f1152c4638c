package catalog_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/catalog/catalogtest"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
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
	told    chan struct{}
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
	var among []catalog.Stored
	for _, term := range w.Groups[0] {
		for _, id := range m.holding[term] {
			if s := m.films[id]; !seen[id] && s.Film.Maturity.Within(w.Limit) {
				among = append(among, s)
			}
			seen[id] = true
		}
	}
	slices.SortFunc(among, func(a, b catalog.Stored) int {
		return cmp.Or(cmp.Compare(b.Film.Popularity, a.Film.Popularity), cmp.Compare(b.Film.ID, a.Film.ID))
	})
	if w.Among > 0 {
		among = among[:min(w.Among, len(among))]
	}
	for _, s := range among {
		has := func(term string) bool { _, found := slices.BinarySearch(s.Terms, term); return found }
		if !slices.ContainsFunc(w.Groups, func(group []string) bool { return !slices.ContainsFunc(group, has) }) {
			list = append(list, catalog.Found{ID: s.Film.ID, Popularity: s.Film.Popularity, Words: s.Words})
		}
	}
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

// Changed tells told, when somebody listens, that it was called.
func (m *memoryFilms) Changed(_ context.Context, since time.Time, yield func(string, time.Time, []string, float64) bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case m.told <- struct{}{}:
	default:
	}
	for id, s := range m.films {
		if !s.Film.UpdatedAt.Before(since) && !yield(id, s.Film.UpdatedAt, s.Terms, s.Film.Popularity) {
			break
		}
	}
	return m.err
}

func (m *memoryFilms) set(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

func TestTheFilmThatIsMeantIsFound(t *testing.T) {
	first := catalogtest.Queries(t, &memoryFilms{})
	if again := catalogtest.Queries(t, &memoryFilms{}); again != first {
		t.Error("asked again, films come in another order")
	}
}

// called returns a film of a title, whose id is the title.
func called(title string, popularity float64) catalog.Film {
	return catalog.Film{ID: title, Texts: map[string]catalog.Text{"en": {Title: title}}, Popularity: popularity, UpdatedAt: noon}
}

var noon = time.Date(2024, 5, 6, 12, 0, 0, 0, time.UTC)

func keeping(t *testing.T, films ...catalog.Film) *memoryFilms {
	t.Helper()
	m := &memoryFilms{told: make(chan struct{})}
	var stored []catalog.Stored
	for _, film := range films {
		stored = append(stored, film.Stored())
	}
	if err := m.Load(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	return m
}

func finds(t *testing.T, f *catalog.Finder, query string, want ...string) {
	t.Helper()
	got, err := f.Search(t.Context(), query, catalog.Rating{}, 10)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q finds %q, %v, not %q", query, got, err, want)
	}
}

func TestUntilWordsAreLoadedFilmsAreFoundByWhatWasTyped(t *testing.T) {
	f := catalog.NewFinder(keeping(t, called("Interstellar", 9), called("The Others", 8)), catalog.FinderOptions{})
	finds(t, f, "interstellar", "Interstellar")
	finds(t, f, "the others", "The Others")
	finds(t, f, "interst")
	finds(t, f, "intersteler")
	select {
	case <-f.Loaded():
		t.Fatal("nobody loaded anything")
	default:
	}
	if err := f.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-f.Loaded()
	finds(t, f, "interst", "Interstellar")
	finds(t, f, "intersteler", "Interstellar")
}

func TestEqualAnswersComeByPopularityThenById(t *testing.T) {
	f := catalog.NewFinder(keeping(t, called("Blue A", 5), called("Blue B", 7), called("Blue C", 5), called("Red D", 9)), catalog.FinderOptions{})
	finds(t, f, "blue", "Blue B", "Blue C", "Blue A")
	for most, want := range map[int]int{2: 2, 0: 0, -1: 0, 1 << 40: 3} {
		got, err := f.Search(t.Context(), "blue", catalog.Rating{}, most)
		if err != nil || len(got) != want {
			t.Errorf("of at most %d: %q, %v", most, got, err)
		}
	}
}

// Of two words of thousands of films, only the more popular films are looked through; but where those
// hold too few, the others are too.
func TestWhatTwoCommonWordsShareIsFoundHoweverFewKnowIt(t *testing.T) {
	films := []catalog.Film{called("Night before the Day", 1)}
	for i := range 3100 {
		films = append(films, called(fmt.Sprintf("Day %d", i), 1000+float64(i)), called(fmt.Sprintf("Night %d", i), 1000+float64(i)))
	}
	f := catalog.NewFinder(keeping(t, films...), catalog.FinderOptions{})
	if err := f.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	finds(t, f, "day night", "Night before the Day")
}

func TestAFilmBeyondAViewersLimitIsNotFound(t *testing.T) {
	young, old := called("Blue A", 5), called("Blue B", 7)
	young.Maturity, old.Maturity = rated(t, 10), rated(t, 16)
	f := catalog.NewFinder(keeping(t, young, old, called("Blue C", 9)), catalog.FinderOptions{})
	got, err := f.Search(t.Context(), "blue", rated(t, 12), 10)
	if err != nil || !slices.Equal(got, []string{"Blue A"}) {
		t.Errorf("up to 12: %q, %v", got, err)
	}
}

func TestAQueryOfNothingOrTooMuchAsksNoStore(t *testing.T) {
	m := keeping(t, called("Blue", 5))
	f := catalog.NewFinder(m, catalog.FinderOptions{})
	for _, query := range []string{"", "  ", "\x00", "\u202e", "\xed\xa0\x80", "🎬"} {
		finds(t, f, query)
	}
	_, err := f.Search(t.Context(), strings.Repeat("a", 10<<10), catalog.Rating{}, 10)
	if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.PublicOf(err), "300") {
		t.Errorf("10 kB: %v", err)
	}
	if m.asked != 0 {
		t.Errorf("the store was asked %d times", m.asked)
	}
	finds(t, f, "\u200fblue\x00\xff", "Blue")
}

func TestAStoreThatIsAwayIsSaidToBe(t *testing.T) {
	m := keeping(t, called("Blue", 5))
	f := catalog.NewFinder(m, catalog.FinderOptions{})
	m.set(fault.New(fault.Unavailable, "test", "", ""))
	if _, err := f.Search(t.Context(), "blue", catalog.Rating{}, 10); !fault.Is(err, fault.Unavailable) {
		t.Errorf("search: %v", err)
	}
	if err := f.Load(t.Context()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("load: %v", err)
	}
	m.set(nil)
	if err := f.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.set(fault.New(fault.Unavailable, "test", "", ""))
	if err := f.Load(t.Context()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("load again: %v", err)
	}
	m.set(nil)
	finds(t, f, "bleu", "Blue") // the words of before
}

func TestWhatThisNodeStoresIsFoundAtOnceAndWhatOthersDoOnceItLooks(t *testing.T) {
	m := keeping(t, called("Blue", 5))
	f := catalog.NewFinder(m, catalog.FinderOptions{Now: func() time.Time { return noon }})
	if err := f.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	own, others := called("Interstellar", 5).Stored(), called("Oppenheimer", 5).Stored()
	if err := m.Load(t.Context(), []catalog.Stored{own, others}); err != nil {
		t.Fatal(err)
	}
	f.Learn(own, true)
	finds(t, f, "intersteler", "Interstellar")
	finds(t, f, "openhimer")
	if err := f.Follow(t.Context()); err != nil {
		t.Fatal(err)
	}
	finds(t, f, "openhimer", "Oppenheimer")
	f.Forget(own)
	if ids, err := f.Search(t.Context(), "intersteler", catalog.Rating{}, 10); err != nil || len(ids) != 0 {
		t.Errorf("what is gone is guessed: %q, %v", ids, err)
	}
}

func TestAFinderThatHearsOfAFilmDoesNotWaitForItsNextLook(t *testing.T) {
	m := keeping(t, called("Blue", 5))
	m.told = make(chan struct{})
	f := catalog.NewFinder(m, catalog.FinderOptions{Every: time.Hour})
	ended := make(chan error, 1)
	ctx, stop := context.WithCancel(t.Context())
	go func() { ended <- f.Run(ctx) }()
	<-f.Loaded()
	for _, title := range []string{"Interstellar", "Oppenheimer"} {
		film := called(title, 5)
		film.UpdatedAt = time.Now()
		if err := m.Load(ctx, []catalog.Stored{film.Stored()}); err != nil {
			t.Fatal(err)
		}
		for looks := false; !looks; { // an import tells as often
			f.Heard()
			select {
			case <-m.told:
				looks = true
			case <-time.After(time.Millisecond):
			}
		}
		if err := f.Follow(ctx); err != nil { // after the look that is under way
			t.Fatal(err)
		}
		finds(t, f, strings.ToLower(title[:4])+"x"+title[4:], title)
	}
	stop()
	<-ended
}

func TestAFinderFollowsUntilItIsStopped(t *testing.T) {
	m := keeping(t, called("Blue", 5))
	m.set(fault.New(fault.Unavailable, "test", "", ""))
	f := catalog.NewFinder(m, catalog.FinderOptions{Every: time.Millisecond})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	m.set(nil) // it tries on
	<-f.Loaded()
	late := called("Interstellar", 5)
	late.UpdatedAt = time.Now()
	if err := m.Load(ctx, []catalog.Stored{late.Stored()}); err != nil {
		t.Fatal(err)
	}
	<-m.told // it looks, which it may have begun before
	<-m.told // it looked
	<-m.told
	finds(t, f, "intersteler", "Interstellar")
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

package catalog

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog/search"
)

// MostFound is how many films a search returns at most.
const MostFound = 100

const (
	candidates = 200 // films a store returns for one question: the most popular
	few        = 5   // with fewer found, what was typed may have been mistyped

	// lookedThrough is among how many films of its rarest word, the most popular, a question finds
	// its own: two words of tens of thousands of films each would take long to hold side by side.
	lookedThrough = 3000

	// overlap is how far back a look at what changed begins before the last: nodes' clocks
	// differ, and a film is dated before it is committed.
	overlap = 10 * time.Second
)

// FinderOptions say how closely a node follows the others. Zero values are sensible.
type FinderOptions struct {
	Logger *slog.Logger
	Every  time.Duration // between looks at what changed elsewhere; 3 s
	Anew   time.Duration // between loads of the whole vocabulary, which also forgets; 6 h
	Now    func() time.Time
}

// Finder finds films. It asks the store for films that hold terms, and ranks them itself, so
// that every engine answers alike. The vocabulary it completes and corrects words by is in
// memory; until that is loaded, films are found by what was typed.
type Finder struct {
	store      FilmStore
	options    FinderOptions
	vocabulary atomic.Pointer[search.Vocabulary]
	loaded     chan struct{}
	told       chan struct{} // that another node stored a film
	following  sync.Mutex    // of Load and Follow, one at a time
	since      time.Time
}

// NewFinder returns a finder over a store. It knows no words before Run, or Load.
func NewFinder(store FilmStore, o FinderOptions) *Finder {
	o.Every = cmp.Or(o.Every, 3*time.Second)
	o.Anew = cmp.Or(o.Anew, 6*time.Hour)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Finder{store: store, options: o, loaded: make(chan struct{}), told: make(chan struct{}, 1)}
}

// Search returns the ids of at most so many films within a limit, the best answer first. A text
// without words finds nothing; one that is too long is fault.Invalid.
func (f *Finder) Search(ctx context.Context, text string, limit Rating, most int) ([]string, error) {
	query, err := search.Parse(text)
	if err != nil || query.Empty() {
		return nil, err
	}
	s := search.New(query, f.vocabulary.Load())
	found := map[string]Found{}
	ask := func(among int, plans []search.Plan) error {
		for _, plan := range plans {
			list, err := f.store.Search(ctx, Wanted{Groups: plan, Limit: limit, Among: among, Most: candidates})
			if err != nil {
				return err
			}
			for _, film := range list {
				found[film.ID] = film
			}
		}
		return nil
	}
	typed := s.Typed()
	err = ask(lookedThrough, slices.Concat(s.Whole(), typed))
	if err == nil && len(found) < few { // it may be among the others
		err = ask(0, slices.DeleteFunc(typed, func(p search.Plan) bool { return len(p) == 1 || s.Held(p[0]) <= lookedThrough }))
	}
	if err == nil && len(found) < few {
		err = ask(lookedThrough, s.Mistyped())
	}
	if err == nil && len(found) == 0 {
		err = ask(lookedThrough, s.Partly())
	}
	if err != nil {
		return nil, err
	}
	return ranked(s, found, min(most, MostFound)), nil
}

// ranked returns the ids of what was found: by match, then popularity, then id.
func ranked(s *search.Search, found map[string]Found, most int) []string {
	type answer struct {
		id         string
		match      int
		popularity float64
	}
	answers := make([]answer, 0, len(found))
	for id, film := range found {
		answers = append(answers, answer{id, s.Match(film.Words), film.Popularity})
	}
	slices.SortFunc(answers, func(a, b answer) int {
		return cmp.Or(cmp.Compare(b.match, a.match), cmp.Compare(b.popularity, a.popularity), cmp.Compare(b.id, a.id))
	})
	ids := make([]string, 0, max(0, min(most, len(answers))))
	for _, a := range answers[:cap(ids)] {
		ids = append(ids, a.id)
	}
	return ids
}

// Learn makes a film that this node stored findable by the words it has now, at once. Other nodes
// follow by themselves, and sooner where they hear of it.
func (f *Finder) Learn(s Stored, isNew bool) {
	if v := f.vocabulary.Load(); v != nil {
		v.Learn(s.Terms, s.Film.Popularity, isNew)
	}
}

// Forget is told what a film was stored as that this node deleted.
func (f *Finder) Forget(s Stored) {
	if v := f.vocabulary.Load(); v != nil {
		v.Forget(s.Terms)
	}
}

// Heard makes Run look at once at what another node stored, or as soon as it has rested from its
// last look.
func (f *Finder) Heard() {
	select {
	case f.told <- struct{}{}:
	default: // it will look anyway
	}
}

// Loaded is closed when the words are known.
func (f *Finder) Loaded() <-chan struct{} { return f.loaded }

// Run loads the words and follows what changes, until ctx ends. While the store is away it tries
// on, ever more rarely; searching is possible all along.
func (f *Finder) Run(ctx context.Context) error {
	var wait, rest time.Duration // until the next look, and until one may be had sooner
	var next, looked time.Time
	timer := time.NewTimer(wait)
	defer timer.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-f.told:
			if failing {
				continue
			}
			if sooner := rest - time.Since(looked); sooner < wait-time.Since(looked) {
				wait = rest
				timer.Reset(sooner)
			}
			continue
		case <-timer.C:
		}
		begun := time.Now()
		what, do := "follow", f.Follow
		if !begun.Before(next) {
			what, do = "load", f.Load
		}
		err := do(ctx)
		took := time.Since(begun)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			if !failing {
				f.options.Logger.Warn("the words films are found by are not up to date", "doing", what, "error", err)
			}
			failing, wait = true, min(2*max(wait, f.options.Every), time.Minute)
		default:
			if failing {
				f.options.Logger.Info("the words films are found by are up to date again")
			}
			failing = false
			if what == "load" {
				next = begun.Add(f.options.Anew)
				v := f.vocabulary.Load()
				f.options.Logger.Info("films are found by these words", "words", v.Len(), "bytes", v.Bytes(), "took", took)
			}
			rest = 4 * took // during a large import most of the time is not spent on this
			wait = max(f.options.Every, rest)
		}
		looked = time.Now()
		timer.Reset(wait)
	}
}

// Load reads all words anew.
func (f *Finder) Load(ctx context.Context) error {
	f.following.Lock()
	defer f.following.Unlock()
	return f.load(ctx)
}

func (f *Finder) load(ctx context.Context) error {
	begun := f.options.Now()
	var terms []search.Term
	err := f.store.Vocabulary(ctx, func(t Term) bool {
		if search.IsWord(t.Text) {
			terms = append(terms, search.Term(t))
		}
		return ctx.Err() == nil
	})
	if err := cmp.Or(err, ctx.Err()); err != nil {
		return err
	}
	v := search.NewVocabulary(terms)
	f.since = begun
	if err := f.follow(ctx, v); err != nil { // what was changed while it was read
		return err
	}
	if f.vocabulary.Swap(v) == nil {
		close(f.loaded)
	}
	return nil
}

// Follow learns the words of films that were changed by any node since it looked last.
func (f *Finder) Follow(ctx context.Context) error {
	f.following.Lock()
	defer f.following.Unlock()
	v := f.vocabulary.Load()
	if v == nil {
		return f.load(ctx)
	}
	return f.follow(ctx, v)
}

func (f *Finder) follow(ctx context.Context, v *search.Vocabulary) error {
	latest := f.since
	err := f.store.Changed(ctx, f.since.Add(-overlap), func(_ string, at time.Time, terms []string, popularity float64) bool {
		v.Learn(terms, popularity, false)
		if at.After(latest) {
			latest = at
		}
		return ctx.Err() == nil
	})
	if err := cmp.Or(err, ctx.Err()); err != nil {
		return err
	}
	if now := f.options.Now(); latest.After(now) {
		latest = now // a film dated by a clock that is ahead hides none that come after it
	}
	if f.since = latest; v.Crowded() {
		v.Settle()
	}
	return nil
}

package catalog

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/catalog/search"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// Films is the catalogue of films as the doors use it: what there is, what somebody may see of
// it, and what they think of it. It is safe for use by many goroutines.
//
// Films may be kept in another database than their videos and what viewers think of them. So
// whatever touches both is idempotent: done at once, and again by a job where it may have been
// cut short.
type Films struct {
	FilmsOptions
	now func() time.Time

	away    atomic.Int64 // when the store was last found away, in Unix nanoseconds; 0: it answers
	pending sync.Mutex
	begun   map[string][]time.Time // films begun since they were last counted, and when
	rated   map[string]bool        // films whose own votes are to be counted
}

// FilmsOptions are what Films are made of. All without a default are required.
type FilmsOptions struct {
	Store    FilmStore
	Opinions OpinionStore
	Videos   *Service
	Cache    *cache.Cache
	Blobs    blob.Store
	Finder   *Finder
	// Draw keeps a picture of a film, in every width and format there is of its kind.
	Draw func(ctx context.Context, filmID, kind string, file []byte) (Picture, error)
	// Guess reads what the name of a file says of its film.
	Guess func(fileName string) Guessed
	// Source is where more is known of films; nil without one.
	Source Source
	// Artwork is the job that fetches what pictures a film lacks of a description, if any.
	Artwork func(filmID string, have Film, said Described) (job jobs.Args, any bool)
	// Enqueue inserts a job.
	Enqueue func(ctx context.Context, args jobs.Args) error
	// Changed is told of a film after the fact, of one that was deleted too; it may be nil.
	Changed func(ctx context.Context, filmID string)
	Logger  *slog.Logger
}

// Guessed is what the name of a file says of its film.
type Guessed struct {
	Title   string
	Year    int    // 0 when it names none
	Edition string // "" when it names none
	Trailer bool
	TMDBID  int64 // where the name carries it
}

// Candidate is a film that one of ours may be, as TMDB knows it.
type Candidate struct {
	Match
	FilmID string // of the film here that is it; "" when there is none
}

// NewFilms returns the catalogue of films.
func NewFilms(o FilmsOptions) *Films {
	return &Films{
		FilmsOptions: o, begun: map[string][]time.Time{}, rated: map[string]bool{},
		// UTC and microseconds: what a database gives back of a time.
		now: func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) },
	}
}

// noFilm is also said of a film that a viewer may not know of, in the same words.
func noFilm(op string) error { return fault.New(fault.NotFound, op, "", "") }

// Film returns a film that a viewer of this limit may see. To the others it is not there.
func (f *Films) Film(ctx context.Context, limit Rating, id string) (Film, error) {
	const op = "catalog.film"
	film, err := f.Store.Film(ctx, id)
	if err != nil {
		return Film{}, fault.Wrap(op, err)
	}
	if !film.Maturity.Within(limit) {
		return Film{}, noFilm(op)
	}
	return film, nil
}

// Shown returns a film with its videos.
func (f *Films) Shown(ctx context.Context, limit Rating, id string) (Shown, error) {
	film, err := f.Film(ctx, limit, id)
	if err != nil {
		return Shown{}, err
	}
	shown, err := f.withVideos(ctx, []Film{film})
	if err != nil {
		return Shown{}, err
	}
	return shown[0], nil
}

// ShownAll returns those there are of these films, in this order, that a viewer of this limit
// may see.
func (f *Films) ShownAll(ctx context.Context, limit Rating, ids []string) ([]Shown, error) {
	if len(ids) == 0 {
		return []Shown{}, nil
	}
	films, err := f.Store.Films(ctx, ids)
	if err != nil {
		return nil, fault.Wrap("catalog.films", err)
	}
	return f.withVideos(ctx, visible(limit, films))
}

func visible(limit Rating, films []Film) []Film {
	kept := make([]Film, 0, len(films))
	for _, film := range films {
		if film.Maturity.Within(limit) {
			kept = append(kept, film)
		}
	}
	return kept
}

// withVideos adds what there is of each film to watch.
func (f *Films) withVideos(ctx context.Context, films []Film) ([]Shown, error) {
	shown, ids := make([]Shown, len(films)), make([]string, len(films))
	for i, film := range films {
		shown[i], ids[i] = Shown{Film: film}, film.ID
	}
	if len(ids) == 0 {
		return shown, nil
	}
	videos, err := f.Videos.VideosOf(ctx, ids...)
	if err != nil {
		return nil, fault.Wrap("catalog.videos_of", err)
	}
	for i := range shown {
		shown[i].Videos = videos[shown[i].ID]
	}
	return shown, nil
}

// Genres returns the genres that hold a film for a viewer of this limit; stale when the store
// does not answer, and they may be others since.
func (f *Films) Genres(ctx context.Context, limit Rating) (genres []Genre, stale bool, err error) {
	genres, err = cache.Load(ctx, f.Cache, "catalog:genres"+upTo(limit), listsLife, func(ctx context.Context) ([]Genre, error) {
		genres, err := f.Store.Genres(ctx, limit)
		return genres, f.noted(err)
	})
	return genres, f.isAway(), fault.Wrap("catalog.genres", err)
}

// Search finds films, the best match first.
func (f *Films) Search(ctx context.Context, limit Rating, text string, most int) ([]Shown, error) {
	ids, err := f.Finder.Search(ctx, text, limit, most)
	if err != nil {
		return nil, fault.Wrap("catalog.search", err)
	}
	return f.ShownAll(ctx, limit, ids)
}

// holding returns the ids of films that hold every word of a title, or of a name, as they are.
func (f *Films) holding(ctx context.Context, limit Rating, facts search.Facts, most int) ([]string, error) {
	terms, _ := search.Describe(facts)
	if len(terms) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(terms, func(a, b string) int { return len(b) - len(a) }) // long ones are rarer
	w := Wanted{Limit: limit, Most: most}
	for _, term := range terms {
		w.Groups = append(w.Groups, []string{term})
	}
	found, err := f.Store.Search(ctx, w)
	ids := make([]string, len(found))
	for i, one := range found {
		ids[i] = one.ID
	}
	return ids, err
}

// Collection returns a collection's name and its films, by release.
func (f *Films) Collection(ctx context.Context, limit Rating, id int64) (name string, films []Shown, err error) {
	const op = "catalog.collection"
	list, err := f.Store.Collected(ctx, id, limit)
	if err != nil {
		return "", nil, fault.Wrap(op, err)
	}
	if len(list) == 0 {
		return "", nil, fault.New(fault.NotFound, op, "no_collection", "There is no such collection.")
	}
	films, err = f.withVideos(ctx, list)
	return list[0].Collection.Name, films, err
}

// newFilmID returns a UUIDv7 (RFC 9562), whose order is that of creation.
func newFilmID() string { return uuid.Must(uuid.NewV7()).String() }

package catalog

import (
	"context"
	"time"
)

// Film is one work and what is known of it, whether there is anything of it to watch or not.
// Its videos are rows of their own that name it. As JSON it is what stores and caches keep.
//
// A film's ID is text of this catalogue and says nothing; series, seasons and episodes take
// theirs from the same space, told apart by Kind (docs/decisions/0018).
type Film struct {
	ID      string `json:"id"`
	Kind    Kind   `json:"kind"`
	Version int64  `json:"version"` // grows by one with every change; an editor says which one they saw

	TMDBID           int64           `json:"tmdbId,omitempty"` // 0 where it has none; else no other film has it
	IMDBID           string          `json:"imdbId,omitempty"` // "tt0468569"; "" where it has none
	OriginalTitle    string          `json:"originalTitle,omitempty"`
	OriginalLanguage string          `json:"originalLanguage,omitempty"` // BCP 47
	Texts            map[string]Text `json:"texts"`                      // by language, of Languages; at least one
	Released         string          `json:"released,omitempty"`         // "2008-07-16", "2008-07" or "2008"; "" when nobody knows
	RuntimeMinutes   int             `json:"runtimeMinutes,omitempty"`
	Genres           []Genre         `json:"genres,omitempty"`
	Collection       *Collection     `json:"collection,omitempty"` // nil when it is part of none
	Cast             []Player        `json:"cast,omitempty"`       // in order of billing
	Directors        []string        `json:"directors,omitempty"`
	Trailers         []Trailer       `json:"trailers,omitempty"`

	Maturity   Rating  `json:"maturity"`
	Votes      int     `json:"votes,omitempty"`    // of TMDB; Rated has those of our viewers with them
	VoteMean   float64 `json:"voteMean,omitempty"` // 0 to 10
	Own        Own     `json:"own,omitzero"`
	Popularity float64 `json:"popularity"` // what orders "popular", and search among equal matches; ≥ 0
	Trend      float64 `json:"trend"`      // what orders "trending": see Watched

	Poster   Picture `json:"poster,omitzero"`   // 2:3
	Backdrop Picture `json:"backdrop,omitzero"` // 16:9

	Similar     []int64 `json:"similar,omitempty"` // TMDB ids, as TMDB orders them
	Recommended []int64 `json:"recommended,omitempty"`

	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// Kind tells works apart that share the space of ids. Only films exist so far.
type Kind string

// Movie is a film that stands alone or in a collection.
const Movie Kind = "movie"

// Text is what of a film is told in one language.
type Text struct {
	Title    string `json:"title"`
	Overview string `json:"overview,omitempty"`
	Tagline  string `json:"tagline,omitempty"`
}

// Player is somebody who plays in a film.
type Player struct {
	Name      string `json:"name"`
	Character string `json:"character,omitempty"`
	Picture   string `json:"picture,omitempty"` // object key, "" when there is none
}

// Collection is films that belong together.
type Collection struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// Trailer is shown as a link.
type Trailer struct {
	Site string `json:"site"` // "YouTube" or "Vimeo"
	Key  string `json:"key"`
	Type string `json:"type"` // "Trailer", "Teaser"
}

// Picture is artwork at rest: objects at Key + "-{width}.avif" and ".webp" of each width.
type Picture struct {
	Key      string `json:"key,omitempty"` // "" where there is none
	Widths   []int  `json:"widths,omitempty"`
	BlurHash string `json:"blurHash,omitempty"`
}

// Own is what our viewers think of a film.
type Own struct {
	Votes   int     `json:"votes"`
	Mean    float64 `json:"mean"`
	Counted int64   `json:"counted"` // versions of the film that only counted these
}

// Rated returns all votes of a film, TMDB's and our viewers', and their mean.
func (f Film) Rated() (votes int, mean float64) {
	votes = f.Votes + f.Own.Votes
	if votes == 0 {
		return 0, 0
	}
	return votes, (f.VoteMean*float64(f.Votes) + f.Own.Mean*float64(f.Own.Votes)) / float64(votes)
}

// Seen is the version as editors know it: that votes were counted is no change of theirs.
func (f Film) Seen() int64 { return f.Version - f.Own.Counted }

// Year is the year a film came out; 0 when nobody knows.
func (f Film) Year() int { return yearOf(f.Released) }

// List is an order in which films are listed, each with the highest first.
type List string

const (
	Trending List = "trending"  // Trend
	Popular  List = "popular"   // Popularity
	New      List = "new"       // when it came into the catalogue
	TopRated List = "top-rated" // Standing: votes, of which few count little
)

// Lists are all there are.
var Lists = []List{Trending, Popular, New, TopRated}

// Place is a place in a list: the key of the film last seen there, and its id, which
// orders films of one key. Keys are compared as they are: nobody calculates with them.
type Place struct {
	Key float64
	ID  string
}

// Facet names the films that a list is made of: all, those of a genre, those of a year, or
// those of a genre in a year. Stores keep each film under every facet it is in, so that a
// page of any list is a walk down one index for each age.
type Facet int64

// Shelf says which films are listed, and in which order.
type Shelf struct {
	List  List
	Genre int64  // 0: of all
	Year  int    // 0: of all
	Limit Rating // only what is for a viewer of this limit
	After *Place // nil: from the first
	Most  int
}

// Wanted are the films a search asks a store for: those that hold at least one term of each
// group, within the limit, at most Most of them by popularity, then by id, both downwards.
// The first group is the one with the fewest films to look through. Among is how many of its
// films within the limit are looked through, in that same order; 0: all.
type Wanted struct {
	Groups [][]string
	Limit  Rating
	Among  int
	Most   int
}

// Found is a film a search may show.
type Found struct {
	ID         string
	Popularity float64
	Words      string // as Words.Encode wrote it: what ranking needs, so that no document is read for it
}

// Term is a word of the vocabulary.
type Term struct {
	Text  string
	Most  float64 // popularity of the most popular film that holds it
	Films int     // how many hold it
}

// Stored is a film as a store keeps it: the document, and what it is found by. The domain
// works all of it out, so that every engine keeps, orders and finds alike.
type Stored struct {
	Film   Film
	Facets []Facet
	Keys   map[List]float64
	Terms  []string
	Words  string
}

// FilmStore keeps films. Missing ones are fault.NotFound. What it returns is as whole after a
// kill of the process at any moment as before.
type FilmStore interface {
	Film(ctx context.Context, id string) (Film, error)
	// Films returns those there are of these ids, in the order asked for.
	Films(ctx context.Context, ids []string) ([]Film, error)
	// ByTMDB returns the ids there are of these TMDB ids.
	ByTMDB(ctx context.Context, ids []int64) (map[int64]string, error)

	// Create keeps a new film, as version 1. A TMDBID that another film has is
	// fault.Conflict, code "film_exists".
	Create(ctx context.Context, s Stored) error
	// Replace keeps a film as s.Film.Version, and is fault.Conflict, code "film_changed",
	// unless version s.Film.Version-1 is kept: of two editors at once, one hears of it. It
	// leaves Trend as it is.
	Replace(ctx context.Context, s Stored) error
	// Load creates many films at once, for a large import; those whose ID or TMDBID is there
	// already are left as they are.
	Load(ctx context.Context, films []Stored) error
	Delete(ctx context.Context, id string) error
	// AddTrend moves films up in "trending", each by AddTrends, and changes nothing else of them,
	// not the version. Of several who add to one film at once nobody's is lost. Films that are
	// not there are passed over.
	AddTrend(ctx context.Context, added map[string]float64) error

	// List returns a page of films. It reads a bounded number of rows at any depth; with
	// films coming and going none is repeated and none that stays is passed over.
	List(ctx context.Context, s Shelf) ([]Film, error)
	// Collected returns the films of a collection within a limit, by release.
	Collected(ctx context.Context, collection int64, limit Rating) ([]Film, error)
	// Genres returns the genres that hold a film within the limit.
	Genres(ctx context.Context, limit Rating) ([]Genre, error)
	// Search returns candidates, in the order Wanted says.
	Search(ctx context.Context, w Wanted) ([]Found, error)
	// Vocabulary yields every term there is, once, in no order, and stops when yield says so.
	Vocabulary(ctx context.Context, yield func(Term) bool) error
	// Changed yields the ids of films changed or created since a moment, for nodes that keep
	// something of them; each with the terms it holds now.
	Changed(ctx context.Context, since time.Time, yield func(id string, at time.Time, terms []string, popularity float64) bool) error
	// Count returns how many films there are, roughly when there are many.
	Count(ctx context.Context) (int, error)
	// Check reports whether the engine answers.
	Check(ctx context.Context) error
}

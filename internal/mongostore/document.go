package mongostore

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// document is a film as `movies` has it. The first names are a promise to whoever else reads
// the collection; what follows is this catalogue's own.
type document struct {
	ID           string          `bson:"_id"`
	TMDBID       int64           `bson:"tmdb_id,omitempty"` // absent of a film without one: the index is sparse
	Title        string          `bson:"title"`
	Overview     string          `bson:"overview"`
	PosterPath   string          `bson:"poster_path"`
	BackdropPath string          `bson:"backdrop_path"`
	Genres       []catalog.Genre `bson:"genres"`
	VoteAverage  float64         `bson:"vote_average"`
	ReleaseDate  string          `bson:"release_date"`
	Runtime      int             `bson:"runtime"`
	Cast         []castMember    `bson:"cast"`
	Videos       []link          `bson:"videos"`
	Similar      []int64         `bson:"similar_movies"`
	Recommended  []int64         `bson:"recommendations"`
	SearchText   string          `bson:"search_text"`
	CreatedAt    time.Time       `bson:"created_at"` // to the millisecond, as dates are here
	UpdatedAt    time.Time       `bson:"updated_at"`

	Kind             string          `bson:"kind"`
	Version          int64           `bson:"version"`
	IMDBID           string          `bson:"imdb_id"`
	OriginalTitle    string          `bson:"original_title"`
	OriginalLanguage string          `bson:"original_language"`
	Texts            map[string]text `bson:"texts"`
	Collection       *collection     `bson:"collection"`
	Directors        []string        `bson:"directors"`
	Age              int             `bson:"age"` // catalog.Unrated, or of catalog.Ages
	Votes            int             `bson:"vote_count"`
	Own              ownVotes        `bson:"own_votes"`
	Popularity       float64         `bson:"popularity"`
	Trend            float64         `bson:"trend"`
	Poster           picture         `bson:"poster"`
	Backdrop         picture         `bson:"backdrop"`
	Created          int64           `bson:"created"` // microseconds since 1970
	Changed          int64           `bson:"changed"`

	// What it is listed and found by.
	Facets []int64           `bson:"facets"`
	Places map[string]string `bson:"places"` // by placeFields
	Terms  []string          `bson:"terms"`
	Words  string            `bson:"words"`
}

// ownVotes are those of our own viewers.
type ownVotes struct {
	Votes   int     `bson:"count"`
	Mean    float64 `bson:"mean"`
	Counted int64   `bson:"counted"`
}

type castMember struct {
	Name      string `bson:"name"`
	Character string `bson:"character"`
	Picture   string `bson:"profile_path"`
}

type link struct {
	Key  string `bson:"key"`
	Site string `bson:"site"`
	Type string `bson:"type"`
}

type text struct {
	Title    string `bson:"title"`
	Overview string `bson:"overview"`
	Tagline  string `bson:"tagline"`
}

type collection struct {
	ID   int64  `bson:"id"`
	Name string `bson:"name"`
}

type picture struct {
	Key      string `bson:"key"`
	Widths   []int  `bson:"widths"`
	BlurHash string `bson:"blur_hash"`
}

// placeFields name a list's places.
var placeFields = map[catalog.List]string{
	catalog.Trending: "trending", catalog.Popular: "popular", catalog.New: "newest", catalog.TopRated: "top_rated",
}

// placeOf is a place in a list as text that orders as the list does: the key's bits turned so
// that they do, then the id. One field, and every film has another, so that a page begins at
// one value.
func placeOf(key float64, id string) string {
	bits := math.Float64bits(key)
	if bits>>63 == 1 {
		bits = ^bits
	} else {
		bits |= 1 << 63
	}
	return fmt.Sprintf("%016x %s", bits, id)
}

// documentOf refuses what not every engine keeps.
func documentOf(op string, s catalog.Stored) (document, error) {
	f := s.Film
	terms := catalog.TidyTerms(s.Terms)
	for _, text := range append([]string{f.ID, f.Released, s.Words}, terms...) {
		if !catalog.Storable(text) {
			return document{}, fault.New(fault.Invalid, op, "bad_text", "A film's texts are UTF-8 and hold no zero byte.")
		}
	}
	if f.ID == "" {
		return document{}, fault.New(fault.Internal, op, "", "")
	}
	d := document{
		ID: f.ID, TMDBID: f.TMDBID, Genres: f.Genres, VoteAverage: f.VoteMean, ReleaseDate: f.Released, Runtime: f.RuntimeMinutes,
		PosterPath: f.Poster.Key, BackdropPath: f.Backdrop.Key, Similar: f.Similar, Recommended: f.Recommended,
		CreatedAt: f.CreatedAt.UTC(), UpdatedAt: f.UpdatedAt.UTC(), Created: f.CreatedAt.UnixMicro(), Changed: f.UpdatedAt.UnixMicro(),
		Kind: string(f.Kind), Version: f.Version, IMDBID: f.IMDBID, OriginalTitle: f.OriginalTitle, OriginalLanguage: f.OriginalLanguage,
		Texts: map[string]text{}, Directors: f.Directors, Age: catalog.AgeOf(f.Maturity), Votes: f.Votes, Own: ownVotes(f.Own), Popularity: f.Popularity, Trend: f.Trend,
		Poster: picture(f.Poster), Backdrop: picture(f.Backdrop),
		Places: map[string]string{}, Terms: terms, Words: s.Words,
		SearchText: strings.Join(slices.DeleteFunc(slices.Clone(terms), func(t string) bool { return strings.HasPrefix(t, "=") }), " "),
	}
	for _, language := range catalog.Languages { // the first there is
		if told, there := f.Texts[language]; there {
			d.Title, d.Overview = told.Title, told.Overview
			break
		}
	}
	for language, told := range f.Texts {
		d.Texts[language] = text(told)
	}
	for _, p := range f.Cast {
		d.Cast = append(d.Cast, castMember(p))
	}
	for _, t := range f.Trailers {
		d.Videos = append(d.Videos, link{Key: t.Key, Site: t.Site, Type: t.Type})
	}
	if f.Collection != nil {
		c := collection(*f.Collection)
		d.Collection = &c
	}
	for _, facet := range s.Facets {
		d.Facets = append(d.Facets, int64(facet))
	}
	for list, key := range s.Keys {
		d.Places[placeFields[list]] = placeOf(key, f.ID)
	}
	return d, nil
}

func (d document) film() (catalog.Film, error) {
	f := catalog.Film{
		ID: d.ID, Kind: catalog.Kind(d.Kind), Version: d.Version, TMDBID: d.TMDBID, IMDBID: d.IMDBID,
		OriginalTitle: d.OriginalTitle, OriginalLanguage: d.OriginalLanguage, Released: d.ReleaseDate, RuntimeMinutes: d.Runtime,
		Genres: d.Genres, Directors: d.Directors, Votes: d.Votes, Own: catalog.Own(d.Own), VoteMean: d.VoteAverage, Popularity: d.Popularity, Trend: d.Trend,
		Poster: catalog.Picture(d.Poster), Backdrop: catalog.Picture(d.Backdrop), Similar: d.Similar, Recommended: d.Recommended,
		CreatedAt: time.UnixMicro(d.Created).UTC(), UpdatedAt: time.UnixMicro(d.Changed).UTC(),
	}
	if d.Age != catalog.Unrated {
		rating, err := catalog.RatingOf(d.Age)
		if err != nil {
			return f, err
		}
		f.Maturity = rating
	}
	if d.Texts != nil {
		f.Texts = map[string]catalog.Text{}
	}
	for language, told := range d.Texts {
		f.Texts[language] = catalog.Text(told)
	}
	for _, p := range d.Cast {
		f.Cast = append(f.Cast, catalog.Player(p))
	}
	for _, l := range d.Videos {
		f.Trailers = append(f.Trailers, catalog.Trailer{Site: l.Site, Key: l.Key, Type: l.Type})
	}
	if d.Collection != nil {
		c := catalog.Collection(*d.Collection)
		f.Collection = &c
	}
	return f, nil
}

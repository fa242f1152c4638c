package demo

import (
	"crypto/sha256"
	"image"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/demo/poster"
)

// Title is one film of the demo catalogue: what a catalogue says of it, and how its
// pictures are drawn. All are invented but Big Buck Bunny, and so is everybody in them.
type Title struct {
	Slug   string
	entry  entry
	design poster.Design
}

// entry is a title as it is written down.
type entry struct {
	slug, language, released string
	minutes, age             int
	pt, en                   text
	genres                   string // in English, with commas
	directors                string // with commas
	cast                     string // "Name: Character; Name: Character"
	collection               *catalog.Collection
	votes                    int
	mean, popularity         float64
	draw                     func() poster.Design
}

type text struct{ title, overview, tagline string }

// Films of one collection. Their numbers are none that TMDB has given.
var (
	anasSky = &catalog.Collection{ID: 900_000_001, Name: "O Céu de Ana"}
	blockC  = &catalog.Collection{ID: 900_000_002, Name: "Bloco C"}
	wolf    = &catalog.Collection{ID: 900_000_003, Name: "The Wolf of Berit's House"}
	puddles = &catalog.Collection{ID: 900_000_004, Name: "A Capitã das Poças"}
)

// look designs a poster: its lines are told apart by a bar.
func look(style poster.Style, face poster.Face, title string, seed uint64, palette ...uint32) func() poster.Design {
	return func() poster.Design {
		d := poster.Design{Style: style, Face: face, Title: strings.Split(title, "|"), Seed: seed}
		for i, ink := range palette {
			d.Palette[i] = poster.RGB(ink)
		}
		return d
	}
}

// motif picks the subject of a style that has several.
func motif(n int, draw func() poster.Design) func() poster.Design {
	return func() poster.Design {
		d := draw()
		d.Motif = n
		return d
	}
}

// filmBy is the small line at a poster's foot, in the film's language.
var filmBy = map[string]string{
	"pt-BR": "Um filme de ", "en": "A film by ", "es": "Una película de ", "fr": "Un film de ", "it": "Un film di ",
}

// Catalogue returns the sixty films in the order of their wall. The first are those of
// Films, which can be played.
func Catalogue() []Title {
	titles := shorts()
	for i := range max(len(nightWall), len(dayWall), len(roomWall)) {
		for _, wall := range [][]entry{nightWall, dayWall, roomWall} {
			if i >= len(wall) {
				continue
			}
			e := wall[i]
			d := e.draw()
			d.Year = e.released[:4]
			d.Credit = filmBy[e.language] + strings.ReplaceAll(e.directors, ", ", " & ")
			titles = append(titles, Title{Slug: e.slug, entry: e, design: d})
		}
	}
	return titles
}

// Posters are as wide as artwork is kept at most; backdrops, soft as they are, two thirds of
// it: they take the most of the time.
const (
	posterWidth   = 640
	backdropWidth = 1280
)

// Poster draws the 2:3 picture.
func (t Title) Poster() image.Image { return t.design.PosterOf(posterWidth).RGBA }

// Backdrop draws the 16:9 picture, without text.
func (t Title) Backdrop() image.Image { return t.design.BackdropOf(backdropWidth).RGBA }

// ID is the film's, the same in every catalogue: a second filling finds the first.
func (t Title) ID() string { return idOf("demo:"+t.Slug, addedFirst) }

// addedFirst is when the demo's films say they came: ids of UUIDv7 begin with a time.
var addedFirst = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// idOf makes a UUIDv7 of a time and a name, where others have one of a time and of chance.
func idOf(name string, at time.Time) string {
	var id uuid.UUID
	sum := sha256.Sum256([]byte(name))
	copy(id[:], sum[:])
	ms := at.UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// Film is what the catalogue keeps, but for its pictures. Films are as old as they come on
// the wall, so that "new" has an order.
func (t Title) Film(added time.Time) (catalog.Film, error) {
	e := t.entry
	rating, err := catalog.RatingOf(e.age)
	if err != nil {
		return catalog.Film{}, err
	}
	f := catalog.Film{
		ID: t.ID(), Kind: catalog.Movie, Version: 1,
		OriginalTitle: e.pt.title, OriginalLanguage: e.language,
		Texts: map[string]catalog.Text{
			"pt-BR": {Title: e.pt.title, Overview: e.pt.overview, Tagline: e.pt.tagline},
			"en":    {Title: e.en.title, Overview: e.en.overview, Tagline: e.en.tagline},
		},
		Released: e.released, RuntimeMinutes: e.minutes, Collection: e.collection,
		Directors: strings.Split(e.directors, ", "),
		Maturity:  rating, Votes: e.votes, VoteMean: e.mean, Popularity: e.popularity,
		Trend:     catalog.TrendOfUnwatched(e.popularity),
		CreatedAt: added, UpdatedAt: added,
	}
	switch e.language {
	case "pt-BR":
	case "en":
		f.OriginalTitle = e.en.title
	default:
		f.OriginalTitle = strings.Join(t.design.Title, " ")
	}
	for name := range strings.SplitSeq(e.genres, ", ") {
		f.Genres = append(f.Genres, catalog.GenreOf(name))
	}
	for part := range strings.SplitSeq(e.cast, "; ") {
		name, character, _ := strings.Cut(part, ": ")
		if name != "" {
			f.Cast = append(f.Cast, catalog.Player{Name: name, Character: character})
		}
	}
	return f, nil
}

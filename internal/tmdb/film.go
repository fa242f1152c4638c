package tmdb

import (
	"cmp"
	"context"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Of a film with hundreds of players the first are kept, whom people look for.
const (
	mostCast      = 40
	mostDirectors = 20
	mostTrailers  = 6
	mostAlike     = 40
	mostMatches   = 20
	longestTitle  = 300 // that is searched for
)

// What pictures are asked for: the smallest that TMDB has and that is not enlarged for a page.
const (
	smallPoster = "w185"
	poster      = "w780"
	backdrop    = "original"
	profile     = "h632"
)

// asked is how TMDB calls the languages of the house.
var asked = map[string]string{"en": "en-US", "pt-BR": "pt-BR"}

// Search returns films of a title, as TMDB orders them. Where it knows none of the year, that
// year may be of another country's release, or wrong: then films of any year are returned.
func (c *Client) Search(ctx context.Context, title string, year int, language string) ([]catalog.Match, error) {
	const op = "tmdb.search"
	title = strings.Join(strings.Fields(title), " ")
	if title == "" || !utf8.ValidString(title) || utf8.RuneCountInString(title) > longestTitle {
		return nil, fault.New(fault.Invalid, op, "bad_title", "A film is searched for by a title of 1 to 300 characters.")
	}
	query := url.Values{"query": {title}, "language": {cmp.Or(asked[language], asked[catalog.Languages[0]])}, "include_adult": {"false"}, "page": {"1"}}
	if year > 0 {
		query.Set("year", strconv.Itoa(year))
	}
	var found results[hit]
	if err := c.get(ctx, op, "/search/movie", query, &found); err != nil {
		return nil, err
	}
	if year > 0 && len(found.Results) == 0 {
		query.Del("year")
		if err := c.get(ctx, op, "/search/movie", query, &found); err != nil {
			return nil, err
		}
	}
	matches := make([]catalog.Match, 0, len(found.Results))
	for _, h := range found.Results[:min(len(found.Results), mostMatches)] {
		shown, _, err := catalog.Mend(catalog.Film{
			TMDBID: h.ID.whole(), OriginalTitle: string(h.OriginalTitle), Released: string(h.ReleaseDate), Popularity: float64(h.Popularity),
			Texts: map[string]catalog.Text{catalog.Languages[0]: {Title: cmp.Or(string(h.Title), string(h.OriginalTitle)), Overview: string(h.Overview)}},
		})
		if err != nil || shown.TMDBID == 0 {
			continue
		}
		words := shown.Texts[catalog.Languages[0]]
		matches = append(matches, catalog.Match{
			TMDBID: shown.TMDBID, Title: words.Title, OriginalTitle: shown.OriginalTitle, Released: shown.Released,
			Overview: words.Overview, Poster: c.picture(smallPoster, h.PosterPath), Popularity: shown.Popularity,
		})
	}
	return matches, nil
}

// Describe returns a film with its people, trailers, rating and texts, in one question.
func (c *Client) Describe(ctx context.Context, tmdbID int64) (catalog.Described, error) {
	const op = "tmdb.describe"
	if tmdbID < 1 {
		return catalog.Described{}, fault.New(fault.Invalid, op, "bad_id", "A TMDB id is a positive number.")
	}
	var f film
	err := c.get(ctx, op, "/movie/"+strconv.FormatInt(tmdbID, 10), url.Values{
		"append_to_response":     {"credits,videos,similar,recommendations,release_dates,translations"},
		"include_video_language": {"en,pt,null"},
		"language":               {asked[catalog.Languages[0]]},
	}, &f)
	if err != nil {
		return catalog.Described{}, err
	}
	if f.ID.whole() != tmdbID {
		return catalog.Described{}, fault.New(fault.Internal, op, "tmdb_unreadable", "TMDB answered with another film than was asked for.")
	}
	d, err := c.described(f)
	return d, fault.Wrap(op, err)
}

func (c *Client) described(f film) (catalog.Described, error) {
	var out catalog.Described
	d := catalog.Film{
		TMDBID: f.ID.whole(), IMDBID: string(f.IMDBID),
		OriginalTitle: string(f.OriginalTitle), OriginalLanguage: languageOf(f.OriginalLanguage),
		Texts: texts(f), Released: string(f.ReleaseDate), RuntimeMinutes: int(f.Runtime.whole()),
		Directors: directors(f), Trailers: trailers(f), Maturity: rating(f),
		Votes: int(f.VoteCount.whole()), VoteMean: float64(f.VoteAverage), Popularity: float64(f.Popularity),
		Similar: ids(f.Similar.has.Results), Recommended: ids(f.Recommendations.has.Results),
	}
	for _, g := range f.Genres {
		d.Genres = append(d.Genres, catalog.Genre{ID: g.ID.whole(), Name: string(g.Name)})
	}
	if in := f.Collection.has; in.ID > 0 && in.Name != "" {
		d.Collection = &catalog.Collection{ID: in.ID.whole(), Name: string(in.Name)}
	}
	cast := slices.DeleteFunc(slices.Clone(f.Credits.has.Cast), func(p player) bool { return strings.TrimSpace(string(p.Name)) == "" })
	slices.SortStableFunc(cast, func(a, b player) int { return cmp.Compare(a.Order, b.Order) })
	for _, p := range cast[:min(len(cast), mostCast)] {
		d.Cast = append(d.Cast, catalog.Player{Name: string(p.Name), Character: string(p.Character)})
	}
	var err error
	if out.Film, _, err = catalog.Mend(d); err != nil {
		return catalog.Described{}, err
	}
	out.People = make([]string, len(out.Film.Cast))
	if len(out.Film.Cast) == min(len(cast), mostCast) { // Mend has left nobody out: each is where they were
		for i := range out.People {
			out.People[i] = c.picture(profile, cast[i].Profile)
		}
	}
	out.Poster, out.Backdrop = c.picture(poster, f.PosterPath), c.picture(backdrop, f.BackdropPath)
	return out, nil
}

var picturePath = regexp.MustCompile(`^/[A-Za-z0-9_-]{1,100}\.(?:jpg|jpeg|png|webp)$`)

// picture returns the address of a picture; "" of none, and of one that is not of pixels.
func (c *Client) picture(size string, path text) string {
	if !picturePath.MatchString(string(path)) {
		return ""
	}
	return c.images + "/" + size + string(path)
}

// languageOf reads TMDB's language of a film: ISO 639-1, but for two of its own.
func languageOf(said text) string {
	switch said {
	case "cn":
		return "yue" // Cantonese
	case "xx":
		return "zxx" // no words are spoken
	}
	return string(said)
}

// texts are those in the languages of the house. Portugal's stand in where Brazil has none.
func texts(f film) map[string]catalog.Text {
	all := map[string]catalog.Text{"en": {Title: string(f.Title), Overview: string(f.Overview), Tagline: string(f.Tagline)}}
	for _, from := range []struct{ language, country, into string }{{"en", "US", "en"}, {"pt", "BR", "pt-BR"}, {"pt", "PT", "pt-BR"}} {
		for _, t := range f.Translations.has.Translations {
			if string(t.Language) != from.language || string(t.Country) != from.country {
				continue
			}
			have, data := all[from.into], t.Data.has
			all[from.into] = catalog.Text{
				Title:    cmp.Or(have.Title, string(data.Title)),
				Overview: cmp.Or(have.Overview, string(data.Overview)),
				Tagline:  cmp.Or(have.Tagline, string(data.Tagline)),
			}
		}
	}
	// A title that is the same as the original's is not given again.
	if pt := all["pt-BR"]; pt.Title == "" && f.OriginalLanguage == "pt" {
		pt.Title = string(f.OriginalTitle)
		all["pt-BR"] = pt
	}
	if en := all["en"]; en.Title == "" {
		en.Title = string(f.OriginalTitle)
		all["en"] = en
	}
	return all
}

func directors(f film) (names []string) {
	for _, p := range f.Credits.has.Crew {
		if p.Job == "Director" && len(names) < mostDirectors {
			names = append(names, string(p.Name))
		}
	}
	return names
}

// trailers come before teasers, and official ones before others.
func trailers(f film) (all []catalog.Trailer) {
	videos := slices.DeleteFunc(slices.Clone(f.Videos.has.Results), func(v video) bool {
		return v.Type != "Trailer" && v.Type != "Teaser" || v.Site != "YouTube" && v.Site != "Vimeo"
	})
	rank := func(v video) (n int) {
		if v.Type != "Trailer" {
			n += 2
		}
		if !v.Official {
			n++
		}
		return n
	}
	slices.SortStableFunc(videos, func(a, b video) int { return cmp.Compare(rank(a), rank(b)) })
	for _, v := range videos[:min(len(videos), mostTrailers)] {
		all = append(all, catalog.Trailer{Site: string(v.Site), Key: string(v.Key), Type: string(v.Type)})
	}
	return all
}

// rating is Brazil's, or else that of the US; of several that of cinemas.
func rating(f film) catalog.Rating {
	if f.Adult {
		r, _ := catalog.RatingOf(18)
		return r
	}
	for _, country := range []string{"BR", "US"} {
		var found catalog.Rating
		for _, in := range f.ReleaseDates.has.Results {
			if string(in.Country) != country {
				continue
			}
			for _, r := range in.Releases {
				of := catalog.RatingIn(country, string(r.Certification))
				if _, given := of.Age(); !given {
					continue
				}
				if r.Type == theatrical {
					return of
				}
				if _, given := found.Age(); !given {
					found = of
				}
			}
		}
		if _, given := found.Age(); given {
			return found
		}
	}
	return catalog.Rating{}
}

func ids(of list[id]) (all []int64) {
	for _, o := range of {
		if n := o.ID.whole(); n > 0 && len(all) < mostAlike {
			all = append(all, n)
		}
	}
	return all
}

package catalog

import (
	"context"
	"slices"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Change is what an editor says of a film. What is nil stays as it is.
type Change struct {
	TMDBID           *int64
	IMDBID           *string
	OriginalTitle    *string
	OriginalLanguage *string
	Texts            map[string]Text
	Released         *string
	RuntimeMinutes   *int
	Genres           *[]Genre
	Collection       *Collection // of id 0: none
	Cast             *[]Player
	Directors        *[]string
	Trailers         *[]Trailer
	Maturity         *Rating
}

func set[T any](field *T, to *T) {
	if to != nil {
		*field = *to
	}
}

// apply returns the film as it is after the change.
func (c Change) apply(f Film) Film {
	set(&f.TMDBID, c.TMDBID)
	set(&f.IMDBID, c.IMDBID)
	set(&f.OriginalTitle, c.OriginalTitle)
	set(&f.OriginalLanguage, c.OriginalLanguage)
	set(&f.Released, c.Released)
	set(&f.RuntimeMinutes, c.RuntimeMinutes)
	set(&f.Genres, c.Genres)
	set(&f.Directors, c.Directors)
	set(&f.Trailers, c.Trailers)
	set(&f.Maturity, c.Maturity)
	if c.Texts != nil {
		f.Texts = c.Texts
	}
	if c.Collection != nil {
		if f.Collection = nil; c.Collection.ID != 0 {
			f.Collection = c.Collection
		}
	}
	if c.Cast != nil {
		f.Cast = withPictures(*c.Cast, f.Cast)
	}
	return f
}

// withPictures lets a picture stay with its name.
func withPictures(cast, before []Player) []Player {
	cast = slices.Clone(cast)
	for i := range cast {
		for _, p := range before {
			if p.Name == cast[i].Name && p.Picture != "" {
				cast[i].Picture = p.Picture
				break
			}
		}
	}
	return cast
}

// Create adds a film.
func (f *Films) Create(ctx context.Context, c Change) (Shown, error) {
	film, err := f.create(ctx, c.apply(Film{ID: newFilmID()}))
	return Shown{Film: film}, err
}

// create keeps a film as a new one, under its id.
func (f *Films) create(ctx context.Context, film Film) (Film, error) {
	const op = "catalog.create_film"
	film, err := Clean(film)
	if err != nil {
		return Film{}, fault.Wrap(op, err)
	}
	film.Kind, film.Version = Movie, 1
	film.CreatedAt = f.now()
	film.UpdatedAt = film.CreatedAt
	film.Trend = TrendOfUnwatched(film.Popularity)
	stored := film.Stored()
	if err := f.Store.Create(ctx, stored); err != nil {
		return Film{}, fault.Wrap(op, exists(op, err))
	}
	f.Finder.Learn(stored, true)
	f.changed(ctx, film.ID)
	return film, nil
}

// createDescribed keeps a film as somebody described it; its pictures follow.
func (f *Films) createDescribed(ctx context.Context, said Described) (Film, error) {
	film, err := f.create(ctx, said.Film)
	if err != nil {
		return film, err
	}
	return film, f.wantArtwork(ctx, film, said)
}

func (f *Films) wantArtwork(ctx context.Context, film Film, said Described) error {
	job, any := f.Artwork(film.ID, film, said)
	if !any {
		return nil
	}
	return fault.Wrap("catalog.artwork", f.Enqueue(ctx, job))
}

// Edit changes a film whatever its version is, unless change says that there is nothing to
// change. It calls change again where somebody else was faster.
func (f *Films) Edit(ctx context.Context, id string, change func(*Film) bool) error {
	_, err := f.replaceIf(ctx, id, func(film Film) (Film, bool, error) {
		changed := change(&film)
		return film, changed, nil
	})
	return err
}

// exists puts what a store says of a TMDB id that is taken into words.
func exists(op string, err error) error {
	if fault.CodeOf(err) == "film_exists" {
		return &fault.Error{Kind: fault.Conflict, Op: op, Code: "film_exists", Public: "Another film has this TMDB id.", Cause: err}
	}
	return err
}

// Change changes a film of which an editor saw a version; fault.Conflict, code film_changed,
// when another was quicker. What was only counted since, of votes and of who watched, is no
// other's change.
func (f *Films) Change(ctx context.Context, id string, seen int64, c Change) (Shown, error) {
	if c.TMDBID == nil && c.IMDBID == nil && c.OriginalTitle == nil && c.OriginalLanguage == nil && c.Texts == nil && c.Released == nil &&
		c.RuntimeMinutes == nil && c.Genres == nil && c.Collection == nil && c.Cast == nil && c.Directors == nil && c.Trailers == nil && c.Maturity == nil {
		return Shown{}, fault.New(fault.Invalid, "catalog.change_film", "nothing_to_change", "Say what to change of the film.")
	}
	return f.replace(ctx, id, func(film Film) (Film, error) {
		if film.Seen() != seen {
			return Film{}, fault.New(fault.Conflict, "catalog.change_film", "film_changed", "Somebody else has changed this film meanwhile. Look at it again.")
		}
		return c.apply(film), nil
	})
}

// changeTries is how often a change is made again that something else came before.
const changeTries = 8

// replace changes a film whatever its version is, again when another change came before.
func (f *Films) replace(ctx context.Context, id string, change func(Film) (Film, error)) (Shown, error) {
	return f.replaceIf(ctx, id, func(film Film) (Film, bool, error) {
		film, err := change(film)
		return film, true, err
	})
}

// replaceIf leaves a film as it is when its change says so.
func (f *Films) replaceIf(ctx context.Context, id string, change func(Film) (Film, bool, error)) (Shown, error) {
	const op = "catalog.change_film"
	for try := 1; ; try++ {
		film, err := f.Store.Film(ctx, id)
		if err != nil {
			return Shown{}, fault.Wrap(op, err)
		}
		version := film.Version
		film, changed, err := change(film)
		if err != nil || !changed {
			return Shown{Film: film}, err
		}
		if film, err = Clean(film); err != nil {
			return Shown{}, fault.Wrap(op, err)
		}
		film.ID, film.Version, film.UpdatedAt = id, version+1, f.now()
		stored := film.Stored()
		err = f.Store.Replace(ctx, stored)
		switch {
		case err == nil:
			f.Finder.Learn(stored, false)
			f.changed(ctx, id)
			if err := f.followed(ctx, film); err != nil {
				return Shown{}, err
			}
			shown, err := f.withVideos(ctx, []Film{film})
			if err != nil {
				return Shown{}, err
			}
			return shown[0], nil
		case fault.CodeOf(err) != "film_changed" || try == changeTries:
			return Shown{}, fault.Wrap(op, exists(op, err))
		}
	}
}

// FilmGone names the job that removes what hangs on a deleted film, whatever was removed of it
// before.
type FilmGone struct {
	FilmID string `json:"filmId"`
	Videos bool   `json:"videos"` // with its videos; else they are videos of no film
}

// Kind is the job's name.
func (FilmGone) Kind() string { return "catalog.film_gone" }

// Delete removes a film, and its videos or not. Its pictures follow in the background.
func (f *Films) Delete(ctx context.Context, id string, videos bool) error {
	const op = "catalog.delete_film"
	film, err := f.Store.Film(ctx, id)
	if err != nil {
		return fault.Wrap(op, err)
	}
	gone := FilmGone{FilmID: id, Videos: videos}
	if err := f.Enqueue(ctx, gone); err != nil { // first: whatever happens from now on, it is done
		return fault.Wrap(op, err)
	}
	if err := f.forgetFilm(ctx, gone); err != nil {
		f.Logger.WarnContext(ctx, "a film is still being removed", "film", id, "error", err)
	}
	f.Finder.Forget(film.Stored())
	return nil
}

// Gone removes a deleted film with everything that hangs on it. Doing it twice is doing it once.
func (f *Films) Gone(ctx context.Context, gone FilmGone) error {
	if err := f.forgetFilm(ctx, gone); err != nil {
		return err
	}
	return f.Blobs.DeletePrefix(ctx, FilmFolder(gone.FilmID))
}

// forgetFilm removes the film first, so that nobody finds one whose videos are gone.
func (f *Films) forgetFilm(ctx context.Context, gone FilmGone) error {
	const op = "catalog.film_gone"
	if err := f.Store.Delete(ctx, gone.FilmID); err != nil && !fault.Is(err, fault.NotFound) {
		return fault.Wrap(op, err)
	}
	f.changed(ctx, gone.FilmID)
	videos, err := f.Videos.VideosOf(ctx, gone.FilmID)
	if err != nil {
		return fault.Wrap(op, err)
	}
	for _, v := range videos[gone.FilmID] {
		if gone.Videos {
			err = f.Videos.Delete(ctx, v.ID)
		} else {
			err = f.Videos.Attach(ctx, v.ID, OfNone)
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return fault.Wrap(op, err)
		}
	}
	return fault.Wrap(op, f.Opinions.FilmGone(ctx, gone.FilmID))
}

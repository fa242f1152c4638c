package artwork

import (
	"context"
	"fmt"
	"slices"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Wanted is a picture of a film that is to be fetched.
type Wanted struct {
	Kind Kind   `json:"kind"`
	URL  string `json:"url"`
	Name string `json:"name,omitempty"` // of whoever is in it, when it is of a person
}

// Job fetches pictures of a film and puts them in it: all it lacks in one job, so that the
// film changes once. Doing it again changes nothing.
type Job struct {
	FilmID   string   `json:"filmId"`
	Pictures []Wanted `json:"pictures"`
}

// Kind is the job's name.
func (Job) Kind() string { return "catalog.artwork" }

// Unhurried lets films go before their pictures.
func (Job) Unhurried() {}

// PersonKey is the object that a player's picture is known by: its largest, as WebP. The
// others are beside it, "-120" in place of "-240" and ".avif" of ".webp".
func PersonKey(p catalog.Picture) string {
	return fmt.Sprintf("%s-%d.webp", p.Key, widths[Person][len(widths[Person])-1])
}

// JobFor returns what is to be fetched for a film that was described, and whether that is
// anything. Pictures it has already are left as they are, unless all are wanted anew.
func JobFor(filmID string, have catalog.Film, d catalog.Described, anew bool) (job Job, any bool) {
	job.FilmID = filmID
	if d.Poster != "" && (anew || have.Poster.Key == "") {
		job.Pictures = append(job.Pictures, Wanted{Kind: Poster, URL: d.Poster})
	}
	if d.Backdrop != "" && (anew || have.Backdrop.Key == "") {
		job.Pictures = append(job.Pictures, Wanted{Kind: Backdrop, URL: d.Backdrop})
	}
	for i, p := range d.Film.Cast {
		if i < len(d.People) && d.People[i] != "" && (anew || slices.ContainsFunc(have.Cast, func(h catalog.Player) bool { return h.Name == p.Name && h.Picture == "" })) {
			job.Pictures = append(job.Pictures, Wanted{Kind: Person, URL: d.People[i], Name: p.Name})
		}
	}
	return job, len(job.Pictures) > 0
}

// Run does a Job. A picture that cannot be had for good (nothing is there, it is none) is passed
// over; where one may be had later, those that were are put in the film first and the rest is
// tried again. The film is there before its job is enqueued: pictures of one that is not go.
func (s *Studio) Run(ctx context.Context, job Job) error {
	const op = "artwork.run"
	made, later := s.fetchAll(ctx, job)
	if ctx.Err() != nil {
		return &fault.Error{Kind: fault.Cancelled, Op: op, Cause: ctx.Err()}
	}
	err := s.Edit(ctx, job.FilmID, func(f *catalog.Film) bool { return put(f, job.Pictures, made) })
	if fault.Is(err, fault.NotFound) { // the film was deleted meanwhile, perhaps before its pictures were made
		return fault.Wrap(op, s.Blobs.DeletePrefix(ctx, Folder(job.FilmID)))
	}
	if err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, later)
}

// Pictures returns a film with the pictures of a description that it lacks, where they can be
// had now.
func (s *Studio) Pictures(ctx context.Context, film catalog.Film, said catalog.Described) catalog.Film {
	job, any := JobFor(film.ID, film, said, false)
	if !any {
		return film
	}
	made, later := s.fetchAll(ctx, job)
	if later != nil {
		s.Log.WarnContext(ctx, "not all pictures of a film can be had now", "film", film.ID, "error", later)
	}
	put(&film, job.Pictures, made)
	return film
}

// fetchAll makes the pictures of a job, in its order; later is why some may be had another time.
func (s *Studio) fetchAll(ctx context.Context, job Job) (made []catalog.Picture, later error) {
	made = make([]catalog.Picture, len(job.Pictures))
	for i, w := range job.Pictures {
		file, err := s.Fetch.Get(ctx, w.URL, MaxBytes)
		if err == nil {
			made[i], err = s.Make(ctx, job.FilmID, w.Kind, file)
		}
		switch kind := fault.KindOf(err); {
		case err == nil:
		case ctx.Err() != nil:
			return made, err
		case kind == fault.Invalid, kind == fault.Unsupported, kind == fault.NotFound, kind == fault.TooLarge:
			s.Log.WarnContext(ctx, "a picture of a film cannot be used", "film", job.FilmID, "kind", w.Kind, "address", w.URL, "error", err)
		default:
			later = err
		}
	}
	return made, later
}

// put puts pictures in their places and reports whether that changed anything.
func put(f *catalog.Film, wanted []Wanted, made []catalog.Picture) (changed bool) {
	for i, w := range wanted {
		p := made[i]
		if p.Key == "" {
			continue
		}
		switch w.Kind {
		case Poster:
			changed = changed || f.Poster.Key != p.Key
			f.Poster = p
		case Backdrop:
			changed = changed || f.Backdrop.Key != p.Key
			f.Backdrop = p
		case Person:
			f.Cast = slices.Clone(f.Cast) // the slice may be a cache's
			for n := range f.Cast {
				if at := PersonKey(p); f.Cast[n].Name == w.Name && f.Cast[n].Picture != at {
					f.Cast[n].Picture, changed = at, true
				}
			}
		}
	}
	return changed
}

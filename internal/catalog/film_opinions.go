package catalog

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// mostListed is how many films a profile's list may hold.
const mostListed = 2000

// Opinion returns what a profile has to do with a film.
func (f *Films) Opinion(ctx context.Context, v Viewer, limit Rating, id string) (Opinion, error) {
	if _, err := f.Film(ctx, limit, id); err != nil {
		return Opinion{}, err
	}
	o, err := f.Opinions.Opinion(ctx, v, id)
	return o, fault.Wrap("catalog.opinion", err)
}

// SetListed puts a film on a profile's list or takes it off. What is on it may be taken off
// whether the film is still there or not.
func (f *Films) SetListed(ctx context.Context, v Viewer, limit Rating, id string, listed bool) error {
	const op = "catalog.set_listed"
	if !listed {
		return fault.Wrap(op, f.Opinions.SetListed(ctx, v, id, time.Time{}))
	}
	if _, err := f.Film(ctx, limit, id); err != nil {
		return err
	}
	list, err := f.Opinions.MyList(ctx, v, nil, mostListed)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if len(list) == mostListed && !slices.ContainsFunc(list, func(o Opinion) bool { return o.FilmID == id }) {
		return fault.New(fault.Conflict, op, "list_full", "A list holds 2000 films. Take some off, then add this one.")
	}
	return fault.Wrap(op, f.Opinions.SetListed(ctx, v, id, f.now()))
}

// MyList returns a page of a profile's list, newest first; next is the place of the last when
// others may follow.
func (f *Films) MyList(ctx context.Context, v Viewer, limit Rating, after *ListPlace, most int) (films []Shown, next *ListPlace, err error) {
	list, err := f.Opinions.MyList(ctx, v, after, most+1)
	if err != nil {
		return nil, nil, fault.Wrap("catalog.my_list", err)
	}
	if len(list) > most {
		list = list[:most]
		next = &ListPlace{ListedAt: list[most-1].ListedAt, FilmID: list[most-1].FilmID}
	}
	ids := make([]string, len(list))
	for i, o := range list {
		ids[i] = o.FilmID
	}
	films, err = f.ShownAll(ctx, limit, ids)
	return films, next, err
}

// Rate gives a film 1 to 10 stars, or takes them away by 0. They are counted among the film's
// votes a moment later.
func (f *Films) Rate(ctx context.Context, v Viewer, limit Rating, id string, stars int) error {
	const op = "catalog.rate"
	if stars < 0 || stars > 10 {
		return fault.New(fault.Invalid, op, "bad_stars", "A film is given 1 to 10 stars; 0 takes them away.")
	}
	if _, err := f.Film(ctx, limit, id); err != nil {
		return err
	}
	if err := f.Opinions.SetStars(ctx, v, id, stars); err != nil {
		return fault.Wrap(op, err)
	}
	f.pending.Lock()
	f.rated[id] = true
	f.pending.Unlock()
	return nil
}

// begunAgain is how long somebody goes on watching what they once began: a ticket that is
// renewed is no second time.
const begunAgain = 6 * time.Hour

// Began notes that a profile began to watch a video, which counts once for its film.
func (f *Films) Began(ctx context.Context, v Viewer, videoID string) error {
	const op = "catalog.began"
	video, err := f.Videos.Video(ctx, videoID)
	if err != nil || video.Of.FilmID == "" || video.Of.Part == Extra {
		return fault.Wrap(op, err)
	}
	id, now := video.Of.FilmID, f.now()
	before, err := f.Opinions.Opinion(ctx, v, id)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if now.Sub(before.StartedAt) < begunAgain {
		return nil
	}
	if err := f.Opinions.Started(ctx, v, id, now); err != nil {
		return fault.Wrap(op, err)
	}
	f.pending.Lock()
	f.begun[id] = append(f.begun[id], now)
	f.pending.Unlock()
	return nil
}

// countEvery is how often what viewers did is counted: many at once cost what one does.
const countEvery = 5 * time.Second

// Run counts what viewers do until ctx ends, and then what is left. What a process that is
// killed had not counted yet of who watched is lost; votes are counted from what is kept.
func (f *Films) Run(ctx context.Context) error {
	tick := time.NewTicker(countEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			f.count(ctx)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), countEvery)
			defer cancel()
			f.count(last)
			return nil
		}
	}
}

func (f *Films) count(ctx context.Context) {
	if err := f.Count(ctx); err != nil {
		f.Logger.WarnContext(ctx, "what viewers did is not counted yet", "error", err)
	}
}

// Count moves films that were watched up in "trending", and counts the votes of those that were
// rated. What fails is tried again the next time.
func (f *Films) Count(ctx context.Context) error {
	f.pending.Lock()
	begun, rated := f.begun, f.rated
	f.begun, f.rated = map[string][]time.Time{}, map[string]bool{}
	f.pending.Unlock()
	if err := f.countBegun(ctx, begun); err != nil {
		f.pending.Lock()
		for id, at := range begun {
			f.begun[id] = append(f.begun[id], at...)
		}
		maps.Copy(f.rated, rated)
		f.pending.Unlock()
		return err
	}
	for id := range rated {
		if err := f.countVotes(ctx, id); err != nil && !fault.Is(err, fault.NotFound) {
			f.pending.Lock()
			maps.Copy(f.rated, rated)
			f.pending.Unlock()
			return err
		}
		delete(rated, id)
	}
	return nil
}

func (f *Films) countBegun(ctx context.Context, begun map[string][]time.Time) error {
	if len(begun) == 0 {
		return nil
	}
	added := map[string]float64{}
	for id, times := range begun {
		added[id] = never
		for _, at := range times {
			added[id] = Watched(added[id], at)
		}
	}
	if err := f.Store.AddTrend(ctx, added); err != nil {
		return err
	}
	f.Cache.Forget(ctx, f.listKeys(Trending)...)
	return nil
}

// countVotes counts all votes of our viewers anew, so that counting twice is counting once.
func (f *Films) countVotes(ctx context.Context, id string) error {
	count, mean, err := f.Opinions.Stars(ctx, id)
	if err != nil {
		return err
	}
	_, err = f.replace(ctx, id, func(film Film) (Film, error) {
		film.Own.Votes, film.Own.Mean = count, mean
		film.Own.Counted++
		return film, nil
	})
	return err
}

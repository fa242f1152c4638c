package watch

import (
	"context"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Going is a video that somebody watched, and how far they have come.
type Going struct {
	Standing
	Video catalog.Video
}

const (
	mostListed = 100
	pageOfRow  = 100 // videos that are looked through at once
	pagesOfRow = 10  // at most: who left off a thousand films ago begins anew
)

// Continue lists what a profile may go on with, the latest first, a film once: the video of it
// that was watched last. There are no trailers, nothing beyond the limit, and nothing that was
// finished or removed. While the store is away, it is fault.Unavailable.
func (s *Service) Continue(ctx context.Context, v Viewer, limit catalog.Rating, most int) ([]Going, error) {
	const op = "watch.continue"
	if err := checkIDs(op, v); err != nil {
		return nil, err
	}
	most = min(max(most, 1), mostListed)
	row, films := []Going{}, map[string]bool{}
	for after, pages := (*Place)(nil), 0; pages < pagesOfRow; pages++ {
		page, err := s.Store.Recent(ctx, v, after, pageOfRow)
		if err != nil {
			return nil, fault.Wrap(op, err)
		}
		going, err := s.going(ctx, v, limit, page)
		if err != nil {
			return nil, fault.Wrap(op, err)
		}
		for _, g := range going {
			film := g.Video.Of.FilmID
			if !g.goesOn || film != "" && films[film] {
				continue
			}
			films[film] = true
			if row = append(row, g.Going); len(row) == most {
				return row, nil
			}
		}
		if len(page) < pageOfRow {
			break
		}
		after = placeOf(page[len(page)-1])
	}
	return row, nil
}

// History lists what a profile watched, the latest first, and where the next page begins: nil
// after the last. A page may have fewer than most, since not all is shown.
func (s *Service) History(ctx context.Context, v Viewer, limit catalog.Rating, after *Place, most int) ([]Going, *Place, error) {
	const op = "watch.history"
	if err := checkIDs(op, v); err != nil {
		return nil, nil, err
	}
	most = min(max(most, 1), mostListed)
	all := []Going{}
	for range pagesOfRow {
		page, err := s.Store.Recent(ctx, v, after, most)
		if err != nil {
			return nil, nil, fault.Wrap(op, err)
		}
		going, err := s.going(ctx, v, limit, page)
		if err != nil {
			return nil, nil, fault.Wrap(op, err)
		}
		for _, g := range going {
			all = append(all, g.Going)
		}
		if len(page) < most {
			return all, nil, nil
		}
		if after = placeOf(page[len(page)-1]); len(all) > 0 {
			break // a page with something on it
		}
	}
	return all, after, nil
}

// gone is what was watched, and whether it is to go on with.
type gone struct {
	Going
	goesOn bool
}

// going returns of what is kept what there is to show to a viewer of this limit, in this order.
func (s *Service) going(ctx context.Context, v Viewer, limit catalog.Rating, page [][]Row) ([]gone, error) {
	if len(page) == 0 {
		return nil, nil
	}
	ids := make([]string, len(page))
	for i, rows := range page {
		ids[i] = rows[0].VideoID
	}
	films, err := s.Videos.Films(ctx, ids...)
	if err != nil {
		return nil, err
	}
	hot, now := s.notes(ctx, v, ids), s.now()
	all := make([]gone, 0, len(page))
	for i, id := range ids {
		film, found := films[id]
		if !found || !film.Video.Rating.Within(limit) {
			continue
		}
		st, _ := latest(id, page[i])
		if n, isHot := hot[id]; isHot {
			st = n.over(st, true, now)
		}
		if st.Kind == Forgotten {
			continue
		}
		st = st.of(film)
		goesOn := st.Unfinished(film.Credits) && film.Video.Of.Part != catalog.Extra && film.Video.Playable
		all = append(all, gone{Going{st, film.Video}, goesOn})
	}
	return all, nil
}

// placeOf is the place of a video in what a profile watched: that of its latest row.
func placeOf(rows []Row) *Place {
	p := &Place{At: rows[0].At, VideoID: rows[0].VideoID}
	for _, r := range rows {
		if r.At.After(p.At) {
			p.At = r.At
		}
	}
	return p
}

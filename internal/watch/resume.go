package watch

import (
	"context"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Resume returns where a playing of this id begins, and its era.
func (s *Service) Resume(ctx context.Context, me account.Principal, videoID, playing string) (at float64, era Era, err error) {
	const op = "watch.resume"
	v := Viewer{me.UserID, me.ProfileID}
	if err := checkIDs(op, v, videoID, playing); err != nil {
		return 0, Era{}, err
	}
	films, err := s.Videos.Films(ctx, videoID)
	if err != nil {
		return 0, Era{}, fault.Wrap(op, err)
	}
	film, found := films[videoID]
	if !found || !film.Video.Rating.Within(me.Limit) {
		return 0, Era{}, fault.New(fault.NotFound, op, "", "") // to this viewer it is not there
	}
	all, err := s.known(ctx, v, videoID)
	if err != nil {
		return 0, Era{}, fault.Wrap(op, err)
	}
	st, found := all[videoID]
	if !found {
		return 0, Era{}, nil
	}
	at, era = st.of(film).Mark.Resume(film.Credits, s.now(), playing)
	return at, era, nil
}

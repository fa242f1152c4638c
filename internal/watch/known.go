package watch

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Standing is how far a viewer has come in a video. Of one who never watched it, it is zero but
// for VideoID.
type Standing struct {
	VideoID string
	Mark
	Finished         bool
	DeviceID, Device string // on which it was; "" when away from a player
	State            State  // of that device, if it is known
}

// latest is what the rows of a video say together, and which device came that far.
func latest(videoID string, rows []Row) (Standing, bool) {
	mark, found := Joined(rows)
	st := Standing{VideoID: videoID, Mark: mark}
	for _, r := range rows {
		if r.Era == mark.Era && r.Position == mark.Position {
			st.DeviceID, st.Device = r.DeviceID, r.Device
		}
	}
	return st, found
}

// known returns how far a viewer has come in each of these videos: what is kept and what is hot,
// joined. While the store is away, that is what is hot; where that says nothing of one of them,
// the store's error. It says nothing of Finished, which takes a Film.
func (s *Service) known(ctx context.Context, v Viewer, videoIDs ...string) (map[string]Standing, error) {
	var rows []Row
	var hot map[string]note
	var away error
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var both errgroup.Group
	both.Go(func() (err error) {
		rows, err = s.Store.Rows(bounded, v, videoIDs...)
		if ctx.Err() == nil {
			err = notKept(bounded, "watch.known", err)
		}
		if isAway(err) {
			away, err = err, nil
		}
		return err
	})
	both.Go(func() error {
		hot = s.notes(ctx, v, videoIDs)
		return nil
	})
	if err := both.Wait(); err != nil {
		return nil, err
	}
	byVideo := map[string][]Row{}
	for _, r := range rows {
		byVideo[r.VideoID] = append(byVideo[r.VideoID], r)
	}
	all := make(map[string]Standing, len(videoIDs))
	for _, id := range videoIDs {
		kept, found := latest(id, byVideo[id])
		n, isHot := hot[id]
		switch {
		case away != nil && !isHot:
			return nil, away
		case isHot:
			all[id] = n.over(kept, found, s.now())
		case found:
			all[id] = kept
		}
	}
	return all, nil
}

// Standing returns how far a viewer has come in a video, who may be one that is not there: who
// asks for a video knows whether the viewer may see it.
func (s *Service) Standing(ctx context.Context, v Viewer, videoID string) (Standing, error) {
	const op = "watch.standing"
	if err := checkIDs(op, v, videoID); err != nil {
		return Standing{}, err
	}
	all, err := s.known(ctx, v, videoID)
	if err != nil {
		return Standing{}, fault.Wrap(op, err)
	}
	st, found := all[videoID]
	if !found {
		return Standing{VideoID: videoID}, nil
	}
	films, err := s.Videos.Films(ctx, videoID)
	if err != nil && !fault.Is(err, fault.Unavailable) { // without credits, 95 % is the end
		return Standing{}, fault.Wrap(op, err)
	}
	return st.of(films[videoID]), nil
}

// of returns a standing as it is in a film: its length is what was measured, whoever said what.
func (st Standing) of(film Film) Standing {
	if film.Video.DurationSeconds > 0 {
		st.Duration = film.Video.DurationSeconds
	}
	st.Finished = st.Mark.Finished(film.Credits)
	return st
}

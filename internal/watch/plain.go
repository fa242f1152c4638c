package watch

import (
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Players that know nothing of eras, a script or an app of somebody else, are served too. Their
// reports are taken as they come, for what is known when they do: that is all their order means.

// settled returns the era that a report without one is of, knowing how far its viewer has come (a
// zero Mark: nowhere) and what was kept of its device; false of an old one that says nothing new.
func (r Report) settled(known Mark, credits float64, device Row, now time.Time, by string) (era Era, news bool) {
	same := r.SessionID != "" && r.SessionID == device.SessionID
	if same && r.Counter > 0 && r.Counter <= device.Counter {
		return Era{}, false
	}
	fresh := r.SessionID != "" && !same // another playing than the last: nobody opens a film by mistake
	said := Mark{Position: r.Position, Duration: r.Duration}
	switch {
	case known.Kind == Removed || known.Kind == Forgotten:
		if same { // goes on after it: its viewer has not opened it again
			return Era{}, false
		}
		return known.Era.Next(now, by), true
	case r.Sought && r.Position < known.Position,
		fresh && known.Finished(credits) && !said.Finished(credits):
		return known.Era.Next(now, by), true
	}
	return known.Era, true
}

const readers = 8 // of what is known, at once

// settle gives every report of a batch its era. It answers those that say nothing new and those
// whose era cannot be known, and returns the others; an error when the store is away.
func (s *Service) settle(ctx context.Context, batch []*waiting) (rest []*waiting, away error) {
	var plain []*waiting
	var videos []string
	for _, w := range batch {
		if len(w.plain) > 0 {
			plain, videos = append(plain, w), append(videos, w.key.video)
		}
	}
	if len(plain) == 0 {
		return batch, nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	films, err := s.Videos.Films(ctx, videos...)
	if err != nil && !fault.Is(err, fault.Unavailable) {
		s.Logger.Warn("where the credits of films begin is not known", "err", err)
	}
	failed := make([]error, len(plain))
	var all errgroup.Group
	all.SetLimit(readers)
	for i, w := range plain {
		all.Go(func() error {
			failed[i] = s.settleOne(ctx, w, films[w.key.video].Credits)
			return nil
		})
	}
	_ = all.Wait()
	done := map[*waiting]bool{}
	for i, w := range plain {
		if isAway(failed[i]) {
			away = failed[i]
		}
		if done[w] = failed[i] != nil || !w.any; done[w] {
			w.answer(failed[i])
		}
	}
	return slices.DeleteFunc(batch, func(w *waiting) bool { return done[w] }), away
}

func (s *Service) settleOne(ctx context.Context, w *waiting, credits float64) error {
	const op = "watch.settle"
	rows, err := s.Store.Rows(ctx, w.key.viewer, w.key.video)
	if err != nil {
		return notKept(ctx, op, err)
	}
	if w.any {
		rows = append(rows, w.row)
	}
	known, _ := Joined(rows)
	var device Row
	for _, r := range rows {
		if r.DeviceID == w.key.deviceID {
			device = r
		}
	}
	for _, r := range w.plain {
		era, news := r.settled(known, credits, device, s.now(), newBy())
		if !news {
			continue
		}
		row := r.row(era)
		w.add(row, r.State)
		known, device = known.Join(row.Mark), device.Join(row)
		s.tell(r, era)
	}
	return nil
}

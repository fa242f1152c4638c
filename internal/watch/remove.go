package watch

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// taken returns the mark of who takes a video away, knowing how far its viewer has come.
func (m Mark) taken(away Kind, now time.Time, by string) Mark {
	m.Era, m.Kind = m.Era.Next(now, by), away
	if away == Forgotten {
		m.Position = 0
	}
	return m
}

// Remove takes a video off the row of what to go on with. It stays off until it is watched again.
func (s *Service) Remove(ctx context.Context, v Viewer, videoID string) error {
	const op = "watch.remove"
	if err := checkIDs(op, v, videoID); err != nil {
		return err
	}
	rows, err := s.Store.Rows(ctx, v, videoID)
	if err != nil {
		return fault.Wrap(op, err)
	}
	mark, found := Joined(rows)
	if !found || mark.Kind != Watching {
		return nil
	}
	row := Row{Viewer: v, VideoID: videoID, Mark: mark.taken(Removed, s.now(), newBy())}
	if err := s.Store.Record(ctx, []Row{row}); err != nil {
		return fault.Wrap(op, err)
	}
	s.spread(ctx, row)
	return nil
}

const (
	pageOfForgetting = 500
	mostNamed        = 1000 // videos that Forget takes at once
	mostTold         = 100  // that open devices are told of one by one: more than a row shows
)

// Forget takes videos out of what a profile watched, or everything when none is named.
func (s *Service) Forget(ctx context.Context, v Viewer, videoIDs ...string) error {
	const op = "watch.forget"
	if err := checkIDs(op, v, videoIDs...); err != nil {
		return err
	}
	if len(videoIDs) > mostNamed {
		return fault.New(fault.TooLarge, op, "too_many", "At most 1,000 videos are forgotten at once; all of them by naming none.")
	}
	marks, order, err := s.watched(ctx, v, videoIDs)
	if err != nil {
		return fault.Wrap(op, err)
	}
	var all Mark // what every video knows
	for _, m := range marks {
		all = all.Join(m)
	}
	if len(order) == 0 {
		return nil
	}
	forgotten := all.taken(Forgotten, s.now(), newBy())
	if err := s.Store.Forget(ctx, v, forgotten.Era, videoIDs...); err != nil {
		return fault.Wrap(op, err)
	}
	rows := make([]Row, len(order))
	for i, id := range order {
		rows[i] = Row{Viewer: v, VideoID: id, Mark: marks[id]}
		rows[i].Mark.Era, rows[i].Mark.Kind, rows[i].Mark.Position = forgotten.Era, Forgotten, 0
	}
	s.spread(ctx, rows...)
	return nil
}

// watched returns how far a profile came in these videos, or in all when none is named, and their
// order: the latest first.
func (s *Service) watched(ctx context.Context, v Viewer, videoIDs []string) (marks map[string]Mark, order []string, err error) {
	marks = map[string]Mark{}
	add := func(rows []Row) {
		for _, r := range rows {
			m, found := marks[r.VideoID]
			if !found {
				order = append(order, r.VideoID)
			}
			marks[r.VideoID] = m.Join(r.Mark)
		}
	}
	if len(videoIDs) > 0 {
		rows, err := s.Store.Rows(ctx, v, videoIDs...)
		add(rows)
		return marks, order, err
	}
	for after := (*Place)(nil); ; {
		page, err := s.Store.Recent(ctx, v, after, pageOfForgetting)
		if err != nil {
			return nil, nil, err
		}
		for _, rows := range page {
			add(rows)
		}
		if len(page) < pageOfForgetting {
			return marks, order, nil
		}
		after = placeOf(page[len(page)-1])
	}
}

// spread lets the hot state and open devices know what was taken away, once it is kept.
func (s *Service) spread(ctx context.Context, rows ...Row) {
	batch := make([]*waiting, len(rows))
	for i, r := range rows {
		batch[i] = &waiting{key: rowKey{r.Viewer, r.VideoID, ""}, row: r}
		if i < mostTold {
			s.Tell(ctx, r.Viewer, moved(r, ""))
		}
	}
	s.remember(ctx, batch)
}

// TakeOver tells a profile's other devices that this one goes on with a video.
func (s *Service) TakeOver(ctx context.Context, v Viewer, videoID, deviceID string) error {
	if err := checkIDs("watch.take_over", v, videoID, deviceID); err != nil {
		return err
	}
	s.Tell(ctx, v, Taken{Type: "watch.taken", VideoID: videoID, DeviceID: deviceID})
	return nil
}

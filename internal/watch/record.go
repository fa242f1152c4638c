package watch

import (
	"context"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// patience is how long a transaction may take: who waits longer is better told to send again.
const patience = 2 * time.Second

// record keeps what waits, in one transaction at a time and none within Every of the last: a
// quiet server writes at once, a busy one all that came meanwhile together.
func (s *Service) record(ctx context.Context) {
	var began time.Time
	for {
		select {
		case <-ctx.Done():
			s.queue.close()
			s.keepAll(ctx)
			return
		case <-s.queue.wake:
		}
		if rest := time.Until(began.Add(s.Every)); rest > 0 {
			select {
			case <-ctx.Done(): // what waits is kept above
			case <-time.After(rest):
			}
		}
		began = time.Now()
		s.keepAll(ctx)
	}
}

// keepAll keeps everything that waits.
func (s *Service) keepAll(ctx context.Context) {
	ctx = context.WithoutCancel(ctx) // a transaction that has begun may end
	for {
		batch := s.queue.take(mostAtOnce)
		if away := s.keep(ctx, batch); away != nil {
			// Who came meanwhile has waited for nothing, and would wait as long again.
			for _, w := range s.queue.take(mostWaiting) {
				w.answer(away)
			}
			return
		}
		if len(batch) < mostAtOnce {
			return
		}
	}
}

// keep keeps a batch and answers all who wait for it. It returns an error when the store is away.
func (s *Service) keep(ctx context.Context, batch []*waiting) (away error) {
	batch, away = s.settle(ctx, batch)
	if len(batch) == 0 {
		return away
	}
	var hot sync.WaitGroup
	hot.Go(func() { s.remember(ctx, batch) })
	defer hot.Wait()
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.keepRows(bounded, batch)
}

// keepRows keeps these rows in one transaction; where the store refuses it, in two and so on: one
// that cannot be kept, whatever the reason, does not keep out the others.
func (s *Service) keepRows(ctx context.Context, batch []*waiting) (away error) {
	rows := make([]Row, len(batch))
	for i, w := range batch {
		rows[i] = w.row
	}
	err := notKept(ctx, "watch.record", s.Store.Record(ctx, rows))
	if err != nil && !isAway(err) && len(batch) > 1 {
		half := len(batch) / 2
		if away := s.keepRows(ctx, batch[:half]); away != nil {
			for _, w := range batch[half:] {
				w.answer(away)
			}
			return away
		}
		return s.keepRows(ctx, batch[half:])
	}
	for _, w := range batch {
		w.answer(err)
	}
	if isAway(err) {
		return err
	}
	if err != nil {
		s.Logger.Error("a position cannot be kept", "video", batch[0].key.video, "err", err)
	}
	return nil
}

// notKept is the error of a store as whoever waits is told it: one that took too long is away.
func notKept(ctx context.Context, op string, err error) error {
	if err != nil && ctx.Err() != nil {
		return &fault.Error{Kind: fault.Unavailable, Op: op, Code: "not_kept", Public: "The database does not answer. Send it again in a moment.", Cause: err}
	}
	return fault.Wrap(op, err)
}

func isAway(err error) bool { return fault.Is(err, fault.Unavailable) || fault.Is(err, fault.NoSpace) }

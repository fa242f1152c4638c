package insight

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// TendArgs is the job that forgets what is too old or too much.
type TendArgs struct{}

// Kind is the job's stable name.
func (TendArgs) Kind() string { return "insight_tend" }

// Unhurried lets every other job go before.
func (TendArgs) Unhurried() {}

// TendEvery is how often that is done.
const TendEvery = 6 * time.Hour

// atOnce is how much is forgotten in one statement, so that nobody waits long for it.
const atOnce = 1000

// Tend removes playings that are older than they are kept, and of each video all but the latest
// MostKept.
func (s *Service) Tend(ctx context.Context, _ TendArgs) error {
	const op = "insight.tend"
	before := s.now().UTC().Add(-KeepFor)
	if err := untilFew(func() (int, error) { return s.Store.Forget(ctx, before, atOnce) }); err != nil {
		return fault.Wrap(op, err)
	}
	for after := ""; ; {
		crowded, err := s.Store.Crowded(ctx, MostKept, after, atOnce)
		if err != nil || len(crowded) == 0 {
			return fault.Wrap(op, err)
		}
		for _, id := range crowded {
			if err := untilFew(func() (int, error) { return s.Store.Thin(ctx, id, MostKept, atOnce) }); err != nil {
				return fault.Wrap(op, err)
			}
		}
		after = crowded[len(crowded)-1]
	}
}

func untilFew(remove func() (int, error)) error {
	for {
		if n, err := remove(); err != nil || n < atOnce {
			return err
		}
	}
}

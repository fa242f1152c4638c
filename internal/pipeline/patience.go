package pipeline

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// The database may be away for a while: it is started again, or moved. What was made then is
// not made again because it could not be said.
const (
	outage       = 5 * time.Minute // is borne; after that, others may take what is held here
	shortestRest = 100 * time.Millisecond
	longestRest  = 5 * time.Second
)

// patiently says something to the store, again and again while that is away. What is said
// may have been heard before, with only the answer lost.
func patiently(ctx context.Context, say func(context.Context) error) error {
	until := time.Now().Add(outage)
	for pause := shortestRest; ; pause = min(2*pause, longestRest) {
		err := say(ctx)
		if !fault.Is(err, fault.Unavailable) || ctx.Err() != nil || time.Now().After(until) {
			return err
		}
		rest(ctx, pause)
	}
}

// rest waits about as long, so that not all who wait come back at once.
func rest(ctx context.Context, pause time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(pause/2 + rand.N(pause)):
	}
}

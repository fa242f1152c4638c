package sqlstore

import (
	"cmp"
	"context"
	"math/rand/v2"
	"time"
)

// backOff waits ever longer, by chance a little more or less, so that not all processes of
// a database that is back come at once, nor two transactions that were in each other's way.
type backOff struct {
	first time.Duration // firstPause when zero
	next  time.Duration
}

const (
	firstPause   = 50 * time.Millisecond
	longestPause = 5 * time.Second
)

func (b *backOff) wait(ctx context.Context) {
	b.next = min(max(2*b.next, cmp.Or(b.first, firstPause)), longestPause)
	select {
	case <-ctx.Done():
	case <-time.After(b.next/2 + rand.N(b.next)):
	}
}

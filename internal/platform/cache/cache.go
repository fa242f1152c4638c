// Package cache owns what may be lost: values that can be loaded again, notes that cannot and
// need not, counts of how often somebody did something, and who is here just now. It keeps them in Redis, shared by every
// node, when it is given an address, and in process when not. It knows no film, and imports
// nothing of KKMovies but fault and redisaddr.
//
// The contract, of both engines:
//
//   - Redis may be emptied, or be away, at any moment. No caller gets an error from that, and
//     none waits longer than half a second for it, once: from then on until it answers again,
//     values come from their source, notes are none, limits and presence are this process's own.
//   - One line is logged when it goes away and one when it is back, never one for each call.
//   - Whatever it holds ends by itself: every key has a time to live.
package cache

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Options configure a Cache.
type Options struct {
	// Address is that of Redis, as redisaddr reads it; in process when empty.
	Address string
	Logger  *slog.Logger

	// PresenceLife is how long somebody counts as here after a sign of life: 45 s when zero.
	PresenceLife time.Duration
	// MaxLimits is how many limits a process counts at once: 65,536 when zero.
	MaxLimits int
}

// Cache is one process's part of what may be lost. It is safe for use by many goroutines.
type Cache struct {
	log     *slog.Logger
	redis   *link // nil in process
	values  values
	flights flights
	failing failing
	limits  *limits
	places  *places
	notes   notes

	mu        sync.Mutex
	staleSaid time.Time // when it was told last that stale values are served
}

// Open opens a cache. A Redis that does not answer within five seconds, or not as it should,
// is an error that says which and why. Close it when done.
func Open(ctx context.Context, o Options) (*Cache, error) {
	if o.PresenceLife == 0 {
		o.PresenceLife = 45 * time.Second
	}
	if o.MaxLimits == 0 {
		o.MaxLimits = 65536
	}
	c := &Cache{
		log: o.Logger, flights: flights{under: map[string]*flight{}}, failing: newFailing(),
		limits: newLimits(o.MaxLimits), places: newPlaces(o.PresenceLife), notes: newNotes(),
	}
	if o.Address == "" {
		c.values = newMemoryValues()
		return c, nil
	}
	link, err := dial(ctx, o.Address, o.Logger)
	if err != nil {
		return nil, err
	}
	values := newRedisValues(link)
	link.back = values.settle
	c.redis, c.values = link, values
	link.start()
	return c, nil
}

// Shared reports whether other nodes see the same.
func (c *Cache) Shared() bool { return c.redis != nil }

// Check returns an error while Redis is away; nil in process.
func (c *Cache) Check(ctx context.Context) error {
	if c.redis == nil {
		return nil
	}
	if err := c.redis.probe(ctx); err != nil {
		return &fault.Error{Kind: fault.Unavailable, Op: "cache.check", Code: "redis",
			Public: "Redis at " + c.redis.address.String() + " does not answer.", Cause: err}
	}
	return nil
}

// Close ends what the cache keeps going. A load still under way ends by itself.
func (c *Cache) Close() {
	c.values.close()
	c.failing.close()
	c.notes.close()
}

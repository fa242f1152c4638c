package cache

import (
	"context"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/redis/rueidis"
)

// Notes are values without a source: what is lost is gone until somebody sets it again. They
// are for what only helps, where nobody is wrong who finds none, or one older than the last.

const (
	mostNotesInMemory = 32 << 20 // bytes
	notesAtOnce       = 1000     // of one round trip
)

// notes are those of this process, where there is no Redis. Beside one it keeps none: while
// Redis is away, what was set here last may be older than what another node set since, and
// who finds none knows that they know nothing.
type notes struct{ kept *otter.Cache[string, note] }

type note struct {
	value []byte
	life  time.Duration
}

func newNotes() notes {
	return notes{otter.Must(&otter.Options[string, note]{
		MaximumWeight:    mostNotesInMemory,
		Weigher:          func(key string, n note) uint32 { return uint32(len(key) + len(n.value) + 64) },
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[string, note]) time.Duration { return e.Value.life }),
	})}
}

func (n notes) close() { n.kept.StopAllGoroutines() }

// SetNotes keeps values, each under its key, for so long at most. They belong to the cache
// from then on: nobody may change them. One that is too large to be kept, or whose key is, is
// as if it was lost. Those of one call go to Redis together.
func (c *Cache) SetNotes(ctx context.Context, values map[string][]byte, life time.Duration) {
	var sets rueidis.Commands
	for key, value := range values {
		if len(key) > maxKey || len(value) > maxValue || life <= 0 {
			c.notes.kept.Invalidate(key)
			continue
		}
		if c.redis == nil {
			c.notes.kept.Set(key, note{value, life})
			continue
		}
		sets = append(sets, c.redis.client.B().Set().Key(key).Value(rueidis.BinaryString(value)).Px(max(life, time.Millisecond)).Build())
	}
	for len(sets) > 0 {
		n := min(len(sets), notesAtOnce)
		err := c.redis.call(ctx, func(ctx context.Context) error {
			for _, r := range c.redis.client.DoMulti(ctx, sets[:n]...) {
				if err := r.Error(); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return // the rest would fare no better
		}
		sets = sets[n:]
	}
}

// Notes returns what is kept under these keys. What is not there is not in the map: while
// Redis is away nothing is.
func (c *Cache) Notes(ctx context.Context, keys []string) map[string][]byte {
	found := make(map[string][]byte, len(keys))
	if c.redis != nil {
		if err := c.askNotes(ctx, keys, found); err != nil {
			clear(found)
		}
		return found
	}
	for _, key := range keys {
		if n, ok := c.notes.kept.GetIfPresent(key); ok {
			found[key] = n.value
		}
	}
	return found
}

func (c *Cache) askNotes(ctx context.Context, keys []string, found map[string][]byte) error {
	for len(keys) > 0 {
		n := min(len(keys), notesAtOnce)
		err := c.redis.call(ctx, func(ctx context.Context) error {
			kept, err := rueidis.MGet(c.redis.client, ctx, keys[:n]) // of a cluster each from where it lies
			for key, message := range kept {
				if text, err := message.ToString(); err == nil {
					found[key] = []byte(text)
				}
			}
			return err
		})
		if err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

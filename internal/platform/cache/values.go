package cache

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	maxKey      = 512
	maxValue    = 1 << 20 // a larger one is loaded each time
	loadsWithin = 10 * time.Second
)

// Keep says how long a value is kept.
type Keep struct {
	Fresh  time.Duration // it is served without asking its source
	Stale  time.Duration // and this much longer when asking fails
	Within time.Duration // how long a load may take: 10 s when zero
}

// Loader brings a value from its source. Its context is its own: it ends with Keep.Within,
// not with the caller who happened to be first.
type Loader func(ctx context.Context) ([]byte, error)

// found is what an engine knows of a key.
type found struct {
	value []byte // nil when there is none
	fresh bool
	seen  string // lets put tell whether anything changed since
}

// values is an engine that keeps bytes. Its methods answer no errors: what it cannot do is
// as if it held nothing.
type values interface {
	// get returns what is kept; claim does, for somebody who is about to load it.
	get(ctx context.Context, key string, k Keep) found
	claim(ctx context.Context, key string, k Keep, f found) found
	// put keeps a value, unless the key was dropped, or put, since it was claimed.
	put(ctx context.Context, key string, value []byte, k Keep, claimed found)
	drop(ctx context.Context, keys []string)
	// quick reports whether put never waits.
	quick() bool
	close()
}

// Bytes returns the value of a key, kept or loaded. Of all who ask one process for it at
// once, one loads. An error is the loader's; a value that was kept is served in its place,
// for as long as Keep.Stale, when the source failed rather than answered no. What is
// returned is shared: nobody may change it.
func (c *Cache) Bytes(ctx context.Context, key string, k Keep, load Loader) ([]byte, error) {
	value, _, err := c.Kept(ctx, key, k, load)
	return value, err
}

// Kept is Bytes for who tells whether the value is stale: its source failed to bring a newer
// one. A source that failed is left alone for a moment, for each key, so that nobody who could
// be served waits for it to fail again.
func (c *Cache) Kept(ctx context.Context, key string, k Keep, load Loader) (value []byte, stale bool, err error) {
	k.Within = cmp.Or(k.Within, loadsWithin)
	if len(key) > maxKey {
		value, err = load(ctx)
		return value, false, err
	}
	f := c.values.get(ctx, key, k)
	if f.fresh {
		return f.value, false, nil
	}
	if f.value != nil && c.failing.of(key) {
		return f.value, true, nil
	}
	n, first := c.flights.join(key)
	if first {
		go c.fly(context.WithoutCancel(ctx), n, key, k, f, load)
	}
	return n.wait(ctx)
}

func (c *Cache) fly(ctx context.Context, n *flight, key string, k Keep, f found, load Loader) {
	defer c.flights.land(key, n)
	if f = c.values.claim(ctx, key, k, f); f.fresh {
		n.value = f.value
		return
	}
	within, cancel := context.WithTimeout(ctx, k.Within)
	n.value, n.err = safely(within, load)
	cancel()
	switch {
	case n.err == nil && len(n.value) > maxValue:
	case n.err == nil && c.values.quick():
		c.flights.keep(n, func() { c.values.put(ctx, key, n.value, k, f) })
	case n.err == nil:
		c.values.put(ctx, key, n.value, k, f)
	case f.value != nil && failed(n.err):
		c.sayStale(ctx, key, n.err)
		c.failing.note(key)
		n.value, n.old, n.err = f.value, true, nil
	default: // the source answered: there is no such thing, say
		c.values.drop(ctx, []string{key})
	}
}

// sayStale logs that a source fails, not for each value of it.
func (c *Cache) sayStale(ctx context.Context, key string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.staleSaid) > sayEvery {
		c.staleSaid = time.Now()
		c.log.WarnContext(ctx, "kept values are served: their source failed", "key", key, "error", err)
	}
}

// failed reports whether a source could not answer, rather than answered no.
func failed(err error) bool {
	switch fault.KindOf(err) {
	case fault.Internal, fault.Unavailable, fault.Cancelled, fault.NoSpace, fault.TooMany:
		return true
	}
	return false
}

// Load returns the value of a key as Bytes does, kept as JSON.
func Load[T any](ctx context.Context, c *Cache, key string, k Keep, load func(context.Context) (T, error)) (T, error) {
	var value T
	data, err := c.Bytes(ctx, key, k, func(ctx context.Context) ([]byte, error) {
		loaded, err := load(ctx)
		if err != nil {
			return nil, err
		}
		return json.Marshal(loaded)
	})
	if err != nil {
		return value, err
	}
	if err := json.Unmarshal(data, &value); err != nil { // kept by another version
		c.Forget(ctx, key)
		return load(ctx)
	}
	return value, nil
}

// Forget makes every node load these keys anew: this one from now on, the others a moment
// later. While Redis is away they load anyhow, and it is told when it is back.
func (c *Cache) Forget(ctx context.Context, keys ...string) {
	if len(keys) == 0 {
		return
	}
	for _, key := range keys {
		c.flights.forget(key)
		c.failing.forget(key)
	}
	c.values.drop(context.WithoutCancel(ctx), keys)
}

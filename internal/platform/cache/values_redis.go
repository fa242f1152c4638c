package cache

import (
	"context"
	"crypto/rand"
	"crypto/sha1"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/redis/rueidis"
)

// redisValues keeps values in Redis and, what was read of them, in process too: Redis tells
// each node of every key it holds that changed (client-side caching), and a connection that
// breaks takes what it kept with it.
//
// A key that is being loaded holds a mark. Only who finds the mark still there may put the
// value: an invalidation takes the mark away, so a load that began before it leaves nothing.
type redisValues struct {
	*link

	// recent are keys this node has just dropped: Redis is asked for them itself, since it
	// may not yet have told this node of its own change.
	recent *otter.Cache[string, struct{}]

	mu   sync.Mutex
	owed map[string]struct{} // keys dropped while Redis was away
}

const (
	mark       = "\x00loading "
	recentFor  = time.Second
	mostRecent = 4096
	mostOwed   = 16384
)

// putIfSeen keeps a value where there still is what was seen: a mark, or a stale value.
var putIfSeen = rueidis.NewLuaScript(`
local now = redis.call('GET', KEYS[1])
if now and redis.sha1hex(now) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 1
end
return 0`)

func newRedisValues(l *link) *redisValues {
	return &redisValues{
		link: l, owed: map[string]struct{}{},
		recent: otter.Must(&otter.Options[string, struct{}]{
			MaximumSize: mostRecent, ExpiryCalculator: otter.ExpiryWriting[string, struct{}](recentFor),
		}),
	}
}

func (v *redisValues) get(ctx context.Context, key string, k Keep) (f found) {
	_ = v.call(ctx, func(ctx context.Context) error {
		if _, ok := v.recent.GetIfPresent(key); ok {
			text, left, err := v.ask(ctx, key)
			if err == nil {
				f = foundOf(text, left, k)
			}
			return err
		}
		r := v.client.DoCache(ctx, v.client.B().Get().Key(key).Cache(), k.Fresh+k.Stale)
		text, err := r.ToString()
		if err == nil {
			f = foundOf(text, time.Until(time.UnixMilli(r.CachePXAT())), k)
		}
		return err
	})
	return f
}

// ask reads a key and what is left of its life from Redis itself.
func (v *redisValues) ask(ctx context.Context, key string) (text string, left time.Duration, err error) {
	b := v.client.B()
	answers := v.client.DoMulti(ctx, b.Get().Key(key).Build(), b.Pttl().Key(key).Build())
	if text, err = answers[0].ToString(); err != nil {
		return "", 0, err
	}
	ms, err := answers[1].AsInt64()
	return text, time.Duration(ms) * time.Millisecond, err
}

// foundOf is what a text is that was read: a value, or a mark, which is none.
func foundOf(text string, left time.Duration, k Keep) found {
	if strings.HasPrefix(text, mark) {
		return found{}
	}
	return found{value: []byte(text), fresh: left > k.Stale}
}

func digest(text string) string {
	sum := sha1.Sum([]byte(text)) // what Redis has; nobody attacks his own cache with it
	return hex.EncodeToString(sum[:])
}

// claim looks once more, since a load may have ended after it was missed, and leaves a mark
// where there is nothing.
func (v *redisValues) claim(ctx context.Context, key string, k Keep, f found) found {
	text := mark + rand.Text()
	claimed := found{value: f.value, seen: digest(text)}
	_ = v.call(ctx, func(ctx context.Context) error {
		if f.value != nil { // stale: what comes takes its place
			there, left, err := v.ask(ctx, key)
			if err == nil {
				claimed = foundOf(there, left, k)
				claimed.seen = digest(there)
			}
			return err
		}
		there, err := v.client.Do(ctx, v.client.B().Set().Key(key).Value(text).Nx().Get().
			Px(k.Within+callWithin).Build()).ToString()
		if err == nil {
			claimed = foundOf(there, k.Fresh+k.Stale, k) // a mark, or put just now
			claimed.seen = digest(there)
		}
		return err
	})
	return claimed
}

func (v *redisValues) put(ctx context.Context, key string, value []byte, k Keep, claimed found) {
	_ = v.call(ctx, func(ctx context.Context) error {
		return putIfSeen.Exec(ctx, v.client, []string{key},
			[]string{claimed.seen, rueidis.BinaryString(value), milliseconds(k.Fresh + k.Stale)}).Error()
	})
}

func (v *redisValues) drop(ctx context.Context, keys []string) {
	for _, key := range keys {
		v.recent.Set(key, struct{}{})
	}
	if err := v.call(ctx, func(ctx context.Context) error { return v.delete(ctx, keys) }); err != nil {
		v.owe(keys)
	}
}

func (v *redisValues) delete(ctx context.Context, keys []string) error {
	dels := make(rueidis.Commands, len(keys)) // one each: those of a cluster lie apart
	for i, key := range keys {
		dels[i] = v.client.B().Del().Key(key).Build()
	}
	for _, r := range v.client.DoMulti(ctx, dels...) {
		if err := r.Error(); err != nil {
			return err
		}
	}
	return nil
}

// owe remembers keys to be dropped when Redis is back. Beyond a bound they are left to
// their time to live.
func (v *redisValues) owe(keys []string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, key := range keys {
		if len(v.owed) < mostOwed {
			v.owed[key] = struct{}{}
		}
	}
}

// settle drops what is owed, before anybody reads it.
func (v *redisValues) settle(ctx context.Context) error {
	v.mu.Lock()
	keys := make([]string, 0, len(v.owed))
	for key := range v.owed {
		keys = append(keys, key)
	}
	v.mu.Unlock()
	if len(keys) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	if err := v.delete(ctx, keys); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, key := range keys {
		v.recent.Set(key, struct{}{})
		delete(v.owed, key)
	}
	return nil
}

func (*redisValues) quick() bool { return false }

func (v *redisValues) close() {
	v.link.close()
	v.recent.StopAllGoroutines()
}

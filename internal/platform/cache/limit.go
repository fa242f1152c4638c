package cache

import (
	"context"
	"time"

	"github.com/redis/rueidis"
)

// Limit is how often something may be done: Burst times at once, and once more after each
// Every. Over any time t nobody gets more than Burst + t/Every.
type Limit struct {
	Burst int
	Every time.Duration
	// Here counts in this process only, without a round trip: for a limit that spares the
	// node itself.
	Here bool
}

// PerMinute returns the limit of n times a minute, all of which may be at once.
func PerMinute(n int) Limit { return Limit{Burst: n, Every: time.Minute / time.Duration(n)} }

// PerHour returns the limit of n times an hour, all of which may be at once.
func PerHour(n int) Limit { return Limit{Burst: n, Every: time.Hour / time.Duration(n)} }

// Window is the time after which who has used all up may do it all again.
func (l Limit) Window() time.Duration { return time.Duration(l.Burst) * l.Every }

// Verdict is the answer to one more time.
type Verdict struct {
	Allowed   bool
	Remaining int           // times at once from now
	Retry     time.Duration // until the next is allowed; 0 when this one was
	Reset     time.Duration // until all of Burst are
}

// spend is the generic cell rate algorithm: one time per key, the theoretical arrival time,
// is all there is to keep. It is one script, and so one round trip and no race; it goes by
// Redis's own clock, so nodes need not agree on theirs. It answers in microseconds.
var spend = rueidis.NewLuaScript(`
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local every, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local tat = tonumber(redis.call('GET', KEYS[1])) or now
tat = math.min(math.max(tat, now), now + window)
local spare = window - (tat + every - now)
if spare < 0 then
  return {0, 0, -spare, tat - now}
end
tat = tat + every
redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000))
return {1, math.floor(spare / every), 0, tat - now}`)

// Allow counts one more time of what key names: who does it, and what. While Redis is away
// this process counts by itself, from nothing: never refusing for that, never without limit.
func (c *Cache) Allow(ctx context.Context, key string, l Limit) Verdict {
	if l.Here || c.redis == nil {
		return c.limits.spend(key, l, c.limits.clock())
	}
	v, err := c.redis.spend(ctx, key, l)
	if err != nil {
		return c.limits.spend(key, l, c.limits.clock())
	}
	return v
}

func (l *link) spend(ctx context.Context, key string, limit Limit) (v Verdict, err error) {
	err = l.call(ctx, func(ctx context.Context) error {
		a, err := spend.Exec(ctx, l.client, []string{"ratelimit:" + key},
			[]string{micros(limit.Every), micros(limit.Window())}).AsIntSlice()
		if err != nil || len(a) != 4 {
			return err
		}
		v = Verdict{
			Allowed: a[0] == 1, Remaining: int(a[1]),
			Retry: time.Duration(a[2]) * time.Microsecond, Reset: time.Duration(a[3]) * time.Microsecond,
		}
		return nil
	})
	return v, err
}

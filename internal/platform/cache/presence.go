package cache

import (
	"context"
	"time"

	"github.com/redis/rueidis"
)

// Who is somewhere is a sorted set by the time their last sign of life wears off, by
// Redis's own clock. Each sign of life also drops who has gone, and whoever is too many.

const (
	mostMembers = 100_000 // of one place
	maxMember   = 128     // bytes
)

var (
	come = rueidis.NewLuaScript(`
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 0`)

	count = rueidis.NewLuaScript(`
local clock = redis.call('TIME')
return redis.call('ZCOUNT', KEYS[1], string.format('(%.0f', clock[1] * 1000 + math.floor(clock[2] / 1000)), '+inf')`)

	members = rueidis.NewLuaScript(`
local clock = redis.call('TIME')
return redis.call('ZRANGE', KEYS[1], '+inf', string.format('(%.0f', clock[1] * 1000 + math.floor(clock[2] / 1000)),
  'BYSCORE', 'REV', 'LIMIT', 0, ARGV[1])`)
)

// Come is a sign of life of a member of a place, "online_users" say. It wears off after
// Options.PresenceLife, so it is given again well before that. While Redis is away each node
// knows only of those who came to it; after it was emptied, of those who gave a sign since.
func (c *Cache) Come(ctx context.Context, place, member string) {
	if len(place) > maxKey || len(member) > maxMember {
		return // nobody has such a name
	}
	c.places.come(place, member, time.Now())
	if c.redis == nil {
		return
	}
	_ = c.redis.call(ctx, func(ctx context.Context) error {
		return come.Exec(ctx, c.redis.client, []string{place},
			[]string{member, milliseconds(c.places.life), decimal(mostMembers)}).Error()
	})
}

// Leave ends a member's presence before it wears off.
func (c *Cache) Leave(ctx context.Context, place, member string) {
	c.places.leave(place, member)
	if c.redis == nil {
		return
	}
	_ = c.redis.call(ctx, func(ctx context.Context) error {
		return c.redis.client.Do(ctx, c.redis.client.B().Zrem().Key(place).Member(member).Build()).Error()
	})
}

// Count returns how many are in a place.
func (c *Cache) Count(ctx context.Context, place string) (n int) {
	if c.redis != nil {
		err := c.redis.call(ctx, func(ctx context.Context) error {
			all, err := count.Exec(ctx, c.redis.client, []string{place}, nil).AsInt64()
			n = int(all)
			return err
		})
		if err == nil {
			return n
		}
	}
	return c.places.count(place, time.Now())
}

// Members returns who is in a place, those who came last first, most of them at most.
func (c *Cache) Members(ctx context.Context, place string, most int) (who []string) {
	most = min(max(most, 0), mostMembers)
	if c.redis != nil {
		err := c.redis.call(ctx, func(ctx context.Context) (err error) {
			who, err = members.Exec(ctx, c.redis.client, []string{place}, []string{decimal(most)}).AsStrSlice()
			return err
		})
		if err == nil {
			return who
		}
	}
	return c.places.members(place, most, time.Now())
}

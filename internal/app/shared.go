package app

import (
	"context"
	"log/slog"

	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/live"
)

// connectShared opens what may be lost, and what is pushed to open apps: shared with every
// other process by KK_REDIS_URL, in this one when that is unset.
func (h *house) connectShared(ctx context.Context, d duties) (err error) {
	address := string(h.config.RedisURL)
	if h.cache, err = cache.Open(ctx, cache.Options{Address: address, Logger: h.log}); err != nil {
		return err
	}
	h.screens.log = h.log
	if !d.serves {
		return nil
	}
	h.hub, err = live.New(live.Options{
		Authorise: h.authorise, Logger: h.log, Address: address, Keeps: keepsOf, Explain: httpapi.ExplainCall,
		Call: func(ctx context.Context, c live.Call) { h.calls(ctx, c) }, // once there are routes, and so connections
		Here: func(ctx context.Context, v live.Visitor, here bool) { presence{h.cache}.online(ctx, v.User, here) },
	})
	if err == nil {
		h.screens.hub = h.hub
	}
	return err
}

func (h *house) closeShared() {
	if h.hub != nil {
		h.hub.Close()
	}
	if h.cache != nil {
		h.cache.Close()
	}
}

// redisCheck is red, but serves: a node without Redis does all it is asked, by itself.
func redisCheck(err error) httpapi.Check {
	if err == nil {
		return httpapi.Check{Name: "redis", OK: true, Detail: "answers"}
	}
	return httpapi.Check{
		Name: "redis", OK: true, Detail: explain(err),
		Warning: "Redis is AWAY: nothing is lost, but limits, presence and what open apps hear are each node's own; start it again",
	}
}

func checkRedis(ctx context.Context, c *config.Config, log *slog.Logger) httpapi.Check {
	if c.RedisURL == "" {
		return httpapi.Check{Name: "redis", OK: true, Detail: "in process: KK_REDIS_URL is not set"}
	}
	kept, err := cache.Open(ctx, cache.Options{Address: string(c.RedisURL), Logger: log})
	if err != nil {
		return checkOf("redis", "", err)
	}
	kept.Close()
	return httpapi.Check{Name: "redis", OK: true, Detail: "answers"}
}

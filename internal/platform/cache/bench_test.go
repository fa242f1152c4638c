package cache_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/test/engines"
)

func onEach(b *testing.B, bench func(b *testing.B, c *cache.Cache)) {
	b.Run("memory", func(b *testing.B) { bench(b, open(b, cache.Options{})) })
	b.Run("Redis", func(b *testing.B) { bench(b, open(b, cache.Options{Address: engines.Redis(b)})) })
}

func BenchmarkAllow(b *testing.B) {
	keys := make([]string, 1024)
	for i := range keys {
		keys[i] = strconv.Itoa(i) + ":signIn"
	}
	l := cache.Limit{Burst: 1000, Every: time.Millisecond}
	onEach(b, func(b *testing.B, c *cache.Cache) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			c.Allow(b.Context(), keys[i%len(keys)], l)
		}
	})
}

func BenchmarkAHit(b *testing.B) {
	onEach(b, func(b *testing.B, c *cache.Cache) {
		b.ReportAllocs()
		for b.Loop() {
			if got, err := c.Bytes(b.Context(), "movie:1", hour, text("a film")); err != nil || len(got) != 6 {
				b.Fatal(err)
			}
		}
	})
}

package cache_test

import (
	"log/slog"
	"testing"

	"go.uber.org/goleak"

	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/cache/cachetest"
	"github.com/kkmovies/kkmovies/test/engines"
)

func TestMain(m *testing.M) {
	engines.Main(m, func() error {
		// Of a cluster, rueidis closes a node's connection some seconds late, then ends.
		return goleak.Find(goleak.IgnoreAnyFunction("github.com/redis/rueidis.(*clusterClient)._refresh.func2"))
	})
}

// open opens a node that ends with its test and says nothing, unless the options say else.
func open(t testing.TB, o cache.Options) *cache.Cache {
	t.Helper()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	c, err := cache.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func at(address string) cachetest.Suite {
	return cachetest.Suite{Open: func(t *testing.T, o cache.Options) *cache.Cache {
		t.Helper()
		o.Address = address
		return open(t, o)
	}}
}

func TestInProcess(t *testing.T) {
	t.Parallel()
	at("").Run(t)
}

func TestOnRedis(t *testing.T) {
	t.Parallel()
	at(engines.Redis(t)).Run(t)
}

func TestOnARedisCluster(t *testing.T) {
	t.Parallel()
	at(engines.RedisCluster(t)).Run(t)
}

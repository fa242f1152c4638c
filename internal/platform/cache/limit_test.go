package cache_test

import (
	"regexp"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/test/engines"
)

func TestALimitIsOneRoundTrip(t *testing.T) {
	t.Parallel()
	r := engines.MortalRedis(t)
	client := direct(t, r)
	c := open(t, cache.Options{Address: r.URL})
	calls := regexp.MustCompile(`cmdstat_(?:evalsha|eval):calls=(\d+)`)
	c.Allow(t.Context(), "ana", cache.PerMinute(60)) // Redis learns the script
	if err := client.Do(t.Context(), client.B().ConfigResetstat().Build()).Error(); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		c.Allow(t.Context(), "ana", cache.PerMinute(60))
	}
	stats, err := client.Do(t.Context(), client.B().Info().Section("commandstats").Build()).ToString()
	if err != nil {
		t.Fatal(err)
	}
	if got := calls.FindAllStringSubmatch(stats, -1); len(got) != 1 || got[0][1] != "20" {
		t.Errorf("20 calls were %q of:\n%s", got, stats)
	}
	left, err := client.Do(t.Context(), client.B().Pttl().Key("ratelimit:ana").Build()).AsInt64()
	if err != nil || left <= 0 || left > 60_000 {
		t.Errorf("the count ends in %d ms, %v", left, err)
	}
}

package cache_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/cache/cachetest"
	"github.com/kkmovies/kkmovies/test/engines"
)

var hour = cache.Keep{Fresh: time.Hour}

func text(s string) cache.Loader {
	return func(context.Context) ([]byte, error) { return []byte(s), nil }
}

// use calls everything a cache does, from many goroutines, until stopped; stopping returns
// how long the slowest call took. Each value must be what its source says.
func use(t *testing.T, c *cache.Cache) (stop func() time.Duration) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // which ends before the use does
	var slowest atomic.Int64
	over := make(chan struct{})
	var wait sync.WaitGroup
	for n := range 8 {
		wait.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-over:
					return
				default:
				}
				start := time.Now()
				key := fmt.Sprintf("movie:%d", i%50)
				if got, err := c.Bytes(ctx, key, hour, text(key)); err != nil || string(got) != key {
					t.Errorf("%s is %q, %v", key, got, err)
				}
				took := time.Since(start)
				for _, call := range []func(){
					func() { c.Allow(ctx, key, cache.PerMinute(1000)) },
					func() { c.Come(ctx, "online_users", fmt.Sprint(n)) },
					func() { c.Count(ctx, "online_users") },
					func() { c.Members(ctx, "online_users", 10) },
					func() { c.Forget(ctx, key) },
					func() { c.SetNotes(ctx, map[string][]byte{"note:" + key: []byte(key)}, time.Hour) },
					func() {
						if got, ok := c.Notes(ctx, []string{"note:" + key})["note:"+key]; ok && string(got) != key {
							t.Errorf("the note of %s is %q", key, got)
						}
					},
				} {
					start := time.Now()
					call()
					took = max(took, time.Since(start))
				}
				for {
					before := slowest.Load()
					if int64(took) <= before || slowest.CompareAndSwap(before, int64(took)) {
						break
					}
				}
			}
		})
	}
	stop = sync.OnceValue(func() time.Duration {
		close(over)
		wait.Wait()
		return time.Duration(slowest.Load())
	})
	t.Cleanup(func() { stop() })
	return stop
}

func TestRedisIsEmptiedAmidUse(t *testing.T) {
	t.Parallel()
	r := engines.MortalRedis(t)
	other := direct(t, r)
	var said journal
	c := open(t, cache.Options{Address: r.URL, Logger: said.log()})
	stop := use(t, c)
	for range 50 {
		flush(t, other)
	}
	if took := stop(); took > time.Second {
		t.Errorf("a call took %s", took)
	}
	if n := said.lines("\n"); n != 0 {
		t.Errorf("%d lines were logged of what is no trouble", n)
	}

	// What was there is loaded again, and counts anew.
	if got, err := c.Bytes(t.Context(), "movie:x", hour, text("old")); err != nil || string(got) != "old" {
		t.Fatalf("%q, %v", got, err)
	}
	c.Come(t.Context(), "online_users", "ana")
	c.SetNotes(t.Context(), map[string][]byte{"lost": []byte("note")}, time.Hour)
	l := cache.Limit{Burst: 1, Every: time.Hour}
	c.Allow(t.Context(), "ana", l)
	flush(t, other)
	if got := c.Notes(t.Context(), []string{"lost"}); len(got) != 0 {
		t.Errorf("what is lost is read all the same: %q", got)
	}
	cachetest.Until(t, "the node hears that all is gone", func() bool {
		got, err := c.Bytes(t.Context(), "movie:x", hour, text("new"))
		return err == nil && string(got) == "new"
	})
	if n := c.Count(t.Context(), "online_users"); n != 0 {
		t.Errorf("%d are here of whom nobody gave a sign since", n)
	}
	c.Come(t.Context(), "online_users", "ana")
	if n := c.Count(t.Context(), "online_users"); n != 1 {
		t.Errorf("%d are here after one gave a sign", n)
	}
	if !c.Allow(t.Context(), "ana", l).Allowed || c.Allow(t.Context(), "ana", l).Allowed {
		t.Error("a limit does not begin anew")
	}
}

func TestRedisIsKilledAmidUseAndComesBack(t *testing.T) {
	t.Parallel()
	r := engines.MortalRedis(t)
	var said journal
	c := open(t, cache.Options{Address: r.URL, Logger: said.log()})
	stop := use(t, c)
	cachetest.Until(t, "it is in use", func() bool { return c.Count(t.Context(), "online_users") == 8 })
	c.SetNotes(t.Context(), map[string][]byte{"before": []byte("note")}, time.Hour)
	r.Kill()
	cachetest.Until(t, "its absence is noticed", func() bool { return said.lines("Redis is away") == 1 })
	if err := c.Check(t.Context()); err == nil {
		t.Error("a dead Redis is well")
	}

	// Limits hold, by this process's own count; presence is its own too. Of notes it knows none:
	// another node's may be later.
	c.SetNotes(t.Context(), map[string][]byte{"own": []byte("note")}, time.Hour)
	if got := c.Notes(t.Context(), []string{"own", "before"}); len(got) != 0 {
		t.Errorf("without Redis it reads the notes %q", got)
	}
	l := cache.Limit{Burst: 5, Every: time.Hour}
	through := 0
	for range 20 {
		if c.Allow(t.Context(), "ana", l).Allowed {
			through++
		}
	}
	if through != 5 {
		t.Errorf("%d of 20 were let through, where 5 may", through)
	}
	if n := c.Count(t.Context(), "online_users"); n != 8 {
		t.Errorf("%d came to this node, of 8", n)
	}
	if took := stop(); took > time.Second {
		t.Errorf("a call took %s", took)
	}
	if n := said.lines("\n"); n != 1 {
		t.Errorf("%d lines were logged", n)
	}

	r.Restart()
	cachetest.Until(t, "its return is noticed", func() bool { return said.lines("Redis is back") == 1 })
	if err := c.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if got, err := c.Bytes(t.Context(), "movie:x", hour, text("x")); err != nil || string(got) != "x" {
		t.Errorf("%q, %v", got, err)
	}
	client := direct(t, r)
	if got, err := client.Do(t.Context(), client.B().Get().Key("movie:x").Build()).ToString(); err != nil || got != "x" {
		t.Errorf("Redis holds %q, %v", got, err)
	}
	if n := said.lines("\n"); n != 2 {
		t.Errorf("%d lines were logged", n)
	}
}

func TestWhatChangedWhileANodeWasCutOffIsNotServedFromBefore(t *testing.T) {
	t.Parallel()
	r := engines.MortalRedis(t)
	w := newWire(t, r.URL)
	var said journal
	far := open(t, cache.Options{Address: w.url, Logger: said.log()})
	near := open(t, cache.Options{Address: r.URL})
	for _, key := range []string{"movie:1", "movie:2"} {
		for _, c := range []*cache.Cache{far, near} {
			if got, err := c.Bytes(t.Context(), key, hour, text("old")); err != nil || string(got) != "old" {
				t.Fatalf("%q, %v", got, err)
			}
		}
	}
	w.set(true)
	cachetest.Until(t, "the node notices", func() bool { return said.lines("Redis is away") == 1 })
	near.Forget(t.Context(), "movie:1") // of which the one cut off does not hear
	far.Forget(t.Context(), "movie:2")  // which the one cut off cannot tell
	for _, key := range []string{"movie:1", "movie:2"} {
		if got, err := far.Bytes(t.Context(), key, hour, text("new")); err != nil || string(got) != "new" {
			t.Errorf("the node that is cut off serves %q, %v", got, err)
		}
	}
	w.set(false)
	cachetest.Until(t, "the node is back", func() bool { return said.lines("Redis is back") == 1 })
	for _, key := range []string{"movie:1", "movie:2"} {
		if got, err := far.Bytes(t.Context(), key, hour, text("new")); err != nil || string(got) != "new" {
			t.Errorf("back again it serves %q of %s, %v", got, key, err)
		}
		cachetest.Until(t, "the other node hears of it", func() bool {
			got, err := near.Bytes(t.Context(), key, hour, text("new"))
			return err == nil && string(got) == "new"
		})
	}
}

func TestThatASourceFailsIsLoggedOnce(t *testing.T) {
	t.Parallel()
	var said journal
	c := open(t, cache.Options{Logger: said.log()})
	stale := cache.Keep{Stale: time.Hour} // fresh for no time at all
	if _, err := c.Bytes(t.Context(), "movie:1", stale, text("kept")); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		got, err := c.Bytes(t.Context(), "movie:1", stale, func(context.Context) ([]byte, error) { return nil, errors.New("the database is away") })
		if err != nil || string(got) != "kept" {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if n := said.lines("\n"); n != 1 {
		t.Errorf("%d lines were logged", n)
	}
}

func TestALimitsKeysAreBoundedAndNobodyIsWithoutLimit(t *testing.T) {
	t.Parallel()
	const most = 640
	c := open(t, cache.Options{MaxLimits: most})
	l := cache.Limit{Burst: 2, Every: time.Hour}
	through := 0
	for n := range 10 * most {
		for range 3 {
			if c.Allow(t.Context(), fmt.Sprint(n), l).Allowed {
				through++
			}
		}
	}
	// Those who find no room share one count in each of 64 parts.
	if bound := 2*most + 2*64; through > bound || through < 2*most {
		t.Errorf("%d were let through, of which %d may", through, bound)
	}
	if c.Allow(t.Context(), "0", l).Allowed {
		t.Error("who was limited first is no more")
	}
}

func TestARedisThatHangsIsWaitedForOnce(t *testing.T) {
	t.Parallel()
	r := engines.MortalRedis(t)
	var said journal
	c := open(t, cache.Options{Address: r.URL, Logger: said.log()})
	stop := use(t, c)
	cachetest.Until(t, "it is in use", func() bool { return c.Count(t.Context(), "online_users") == 8 })
	r.Freeze()
	cachetest.Until(t, "its absence is noticed", func() bool { return said.lines("Redis is away") == 1 })
	start := time.Now()
	for n := range 1000 {
		key := fmt.Sprint("frozen:", n)
		if got, err := c.Bytes(t.Context(), key, hour, text(key)); err != nil || string(got) != key {
			t.Fatalf("%q, %v", got, err)
		}
		c.Allow(t.Context(), key, cache.PerMinute(1))
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("2000 calls while it hangs took %s", took)
	}
	if took := stop(); took > time.Second {
		t.Errorf("a call took %s", took)
	}
	r.Thaw()
	cachetest.Until(t, "its return is noticed", func() bool { return said.lines("Redis is back") == 1 })
}

func TestANodeOfAClusterIsKilledAmidUse(t *testing.T) {
	t.Parallel()
	address, nodes := engines.MortalRedisCluster(t)
	var said journal
	c, other := open(t, cache.Options{Address: address, Logger: said.log()}), open(t, cache.Options{Address: address})
	stop := use(t, c)
	cachetest.Until(t, "it is in use", func() bool { return c.Count(t.Context(), "online_users") == 8 })
	nodes[1].Kill()
	cachetest.Until(t, "the cluster's failure is noticed", func() bool {
		return said.lines("Redis is away") == 1 && c.Check(t.Context()) != nil
	})
	nodes[1].Restart()
	cachetest.Until(t, "the cluster is whole", func() bool { return c.Check(t.Context()) == nil })
	cachetest.Until(t, "every key is kept again", func() bool {
		for n := range 50 {
			l := cache.Limit{Burst: 1, Every: time.Hour}
			key := fmt.Sprint("whole:", time.Now().UnixNano(), n)
			if !c.Allow(t.Context(), key, l).Allowed || other.Allow(t.Context(), key, l).Allowed {
				return false
			}
		}
		return true
	})
	if took := stop(); took > time.Second {
		t.Errorf("a call took %s", took)
	}
	if n := said.lines("\n"); n > 4 { // the node's absence, and what Redis itself may say of it
		t.Errorf("%d lines were logged", n)
	}
}

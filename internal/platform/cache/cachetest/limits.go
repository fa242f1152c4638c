package cachetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/cache"
)

func limits(t *testing.T, s Suite) {
	for name, test := range map[string]func(*testing.T, Suite){
		"who has used all up is told when to come again": toldWhen,
		"one is not limited for another":                 eachItsOwn,
		"no more than the burst and what time brings":    noMore,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, s)
		})
	}
}

func toldWhen(t *testing.T, s Suite) {
	a, b := s.nodes(t, cache.Options{})
	l := cache.Limit{Burst: 4, Every: 20 * time.Second}
	if l.Window() != 80*time.Second || cache.PerMinute(60).Every != time.Second || cache.PerHour(60).Window() != time.Hour {
		t.Error("windows are wrong")
	}
	for n := range 4 {
		v := []*cache.Cache{a, b}[n%2].Allow(t.Context(), key(t), l)
		if !v.Allowed || v.Remaining != 3-n || v.Retry != 0 || v.Reset <= time.Duration(n)*l.Every || v.Reset > time.Duration(n+1)*l.Every {
			t.Errorf("time %d: %+v", n+1, v)
		}
	}
	for range 3 { // being refused costs nothing
		v := b.Allow(t.Context(), key(t), l)
		if v.Allowed || v.Remaining != 0 || v.Retry <= 0 || v.Retry > l.Every || v.Reset <= 3*l.Every || v.Reset > l.Window() {
			t.Errorf("one more: %+v", v)
		}
	}

	quick := cache.Limit{Burst: 1, Every: 100 * time.Millisecond}
	start := time.Now()
	k := key(t) + ":quick"
	if v := a.Allow(t.Context(), k, quick); !v.Allowed {
		t.Errorf("the first: %+v", v)
	}
	Until(t, "it is allowed again", func() bool { return b.Allow(t.Context(), k, quick).Allowed })
	if took := time.Since(start); took < quick.Every {
		t.Errorf("again after %s", took)
	}
}

func eachItsOwn(t *testing.T, s Suite) {
	c := s.Open(t, cache.Options{})
	l := cache.Limit{Burst: 1, Every: time.Hour}
	for _, who := range []string{"", "ana", "{ana}", "a}b{c", "ana:signIn", "\x00\xff", "nome com espaço"} {
		if v := c.Allow(t.Context(), key(t)+who, l); !v.Allowed {
			t.Errorf("%q is refused the first time", who)
		}
		if v := c.Allow(t.Context(), key(t)+who, l); v.Allowed {
			t.Errorf("%q is let through twice", who)
		}
	}
	here := cache.Limit{Burst: 1, Every: time.Hour, Here: true}
	if !c.Allow(t.Context(), key(t)+":here", here).Allowed || c.Allow(t.Context(), key(t)+":here", here).Allowed {
		t.Error("a limit of this process is wrong")
	}
}

func noMore(t *testing.T, s Suite) {
	a, b := s.nodes(t, cache.Options{})
	l := cache.Limit{Burst: 40, Every: 5 * time.Millisecond}
	for _, l := range []cache.Limit{l, {Burst: 1, Every: time.Millisecond}} {
		var through, refused atomic.Int64
		k := key(t) + l.Every.String()
		start := time.Now()
		end := start.Add(700 * time.Millisecond)
		var wait sync.WaitGroup
		for n := range 24 {
			wait.Go(func() {
				c := []*cache.Cache{a, b}[n%2]
				for time.Now().Before(end) {
					if c.Allow(t.Context(), k, l).Allowed {
						through.Add(1)
					} else {
						refused.Add(1)
					}
				}
			})
		}
		wait.Wait()
		most := int64(l.Burst) + int64(time.Since(start)/l.Every) + 1
		if n := through.Load(); n > most || n < int64(l.Burst) || refused.Load() == 0 {
			t.Errorf("%d through and %d refused, where %d are allowed", n, refused.Load(), most)
		}
	}
}

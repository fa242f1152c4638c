package cachetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/cache"
)

func presence(t *testing.T, s Suite) {
	for name, test := range map[string]func(*testing.T, Suite){
		"who came is here until they leave":       comeAndGo,
		"presence without a sign of life is over": wearsOff,
		"as many are told of as are asked for":    bounded,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, s)
		})
	}
}

func comeAndGo(t *testing.T, s Suite) {
	a, b := s.nodes(t, cache.Options{})
	ctx, place := t.Context(), key(t)
	a.Come(ctx, place, "ana")
	b.Come(ctx, place, "rui")
	b.Come(ctx, place, "ana") // a second device
	a.Come(ctx, place+":another", "eva")
	for _, c := range []*cache.Cache{a, b} {
		who := c.Members(ctx, place, 10)
		slices.Sort(who)
		if n := c.Count(ctx, place); n != 2 || !slices.Equal(who, []string{"ana", "rui"}) {
			t.Errorf("%d are here: %v", n, who)
		}
	}
	b.Leave(ctx, place, "ana")
	b.Leave(ctx, place, "nobody")
	if who := a.Members(ctx, place, 10); !slices.Equal(who, []string{"rui"}) || a.Count(ctx, place) != 1 {
		t.Errorf("then %v", who)
	}
	if n := a.Count(ctx, place+":empty"); n != 0 || len(a.Members(ctx, place+":empty", 10)) != 0 {
		t.Errorf("%d are where nobody came", n)
	}
}

func wearsOff(t *testing.T, s Suite) {
	const life = 400 * time.Millisecond
	a, b := s.nodes(t, cache.Options{PresenceLife: life})
	ctx, place := t.Context(), key(t)
	start := time.Now()
	a.Come(ctx, place, "ana")
	a.Come(ctx, place, "rui")
	Until(t, "only who gives signs of life is here", func() bool {
		b.Come(ctx, place, "rui")
		return slices.Equal(a.Members(ctx, place, 10), []string{"rui"}) && b.Count(ctx, place) == 1
	})
	if took := time.Since(start); took < life-10*time.Millisecond { // Redis goes by when its turn began
		t.Errorf("gone after %s", took)
	}
	Until(t, "nobody is here", func() bool { return a.Count(ctx, place) == 0 })
}

func bounded(t *testing.T, s Suite) {
	c := s.Open(t, cache.Options{})
	ctx, place := t.Context(), key(t)
	for n := range 20 {
		c.Come(ctx, place, fmt.Sprintf("viewer %02d", n))
	}
	c.Come(ctx, place, strings.Repeat("n", 129))
	for most, want := range map[int]int{-1: 0, 0: 0, 5: 5, 100: 20} {
		if got := len(c.Members(ctx, place, most)); got != want {
			t.Errorf("asked for %d and told of %d", most, got)
		}
	}
	if n := c.Count(ctx, place); n != 20 {
		t.Errorf("%d are here", n)
	}
}

package cachetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

var hour = cache.Keep{Fresh: time.Hour}

// source is where values come from, a different one each time.
type source struct {
	loads atomic.Int64
	err   atomic.Pointer[error]
}

func (s *source) fail(err error) { s.err.Store(&err) }

func (s *source) load(context.Context) ([]byte, error) {
	n := s.loads.Add(1)
	if err := s.err.Load(); err != nil && *err != nil {
		return nil, *err
	}
	return fmt.Appendf(nil, "value %d", n), nil
}

func want(t *testing.T, c *cache.Cache, key string, k cache.Keep, load cache.Loader, text string) {
	t.Helper()
	if got, err := c.Bytes(t.Context(), key, k, load); err != nil || string(got) != text {
		t.Fatalf("%s is %q, %v; want %q", key, got, err, text)
	}
}

func values(t *testing.T, s Suite) {
	for name, test := range map[string]func(*testing.T, Suite){
		"a value is loaded once for a thousand callers":                     onceForAll,
		"a load outlives the caller who came first":                         outlivesItsCaller,
		"what one node loaded the others need not":                          sharedByNodes,
		"what is forgotten on one node is loaded anew on every":             forgottenEverywhere,
		"a load that an invalidation overtook leaves nothing":               overtaken,
		"a value ends with its time":                                        endsWithItsTime,
		"a stale value stands in for a source that fails, and not for long": standsIn,
		"a stale value says that it is, and its source is let alone":        saysThatItIsStale,
		"a source that says no is believed":                                 saysNo,
		"values are kept as JSON":                                           keptAsJSON,
		"what cannot be kept is loaded each time":                           notKept,
		"a load that panics is an error":                                    panics,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, s)
		})
	}
}

// key is a key that only this test has.
func key(t *testing.T) string { return "test:" + strings.ReplaceAll(t.Name(), "/", ":") }

func onceForAll(t *testing.T, s Suite) {
	c := s.Open(t, cache.Options{})
	const callers = 1000
	var from source
	all, arrived := make(chan struct{}), make(chan struct{}, callers)
	load := func(ctx context.Context) ([]byte, error) {
		<-all // nobody is too late for it
		return from.load(ctx)
	}
	var wait sync.WaitGroup
	for range callers {
		wait.Go(func() {
			arrived <- struct{}{}
			if got, err := c.Bytes(t.Context(), key(t), hour, load); err != nil || string(got) != "value 1" {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	for range callers {
		<-arrived
	}
	close(all)
	wait.Wait()
	if n := from.loads.Load(); n != 1 {
		t.Errorf("loaded %d times", n)
	}
	want(t, c, key(t), hour, from.load, "value 1")
}

func outlivesItsCaller(t *testing.T, s Suite) {
	c := s.Open(t, cache.Options{})
	began, let := make(chan struct{}), make(chan struct{})
	load := func(ctx context.Context) ([]byte, error) {
		close(began)
		<-let
		if _, bounded := ctx.Deadline(); !bounded {
			return nil, errors.New("a load without an end")
		}
		return []byte("loaded"), ctx.Err()
	}
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := c.Bytes(ctx, key(t), hour, load)
		left <- err
	}()
	<-began
	leave()
	if err := <-left; !fault.Is(err, fault.Cancelled) || !errors.Is(err, context.Canceled) {
		t.Errorf("the caller who left got %v", err)
	}
	close(let)
	want(t, c, key(t), hour, func(context.Context) ([]byte, error) { return nil, errors.New("loaded again") }, "loaded")
}

func sharedByNodes(t *testing.T, s Suite) {
	a, b := s.nodes(t, cache.Options{})
	var from source
	want(t, a, key(t), hour, from.load, "value 1")
	want(t, b, key(t), hour, from.load, "value 1")
	want(t, b, key(t), hour, from.load, "value 1")
}

func forgottenEverywhere(t *testing.T, s Suite) {
	a, b := s.nodes(t, cache.Options{})
	var from source
	k := key(t)
	want(t, a, k, hour, from.load, "value 1")
	want(t, b, k, hour, from.load, "value 1")
	for n := 2; n < 6; n++ {
		a.Forget(t.Context(), k, k+":another")
		fresh := fmt.Sprintf("value %d", n)
		want(t, a, k, hour, from.load, fresh) // the node that knows, at once
		Until(t, "the other node has "+fresh, func() bool {
			got, err := b.Bytes(t.Context(), k, hour, from.load)
			if err != nil {
				t.Fatal(err)
			}
			return string(got) == fresh
		})
	}
}

func overtaken(t *testing.T, s Suite) {
	a, b := s.nodes(t, cache.Options{})
	began, let := make(chan struct{}), make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		got, err := a.Bytes(t.Context(), key(t), hour, func(context.Context) ([]byte, error) {
			close(began)
			<-let
			return []byte("old"), nil
		})
		if err != nil || string(got) != "old" {
			t.Errorf("who asked before got %q, %v", got, err)
		}
	}()
	<-began
	b.Forget(t.Context(), key(t)) // what is being loaded has just changed
	close(let)
	<-done
	Until(t, "both nodes have the new value", func() bool {
		for _, c := range []*cache.Cache{b, a} {
			got, err := c.Bytes(t.Context(), key(t), hour, func(context.Context) ([]byte, error) { return []byte("new"), nil })
			if err != nil {
				t.Fatal(err)
			}
			if string(got) == "old" {
				t.Fatal("what was loaded before it changed is kept")
			}
		}
		return true
	})
}

func endsWithItsTime(t *testing.T, s Suite) {
	c := s.Open(t, cache.Options{})
	var from source
	start := time.Now()
	k := cache.Keep{Fresh: 150 * time.Millisecond, Stale: time.Hour}
	want(t, c, key(t), k, from.load, "value 1")
	Until(t, "it is loaded again", func() bool {
		got, err := c.Bytes(t.Context(), key(t), k, from.load)
		if err != nil {
			t.Fatal(err)
		}
		return string(got) == "value 2"
	})
	if took := time.Since(start); took < k.Fresh-10*time.Millisecond { // Redis goes by when its turn began
		t.Errorf("after %s", took)
	}
}

func standsIn(t *testing.T, s Suite) {
	a, b := s.nodes(t, cache.Options{})
	var from source
	k := cache.Keep{Fresh: 50 * time.Millisecond, Stale: 500 * time.Millisecond}
	want(t, a, key(t), k, from.load, "value 1")
	start := time.Now()
	from.fail(errors.New("the database is away"))
	Until(t, "the source is asked", func() bool {
		want(t, b, key(t), k, from.load, "value 1")
		return from.loads.Load() > 1
	})
	want(t, a, key(t), k, from.load, "value 1")
	Until(t, "the stale value is served no more", func() bool {
		_, err := a.Bytes(t.Context(), key(t), k, from.load)
		return err != nil
	})
	if took := time.Since(start); took < k.Stale {
		t.Errorf("no more after %s", took)
	}
	from.fail(nil)
	if got, err := a.Bytes(t.Context(), key(t), k, from.load); err != nil || !bytes.HasPrefix(got, []byte("value")) {
		t.Errorf("a source that is back brings %q, %v", got, err)
	}
}

func saysThatItIsStale(t *testing.T, s Suite) {
	c := s.Open(t, cache.Options{})
	var from source
	k := cache.Keep{Fresh: 50 * time.Millisecond, Stale: time.Hour}
	if value, stale, err := c.Kept(t.Context(), key(t), k, from.load); err != nil || stale || string(value) != "value 1" {
		t.Fatalf("a value just loaded is %q, stale: %v, %v", value, stale, err)
	}
	from.fail(errors.New("the database is away"))
	Until(t, "it says that it is stale", func() bool {
		value, stale, err := c.Kept(t.Context(), key(t), k, from.load)
		if err != nil || string(value) != "value 1" {
			t.Fatalf("it is %q, %v", value, err)
		}
		return stale
	})
	asked := from.loads.Load()
	for range 100 {
		if _, stale, err := c.Kept(t.Context(), key(t), k, from.load); err != nil || !stale {
			t.Fatalf("stale: %v, %v", stale, err)
		}
	}
	if again := from.loads.Load() - asked; again > 1 {
		t.Errorf("a source that fails was asked %d times in a moment", again)
	}
	from.fail(nil)
	Until(t, "the source is asked again", func() bool {
		_, stale, err := c.Kept(t.Context(), key(t), k, from.load)
		return err == nil && !stale
	})
}

func saysNo(t *testing.T, s Suite) {
	c := s.Open(t, cache.Options{})
	var from source
	k := cache.Keep{Fresh: 50 * time.Millisecond, Stale: time.Hour}
	want(t, c, key(t), k, from.load, "value 1")
	from.fail(fault.New(fault.NotFound, "test", "", ""))
	Until(t, "the value is gone", func() bool {
		_, err := c.Bytes(t.Context(), key(t), k, from.load)
		return fault.Is(err, fault.NotFound)
	})
	// Gone is gone, however long stale values may be served.
	from.fail(errors.New("the database is away"))
	if got, err := c.Bytes(t.Context(), key(t), k, from.load); err == nil {
		t.Errorf("then is %q", got)
	}
}

func keptAsJSON(t *testing.T, s Suite) {
	a, b := s.nodes(t, cache.Options{})
	type film struct {
		Title string   `json:"title"`
		Tags  []string `json:"tags"`
	}
	load := func(context.Context) (film, error) { return film{"Sete Névoas", []string{"fog", "\x00"}}, nil }
	for _, c := range []*cache.Cache{a, b} {
		got, err := cache.Load(t.Context(), c, key(t), hour, load)
		if err != nil || got.Title != "Sete Névoas" || len(got.Tags) != 2 {
			t.Errorf("%+v, %v", got, err)
		}
	}
	want(t, b, key(t), hour, nil, `{"title":"Sete Névoas","tags":["fog","\u0000"]}`)
	// Another version of the program finds what it cannot read, and loads.
	if got, err := cache.Load(t.Context(), a, key(t), hour, func(context.Context) ([]int, error) { return []int{7}, nil }); err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
	none := fault.New(fault.NotFound, "test", "", "")
	if _, err := cache.Load(t.Context(), a, key(t)+":none", hour, func(context.Context) (film, error) { return film{}, none }); !errors.Is(err, none) {
		t.Errorf("what is not there is %v", err)
	}
}

func notKept(t *testing.T, s Suite) {
	c := s.Open(t, cache.Options{})
	var from source
	long := strings.Repeat("k", 513)
	want(t, c, long, hour, from.load, "value 1")
	want(t, c, long, hour, from.load, "value 2")
	large := bytes.Repeat([]byte("v"), 1<<20+1)
	for range 2 {
		got, err := c.Bytes(t.Context(), key(t), hour, func(ctx context.Context) ([]byte, error) {
			_, err := from.load(ctx)
			return large, err
		})
		if err != nil || !bytes.Equal(got, large) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	}
	if n := from.loads.Load(); n != 4 {
		t.Errorf("loaded %d times", n)
	}
	large = large[1:]
	want(t, c, key(t), hour, func(context.Context) ([]byte, error) { return large, nil }, string(large))
	want(t, c, key(t), hour, from.load, string(large))
}

func panics(t *testing.T, s Suite) {
	c := s.Open(t, cache.Options{})
	_, err := c.Bytes(t.Context(), key(t), hour, func(context.Context) ([]byte, error) { panic("a bug") })
	if !fault.Is(err, fault.Internal) || !strings.Contains(err.Error(), "a bug") {
		t.Errorf("%v", err)
	}
	var from source
	want(t, c, key(t), hour, from.load, "value 1")
}

package cachetest

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/cache"
)

func notes(t *testing.T, s Suite) {
	for name, test := range map[string]func(*testing.T, Suite){
		"a note set at one node is read at another":     readElsewhere,
		"a note is lost when its life is over":          lifeIsOver,
		"the last of a key's notes is read":             lastIsRead,
		"thousands are set and read together":           manyAtOnce,
		"what cannot be kept is as if it was lost":      tooLarge,
		"notes and values do not know of each other":    noValues,
		"notes set at once from everywhere are whole":   whole,
		"any bytes are a note, and any key is its name": anyBytes,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, s)
		})
	}
}

func wantNotes(t *testing.T, c *cache.Cache, keys []string, want map[string][]byte) {
	t.Helper()
	got := c.Notes(t.Context(), keys)
	if !maps.EqualFunc(got, want, bytes.Equal) {
		t.Errorf("%d notes are read, want %d: %.200q", len(got), len(want), fmt.Sprint(got))
	}
}

func readElsewhere(t *testing.T, s Suite) {
	a, b := s.nodes(t, cache.Options{})
	k := key(t)
	want := map[string][]byte{k + ":1": []byte("one"), k + ":2": []byte("two")}
	a.SetNotes(t.Context(), want, time.Hour)
	for _, c := range []*cache.Cache{a, b} {
		wantNotes(t, c, []string{k + ":1", k + ":none", k + ":2"}, want)
		wantNotes(t, c, []string{k}, nil)
		wantNotes(t, c, nil, nil)
	}
	a.SetNotes(t.Context(), nil, time.Hour)
}

func lifeIsOver(t *testing.T, s Suite) {
	a, b := s.nodes(t, cache.Options{})
	k := key(t)
	start := time.Now()
	a.SetNotes(t.Context(), map[string][]byte{k: []byte("soon gone")}, 200*time.Millisecond)
	a.SetNotes(t.Context(), map[string][]byte{k + ":stays": []byte("here")}, time.Hour)
	Until(t, "it is lost", func() bool { return len(b.Notes(t.Context(), []string{k})) == 0 })
	if took := time.Since(start); took < 190*time.Millisecond { // Redis goes by when its turn began
		t.Errorf("lost after %s", took)
	}
	wantNotes(t, b, []string{k, k + ":stays"}, map[string][]byte{k + ":stays": []byte("here")})
}

func lastIsRead(t *testing.T, s Suite) {
	a, b := s.nodes(t, cache.Options{})
	k := key(t)
	for n := range 20 {
		text := fmt.Append(nil, n)
		[]*cache.Cache{a, b}[n%2].SetNotes(t.Context(), map[string][]byte{k: text}, time.Hour)
		for _, c := range []*cache.Cache{a, b} {
			wantNotes(t, c, []string{k}, map[string][]byte{k: text})
		}
	}
}

func manyAtOnce(t *testing.T, s Suite) {
	a, b := s.nodes(t, cache.Options{})
	many := map[string][]byte{}
	var keys []string
	for n := range 2500 {
		k := fmt.Sprintf("%s:%d", key(t), n)
		keys = append(keys, k, k+":none")
		many[k] = fmt.Appendf(nil, "note %d", n)
	}
	a.SetNotes(t.Context(), many, time.Hour)
	wantNotes(t, b, keys, many)
}

func tooLarge(t *testing.T, s Suite) {
	c := s.Open(t, cache.Options{})
	k := key(t)
	long := strings.Repeat("k", 513)
	c.SetNotes(t.Context(), map[string][]byte{
		k: bytes.Repeat([]byte("v"), 1<<20+1), long: []byte("v"), k + ":fits": []byte("v"),
	}, time.Hour)
	c.SetNotes(t.Context(), map[string][]byte{k + ":no life": []byte("v")}, 0)
	wantNotes(t, c, []string{k, long, k + ":fits", k + ":no life"}, map[string][]byte{k + ":fits": []byte("v")})
}

func noValues(t *testing.T, s Suite) {
	c := s.Open(t, cache.Options{})
	var from source
	c.SetNotes(t.Context(), map[string][]byte{key(t): []byte("a note")}, time.Hour)
	want(t, c, key(t)+":value", hour, from.load, "value 1")
	c.Forget(t.Context(), key(t)+":value")
	wantNotes(t, c, []string{key(t)}, map[string][]byte{key(t): []byte("a note")})
}

func whole(t *testing.T, s Suite) {
	a, b := s.nodes(t, cache.Options{})
	k := key(t)
	var all sync.WaitGroup
	for n := range 16 {
		all.Go(func() {
			c := []*cache.Cache{a, b}[n%2]
			text := bytes.Repeat([]byte{byte('a' + n)}, 500)
			for range 50 {
				c.SetNotes(t.Context(), map[string][]byte{k: text, fmt.Sprint(k, n): text}, time.Hour)
				got := c.Notes(t.Context(), []string{k, fmt.Sprint(k, n)})
				if one := got[k]; len(one) != 500 || !bytes.Equal(one, bytes.Repeat(one[:1], 500)) {
					t.Errorf("read %.40q", one)
				}
				if !bytes.Equal(got[fmt.Sprint(k, n)], text) {
					t.Errorf("its own note is %.40q", got[fmt.Sprint(k, n)])
				}
			}
		})
	}
	all.Wait()
}

func anyBytes(t *testing.T, s Suite) {
	a, b := s.nodes(t, cache.Options{})
	want := map[string][]byte{}
	var keys []string
	for _, name := range []string{"{ana}", "a}b{c", "\x00\xff", "nome com espaço", "{"} {
		k := key(t) + name
		keys = append(keys, k)
		want[k] = []byte("\x00\xff\r\n" + name)
	}
	a.SetNotes(t.Context(), want, time.Hour)
	wantNotes(t, b, keys, want)
}

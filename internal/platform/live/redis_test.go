package live_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/live"
	"github.com/kkmovies/kkmovies/test/engines"
)

func hearsTheOther(t *testing.T, h house) {
	a, b := h.start(t, live.Options{}), h.start(t, live.Options{})
	here, there := a.dial(t, "a", nil), b.dial(t, "b", nil)
	here.must()
	there.must()
	for n := range 20 {
		[]*server{a, b}[n%2].publish(t, n)
		here.hears(n)
		there.hears(n)
	}
}

func comesBackElsewhere(t *testing.T, h house) {
	a, b := h.start(t, live.Options{}), h.start(t, live.Options{})
	c, stays := a.dial(t, "a", nil), b.dial(t, "b", nil)
	sub := c.must().Connect.Subs[a.channel]
	stays.must()
	a.publish(t, 1)
	at := position{Offset: c.hears(1), Epoch: sub.Epoch}
	c.conn.CloseNow()
	stays.hears(1)
	a.publish(t, 2)
	stays.hears(2)
	b.publish(t, 3)
	stays.hears(3)

	sub = b.dial(t, "a", &at).must().Connect.Subs[b.channel]
	if !sub.Recovered || len(sub.Publications) != 2 || sub.Publications[0].Data.N != 2 || sub.Publications[1].Data.N != 3 {
		t.Fatalf("recovered %v: %+v", sub.Recovered, sub.Publications)
	}
}

// A process that nobody connects to, a worker or a command, publishes and ends.
func sendsBeforeItStops(t *testing.T, h house) {
	a, b := h.start(t, live.Options{}), h.start(t, live.Options{})
	c := b.dial(t, "b", nil)
	c.must()
	for n := range 100 {
		a.publish(t, n)
	}
	start := time.Now()
	if err := a.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	stopped := time.Since(start)
	for n := range 100 {
		m, err := c.next()
		if err != nil || m.Push == nil || m.Push.Pub == nil || m.Push.Pub.Data.N != n {
			t.Fatalf("publication %d of 100 is not heard: %+v, %v; stopping took %s", n, m, err, stopped)
		}
	}
}

// journal is a log that can be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) lines() (all []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Split(strings.TrimSpace(j.text.String()), "\n")
}

func TestAfterRedisWasEmptiedAClientIsToldToLookAfresh(t *testing.T) {
	t.Parallel()
	r := engines.MortalRedis(t)
	s := house{r.URL}.start(t, live.Options{})
	stays, goes := s.dial(t, "a", nil), s.dial(t, "b", nil)
	stays.must()
	sub := goes.must().Connect.Subs[s.channel]
	s.publish(t, 1)
	stays.hears(1)
	at := position{Offset: goes.hears(1), Epoch: sub.Epoch}
	goes.conn.CloseNow()

	client, err := rueidis.NewClient(rueidis.ClientOption{
		InitAddress: []string{strings.TrimPrefix(r.URL, "redis://")}, ForceSingleClient: true, DisableCache: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	if err := client.Do(t.Context(), client.B().Flushall().Build()).Error(); err != nil {
		t.Fatal(err)
	}

	if sub := s.dial(t, "b", &at).must().Connect.Subs[s.channel]; sub.Recovered || !sub.Recoverable {
		t.Errorf("who comes back is told it recovered: %+v", sub)
	}
	s.publish(t, 2) // a new count has begun, which tells who stayed that the old one is over
	stays.ends(3010)
}

// reached waits until what one server publishes is heard at another, by whoever is connected
// there: no client, and no call, makes the servers come back.
func reached(t *testing.T, from, at *server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	heard := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		for n := 1000; ctx.Err() == nil; n++ {
			from.publish(t, n)
			select {
			case <-heard:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
	for ctx.Err() == nil {
		c := at.dial(t, "b", nil)
		for m, err := c.next(); err == nil; m, err = c.next() {
			if m.Push != nil && m.Push.Pub != nil && m.Push.Pub.Data.N >= 1000 {
				close(heard)
				wait.Wait()
				return
			}
		}
	}
	wait.Wait()
	t.Fatal("nobody hears what is published")
}

func TestRedisIsKilledAndTheServersComeBackByThemselves(t *testing.T) {
	t.Parallel()
	r := engines.MortalRedis(t)
	var said journal
	h := house{r.URL}
	a := h.start(t, live.Options{Logger: slog.New(slog.NewTextHandler(&said, nil))})
	b := h.start(t, live.Options{})
	reached(t, a, b)
	c := a.dial(t, "ana", nil)
	c.must()

	r.Kill()
	start := time.Now()
	for n := range 20_000 { // more than can wait
		a.publish(t, n)
	}
	a.Recheck("ana")
	if took := time.Since(start); took > 30*time.Second { // waiting for Redis each time would take hours
		t.Errorf("20,000 messages to a dead Redis took %s", took)
	}
	for { // who signed out is sent away at once
		if _, err := c.next(); err != nil {
			break
		}
	}
	r.Restart()
	reached(t, a, b)
	reached(t, b, a)
	about := map[string]int{}
	for _, line := range said.lines() {
		_, message, _ := strings.Cut(line, "msg=")
		about[message[:min(len(message), 40)]]++
	}
	if len(about) > 5 {
		t.Errorf("too much was logged: %v", about)
	}
	for message, n := range about {
		if n > 1 {
			t.Errorf("logged %d times: %s", n, message)
		}
	}
}

func TestARedisThatDoesNotAnswerIsSaidWhenAHubIsMade(t *testing.T) {
	t.Parallel()
	r := engines.MortalRedis(t)
	r.Kill()
	for address, want := range map[string]fault.Kind{r.URL: fault.Unavailable, "redis://": fault.Invalid} {
		if _, err := live.New(live.Options{Address: address, Logger: slog.New(slog.DiscardHandler)}); !fault.Is(err, want) || fault.PublicOf(err) == "" {
			t.Errorf("%s: %v", address, err)
		}
	}
}

package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/live"
)

// explain is what clients are told: a number for each kind of fault, and its code.
func explain(err error) (uint32, string) { return 1000 + uint32(fault.KindOf(err)), fault.CodeOf(err) }

func (c *client) call(id int, method string, data any) {
	c.t.Helper()
	c.send(map[string]any{"id": id, "rpc": map[string]any{"method": method, "data": data}})
}

// answered checks that the next message answers call id, with an error of this kind or none.
func (c *client) answered(id int, kind fault.Kind, refused bool) message {
	c.t.Helper()
	m := c.must()
	switch {
	case m.ID != id, refused != (m.Error != nil):
		c.t.Fatalf("heard %+v, error %+v, as the answer to call %d", m, m.Error, id)
	case refused && m.Error.Code != 1000+int(kind):
		c.t.Fatalf("call %d is refused with %+v, want %v", id, m.Error, kind)
	}
	return m
}

func answersCalls(t *testing.T, h house) {
	held := make(chan live.Call, 1)
	s := h.start(t, live.Options{Explain: explain, Call: func(_ context.Context, c live.Call) {
		if c.Method == "hold" {
			held <- c
			return
		}
		c.Answer(map[string]any{"method": c.Method, "data": json.RawMessage(c.Data), "user": c.Visitor.User, "who": c.Visitor.Who}, nil)
		c.Answer(nil, errors.New("twice")) // is not heard
	}})
	a, b := s.dial(t, "a", nil), s.dial(t, "b", nil)
	a.must()
	b.must()
	a.call(2, "hold", nil)
	waiting := <-held
	a.call(3, "watch", map[string]int{"n": 7}) // and is answered before
	b.call(2, "watch", nil)
	got := a.answered(3, 0, false)
	if got.RPC == nil || string(got.RPC.Data) != `{"data":{"n":7},"method":"watch","user":"a","who":"who a"}` {
		t.Errorf("answered %s", got.RPC.Data)
	}
	if got := b.answered(2, 0, false); !strings.Contains(string(got.RPC.Data), `"who":"who b"`) {
		t.Errorf("answered %s", got.RPC.Data)
	}
	waiting.Answer("late", nil)
	if got := a.answered(2, 0, false); string(got.RPC.Data) != `"late"` {
		t.Errorf("answered %s", got.RPC.Data)
	}
}

func saysWhy(t *testing.T, h house) {
	s := h.start(t, live.Options{Explain: explain, Call: func(_ context.Context, c live.Call) {
		switch c.Method {
		case "gone":
			c.Answer(nil, fault.New(fault.NotFound, "test", "no_such_film", "There is no such film."))
		case "away":
			c.Answer(nil, fault.New(fault.Unavailable, "test", "", ""))
		default:
			c.Answer(func() {}, nil) // which is no JSON
		}
	}})
	c := s.dial(t, "a", nil)
	c.must()
	c.call(2, "gone", nil)
	if m := c.answered(2, fault.NotFound, true); m.Error.Message != "no_such_film" || m.Error.Temporary {
		t.Errorf("refused with %+v", m.Error)
	}
	c.call(3, "away", nil)
	if m := c.answered(3, fault.Unavailable, true); !m.Error.Temporary {
		t.Errorf("refused with %+v", m.Error)
	}
	c.call(4, "", nil)
	c.answered(4, fault.Internal, true)
}

func refusesTooMany(t *testing.T, h house) {
	calls := make(chan live.Call, 200)
	s := h.start(t, live.Options{Explain: explain, Call: func(_ context.Context, c live.Call) { calls <- c }})
	c, other := s.dial(t, "a", nil), s.dial(t, "b", nil)
	c.must()
	other.must()
	c.call(2, "watch", strings.Repeat("x", 4<<10))
	c.answered(2, fault.TooLarge, true)
	const most = 128
	for n := range most {
		c.call(10+n, "watch", nil)
	}
	c.call(500, "watch", nil)
	c.answered(500, fault.TooMany, true)
	other.call(2, "watch", nil) // has bounds of its own
	for range most + 1 {
		(<-calls).Answer(struct{}{}, nil)
	}
	other.answered(2, 0, false)
	for range most {
		if m := c.must(); m.RPC == nil {
			t.Fatalf("a call under way is answered with %+v", m)
		}
	}

	// However soon they are answered, so many in so short a time are no player's.
	go func() {
		for {
			select {
			case call := <-calls:
				call.Answer(struct{}{}, nil)
			case <-t.Context().Done():
				return
			}
		}
	}()
	for n := 1000; ; n++ {
		c.call(n, "watch", nil)
		if m := c.must(); m.Error != nil {
			if m.Error.Code != 1000+int(fault.TooMany) {
				t.Errorf("refused with %+v", m.Error)
			}
			break
		}
		if n == 50_000 {
			t.Fatal("any number of calls is answered")
		}
	}
}

func answersPanics(t *testing.T, h house) {
	s := h.start(t, live.Options{Explain: explain, Call: func(context.Context, live.Call) { panic("a bug") }})
	c := s.dial(t, "a", nil)
	c.must()
	for id := 2; id < 5; id++ {
		c.call(id, "watch", nil)
		c.answered(id, fault.Internal, true)
	}
}

func callsNothing(t *testing.T, h house) {
	s := h.start(t, live.Options{})
	c := s.dial(t, "a", nil)
	c.must()
	c.call(2, "watch", nil)
	if m := c.must(); m.ID != 2 || m.Error == nil {
		t.Errorf("answered %+v", m)
	}
}

func hearsTheirOwn(t *testing.T, h house) {
	s := h.start(t, live.Options{})
	a, b := s.dial(t, "a", nil), s.dial(t, "b", nil)
	subs := a.must().Connect.Subs
	b.must()
	own := s.channel + " of a"
	tell := func(n int) {
		if err := s.Publish(t.Context(), own, map[string]int{"n": n}); err != nil {
			t.Fatal(err)
		}
	}
	tell(1)
	s.publish(t, 2)
	b.hears(2) // and nothing before it
	at := map[string]position{s.channel: {Epoch: subs[s.channel].Epoch}, own: {Epoch: subs[own].Epoch}}
	for range 2 { // of two channels there is no order
		m := a.must()
		if m.Push == nil || m.Push.Pub == nil || m.Push.Pub.Data.N != map[string]int{own: 1, s.channel: 2}[m.Push.Channel] {
			t.Fatalf("heard %+v", m.Push)
		}
		p := at[m.Push.Channel]
		p.Offset, p.Recover = m.Push.Pub.Offset, true
		at[m.Push.Channel] = p
	}
	a.conn.CloseNow()
	tell(3)
	s.publish(t, 4)
	b.hears(4)
	stays := s.dial(t, "a", nil) // by whom it is known that all has been published
	stays.must()
	tell(5)
	if m := stays.must(); m.Push == nil || m.Push.Pub.Data.N != 5 {
		t.Fatalf("heard %+v", m)
	}

	a = s.dial(t, "a", nil)
	a.must()
	a.conn.CloseNow()
	back := s.dialFrom(t, "a", at)
	subs = back.must().Connect.Subs
	for channel, want := range map[string][]int{own: {3, 5}, s.channel: {4}} {
		var got []int
		for _, p := range subs[channel].Publications {
			got = append(got, p.Data.N)
		}
		if !subs[channel].Recovered || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("of %q recovered %v: %v, want %v", channel, subs[channel].Recovered, got, want)
		}
	}
}

func keepsFewer(t *testing.T, h house) {
	s := h.start(t, live.Options{HistorySize: 10, Keeps: func(channel string) int {
		if strings.HasSuffix(channel, " of a") {
			return 2
		}
		return 0
	}})
	own := s.channel + " of a"
	c := s.dial(t, "a", nil)
	subs := c.must().Connect.Subs
	at := map[string]position{
		s.channel: {Recover: true, Epoch: subs[s.channel].Epoch}, own: {Recover: true, Epoch: subs[own].Epoch},
	}
	for n := range 5 {
		s.publish(t, n)
		if err := s.Publish(t.Context(), own, map[string]int{"n": n}); err != nil {
			t.Fatal(err)
		}
	}
	for range 10 {
		c.must()
	}
	c.conn.CloseNow()
	subs = s.dialFrom(t, "a", at).must().Connect.Subs
	if !subs[s.channel].Recovered || len(subs[s.channel].Publications) != 5 {
		t.Errorf("of a channel that keeps 10: %+v", subs[s.channel])
	}
	if subs[own].Recovered {
		t.Errorf("of a channel that keeps 2: %+v", subs[own])
	}
}

func isHere(t *testing.T, h house) {
	type sign struct {
		who  any
		here bool
	}
	signs := make(chan sign, 100)
	s := h.start(t, live.Options{Here: func(_ context.Context, v live.Visitor, here bool) { signs <- sign{v.Who, here} }})
	wants := func(what string, want sign) {
		t.Helper()
		select {
		case got := <-signs:
			if got != want {
				t.Errorf("%s: told %+v, want %+v", what, got, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: nothing is told", what)
		}
	}
	a := s.dial(t, "a", nil)
	a.must()
	wants("a comes", sign{"who a", true})
	second := s.dial(t, "a", nil)
	second.must()
	wants("a comes again", sign{"who a", true})
	second.conn.CloseNow()
	b := s.dial(t, "b", nil)
	b.must()
	wants("b comes, and nobody has gone", sign{"who b", true})
	b.conn.CloseNow()
	wants("b goes", sign{"who b", false})
	a.conn.CloseNow()
	wants("a goes", sign{"who a", false})
}

package accounttest

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// over is a grace that is over as soon as a token was used: these tests wait for no clock.
const over = -time.Nanosecond

func refreshing(used, next string) account.Refreshing {
	return account.Refreshing{
		Used: used, Next: next, Grace: time.Hour, Address: "192.0.2.7",
		Now: epoch.Add(time.Hour), Expires: epoch.Add(48 * time.Hour), Longest: 100 * 24 * time.Hour,
	}
}

// wantRefresh uses a token, which must go well, or with this fault.
func wantRefresh(t *testing.T, what string, s account.Store, used, next string, want fault.Kind) {
	t.Helper()
	out, err := s.Refresh(t.Context(), refreshing(used, next))
	switch {
	case want != 0:
		wantFault(t, what, err, want)
	case err != nil || out.Reused:
		t.Errorf("%s: reused %t, %v", what, out.Reused, err)
	}
}

func aRefreshTokenIsUsed(t *testing.T, s Subject) {
	me := add(t, s.Store, "ana@example.com", account.Editor)
	session := signIn(t, s.Store, me, "first")
	out, err := s.Store.Refresh(t.Context(), refreshing("first", "second"))
	wantNoError(t, "use it", err)
	session.SeenAt, session.ExpiresAt, session.Address = epoch.Add(time.Hour), epoch.Add(48*time.Hour), "192.0.2.7"
	if out.Reused || out.Session != session || out.User.ID != me.User.ID || out.Profile != me.Profile || out.User.Role != account.Editor {
		t.Errorf("%+v\nwant the session %+v", out, session)
	}
	if got, err := s.Store.Me(t.Context(), session.ID, epoch.Add(47*time.Hour)); err != nil || got.Session != session {
		t.Errorf("then it is %+v, %v", got.Session, err)
	}
	wantRefresh(t, "the next", s.Store, "second", "third", 0)
	wantRefresh(t, "a token as no one has it", s.Store, "fourth", "fifth", fault.NotFound)
	wantRefresh(t, "no token", s.Store, "", "fifth", fault.NotFound)
}

func aTokenComesAgainInTheGrace(t *testing.T, s Subject) {
	me := add(t, s.Store, "ana@example.com", account.Viewer)
	signIn(t, s.Store, me, "first")
	for _, next := range []string{"a", "b", "c"} { // three tabs
		wantRefresh(t, "the first, for "+next, s.Store, "first", next, 0)
	}
	wantRefresh(t, "the one that was given last", s.Store, "c", "d", 0)
}

func aTokenComesAgainLater(t *testing.T, s Subject) {
	me := add(t, s.Store, "ana@example.com", account.Viewer)
	stolen, other := signIn(t, s.Store, me, "first"), signIn(t, s.Store, me, "other")
	wantRefresh(t, "use it", s.Store, "first", "second", 0)
	wantRefresh(t, "use the next", s.Store, "second", "third", 0)

	again := refreshing("first", "fourth")
	again.Grace = over
	out, err := s.Store.Refresh(t.Context(), again)
	if err != nil || !out.Reused || out.Session.ID != stolen.ID || out.User.ID != me.User.ID {
		t.Errorf("again: %+v, %v", out, err)
	}
	wantMe(t, "its session", s.Store, stolen.ID, false)
	for _, token := range []string{"first", "second", "third", "fourth"} {
		wantRefresh(t, "the token "+token, s.Store, token, "more", fault.NotFound)
	}
	wantMe(t, "the other", s.Store, other.ID, true)
	wantRefresh(t, "the other's token", s.Store, "other", "other 2", 0)
}

// Somebody who stole a token and was quick has one of the same age as its owner. When both
// go on, the second to do so is found out.
func oneOfTheGraceGoesOn(t *testing.T, s Subject) {
	me := add(t, s.Store, "ana@example.com", account.Viewer)
	session := signIn(t, s.Store, me, "first")
	wantRefresh(t, "its owner", s.Store, "first", "owner's", 0)
	wantRefresh(t, "the thief", s.Store, "first", "thief's", 0)
	wantRefresh(t, "its owner goes on", s.Store, "owner's", "owner's next", 0)
	late := refreshing("thief's", "thief's next")
	late.Grace = over
	if out, err := s.Store.Refresh(t.Context(), late); err != nil || !out.Reused {
		t.Errorf("the thief goes on: %+v, %v", out, err)
	}
	wantMe(t, "the session", s.Store, session.ID, false)
}

func manyUseOneToken(t *testing.T, s Subject) {
	const many = 12
	me := add(t, s.Store, "ana@example.com", account.Viewer)
	session := signIn(t, s.Store, me, "first")
	for i, err := range atOnce(many, func(i int) error {
		out, err := s.Store.Refresh(t.Context(), refreshing("first", fmt.Sprintf("next %d", i)))
		if err == nil && out.Reused {
			err = fmt.Errorf("told that it was used before")
		}
		return err
	}) {
		wantNoError(t, fmt.Sprintf("number %d, in the grace", i), err)
	}
	wantMe(t, "the session", s.Store, session.ID, true)

	// Without a grace one is the first, and whoever comes after it finds no session.
	alone := signIn(t, s.Store, me, "alone")
	first, reused := 0, 0
	outs := make([]account.Refreshed, many)
	for i, err := range atOnce(many, func(i int) (err error) {
		r := refreshing("alone", fmt.Sprintf("after %d", i))
		r.Grace = over
		outs[i], err = s.Store.Refresh(t.Context(), r)
		return err
	}) {
		switch {
		case err == nil && outs[i].Reused:
			reused++
		case err == nil:
			first++
		default:
			wantFault(t, fmt.Sprintf("number %d", i), err, fault.NotFound)
		}
	}
	if first != 1 || reused != 1 {
		t.Errorf("%d were first, and %d found out", first, reused)
	}
	wantMe(t, "the session", s.Store, alone.ID, false)
}

func aTokenThatIsNoneAnyMore(t *testing.T, s Subject) {
	me := add(t, s.Store, "ana@example.com", account.Viewer)
	session := signIn(t, s.Store, me, "token")
	late := refreshing("token", "next")
	for _, late.Now = range []time.Time{session.ExpiresAt, session.ExpiresAt.AddDate(1, 0, 0)} {
		_, err := s.Store.Refresh(t.Context(), late)
		wantFault(t, "when it has expired", err, fault.NotFound)
	}
	wantRefresh(t, "before", s.Store, "token", "next", 0)
	endAll(t, s.Store, me.User.ID, "")
	wantRefresh(t, "of a session that ended", s.Store, "next", "more", fault.NotFound)
}

func aSessionHasAnEnd(t *testing.T, s Subject) {
	me := add(t, s.Store, "ana@example.com", account.Viewer)
	signIn(t, s.Store, me, "token")
	r := refreshing("token", "next")
	r.Longest = 30 * time.Hour
	out, err := s.Store.Refresh(t.Context(), r)
	if want := epoch.Add(30 * time.Hour); err != nil || !out.Session.ExpiresAt.Equal(want) {
		t.Errorf("ends at %s, %v, want %s", out.Session.ExpiresAt, err, want)
	}
	last := refreshing("next", "last")
	last.Now = epoch.Add(30 * time.Hour)
	_, err = s.Store.Refresh(t.Context(), last)
	wantFault(t, "then", err, fault.NotFound)
}

// listening is what one process hears.
type listening struct {
	account.Signals
	heard  chan string
	missed chan struct{}
}

func listen(t *testing.T, signals account.Signals) listening {
	t.Helper()
	l := listening{signals, make(chan string, 100), make(chan struct{}, 100)}
	t.Cleanup(signals.Listen(func(topic string, keys []string) {
		for _, key := range keys {
			l.heard <- topic + " " + key
		}
	}, func() { l.missed <- struct{}{} }))
	wait(t, "it listens", l.missed)
	return l
}

func wait[T any](t *testing.T, what string, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(30 * time.Second):
		t.Fatalf("waited in vain until %s", what)
	}
	return v
}

func theEndOfASessionIsHeard(t *testing.T, s Subject) {
	here, itself := s.Join(t)
	_, elsewhere := s.Join(t)
	hears, own := listen(t, elsewhere), listen(t, itself)
	me := add(t, here, "ana@example.com", account.Viewer)
	var want []string
	ended := func(what string, session account.Session, err error) {
		t.Helper()
		wantNoError(t, what, err)
		want = append(want, account.SessionEnded+" "+me.User.ID+"/"+session.ID)
	}
	one, two, three := signIn(t, here, me, "1"), signIn(t, here, me, "2"), signIn(t, here, me, "3")
	ended("end one", one, here.EndSession(t.Context(), me.User.ID, one.ID))
	_, err := here.EndByRefresh(t.Context(), "2")
	ended("end by its token", two, err)
	wantRefresh(t, "use it", here, "3", "3 again", 0)
	r := refreshing("3", "3 once more")
	r.Grace = over
	_, err = here.Refresh(t.Context(), r)
	ended("use it again", three, err)
	wantFault(t, "end what is not there", here.EndSession(t.Context(), me.User.ID, one.ID), fault.NotFound)
	four := signIn(t, here, me, "4")
	endAll(t, here, me.User.ID, "")
	ended("end all", four, nil)
	wantNoError(t, "add a key", s.Secrets(OneKey).AddSigningKey(t.Context(), signingKey(1), 0))
	want = append(want, account.KeysChanged+" ")
	for i, w := range want {
		if got := wait(t, "it is heard", hears.heard); got != w {
			t.Errorf("number %d: heard %q, want %q", i, got, w)
		}
	}
	// Its own party heard only what the secrets' store did, which is another.
	if got := wait(t, "its own party hears of the key", own.heard); got != want[len(want)-1] {
		t.Errorf("heard itself: %q", got)
	}
}

// Whoever acts only on what is whole acts on nothing that has ended before then.
func whatIsWholeWasHeard(t *testing.T, s Subject) {
	here, _ := s.Join(t)
	_, elsewhere := s.Join(t)
	hears := listen(t, elsewhere)
	me := add(t, here, "ana@example.com", account.Viewer)
	for i := range 5 {
		session := signIn(t, here, me, fmt.Sprint(i))
		wantNoError(t, "end it", here.EndSession(t.Context(), me.User.ID, session.ID))
		ended := time.Now()
		for !hears.Whole().After(ended) { // nothing tells of it but asking
			if wait(t, "time goes by", time.After(time.Millisecond)); time.Since(ended) > 30*time.Second {
				t.Fatal("it is never whole")
			}
		}
		if got := wait(t, "it is heard", hears.heard); got != account.SessionEnded+" "+me.User.ID+"/"+session.ID {
			t.Errorf("heard %q", got)
		}
	}
}

func signingKey(number int) account.SigningKey {
	return account.SigningKey{
		Number: number, ID: fmt.Sprintf("key %d", number), Seed: bytes.Repeat([]byte{byte(number)}, 32),
		CreatedAt: epoch.AddDate(0, number, 0), SignsFrom: epoch.AddDate(0, number, 1),
	}
}

func sameKey(a, b account.SigningKey) bool {
	return a.Number == b.Number && a.ID == b.ID && bytes.Equal(a.Seed, b.Seed) && a.CreatedAt.Equal(b.CreatedAt) && a.SignsFrom.Equal(b.SignsFrom)
}

func wantKeys(t *testing.T, secrets account.Secrets, numbers ...int) {
	t.Helper()
	keys, err := secrets.SigningKeys(t.Context())
	var want []account.SigningKey
	for _, n := range numbers {
		want = append(want, signingKey(n))
	}
	if err != nil || !slices.EqualFunc(keys, want, sameKey) {
		t.Errorf("kept %+v, %v\nwant %+v", keys, err, want)
	}
}

func signingKeysAreKept(t *testing.T, s Subject) {
	secrets := s.Secrets(OneKey)
	wantKeys(t, secrets)
	for n := 1; n <= 3; n++ {
		wantNoError(t, "add", secrets.AddSigningKey(t.Context(), signingKey(n), 0))
	}
	wantKeys(t, s.Secrets(OneKey), 3, 2, 1)
	wantNoError(t, "add, and drop", secrets.AddSigningKey(t.Context(), signingKey(4), 3))
	wantKeys(t, secrets, 4, 3)
}

func nodesAgreeOnASigningKey(t *testing.T, s Subject) {
	for i, err := range atOnce(8, func(i int) error {
		k := signingKey(1)
		k.ID, k.Seed = fmt.Sprintf("of node %d", i), bytes.Repeat([]byte{byte(i)}, 32)
		return s.Secrets(OneKey).AddSigningKey(t.Context(), k, 0)
	}) {
		wantNoError(t, fmt.Sprintf("node %d", i), err)
	}
	if keys, err := s.Secrets(OneKey).SigningKeys(t.Context()); err != nil || len(keys) != 1 || len(keys[0].Seed) != 32 {
		t.Errorf("kept %+v, %v", keys, err)
	}
}

func aSigningKeyOfAnotherKey(t *testing.T, s Subject) {
	wantNoError(t, "add", s.Secrets(OneKey).AddSigningKey(t.Context(), signingKey(1), 0))
	_, err := s.Secrets(AnotherKey).SigningKeys(t.Context())
	wantFault(t, "with another key", err, fault.Unavailable)
	if fault.PublicOf(err) == "" {
		t.Error("no sentence says what to do")
	}
}

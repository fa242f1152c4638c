package accounttest

import (
	"slices"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// wantMe checks whether a session is there.
func wantMe(t *testing.T, what string, s account.Store, id string, there bool) {
	t.Helper()
	_, err := s.Me(t.Context(), id, epoch)
	if there && err != nil {
		t.Errorf("%s: %v", what, err)
	}
	if !there {
		wantFault(t, what, err, fault.NotFound)
	}
}

func endAll(t *testing.T, s account.Store, userID, but string) []string {
	t.Helper()
	ended, err := s.EndSessions(t.Context(), userID, but)
	wantNoError(t, "end all", err)
	return ended
}

func aSessionIsFound(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Editor)
	bia := add(t, s.Store, "bia@example.com", account.Viewer)
	ana.Session = signIn(t, s.Store, ana, "token of ana")
	signIn(t, s.Store, bia, "token of bia")

	want := ana
	want.User.PasswordHash = "" // nobody who has a session needs it
	if me, err := s.Store.Me(t.Context(), ana.Session.ID, epoch); err != nil || me != want {
		t.Errorf("%+v, %v\nwant %+v", me, err, want)
	}
	for _, unknown := range []string{"", newID(), "token of ana", ana.User.ID} {
		wantMe(t, "by "+unknown, s.Store, unknown, false)
	}
}

func aSessionExpires(t *testing.T, s Subject) {
	me := add(t, s.Store, "ana@example.com", account.Viewer)
	session := signIn(t, s.Store, me, "token")
	elsewhere := time.FixedZone("Fernando de Noronha", -2*60*60)

	before := session.ExpiresAt.Add(-time.Microsecond).In(elsewhere)
	_, err := s.Store.Me(t.Context(), session.ID, before)
	wantNoError(t, "a moment before", err)
	for _, late := range []time.Time{session.ExpiresAt, session.ExpiresAt.In(elsewhere), session.ExpiresAt.AddDate(1, 0, 0)} {
		_, err = s.Store.Me(t.Context(), session.ID, late)
		wantFault(t, "late", err, fault.NotFound)
		list, err := s.Store.Sessions(t.Context(), me.User.ID, late)
		if err != nil || len(list) != 0 {
			t.Errorf("late: lists %d, %v", len(list), err)
		}
	}
}

func anEndedSessionIsGone(t *testing.T, s Subject) {
	me := add(t, s.Store, "ana@example.com", account.Viewer)
	phone, desk := signIn(t, s.Store, me, "phone"), signIn(t, s.Store, me, "desk")
	wantNoError(t, "end", s.Store.EndSession(t.Context(), me.User.ID, phone.ID))
	wantMe(t, "the phone", s.Store, phone.ID, false)
	wantRefresh(t, "the phone's token", s.Store, "phone", "next", fault.NotFound)
	wantFault(t, "end again", s.Store.EndSession(t.Context(), me.User.ID, phone.ID), fault.NotFound)
	if got, err := s.Store.Me(t.Context(), desk.ID, epoch); err != nil || got.Session != desk {
		t.Errorf("the other session: %+v, %v", got.Session, err)
	}
}

func aSessionIsItsUsers(t *testing.T, s Subject) {
	ana, bia := add(t, s.Store, "ana@example.com", account.Viewer), add(t, s.Store, "bia@example.com", account.Admin)
	session := signIn(t, s.Store, ana, "token")
	wantFault(t, "by another", s.Store.EndSession(t.Context(), bia.User.ID, session.ID), fault.NotFound)
	wantMe(t, "then", s.Store, session.ID, true)
}

// A password is changed while somebody who knew the old one is just being let in.
func aSessionOfAnotherEpoch(t *testing.T, s Subject) {
	me := add(t, s.Store, "ana@example.com", account.Viewer)
	endAll(t, s.Store, me.User.ID, "")
	late := signIn(t, s.Store, me, "late") // as me was before
	wantMe(t, "a session of before", s.Store, late.ID, false)
	wantRefresh(t, "its token", s.Store, "late", "next", fault.NotFound)
	if list, err := s.Store.Sessions(t.Context(), me.User.ID, epoch); err != nil || len(list) != 0 {
		t.Errorf("listed: %+v, %v", list, err)
	}
	u, _, err := s.Store.UserByEmail(t.Context(), "ana@example.com")
	if err != nil || u.Epoch != me.User.Epoch+1 {
		t.Errorf("the epoch is %d, %v", u.Epoch, err)
	}
	me.User = u
	wantMe(t, "a session of now", s.Store, signIn(t, s.Store, me, "now").ID, true)
}

func allSessionsEnd(t *testing.T, s Subject) {
	ana, bia := add(t, s.Store, "ana@example.com", account.Viewer), add(t, s.Store, "bia@example.com", account.Viewer)
	phone, desk, others := signIn(t, s.Store, ana, "phone"), signIn(t, s.Store, ana, "desk"), signIn(t, s.Store, bia, "others")
	if ended := endAll(t, s.Store, ana.User.ID, desk.ID); !slices.Equal(ended, []string{phone.ID}) {
		t.Errorf("ended %v", ended)
	}
	wantMe(t, "the phone", s.Store, phone.ID, false)
	wantMe(t, "the desk", s.Store, desk.ID, true)
	wantRefresh(t, "the desk's token", s.Store, "desk", "desk 2", 0)
	endAll(t, s.Store, ana.User.ID, others.ID)
	wantMe(t, "the desk", s.Store, desk.ID, false)
	wantMe(t, "another's", s.Store, others.ID, true)
	_, err := s.Store.EndSessions(t.Context(), newID(), "")
	wantFault(t, "of nobody", err, fault.NotFound)
}

func sessionsAreListed(t *testing.T, s Subject) {
	ana, bia := add(t, s.Store, "ana@example.com", account.Viewer), add(t, s.Store, "bia@example.com", account.Viewer)
	phone, desk := signIn(t, s.Store, ana, "phone"), signIn(t, s.Store, ana, "desk")
	signIn(t, s.Store, bia, "others")
	phone.SeenAt, phone.Address = epoch.Add(time.Minute), "2001:db8::1"
	wantNoError(t, "see", s.Store.SeeSession(t.Context(), phone.ID, phone.Address, phone.SeenAt))
	list, err := s.Store.Sessions(t.Context(), ana.User.ID, epoch)
	if want := []account.Session{phone, desk}; err != nil || !slices.Equal(list, want) {
		t.Errorf("%+v, %v\nwant %+v", list, err, want)
	}
	if list, err := s.Store.Sessions(t.Context(), newID(), epoch); err != nil || len(list) != 0 {
		t.Errorf("of nobody: %+v, %v", list, err)
	}
	wantFault(t, "see what is gone", s.Store.SeeSession(t.Context(), newID(), "", epoch), fault.NotFound)
}

func aSessionEndsByItsToken(t *testing.T, s Subject) {
	me := add(t, s.Store, "ana@example.com", account.Viewer)
	one, other := signIn(t, s.Store, me, "one"), signIn(t, s.Store, me, "other")
	wantRefresh(t, "use one", s.Store, "one", "one 2", 0)
	ended, err := s.Store.EndByRefresh(t.Context(), "one") // used, and yet of that session
	if err != nil || ended.ID != one.ID || ended.UserID != me.User.ID {
		t.Errorf("ended %+v, %v", ended, err)
	}
	wantMe(t, "the one", s.Store, one.ID, false)
	wantMe(t, "the other", s.Store, other.ID, true)
	for _, none := range []string{"one", "one 2", "", "never"} {
		_, err := s.Store.EndByRefresh(t.Context(), none)
		wantFault(t, "by "+none, err, fault.NotFound)
	}
}

func aTokenIsOfOneSession(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Viewer)
	bia := add(t, s.Store, "bia@example.com", account.Admin)
	signIn(t, s.Store, ana, "token")
	second := sessionOf(bia)
	wantFault(t, "the second", s.Store.CreateSession(t.Context(), second, "token"), fault.Conflict)
	wantMe(t, "the second", s.Store, second.ID, false)
	if out, err := s.Store.Refresh(t.Context(), refreshing("token", "next")); err != nil || out.User.ID != ana.User.ID {
		t.Errorf("the token is now of %s, %v", out.User.Email, err)
	}
}

func aNewSessionClearsExpiredOnes(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Viewer)
	bia := add(t, s.Store, "bia@example.com", account.Viewer)
	old, others := signIn(t, s.Store, ana, "old"), signIn(t, s.Store, bia, "others")

	later := sessionOf(ana)
	later.CreatedAt, later.ExpiresAt = old.ExpiresAt.Add(-time.Microsecond), old.ExpiresAt.AddDate(0, 1, 0)
	wantNoError(t, "a second session while the first lasts", s.Store.CreateSession(t.Context(), later, "second"))
	wantMe(t, "the first", s.Store, old.ID, true)

	second := later.ID
	later.ID, later.CreatedAt = newID(), old.ExpiresAt
	wantNoError(t, "a third when it has ended", s.Store.CreateSession(t.Context(), later, "third"))
	wantMe(t, "the first", s.Store, old.ID, false)
	wantMe(t, "the second", s.Store, second, true)
	wantMe(t, "another user's", s.Store, others.ID, true)
}

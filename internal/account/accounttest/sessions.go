package accounttest

import (
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func aSessionIsFound(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Editor)
	bia := add(t, s.Store, "bia@example.com", account.Viewer)
	ana.Session = signIn(t, s.Store, ana, "token of ana")
	signIn(t, s.Store, bia, "token of bia")

	want := ana
	want.User.PasswordHash = "" // nobody who has a session needs it
	if me, err := s.Store.MeByToken(t.Context(), "token of ana", epoch); err != nil || me != want {
		t.Errorf("by token: %+v, %v\nwant %+v", me, err, want)
	}
	if me, err := s.Store.MeBySession(t.Context(), ana.Session.ID, epoch); err != nil || me != want {
		t.Errorf("by id: %+v, %v\nwant %+v", me, err, want)
	}
	for _, unknown := range []string{"", "token", "token of ana ", ana.Session.ID} {
		_, err := s.Store.MeByToken(t.Context(), unknown, epoch)
		wantFault(t, "by token "+unknown, err, fault.NotFound)
	}
	_, err := s.Store.MeBySession(t.Context(), newID(), epoch)
	wantFault(t, "by an unknown id", err, fault.NotFound)
}

func aSessionExpires(t *testing.T, s Subject) {
	me := add(t, s.Store, "ana@example.com", account.Viewer)
	session := signIn(t, s.Store, me, "token")
	elsewhere := time.FixedZone("Fernando de Noronha", -2*60*60)

	before := session.ExpiresAt.Add(-time.Microsecond).In(elsewhere)
	_, err := s.Store.MeByToken(t.Context(), "token", before)
	wantNoError(t, "by token, a moment before", err)
	_, err = s.Store.MeBySession(t.Context(), session.ID, before)
	wantNoError(t, "by id, a moment before", err)

	for _, late := range []time.Time{session.ExpiresAt, session.ExpiresAt.In(elsewhere), session.ExpiresAt.AddDate(1, 0, 0)} {
		_, err := s.Store.MeByToken(t.Context(), "token", late)
		wantFault(t, "by token, late", err, fault.NotFound)
		_, err = s.Store.MeBySession(t.Context(), session.ID, late)
		wantFault(t, "by id, late", err, fault.NotFound)
	}
}

func aDeletedSessionIsGone(t *testing.T, s Subject) {
	me := add(t, s.Store, "ana@example.com", account.Viewer)
	phone, desk := signIn(t, s.Store, me, "phone"), signIn(t, s.Store, me, "desk")
	wantNoError(t, "delete", s.Store.DeleteSession(t.Context(), phone.ID))
	_, err := s.Store.MeByToken(t.Context(), "phone", epoch)
	wantFault(t, "by token", err, fault.NotFound)
	_, err = s.Store.MeBySession(t.Context(), phone.ID, epoch)
	wantFault(t, "by id", err, fault.NotFound)
	wantFault(t, "delete again", s.Store.DeleteSession(t.Context(), phone.ID), fault.NotFound)
	if got, err := s.Store.MeByToken(t.Context(), "desk", epoch); err != nil || got.Session != desk {
		t.Errorf("the other session: %+v, %v", got.Session, err)
	}
}

func aTokenIsOfOneSession(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Viewer)
	bia := add(t, s.Store, "bia@example.com", account.Admin)
	signIn(t, s.Store, ana, "token")
	second := account.Session{ID: newID(), UserID: bia.User.ID, ProfileID: bia.Profile.ID, CreatedAt: epoch, ExpiresAt: epoch.AddDate(1, 0, 0)}
	wantFault(t, "the second", s.Store.CreateSession(t.Context(), second, "token"), fault.Conflict)
	if me, err := s.Store.MeByToken(t.Context(), "token", epoch); err != nil || me.User.ID != ana.User.ID {
		t.Errorf("the token is now of %s, %v", me.User.Email, err)
	}
}

func aNewSessionClearsExpiredOnes(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Viewer)
	bia := add(t, s.Store, "bia@example.com", account.Viewer)
	old, others := signIn(t, s.Store, ana, "old"), signIn(t, s.Store, bia, "others")

	later := account.Session{
		ID: newID(), UserID: ana.User.ID, ProfileID: ana.Profile.ID,
		CreatedAt: old.ExpiresAt.Add(-time.Microsecond), ExpiresAt: old.ExpiresAt.AddDate(0, 1, 0),
	}
	wantNoError(t, "a second session while the first lasts", s.Store.CreateSession(t.Context(), later, "second"))
	_, err := s.Store.MeBySession(t.Context(), old.ID, epoch)
	wantNoError(t, "the first", err)

	later.ID, later.CreatedAt = newID(), old.ExpiresAt
	wantNoError(t, "a third when it has ended", s.Store.CreateSession(t.Context(), later, "third"))
	_, err = s.Store.MeBySession(t.Context(), old.ID, epoch)
	wantFault(t, "the first", err, fault.NotFound)
	_, err = s.Store.MeByToken(t.Context(), "second", epoch)
	wantNoError(t, "the second", err)
	_, err = s.Store.MeBySession(t.Context(), others.ID, epoch)
	wantNoError(t, "another user's", err)
}

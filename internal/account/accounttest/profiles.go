package accounttest

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func limitTo(t *testing.T, age int) catalog.Rating {
	t.Helper()
	r, err := catalog.RatingOf(age)
	wantNoError(t, "a limit", err)
	return r
}

// profile is one with something in every field, made a while after its user.
func profile(t *testing.T, of account.Me, after time.Duration) account.Profile {
	t.Helper()
	return account.Profile{
		ID: newID(), UserID: of.User.ID, Name: "Bia 🎬 D'Ávila", Avatar: "owl", Language: "pt-BR", Limit: limitTo(t, 12),
		PINHash: "$argon2id$of a PIN", CreatedAt: epoch.Add(after),
	}
}

func addProfile(t *testing.T, s Subject, p account.Profile) account.Profile {
	t.Helper()
	wantNoError(t, "add a profile", s.Profiles.AddProfile(t.Context(), p))
	return p
}

func wantProfiles(t *testing.T, s Subject, of account.Me, want ...account.Profile) {
	t.Helper()
	got, err := s.Profiles.Profiles(t.Context(), of.User.ID)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("profiles %+v, %v\nwant %+v", got, err, want)
	}
}

func aProfileIsKeptWhole(t *testing.T, s Subject) {
	ana, bia := add(t, s.Store, "ana@example.com", account.Viewer), add(t, s.Store, "bia@example.com", account.Viewer)
	late := addProfile(t, s, profile(t, ana, 2*time.Hour))
	early := profile(t, ana, time.Hour)
	early.Limit, early.PINHash, early.Avatar, early.Language = limitTo(t, 0), "", "", ""
	addProfile(t, s, early)
	wantProfiles(t, s, ana, ana.Profile, early, late)
	wantProfiles(t, s, bia, bia.Profile)
	if got, err := s.Profiles.Profile(t.Context(), ana.User.ID, late.ID); err != nil || got != late {
		t.Errorf("read %+v, %v", got, err)
	}
	_, err := s.Profiles.Profile(t.Context(), bia.User.ID, late.ID)
	wantFault(t, "another's", err, fault.NotFound)
	wantFault(t, "of nobody", s.Profiles.AddProfile(t.Context(), profile(t, account.Me{User: account.User{ID: newID()}}, 0)), fault.NotFound)
}

func aHouseholdHasABound(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Viewer)
	full := 0
	for _, err := range atOnce(account.MaxProfiles+4, func(i int) error {
		return s.Profiles.AddProfile(t.Context(), profile(t, ana, time.Duration(i)))
	}) {
		if err != nil {
			full++
			wantFault(t, "one too many", err, fault.Conflict)
			if code := fault.CodeOf(err); code != "too_many_profiles" {
				t.Errorf("said %s", code)
			}
		}
	}
	list, err := s.Profiles.Profiles(t.Context(), ana.User.ID)
	if err != nil || len(list) != account.MaxProfiles || full != 5 {
		t.Errorf("%d profiles, %d refused, %v", len(list), full, err)
	}
}

func aProfileIsChangedAsItIs(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Viewer)
	p, other := addProfile(t, s, profile(t, ana, time.Hour)), addProfile(t, s, profile(t, ana, 2*time.Hour))
	change := func(to func(*account.Profile) error) (account.Profile, error) {
		return s.Profiles.ChangeProfile(t.Context(), ana.User.ID, p.ID, to)
	}
	got, err := change(func(c *account.Profile) error {
		if *c != p {
			t.Errorf("to change is %+v", *c)
		}
		c.Name, c.Avatar, c.Language, c.Limit, c.PINHash = "Caio", "moon", "en", catalog.Rating{}, ""
		return nil
	})
	p.Name, p.Avatar, p.Language, p.Limit, p.PINHash = "Caio", "moon", "en", catalog.Rating{}, ""
	if err != nil || got != p {
		t.Errorf("changed to %+v, %v", got, err)
	}
	wantProfiles(t, s, ana, ana.Profile, p, other)

	no := errors.New("no")
	if _, err := change(func(c *account.Profile) error { c.Name = "Duda"; return no }); !errors.Is(err, no) {
		t.Errorf("a refusal became %v", err)
	}
	_, err = s.Profiles.ChangeProfile(t.Context(), newID(), p.ID, func(*account.Profile) error { return nil })
	wantFault(t, "another's", err, fault.NotFound)
	_, err = s.Profiles.ChangeProfile(t.Context(), ana.User.ID, newID(), func(*account.Profile) error { return nil })
	wantFault(t, "an unknown one", err, fault.NotFound)

	// Of many changes at once none is lost.
	for i, err := range atOnce(8, func(int) error {
		_, err := change(func(c *account.Profile) error { c.Name += "!"; return nil })
		return err
	}) {
		wantNoError(t, fmt.Sprint("change ", i), err)
	}
	p.Name += "!!!!!!!!"
	wantProfiles(t, s, ana, ana.Profile, p, other)
}

func oneProfileStaysWithoutALimit(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Viewer)
	addProfile(t, s, profile(t, ana, time.Hour)) // it has one
	second := profile(t, ana, 2*time.Hour)
	second.Limit = catalog.Rating{}
	addProfile(t, s, second)
	limit := func(id string) error {
		_, err := s.Profiles.ChangeProfile(t.Context(), ana.User.ID, id, func(p *account.Profile) error { p.Limit = limitTo(t, 18); return nil })
		return err
	}
	// Either may get one or go, but not both at once.
	wantOneOf(t, atOnce(2, func(i int) error {
		if i == 0 {
			return conflictOf(limit(ana.Profile.ID))
		}
		return conflictOf(s.Profiles.DeleteProfile(t.Context(), ana.User.ID, second.ID))
	}))
}

// conflictOf takes what is gone already for a conflict: somebody else was first.
func conflictOf(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Conflict, "accounttest", "", "")
	}
	return err
}

func aDeletedProfileTakesItsSessions(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Viewer)
	bia := addProfile(t, s, profile(t, ana, time.Hour))
	desk, tablet := signIn(t, s.Store, ana, "desk"), signIn(t, s.Store, ana, "tablet")
	wantNoError(t, "speak for another", s.Profiles.SpeakFor(t.Context(), tablet.ID, bia.ID))
	wantNoError(t, "delete", s.Profiles.DeleteProfile(t.Context(), ana.User.ID, bia.ID))
	_, err := s.Store.Me(t.Context(), tablet.ID, epoch)
	wantFault(t, "the session that spoke for it", err, fault.NotFound)
	_, err = s.Store.Me(t.Context(), desk.ID, epoch)
	wantNoError(t, "the other", err)
	wantProfiles(t, s, ana, ana.Profile)
	wantFault(t, "delete again", s.Profiles.DeleteProfile(t.Context(), ana.User.ID, bia.ID), fault.NotFound)
	wantFault(t, "delete another's", s.Profiles.DeleteProfile(t.Context(), newID(), ana.Profile.ID), fault.NotFound)
	wantFault(t, "delete the last", s.Profiles.DeleteProfile(t.Context(), ana.User.ID, ana.Profile.ID), fault.Conflict)
}

func aSessionSpeaksForOneOfItsUsersProfiles(t *testing.T, s Subject) {
	ana, bia := add(t, s.Store, "ana@example.com", account.Viewer), add(t, s.Store, "bia@example.com", account.Viewer)
	kid := addProfile(t, s, profile(t, ana, time.Hour))
	session := signIn(t, s.Store, ana, "token")
	wantNoError(t, "speak for the child", s.Profiles.SpeakFor(t.Context(), session.ID, kid.ID))
	me, err := s.Store.Me(t.Context(), session.ID, epoch)
	if kid.PINHash = ""; err != nil || me.Profile != kid || me.Session.ProfileID != kid.ID || me.Principal().Limit != kid.Limit {
		t.Errorf("speaks for %+v, %v", me.Profile, err)
	}
	for what, err := range map[string]error{
		"for another's profile":    s.Profiles.SpeakFor(t.Context(), session.ID, bia.Profile.ID),
		"for an unknown profile":   s.Profiles.SpeakFor(t.Context(), session.ID, newID()),
		"in a session that is not": s.Profiles.SpeakFor(t.Context(), newID(), kid.ID),
	} {
		wantFault(t, "speak "+what, err, fault.NotFound)
	}
	if me, err := s.Store.Me(t.Context(), session.ID, epoch); err != nil || me.Profile.ID != kid.ID {
		t.Errorf("then speaks for %+v, %v", me.Profile, err)
	}
}

func aSignInSpeaksForWhoHasNoLimit(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Viewer)
	second := profile(t, ana, time.Hour)
	second.Limit = catalog.Rating{}
	addProfile(t, s, second)
	_, err := s.Profiles.ChangeProfile(t.Context(), ana.User.ID, ana.Profile.ID, func(p *account.Profile) error { p.Limit = limitTo(t, 10); return nil })
	wantNoError(t, "limit the oldest", err)
	if _, p, err := s.Store.UserByEmail(t.Context(), "ana@example.com"); err != nil || p != second {
		t.Errorf("it speaks for %+v, %v", p, err)
	}
}

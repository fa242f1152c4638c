package accounttest

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func wantNames(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v\nwant %v", what, got, want)
	}
}

// pagesOf reads a whole list by pages of two.
func pagesOf[T any](t *testing.T, read func(after *account.Cursor, limit int) ([]T, error), at func(T) account.Cursor) (all []T) {
	t.Helper()
	for after := (*account.Cursor)(nil); ; {
		list, err := read(after, 2)
		wantNoError(t, "a page", err)
		if all = append(all, list...); len(list) < 2 {
			return all
		}
		last := at(list[1])
		after = &last
	}
}

func usersAreListedFromTheNewest(t *testing.T, s Subject) {
	var want []string
	for i := range 7 {
		u, p := person(numbered(i), account.Viewer)
		u.CreatedAt = epoch.Add(time.Duration(i/2) * time.Second) // two of one moment
		u.Name, u.Language, u.Disabled, u.VerifiedAt = "Ana", "pt-BR", i == 3, epoch
		wantNoError(t, "create", s.Store.CreateUser(t.Context(), u, p))
		want = append(want, u.ID)
		if i == 0 {
			addProfile(t, s, profile(t, account.Me{User: u}, time.Hour))
		}
		read, err := s.People.User(t.Context(), u.ID)
		if err != nil || read != u {
			t.Errorf("read %+v, %v\nwant %+v", read, err, u)
		}
	}
	slices.Reverse(want) // ids of one moment have the order of creation
	all := pagesOf(t, func(after *account.Cursor, limit int) ([]account.Listed, error) {
		return s.People.Users(t.Context(), after, limit)
	}, func(l account.Listed) account.Cursor { return account.Cursor{CreatedAt: l.CreatedAt, ID: l.ID} })
	var got []string
	for _, l := range all {
		got = append(got, l.ID)
		if l.PasswordHash != "" {
			t.Error("the list holds a password's hash")
		}
	}
	wantNames(t, "all pages", got, want)
	if last := all[6]; last.Profiles != 2 || all[0].Profiles != 1 || !all[3].Disabled || last.Name != "Ana" || !last.VerifiedAt.Equal(epoch) {
		t.Errorf("listed %+v", all)
	}
	_, err := s.People.User(t.Context(), newID())
	wantFault(t, "an unknown user", err, fault.NotFound)
}

func aUserIsChangedAsTheyAre(t *testing.T, s Subject) {
	add(t, s.Store, "admin@example.com", account.Admin)
	ana, bia := add(t, s.Store, "ana@example.com", account.Viewer), add(t, s.Store, "bia@example.com", account.Viewer)
	changed, err := s.People.ChangeUser(t.Context(), ana.User.ID, func(u *account.User) error {
		u.Name, u.Language, u.Role = "Ana", "en", account.Editor
		return nil
	})
	want := ana.User
	want.Name, want.Language, want.Role = "Ana", "en", account.Editor
	if err != nil || changed != want {
		t.Errorf("changed to %+v, %v", changed, err)
	}
	if got, _, err := s.Store.UserByEmail(t.Context(), ana.User.Email); err != nil || got != want {
		t.Errorf("then %+v, %v", got, err)
	}
	no := errors.New("no")
	if _, err := s.People.ChangeUser(t.Context(), ana.User.ID, func(u *account.User) error { u.Name = "x"; return no }); !errors.Is(err, no) {
		t.Errorf("a refusal became %v", err)
	}
	if got, err := s.People.User(t.Context(), bia.User.ID); err != nil || got != bia.User {
		t.Errorf("another is %+v, %v", got, err)
	}
	_, err = s.People.ChangeUser(t.Context(), newID(), func(*account.User) error { return nil })
	wantFault(t, "an unknown user", err, fault.NotFound)
}

func whoIsDisabledIsSignedOut(t *testing.T, s Subject) {
	add(t, s.Store, "admin@example.com", account.Admin)
	ana, bia := add(t, s.Store, "ana@example.com", account.Viewer), add(t, s.Store, "bia@example.com", account.Viewer)
	session, other := signIn(t, s.Store, ana, "token"), signIn(t, s.Store, bia, "other")
	disable := func(to bool) {
		t.Helper()
		_, err := s.People.ChangeUser(t.Context(), ana.User.ID, func(u *account.User) error { u.Disabled = to; return nil })
		wantNoError(t, "disable", err)
	}
	disable(true)
	wantMe(t, "the session", s.Store, session.ID, false)
	meanwhile := signIn(t, s.Store, ana, "opened meanwhile") // a sign-in that was under way
	wantMe(t, "one that was being opened", s.Store, meanwhile.ID, false)
	disable(false)
	wantMe(t, "let in again, the old session", s.Store, session.ID, false)
	wantMe(t, "another's", s.Store, other.ID, true)
}

func oneAdministratorStays(t *testing.T, s Subject) {
	var admins []account.Me
	for i := range 4 {
		admins = append(admins, add(t, s.Store, numbered(i), account.Admin))
	}
	out := add(t, s.Store, "out@example.com", account.Admin)
	_, err := s.People.ChangeUser(t.Context(), out.User.ID, func(u *account.User) error { u.Disabled = true; return nil })
	wantNoError(t, "disable one", err) // who is kept out does not count
	refused := 0
	for _, err := range atOnce(4, func(i int) error {
		switch i % 3 {
		case 0:
			return s.People.DeleteUser(t.Context(), admins[i].User.ID)
		case 1:
			_, err := s.People.ChangeUser(t.Context(), admins[i].User.ID, func(u *account.User) error { u.Role = account.Editor; return nil })
			return err
		}
		_, err := s.People.ChangeUser(t.Context(), admins[i].User.ID, func(u *account.User) error { u.Disabled = true; return nil })
		return err
	}) {
		if err != nil {
			refused++
			wantFault(t, "the last", err, fault.Conflict)
			if code := fault.CodeOf(err); code != "last_admin" {
				t.Errorf("said %s", code)
			}
		}
	}
	if refused != 1 {
		t.Errorf("%d of 4 were refused", refused)
	}
	wantAdmin(t, s.Store, true)
	// What changes nothing of that is not refused.
	for _, a := range admins {
		if u, err := s.People.User(t.Context(), a.User.ID); err == nil && u.Role == account.Admin && !u.Disabled {
			_, err := s.People.ChangeUser(t.Context(), u.ID, func(u *account.User) error { u.Name = "Ana"; return nil })
			wantNoError(t, "name the last", err)
		}
	}
}

func aDeletedUserIsGone(t *testing.T, s Subject) {
	add(t, s.Store, "admin@example.com", account.Admin)
	ana, bia := add(t, s.Store, "ana@example.com", account.Editor), add(t, s.Store, "bia@example.com", account.Editor)
	session, other := signIn(t, s.Store, ana, "token"), signIn(t, s.Store, bia, "other")
	addProfile(t, s, profile(t, ana, time.Hour))
	mine, theirs := s.Bring(t, ana.User.ID), s.Bring(t, bia.User.ID)
	wantNoError(t, "a link", s.People.AddLink(t.Context(), link(ana, account.ForPassword), "of ana"))
	wantNoError(t, "invite", s.People.AddInvitation(t.Context(), invitation(ana, ""), "invited by ana"))

	wantNoError(t, "delete", s.People.DeleteUser(t.Context(), ana.User.ID))
	_, _, err := s.Store.UserByEmail(t.Context(), ana.User.Email)
	wantFault(t, "the user", err, fault.NotFound)
	wantMe(t, "the session", s.Store, session.ID, false)
	wantProfiles(t, s, ana)
	_, err = s.People.ResetPassword(t.Context(), "of ana", epoch, "hash")
	wantFault(t, "the link", err, fault.NotFound)
	_, err = s.People.InvitationByToken(t.Context(), "invited by ana", epoch)
	wantFault(t, "the invitation", err, fault.NotFound)
	wantFault(t, "delete again", s.People.DeleteUser(t.Context(), ana.User.ID), fault.NotFound)

	if owner, swept := s.Owner(t, mine); owner == ana.User.ID || owner == bia.User.ID || !swept {
		t.Errorf("what they brought is now of %q, given up: %t", owner, swept)
	}
	if owner, swept := s.Owner(t, theirs); owner != bia.User.ID || swept {
		t.Errorf("what another brought is now of %q, given up: %t", owner, swept)
	}
	wantMe(t, "another's session", s.Store, other.ID, true)
	add(t, s.Store, ana.User.Email, account.Viewer) // the address is free
}

func allThatIsKeptIsExported(t *testing.T, s Subject) {
	ana, bia := add(t, s.Store, "ana@example.com", account.Editor), add(t, s.Store, "bia@example.com", account.Editor)
	second := addProfile(t, s, profile(t, ana, time.Hour))
	session := signIn(t, s.Store, ana, "token")
	signIn(t, s.Store, bia, "other")
	mine := s.Bring(t, ana.User.ID)
	s.Bring(t, bia.User.ID)
	s.Watch(t, bia.User.ID, bia.Profile.ID)
	var watched []account.Watched
	var opinions []account.Opined
	for _, profileID := range []string{ana.Profile.ID, second.ID} {
		w, o := s.Watch(t, ana.User.ID, profileID)
		watched, opinions = append(watched, w), append(opinions, o)
	}
	i := invitation(ana, "caio@example.com")
	wantNoError(t, "invite", s.People.AddInvitation(t.Context(), i, "t"))
	wantNoError(t, "another invites", s.People.AddInvitation(t.Context(), invitation(bia, ""), "u"))

	e, err := s.People.Export(t.Context(), ana.User.ID, epoch)
	wantNoError(t, "export", err)
	if e.User != ana.User || !reflect.DeepEqual(e.Profiles, []account.Profile{ana.Profile, second}) ||
		!reflect.DeepEqual(e.Sessions, []account.Session{session}) || !reflect.DeepEqual(e.Invitations, []account.Invitee{i}) ||
		len(e.Videos) != 1 || e.Videos[0].ID != mine || e.Videos[0].Title == "" || len(e.Uploads) != 1 || e.Uploads[0].VideoID != mine || e.Uploads[0].FileName == "" {
		t.Errorf("exported %+v", e)
	}
	if !reflect.DeepEqual(e.Watched, watched) {
		t.Errorf("exported %+v, want %+v", e.Watched, watched)
	}
	if !reflect.DeepEqual(e.Opinions, opinions) {
		t.Errorf("exported %+v, want %+v", e.Opinions, opinions)
	}
	_, err = s.People.Export(t.Context(), newID(), epoch)
	wantFault(t, "of nobody", err, fault.NotFound)
}

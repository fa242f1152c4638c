package accounttest

import (
	"slices"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Everything here lasts a day from epoch.
var (
	ends  = epoch.Add(24 * time.Hour)
	last  = ends.Add(-time.Microsecond)
	nohow = newID()
)

func invitation(by account.Me, email string) account.Invitee {
	return account.Invitee{ID: newID(), Email: email, Role: account.Editor, Language: "pt-BR", InvitedBy: by.User.ID, CreatedAt: epoch, ExpiresAt: ends}
}

func link(of account.Me, purpose account.Purpose) account.Link {
	return account.Link{UserID: of.User.ID, Purpose: purpose, CreatedAt: epoch, ExpiresAt: ends}
}

func waiting(email string) account.Waiting {
	return account.Waiting{ID: newID(), Email: email, Name: "Bia 🎬", Language: "pt-BR", PasswordHash: "$argon2id$x", CreatedAt: epoch, ExpiresAt: ends}
}

func anInvitationWaitsForItsDay(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Admin)
	i := invitation(ana, "bia@example.com")
	wantNoError(t, "invite", s.People.AddInvitation(t.Context(), i, "hash", account.InvitationLetter{InvitationID: i.ID}))
	wantJobs(t, s, `account.invitation_letter {"invitationId":"`+i.ID+`"}`)
	for what, read := range map[string]func(now time.Time) (account.Invitee, error){
		"by id": func(now time.Time) (account.Invitee, error) { return s.People.Invitation(t.Context(), i.ID, now) },
		"by token": func(now time.Time) (account.Invitee, error) {
			return s.People.InvitationByToken(t.Context(), "hash", now)
		},
	} {
		if got, err := read(last); err != nil || got != i {
			t.Errorf("%s: %+v, %v", what, got, err)
		}
		_, err := read(ends)
		wantFault(t, what+", late", err, fault.NotFound)
	}
	unnamed := invitation(ana, "")
	wantNoError(t, "one without a token", s.People.AddInvitation(t.Context(), unnamed, ""))
	_, err := s.People.InvitationByToken(t.Context(), "", epoch)
	wantFault(t, "by no token", err, fault.NotFound)

	wantNoError(t, "another token", s.People.NameInvitation(t.Context(), i.ID, "new"))
	_, err = s.People.InvitationByToken(t.Context(), "hash", epoch)
	wantFault(t, "by the old token", err, fault.NotFound)
	_, err = s.People.InvitationByToken(t.Context(), "new", epoch)
	wantNoError(t, "by the new token", err)
	wantFault(t, "a token for none", s.People.NameInvitation(t.Context(), nohow, "x"), fault.NotFound)

	list, err := s.People.Invitations(t.Context(), epoch, nil, 10)
	if err != nil || !slices.Equal(list, []account.Invitee{unnamed, i}) {
		t.Errorf("listed %+v, %v", list, err)
	}
	wantNoError(t, "take back", s.People.DeleteInvitation(t.Context(), i.ID))
	wantFault(t, "again", s.People.DeleteInvitation(t.Context(), i.ID), fault.NotFound)
	if list, err := s.People.Invitations(t.Context(), ends, nil, 10); err != nil || len(list) != 0 {
		t.Errorf("expired, listed %+v, %v", list, err)
	}
}

func anInvitationIsTakenUpOnce(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Admin)
	wantNoError(t, "invite", s.People.AddInvitation(t.Context(), invitation(ana, ""), "hash"))
	u, p := person("ana@example.com", account.Viewer)
	err := s.People.TakeUp(t.Context(), "hash", epoch, u, p)
	wantFault(t, "with a taken address", err, fault.Conflict)
	if code := fault.CodeOf(err); code != "email_taken" {
		t.Errorf("said %s", code)
	}
	u, p = person("late@example.com", account.Viewer)
	wantFault(t, "late", s.People.TakeUp(t.Context(), "hash", ends, u, p), fault.NotFound)
	wantFault(t, "with no token", s.People.TakeUp(t.Context(), "", epoch, u, p), fault.NotFound)

	succeeded := 0
	for i, err := range atOnce(6, func(i int) error {
		u, p := person(numbered(i), account.Editor)
		return s.People.TakeUp(t.Context(), "hash", epoch, u, p)
	}) {
		_, _, found := s.Store.UserByEmail(t.Context(), numbered(i))
		if err == nil {
			succeeded++
			wantNoError(t, "who was first", found)
			continue
		}
		wantFault(t, "who was not", err, fault.NotFound)
		wantFault(t, "their user", found, fault.NotFound)
	}
	if succeeded != 1 {
		t.Errorf("%d took it up", succeeded)
	}
}

func aSignUpWaitsForItsConfirmation(t *testing.T, s Subject) {
	first, second := waiting("bia@example.com"), waiting("bia@example.com")
	for _, w := range []account.Waiting{first, second} {
		wantNoError(t, "sign up", s.People.AddWaiting(t.Context(), w, account.SignUpLetter{SignUpID: w.ID}))
		if got, err := s.People.Waiting(t.Context(), w.ID, last); err != nil || got != w {
			t.Errorf("waits %+v, %v", got, err)
		}
	}
	wantJobs(t, s, `account.sign_up_letter {"signUpId":"`+first.ID+`"}`, `account.sign_up_letter {"signUpId":"`+second.ID+`"}`)
	_, err := s.People.Waiting(t.Context(), first.ID, ends)
	wantFault(t, "late", err, fault.NotFound)
	_, err = s.People.WaitingByToken(t.Context(), "", epoch)
	wantFault(t, "by no token", err, fault.NotFound)
	wantNoError(t, "name", s.People.NameWaiting(t.Context(), first.ID, "hash"))
	wantNoError(t, "name the other", s.People.NameWaiting(t.Context(), second.ID, "other"))
	if got, err := s.People.WaitingByToken(t.Context(), "hash", last); err != nil || got != first {
		t.Errorf("by token %+v, %v", got, err)
	}
	u, p := person("bia@example.com", account.Viewer)
	u.VerifiedAt = epoch
	wantFault(t, "confirm, late", s.People.Confirm(t.Context(), "hash", ends, u, p), fault.NotFound)
	wantFault(t, "confirm nothing", s.People.Confirm(t.Context(), "", epoch, u, p), fault.NotFound)
	wantNoError(t, "confirm", s.People.Confirm(t.Context(), "hash", epoch, u, p))
	if got, _, err := s.Store.UserByEmail(t.Context(), "bia@example.com"); err != nil || got != u {
		t.Errorf("made %+v, %v", got, err)
	}
	// Whoever else signed up with it does not get in.
	u, p = person("bia@example.com", account.Viewer)
	wantFault(t, "confirm the other", s.People.Confirm(t.Context(), "other", epoch, u, p), fault.NotFound)

	gone := waiting("caio@example.com")
	wantNoError(t, "sign up", s.People.AddWaiting(t.Context(), gone, account.SignUpLetter{SignUpID: gone.ID}))
	wantNoError(t, "drop", s.People.DeleteWaiting(t.Context(), gone.ID))
	_, err = s.People.Waiting(t.Context(), gone.ID, epoch)
	wantFault(t, "what was dropped", err, fault.NotFound)
}

func whatCannotAskForItsLetterIsNotKept(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Admin)
	s.LoseQueue(t)
	w, i := waiting("bia@example.com"), invitation(ana, "bia@example.com")
	if err := s.People.AddWaiting(t.Context(), w, account.SignUpLetter{SignUpID: w.ID}); err == nil {
		t.Error("signed up, and no letter comes")
	}
	if err := s.People.AddInvitation(t.Context(), i, "", account.InvitationLetter{InvitationID: i.ID}); err == nil {
		t.Error("invited, and no letter comes")
	}
	u, p := person("caio@example.com", account.Viewer)
	if err := s.People.AddUser(t.Context(), u, p, account.WelcomeLetter{UserID: u.ID}); err == nil {
		t.Error("added, and no letter comes")
	}
	_, err := s.People.User(t.Context(), u.ID)
	wantFault(t, "the user", err, fault.NotFound)
	_, err = s.People.Waiting(t.Context(), w.ID, epoch)
	wantFault(t, "the sign-up", err, fault.NotFound)
	_, err = s.People.Invitation(t.Context(), i.ID, epoch)
	wantFault(t, "the invitation", err, fault.NotFound)
}

func aPasswordIsResetByALinkOnce(t *testing.T, s Subject) {
	ana, bia := add(t, s.Store, "ana@example.com", account.Viewer), add(t, s.Store, "bia@example.com", account.Viewer)
	phone, desk, other := signIn(t, s.Store, ana, "phone"), signIn(t, s.Store, ana, "desk"), signIn(t, s.Store, bia, "other")
	for _, hash := range []string{"one", "two"} {
		wantNoError(t, "a link", s.People.AddLink(t.Context(), link(ana, account.ForPassword), hash))
	}
	wantNoError(t, "of another purpose", s.People.AddLink(t.Context(), link(ana, account.ForEmail), "verify"))
	wantFault(t, "of nobody", s.People.AddLink(t.Context(), account.Link{UserID: nohow, Purpose: account.ForPassword, CreatedAt: epoch, ExpiresAt: ends}, "x"), fault.NotFound)
	for what, try := range map[string]struct {
		hash string
		now  time.Time
	}{"an unknown one": {"x", epoch}, "none": {"", epoch}, "late": {"one", ends}, "of another purpose": {"verify", epoch}} {
		_, err := s.People.ResetPassword(t.Context(), try.hash, try.now, "new")
		wantFault(t, "reset by "+what, err, fault.NotFound)
	}
	succeeded := 0
	for _, err := range atOnce(4, func(int) error {
		id, err := s.People.ResetPassword(t.Context(), "one", last, "new hash")
		if err == nil && id != ana.User.ID {
			t.Errorf("reset of %s", id)
		}
		return err
	}) {
		if err == nil {
			succeeded++
		}
	}
	if succeeded != 1 {
		t.Errorf("%d reset it", succeeded)
	}
	if u, _, err := s.Store.UserByEmail(t.Context(), ana.User.Email); err != nil || u.PasswordHash != "new hash" {
		t.Errorf("the password is %+v, %v", u, err)
	}
	wantMe(t, "the session of the phone", s.Store, phone.ID, false)
	wantMe(t, "the session of the desk", s.Store, desk.ID, false)
	wantMe(t, "another's session", s.Store, other.ID, true)
	_, err := s.People.ResetPassword(t.Context(), "two", epoch, "x")
	wantFault(t, "by the other link", err, fault.NotFound)
	_, err = s.People.VerifyEmail(t.Context(), "verify", epoch)
	wantNoError(t, "the link of another purpose", err)
}

func aPasswordIsSet(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Viewer)
	here, there := signIn(t, s.Store, ana, "here"), signIn(t, s.Store, ana, "there")
	wantNoError(t, "a link", s.People.AddLink(t.Context(), link(ana, account.ForPassword), "one"))
	wantNoError(t, "set", s.People.SetPassword(t.Context(), ana.User.ID, "new hash", here.ID))
	if u, err := s.People.User(t.Context(), ana.User.ID); err != nil || u.PasswordHash != "new hash" {
		t.Errorf("the password is %+v, %v", u, err)
	}
	wantMe(t, "this session", s.Store, here.ID, true)
	wantMe(t, "the other", s.Store, there.ID, false)
	_, err := s.People.ResetPassword(t.Context(), "one", epoch, "x")
	wantFault(t, "the link", err, fault.NotFound)
	wantFault(t, "of nobody", s.People.SetPassword(t.Context(), nohow, "x", ""), fault.NotFound)
}

func anAddressIsVerifiedByALinkOnce(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Viewer)
	wantNoError(t, "a link", s.People.AddLink(t.Context(), link(ana, account.ForEmail), "verify"))
	wantNoError(t, "of another purpose", s.People.AddLink(t.Context(), link(ana, account.ForPassword), "reset"))
	_, err := s.People.VerifyEmail(t.Context(), "reset", epoch)
	wantFault(t, "by a link for the password", err, fault.NotFound)
	id, err := s.People.VerifyEmail(t.Context(), "verify", last)
	if err != nil || id != ana.User.ID {
		t.Errorf("verified %s, %v", id, err)
	}
	if u, err := s.People.User(t.Context(), id); err != nil || !u.VerifiedAt.Equal(last) {
		t.Errorf("verified at %s, %v", u.VerifiedAt, err)
	}
	_, err = s.People.VerifyEmail(t.Context(), "verify", epoch)
	wantFault(t, "again", err, fault.NotFound)
}

func whatHasExpiredIsPruned(t *testing.T, s Subject) {
	ana := add(t, s.Store, "ana@example.com", account.Viewer)
	i, w := invitation(ana, ""), waiting("bia@example.com")
	wantNoError(t, "invite", s.People.AddInvitation(t.Context(), i, "i"))
	wantNoError(t, "sign up", s.People.AddWaiting(t.Context(), w, account.SignUpLetter{SignUpID: w.ID}))
	wantNoError(t, "a link", s.People.AddLink(t.Context(), link(ana, account.ForEmail), "l"))
	there := func() int {
		n := 0
		for _, read := range []func() error{
			func() error { _, err := s.People.Invitation(t.Context(), i.ID, epoch); return err },
			func() error { _, err := s.People.Waiting(t.Context(), w.ID, epoch); return err },
			func() error { _, err := s.People.VerifyEmail(t.Context(), "l", epoch); return err }, // used up
		} {
			if read() == nil {
				n++
			}
		}
		return n
	}
	wantNoError(t, "prune early", s.People.Prune(t.Context(), last))
	if n := there(); n != 3 {
		t.Errorf("%d of 3 are there a moment before", n)
	}
	wantNoError(t, "a link", s.People.AddLink(t.Context(), link(ana, account.ForEmail), "l"))
	wantNoError(t, "prune", s.People.Prune(t.Context(), ends))
	if n := there(); n != 0 {
		t.Errorf("%d of 3 are there", n)
	}
}

func aUserIsAddedWithTheirLetter(t *testing.T, s Subject) {
	u, p := person("ana@example.com", account.Editor)
	wantNoError(t, "add", s.People.AddUser(t.Context(), u, p, account.WelcomeLetter{UserID: u.ID}))
	wantJobs(t, s, `account.welcome_letter {"userId":"`+u.ID+`"}`)
	if got, profile, err := s.Store.UserByEmail(t.Context(), u.Email); err != nil || got != u || profile != p {
		t.Errorf("added %+v with %+v, %v", got, profile, err)
	}
	again, profile := person("ana@example.com", account.Viewer)
	err := s.People.AddUser(t.Context(), again, profile, account.WelcomeLetter{UserID: again.ID})
	wantFault(t, "again", err, fault.Conflict)
	wantJobs(t, s, `account.welcome_letter {"userId":"`+u.ID+`"}`)
}

func aLetterIsAskedForOnce(t *testing.T, s Subject) {
	for range 3 {
		wantNoError(t, "ask", s.People.Enqueue(t.Context(), account.PasswordLetter{Email: "ana@example.com", Language: "en"}))
	}
	wantJobs(t, s, `account.password_letter {"email":"ana@example.com","language":"en"}`)
}

func wantJobs(t *testing.T, s Subject, want ...string) {
	t.Helper()
	if got := s.Jobs(t); !slices.Equal(got, want) {
		t.Errorf("jobs %q\nwant %q", got, want)
	}
}

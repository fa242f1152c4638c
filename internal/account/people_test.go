package account_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// town is a place with people in it and a postbox.
type town struct {
	place
	*account.People
	post *postbox
}

type postbox struct {
	fails   error
	letters []sent
}

type sent struct{ to, subject, text string }

func (b *postbox) Send(_ context.Context, to, subject, text string) error {
	if b.fails != nil {
		return b.fails
	}
	b.letters = append(b.letters, sent{to, subject, text})
	return nil
}

// last returns the only letter that was sent since it was asked, and the token in it.
func (b *postbox) last(t *testing.T, page string) (l sent, token string) {
	t.Helper()
	if len(b.letters) != 1 {
		t.Fatalf("%d letters: %+v", len(b.letters), b.letters)
	}
	l, b.letters = b.letters[0], nil
	_, token, found := strings.Cut(l.text, "https://films.example"+page)
	if token, _, _ = strings.Cut(token, "\n"); !found {
		t.Fatalf("no link to %s in %q", page, l.text)
	}
	return l, strings.TrimPrefix(token, "?token=")
}

func openTown(t *testing.T, how account.SignUp) town {
	t.Helper()
	p := open(t)
	box := &postbox{}
	return town{p, account.NewPeople(account.PeopleOptions{
		Accounts: p.Service, Store: p.db.Accounts(), SignUp: how, Post: box, PublicURL: "https://films.example/", Logger: slog.New(slog.DiscardHandler),
	}), box}
}

// signedIn returns somebody who is.
func (w town) signedIn(t *testing.T, email string, role account.Role) account.Me {
	t.Helper()
	w.add(t, email, role)
	me, _, err := w.SignIn(t.Context(), email, password, account.Origin{})
	if err != nil {
		t.Fatal(err)
	}
	return me
}

// waiting returns, of the letters of one kind that were asked for, what each is about, in the
// order they were.
func (w town) waiting(t *testing.T, kind string) (about []string) {
	t.Helper()
	must(t, w.db.Queue().InTx(t.Context(), func(tx jobs.Tx) error {
		rows, err := tx.QueryContext(t.Context(), `SELECT json(args) FROM river_job WHERE kind = $1 ORDER BY id`, kind)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var args string
			if err := rows.Scan(&args); err != nil {
				return err
			}
			var job struct{ SignUpID, Email string }
			if err := json.Unmarshal([]byte(args), &job); err != nil {
				return err
			}
			about = append(about, job.SignUpID+job.Email)
		}
		return rows.Err()
	}))
	return about
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestASignUpIsAnAccountWhenItsLetterIsAnswered(t *testing.T) {
	w := openTown(t, account.Open)
	must(t, w.SignUpAs(t.Context(), account.Newcomer{Email: " Bia@Example.com", Password: password, Name: "Bia", Language: "pt-BR"}))
	id := w.waiting(t, "account.sign_up_letter")[0]
	_, _, err := w.SignIn(t.Context(), "bia@example.com", password, account.Origin{})
	wantCode(t, "before it is answered", err, fault.SignedOut, "bad_credentials")

	must(t, w.SendSignUp(t.Context(), account.SignUpLetter{SignUpID: id}))
	_, first := w.post.last(t, "/confirm")
	must(t, w.SendSignUp(t.Context(), account.SignUpLetter{SignUpID: id})) // a job may run twice
	l, token := w.post.last(t, "/confirm")
	if l.to != "bia@example.com" || !strings.Contains(l.subject, "Confirme") {
		t.Errorf("wrote %+v", l)
	}
	for _, bad := range []string{"", "x", first + "x"} {
		_, _, err := w.ConfirmSignUp(t.Context(), bad, account.Origin{})
		wantCode(t, "a made-up link", err, fault.Forbidden, "bad_link")
	}
	me, session, err := w.ConfirmSignUp(t.Context(), token, account.Origin{Agent: "a phone"})
	if err != nil || session.Access == "" || me.User.Email != "bia@example.com" || me.User.Role != account.Viewer || me.User.VerifiedAt.IsZero() || me.Profile.Name != "Bia" {
		t.Errorf("made %+v, %v", me, err)
	}
	_, _, err = w.ConfirmSignUp(t.Context(), token, account.Origin{})
	wantCode(t, "again", err, fault.Forbidden, "bad_link")
	_, _, err = w.SignIn(t.Context(), "bia@example.com", password, account.Origin{})
	must(t, err)
}

func TestWhoHasAnAccountIsToldSoByLetterAlone(t *testing.T) {
	w := openTown(t, account.Open)
	ana := w.add(t, "ana@example.com", account.Admin)
	must(t, w.SignUpAs(t.Context(), account.Newcomer{Email: "ana@example.com", Password: "another password", Language: "en"}))
	must(t, w.SendSignUp(t.Context(), account.SignUpLetter{SignUpID: w.waiting(t, "account.sign_up_letter")[0]}))
	l, token := w.post.last(t, "/")
	if token != "" || strings.Contains(l.text, "token") || l.to != ana.Email || !strings.Contains(l.subject, "already") {
		t.Errorf("wrote %+v", l)
	}
	_, _, err := w.SignIn(t.Context(), "ana@example.com", "another password", account.Origin{})
	wantCode(t, "with the new password", err, fault.SignedOut, "bad_credentials")
	_, _, err = w.SignIn(t.Context(), "ana@example.com", password, account.Origin{})
	must(t, err)
}

// Nobody blocks an address, nor gets an account with it, by signing up with it first.
func TestASignUpWithAnothersAddressGetsNobodyAnything(t *testing.T) {
	w := openTown(t, account.Open)
	for _, p := range []string{"of a stranger", "of its owner"} {
		must(t, w.SignUpAs(t.Context(), account.Newcomer{Email: "bia@example.com", Password: p + " ........"}))
	}
	ids := w.waiting(t, "account.sign_up_letter")
	must(t, w.SendSignUp(t.Context(), account.SignUpLetter{SignUpID: ids[1]}))
	_, token := w.post.last(t, "/confirm")
	_, _, err := w.ConfirmSignUp(t.Context(), token, account.Origin{})
	must(t, err)
	_, _, err = w.SignIn(t.Context(), "bia@example.com", "of its owner ........", account.Origin{})
	must(t, err)
	err = w.SendSignUp(t.Context(), account.SignUpLetter{SignUpID: ids[0]})
	if !fault.Is(err, fault.NotFound) || len(w.post.letters) != 0 {
		t.Errorf("the stranger's goes on: %v, %+v", err, w.post.letters)
	}
}

func TestWhoForgotGetsBackInAndNobodyElse(t *testing.T) {
	w := openTown(t, account.Invitation)
	me := w.signedIn(t, "ana@example.com", account.Viewer)
	must(t, w.Forgot(t.Context(), "ANA@example.com ", "pt-BR"))
	must(t, w.SendPassword(t.Context(), account.PasswordLetter{Email: "ana@example.com", Language: "pt-BR"}))
	l, token := w.post.last(t, "/reset")
	if l.to != "ana@example.com" || !strings.Contains(l.text, "uma hora") {
		t.Errorf("wrote %+v", l)
	}
	err := w.Reset(t.Context(), token, "short")
	wantCode(t, "a bad password", err, fault.Invalid, "bad_password")
	must(t, w.Reset(t.Context(), token, "quite another one"))
	wantCode(t, "the session of before", w.Alive(t.Context(), me.Session.ID), fault.SignedOut, "signed_out")
	err = w.Reset(t.Context(), token, "quite another one")
	wantCode(t, "again", err, fault.Forbidden, "bad_link")
	_, _, err = w.SignIn(t.Context(), "ana@example.com", password, account.Origin{})
	wantCode(t, "the old password", err, fault.SignedOut, "bad_credentials")
	_, _, err = w.SignIn(t.Context(), "ana@example.com", "quite another one", account.Origin{})
	must(t, err)

	// Who is unknown is answered the same, and gets no letter.
	must(t, w.Forgot(t.Context(), "nobody@example.com", ""))
	must(t, w.SendPassword(t.Context(), account.PasswordLetter{Email: "nobody@example.com"}))
	if len(w.post.letters) != 0 {
		t.Errorf("wrote %+v", w.post.letters)
	}
}

// What the caller waits for is one row, whoever it is about: nobody is looked up, and
// nothing is hashed.
func TestAskingForALetterIsTheSameWorkForEverybody(t *testing.T) {
	w := openTown(t, account.Open)
	w.add(t, "ana@example.com", account.Viewer)
	compared := 0
	w.OnCompare(func(string) { compared++ })
	for _, email := range []string{"ana@example.com", "nobody@example.com"} {
		must(t, w.Forgot(t.Context(), email, ""))
		must(t, w.SignUpAs(t.Context(), account.Newcomer{Email: email, Password: password}))
	}
	if n := len(w.waiting(t, "account.password_letter")) + len(w.waiting(t, "account.sign_up_letter")); n != 4 || compared != 0 {
		t.Errorf("%d letters were asked for, %d passwords compared", n, compared)
	}
}

func TestALinkLastsAnHour(t *testing.T) {
	w := openTown(t, account.Invitation)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	w.SetClock(func() time.Time { return now })
	ana := w.add(t, "ana@example.com", account.Viewer)
	link, err := w.ResetLink(t.Context(), ana.ID)
	must(t, err)
	token := strings.TrimPrefix(link.Path, "/reset?token=")
	now = now.Add(account.LinkLife)
	err = w.Reset(t.Context(), token, "quite another one")
	wantCode(t, "after an hour", err, fault.Forbidden, "bad_link")
	now = now.Add(-time.Second)
	err = w.Reset(t.Context(), token, "quite another one")
	must(t, err)
}

func TestAnInvitationIsMailedInItsLanguage(t *testing.T) {
	w := openTown(t, account.Invitation)
	admin := w.signedIn(t, "admin@example.com", account.Admin)
	for language, word := range map[string]string{"pt-BR": "convite", "en": "invited", "": "invited"} {
		i, handed, err := w.Invite(t.Context(), admin, "bia@example.com", account.Editor, language, true)
		if err != nil || !handed.Mailed || handed.Path != "" {
			t.Fatalf("handed %+v, %v", handed, err)
		}
		must(t, w.SendInvitation(t.Context(), account.InvitationLetter{InvitationID: i.ID}))
		l, token := w.post.last(t, "/join")
		if l.to != "bia@example.com" || !strings.Contains(l.text, word) {
			t.Errorf("in %q wrote %+v", language, l)
		}
		if got, err := w.Invited(t.Context(), token); err != nil || got != i {
			t.Errorf("the token is of %+v, %v", got, err)
		}
	}
	i, handed, err := w.Invite(t.Context(), admin, "caio@example.com", account.Viewer, "", false)
	if err != nil || handed.Mailed || handed.Path == "" {
		t.Errorf("handed %+v, %v", handed, err)
	}
	must(t, w.Uninvite(t.Context(), i.ID))
	if err := w.SendInvitation(t.Context(), account.InvitationLetter{InvitationID: i.ID}); !fault.Is(err, fault.NotFound) || len(w.post.letters) != 0 {
		t.Errorf("one that was taken back is sent: %v", err)
	}
}

func TestWhoIsAddedChoosesTheirPassword(t *testing.T) {
	w := openTown(t, account.Closed)
	u, handed, err := w.Add(t.Context(), "bia@example.com", "Bia", "pt-BR", account.Editor)
	if err != nil || !handed.Mailed || u.Name != "Bia" || u.Role != account.Editor {
		t.Fatalf("added %+v, %+v, %v", u, handed, err)
	}
	must(t, w.SendWelcome(t.Context(), account.WelcomeLetter{UserID: u.ID}))
	_, token := w.post.last(t, "/reset")
	err = w.Reset(t.Context(), token, password)
	must(t, err)
	me, _, err := w.SignIn(t.Context(), "bia@example.com", password, account.Origin{})
	if err != nil || me.Profile.Name != "Bia" {
		t.Errorf("signed in as %+v, %v", me, err)
	}

	w.People.Post = nil
	_, handed, err = w.Add(t.Context(), "caio@example.com", "", "", account.Viewer)
	if err != nil || handed.Mailed {
		t.Fatalf("handed %+v, %v", handed, err)
	}
	err = w.Reset(t.Context(), strings.TrimPrefix(handed.Path, "/reset?token="), password)
	must(t, err)
	_, _, err = w.Add(t.Context(), "CAIO@example.com", "", "", account.Viewer)
	wantCode(t, "again", err, fault.Conflict, "email_taken")
}

func TestAnAddressIsProvedByItsLetter(t *testing.T) {
	w := openTown(t, account.Invitation)
	me := w.signedIn(t, "ana@example.com", account.Viewer)
	must(t, w.AskToVerify(t.Context(), me))
	must(t, w.SendVerification(t.Context(), account.EmailLetter{UserID: me.User.ID}))
	_, token := w.post.last(t, "/verify")
	err := w.Reset(t.Context(), token, password)
	wantCode(t, "used for a password", err, fault.Forbidden, "bad_link")
	must(t, w.Verify(t.Context(), token))
	me, _, err = w.SignIn(t.Context(), "ana@example.com", password, account.Origin{})
	must(t, err)
	wantCode(t, "then", w.AskToVerify(t.Context(), me), fault.Conflict, "already_verified")
}

// A letter that cannot be sent is tried again: what it is about is still there then.
func TestALetterThatFailedIsWrittenAgain(t *testing.T) {
	w := openTown(t, account.Open)
	must(t, w.SignUpAs(t.Context(), account.Newcomer{Email: "bia@example.com", Password: password}))
	letter := account.SignUpLetter{SignUpID: w.waiting(t, "account.sign_up_letter")[0]}
	w.post.fails = errors.New("away")
	if err := w.SendSignUp(t.Context(), letter); !errors.Is(err, w.post.fails) {
		t.Errorf("said %v", err)
	}
	w.post.fails = nil
	must(t, w.SendSignUp(t.Context(), letter))
	_, token := w.post.last(t, "/confirm")
	_, _, err := w.ConfirmSignUp(t.Context(), token, account.Origin{})
	must(t, err)
}

func TestWhoIsDisabledIsToldOnlyWithTheRightPassword(t *testing.T) {
	w := openTown(t, account.Invitation)
	admin := w.signedIn(t, "admin@example.com", account.Admin)
	ana := w.add(t, "ana@example.com", account.Viewer)
	yes := true
	_, err := w.Change(t.Context(), admin, ana.ID, account.UserChange{Disabled: &yes})
	must(t, err)
	_, _, err = w.SignIn(t.Context(), "ana@example.com", "wrong", account.Origin{})
	wantCode(t, "with a wrong one", err, fault.SignedOut, "bad_credentials")
	_, _, err = w.SignIn(t.Context(), "ana@example.com", password, account.Origin{})
	wantCode(t, "with the right one", err, fault.Forbidden, "account_disabled")
	must(t, w.SendPassword(t.Context(), account.PasswordLetter{Email: "ana@example.com"}))
	if len(w.post.letters) != 0 {
		t.Error("they are let in by a letter")
	}
}

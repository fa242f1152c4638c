package httpapi

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
)

// postbox keeps letters as they were sent.
type postbox struct {
	mu      sync.Mutex
	letters []sent
}

type sent struct{ to, subject, text string }

func (b *postbox) Send(_ context.Context, to, subject, text string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.letters = append(b.letters, sent{to, subject, text})
	return nil
}

// withSignUp makes a site where people sign up like this; letters go to the box, if any.
func withSignUp(how account.SignUp, box *postbox) func(*Options) {
	return func(o *Options) {
		o.People.SignUp, o.People.PublicURL = how, "https://films.example/"
		if box != nil {
			o.People.Post = box
		}
	}
}

// tokenOf returns the token of a link to a page.
func tokenOf(t *testing.T, page, path string) string {
	t.Helper()
	_, token, found := strings.Cut(path, page+"?token=")
	if token, _, _ = strings.Cut(token, "\n"); !found || len(token) < 43 {
		t.Fatalf("no token for %s in %q", page, path)
	}
	return token
}

type invited struct {
	Invitation OpenInvitation
	Mailed     bool
	Path       string
}

func (v *visitor) invites(t *testing.T, with map[string]any) (token string, i invited) {
	t.Helper()
	i = read[invited](t, v.send(t, "POST", "/api/admin/invitations", with).want(t, 201))
	return tokenOf(t, "/join", i.Path), i
}

type registration struct {
	Status string
	Me     *Me
}

func TestWhoIsInvitedMakesAnAccount(t *testing.T) {
	s := openSite(t)
	admin, bia := s.signedIn(t, account.Admin), s.visitor(t)
	token, i := admin.invites(t, map[string]any{"email": "Bia@Example.com", "role": "editor", "language": "pt-BR"})
	if i.Mailed || i.Invitation.Email != "bia@example.com" || i.Invitation.Role != "editor" {
		t.Errorf("invited as %+v", i)
	}
	known := read[Invited](t, bia.send(t, "POST", "/api/auth/invitation", map[string]string{"token": token}))
	if known.Email != "bia@example.com" || known.Role != "editor" || known.Language != "pt-BR" {
		t.Errorf("the invitation says %+v", known)
	}
	ask := func(with map[string]string) *answer {
		with["invitation"] = token
		return bia.send(t, "POST", "/api/auth/register", with)
	}
	ask(map[string]string{"email": "caio@example.com", "password": password}).wantCode(t, 403, "invited_as_other")
	ask(map[string]string{"password": "short"}).wantCode(t, 422, "bad_password")
	ask(map[string]string{"password": password, "name": "a\u202eb"}).wantCode(t, 422, "bad_name")
	in := ask(map[string]string{"password": password, "name": "Bia", "language": "pt-BR"}).want(t, 201)
	got := read[registration](t, in)
	if got.Status != "signedIn" || got.Me == nil || got.Me.User.Email != "bia@example.com" || got.Me.User.Role != "editor" ||
		got.Me.User.Name != "Bia" || got.Me.Profile.Name != "Bia" || got.Me.User.Language != "pt-BR" || got.Me.User.Verified {
		t.Errorf("made %s", in.body)
	}
	if c := cookieSet(t, in, sessionCookie); !c.HttpOnly || strings.Contains(in.body, c.Value) {
		t.Error("the session is no secret of the browser's")
	}
	if me := bia.me(t); me.User.ID != got.Me.User.ID {
		t.Errorf("signed in as %+v", me)
	}
	// Once.
	s.visitor(t).send(t, "POST", "/api/auth/register", map[string]string{"password": password, "invitation": token}).wantCode(t, 403, "bad_invitation")
	if list := read[invitationList](t, admin.send(t, "GET", "/api/admin/invitations", nil)); len(list.Items) != 0 {
		t.Errorf("it still waits: %+v", list.Items)
	}
}

func TestAnInvitationWithoutAnAddressIsForWhoHoldsIt(t *testing.T) {
	s := openSite(t)
	admin := s.signedIn(t, account.Admin)
	s.signedIn(t, account.Viewer)
	token, _ := admin.invites(t, map[string]any{})
	v := s.visitor(t)
	ask := func(email string) *answer {
		return v.send(t, "POST", "/api/auth/register", map[string]string{"email": email, "password": password, "invitation": token})
	}
	ask("").wantCode(t, 422, "bad_email")
	ask(emailOf(account.Viewer)).wantCode(t, 409, "email_taken")
	ask("caio@example.com").want(t, 201)
	if me := v.me(t); me.User.Role != "viewer" || me.Profile.Name != "caio" {
		t.Errorf("is %+v", me)
	}
}

func TestAnInvitationIsTakenBack(t *testing.T) {
	s := openSite(t)
	admin := s.signedIn(t, account.Admin)
	token, i := admin.invites(t, map[string]any{})
	admin.send(t, "DELETE", "/api/admin/invitations/"+i.Invitation.ID, nil).want(t, 204)
	s.visitor(t).send(t, "POST", "/api/auth/invitation", map[string]string{"token": token}).wantCode(t, 403, "bad_invitation")
	s.visitor(t).send(t, "POST", "/api/auth/register", map[string]string{"email": "a@example.com", "password": password, "invitation": token}).wantCode(t, 403, "bad_invitation")
	admin.send(t, "DELETE", "/api/admin/invitations/"+i.Invitation.ID, nil).want(t, 404)
}

func TestInvitationsAreListedInPages(t *testing.T) {
	s := openSite(t)
	admin := s.signedIn(t, account.Admin)
	var want []string
	for range 5 {
		_, i := admin.invites(t, map[string]any{})
		want = append([]string{i.Invitation.ID}, want...)
	}
	var got []string
	for cursor := ""; ; {
		p := read[invitationList](t, admin.send(t, "GET", "/api/admin/invitations?limit=2&cursor="+cursor, nil))
		for _, i := range p.Items {
			got = append(got, i.ID)
		}
		if cursor = p.NextCursor; cursor == "" {
			break
		}
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestWhereSignUpIsClosedNobodyComesInByThemselves(t *testing.T) {
	box := &postbox{}
	s := openSite(t, withSignUp(account.Invitation, box))
	admin, v := s.signedIn(t, account.Admin), s.visitor(t)
	token, _ := admin.invites(t, map[string]any{})
	v.send(t, "POST", "/api/auth/register", map[string]string{"email": "a@example.com", "password": password}).wantCode(t, 403, "invitation_needed")
	if door := read[Door](t, v.send(t, "GET", "/api/setup", nil)); door.SignUp != "invitation" || !door.Mail || door.Needed {
		t.Errorf("the door is %+v", door)
	}

	s.People.SignUp = account.Closed
	v.send(t, "POST", "/api/auth/register", map[string]string{"email": "a@example.com", "password": password}).wantCode(t, 403, "sign_up_closed")
	v.send(t, "POST", "/api/auth/register", map[string]string{"email": "a@example.com", "password": password, "invitation": token}).wantCode(t, 403, "sign_up_closed")
	v.send(t, "POST", "/api/auth/invitation", map[string]string{"token": token}).wantCode(t, 403, "sign_up_closed")
	v.send(t, "POST", "/api/auth/register/confirm", map[string]string{"token": token}).wantCode(t, 403, "sign_up_closed")
	admin.send(t, "POST", "/api/admin/invitations", map[string]any{}).wantCode(t, 409, "sign_up_closed")
	if len(box.letters) != 0 {
		t.Errorf("letters went out: %+v", box.letters)
	}
}

func TestSigningUpSaysNothingOfWhoIsKnown(t *testing.T) {
	s := openSite(t, withSignUp(account.Open, &postbox{}))
	s.signedIn(t, account.Viewer)
	ask := func(email string) *answer {
		return s.visitor(t).send(t, "POST", "/api/auth/register", map[string]string{"email": email, "password": password})
	}
	known, fresh := ask(emailOf(account.Viewer)).want(t, 202), ask("caio@example.com").want(t, 202)
	if known.body != fresh.body || read[registration](t, known).Status != "checkMail" || len(known.Cookies())+len(fresh.Cookies()) != 0 {
		t.Errorf("who is known is told %s\nand who is not %s", known.body, fresh.body)
	}
	// Nor does a sign-in with what was chosen tell: there is no account until it is confirmed.
	s.visitor(t).send(t, "POST", "/api/auth/login", credentials("caio@example.com", password)).wantCode(t, 401, "bad_credentials")
	// A mailbox is not filled.
	for range lettersTo.Burst - 1 {
		ask("caio@example.com").want(t, 202)
	}
	wantLimited(t, ask("caio@example.com"), lettersTo.Every)
}

func TestRegisteringIsLimited(t *testing.T) {
	s := openSite(t)
	s.useUp(t, "127.0.0.1", registersFrom)
	wantLimited(t, s.visitor(t).send(t, "POST", "/api/auth/register", map[string]string{"email": uuid.NewString() + "@example.com", "password": password}), registersFrom.Every)
	s.useUp(t, "127.0.0.1", linksFrom)
	for _, path := range []string{"/api/auth/register/confirm", "/api/auth/invitation", "/api/auth/verify"} {
		if a := s.visitor(t).send(t, "POST", path, map[string]string{"token": "t"}); a.StatusCode != http.StatusTooManyRequests {
			t.Errorf("%s: %s", path, a.Status)
		}
	}
}

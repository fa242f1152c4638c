package httpapi

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/watch"
)

type added struct {
	User   User
	Mailed bool
	Path   string
}

// adds makes a user who has chosen the usual password.
func (v *visitor) adds(t *testing.T, with map[string]string) User {
	t.Helper()
	a := read[added](t, v.send(t, "POST", "/api/admin/users", with).want(t, 201))
	v.site.visitor(t).send(t, "POST", "/api/auth/password/reset", map[string]string{"token": tokenOf(t, "/reset", a.Path), "password": password}).want(t, 204)
	return a.User
}

func (s *site) signsIn(t *testing.T, email, password string) *visitor {
	t.Helper()
	v := s.visitor(t)
	v.send(t, "POST", "/api/auth/login", credentials(email, password)).want(t, 200)
	return v
}

func TestAnAdministratorAddsChangesAndRemovesUsers(t *testing.T) {
	s := openSite(t)
	admin := s.signedIn(t, account.Admin)
	bia := admin.adds(t, map[string]string{"email": "Bia@example.com", "name": "Bia", "role": "editor", "language": "pt-BR"})
	if bia.Email != "bia@example.com" || bia.Name != "Bia" || bia.Role != "editor" || bia.Disabled || bia.Verified {
		t.Errorf("added %+v", bia)
	}
	admin.send(t, "POST", "/api/admin/users", map[string]string{"email": "BIA@example.com"}).wantCode(t, 409, "email_taken")
	v := s.signsIn(t, "bia@example.com", password)
	v.send(t, "GET", "/api/uploads", nil).want(t, 200)

	at := "/api/admin/users/" + bia.ID
	got := read[User](t, admin.send(t, "PATCH", at, map[string]any{"role": "viewer", "name": ""}).want(t, 200))
	if got.Role != "viewer" || got.Name != "" || got.Language != "pt-BR" {
		t.Errorf("changed to %+v", got)
	}
	v.send(t, "GET", "/api/uploads", nil).wantCode(t, 403, "forbidden") // at once
	admin.send(t, "PATCH", at, map[string]any{"disabled": true}).want(t, 200)
	v.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")
	s.visitor(t).send(t, "POST", "/api/auth/login", credentials("bia@example.com", password)).wantCode(t, 403, "account_disabled")
	admin.send(t, "PATCH", at, map[string]any{"disabled": false}).want(t, 200)
	v.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")
	v = s.signsIn(t, "bia@example.com", password)
	admin.send(t, "DELETE", at, nil).want(t, 204)
	v.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")
	s.visitor(t).send(t, "POST", "/api/auth/login", credentials("bia@example.com", password)).wantCode(t, 401, "bad_credentials")
	admin.send(t, "DELETE", at, nil).want(t, 404)
	for _, bad := range []map[string]any{{"role": "root"}, {"language": "xx"}, {"name": "a\u202eb"}, {"email": "a@example.com"}} {
		admin.send(t, "PATCH", "/api/admin/users/"+admin.me(t).User.ID, bad).want(t, 422)
	}
}

func TestAnAdministratorStays(t *testing.T) {
	s := openSite(t)
	admin := s.signedIn(t, account.Admin)
	me := admin.me(t)
	own := "/api/admin/users/" + me.User.ID
	for _, change := range []map[string]any{{"role": "viewer"}, {"disabled": true}} {
		admin.send(t, "PATCH", own, change).wantCode(t, 409, "not_yourself")
	}
	admin.send(t, "DELETE", own, nil).wantCode(t, 409, "not_yourself")
	admin.send(t, "PATCH", own, map[string]any{"name": "Ana"}).want(t, 200)
	admin.send(t, "DELETE", "/api/me", map[string]string{"password": password}).wantCode(t, 409, "last_admin")

	second := admin.adds(t, map[string]string{"email": "second@example.com", "role": "admin"})
	other := s.signsIn(t, "second@example.com", password)
	other.send(t, "PATCH", own, map[string]any{"role": "viewer"}).want(t, 200)
	admin.send(t, "GET", "/api/admin/users", nil).wantCode(t, 403, "forbidden")
	other.send(t, "DELETE", "/api/me", map[string]string{"password": password}).wantCode(t, 409, "last_admin")
	if other.me(t).User.ID != second.ID {
		t.Error("somebody else is signed in")
	}
}

// Whoever holds connections open is told, wherever a session ends or may do something else.
func TestWhatChangesForAUserIsTold(t *testing.T) {
	s := openSite(t)
	var told []string
	during := func(do func()) {
		s.note(func() { s.ended = nil })
		do()
		s.note(func() { told = slices.Compact(slices.Clone(s.ended)) })
	}
	admin, v := s.signedIn(t, account.Admin), s.signedIn(t, account.Viewer)
	me := v.me(t)
	kid := v.addProfile(t, map[string]any{"name": "Caio", "maturityLimit": 10})
	at := "/api/admin/users/" + me.User.ID
	for what, do := range map[string]func(){
		"another profile": func() {
			v.selects(t, kid.ID, nil).want(t, 200)
			v.selects(t, me.Profile.ID, map[string]any{"password": password}).want(t, 200)
		},
		"another limit": func() {
			v.send(t, "PATCH", "/api/me/profiles/"+kid.ID, map[string]any{"maturityLimit": 12}).want(t, 200)
		},
		"another password": func() {
			v.send(t, "POST", "/api/me/password", map[string]string{"oldPassword": password, "password": password}).want(t, 204)
		},
		"another role": func() { admin.send(t, "PATCH", at, map[string]any{"role": "editor"}).want(t, 200) },
	} {
		if during(do); !slices.Contains(told, me.User.ID) || slices.Contains(told, admin.me(t).User.ID) {
			t.Errorf("%s: told %v", what, told)
		}
	}
	for _, do := range []func(){
		func() { v.send(t, "DELETE", "/api/me/profiles/"+kid.ID, nil).want(t, 204) },
		func() { admin.send(t, "PATCH", at, map[string]any{"disabled": true}).want(t, 200) },
		func() { admin.send(t, "DELETE", at, nil).want(t, 204) },
	} {
		if during(do); !slices.Equal(told, []string{me.User.ID}) {
			t.Errorf("told %v", told)
		}
	}
}

func TestUsersAreListedInPages(t *testing.T) {
	s := openSite(t)
	admin := s.signedIn(t, account.Admin)
	want := []string{admin.me(t).User.ID}
	for _, name := range []string{"a", "b", "c", "d"} {
		want = append(want, read[added](t, admin.send(t, "POST", "/api/admin/users", map[string]string{"email": name + "@example.com"}).want(t, 201)).User.ID)
	}
	slices.Reverse(want)
	var got []string
	for cursor := ""; ; {
		a := admin.send(t, "GET", "/api/admin/users?limit=2&cursor="+cursor, nil).want(t, 200)
		if strings.Contains(a.body, "argon2") {
			t.Error("the list holds passwords' hashes")
		}
		p := read[userList](t, a)
		for _, u := range p.Items {
			if got = append(got, u.ID); u.Profiles != 1 {
				t.Errorf("%+v", u)
			}
		}
		if cursor = p.NextCursor; cursor == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	admin.send(t, "GET", "/api/admin/users?cursor=x", nil).wantCode(t, 422, "bad_cursor")
}

func TestAnAdministratorMakesALinkForWhoForgot(t *testing.T) {
	s := openSite(t)
	admin, viewer := s.signedIn(t, account.Admin), s.signedIn(t, account.Viewer)
	made := read[Handed](t, admin.send(t, "POST", "/api/admin/users/"+viewer.me(t).User.ID+"/reset-link", nil).want(t, 201))
	token := tokenOf(t, "/reset", made.Path)
	if made.Mailed || made.ExpiresAt.IsZero() || strings.Contains(s.log.String(), token) {
		t.Errorf("made %+v", made)
	}
	v := s.visitor(t)
	reset := func(password string) *answer {
		return v.send(t, "POST", "/api/auth/password/reset", map[string]string{"token": token, "password": password})
	}
	reset("short").wantCode(t, 422, "bad_password")
	reset("quite another one").want(t, 204)
	reset("quite another one").wantCode(t, 403, "bad_link")
	viewer.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out") // every session ended
	s.signsIn(t, emailOf(account.Viewer), "quite another one")
	if strings.Contains(s.log.String(), token) {
		t.Error("the link is in the log")
	}
}

func TestForgettingSaysNothingOfWhoIsKnown(t *testing.T) {
	s := openSite(t)
	s.signedIn(t, account.Viewer)
	v := s.visitor(t)
	ask := func(email string) *answer {
		return v.send(t, "POST", "/api/auth/password/forgot", map[string]string{"email": email, "language": "pt-BR"})
	}
	known, unknown := ask(emailOf(account.Viewer)).want(t, 202), ask("nobody@example.com").want(t, 202)
	for name := range known.Header {
		if name != "X-Request-Id" && name != "Date" && name != "Ratelimit" && known.Header.Get(name) != unknown.Header.Get(name) {
			t.Errorf("%s is %q, and of who is unknown %q", name, known.Header.Get(name), unknown.Header.Get(name))
		}
	}
	if known.body != unknown.body {
		t.Errorf("who is known is told %q, and who is not %q", known.body, unknown.body)
	}
	for range lettersTo.Burst - 1 {
		ask(" Nobody@Example.com").want(t, 202)
	}
	wantLimited(t, ask("nobody@example.com"), lettersTo.Every)
	ask("no address").wantCode(t, 422, "bad_email")
}

func TestAChangedPasswordEndsTheOtherSessions(t *testing.T) {
	s := openSite(t)
	here, there := s.signedIn(t, account.Viewer), s.signedIn(t, account.Viewer)
	change := func(old, to string) *answer {
		return here.send(t, "POST", "/api/me/password", map[string]string{"oldPassword": old, "password": to})
	}
	change("wrong", "quite another one").wantCode(t, 403, "wrong_password")
	change(password, "short").wantCode(t, 422, "bad_password")
	there.send(t, "GET", "/api/me", nil).want(t, 200)
	change(password, "quite another one").want(t, 204)
	here.send(t, "GET", "/api/me", nil).want(t, 200)
	there.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")
	s.visitor(t).send(t, "POST", "/api/auth/login", credentials(emailOf(account.Viewer), password)).wantCode(t, 401, "bad_credentials")
	s.signsIn(t, emailOf(account.Viewer), "quite another one")
	for n := 0; ; n++ { // nor is it guessed here
		a := change("wrong", "quite another one")
		if a.StatusCode == 429 {
			break
		}
		if a.wantCode(t, 403, "wrong_password"); n > triesAs.Burst {
			t.Fatal("it can be guessed for ever")
		}
	}
}

func TestSomebodySaysWhatTheyAreCalled(t *testing.T) {
	s := openSite(t)
	v := s.signedIn(t, account.Viewer)
	got := read[Me](t, v.send(t, "PATCH", "/api/me", map[string]string{"name": " Ana  Lima ", "language": "pt-BR"}).want(t, 200))
	if got.User.Name != "Ana Lima" || got.User.Language != "pt-BR" || got != v.me(t) {
		t.Errorf("is %+v", got)
	}
	v.send(t, "PATCH", "/api/me", map[string]string{"language": ""}).want(t, 200)
	if got := v.me(t); got.User.Language != "" || got.User.Name != "Ana Lima" {
		t.Errorf("is %+v", got)
	}
	for _, bad := range []map[string]any{{"language": "xx"}, {"name": "a\u202eb"}, {"email": "x@example.com"}, {"role": "admin"}} {
		v.send(t, "PATCH", "/api/me", bad).want(t, 422)
	}
}

func TestSomebodyTakesAlongAllThatIsKeptOfThem(t *testing.T) {
	s := openSite(t)
	editor := s.signedIn(t, account.Editor)
	s.signedIn(t, account.Viewer)
	editor.addProfile(t, map[string]any{"name": "Caio", "maturityLimit": 10, "pin": "2468"})
	up := read[Upload](t, editor.send(t, "POST", "/api/uploads", map[string]any{"fileName": "limite.mp4", "size": 1000}).want(t, 201))
	me, at := editor.me(t), time.Now().UTC().Truncate(time.Microsecond)
	v := watch.Viewer{UserID: me.User.ID, ProfileID: me.Profile.ID}
	seen, forgotten, film := s.addVideo(t, "Limite"), s.addVideo(t, "Ganga Bruta"), s.addFilm(t, "Limite")
	if err := s.db.Watch().Record(t.Context(), []watch.Row{
		{Viewer: v, VideoID: seen, DeviceID: "tv", Device: "Chrome on Android", Mark: watch.Mark{Kind: watch.Watching, Position: 12.5, Duration: 5400, At: at}},
		{Viewer: v, VideoID: forgotten, DeviceID: "tv", Mark: watch.Mark{Kind: watch.Watching, Position: 12.5, Duration: 5400, At: at.Add(-time.Hour)}},
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.db.Watch().Forget(t.Context(), v, watch.Era{At: 1, By: "x"}, forgotten); err != nil {
		t.Fatal(err)
	}
	if err := s.db.Opinions().SetStars(t.Context(), catalog.Viewer(v), film.ID, 8); err != nil {
		t.Fatal(err)
	}
	a := editor.send(t, "GET", "/api/me/export", nil).want(t, 200)
	if !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") {
		t.Error("it is shown, not kept")
	}
	var e Exported
	if err := json.Unmarshal([]byte(a.body), &e); err != nil {
		t.Fatal(err)
	}
	if e.User.Email != emailOf(account.Editor) || len(e.Profiles) != 2 || !e.Profiles[1].HasPIN || len(e.Sessions) != 1 ||
		len(e.Videos) != 1 || e.Videos[0].ID != up.VideoID || len(e.Uploads) != 1 || e.Uploads[0].FileName != "limite.mp4" {
		t.Errorf("exported %s", a.body)
	}
	watched := []ExportedWatch{
		{ProfileID: v.ProfileID, VideoID: forgotten, Title: "Ganga Bruta", Kind: "forgotten"},
		{ProfileID: v.ProfileID, VideoID: seen, Title: "Limite", Kind: "watching", PositionSeconds: 12.5, DurationSeconds: 5400, DeviceID: "tv", Device: "Chrome on Android", LastWatchedAt: &at},
	}
	if !reflect.DeepEqual(e.Watched, watched) {
		t.Errorf("exported %+v, want %+v in %s", e.Watched, watched, a.body)
	}
	if want := []ExportedOpinion{{ProfileID: v.ProfileID, MovieID: film.ID, Stars: 8}}; !reflect.DeepEqual(e.Opinions, want) {
		t.Errorf("exported %+v, want %+v", e.Opinions, want)
	}
	for _, secret := range []string{"argon2", "2468", emailOf(account.Viewer), "tokenHash", "passwordHash"} {
		if strings.Contains(a.body, secret) {
			t.Errorf("it holds %s", secret)
		}
	}
}

func TestSomebodyDeletesTheirAccount(t *testing.T) {
	s := openSite(t)
	s.signedIn(t, account.Admin)
	here, there := s.signedIn(t, account.Editor), s.signedIn(t, account.Editor)
	up := read[Upload](t, here.send(t, "POST", "/api/uploads", map[string]any{"fileName": "limite.mp4", "size": 1000}).want(t, 201))
	here.send(t, "DELETE", "/api/me", map[string]string{"password": "wrong"}).wantCode(t, 403, "wrong_password")
	out := here.send(t, "DELETE", "/api/me", map[string]string{"password": password}).want(t, 204)
	if c := cookieSet(t, out, sessionCookie); c.Value != "" || c.MaxAge >= 0 {
		t.Errorf("it leaves %+v", c)
	}
	for _, v := range []*visitor{here, there} {
		v.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")
	}
	s.visitor(t).send(t, "POST", "/api/auth/login", credentials(emailOf(account.Editor), password)).wantCode(t, 401, "bad_credentials")
	// Who comes after with the same address has nothing of theirs.
	again := s.signedIn(t, account.Editor)
	again.send(t, "GET", "/api/uploads/"+up.ID, nil).want(t, 404)
	if list := read[uploadList](t, again.send(t, "GET", "/api/uploads", nil)); len(list.Items) != 0 {
		t.Errorf("has %+v", list.Items)
	}
}

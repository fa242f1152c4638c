//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/house"
)

func TestAServerStopsTidilyInTheMiddleOfItsWorkAndGoesOnWithIt(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, o house.Options) {
		h := house.Start(t, o)
		c := h.Admin()
		ctx := within(t, 2*patience)
		v, err := c.Post(ctx, "", "film.mp4", open(t, twoRungs.Path(t)))
		if err == nil {
			v, err = c.Until(ctx, v.ID, func(v house.Video) bool { return v.Progress > 0 })
		}
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, patience, func() error { // between two of them there is a moment without
			if h.Encoders() == 0 {
				return errors.New("no encoder is at work: the film is too short for this test")
			}
			return nil
		})
		h.Stop() // fails the test when it ends badly or leaves an encoder behind
		h.Boot()
		if v, err = c.Until(ctx, v.ID, c.Finished(ctx)); err != nil {
			t.Fatal(err)
		}
		plays(t, c, v)
		if complaints := h.Logged(`"level":"ERROR"`, "panic", "database is locked"); len(complaints) > 0 {
			t.Errorf("the log complains:\n%s", strings.Join(complaints, "\n"))
		}
	})
}

func TestTheLinkOfTheFirstStartMakesTheAdministratorOnce(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{NoAdmin: true})
	link, err := url.Parse(h.SetUpLink())
	if err != nil {
		t.Fatal(err)
	}
	c := h.Stranger()
	ctx := within(t, patience)
	setUp := func(token string) (me house.Me, err error) {
		return me, c.Call(ctx, http.MethodPost, "/api/setup", map[string]string{"token": token, "email": "first@example.com", "password": "long enough to keep"}, &me)
	}
	needed := func() (answer struct{ Needed bool }) {
		t.Helper()
		if err := c.Call(ctx, http.MethodGet, "/api/setup", nil, &answer); err != nil {
			t.Fatal(err)
		}
		return answer
	}
	if !needed().Needed {
		t.Error("a new server says that it is set up")
	}
	_, err = setUp("guessed")
	refused(t, "a guessed token", err, http.StatusForbidden, "bad_setup_token")
	me, err := setUp(link.Query().Get("token"))
	if err != nil || me.User.Role != "admin" || me.User.Email != "first@example.com" {
		t.Fatalf("%+v, %v", me, err)
	}
	if _, err := c.Videos(ctx); err != nil {
		t.Errorf("set up, but not signed in: %v", err)
	}
	_, err = setUp(link.Query().Get("token"))
	refused(t, "the link a second time", err, http.StatusConflict, "already_set_up")
	if needed().Needed {
		t.Error("a server with an administrator asks for one")
	}
}

func TestSigningInLastsThroughARestartAndRolesAreKept(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, o house.Options) {
		h := house.Start(t, o)
		admin := h.Admin()
		ctx := within(t, patience)
		v, err := admin.Post(ctx, "", "film.mp4", open(t, small.Path(t)))
		if err != nil {
			t.Fatal(err)
		}
		const email, password = "viewer@example.com", "only here to look"
		if out, code := h.Run(password+"\n", "user", "add", email); code != 0 {
			t.Fatalf("user add ended with %d:\n%s", code, out)
		}
		viewer := h.Stranger()
		refused(t, "a wrong password", viewer.SignIn(ctx, email, "something else"), http.StatusUnauthorized, "bad_credentials")
		if err := viewer.SignIn(ctx, email, password); err != nil {
			t.Fatal(err)
		}
		h.Restart()
		if _, err := viewer.Video(ctx, v.ID); err != nil {
			t.Errorf("after a restart: %v", err)
		}
		refused(t, "deleting as a viewer", viewer.Delete(ctx, v.ID), http.StatusForbidden, "forbidden")
		_, err = viewer.Open(ctx, "film.mp4", 1000)
		refused(t, "uploading as a viewer", err, http.StatusForbidden, "forbidden")

		answer, err := admin.Do(ctx, http.MethodDelete, "/api/videos/"+v.ID, nil, http.Header{"Origin": {"https://elsewhere.example"}, "Sec-Fetch-Site": {"cross-site"}})
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusForbidden {
			t.Errorf("a page of another site may delete: %s", answer.Status)
		}
		if _, err := admin.Video(ctx, v.ID); err != nil {
			t.Errorf("after all refusals: %v", err)
		}
	})
}

func TestEveryAnswerIsHardenedAndUnknownAddressesAreTold(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Stranger()
	for path, want := range map[string]int{
		"/": 200, "/watch/anything": 200, "/missing.js": 404, "/assets/missing.css": 404,
		"/api/nothing": 404, "/api/me": 401, "/api/openapi.json": 200, "/api/docs": 200, "/healthz": 200,
	} {
		got, err := c.Fetch(within(t, patience), http.MethodGet, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got.Status != want {
			t.Errorf("%s answers %d, not %d", path, got.Status, want)
		}
		if policy := got.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s has the policy %q", path, policy)
		}
		if got.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s may be sniffed", path)
		}
		if want == 200 && strings.HasPrefix(path, "/w") && !strings.Contains(string(got.Body), "<html") {
			t.Errorf("%s is not the app", path)
		}
	}
	document, err := c.Fetch(t.Context(), http.MethodGet, "/api/openapi.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	var openAPI struct {
		OpenAPI string
		Paths   map[string]any
	}
	if err := json.Unmarshal(document.Body, &openAPI); err != nil || !strings.HasPrefix(openAPI.OpenAPI, "3.1") || openAPI.Paths["/videos/{id}/stream"] == nil {
		t.Errorf("not the API's document: %v, %q with %d paths", err, openAPI.OpenAPI, len(openAPI.Paths))
	}
}

func TestTheCommandLineSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{Data: t.TempDir()}) // with no address set
	if out, code := h.Run("", "doctor"); code != 0 || !strings.Contains(out, "ffmpeg") {
		t.Errorf("doctor ended with %d:\n%s", code, out)
	}
	if out, code := h.Run("", "version"); code != 0 || !strings.HasPrefix(out, "kkmovies ") {
		t.Errorf("version ended with %d: %s", code, out)
	}
	if out, code := h.Run("", "migrate", "--status"); code != 0 || !strings.Contains(out, "applied") {
		t.Errorf("migrate --status ended with %d: %s", code, out)
	}
	for what, args := range map[string][]string{
		"KK_DATABASE_URL": {"serve", "--database-url", "mysql://somewhere"},
		"KK_LISTEN":       {"serve", "--listen", "nowhere"},
		"KK_MEDIA_URL":    {"serve", "--role", "worker", "--database-url", "postgres://u:secret@127.0.0.1:1/x"},
	} {
		out, code := h.Run("", args...)
		if code != 2 || !strings.Contains(out, what) {
			t.Errorf("kkmovies %v ended with %d: %s", args, code, out)
		}
		if strings.Contains(out, "secret") {
			t.Errorf("a secret was printed: %s", out)
		}
	}
	if out, code := h.RunWith(map[string]string{"KK_DATABSE_URL": "postgres://x"}, "", "doctor"); code != 2 || !strings.Contains(out, "KK_DATABSE_URL") {
		t.Errorf("with a misspelt setting doctor ended with %d: %s", code, out)
	}
}

//go:build e2e

package e2e

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
)

// Cookies know no ports: a page on another port of the same host is the stranger whose
// requests carry the victim's session. One on another host is the stranger everybody means.
func TestAPageOfAnotherSiteMakesABrowserDoNothing(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	v := show(t, c, small)
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>You have won</title><body>"))
	}))
	defer stranger.Close()
	browser.Run(t, browserPatience, "forged.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword,
		stranger.URL, strings.Replace(stranger.URL, "127.0.0.1", "localhost", 1), v.ID)
	now, err := c.Video(t.Context(), v.ID)
	if err != nil || now.Title != v.Title {
		t.Fatalf("the film is %+v, was %+v: %v", now, v, err)
	}
	var record struct {
		Items []struct{ Action, Outcome string }
	}
	if err := c.Call(t.Context(), http.MethodGet, "/api/admin/audit", nil, &record); err != nil {
		t.Fatal(err)
	}
	for _, e := range record.Items { // the film came in, and two signed in
		if e.Action != "signIn" && e.Action != "uploadVideo" && e.Action != "createUpload" && e.Action != "completeUpload" && e.Action != "addUser" {
			t.Errorf("%s was done, %s", e.Action, e.Outcome)
		}
	}
	h.Stop()
}

package httpapi

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/insight"
)

func measured(list ...map[string]any) map[string]any { return map[string]any{"measures": list} }

func TestWhatABrowserMeasuredIsCountedWholeOrNotAtAll(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	lcp, start := map[string]any{"name": "lcp", "value": 0.8, "screen": "home"}, map[string]any{"name": "start", "value": 0.4, "screen": "/title/1"}
	viewer.send(t, "POST", "/api/rum", measured(lcp, start)).want(t, 204)
	want := []insight.Measure{{Name: "lcp", Value: 0.8, Screen: "home"}, {Name: "start", Value: 0.4}}
	if !slices.Equal(s.measured, want) {
		t.Errorf("counted are %+v, want %+v", s.measured, want)
	}
	for _, body := range []any{
		measured(), measured(lcp, map[string]any{"name": "age", "value": 1}), measured(lcp, map[string]any{"name": "cls", "value": -1}),
		measured(lcp, map[string]any{"name": "stalled", "value": 2}), measured(slices.Repeat([]map[string]any{lcp}, 51)...), map[string]any{},
	} {
		viewer.send(t, "POST", "/api/rum", body).want(t, 422)
	}
	viewer.send(t, "POST", "/api/rum", measured(map[string]any{"name": "lcp", "value": 1, "screen": strings.Repeat("x", 9<<10)})).want(t, 413)
	s.visitor(t).send(t, "POST", "/api/rum", measured(lcp)).wantCode(t, 401, "signed_out")
	if len(s.measured) != len(want) {
		t.Errorf("something of a batch that was refused is counted: %+v", s.measured)
	}
}

func TestMetricsAreForTheMachineItselfAndForAdministrators(t *testing.T) {
	s := openSite(t)
	viewer, admin, stranger := s.signedIn(t, account.Viewer), s.signedIn(t, account.Admin), s.visitor(t)
	here := stranger.send(t, "GET", "/metrics", nil)
	if here.want(t, 200); here.Header.Get("Cache-Control") != "no-store" || !strings.Contains(here.body, "kkmovies_build_info") {
		t.Errorf("%v %.200s", here.Header, here.body)
	}
	for _, through := range []string{"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"} {
		stranger.send(t, "GET", "/metrics", nil, through, "203.0.113.9").wantCode(t, 401, "signed_out")
		viewer.send(t, "GET", "/metrics", nil, through, "203.0.113.9").want(t, http.StatusForbidden)
		admin.send(t, "GET", "/metrics", nil, through, "203.0.113.9").want(t, 200)
	}
	for address, isHere := range map[string]bool{"127.0.0.1:9": true, "[::1]:9": true, "[::ffff:127.0.0.1]:9": true, "10.0.0.1:9": false, "203.0.113.9:9": false, "": false, "@": false} {
		if got := fromHere(&http.Request{RemoteAddr: address, Header: http.Header{}}); got != isHere {
			t.Errorf("%q is here: %t", address, got)
		}
	}
}

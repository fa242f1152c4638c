package httpapi

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/insight"
)

func TestOnlyWhatAViewerAgreedToIsTold(t *testing.T) {
	s := openSite(t)
	viewer, client := s.signedIn(t, account.Viewer), uuid.NewString()
	told := func(client string, session int64, visits ...map[string]any) map[string]any {
		return map[string]any{"client": client, "session": session, "visits": visits}
	}
	home, begun := map[string]any{"name": "page_view", "screen": "home"}, map[string]any{"name": "video_start", "screen": "watch"}
	viewer.send(t, "POST", "/api/visits", told(client, 7, home, begun)).want(t, 204)
	want := []insight.Visit{{Client: client, Session: 7, Name: "page_view", Screen: "home"}, {Client: client, Session: 7, Name: "video_start", Screen: "watch"}}
	if !slices.Equal(s.visits, want) {
		t.Errorf("told are %+v, want %+v", s.visits, want)
	}

	viewer.send(t, "POST", "/api/visits", told(client, 7, home), "Sec-GPC", "1").want(t, 204)
	viewer.send(t, "POST", "/api/visits", told(client, 7, home), "DNT", "1").want(t, 204)
	for name, body := range map[string]map[string]any{
		"nothing": told(client, 7), "no session": told(client, 0, home), "an e-mail for a device": told("ana@example.com", 7, home),
		"a device that is not random": told("00000000-0000-1000-8000-000000000000", 7, home),
		"a screen with what it shows": told(client, 7, home, map[string]any{"name": "page_view", "screen": "/title/1"}),
		"what was looked for":         told(client, 7, map[string]any{"name": "page_view", "screen": "search", "q": "matrix"}),
		"another event":               told(client, 7, map[string]any{"name": "purchase", "screen": "home"}),
		"too many":                    told(client, 7, slices.Repeat([]map[string]any{home}, 26)...),
	} {
		t.Log(name)
		viewer.send(t, "POST", "/api/visits", body).want(t, 422)
	}
	s.visitor(t).send(t, "POST", "/api/visits", told(client, 7, home)).wantCode(t, 401, "signed_out")
	if len(s.visits) != len(want) {
		t.Errorf("something that was refused or not agreed to is told: %+v", s.visits)
	}
}

package httpapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/insight"
)

// openInsight gives a site what tells how films are watched.
func (s *site) openInsight() {
	store := s.db.Insight()
	s.Insight = insight.New(insight.Options{Store: store, Films: store, Cache: s.Films.Cache})
}

// parts are a hundred digits: the first are ones.
func parts(watched int) string {
	return strings.Repeat("1", watched) + strings.Repeat("0", 100-watched)
}

// aBatch is what a player sends of a playing.
func aBatch(sessionID, parts string, events ...map[string]any) map[string]any {
	if events == nil {
		events = []map[string]any{}
	}
	body := map[string]any{"sessionId": sessionID, "events": events}
	if parts != "" {
		body["parts"] = parts
	}
	return body
}

// audience makes viewers of a video, who each watched a little more than the one before.
func (s *site) audience(t *testing.T, videoID string, viewers int) {
	t.Helper()
	for n := range viewers {
		email := fmt.Sprintf("viewer-%d@example.com", n)
		if _, _, err := s.db.Accounts().UserByEmail(t.Context(), email); err != nil {
			if _, err := s.Accounts.AddUser(t.Context(), email, password, account.Viewer); err != nil {
				t.Fatal(err)
			}
		}
		v := s.signsIn(t, email, password)
		batch := aBatch(uuid.NewString(), parts(10*(n+1)), map[string]any{"type": "start", "atSeconds": 0, "positionSeconds": 0, "value": 0.5})
		v.send(t, "POST", "/api/watch/"+videoID+"/events", batch).want(t, 204)
	}
}

func TestWhatPlayersSendShowsWhichPartsAreWatchedMost(t *testing.T) {
	s := openSite(t)
	id, other := s.addVideo(t, "A film"), s.addVideo(t, "Another")
	viewer, admin := s.signedIn(t, account.Viewer), s.signedIn(t, account.Admin)
	if heat := read[VideoHeat](t, viewer.send(t, "GET", "/api/videos/"+other+"/heat", nil)); heat.Viewers != 0 || heat.Parts == nil || len(heat.Parts) != 0 {
		t.Errorf("of nothing: %+v", heat)
	}
	s.audience(t, other, 9)
	s.audience(t, id, 10)
	got := viewer.send(t, "GET", "/api/videos/"+id+"/heat", nil).want(t, 200)
	heat := read[VideoHeat](t, got)
	if heat.Viewers != 10 || len(heat.Parts) != 100 || heat.Parts[0] != 1 || heat.Parts[99] != 0.1 || got.Header.Get("Cache-Control") != "private, max-age=60" {
		t.Errorf("%+v, kept %q", heat, got.Header.Get("Cache-Control"))
	}
	of := read[VideoInsight](t, admin.send(t, "GET", "/api/admin/insight/videos/"+id, nil))
	if of.Viewers != 10 || of.Playings != 10 || of.Ever != (WatchedEver{10, 10}) || len(of.Retention) != 100 || of.Retention[50] != 0.5 || of.StartSeconds != 0.5 || of.Title != "A film" || of.FewestViewers != 10 {
		t.Errorf("%+v", of)
	}
	few := read[VideoInsight](t, admin.send(t, "GET", "/api/admin/insight/videos/"+other, nil))
	if few.Ever != (WatchedEver{9, 9}) || len(few.Retention)+len(few.Heat) != 0 || few.Retention == nil || few.Qualities == nil {
		t.Errorf("%+v", few)
	}

	var seen []string
	for query := "?limit=1"; ; {
		page := read[watchedPage](t, admin.send(t, "GET", "/api/admin/insight/videos"+query, nil))
		for _, w := range page.Items {
			seen = append(seen, fmt.Sprint(w.VideoID, " ", w.Viewers, " ", w.Title))
		}
		if page.NextCursor == "" {
			break
		}
		query = "?limit=1&cursor=" + page.NextCursor
	}
	if want := []string{id + " 10 A film", other + " 9 Another"}; !slices.Equal(seen, want) {
		t.Errorf("%v, want %v", seen, want)
	}
	admin.send(t, "GET", "/api/admin/insight/videos?cursor=nonsense", nil).wantCode(t, 422, "bad_cursor")
}

func TestWhatIsSentTwiceOrLateCountsOnce(t *testing.T) {
	s := openSite(t)
	id, session := s.addVideo(t, "A film"), uuid.NewString()
	viewer, admin := s.signedIn(t, account.Viewer), s.signedIn(t, account.Admin)
	stall := func(at int) map[string]any {
		return map[string]any{"type": "stall", "atSeconds": at, "positionSeconds": at, "value": 2}
	}
	for _, batch := range []map[string]any{
		aBatch(session, parts(60), stall(10), stall(40)), aBatch(session, parts(20), stall(10)), aBatch(session, "", stall(5)), aBatch(session, parts(60), stall(10), stall(40)),
	} {
		viewer.send(t, "POST", "/api/watch/"+id+"/events", batch).want(t, 204)
	}
	of := read[VideoInsight](t, admin.send(t, "GET", "/api/admin/insight/videos/"+id, nil))
	if of.Viewers != 1 || of.Playings != 1 || of.Stalls != 3 || of.StalledSeconds != 6 || of.Ever != (WatchedEver{1, 1}) {
		t.Errorf("%+v", of)
	}
}

// The id of a playing proves nothing, and need not: whose it is the session says.
func TestWhoSendsUnderAnothersPlayingChangesNothingOfIt(t *testing.T) {
	s := openSite(t)
	id, session := s.addVideo(t, "A film"), uuid.NewString()
	s.signedIn(t, account.Viewer).send(t, "POST", "/api/watch/"+id+"/events", aBatch(session, parts(50))).want(t, 204)
	s.signedIn(t, account.Editor).send(t, "POST", "/api/watch/"+id+"/events", aBatch(session, parts(100))).want(t, 204)
	playings, err := s.db.Insight().Playings(t.Context(), id, 10)
	if err != nil || len(playings) != 2 || playings[1].Parts.String() != parts(50) || playings[0].Parts.String() != parts(100) {
		t.Errorf("%+v, %v", playings, err)
	}
}

func TestWhatPlayersSendHasLimits(t *testing.T) {
	s := openSite(t)
	viewer, id := s.signedIn(t, account.Viewer), s.addVideo(t, "A film")
	send := func(body any) *answer { return viewer.send(t, "POST", "/api/watch/"+id+"/events", body) }
	raw := func(text string) *answer {
		return viewer.send(t, "POST", "/api/watch/"+id+"/events", strings.NewReader(text), "Content-Type", "application/json")
	}
	event := func(change map[string]any) map[string]any {
		e := map[string]any{"type": "stall", "atSeconds": 1, "positionSeconds": 1, "value": 1}
		for name, value := range change {
			e[name] = value
		}
		return e
	}
	many := func(n int) (list []map[string]any) {
		for i := range n {
			list = append(list, event(map[string]any{"atSeconds": i}))
		}
		return list
	}
	session := uuid.NewString()
	send(aBatch(session, "", many(500)...)).want(t, 204)
	send(aBatch(session, "", many(501)...)).want(t, 422)
	send(aBatch(session, "", many(10_000)...)).want(t, 413)
	for _, digits := range []string{"1", parts(100) + "0", parts(99)[:99] + "x", strings.Repeat("٣", 100), strings.Repeat(" ", 100)} {
		send(aBatch(session, digits)).want(t, 422)
	}
	for _, change := range []map[string]any{
		{"type": "seek"}, {"type": ""}, {"atSeconds": -1}, {"atSeconds": 1e9}, {"positionSeconds": -0.1}, {"positionSeconds": 1e9},
		{"value": -1}, {"value": 1e9}, {"atSeconds": "1"}, {"atSeconds": nil}, {"positionSeconds": "NaN"},
	} {
		if got := send(aBatch(session, "", event(change))); got.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: %s", change, got.Status)
		}
	}
	for _, number := range []string{"NaN", "Infinity", "1e999", "-"} {
		got := raw(`{"sessionId":"` + session + `","events":[{"type":"stall","atSeconds":` + number + `,"positionSeconds":1}]}`)
		if got.StatusCode != http.StatusBadRequest && got.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %s", number, got.Status)
		}
		got.problem(t)
	}
	for _, session := range []string{"", "1", strings.Repeat("a", 36), "' OR 1=1 --"} {
		send(aBatch(session, parts(1))).want(t, 422)
	}
	if playings, err := s.db.Insight().Playings(t.Context(), id, 10); err != nil || len(playings) != 0 {
		t.Errorf("kept are %+v, %v", playings, err)
	}
}

func TestFilmsAboveAProfilesLimitHaveNoHeatAndTakeNoEvents(t *testing.T) {
	s := openSite(t)
	editor, id := s.signedIn(t, account.Editor), s.addVideo(t, "A film")
	editor.send(t, "PATCH", "/api/videos/"+id, map[string]any{"maturityRating": 16}).want(t, 200)
	s.audience(t, id, 10)
	child := s.signedIn(t, account.Viewer)
	made := child.addProfile(t, map[string]any{"name": "Bia", "maturityLimit": 12})
	child.send(t, "GET", "/api/videos/"+id+"/heat", nil).want(t, 200)
	child.send(t, "POST", "/api/me/profiles/"+made.ID+"/select", nil).want(t, 200)
	child.send(t, "GET", "/api/videos/"+id+"/heat", nil).want(t, 404)
	child.send(t, "POST", "/api/watch/"+id+"/events", aBatch(uuid.NewString(), parts(100))).want(t, 404)
	nowhere := uuid.NewString()
	child.send(t, "POST", "/api/watch/"+nowhere+"/events", aBatch(uuid.NewString(), parts(100))).want(t, 404)
	child.send(t, "GET", "/api/videos/"+nowhere+"/heat", nil).want(t, 404)
	if w, err := s.db.Insight().Of(t.Context(), id); err != nil || w.Viewers != 10 {
		t.Errorf("%+v, %v", w, err)
	}
}

func TestWhatIsForgottenOfTheHistoryIsForgottenHereToo(t *testing.T) {
	s := openSite(t)
	videos := []string{s.addVideo(t, "One"), s.addVideo(t, "Two"), s.addVideo(t, "Three")}
	viewer, other := s.signedIn(t, account.Viewer), s.signedIn(t, account.Editor)
	for _, id := range videos {
		for _, v := range []*visitor{viewer, other} {
			v.send(t, "POST", "/api/watch/"+id+"/events", aBatch(uuid.NewString(), parts(50))).want(t, 204)
		}
	}
	left := func() (n []int) {
		for _, id := range videos {
			playings, err := s.db.Insight().Playings(t.Context(), id, 10)
			if err != nil {
				t.Fatal(err)
			}
			n = append(n, len(playings))
		}
		return n
	}
	for _, one := range []struct {
		path string
		want []int
	}{
		{"/api/watch/" + videos[0], []int{2, 2, 2}}, // off the row alone
		{"/api/watch/" + videos[0] + "?from=history", []int{1, 2, 2}},
		{"/api/watch/history", []int{1, 1, 1}},
	} {
		viewer.send(t, "DELETE", one.path, nil).want(t, 204)
		if got := left(); !slices.Equal(got, one.want) {
			t.Errorf("after %s there are %v, want %v", one.path, got, one.want)
		}
	}
}

func TestTheExportHoldsWhatPlayersSent(t *testing.T) {
	s := openSite(t)
	id, session := s.addVideo(t, "A film"), uuid.NewString()
	viewer := s.signedIn(t, account.Viewer)
	viewer.send(t, "POST", "/api/watch/"+id+"/events", aBatch(session, parts(3), map[string]any{"type": "stop", "atSeconds": 9, "positionSeconds": 8.5})).want(t, 204)
	s.signedIn(t, account.Editor).send(t, "POST", "/api/watch/"+id+"/events", aBatch(uuid.NewString(), parts(9))).want(t, 204)
	kept := read[Exported](t, viewer.send(t, "GET", "/api/me/export", nil)).Playings
	if len(kept) != 1 || kept[0].VideoID != id || kept[0].SessionID != session || kept[0].Parts != parts(3) || kept[0].BeganAt.IsZero() ||
		!slices.Equal(kept[0].Events, []PlayingEvent{{"stop", 9, 8.5, 0}}) {
		t.Errorf("%+v", kept)
	}
}

func TestWhatSomebodyWatchesIsNotOnRecordAndBounded(t *testing.T) {
	s := openSite(t)
	viewer, id := s.signedIn(t, account.Viewer), s.addVideo(t, "A film")
	since := len(s.record(t))
	got := viewer.send(t, "POST", "/api/watch/"+id+"/events", aBatch(uuid.NewString(), parts(10))).want(t, 204)
	s.wantRecorded(t, since)
	if policy := got.Header.Get("RateLimit-Policy"); !strings.Contains(policy, "playingEvents") {
		t.Errorf("how often that may be done: %q", policy)
	}
}

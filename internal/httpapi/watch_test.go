package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/watch"
)

func (v *visitor) reports(t *testing.T, videoID string, report map[string]any) *answer {
	t.Helper()
	return v.send(t, "PUT", "/api/watch/"+videoID, report)
}

func (v *visitor) row(t *testing.T) []WatchedVideo {
	t.Helper()
	return read[watchRow](t, v.send(t, "GET", "/api/watch/continue", nil).want(t, 200)).Items
}

func (v *visitor) history(t *testing.T) []WatchedVideo {
	t.Helper()
	return read[watchPage](t, v.send(t, "GET", "/api/watch/history", nil).want(t, 200)).Items
}

func TestWhatIsReportedIsWhereOneGoesOn(t *testing.T) {
	s := openSite(t)
	ana := s.signedIn(t, account.Viewer)
	id, film := s.addPlayable(t, "Palafita", 1000)
	if got := read[Watched](t, ana.send(t, "GET", "/api/watch/"+id, nil).want(t, 200)); got != (Watched{VideoID: id, Kind: "watching"}) {
		t.Errorf("who has not begun is %+v", got)
	}
	ana.reports(t, id, aReport(240.5, "state", "paused", "counter", 3, "sessionId", "playing", "era", "")).want(t, 204)

	got := read[Watched](t, ana.send(t, "GET", "/api/watch/"+id, nil).want(t, 200))
	if got.PositionSeconds != 240.5 || got.DurationSeconds != 1000 || got.Finished || got.DeviceID != "television" || got.State != "paused" ||
		got.Kind != "watching" || got.Device == "" || time.Since(got.LastWatchedAt) > time.Minute {
		t.Errorf("one stands at %+v", got)
	}
	row := ana.row(t)
	if len(row) != 1 || row[0].Movie == nil || row[0].Movie.ID != film || row[0].Movie.Title != "Palafita" || row[0].Part != "current" ||
		row[0].Video.ID != id || row[0].Video.Title != "Palafita" || !row[0].Video.Playable || row[0].PositionSeconds != 240.5 {
		t.Errorf("the row is %+v", row)
	}
	if all := ana.history(t); len(all) != 1 || all[0].VideoID != id {
		t.Errorf("the history is %+v", all)
	}

	// Another profile, and another user, have watched nothing.
	bia := s.signedIn(t, account.Editor)
	if row := bia.row(t); len(row) != 0 {
		t.Errorf("another user goes on with %+v", row)
	}
	other := ana.addProfile(t, map[string]any{"name": "Bia"})
	ana.selects(t, other.ID, nil).want(t, 200)
	if row, all := ana.row(t), ana.history(t); len(row) != 0 || len(all) != 0 {
		t.Errorf("another profile goes on with %+v, and watched %+v", row, all)
	}
}

func TestWhatIsTakenOffTheRowOrOutOfTheHistoryIsGoneFromThere(t *testing.T) {
	s := openSite(t)
	ana := s.signedIn(t, account.Viewer)
	var ids []string
	for n := range 3 {
		id, _ := s.addPlayable(t, fmt.Sprint("Film ", n), 1000)
		ids = append(ids, id)
		ana.reports(t, id, aReport(300)).want(t, 204)
	}
	in := func(list []WatchedVideo, id string) bool {
		return slices.ContainsFunc(list, func(w WatchedVideo) bool { return w.VideoID == id })
	}
	ana.send(t, "DELETE", "/api/watch/"+ids[0], nil).want(t, 204)
	if in(ana.row(t), ids[0]) || !in(ana.history(t), ids[0]) || !in(ana.row(t), ids[1]) {
		t.Error("what is taken off the row is not gone from there alone")
	}
	ana.send(t, "DELETE", "/api/watch/"+ids[1]+"?from=history", nil).want(t, 204)
	if in(ana.row(t), ids[1]) || in(ana.history(t), ids[1]) || !in(ana.history(t), ids[2]) {
		t.Error("what is taken out of the history is not gone from everywhere")
	}
	ana.send(t, "DELETE", "/api/watch/"+ids[1]+"?from=nowhere", nil).want(t, 422)
	ana.send(t, "DELETE", "/api/watch/"+uuid.NewString(), nil).want(t, 204) // gone is gone
	ana.send(t, "DELETE", "/api/watch/history", nil).want(t, 204)
	if row, all := ana.row(t), ana.history(t); len(row)+len(all) != 0 {
		t.Errorf("left are %+v and %+v", row, all)
	}
}

func TestNobodyReportsWhatTheyMayNotSee(t *testing.T) {
	s := openSite(t)
	ana := s.signedIn(t, account.Viewer)
	id, _ := s.addPlayable(t, "For adults", 1000)
	ana.reports(t, id, aReport(300)).want(t, 204)
	ana.reports(t, uuid.NewString(), aReport(300)).want(t, 404)
	ana.send(t, "GET", "/api/watch/"+uuid.NewString(), nil).want(t, 404)

	kid := ana.addProfile(t, map[string]any{"name": "Caio", "maturityLimit": 12})
	ana.selects(t, kid.ID, nil).want(t, 200)
	ana.reports(t, id, aReport(300)).want(t, 404)
	ana.send(t, "GET", "/api/watch/"+id, nil).want(t, 404)
	who := ana.account(t)
	if _, err := s.calls(t, who, "watch", callOf(t, id, aReport(300))); !fault.Is(err, fault.NotFound) {
		t.Errorf("a call is answered with %v", err)
	}
	// What was rated since is in no row of theirs.
	rating, err := catalog.RatingOf(10)
	if err == nil {
		err = s.db.Catalog().SetRating(t.Context(), id, rating)
	}
	if err != nil {
		t.Fatal(err)
	}
	ana.reports(t, id, aReport(300)).want(t, 204)
	if row := ana.row(t); len(row) != 1 {
		t.Errorf("the row is %+v", row)
	}
	if rating, err = catalog.RatingOf(16); err == nil {
		err = s.db.Catalog().SetRating(t.Context(), id, rating)
	}
	if err != nil {
		t.Fatal(err)
	}
	if row, all := ana.row(t), ana.history(t); len(row)+len(all) != 0 {
		t.Errorf("then it is %+v, and the history %+v", row, all)
	}
}

// callOf is a report as it is called.
func callOf(t *testing.T, videoID string, report map[string]any) string {
	t.Helper()
	report["videoId"] = videoID
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What one way refuses the other does, with the same status and code.
func TestAReportIsTheSameByHTTPAndByCall(t *testing.T) {
	s := openSite(t)
	ana := s.signedIn(t, account.Viewer)
	who := ana.account(t)
	id, _ := s.addPlayable(t, "Palafita", 1000)
	future := watch.Era{At: time.Now().Add(49 * time.Hour).UnixMilli(), By: "b"}.String()
	for name, of := range map[string]struct {
		status int
		code   string
		report map[string]any
	}{
		"all it may say":         {204, "", aReport(1, "era", "1764489600000.b", "state", "stopped", "sought", true, "counter", 9, "sessionId", "s")},
		"no more than it must":   {204, "", aReport(2)},
		"a position before":      {422, "invalid", aReport(-1)},
		"a position beyond all":  {422, "invalid", aReport(1e7)},
		"a position in words":    {422, "invalid", aReport(1, "positionSeconds", "one")},
		"no duration":            {422, "invalid", aReport(1, "durationSeconds", nil)},
		"no device":              {422, "invalid", aReport(1, "deviceId", "")},
		"a device of two words":  {422, "invalid", aReport(1, "deviceId", "a b")},
		"a device of many":       {422, "invalid", aReport(1, "deviceId", strings.Repeat("d", 65))},
		"no time":                {422, "invalid", aReport(1, "observedAt", "yesterday")},
		"a state there is not":   {422, "invalid", aReport(1, "state", "asleep")},
		"a count below":          {422, "invalid", aReport(1, "counter", -1)},
		"a field there is not":   {422, "invalid", aReport(1, "rating", 5)},
		"another profile's":      {409, "other_profile", aReport(1, "profileId", uuid.NewString())},
		"an era that is none":    {422, "bad_era", aReport(1, "era", "yesterday")},
		"an era that is to come": {422, "bad_era", aReport(1, "era", future)},
		"an era without end":     {422, "invalid", aReport(1, "era", strings.Repeat("1", 101))},
	} {
		got := ana.reports(t, id, of.report).want(t, of.status)
		if of.code != "" && got.problem(t).Code != of.code {
			t.Errorf("%s: %s", name, got.body)
		}
		_, err := s.calls(t, who, "watch", callOf(t, id, of.report))
		if (err != nil) != (of.code != "") {
			t.Errorf("%s is called: %v", name, err)
			continue
		}
		if err == nil {
			continue
		}
		if status, code := ExplainCall(err); int(status) != of.status || code != of.code {
			t.Errorf("%s is refused with %d %s: %v", name, status, code, err)
		}
	}
	ana.send(t, "PUT", "/api/watch/"+id, strings.NewReader(`{"x":"`+strings.Repeat("x", 5000)+`"}`), "Content-Type", "application/json").want(t, 413)
	ana.send(t, "PUT", "/api/watch/"+id, strings.NewReader(`{`), "Content-Type", "application/json").want(t, 400)
	ana.send(t, "PUT", "/api/watch/not-a-video", aReport(1)).want(t, 422)
	for _, data := range []string{"", "{", "null", "[]", `"watch"`, callOf(t, "not-a-video", aReport(1)), strings.Replace(callOf(t, id, aReport(1)), "videoId", "video", 1)} {
		if _, err := s.calls(t, who, "watch", data); err == nil {
			t.Errorf("%s is taken", data)
		} else if status, _ := ExplainCall(err); status != 422 {
			t.Errorf("%s is refused with %d: %v", data, status, err)
		}
	}
}

func TestACallIsOfWhoIsStillSignedIn(t *testing.T) {
	s := openSite(t)
	ana := s.signedIn(t, account.Viewer)
	who := ana.account(t)
	id, _ := s.addPlayable(t, "Palafita", 1000)
	call := func() error {
		_, err := s.calls(t, who, "watch", callOf(t, id, aReport(240)))
		return err
	}
	if err := call(); err != nil {
		t.Fatal(err)
	}
	if got := read[Watched](t, ana.send(t, "GET", "/api/watch/"+id, nil)); got.PositionSeconds != 240 {
		t.Errorf("one stands at %+v", got)
	}
	if _, err := s.calls(t, who, "rule the world", "{}"); fault.CodeOf(err) != "no_such_call" {
		t.Errorf("answered %v", err)
	}
	if _, err := s.calls(t, nil, "watch", callOf(t, id, aReport(240))); !fault.Is(err, fault.SignedOut) {
		t.Errorf("nobody is answered %v", err)
	}
	ana.send(t, "POST", "/api/auth/logout", nil).want(t, 204)
	err := call()
	if status, code := ExplainCall(err); status != http.StatusUnauthorized || code != "signed_out" {
		t.Errorf("who signed out is answered %v", err)
	}
}

func TestAHistoryIsReadPageByPage(t *testing.T) {
	s := openSite(t)
	ana, bia := s.signedIn(t, account.Viewer), s.signedIn(t, account.Editor)
	began := time.Now().Add(-time.Hour)
	var want []string
	for n := range 5 {
		id, _ := s.addPlayable(t, fmt.Sprint("Film ", n), 1000)
		ana.reports(t, id, aReport(300, "observedAt", began.Add(time.Duration(n)*time.Minute).UTC())).want(t, 204)
		want = append([]string{id}, want...)
	}
	var got []string
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		page := read[watchPage](t, ana.send(t, "GET", "/api/watch/history?limit=2&cursor="+cursor, nil).want(t, 200))
		for _, one := range page.Items {
			got = append(got, one.VideoID)
		}
		if cursor = page.NextCursor; cursor != "" {
			bia.send(t, "GET", "/api/watch/history?cursor="+cursor, nil).wantCode(t, 422, "bad_cursor")
			ana.send(t, "GET", "/api/list?cursor="+cursor, nil).wantCode(t, 422, "bad_cursor")
		}
		if pages > 5 {
			t.Fatal("it has no end")
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("read %v, want %v", got, want)
	}
	for _, query := range []string{"limit=0", "limit=101", "cursor=nonsense"} {
		ana.send(t, "GET", "/api/watch/history?"+query, nil).want(t, 422)
	}
}

func TestAPlayerThatRunsWildIsHeldBack(t *testing.T) {
	s := openSite(t)
	ana := s.signedIn(t, account.Viewer)
	who := ana.account(t)
	id, _ := s.addPlayable(t, "Palafita", 1000)
	for range beats.Burst {
		s.Limits.Allow(t.Context(), who.Session.ID+":"+beats.name, beats.Limit)
	}
	wild := func() bool { // time brings more, slowly
		for range 100 {
			if a := ana.reports(t, id, aReport(1)); a.StatusCode == http.StatusTooManyRequests {
				return a.Header.Get("Retry-After") != ""
			}
			for s.Limits.Allow(t.Context(), who.Session.ID+":"+beats.name, beats.Limit).Allowed {
			}
		}
		return false
	}
	if !wild() {
		t.Error("any number of reports is taken")
	}
	for range 100 {
		if _, err := s.calls(t, who, "watch", callOf(t, id, aReport(1))); fault.Is(err, fault.TooMany) {
			return
		}
		for s.Limits.Allow(t.Context(), who.Session.ID+":"+beats.name, beats.Limit).Allowed {
		}
	}
	t.Error("any number of calls is taken")
}

func TestOpenAppsAreToldWhatChanged(t *testing.T) {
	s := openSite(t)
	ana := s.signedIn(t, account.Viewer)
	who := ana.me(t)
	id, film := s.addPlayable(t, "Palafita", 1000)
	wants := func(what, to string, want any) {
		t.Helper()
		if !slices.ContainsFunc(s.told.all(), func(o toldOf) bool { return o.to == to && fmt.Sprint(o.event) == fmt.Sprint(want) }) {
			t.Errorf("%s: told %+v, want %+v to %s", what, s.told.all(), want, to)
		}
	}
	own := "profile " + who.Profile.ID
	ana.send(t, "PUT", "/api/list/"+film, nil).want(t, 204)
	wants("a film is put on the list", own, listChanged{"list.changed", film, true})
	ana.send(t, "DELETE", "/api/list/"+film, nil).want(t, 204)
	wants("it is taken off", own, listChanged{"list.changed", film, false})
	ana.send(t, "PUT", "/api/list/"+uuid.NewString(), nil).want(t, 404)

	ana.send(t, "POST", "/api/watch/"+id+"/take", map[string]string{"deviceId": "phone"}).want(t, 204)
	wants("a device goes on", own, watch.Taken{Type: "watch.taken", VideoID: id, DeviceID: "phone"})
	ana.send(t, "POST", "/api/watch/"+id+"/take", map[string]string{"deviceId": ""}).want(t, 422)

	kid := ana.addProfile(t, map[string]any{"name": "Caio"})
	wants("a profile is added", "user "+who.User.ID, happened{"profiles.changed"})
	before := len(s.told.all())
	ana.send(t, "PATCH", "/api/me/profiles/"+kid.ID, map[string]any{"name": "Caíque"}).want(t, 200)
	wants("a profile is renamed", "profile "+kid.ID, happened{"profile.changed"})
	ana.send(t, "DELETE", "/api/me/profiles/"+kid.ID, nil).want(t, 204)
	if n := len(s.told.all()) - before; n != 3 {
		t.Errorf("of a change and a removal %d are told: %+v", n, s.told.all()[before:])
	}
}

func TestAnAdministratorsNoticeReachesEverybodyAndIsOnRecord(t *testing.T) {
	s := openSite(t)
	admin := s.signedIn(t, account.Admin)
	notice := read[Notice](t, admin.send(t, "POST", "/api/admin/notices", map[string]any{"text": " The server  restarts. ", "minutes": 10}).want(t, 201))
	if left := time.Until(notice.Until); notice.Text != "The server restarts." || notice.Type != "notice" || left < 9*time.Minute || left > 10*time.Minute {
		t.Errorf("told %+v", notice)
	}
	forGood := read[Notice](t, admin.send(t, "POST", "/api/admin/notices", map[string]any{"text": "Welcome"}).want(t, 201))
	if !forGood.Until.IsZero() || forGood.ID == notice.ID {
		t.Errorf("told %+v", forGood)
	}
	all := s.told.all()
	if len(all) != 2 || all[0] != (toldOf{"everybody", notice}) || all[1] != (toldOf{"everybody", forGood}) {
		t.Errorf("told %+v", all)
	}
	for _, wrong := range []map[string]any{
		{"text": ""}, {"text": "   "}, {"text": strings.Repeat("a", 301)}, {"text": "a\u202eb"}, {"text": "a", "minutes": 0}, {"text": "a", "minutes": 10081}, {},
	} {
		admin.send(t, "POST", "/api/admin/notices", wrong).want(t, 422)
	}
	if n := len(s.told.all()); n != 2 {
		t.Errorf("%d were told", n)
	}
	page := read[recordPage](t, admin.send(t, "GET", "/api/admin/audit?action=giveNotice", nil))
	if !slices.ContainsFunc(page.Items, func(e RecordEntry) bool { return e.Detail == "The server restarts." && e.Outcome == "done" }) {
		t.Errorf("on record is %+v", page.Items)
	}
}

// filmsAway is a catalogue whose database does not answer.
type filmsAway struct{ catalog.FilmStore }

func (filmsAway) Films(context.Context, []string) ([]catalog.Film, error) {
	return nil, fault.New(fault.Unavailable, "test", "", "")
}

func TestWithoutTheCatalogueARowGoesByItsVideos(t *testing.T) {
	s := openSite(t)
	ana := s.signedIn(t, account.Viewer)
	id, _ := s.addPlayable(t, "Palafita", 1000)
	ana.reports(t, id, aReport(300)).want(t, 204)
	s.Films.Store = filmsAway{s.Films.Store}
	if row := ana.row(t); len(row) != 1 || row[0].Movie != nil || row[0].Video.Title != "Palafita" || row[0].PositionSeconds != 300 {
		t.Errorf("the row is %+v", row)
	}
}

func TestWhileVideosCannotBeLookedUpOneIsToldToSendAgain(t *testing.T) {
	away := false
	s := openSite(t, func(o *Options) {
		asked := o.Watchable
		o.Watchable = func(ctx context.Context, limit catalog.Rating, id string) error {
			if away {
				return fault.New(fault.Unavailable, "test", "", "")
			}
			return asked(ctx, limit, id)
		}
	})
	ana := s.signedIn(t, account.Viewer)
	id, _ := s.addPlayable(t, "Palafita", 1000)
	ana.reports(t, id, aReport(300)).want(t, 204)
	away = true
	if got := ana.reports(t, id, aReport(310)).want(t, 503); got.Header.Get("Retry-After") == "" {
		t.Error("it is not said when")
	}
	if _, err := s.calls(t, ana.account(t), "watch", callOf(t, id, aReport(310))); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a call is answered %v", err)
	}
	if got := read[Watched](t, ana.send(t, "GET", "/api/watch/"+id, nil).want(t, 200)); got.PositionSeconds != 300 {
		t.Errorf("one stands at %+v", got)
	}
}

// BenchmarkACall is what the door costs of a report over the live connection; the store is left
// out.
func BenchmarkACall(b *testing.B) {
	reports := newShape[watchCall]()
	data := []byte(`{"videoId":"0198c0de-0000-7000-8000-000000000001","positionSeconds":1234.5,"durationSeconds":7000,"deviceId":"0198c0de-0000-7000-8000-000000000002",` +
		`"observedAt":"2026-11-30T09:00:00Z","sessionId":"0198c0de-0000-7000-8000-000000000003","counter":77,"era":"1764489600000.0198c0de-0000-7000-8000-000000000003","state":"playing"}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := reports.read(data); err != nil {
			b.Fatal(err)
		}
	}
}

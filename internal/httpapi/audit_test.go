package httpapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/audit"
)

// record reads the whole record, oldest first.
func (s *site) record(t *testing.T) []audit.Entry {
	t.Helper()
	list, err := s.Audit.Entries(t.Context(), audit.Query{Limit: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// wantRecorded checks that exactly these are on record since a number of entries: action,
// target, outcome and detail, where "" is any detail.
func (s *site) wantRecorded(t *testing.T, since int, want ...[4]string) []audit.Entry {
	t.Helper()
	list := s.record(t)[since:]
	for i, e := range list {
		got := [4]string{e.Action, e.Target, e.Outcome, e.Detail}
		if i >= len(want) {
			t.Errorf("on record is %q, too", got)
			continue
		}
		if want[i][3] == "" {
			got[3] = ""
		}
		if got != want[i] {
			t.Errorf("on record is %q, want %q", got, want[i])
		}
	}
	if len(list) < len(want) {
		t.Errorf("%d on record, want %d", len(list), len(want))
	}
	return list
}

func TestWhoSignsInIsOnRecordAndWhoFailsTo(t *testing.T) {
	s := openSite(t)
	s.signedIn(t, account.Editor)
	since := len(s.record(t))
	v := s.visitor(t)
	v.send(t, "POST", "/api/auth/login", credentials("Editor@Example.com", "wrong horse battery")).want(t, 401)
	v.send(t, "POST", "/api/auth/login", credentials("hunter2", "x")).want(t, 401)
	in := v.send(t, "POST", "/api/auth/login", credentials(emailOf(account.Editor), password)).want(t, 200)
	out := v.send(t, "POST", "/api/auth/logout", nil).want(t, 204)
	v.send(t, "POST", "/api/auth/logout", nil).want(t, 401) // of nobody there is nothing to say
	list := s.wantRecorded(t, since,
		[4]string{"signIn", "/auth/login", "bad_credentials", "as e…@example.com"},
		[4]string{"signIn", "/auth/login", "bad_credentials", "as no address"},
		[4]string{"signIn", "/auth/login", "done", "as e…@example.com"},
		[4]string{"signOut", "/auth/logout", "done"},
	)
	me := read[Me](t, in)
	if e := list[2]; e.UserID != me.User.ID || e.ProfileID != me.Profile.ID || e.SessionID != me.Session.ID || e.Role != "editor" ||
		e.From != "127.0.0.1" || e.Email != "editor@example.com" || e.RequestID != in.Header.Get("X-Request-Id") {
		t.Errorf("signed in is %+v", e)
	}
	if e := list[3]; e.UserID != me.User.ID || e.SessionID != me.Session.ID || e.RequestID != out.Header.Get("X-Request-Id") {
		t.Errorf("signed out is %+v", e)
	}
	if e := list[0]; e.UserID != "" || e.Role != "" {
		t.Errorf("who failed is %+v", e)
	}
}

func TestWhatEditorsDoIsOnRecordAndWhatViewersWatchIsNot(t *testing.T) {
	s := openSite(t)
	editor, id := s.signedIn(t, account.Editor), s.addVideo(t, "A film")
	since := len(s.record(t))
	video := "/videos/" + id
	editor.send(t, "PATCH", "/api"+video, map[string]string{"title": "Cidade"}).want(t, 200)
	editor.send(t, "PATCH", "/api"+video, map[string]string{"title": ""}).want(t, 422) // nothing was done, or tried
	form := "--x\r\nContent-Disposition: form-data; name=\"language\"\r\n\r\npt\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.srt\"\r\n\r\n" +
		"1\n00:00:01,000 --> 00:00:02,000\nOi\n\r\n--x--\r\n"
	editor.send(t, "POST", "/api"+video+"/subtitles", strings.NewReader("x"), "Content-Type", "text/plain").want(t, 415)
	added := editor.send(t, "POST", "/api"+video+"/subtitles", strings.NewReader(form), "Content-Type", "multipart/form-data; boundary=x")
	opened := read[Upload](t, editor.send(t, "POST", "/api/uploads", map[string]any{"fileName": "filme.mp4", "size": 1000}).want(t, 201))
	editor.send(t, "POST", "/api/uploads/"+opened.ID+"/parts", map[string]any{"numbers": []int{1}}).want(t, 200)
	editor.send(t, "DELETE", "/api/uploads/"+opened.ID, nil).want(t, 204)
	for _, path := range []string{"/api/videos", "/api" + video, "/api" + video + "/stream", "/api/uploads", "/api/me"} {
		editor.send(t, "GET", path, nil)
	}
	editor.send(t, "DELETE", "/api"+video, nil).want(t, 204)
	editor.send(t, "DELETE", "/api"+video, nil).want(t, 404)
	subtitle := [4]string{"addSubtitle", video + "/subtitles", "done"}
	if added.StatusCode != 201 {
		subtitle[2] = added.problem(t).Code
	}
	s.wantRecorded(t, since,
		[4]string{"renameVideo", video, "done", `title "Cidade"`},
		[4]string{"addSubtitle", video + "/subtitles", "not_a_form"},
		subtitle,
		[4]string{"createUpload", "/uploads", "done", `upload ` + opened.ID + ` of "filme.mp4", video ` + opened.VideoID},
		[4]string{"cancelUpload", "/uploads/" + opened.ID, "done"},
		[4]string{"deleteVideo", video, "done"},
		[4]string{"deleteVideo", video, "not_found"},
	)
}

func TestWhoAsksForWhatTheirRoleMayNotIsOnRecord(t *testing.T) {
	s := openSite(t)
	viewer, id := s.signedIn(t, account.Viewer), s.addVideo(t, "A film")
	since := len(s.record(t))
	viewer.send(t, "DELETE", "/api/videos/"+id, nil).want(t, 403)
	viewer.send(t, "GET", "/api/system", nil).want(t, 403)
	viewer.send(t, "POST", "/api/videos/upload", nil).want(t, 403)
	list := s.wantRecorded(t, since,
		[4]string{"deleteVideo", "/videos/" + id, "forbidden"},
		[4]string{"system", "/system", "forbidden"},
		[4]string{"uploadVideo", "/videos/upload", "forbidden"},
	)
	for _, e := range list {
		if e.Email != emailOf(account.Viewer) || e.Role != "viewer" {
			t.Errorf("by %+v", e)
		}
	}
	// Somebody who goes on and on does not fill the record; the log has it all.
	for range refusals.Burst + 20 {
		viewer.send(t, "GET", "/api/system", nil).want(t, 403)
	}
	if n := len(s.record(t)) - since; n < refusals.Burst || n > refusals.Burst+10 {
		t.Errorf("%d on record", n)
	}
}

func TestTheRecordHoldsNoSecret(t *testing.T) {
	s := openSite(t)
	token := s.setupToken(t)
	v := s.visitor(t)
	in := v.send(t, "POST", "/api/setup", map[string]string{"token": token, "email": "ana@example.com", "password": password}).want(t, 200)
	v.send(t, "POST", "/api/auth/login", credentials("ana@example.com", "a wrong password")).want(t, 401)
	page := v.send(t, "GET", "/api/admin/audit", nil).want(t, 200).body
	for _, secret := range []string{token, password, "a wrong password", in.Cookies()[0].Value} {
		if strings.Contains(page, secret) {
			t.Errorf("it holds %q", secret)
		}
	}
	if !strings.Contains(page, `"action":"setUp"`) {
		t.Error(page)
	}
}

func TestAdministratorsReadTheRecordAPageAtATime(t *testing.T) {
	s := openSite(t)
	editor, admin := s.signedIn(t, account.Editor), s.signedIn(t, account.Admin)
	for range 5 {
		editor.send(t, "DELETE", "/api/videos/"+s.addVideo(t, "A film"), nil).want(t, 204)
	}
	me := read[Me](t, editor.send(t, "GET", "/api/me", nil))
	page := func(query url.Values) recordPage {
		return read[recordPage](t, admin.send(t, "GET", "/api/admin/audit?"+query.Encode(), nil))
	}
	seen := map[string]bool{}
	query := url.Values{"limit": {"2"}, "action": {"deleteVideo"}, "userId": {me.User.ID}}
	for pages := 1; ; pages++ {
		p := page(query)
		for _, e := range p.Items {
			if seen[e.ID] || e.Action != "deleteVideo" || e.Email != me.User.Email {
				t.Errorf("%+v", e)
			}
			seen[e.ID] = true
		}
		if p.NextCursor == "" {
			if pages != 3 {
				t.Errorf("%d pages", pages)
			}
			break
		}
		query.Set("cursor", p.NextCursor)
	}
	if len(seen) != 5 {
		t.Errorf("%d entries", len(seen))
	}
	if p := page(url.Values{}); p.Items[0].Action != "deleteVideo" || len(p.Items) != len(s.record(t)) {
		t.Errorf("all are %d, the first %+v", len(p.Items), p.Items[0])
	}
	admin.send(t, "GET", "/api/admin/audit?cursor=nonsense", nil).wantCode(t, 422, "bad_cursor")
	admin.send(t, "GET", "/api/admin/audit?userId=1%27%20OR%201=1", nil).want(t, 422)
	editor.send(t, "GET", "/api/admin/audit", nil).want(t, 403)
}

// brokenShelf keeps nothing.
type brokenShelf struct{ audit.Store }

func (brokenShelf) Append(context.Context, audit.Entry) error { return errors.New("no room") }

func TestWhatCannotBePutOnRecordIsInTheLogAndDoneAllTheSame(t *testing.T) {
	s := openSite(t, func(o *Options) { o.Audit = audit.NewLog(brokenShelf{}, time.Hour) })
	editor, id := s.signedIn(t, account.Editor), s.addVideo(t, "A film")
	editor.send(t, "DELETE", "/api/videos/"+id, nil).want(t, 204)
	if text := s.log.String(); !strings.Contains(text, "could not put on record") || !strings.Contains(text, `"target":"/videos/`+id) {
		t.Errorf("the log says\n%s", text)
	}
}

func TestAPanicIsOnRecord(t *testing.T) {
	s := openSite(t, func(o *Options) { o.Retry = func(context.Context, string) error { panic("a mistake") } })
	editor, id := s.signedIn(t, account.Editor), s.addFailed(t)
	since := len(s.record(t))
	editor.send(t, "POST", "/api/videos/"+id+"/retry", nil).want(t, 500)
	s.wantRecorded(t, since, [4]string{"retryVideo", "/videos/" + id + "/retry", "internal"})
}

func TestAServerWithoutARecordDoesNotStart(t *testing.T) {
	if _, err := New(Options{Logger: discarded, Limits: limitsOf(t)}); err == nil || !strings.Contains(err.Error(), "who changed what") {
		t.Errorf("it says %v", err)
	}
}

func TestASecretInAPathDoesNotStart(t *testing.T) {
	doc := &huma.OpenAPI{}
	doc.AddOperation(&huma.Operation{Method: http.MethodPost, Path: "/auth/verify/{token}"})
	if err := noSecretInAPath(doc); err == nil || !strings.Contains(err.Error(), "send it in the body") {
		t.Errorf("it says %v", err)
	}
}

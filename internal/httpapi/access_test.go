package httpapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/upload"
)

// nobody stands for a visitor without a session.
const nobody account.Role = ""

// permission says who may use an operation, and how a request that may is answered.
type permission struct {
	least account.Role // nobody: no session is asked for
	want  int
	// request returns what fills the path's braces, in order, and the body. It is asked
	// once for every visitor, so that one cannot use up what another needs.
	request func(t *testing.T, s *site) (inPath []string, body any)
}

// permissions is the table of the whole document, by operation. An operation that is not
// here fails the test: whoever adds a route says here who may use it.
var permissions = map[string]permission{
	"signIn": {nobody, 401, func(*testing.T, *site) ([]string, any) {
		return nil, map[string]string{"email": "who@example.com", "password": "wrong"}
	}},
	"signOut":    {account.Viewer, 204, nothing},
	"signOutAll": {account.Viewer, 204, nothing},
	"refresh": {nobody, 401, func(*testing.T, *site) ([]string, any) {
		return nil, map[string]string{"refreshToken": "wrong"}
	}},
	"listSessions": {account.Viewer, 200, nothing},
	"endSession":   {account.Viewer, 404, anUnknownUpload}, // one's own only
	"jwks":         {nobody, 200, nothing},

	"me":          {account.Viewer, 200, nothing},
	"setupNeeded": {nobody, 200, nothing},
	"setUp": {nobody, 409, func(*testing.T, *site) ([]string, any) { // there is an administrator
		return nil, map[string]string{"token": "t", "email": "who@example.com", "password": password}
	}},

	"register": {nobody, 403, func(*testing.T, *site) ([]string, any) { // by invitation only
		return nil, map[string]string{"email": uuid.NewString() + "@example.com", "password": password}
	}},
	"confirmSignUp":   {nobody, 403, aToken},
	"checkInvitation": {nobody, 403, aToken},
	"verifyEmail":     {nobody, 403, aToken},
	"forgotPassword": {nobody, 202, func(*testing.T, *site) ([]string, any) {
		return nil, map[string]string{"email": uuid.NewString() + "@example.com"}
	}},
	"resetPassword": {nobody, 403, func(*testing.T, *site) ([]string, any) {
		return nil, map[string]string{"token": "t", "password": password}
	}},
	"askToVerify": {account.Viewer, 409, nothing}, // no mail is sent
	"changePassword": {account.Viewer, 403, func(*testing.T, *site) ([]string, any) {
		return nil, map[string]string{"oldPassword": "wrong", "password": password}
	}},
	"changeMe": {account.Viewer, 200, func(*testing.T, *site) ([]string, any) { return nil, map[string]string{"name": "Ana"} }},
	"exportMe": {account.Viewer, 200, nothing},
	"deleteMe": {account.Viewer, 403, func(*testing.T, *site) ([]string, any) { return nil, map[string]string{"password": "wrong"} }},

	"listUsers": {account.Admin, 200, nothing},
	"addUser": {account.Admin, 201, func(*testing.T, *site) ([]string, any) {
		return nil, map[string]string{"email": uuid.NewString() + "@example.com"}
	}},
	"changeUser": {account.Admin, 404, func(*testing.T, *site) ([]string, any) {
		return []string{uuid.NewString()}, map[string]any{"disabled": true}
	}},
	"deleteUser":      {account.Admin, 404, anUnknownUpload},
	"makeResetLink":   {account.Admin, 404, anUnknownUpload},
	"listInvitations": {account.Admin, 200, nothing},
	"invite":          {account.Admin, 201, func(*testing.T, *site) ([]string, any) { return nil, map[string]any{} }},
	"uninvite":        {account.Admin, 404, anUnknownUpload},

	"listProfiles": {account.Viewer, 200, nothing},
	"addProfile": {account.Viewer, 409, func(t *testing.T, s *site) ([]string, any) { // a full house
		return nil, map[string]any{"name": "Bia"}
	}},
	"changeProfile": {account.Viewer, 404, func(*testing.T, *site) ([]string, any) { // one's own only
		return []string{uuid.NewString()}, map[string]any{"name": "Bia"}
	}},
	"deleteProfile": {account.Viewer, 404, func(*testing.T, *site) ([]string, any) { return []string{uuid.NewString()}, nil }},
	"selectProfile": {account.Viewer, 404, func(*testing.T, *site) ([]string, any) { return []string{uuid.NewString()}, nil }},

	"listVideos": {account.Viewer, 200, nothing},
	"getVideo":   {account.Viewer, 200, aVideo},
	"renameVideo": {account.Editor, 200, func(t *testing.T, s *site) ([]string, any) {
		return []string{s.addVideo(t, "A film")}, map[string]string{"title": "B"}
	}},
	"deleteVideo":   {account.Editor, 204, aVideo},
	"retryVideo":    {account.Editor, 202, func(t *testing.T, s *site) ([]string, any) { return []string{s.addFailed(t)}, nil }},
	"listSubtitles": {account.Editor, 200, aVideo},
	"addSubtitle":   {account.Editor, 415, aVideo}, // no form
	"removeSubtitle": {account.Editor, 404, func(t *testing.T, s *site) ([]string, any) { // it has none
		return []string{s.addVideo(t, "A film"), "0-pt"}, nil
	}},
	"stream": {account.Viewer, 409, aVideo}, // nothing of it is whole

	"sendPlayingEvents": {account.Viewer, 204, func(t *testing.T, s *site) ([]string, any) {
		return []string{s.addVideo(t, "A film")}, map[string]any{"sessionId": uuid.NewString(), "events": []any{}}
	}},
	"sendMeasures": {account.Viewer, 204, func(*testing.T, *site) ([]string, any) {
		return nil, map[string]any{"measures": []any{map[string]any{"name": "lcp", "value": 1}}}
	}},
	"sendVisits": {account.Viewer, 204, func(*testing.T, *site) ([]string, any) {
		return nil, map[string]any{"client": uuid.NewString(), "session": 1, "visits": []any{map[string]any{"name": "page_view", "screen": "home"}}}
	}},
	"getVideoHeat":      {account.Viewer, 200, aVideo},
	"listWatchedVideos": {account.Admin, 200, nothing},
	"getVideoInsight":   {account.Admin, 200, aVideo},

	"home":              {account.Viewer, 200, nothing},
	"listMovies":        {account.Viewer, 200, nothing},
	"getMovie":          {account.Viewer, 200, aFilm},
	"similarMovies":     {account.Viewer, 200, aFilm},
	"recommendedMovies": {account.Viewer, 200, aFilm},
	"getOpinion":        {account.Viewer, 200, aFilm},
	"listGenres":        {account.Viewer, 200, nothing},
	"searchMovies":      {account.Viewer, 200, nothing},
	"getCollection": {account.Viewer, 404, func(*testing.T, *site) ([]string, any) { // nobody has named it
		return []string{"9"}, nil
	}},
	"getMyList":        {account.Viewer, 200, nothing},
	"addToMyList":      {account.Viewer, 204, aFilm},
	"removeFromMyList": {account.Viewer, 204, aFilm},
	"rateMovie": {account.Viewer, 200, func(t *testing.T, s *site) ([]string, any) {
		return []string{s.addFilm(t, "A film").ID}, map[string]int{"stars": 8}
	}},
	"reportWatch": {account.Viewer, 204, func(t *testing.T, s *site) ([]string, any) {
		return []string{s.addVideo(t, "A film")}, aReport(1)
	}},
	"getWatch":         {account.Viewer, 200, aVideo},
	"continueWatching": {account.Viewer, 200, nothing},
	"watchHistory":     {account.Viewer, 200, nothing},
	"removeWatch":      {account.Viewer, 204, aVideo},
	"clearHistory":     {account.Viewer, 204, nothing},
	"takeOverWatch": {account.Viewer, 204, func(t *testing.T, s *site) ([]string, any) {
		return []string{s.addVideo(t, "A film")}, map[string]string{"deviceId": "television"}
	}},
	"createMovie": {account.Editor, 201, func(*testing.T, *site) ([]string, any) {
		return nil, map[string]any{"texts": map[string]any{"en": map[string]string{"title": "A film"}}}
	}},
	"changeMovie": {account.Editor, 200, func(t *testing.T, s *site) ([]string, any) {
		return []string{s.addFilm(t, "A film").ID}, map[string]any{"version": 1, "runtimeMinutes": 90}
	}},
	"deleteMovie":      {account.Editor, 204, aFilm},
	"setMoviePoster":   {account.Editor, 415, aFilm}, // no picture
	"setMovieBackdrop": {account.Editor, 415, aFilm},
	"listMovieVideos":  {account.Editor, 200, aFilm},
	"setVideoFilm": {account.Editor, 200, func(t *testing.T, s *site) ([]string, any) {
		return []string{s.addVideo(t, "A film")}, map[string]any{"movieId": s.addFilm(t, "A film").ID, "part": "edition"}
	}},
	"searchMetadata": {account.Editor, 422, nothing}, // no title
	"importMovies": {account.Editor, 202, func(*testing.T, *site) ([]string, any) {
		return nil, map[string]any{"format": "csv", "text": "title,year\nA film,2001\n"}
	}},
	"listImports": {account.Editor, 200, nothing},
	"getImport":   {account.Editor, 404, anUnknownUpload},

	"createUpload": {account.Editor, 201, func(*testing.T, *site) ([]string, any) {
		return nil, map[string]any{"fileName": "film.mp4", "size": 1000}
	}},
	"listUploads": {account.Editor, 200, nothing},
	"getUpload":   {account.Editor, 404, anUnknownUpload}, // one's own only
	"renewUploadParts": {account.Editor, 404, func(*testing.T, *site) ([]string, any) {
		return []string{uuid.NewString()}, map[string]any{"numbers": []int{1}}
	}},
	"completeUpload":     {account.Editor, 404, anUnknownUpload},
	"cancelUpload":       {account.Editor, 204, anUnknownUpload}, // gone is gone
	"uploadVideo":        {account.Editor, 415, nothing},         // no form
	"sendUploadPart":     {nobody, 403, func(*testing.T, *site) ([]string, any) { return []string{uuid.NewString(), "1"}, nil }},
	"receiveStoreEvents": {nobody, 403, nothing},

	"system":     {account.Admin, 200, nothing},
	"listRecord": {account.Admin, 200, nothing},
	"giveNotice": {account.Admin, 201, func(*testing.T, *site) ([]string, any) { return nil, map[string]string{"text": "Welcome"} }},
}

func aToken(*testing.T, *site) ([]string, any) { return nil, map[string]string{"token": "t"} }

func nothing(*testing.T, *site) ([]string, any) { return nil, nil }

func aVideo(t *testing.T, s *site) ([]string, any) { return []string{s.addVideo(t, "A film")}, nil }

func aFilm(t *testing.T, s *site) ([]string, any) { return []string{s.addFilm(t, "A film").ID}, nil }

func anUnknownUpload(*testing.T, *site) ([]string, any) { return []string{uuid.NewString()}, nil }

// operation is what the table needs of an operation in the document.
type operation struct {
	OperationID string `json:"operationId"`
	Access      string `json:"x-access"`
	Responses   map[string]any
}

// operations reads the document as any reader of it would.
func operations(t *testing.T) map[string]map[string]operation {
	t.Helper()
	text, err := Document("test")
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]operation
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Paths) == 0 {
		t.Fatal("the document has no paths")
	}
	return document.Paths
}

func TestEveryOperationIsForWhoItSaysAndNobodyElse(t *testing.T) {
	s := openSite(t)
	roles := []account.Role{nobody, account.Viewer, account.Editor, account.Admin}
	visitors := map[account.Role]*visitor{nobody: s.visitor(t)}
	for _, role := range roles[1:] {
		visitors[role] = s.signedIn(t, role)
	}
	for _, role := range roles[1:] {
		fillHousehold(t, visitors[role])
	}
	listed := map[string]bool{}
	for path, methods := range operations(t) {
		for method, op := range methods {
			listed[op.OperationID] = true
			allowed, ok := permissions[op.OperationID]
			if !ok {
				t.Errorf("%s %s (%s) is not in the table: say there who may use it", strings.ToUpper(method), path, op.OperationID)
				continue
			}
			t.Run(op.OperationID, func(t *testing.T) {
				for _, role := range roles {
					who := visitors[role]
					if strings.HasPrefix(op.OperationID, "signOut") && role != nobody {
						who = s.signedIn(t, role)
						defer func() { visitors[role] = s.signedIn(t, role) }()
					}
					inPath, body := allowed.request(t, s)
					want := allowed.want
					switch {
					case allowed.least == nobody:
					case role == nobody:
						want = http.StatusUnauthorized
					case !role.Includes(allowed.least):
						want = http.StatusForbidden
					}
					got := who.send(t, strings.ToUpper(method), "/api"+fill(t, path, inPath), body)
					if got.StatusCode != want {
						t.Errorf("for %q: %s, want %d\n%s", role, got.Status, want, got.body)
					}
					if got.StatusCode >= 400 {
						got.problem(t)
					}
				}
			})
		}
	}
	for id := range permissions {
		if !listed[id] {
			t.Errorf("%s is in the table and no longer in the document", id)
		}
	}
}

// fill puts values where a path has braces.
func fill(t *testing.T, path string, values []string) string {
	t.Helper()
	for _, value := range values {
		from, to := strings.Index(path, "{"), strings.Index(path, "}")
		if from < 0 {
			t.Fatalf("%s has no place for %s", path, value)
		}
		path = path[:from] + value + path[to+1:]
	}
	if strings.Contains(path, "{") {
		t.Fatalf("%s is not filled", path)
	}
	return path
}

func TestTheDocumentSaysWhoMayUseWhat(t *testing.T) {
	for path, methods := range operations(t) {
		for method, op := range methods {
			least := permissions[op.OperationID].least
			if role, asks := (Rule{name: op.Access}).role(); asks != (least != nobody) || asks && role != least {
				t.Errorf("%s %s says %q and is for %q", method, path, op.Access, least)
			}
		}
	}
}

func TestARouteWithoutARuleDoesNotStart(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("it started")
		}
	}()
	s := &server{mux: http.NewServeMux()}
	s.handle(Rule{}, "GET /api/open", http.NotFoundHandler())
}

func TestRoutesOutsideTheDocumentAreGuardedToo(t *testing.T) {
	s := openSite(t)
	id := s.addVideo(t, "A film")
	viewer, stranger := s.signedIn(t, account.Viewer), s.visitor(t)
	for _, path := range []string{"/api/videos/" + id + "/images/poster", "/api/videos/" + id + "/images/still"} {
		stranger.send(t, "GET", path, nil).wantCode(t, 401, "signed_out")
		if got := viewer.send(t, "GET", path, nil); got.StatusCode == 401 || got.StatusCode == 403 {
			t.Errorf("%s: %s for a viewer", path, got.Status)
		}
	}
	for _, path := range []string{"/healthz", "/readyz", "/api/openapi.json", "/api/docs", "/"} {
		stranger.send(t, "GET", path, nil).want(t, 200)
	}
}

func TestASessionThatEndedIsNoSession(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	me := read[Me](t, viewer.send(t, "GET", "/api/me", nil))
	if err := s.Accounts.SignOut(t.Context(), me.User.ID, me.Session.ID); err != nil {
		t.Fatal(err)
	}
	viewer.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")
	viewer.send(t, "GET", "/api/videos", nil).wantCode(t, 401, "signed_out")
}

func TestATokenThatIsNoneIsNoSession(t *testing.T) {
	s := openSite(t)
	stranger := s.visitor(t)
	for _, token := range []string{"", "x", strings.Repeat("a", 43), strings.Repeat("a", 5000), `"quoted"`, "%00"} {
		stranger.send(t, "GET", "/api/me", nil, "Cookie", sessionCookie+"="+token).wantCode(t, 401, "signed_out")
	}
}

// One's uploads are one's own, whatever the role: the table above cannot show it.
func TestAnUploadIsItsUsersAlone(t *testing.T) {
	s := openSite(t)
	editor, admin := s.signedIn(t, account.Editor), s.signedIn(t, account.Admin)
	opened := read[Upload](t, editor.send(t, "POST", "/api/uploads", map[string]any{"fileName": "film.mp4", "size": 1000}))
	admin.send(t, "GET", "/api/uploads/"+opened.ID, nil).want(t, 404)
	admin.send(t, "POST", "/api/uploads/"+opened.ID+"/complete", nil).want(t, 404)
	if list := read[uploadList](t, admin.send(t, "GET", "/api/uploads", nil)); len(list.Items) != 0 {
		t.Errorf("another sees %d", len(list.Items))
	}
	mine := read[uploadList](t, editor.send(t, "GET", "/api/uploads", nil)).Items
	if !slices.ContainsFunc(mine, func(u Upload) bool { return u.ID == opened.ID && u.Status == string(upload.Open) }) {
		t.Errorf("its user sees %+v", mine)
	}
}

package httpapi

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
)

// access_test.go tries every operation by every role. Here is whose the things are that a path
// names, and what holds of every route there is.

// shared are operations on what belongs to the house, and whose role alone says who may.
var shared = map[string]string{
	"getVideo":          "films are everybody's",
	"stream":            "films are everybody's; the ticket is one's own, and delivery binds it to the session",
	"renameVideo":       "editors look after all films",
	"deleteVideo":       "editors look after all films",
	"retryVideo":        "editors look after all films",
	"listSubtitles":     "editors look after all films",
	"addSubtitle":       "editors look after all films",
	"removeSubtitle":    "editors look after all films",
	"sendUploadPart":    "its address is proof, of one part of one upload",
	"getMovie":          "films are everybody's, within the limit of the profile",
	"similarMovies":     "films are everybody's, within the limit of the profile",
	"recommendedMovies": "films are everybody's, within the limit of the profile",
	"getCollection":     "films are everybody's, within the limit of the profile",
	"getOpinion":        "films are everybody's; the answer is of the profile of the session",
	"addToMyList":       "films are everybody's; the list is that of the profile of the session",
	"removeFromMyList":  "films are everybody's; the list is that of the profile of the session",
	"rateMovie":         "films are everybody's; the rating is that of the profile of the session",
	"reportWatch":       "videos are everybody's, within the limit of the profile; the position is that of the profile of the session",
	"getWatch":          "videos are everybody's, within the limit of the profile; the position is that of the profile of the session",
	"removeWatch":       "it is taken off the row of the profile of the session",
	"takeOverWatch":     "the devices are those of the profile of the session",
	"changeMovie":       "editors look after all films",
	"deleteMovie":       "editors look after all films",
	"setMoviePoster":    "editors look after all films",
	"setMovieBackdrop":  "editors look after all films",
	"listMovieVideos":   "editors look after all films",
	"setVideoFilm":      "editors look after all films",
	"getImport":         "editors look after all imports",
	"changeUser":        "administrators look after all users",
	"deleteUser":        "administrators look after all users",
	"makeResetLink":     "administrators look after all users",
	"uninvite":          "invitations are the house's",
}

// belonging is how to try an operation on what is one user's own.
type belonging struct {
	// make makes one thing for its owner and returns what fills the path's braces, and a body.
	make func(t *testing.T, s *site, owner *visitor) (inPath []string, body any)
	// silent operations answer the same whether there is such a thing or not: what tells is
	// that it is still there for its owner.
	silent bool
	there  func(t *testing.T, owner *visitor, inPath []string) bool
}

var belongings = map[string]belonging{
	"getUpload":        {make: anUpload, there: uploadIsThere},
	"renewUploadParts": {make: anUploadsParts, there: uploadIsThere},
	"completeUpload":   {make: anUpload, there: uploadIsThere},
	"cancelUpload":     {make: anUpload, there: uploadIsThere, silent: true},
	"changeProfile":    {make: aProfilesName, there: profileIsThere},
	"selectProfile":    {make: aProfile, there: profileIsThere},
	"deleteProfile":    {make: aProfile, there: profileIsThere},
	"endSession":       {make: aSession, there: sessionIsThere},
}

// aProfile is another of its owner's, in place of the one that was made before: there are
// eight at most.
func aProfile(t *testing.T, _ *site, owner *visitor) ([]string, any) {
	t.Helper()
	for _, p := range profilesOf(t, owner) {
		if p.Name == "of the sweep" || p.Name == "renamed" {
			owner.send(t, "DELETE", "/api/me/profiles/"+p.ID, nil)
		}
	}
	return []string{owner.addProfile(t, map[string]any{"name": "of the sweep"}).ID}, nil
}

func aProfilesName(t *testing.T, s *site, owner *visitor) ([]string, any) {
	t.Helper()
	inPath, _ := aProfile(t, s, owner)
	return inPath, map[string]any{"name": "renamed"}
}

func profilesOf(t *testing.T, owner *visitor) []Profile {
	t.Helper()
	type list struct{ Items []Profile }
	return read[list](t, owner.send(t, "GET", "/api/me/profiles", nil).want(t, 200)).Items
}

func profileIsThere(t *testing.T, owner *visitor, inPath []string) bool {
	t.Helper()
	return slices.ContainsFunc(profilesOf(t, owner), func(p Profile) bool { return p.ID == inPath[0] && p.Name == "of the sweep" })
}

// aSession is another of its owner's.
func aSession(t *testing.T, s *site, owner *visitor) ([]string, any) {
	t.Helper()
	return []string{s.signsIn(t, owner.me(t).User.Email, password).me(t).Session.ID}, nil
}

func sessionIsThere(t *testing.T, owner *visitor, inPath []string) bool {
	t.Helper()
	type list struct{ Items []Device }
	devices := read[list](t, owner.send(t, "GET", "/api/auth/sessions", nil).want(t, 200)).Items
	return slices.ContainsFunc(devices, func(d Device) bool { return d.ID == inPath[0] })
}

func anUpload(t *testing.T, _ *site, owner *visitor) ([]string, any) {
	t.Helper()
	opened := read[Upload](t, owner.send(t, "POST", "/api/uploads", map[string]any{"fileName": "film.mp4", "size": 1000}).want(t, 201))
	return []string{opened.ID}, nil
}

func anUploadsParts(t *testing.T, s *site, owner *visitor) ([]string, any) {
	t.Helper()
	inPath, _ := anUpload(t, s, owner)
	return inPath, map[string]any{"numbers": []int{1}}
}

func uploadIsThere(t *testing.T, owner *visitor, inPath []string) bool {
	t.Helper()
	return owner.send(t, "GET", "/api/uploads/"+inPath[0], nil).StatusCode == http.StatusOK
}

func TestWhatIsOnesOwnIsNobodyElses(t *testing.T) {
	s := openSite(t)
	owner := s.signedIn(t, account.Admin) // whatever it is, they may
	others := map[account.Role]*visitor{}
	for _, role := range []account.Role{account.Viewer, account.Editor, account.Admin} {
		email := "another-" + emailOf(role)
		if _, err := s.Accounts.AddUser(t.Context(), email, password, role); err != nil {
			t.Fatal(err)
		}
		others[role] = s.visitor(t)
		others[role].send(t, "POST", "/api/auth/login", credentials(email, password)).want(t, 200)
	}
	tried := map[string]bool{}
	for _, r := range allRoutes() {
		method, id := r.method, r.action
		if !strings.Contains(r.path, "{") || strings.Contains(id, "/") { // those of no document are below
			continue
		}
		tried[id] = true
		how, owned := belongings[id]
		_, everybodys := shared[id]
		switch {
		case r.rule.own && !owned:
			t.Errorf("%s is of one's own, and nobody tries it on another's: say in belongings how to make one", id)
			continue
		case !r.rule.own && !everybodys:
			t.Errorf("%s names something in its path, %s: say whose it is, by OfTheirOwn() beside its access rule and in belongings here, or in shared", id, r.path)
			continue
		case r.rule.own && everybodys, !r.rule.own && owned:
			t.Errorf("%s is said to be one's own here and not there: its rule and the tables of this file must agree", id)
			continue
		case !owned:
			continue
		}
		t.Run(id, func(t *testing.T) {
			for role, other := range others {
				inPath, body := how.make(t, s, owner)
				path := fill(t, r.path, inPath)
				got := other.send(t, method, path, body)
				least, _ := r.rule.role()
				switch {
				case !role.Includes(least):
					got.want(t, http.StatusForbidden)
				case how.silent && got.StatusCode < 300:
				default: // as of what is not there: whether there is one is nobody's business
					got.want(t, http.StatusNotFound)
					nowhere := make([]string, len(inPath))
					for i := range nowhere {
						nowhere[i] = uuid.NewString()
					}
					if none := other.send(t, method, fill(t, r.path, nowhere), body); none.StatusCode != got.StatusCode || none.body != got.body {
						t.Errorf("what is another's is answered %s, and what is not there %s", got.body, none.body)
					}
				}
				if how.there != nil && !how.there(t, owner, inPath) {
					t.Errorf("after another %s asked it is gone", role)
				}
			}
			inPath, body := how.make(t, s, owner)
			if got := owner.send(t, method, fill(t, r.path, inPath), body); got.StatusCode == http.StatusForbidden || got.StatusCode == http.StatusNotFound {
				t.Errorf("its owner gets %s\n%s", got.Status, got.body)
			}
		})
	}
	for id := range belongings {
		if !tried[id] {
			t.Errorf("%s is in belongings and no route", id)
		}
	}
	for id := range shared {
		if !tried[id] {
			t.Errorf("%s is in shared and no route", id)
		}
	}
}

var braces = regexp.MustCompile(`\{[^}]*\}`)

// Whatever the handler of a route does, in the document or not, nobody reaches it without a
// session it asks for, nor with one of too low a role.
func TestNoRouteIsReachedWithoutWhatItsRuleAsks(t *testing.T) {
	s := openSite(t)
	visitors := map[account.Role]*visitor{nobody: s.visitor(t)}
	for _, role := range []account.Role{account.Viewer, account.Editor, account.Admin} {
		visitors[role] = s.signedIn(t, role)
	}
	for _, r := range allRoutes() {
		least, session := r.rule.role()
		if !session {
			continue
		}
		path := braces.ReplaceAllString(r.path, uuid.NewString())
		for role, v := range visitors {
			if role.Includes(least) {
				continue
			}
			want := http.StatusForbidden
			if role == nobody {
				want = http.StatusUnauthorized
			}
			if got := v.send(t, r.method, path, nil); got.StatusCode != want {
				t.Errorf("%s %s for %q: %s, want %d", r.method, r.path, role, got.Status, want)
			}
		}
	}
}

// A session is taken from a cookie or header of its own, never from what a link can carry.
func TestASessionIsNeverTakenFromAnAddress(t *testing.T) {
	s := openSite(t)
	s.signedIn(t, account.Admin)
	in := s.visitor(t).send(t, "POST", "/api/auth/login", credentials(emailOf(account.Admin), password)).want(t, 200)
	stranger := s.visitor(t)
	for _, cookie := range in.Cookies() {
		for _, name := range []string{cookie.Name, "token", "access_token", "session", "authorization"} {
			stranger.send(t, "GET", "/api/me?"+name+"="+cookie.Value, nil).want(t, 401)
		}
	}
}

// Fixation: a session that was there before somebody signs in, planted in their browser, is
// not the one they have then.
func TestSigningInMakesASessionOfItsOwn(t *testing.T) {
	s := openSite(t)
	attacker := s.signedIn(t, account.Viewer)
	s.signedIn(t, account.Admin)
	planted := read[Me](t, attacker.send(t, "GET", "/api/me", nil)).Session.ID
	var cookies []string
	for _, c := range attacker.client.Jar.Cookies(mustParse(t, s.URL)) {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	victim := s.visitor(t)
	in := victim.send(t, "POST", "/api/auth/login", credentials(emailOf(account.Admin), password), "Cookie", strings.Join(cookies, "; ")).want(t, 200)
	if read[Me](t, in).Session.ID == planted || len(in.Cookies()) == 0 {
		t.Error("the session that was planted is theirs now")
	}
	if who := read[Me](t, attacker.send(t, "GET", "/api/me", nil)); who.User.Role != "viewer" {
		t.Errorf("whoever planted it is %+v", who.User)
	}
}

func mustParse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestTheAccessReferenceIsFresh(t *testing.T) {
	page, err := os.ReadFile("../../docs/reference/access.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != string(AccessReference()) {
		t.Error("docs/reference/access.md is not what the routes say: run make contract")
	}
	for path, methods := range operations(t) {
		for method := range methods {
			if !strings.Contains(string(page), "`"+strings.ToUpper(method)+" /api"+path+"`") {
				t.Errorf("%s %s is not there", method, path)
			}
		}
	}
}

package httpapi

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/kkmovies/kkmovies/internal/account"
)

// route is one way in, as it was registered.
type route struct {
	method string // "" for every one
	path   string
	action string // the operation's id; the pattern of what is in no document
	rule   Rule
}

// allRoutes returns every route there is, by path. It needs no running part.
func allRoutes() []route {
	s := &server{Options: Options{Version: "1", Logger: slog.New(slog.DiscardHandler)}, mux: http.NewServeMux()}
	s.huma = humago.NewWithPrefix(s.mux, "/api", openAPIConfig("1"))
	s.healthRoutes()
	s.publicRoutes()
	slices.SortFunc(s.routes, func(a, b route) int { return strings.Compare(a.path+" "+a.method, b.path+" "+b.method) })
	return s.routes
}

const accessIntroduction = `# Who may do what

Made from the routes by ` + "`make contract`" + `; ` + "`make lint`" + ` fails when it is not what they say. That they do as they say is tried on a
running server, every operation by every role, one's own and another's (` + "`internal/httpapi/sweep_test.go`" + `).

A route without an access rule does not start. Nobody who is not signed in gets past a role (401), and no role past what is
above it (403). *Own*: what the path names is one user's, and for anybody else, administrators too, it is as if it were not
there. *Signed*: the address or a header carries its own proof, such as a ticket to play one film in one session.

*On record*: who did it, from where and how it ended is kept for ` + "`KK_AUDIT_DAYS`" + ` and read by administrators at
` + "`GET /api/admin/audit`" + `. Whoever asks for what their role may not is on record for every route.

| route | operation | rule | nobody | viewer | editor | admin | own | on record |
|---|---|---|:-:|:-:|:-:|:-:|:-:|---|
`

// AccessReference returns the page of the reference that says who may use which route.
func AccessReference() []byte {
	var out bytes.Buffer
	out.WriteString(accessIntroduction)
	for _, r := range allRoutes() {
		may := [4]string{} // nobody, viewer, editor, admin
		least, session := r.rule.role()
		for i, role := range []account.Role{"", account.Viewer, account.Editor, account.Admin} {
			switch {
			case r.rule.is(Signed):
				may[i] = "signed"
			case !session || role.Includes(least):
				may[i] = "✓"
			}
		}
		own, kept, name := "", "", "`"+r.action+"`"
		if r.rule.own {
			own = "own"
		}
		switch {
		case !isWrite(r.method):
		case r.rule.unrecorded != "":
			kept = "no: " + r.rule.unrecorded
		default:
			kept = "yes"
		}
		if strings.Contains(r.action, "/") {
			name = ""
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s | %s | %s | %s | %s | %s |\n", strings.TrimSpace(r.method+" "+r.path), name, r.rule.name,
			may[0], may[1], may[2], may[3], own, kept)
	}
	return out.Bytes()
}

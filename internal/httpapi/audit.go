package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/audit"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Whatever a route that writes does is on record, under the id of its operation, with who did
// it, from where and how it ended: a new route needs no word for that, and one that is not to
// be on record says why beside its access rule. So is whoever asked for what their role may
// not, reading or writing. A handler says more by remark; one that signs somebody in says whom
// by actAs.
//
// The entry is written when the handler has ended and before its answer is: what could not be
// written down is in the log, whole, and is no reason to tell the caller that it was not done.

// note is what will be written of a request.
type note struct {
	entry  audit.Entry
	path   string
	kept   bool  // on record when it is over
	failed error // what was answered instead
}

type noteKey struct{}

// noting returns a context with a note for a request.
func noting(ctx context.Context, rule Rule, action, method, path string) context.Context {
	return context.WithValue(ctx, noteKey{}, &note{
		path: path, kept: isWrite(method) && rule.unrecorded == "",
		entry: audit.Entry{
			Action: action, Target: strings.TrimPrefix(path, "/api"), From: callerNetwork(ctx), RequestID: RequestID(ctx),
		},
	})
}

func isWrite(method string) bool {
	switch method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return true
	}
	return false
}

// noteOf returns the note of a request; one that nobody reads outside of a route.
func noteOf(ctx context.Context) *note {
	if n, ok := ctx.Value(noteKey{}).(*note); ok {
		return n
	}
	return &note{}
}

// remark adds what was done to the entry, in words. No secret belongs there.
func remark(ctx context.Context, format string, args ...any) {
	e := &noteOf(ctx).entry
	if e.Detail != "" {
		e.Detail += "; "
	}
	e.Detail += fmt.Sprintf(format, args...)
}

// actAs says who is acting, on a route that nobody needs to be signed in for.
func actAs(ctx context.Context, m account.Me) {
	e := &noteOf(ctx).entry
	e.UserID, e.ProfileID, e.SessionID, e.Role = m.User.ID, m.Profile.ID, m.Session.ID, string(m.User.Role)
}

// recorded runs a handler and puts on record what came of it, also of one that panics.
func (s *server) recorded(ctx context.Context, handle func() error) (err error) {
	if !noteOf(ctx).kept {
		return handle()
	}
	err = fault.New(fault.Internal, "httpapi", "", "")
	defer func() { s.record(ctx, err) }()
	return handle()
}

const recordWithin = 5 * time.Second

// record writes the note of a request down.
func (s *server) record(ctx context.Context, err error) {
	e := noteOf(ctx).entry
	e.Outcome = audit.Done
	if err != nil {
		e.Outcome = fault.CodeOf(err)
		who := e.SessionID
		if who == "" {
			who = e.From
		}
		if _, tooMany := s.spend(ctx, who, refusals); tooMany != nil {
			return
		}
	}
	// Whoever hangs up has done it all the same.
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
	defer cancel()
	if err := s.Audit.Record(within, e); err != nil {
		s.Logger.ErrorContext(ctx, "could not put on record what was done", "error", err, "action", e.Action, "target", e.Target,
			"detail", e.Detail, "outcome", e.Outcome, "user", e.UserID, "session", e.SessionID, "from", e.From)
	}
}

// maskedEmail shows enough of an address for whoever knows it, and too little to write to.
func maskedEmail(email string) string {
	name, domain, found := strings.Cut(strings.ToLower(strings.TrimSpace(email)), "@")
	first := []rune(name)
	if !found || len(first) == 0 {
		return "no address"
	}
	return string(first[:1]) + "…@" + domain
}

// RecordEntry is one thing somebody did, or tried to.
type RecordEntry struct {
	ID        string    `json:"id" format:"uuid"`
	At        time.Time `json:"at"`
	Action    string    `json:"action" example:"deleteVideo" doc:"The id of the operation in this document."`
	Target    string    `json:"target" doc:"Its address."`
	Detail    string    `json:"detail,omitempty"`
	Outcome   string    `json:"outcome" example:"done" doc:"Or the code of the problem."`
	UserID    string    `json:"userId,omitempty" doc:"Absent of who had not signed in."`
	Email     string    `json:"email,omitempty" doc:"Of the user, while there is one."`
	ProfileID string    `json:"profileId,omitempty"`
	SessionID string    `json:"sessionId,omitempty"`
	Role      string    `json:"role,omitempty"`
	From      string    `json:"from" doc:"The address it came from, or of IPv6 the network."`
	RequestID string    `json:"requestId,omitempty" doc:"As in the log."`
}

// recordPage is a keyset page of the record.
type recordPage struct {
	Items      []RecordEntry `json:"items"`
	NextCursor string        `json:"nextCursor,omitempty" doc:"Ask for what follows with it; absent on the last page."`
}

func (s *server) auditRoutes() {
	register(s, ForAdmins, huma.Operation{
		OperationID: "listRecord", Method: http.MethodGet, Path: "/admin/audit", Tags: []string{"system"},
		Summary: "Who changed what, newest first",
	}, s.listRecord)
}

func (s *server) listRecord(ctx context.Context, in *struct {
	Cursor string `query:"cursor" maxLength:"200"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"100"`
	UserID string `query:"userId" format:"uuid" doc:"What this user did."`
	Action string `query:"action" maxLength:"80" doc:"What was done by this operation."`
}) (*struct{ Body recordPage }, error) {
	after, err := parseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	query := audit.Query{UserID: in.UserID, Action: in.Action, Limit: in.Limit + 1}
	if after != nil {
		query.After = &audit.Cursor{At: after.CreatedAt, ID: after.ID}
	}
	entries, err := s.Audit.Entries(ctx, query)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body recordPage }{recordPage{Items: []RecordEntry{}}}
	for i, e := range entries {
		if i == in.Limit {
			last := entries[i-1]
			out.Body.NextCursor = formatCursor(catalog.Cursor{CreatedAt: last.At, ID: last.ID})
			break
		}
		out.Body.Items = append(out.Body.Items, RecordEntry{
			ID: e.ID, At: e.At, Action: e.Action, Target: e.Target, Detail: e.Detail, Outcome: e.Outcome,
			UserID: e.UserID, Email: e.Email, ProfileID: e.ProfileID, SessionID: e.SessionID, Role: e.Role,
			From: e.From, RequestID: e.RequestID,
		})
	}
	return out, nil
}

// secretInPath finds the names of path parameters that would put a secret on record, and into
// every log on the way.
var secretInPath = regexp.MustCompile(`(?i)\{(token|secret|code|password|pin|key)\}`)

// noSecretInAPath is checked at start.
func noSecretInAPath(doc *huma.OpenAPI) error {
	for path := range doc.Paths {
		if found := secretInPath.FindString(path); found != "" {
			return fmt.Errorf("httpapi: %s holds %s, which would be on record: send it in the body", path, found)
		}
	}
	return nil
}

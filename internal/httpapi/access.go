package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"sort"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Rule says who may call a route, and whether what they do is on record. The zero Rule lets
// nobody build a server. What a route that writes does is on record (audit.go) unless its rule
// says why not:
//
//	register(s, ForEditors, …)
//	register(s, ForEditors.OfTheirOwn(), …)
//	register(s, ForViewers.Unrecorded("what somebody watches is theirs"), …)
type Rule struct {
	name       string
	own        bool
	unrecorded string
}

var (
	// Public routes answer anybody.
	Public = Rule{name: "public"}
	// Signed routes are for who can prove it; the handler checks the proof itself.
	Signed = Rule{name: "signed"}
	// ForViewers asks for a session; ForEditors and ForAdmins for one with that role, whose
	// profile has no limit.
	ForViewers = Rule{name: string(account.Viewer)}
	ForEditors = Rule{name: string(account.Editor)}
	ForAdmins  = Rule{name: string(account.Admin)}
	// ForAccount asks for a session whose profile has no limit, whatever the role: a child
	// looks after no account.
	ForAccount = Rule{name: "account"}
)

// OfTheirOwn says that what the path names belongs to one user, and is not there for any
// other, whatever their role. The handler sees to it, and sweep_test.go that it does.
func (r Rule) OfTheirOwn() Rule {
	r.own = true
	return r
}

// Unrecorded keeps what a route does off the record, and says why.
func (r Rule) Unrecorded(why string) Rule {
	r.unrecorded = why
	return r
}

func (r Rule) zero() bool { return r.name == "" }

// is tells rules apart by who they are for, whatever else they say: == does not.
func (r Rule) is(other Rule) bool { return r.name == other.name }

// role is the least role the rule asks for; false when it asks for no session.
func (r Rule) role() (account.Role, bool) {
	if r.is(ForAccount) {
		return account.Viewer, true
	}
	return account.Role(r.name), !r.is(Public) && !r.is(Signed)
}

// ruleKey is where an operation keeps its rule.
const ruleKey = "access"

// register adds one JSON operation under an access rule. Faults from the handler become
// problems.
func register[I, O any](s *server, rule Rule, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	if rule.zero() {
		panic(fmt.Sprintf("httpapi: %s %s has no access rule", op.Method, op.Path))
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[I]()) {
		if field.Anonymous && !field.IsExported() { // huma passes over it, and what is in it stays empty
			panic(fmt.Sprintf("httpapi: the input of %s %s embeds %s, which cannot be read", op.Method, op.Path, field.Name))
		}
	}
	s.routes = append(s.routes, route{op.Method, "/api" + op.Path, op.OperationID, rule})
	op.Metadata = map[string]any{ruleKey: rule}
	op.Extensions = extensionsOf(rule)
	if _, session := rule.role(); session {
		op.Security = []map[string][]string{{"session": {}}, {"bearer": {}}}
		op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden)
	}
	op.Middlewares = append(huma.Middlewares{func(c huma.Context, next func(huma.Context)) {
		ctx := noting(c.Context(), rule, op.OperationID, op.Method, c.URL().Path)
		ctx, err := s.admit(ctx, rule, accessTokenOf(c))
		if err != nil {
			s.refuse(huma.WithContext(c, ctx), err)
			return
		}
		next(huma.WithContext(c, ctx))
	}}, op.Middlewares...)
	huma.Register(s.huma, op, func(ctx context.Context, in *I) (*O, error) {
		var out *O
		err := s.recorded(ctx, func() (err error) {
			out, err = handler(ctx, in)
			return err
		})
		if err != nil {
			if header := headersOf(err); header != nil {
				return nil, huma.ErrorWithHeaders(s.problem(ctx, err), header)
			}
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
}

// guard wraps a plain handler in an access rule. The method is the one it is registered for,
// "" where that is every one.
func (s *server) guard(rule Rule, action, method string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := noting(r.Context(), rule, action, method, r.URL.Path)
		ctx, err := s.admit(ctx, rule, AccessToken(r))
		r = r.WithContext(ctx)
		if err != nil {
			s.writeProblem(w, r, err)
			return
		}
		_ = s.recorded(ctx, func() error {
			h.ServeHTTP(w, r)
			return noteOf(ctx).failed
		})
	})
}

type meKey struct{}

// admit checks a rule and returns a context that knows who is acting, also when they may not.
func (s *server) admit(ctx context.Context, rule Rule, token string) (context.Context, error) {
	role, needsSession := rule.role()
	if !needsSession {
		return ctx, s.spendOfEndpoint(ctx, rule)
	}
	me, err := s.Accounts.Authenticate(ctx, token)
	if err != nil {
		return ctx, err
	}
	ctx = context.WithValue(ctx, meKey{}, me)
	actAs(ctx, me)
	if !me.User.Role.Includes(role) {
		err := fault.New(fault.Forbidden, "httpapi.admit", "forbidden", "Your account may not do this.")
		s.record(ctx, err)
		return ctx, err
	}
	if !rule.is(ForViewers) {
		if err := account.Whole(me); err != nil {
			s.record(ctx, err)
			return ctx, err
		}
	}
	if err := s.spendQuietly(ctx, me.Session.ID, everything); err != nil {
		return ctx, err
	}
	s.Accounts.Seen(ctx, me, callerAddress(ctx))
	return ctx, s.spendOfEndpoint(ctx, rule)
}

// me returns who is acting, on a route whose rule asks for a session.
func me(ctx context.Context) account.Me { return ctx.Value(meKey{}).(account.Me) }

// extensionsOf is what the document says of a rule.
func extensionsOf(rule Rule) map[string]any {
	said := map[string]any{"x-access": rule.name}
	if rule.own {
		said["x-own"] = true
	}
	if rule.unrecorded != "" {
		said["x-unrecorded"] = rule.unrecorded
	}
	return said
}

// everyOperationHasARule is the deny-by-default check at start.
func everyOperationHasARule(doc *huma.OpenAPI) error {
	var missing []string
	for path, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete, item.Patch, item.Head, item.Options} {
			if op == nil {
				continue
			}
			if rule, ok := op.Metadata[ruleKey].(Rule); !ok || rule.zero() {
				missing = append(missing, op.Method+" "+path)
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	sort.Strings(missing)
	return errors.New("httpapi: no access rule for " + fmt.Sprint(missing))
}

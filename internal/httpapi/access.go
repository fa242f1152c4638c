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

// Rule says who may call a route. The zero Rule lets nobody build a server.
type Rule struct{ name string }

var (
	// Public routes answer anybody.
	Public = Rule{"public"}
	// Signed routes are for who can prove it; the handler checks the proof itself.
	Signed = Rule{"signed"}
	// ForViewers asks for a session; ForEditors and ForAdmins for one with that role, whose
	// profile has no limit.
	ForViewers = Rule{string(account.Viewer)}
	ForEditors = Rule{string(account.Editor)}
	ForAdmins  = Rule{string(account.Admin)}
	// ForAccount asks for a session whose profile has no limit, whatever the role: a child
	// looks after no account.
	ForAccount = Rule{"account"}
)

func (r Rule) zero() bool { return r.name == "" }

// role is the least role the rule asks for; false when it asks for no session.
func (r Rule) role() (account.Role, bool) {
	if r == ForAccount {
		return account.Viewer, true
	}
	return account.Role(r.name), r != Public && r != Signed
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
	op.Metadata = map[string]any{ruleKey: rule}
	op.Extensions = map[string]any{"x-access": rule.name}
	if _, session := rule.role(); session {
		op.Security = []map[string][]string{{"session": {}}, {"bearer": {}}}
		op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden)
	}
	op.Middlewares = append(huma.Middlewares{func(c huma.Context, next func(huma.Context)) {
		ctx, err := s.admit(c.Context(), rule, accessTokenOf(c))
		if err != nil {
			s.refuse(c, err)
			return
		}
		next(huma.WithContext(c, ctx))
	}}, op.Middlewares...)
	huma.Register(s.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			if header := headersOf(err); header != nil {
				return nil, huma.ErrorWithHeaders(s.problem(ctx, err), header)
			}
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
}

// guard wraps a plain handler in an access rule.
func (s *server) guard(rule Rule, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, err := s.admit(r.Context(), rule, AccessToken(r))
		if err != nil {
			s.writeProblem(w, r, err)
			return
		}
		h.ServeHTTP(w, r.WithContext(ctx))
	})
}

type meKey struct{}

// admit checks a rule and returns a context that knows who is acting.
func (s *server) admit(ctx context.Context, rule Rule, token string) (context.Context, error) {
	role, needsSession := rule.role()
	if !needsSession {
		return ctx, nil
	}
	me, err := s.Accounts.Authenticate(ctx, token)
	if err != nil {
		return nil, err
	}
	if !me.User.Role.Includes(role) {
		return nil, fault.New(fault.Forbidden, "httpapi.admit", "forbidden", "Your account may not do this.")
	}
	if rule != ForViewers {
		if err := account.Whole(me); err != nil {
			return nil, err
		}
	}
	if err := s.spendQuietly(ctx, me.Session.ID, everything); err != nil {
		return nil, err
	}
	s.Accounts.Seen(ctx, me, callerAddress(ctx))
	return context.WithValue(ctx, meKey{}, me), nil
}

// me returns who is acting, on a route whose rule asks for a session.
func me(ctx context.Context) account.Me { return ctx.Value(meKey{}).(account.Me) }

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

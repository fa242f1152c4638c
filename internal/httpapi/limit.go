package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Limits counts how often somebody does something.
type Limits interface {
	Allow(ctx context.Context, key string, l cache.Limit) cache.Verdict
}

// limit is how often one may do one thing.
type limit struct {
	name string
	cache.Limit
}

// Nobody meets these who uses the app, or a house full of people behind one address.
var (
	// signInsFrom and setUpsFrom are of one address, and also spare the server: each try
	// costs a hash that is slow on purpose.
	signInsFrom = limit{"signIn", cache.PerMinute(60)}
	setUpsFrom  = limit{"setUp", cache.PerMinute(30)}
	// triesAs is of one e-mail, from wherever: 20 wrong passwords at once, then 120 an hour.
	triesAs = limit{"tries", cache.Limit{Burst: 20, Every: 30 * time.Second}}
	// registersFrom, lettersFrom and linksFrom are of one address: making accounts, asking for
	// letters, and trying what came by one.
	registersFrom = limit{"register", cache.Limit{Burst: 10, Every: 2 * time.Minute}}
	lettersFrom   = limit{"letters", cache.Limit{Burst: 10, Every: time.Minute}}
	linksFrom     = limit{"links", cache.PerMinute(30)}
	// lettersTo is to one e-mail: a mailbox is nothing to fill.
	lettersTo = limit{"lettersTo", cache.Limit{Burst: 3, Every: 10 * time.Minute}}
	// triesPIN is of one profile, from wherever: 288 a day of the 10,000 there are at least.
	triesPIN = limit{"pin", cache.Limit{Burst: 10, Every: 5 * time.Minute}}
	// newUploads is of one user. Somebody may bring a whole library in.
	newUploads = limit{"createUpload", cache.PerHour(1000)}
	// everything is of one session: it spares this node a client that runs wild, so this
	// node alone counts, and no request makes a round trip for it.
	everything = limit{"api", cache.Limit{Burst: 2000, Every: 2 * time.Millisecond, Here: true}}

	// fromAnywhere is of one address and one operation that asks for no session, each node for
	// itself; writes of one user and one operation that is on record. They hold for every
	// operation there will be, beside what is stricter above.
	fromAnywhere = cache.Limit{Burst: 600, Every: 100 * time.Millisecond, Here: true}
	writes       = cache.PerHour(2000)
	// refusals is how many failures of one session or address go on record, a node. The log
	// has the rest: failing must not be a way to fill the database.
	refusals = limit{"refusals", cache.Limit{Burst: 60, Every: time.Second, Here: true}}
)

// When to try again what is refused with 429 by something else than a limit here, and what
// needed a part that is away: a database is started again in a few seconds.
const (
	soon   = 5 * time.Second
	sooner = 2 * time.Second
)

// limited is a refusal that says when to come again.
type limited struct {
	error
	header http.Header
}

func (l *limited) Unwrap() error { return l.error }

// spend counts one more time. The header tells what is left, in the fields of
// draft-ietf-httpapi-ratelimit-headers; the error is a refusal that carries it too.
func (s *server) spend(ctx context.Context, who string, l limit) (http.Header, error) {
	return answerOf(s.Limits.Allow(ctx, who+":"+l.name, l.Limit), l)
}

// spendQuietly counts one more time of what every request spends: what is left is only told
// to whom it is refused.
func (s *server) spendQuietly(ctx context.Context, who string, l limit) error {
	v := s.Limits.Allow(ctx, who+":"+l.name, l.Limit)
	if v.Allowed {
		return nil
	}
	_, err := answerOf(v, l)
	return err
}

func answerOf(v cache.Verdict, l limit) (http.Header, error) {
	header := http.Header{}
	header.Set("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=%d", l.name, l.Burst, seconds(l.Window())))
	header.Set("RateLimit", fmt.Sprintf("%q;r=%d;t=%d", l.name, v.Remaining, seconds(v.Reset)))
	if v.Allowed {
		return header, nil
	}
	header.Set("Retry-After", strconv.Itoa(seconds(v.Retry)))
	return header, &limited{fault.New(fault.TooMany, "httpapi.limit", "",
		fmt.Sprintf("That was too often. Try again in %d s.", seconds(v.Retry))), header}
}

// seconds rounds up: who comes back then finds it allowed.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// spendOfEndpoint counts one more time of the operation that ctx belongs to.
func (s *server) spendOfEndpoint(ctx context.Context, rule Rule) (err error) {
	n := noteOf(ctx)
	switch _, session := rule.role(); {
	case session && n.kept:
		_, err = s.spend(ctx, callerUser(ctx), limit{"write:" + n.entry.Action, writes})
	case rule.is(Public) && strings.HasPrefix(n.path, "/api/"):
		_, err = s.spend(ctx, callerNetwork(ctx), limit{"from:" + n.entry.Action, fromAnywhere})
	}
	return err
}

// limitedTo limits an operation before its body is read, and has a caller's requests for it
// wait for each other: what is limited is what costs.
func (s *server) limitedTo(l limit, who func(context.Context) string) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		header, err := s.spend(c.Context(), who(c.Context()), l)
		if err != nil {
			s.refuse(c, err)
			return
		}
		for name := range header {
			c.SetHeader(name, header.Get(name))
		}
		leave, err := s.turns.take(c.Context(), who(c.Context())+":"+l.name)
		if err != nil {
			s.refuse(c, err)
			return
		}
		defer leave()
		next(c)
	}
}

// tryAs counts a try to be somebody, who is named by a digest: an address is nothing to
// leave lying about.
func (s *server) tryAs(ctx context.Context, email string) error {
	remark(ctx, "as %s", maskedEmail(email))
	_, err := s.spend(ctx, digestOf(email), triesAs)
	return err
}

// writeTo counts a letter to an e-mail, whoever it is of and whether it is sent or not.
func (s *server) writeTo(ctx context.Context, email string) error {
	_, err := s.spend(ctx, digestOf(email), lettersTo)
	return err
}

func digestOf(email string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(email))))
	return hex.EncodeToString(sum[:16])
}

// callerUser names the user who is acting.
func callerUser(ctx context.Context) string { return me(ctx).User.ID }

// headersOf are the fields an error's answer carries beside its problem.
func headersOf(err error) http.Header {
	var l *limited
	if errors.As(err, &l) {
		return l.header
	}
	switch fault.KindOf(err) {
	case fault.TooMany:
		return http.Header{"Retry-After": {strconv.Itoa(seconds(soon))}}
	case fault.Unavailable:
		return http.Header{"Retry-After": {strconv.Itoa(seconds(sooner))}}
	}
	return nil
}

package account

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
)

// The bounds of what is believed from memory: how many, and how long. The end of a session
// is heard of at once; for how long it is believed bounds what is not heard, and where
// nothing is heard that is a second.
const (
	mostTokens    = 20_000 // 3 MB
	mostSessions  = 20_000 // 15 MB
	believedFor   = 10 * time.Second
	believedAlone = time.Second

	// What was just dropped is asked of the database alone: what is shared may take a moment
	// to be forgotten everywhere.
	droppedFor  = 5 * time.Second
	mostDropped = 20_000
)

// Shared keeps sessions for all processes, so that one that was looked up at one node is not
// at every other (platform/cache). It may be emptied, or be away, at any moment.
type Shared interface {
	// Session returns what is kept under a key, loaded when it is not.
	Session(ctx context.Context, key string, load func(context.Context) (Me, error)) (Me, error)
	// Forget returns when no process is given any more what was kept before.
	Forget(ctx context.Context, keys ...string)
}

// sessionKey is where a session is shared.
func sessionKey(id string) string { return "session:" + id }

// verified is what an access token says that was found to be ours.
type verified struct {
	userID, sessionID string
	epoch             int
	expires           time.Time
	at                time.Time // when it was found so
}

// checks remember which tokens are ours and which sessions go on. Whoever asks is told the
// truth of the database, unless all that others have told was heard.
type checks struct {
	store  Store
	shared Shared
	whole  func() time.Time
	stop   func()
	clock  func() time.Time // the process's own, which no one sets back

	tokens   *otter.Cache[[32]byte, verified]
	sessions *otter.Cache[string, *held]
	dropped  *otter.Cache[string, struct{}]
	ends     atomic.Uint64 // of sessions: what is being looked up meanwhile is not remembered
	voids    atomic.Uint64 // of all tokens, likewise
}

// held is a session as it was at a time.
type held struct {
	me   Me
	at   time.Time
	seen atomic.Int64
}

func newChecks(store Store, shared Shared, signals Signals) *checks {
	c := &checks{
		store: store, shared: shared, stop: func() {}, clock: time.Now,
		whole:    func() time.Time { return time.Time{} },
		tokens:   otter.Must(&otter.Options[[32]byte, verified]{MaximumSize: mostTokens, ExpiryCalculator: otter.ExpiryWriting[[32]byte, verified](AccessLife)}),
		sessions: otter.Must(&otter.Options[string, *held]{MaximumSize: mostSessions, ExpiryCalculator: otter.ExpiryWriting[string, *held](believedFor)}),
		dropped:  otter.Must(&otter.Options[string, struct{}]{MaximumSize: mostDropped, ExpiryCalculator: otter.ExpiryWriting[string, struct{}](droppedFor)}),
	}
	if signals != nil {
		c.whole = signals.Whole
	}
	return c
}

func (c *checks) close() {
	c.stop()
	c.tokens.StopAllGoroutines()
	c.sessions.StopAllGoroutines()
	c.dropped.StopAllGoroutines()
}

// look is when somebody asks, and whether all that was told until just then has been heard.
type look struct {
	at    time.Time
	heard bool
}

func (c *checks) look() look {
	at := c.clock()
	return look{at, at.Sub(c.whole()) < believedAlone}
}

// believes reports whether what was so at a time may be taken to be so still.
func (l look) believes(at time.Time, longest time.Duration) bool {
	age := l.at.Sub(at)
	return age < believedAlone || l.heard && age < longest
}

// token returns what is remembered of a token.
func (c *checks) token(digest [32]byte, l look) (verified, bool) {
	v, ok := c.tokens.GetIfPresent(digest)
	return v, ok && l.believes(v.at, AccessLife)
}

func (c *checks) keepToken(digest [32]byte, v verified, before uint64) {
	if c.voids.Load() != before {
		return
	}
	c.tokens.Set(digest, v)
	if c.voids.Load() != before {
		c.tokens.Invalidate(digest)
	}
}

// dropTokens has every token verified anew.
func (c *checks) dropTokens() {
	c.voids.Add(1)
	c.tokens.InvalidateAll()
}

// session returns who holds a session; fault.NotFound when it has ended.
func (c *checks) session(ctx context.Context, id string, now time.Time, l look) (Me, error) {
	if h, ok := c.sessions.GetIfPresent(id); ok && l.believes(h.at, believedFor) && now.Before(h.me.Session.ExpiresAt) {
		return h.me, nil
	}
	before := c.ends.Load()
	load := func(ctx context.Context) (Me, error) { return c.store.Me(ctx, id, now) }
	var m Me
	var err error
	if _, lately := c.dropped.GetIfPresent(id); c.shared != nil && l.heard && !lately {
		m, err = c.shared.Session(ctx, sessionKey(id), load)
		if err == nil && !now.Before(m.Session.ExpiresAt) { // it was refreshed since, or has expired
			m, err = load(ctx)
		}
	} else {
		m, err = load(ctx)
	}
	if err != nil {
		return Me{}, err
	}
	c.keep(id, &held{me: m, at: l.at}, before)
	return m, nil
}

// keep remembers what was looked up, unless something has ended since.
func (c *checks) keep(id string, h *held, before uint64) {
	h.seen.Store(h.me.Session.SeenAt.UnixNano())
	if c.ends.Load() != before {
		return
	}
	c.sessions.Set(id, h)
	if c.ends.Load() != before {
		c.sessions.Invalidate(id)
	}
}

// see reports whether it is for the caller to note that a session was seen: nobody has,
// not long ago.
func (c *checks) see(id string, now time.Time) bool {
	h, ok := c.sessions.GetIfPresent(id)
	if !ok {
		return false
	}
	last := h.seen.Load()
	return now.Sub(time.Unix(0, last)) >= seenEvery && h.seen.CompareAndSwap(last, now.UnixNano())
}

// drop forgets sessions, here at once, and then where they are shared.
func (c *checks) drop(ctx context.Context, ids ...string) {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = sessionKey(id)
		c.dropped.Set(id, struct{}{}) // before what is looked up from now on
	}
	c.ends.Add(1)
	for _, id := range ids {
		c.sessions.Invalidate(id)
	}
	if c.shared != nil && len(keys) > 0 {
		c.shared.Forget(context.WithoutCancel(ctx), keys...)
	}
}

// of returns the remembered sessions of a user.
func (c *checks) of(userID string) (ids []string) {
	for id, h := range c.sessions.All() {
		if h.me.User.ID == userID {
			ids = append(ids, id)
		}
	}
	return ids
}

// dropSessions forgets all sessions.
func (c *checks) dropSessions() {
	c.ends.Add(1)
	c.sessions.InvalidateAll()
}

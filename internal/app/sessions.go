package app

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
)

// sharedFor is how long a session that was looked up is shared. Its end is told to all, so
// this only bounds how much lies about.
const sharedFor = time.Minute

// connectAccounts makes the part that knows who is signed in.
func (h *house) connectAccounts() {
	store := h.db.Accounts()
	o := account.Options{Store: store, Secrets: h.secrets, Signals: store.Signals(), Ended: h.sessionsEnded, Logger: h.log}
	if h.cache.Shared() {
		o.Shared = sharedSessions{h.cache}
	}
	h.accounts = account.NewService(o)
}

// sharedSessions is account.Shared on Redis.
type sharedSessions struct{ cache *cache.Cache }

func (s sharedSessions) Session(ctx context.Context, key string, load func(context.Context) (account.Me, error)) (account.Me, error) {
	return cache.Load(ctx, s.cache, key, cache.Keep{Fresh: sharedFor}, load)
}

func (s sharedSessions) Forget(ctx context.Context, keys ...string) { s.cache.Forget(ctx, keys...) }

// sessionsEnded closes the live connections of sessions that have ended, by asking every one
// of their user again who they are; all users, when it is not known whose ended. Every
// process does so with those at its own hub, as soon as it knows itself.
func (h *house) sessionsEnded(userID string) {
	if h.hub != nil { // people connect to this process
		h.hub.Recheck(userID)
	}
}

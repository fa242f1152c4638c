package app

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/geoip"
)

// sharedFor is how long a session that was looked up is shared. Its end is told to all, so
// this only bounds how much lies about.
const sharedFor = time.Minute

// connectAccounts makes the parts that know who is signed in, and who may be. The latter have
// stores of their own, so that what they do to sessions is heard by the former like anybody's.
func (h *house) connectAccounts() error {
	store := h.db.Accounts()
	o := account.Options{Store: store, Secrets: h.secrets, Signals: store.Signals(), Ended: h.sessionsEnded, SignedOut: h.signedOut, Logger: h.log}
	if h.cache.Shared() {
		o.Shared = sharedSessions{h.cache}
	}
	if h.config.GeoIPFile != "" {
		places, err := geoip.Open(h.config.GeoIPFile)
		if err != nil {
			return err
		}
		h.places, o.Places = places, places
	}
	h.accounts = account.NewService(o)
	h.profiles = account.NewProfiles(h.accounts, h.db.Accounts())
	h.people = peopleOf(h.config, h.accounts, h.db.Accounts(), h.log)
	return nil
}

func (h *house) closeAccounts() {
	if h.accounts != nil {
		h.accounts.Close()
	}
	if h.places != nil {
		_ = h.places.Close()
	}
}

type keysRotateCommand struct{}

func (keysRotateCommand) Run(ctx context.Context, c *config.Config, log *slog.Logger) error {
	h, err := open(ctx, c, log, duties{})
	if err != nil {
		return err
	}
	defer h.close()
	if err := h.accounts.RotateKeys(ctx); err != nil {
		return err
	}
	if c.DatabaseURL == "" {
		fmt.Println("There is a new key. Restart the server: until then it goes on with the old one.")
		return nil
	}
	fmt.Println("There is a new key, and every server uses it.")
	return nil
}

// checkPlaces is one of doctor's.
func checkPlaces(c *config.Config) httpapi.Check {
	if c.GeoIPFile == "" {
		return httpapi.Check{Name: "places", OK: true, Detail: "none: KK_GEOIP_FILE is not set"}
	}
	places, err := geoip.Open(c.GeoIPFile)
	if err == nil {
		err = places.Close()
	}
	return checkOf("places", c.GeoIPFile+" can be read", err)
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

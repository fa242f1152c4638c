package account

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Signing keys follow one another: each is made known a while before it signs, so that all
// who verify have it by then, and verifies until the last token it signed has expired.
const (
	keyLife      = 30 * 24 * time.Hour
	keyLead      = time.Hour
	keysReadFor  = 10 * time.Minute // without asking whether there are others
	keysReadOnce = time.Second      // at most, however many unknown keys are named
)

// PublicKey is what anybody may verify access tokens with.
type PublicKey struct {
	ID  string
	Key ed25519.PublicKey
}

// keyRing is what this process knows of the signing keys.
type keyRing struct {
	secrets Secrets

	mu   sync.Mutex
	keys []ringKey // the newest first
	read time.Time
}

type ringKey struct {
	SigningKey
	private ed25519.PrivateKey
	public  ed25519.PublicKey
}

func newKeyRing(secrets Secrets) *keyRing { return &keyRing{secrets: secrets} }

// forget has the keys read again before they are used.
func (r *keyRing) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.read = time.Time{}
}

// signer returns the key that signs now. There is always one, and one to follow it in time.
func (r *keyRing) signer(ctx context.Context, now time.Time) (ringKey, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.read).Abs() > keysReadFor {
		if err := r.load(ctx, now); err != nil {
			return ringKey{}, err
		}
	}
	if len(r.keys) == 0 || now.Sub(r.keys[0].CreatedAt) >= keyLife {
		if err := r.follow(ctx, now, false); err != nil {
			return ringKey{}, err
		}
	}
	for _, k := range r.keys {
		if !k.SignsFrom.After(now) {
			return k, nil
		}
	}
	return r.keys[0], nil // a clock set back
}

// follow adds the next key. At once, with none of those before it left, when they must not
// be trusted any more.
func (r *keyRing) follow(ctx context.Context, now time.Time, distrust bool) error {
	seed := make([]byte, ed25519.SeedSize)
	_, _ = rand.Read(seed) // never fails: see crypto/rand
	k := SigningKey{Number: 1, ID: newID(), Seed: seed, CreatedAt: now.UTC().Truncate(time.Microsecond)}
	k.SignsFrom = k.CreatedAt
	keep := 0
	if len(r.keys) > 0 {
		k.Number = r.keys[0].Number + 1
		keep = k.Number - 1 // the one that signs until then
		if distrust {
			keep = k.Number
		} else {
			k.SignsFrom = k.CreatedAt.Add(keyLead)
		}
	}
	if err := r.secrets.AddSigningKey(ctx, k, keep); err != nil {
		return fault.Wrap("account.keys", err)
	}
	return r.load(ctx, now) // another node may have been first
}

func (r *keyRing) load(ctx context.Context, now time.Time) error {
	stored, err := r.secrets.SigningKeys(ctx)
	if err != nil {
		return fault.Wrap("account.keys", err)
	}
	keys := make([]ringKey, 0, len(stored))
	for _, k := range stored {
		if len(k.Seed) != ed25519.SeedSize {
			return fault.New(fault.Internal, "account.keys", "", "")
		}
		private := ed25519.NewKeyFromSeed(k.Seed)
		keys = append(keys, ringKey{k, private, private.Public().(ed25519.PublicKey)})
	}
	r.keys, r.read = keys, now
	return nil
}

// known are the keys that verify now: not those that signed nothing which lasts still.
func (r *keyRing) known(now time.Time) (keys []ringKey) {
	for i, k := range r.keys {
		if i > 0 && now.Sub(r.keys[i-1].SignsFrom) > AccessLife+clocksApart {
			break
		}
		keys = append(keys, k)
	}
	return keys
}

// verifier returns the key of this name, as it was known at most so long ago; fault.NotFound
// when there is none.
func (r *keyRing) verifier(ctx context.Context, id string, now time.Time, longest time.Duration) (ed25519.PublicKey, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.read).Abs() > longest {
		if err := r.load(ctx, now); err != nil {
			return nil, err
		}
	}
	for {
		for _, k := range r.known(now) {
			if k.ID == id {
				return k.public, nil
			}
		}
		if now.Sub(r.read).Abs() < keysReadOnce {
			return nil, fault.New(fault.NotFound, "account.keys", "", "")
		}
		if err := r.load(ctx, now); err != nil {
			return nil, err
		}
	}
}

// PublicKeys returns the keys that access tokens are verified with, and those that will be.
func (s *Service) PublicKeys(ctx context.Context) ([]PublicKey, error) {
	now := s.now()
	if _, err := s.keys.signer(ctx, now); err != nil { // so that there is one
		return nil, err
	}
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	var keys []PublicKey
	for _, k := range s.keys.known(now) {
		keys = append(keys, PublicKey{k.ID, k.public})
	}
	return keys, nil
}

// RotateKeys makes every access token void at once, and signs with a key that is new: for
// when one has become known. Nobody is signed out, since refresh tokens go on.
func (s *Service) RotateKeys(ctx context.Context) error {
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	now := s.now()
	if err := s.keys.load(ctx, now); err != nil {
		return err
	}
	if err := s.keys.follow(ctx, now, true); err != nil {
		return err
	}
	s.checks.dropTokens()
	return nil
}

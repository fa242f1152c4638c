package sqlstore

import (
	"context"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// Wrapper seals secrets before they are stored: platform/keys in the running server.
type Wrapper interface {
	Wrap(ctx context.Context, plain []byte) ([]byte, error)
	Unwrap(ctx context.Context, wrapped []byte) ([]byte, error)
}

// Secrets keeps signing keys and one-time tokens, wrapped. Every node reads the same.
type Secrets struct {
	db   *DB
	keys Wrapper
}

// Secrets returns the store of secrets sealed by keys.
func (d *DB) Secrets(keys Wrapper) Secrets { return Secrets{d, keys} }

// Secret returns the secret of this name, calling make for it the first time.
func (s Secrets) Secret(ctx context.Context, name string, make func() ([]byte, error)) ([]byte, error) {
	const op = "sqlstore.secret"
	wrapped, err := s.load(ctx, name)
	if fault.Is(err, fault.NotFound) {
		if err = s.create(ctx, name, make); err == nil {
			wrapped, err = s.load(ctx, name) // whichever node's was stored first
		}
	}
	if err != nil {
		return nil, err
	}
	return s.open(ctx, op, wrapped)
}

// open unwraps a secret.
func (s Secrets) open(ctx context.Context, op string, wrapped []byte) ([]byte, error) {
	plain, err := s.keys.Unwrap(ctx, wrapped)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Unavailable, Op: op, Code: "keys",
			Public: "A stored secret cannot be opened with the key of KK_KEYS_URL: it was sealed with another.", Cause: err}
	}
	return plain, nil
}

func (s Secrets) load(ctx context.Context, name string) (wrapped []byte, err error) {
	err = s.db.read.QueryRowContext(ctx, `SELECT wrapped FROM secrets WHERE name = $1`, name).Scan(&wrapped)
	return wrapped, s.db.fail("sqlstore.secret", err)
}

func (s Secrets) create(ctx context.Context, name string, make func() ([]byte, error)) error {
	plain, err := make()
	if err != nil {
		return err
	}
	wrapped, err := s.keys.Wrap(ctx, plain)
	if err != nil {
		return fault.Wrap("sqlstore.secret", err)
	}
	return s.db.inTx(ctx, "sqlstore.secret", func(tx jobs.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO secrets (name, wrapped, created_at) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO NOTHING`, name, wrapped, now())
		return err
	})
}

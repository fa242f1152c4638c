package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

func (s Pipeline) Here(ctx context.Context, owner string, lacksRoom bool, lasts time.Duration) (others bool, err error) {
	err = s.db.inTx(ctx, "sqlstore.here", func(tx jobs.Tx) error {
		at, err := s.db.engine.clock(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO workers (owner, here_until, lacks_room) VALUES ($1, $2, $3)
			ON CONFLICT (owner) DO UPDATE SET here_until = excluded.here_until, lacks_room = excluded.lacks_room`,
			owner, at.Add(lasts), lacksRoom); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM workers WHERE here_until < $1 AND owner <> $2`, at, owner); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM workers WHERE owner <> $1 AND here_until >= $2 AND NOT lacks_room)`,
			owner, at).Scan(&others)
	})
	return others, err
}

func (s Pipeline) Gone(ctx context.Context, owner string) error {
	return s.db.inTx(ctx, "sqlstore.gone", func(tx jobs.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM workers WHERE owner = $1`, owner)
		return err
	})
}

func (s Pipeline) WithoutRoom(ctx context.Context) ([]string, error) {
	const op = "sqlstore.without_room"
	rows, err := s.db.read.QueryContext(ctx, `SELECT owner FROM workers WHERE lacks_room AND here_until >= `+s.db.engine.ago(0)+` ORDER BY owner`)
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	owners, err := collect(rows, func(r *sql.Rows) (owner string, err error) { return owner, r.Scan(&owner) })
	return owners, s.db.fail(op, err)
}

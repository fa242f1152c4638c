package sqlstore

import (
	"context"
	"database/sql"

	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// changeOne runs one statement in its own transaction; changing no row is
// fault.NotFound.
func (d *DB) changeOne(ctx context.Context, op, statement string, args ...any) error {
	return d.inTx(ctx, op, func(tx jobs.Tx) error { return changeRow(ctx, tx, statement, args...) })
}

// changeRow runs one statement that must change a row: sql.ErrNoRows when it does not.
func changeRow(ctx context.Context, tx jobs.Tx, statement string, args ...any) error {
	res, err := tx.ExecContext(ctx, statement, args...)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return sql.ErrNoRows
	}
	return err
}

// collect reads every row and closes them.
func collect[T any](rows *sql.Rows, scan func(*sql.Rows) (T, error)) ([]T, error) {
	defer rows.Close()
	var list []T
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, rows.Err()
}

package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// Imports is catalog.ImportStore on SQL.
type Imports struct{ db *DB }

var _ catalog.ImportStore = Imports{}

// Imports returns the store of imports of films.
func (d *DB) Imports() Imports { return Imports{d} }

const selectImport = `
	SELECT id, source, status, total, done, created, changed, unchanged, failed, problems, created_at, updated_at, finished_at
	FROM film_imports `

func scanImport(row interface{ Scan(...any) error }) (i catalog.Import, err error) {
	var problems string
	err = row.Scan(&i.ID, &i.Source, &i.Status, &i.Total, &i.Done, &i.Created, &i.Changed, &i.Unchanged, &i.Failed, &problems,
		timeColumn{&i.CreatedAt}, timeColumn{&i.UpdatedAt}, timeColumn{&i.FinishedAt})
	if err == nil {
		err = json.Unmarshal([]byte(problems), &i.Problems)
	}
	return i, err
}

func (s Imports) CreateImport(ctx context.Context, i catalog.Import) error {
	return s.db.inTx(ctx, "sqlstore.create_import", func(tx jobs.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO film_imports (id, source, status, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)`,
			i.ID, i.Source, i.Status, i.CreatedAt)
		if err != nil {
			return err
		}
		return tx.Enqueue(ctx, catalog.ImportFilms{ID: i.ID})
	})
}

func (s Imports) SetImport(ctx context.Context, i catalog.Import) error {
	problems, err := json.Marshal(i.Problems)
	if err != nil {
		return err
	}
	return s.db.changeOne(ctx, "sqlstore.set_import", `
		UPDATE film_imports SET status = $2, total = $3, done = $4, created = $5, changed = $6, unchanged = $7, failed = $8,
		       problems = $9, updated_at = $10, finished_at = $11
		WHERE id = $1`,
		i.ID, i.Status, i.Total, i.Done, i.Created, i.Changed, i.Unchanged, i.Failed, string(problems), i.UpdatedAt, timeValue(i.FinishedAt))
}

func (s Imports) Import(ctx context.Context, id string) (catalog.Import, error) {
	i, err := scanImport(s.db.read.QueryRowContext(ctx, selectImport+`WHERE id = $1`, id))
	return i, s.db.fail("sqlstore.import", err)
}

func (s Imports) Imports(ctx context.Context, most int) ([]catalog.Import, error) {
	rows, err := s.db.read.QueryContext(ctx, selectImport+`ORDER BY created_at DESC, id DESC LIMIT $1`, most)
	if err != nil {
		return nil, s.db.fail("sqlstore.imports", err)
	}
	list, err := collect(rows, func(r *sql.Rows) (catalog.Import, error) { return scanImport(r) })
	return list, s.db.fail("sqlstore.imports", err)
}

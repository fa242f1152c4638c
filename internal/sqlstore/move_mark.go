package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// markTable is in a database that is being moved into, from before its first row until both
// sides were found equal. No migration knows it.
const markTable = "unfinished_move"

// moveMark says how far a move into this database is: its one row is written with the rows.
type moveMark struct {
	source, sourceID string
	table, key       string // of the last row taken over; "" before the first
	moved            int64  // rows, and jobs
}

func (m moveMark) began() bool { return m.sourceID != "" }

func (m moveMark) create(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // a no-op after the commit
	if _, err := tx.ExecContext(ctx, `CREATE TABLE `+markTable+` (source TEXT NOT NULL, source_id TEXT NOT NULL PRIMARY KEY,
		at_table TEXT NOT NULL, at_key TEXT NOT NULL, moved BIGINT NOT NULL)`); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO `+markTable+` VALUES ($1, $2, $3, $4, $5)`, m.source, m.sourceID, m.table, m.key, m.moved); err != nil {
		return err
	}
	return tx.Commit()
}

func (m moveMark) write(ctx context.Context, tx jobs.Tx) error {
	return changeRow(ctx, tx, `UPDATE `+markTable+` SET at_table = $1, at_key = $2, moved = $3`, m.table, m.key, m.moved)
}

// readMark returns the mark of a database, the zero one where there is none.
func (d *DB) readMark(ctx context.Context) (m moveMark, err error) {
	var there bool
	if err := d.read.QueryRowContext(ctx, d.engine.tableExists(), markTable).Scan(&there); err != nil || !there {
		return m, err
	}
	err = d.read.QueryRowContext(ctx, `SELECT source, source_id, at_table, at_key, moved FROM `+markTable).
		Scan(&m.source, &m.sourceID, &m.table, &m.key, &m.moved)
	return m, err
}

// refuseHalfMoved fails on a database that only some of the rows are in.
func (d *DB) refuseHalfMoved(ctx context.Context) error {
	const op = "sqlstore.open"
	m, err := d.readMark(ctx)
	if err == nil && m.began() {
		return fault.New(fault.Conflict, op, "half_moved", fmt.Sprintf("The move into this database is not finished. Go on with it: "+
			"kkmovies migrate --from %s --to %s", quoted(m.source), quoted(d.engine.where())))
	}
	return d.fail(op, err)
}

// identity tells one database from another, and from a copy of it that another version of
// KKMovies ran on: when each step of its schema was applied, and its sealed secrets.
func (s *moveSide) identity(ctx context.Context) (string, error) {
	var all []string
	applied, err := s.db.applied(ctx)
	if err != nil {
		return "", err
	}
	for version, at := range applied {
		all = append(all, fmt.Sprint(version, at.UnixMicro()))
	}
	rows, err := s.read.QueryContext(ctx, `SELECT name, wrapped FROM secrets`)
	if err != nil {
		return "", err
	}
	secrets, err := collect(rows, func(r *sql.Rows) (string, error) {
		var name string
		var wrapped []byte
		err := r.Scan(&name, &wrapped)
		return name + "\x00" + string(wrapped), err
	})
	if err != nil {
		return "", err
	}
	all = append(all, secrets...)
	slices.Sort(all)
	hash := sha256.New()
	for _, one := range all {
		_, _ = hash.Write(binary.BigEndian.AppendUint64(nil, uint64(len(one))))
		_, _ = hash.Write([]byte(one))
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// current fails unless the schema is the one of this program: a source is not changed, so it
// is not brought up to date on the way.
func (s *moveSide) current(ctx context.Context) error {
	const op = "sqlstore.move"
	applied, err := s.db.applied(ctx)
	if err != nil {
		return s.db.fail(op, err)
	}
	if len(applied) == 0 {
		return fault.New(fault.NotFound, op, "no_database", s.where+" holds no KKMovies database: is the address right?")
	}
	known, err := steps(s.db.engine, applied)
	if err != nil {
		return err
	}
	for _, step := range known {
		if step.Applied.IsZero() {
			return behind(op, s.where)
		}
		delete(applied, step.Version)
	}
	delete(applied, 0) // goose's own first row
	var queue int
	err = s.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(version), 0) FROM river_migration WHERE line = 'main'`).Scan(&queue)
	if err != nil {
		return s.db.fail(op, err)
	}
	latest, err := jobs.SchemaVersion()
	switch {
	case err != nil:
		return err
	case queue < latest:
		return behind(op, s.where)
	case queue > latest || len(applied) > 0:
		return fault.New(fault.Unsupported, op, "newer_schema", s.where+" was written by a newer version of KKMovies: move it with that one.")
	}
	return nil
}

func behind(op, where string) error {
	setting := "KK_DATA_DIR set to its folder"
	if isPostgres(where) {
		setting = "KK_DATABASE_URL set to it"
	}
	return fault.New(fault.Conflict, op, "older_schema", where+" was last used by an older version of KKMovies. Back it up and bring it up to date "+
		"first: kkmovies migrate, with "+setting+".")
}

// acceptable returns the mark of a move from this source, and fails where the target has
// rows that came otherwise.
func (t *moveTarget) acceptable(ctx context.Context, from *moveSource, tables []table) (moveMark, error) {
	const op = "sqlstore.move"
	if t.db == nil { // a file that is made by begin
		return moveMark{}, nil
	}
	m, err := t.db.readMark(ctx)
	if err != nil {
		return m, t.db.fail(op, err)
	}
	if m.began() {
		id, err := from.identity(ctx)
		if err == nil && id != m.sourceID {
			err = fault.New(fault.Conflict, op, "other_source", t.where+" holds half of a move from "+m.source+", and "+from.where+
				" is not that database, or no longer. Go on with that move, or begin with an empty target: "+t.emptied+".")
		}
		return m, from.db.fail(op, err)
	}
	for _, table := range append(slices.Clone(tables), jobTable) {
		var there, full bool
		err := t.db.read.QueryRowContext(ctx, t.db.engine.tableExists(), table.name).Scan(&there)
		if err == nil && there {
			err = t.db.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM "`+table.name+`")`).Scan(&full)
		}
		if err == nil && full {
			err = fault.New(fault.Conflict, op, "not_empty", t.where+" is not empty: there are rows in "+table.name+
				". If a move into it has ended, nothing is left to do. Else a server has used it: name another database, an empty one.")
		}
		if err != nil {
			return m, t.db.fail(op, err)
		}
	}
	return m, nil
}

// begin marks the target, if it is not, and brings its schema up.
func (t *moveTarget) begin(ctx context.Context, from *moveSource) (moveMark, error) {
	const op = "sqlstore.move"
	if err := t.open(ctx); err != nil {
		return moveMark{}, err
	}
	m, err := t.db.readMark(ctx)
	if err == nil && !m.began() {
		m = moveMark{source: from.where}
		if m.sourceID, err = from.identity(ctx); err == nil {
			t.step()
			err = m.create(ctx, t.db.engine.writer())
			t.step()
		}
	}
	if err != nil {
		return m, t.db.fail(op, err)
	}
	if err := t.db.migrate(ctx); err != nil {
		return m, err
	}
	t.step()
	t.db.queue, err = t.db.engine.openQueue(ctx, jobs.Options{Logger: quietLog})
	return m, t.db.fail(op, err)
}

// finish sets the counters of the target and takes its mark off: from here on it is used.
func (t *moveTarget) finish(ctx context.Context, from *moveSource, tables []table) error {
	return t.db.inTx(ctx, "sqlstore.move", func(tx jobs.Tx) error {
		for _, table := range tables {
			for _, c := range table.columns {
				if !c.counted {
					continue
				}
				given, err := from.side.counter(ctx, table.name, c.name)
				if err == nil {
					err = t.side.setCounter(ctx, tx, table.name, c.name, given)
				}
				if err != nil {
					return errors.Join(err, fmt.Errorf("counter of %s.%s", table.name, c.name))
				}
			}
		}
		_, err := tx.ExecContext(ctx, `DROP TABLE `+markTable)
		t.step()
		return err
	})
}

// quoted is an address as a shell takes it.
func quoted(address string) string { return "'" + strings.ReplaceAll(address, "'", `'\''`) + "'" }

// OpenedBy fails unless keys opens every secret of the source: they are moved as they are,
// sealed, and are of no use at the target without the same key.
func (m *Move) OpenedBy(ctx context.Context, keys Wrapper) error {
	const op = "sqlstore.move"
	rows, err := m.from.read.QueryContext(ctx, `SELECT wrapped FROM secrets`)
	if err != nil {
		return m.from.db.fail(op, err)
	}
	sealed, err := collect(rows, func(r *sql.Rows) (b []byte, err error) { return b, r.Scan(&b) })
	if err != nil {
		return m.from.db.fail(op, err)
	}
	for _, secret := range sealed {
		if keys == nil {
			return fault.New(fault.NotFound, op, "no_key", "")
		}
		if _, err := keys.Unwrap(ctx, secret); err != nil {
			return &fault.Error{Kind: fault.Conflict, Op: op, Code: "other_key", Cause: err}
		}
	}
	return nil
}

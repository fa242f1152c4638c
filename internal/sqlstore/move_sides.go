package sqlstore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// moveSide is one of the two databases of a move.
type moveSide struct {
	db    *DB
	read  queryer // of a source, one view of it that does not change
	queue jobs.Reader
	side  moveEngine
	where string // the address, without secrets
	named string // the setting the address was read from
	hold  bool   // nobody else may use it
	last  []func()
}

type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

type moveSource struct{ moveSide }

type moveTarget struct {
	moveSide
	emptied string // what makes it empty, in words
	step    func() // called wherever a kill would leave another state; tests kill there
}

// quietLog is for a queue that nobody works on.
var quietLog = slog.New(slog.DiscardHandler)

// openSource opens a database so that it cannot be changed, and nobody else changes it.
func openSource(ctx context.Context, at Place, hold bool) (*moveSource, error) {
	s := &moveSource{moveSide{named: at.Setting, hold: hold}}
	if err := s.open(ctx, at.Address); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *moveSource) open(ctx context.Context, address string) (err error) {
	const op = "sqlstore.move"
	if isPostgres(address) {
		err = s.connectPostgres(ctx, address, map[string]string{"default_transaction_read_only": "on"})
	} else {
		err = s.connectSource(ctx, address)
	}
	if err != nil {
		return err
	}
	tx, err := s.db.read.BeginTx(ctx, &sql.TxOptions{Isolation: s.side.snapshot(), ReadOnly: true})
	if err != nil {
		return s.db.fail(op, err)
	}
	s.read = tx
	s.last = append(s.last, func() { _ = tx.Rollback() })
	if m, err := s.db.readMark(ctx); err != nil || m.began() {
		if err != nil {
			return s.db.fail(op, err)
		}
		return fault.New(fault.Conflict, op, "half_moved", s.where+" is itself half moved, from "+m.source+": finish that move first.")
	}
	return s.current(ctx)
}

// connectSource opens a SQLite file read-only.
func (s *moveSource) connectSource(ctx context.Context, path string) error {
	const op = "sqlstore.move"
	path, err := filepath.Abs(path)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			return fault.New(fault.NotFound, op, "no_database", "There is no database file "+path+": is the address right?")
		}
		return fault.Wrap(op, err)
	}
	if err := s.holdFile(path); err != nil {
		return err
	}
	q := url.Values{"mode": {"ro"}, "_timezone": {"UTC"}, "_time_format": {"sqlite"}}
	q.Add("_pragma", "busy_timeout(10000)")
	q.Add("_pragma", "query_only(1)")
	db, err := sql.Open("sqlite", sqliteFile(path, q))
	if err != nil {
		return fault.Wrap(op, err)
	}
	s.last = append(s.last, func() { _ = db.Close() })
	s.where = path
	s.attach(&sqliteEngine{path: path}, db)
	return nil
}

func (s *moveSide) holdFile(path string) error {
	if !s.hold {
		return nil
	}
	use, err := holdSQLite(path)
	if err == nil {
		s.last = append(s.last, func() { _ = use.Close() })
	}
	return err
}

// connectPostgres opens a PostgreSQL database, that no server is connected to if it is held.
func (s *moveSide) connectPostgres(ctx context.Context, address string, settings map[string]string) error {
	own := map[string]string{
		"application_name": moverName + rand.Text(),
		// A table is read by one statement, in a transaction that may wait for the media.
		"statement_timeout": "0", "idle_in_transaction_session_timeout": "0",
	}
	maps.Copy(own, settings)
	opened, db, err := openPostgresAs(ctx, Options{URL: address, Setting: s.named}, own, func(context.Context, *pgx.Conn) error { return nil })
	if err != nil {
		return err
	}
	e := opened.(*postgresEngine)
	s.last = append(s.last, e.close)
	s.where = e.where()
	s.attach(e, db)
	if !s.hold {
		return nil
	}
	release, err := holdPostgres(ctx, e, s.where)
	if err != nil {
		return s.db.fail("sqlstore.move", err)
	}
	s.last = append(s.last, release)
	return nil
}

// attach makes a side of an open database.
func (s *moveSide) attach(e engine, db *sql.DB) {
	s.db, s.read = &DB{engine: e, read: db}, db
	switch e := e.(type) {
	case *postgresEngine:
		s.side, s.queue = postgresMove{s}, jobs.ReadPostgres(e.pool)
	case *sqliteEngine:
		s.side, s.queue = sqliteMove{s}, jobs.ReadSQLite(db)
	}
}

// openTarget opens a database to look at; a SQLite file that is not there is not made.
func openTarget(ctx context.Context, at Place, hold bool) (*moveTarget, error) {
	t := &moveTarget{moveSide: moveSide{named: at.Setting, hold: hold}, step: func() {}}
	if err := t.look(ctx, at.Address); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

func (t *moveTarget) look(ctx context.Context, address string) (err error) {
	if isPostgres(address) {
		t.emptied = "drop that database and create it again"
		return t.connectPostgres(ctx, address, nil)
	}
	if t.where, err = filepath.Abs(address); err != nil {
		return fault.Wrap("sqlstore.move", err)
	}
	t.emptied = "remove " + t.where + ", with its -wal and -shm files"
	if _, err := os.Stat(t.where); err != nil {
		return nil // begin makes it
	}
	return t.open(ctx)
}

// open opens the target, which for a SQLite file makes it.
func (t *moveTarget) open(ctx context.Context) error {
	if t.db != nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(t.where), 0o700); err != nil {
		return fault.Wrap("sqlstore.move", err)
	}
	if err := t.holdFile(t.where); err != nil {
		return err
	}
	e, db, err := connectSQLite(ctx, t.where, nil)
	if err != nil {
		return err
	}
	t.last = append(t.last, e.close)
	t.attach(e, db)
	return nil
}

// close lets go of everything, the last first.
func (s *moveSide) close() {
	for i := len(s.last) - 1; i >= 0; i-- {
		s.last[i]()
	}
	s.last = nil
}

// measure counts what there is.
func (s *moveSide) measure(ctx context.Context, tables []table) (p MovePlan, err error) {
	p.Tables = len(tables)
	for _, t := range tables {
		var n int64
		if err := s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM "`+t.name+`"`).Scan(&n); err != nil {
			return p, err
		}
		p.Rows += n
	}
	if err := s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM river_job WHERE finalized_at IS NULL`).Scan(&p.Jobs); err != nil {
		return p, err
	}
	p.Bytes, err = s.side.size(ctx)
	return p, err
}

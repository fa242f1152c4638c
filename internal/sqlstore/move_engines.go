package sqlstore

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// moveEngine is what differs between the engines in a move.
type moveEngine interface {
	// tables lists ours, each after those it refers to.
	tables(ctx context.Context) ([]table, error)
	// size is about how many bytes the rows take.
	size(ctx context.Context) (int64, error)
	// snapshot is how a transaction sees one state of the database throughout.
	snapshot() sql.IsolationLevel
	// parameters is how many a statement is best given at most.
	parameters() int
	// strict tells whether text must be UTF-8 without zero bytes.
	strict() bool
	// overriding is put before VALUES where a column is given that a counter fills.
	overriding() string
	// counter is the last number a column's counter gave out, 0 for none.
	counter(ctx context.Context, table, column string) (int64, error)
	setCounter(ctx context.Context, tx jobs.Tx, table, column string, given int64) error
}

type sqliteMove struct{ *moveSide }

func (m sqliteMove) tables(ctx context.Context) ([]table, error) {
	return m.describe(ctx, `
		SELECT l.name, c.name, c.type, c.pk, c.pk = 1 AND m.sql LIKE '%AUTOINCREMENT%'
		FROM pragma_table_list l JOIN sqlite_master m ON m.type = 'table' AND m.name = l.name JOIN pragma_table_info(l.name) c
		WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY l.name, c.cid`, `
		SELECT m.name, f."table" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`)
}

func (m sqliteMove) size(context.Context) (bytes int64, err error) {
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(m.where + suffix); err == nil {
			bytes += info.Size()
		}
	}
	return bytes, nil
}

func (sqliteMove) snapshot() sql.IsolationLevel { return sql.LevelDefault } // every transaction is one
func (sqliteMove) parameters() int              { return 400 }              // it looks each up among all
func (sqliteMove) strict() bool                 { return false }
func (sqliteMove) overriding() string           { return "" }

func (m sqliteMove) counter(ctx context.Context, table, _ string) (given int64, err error) {
	err = m.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = $1`, table).Scan(&given)
	return given, err
}

func (sqliteMove) setCounter(ctx context.Context, tx jobs.Tx, table, _ string, given int64) error {
	if given == 0 {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM sqlite_sequence WHERE name = $1 AND seq < $2`, table, given); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO sqlite_sequence (name, seq) SELECT $1, $2
		WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)`, table, given)
	return err
}

type postgresMove struct{ *moveSide }

func (m postgresMove) tables(ctx context.Context) ([]table, error) {
	return m.describe(ctx, `
		SELECT c.table_name, c.column_name, c.data_type,
			COALESCE((SELECT array_position(i.indkey::int2[], a.attnum) + 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
				WHERE i.indrelid = format('%I.%I', c.table_schema, c.table_name)::regclass AND i.indisprimary AND a.attname = c.column_name), 0),
			c.is_identity = 'YES' OR COALESCE(c.column_default LIKE 'nextval(%', FALSE)
		FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
		ORDER BY c.table_name, c.ordinal_position`, `
		SELECT c.relname, f.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
		WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace`)
}

func (m postgresMove) size(ctx context.Context) (bytes int64, err error) {
	err = m.read.QueryRowContext(ctx, `SELECT COALESCE(SUM(pg_table_size(c.oid)), 0)::bigint FROM pg_class c
		WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace`).Scan(&bytes)
	return bytes, err
}

func (postgresMove) snapshot() sql.IsolationLevel { return sql.LevelRepeatableRead }
func (postgresMove) parameters() int              { return 8000 } // each statement is a journey to the server
func (postgresMove) strict() bool                 { return true }
func (postgresMove) overriding() string           { return " OVERRIDING SYSTEM VALUE" }

func (m postgresMove) counter(ctx context.Context, table, column string) (given int64, err error) {
	var sequence sql.NullString
	err = m.read.QueryRowContext(ctx, `SELECT pg_get_serial_sequence(quote_ident($1), $2)`, table, column).Scan(&sequence)
	if err != nil || !sequence.Valid {
		return 0, err
	}
	err = m.read.QueryRowContext(ctx, `SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM `+sequence.String).Scan(&given)
	return given, err
}

func (postgresMove) setCounter(ctx context.Context, tx jobs.Tx, table, column string, given int64) error {
	if given == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `SELECT setval(pg_get_serial_sequence(quote_ident($1), $2), $3)`, table, column, given)
	return err
}

// describe reads tables: a row of columns for each column, a row of references for each
// foreign key.
func (s *moveSide) describe(ctx context.Context, columns, references string) ([]table, error) {
	var list []table
	at := map[string]int{}
	rows, err := s.read.QueryContext(ctx, columns)
	if err != nil {
		return nil, err
	}
	_, err = collect(rows, func(r *sql.Rows) (struct{}, error) {
		var name, column, declared string
		var key int
		var counted bool
		if err := r.Scan(&name, &column, &declared, &key, &counted); err != nil || !isOurs(name) {
			return struct{}{}, err
		}
		i, known := at[name]
		if !known {
			i = len(list)
			at[name], list = i, append(list, table{name: name})
		}
		return struct{}{}, list[i].describe(column, declared, key, counted)
	})
	if err != nil {
		return nil, err
	}
	rows, err = s.read.QueryContext(ctx, references)
	if err != nil {
		return nil, err
	}
	_, err = collect(rows, func(r *sql.Rows) (struct{}, error) {
		var name, other string
		err := r.Scan(&name, &other)
		if i, ours := at[name]; ours && err == nil {
			list[i].references = append(list[i].references, other)
		}
		return struct{}{}, err
	})
	if err != nil {
		return nil, err
	}
	return ordered(list)
}

func (e *sqliteEngine) where() string { return e.path }

// where is the address of the database without its password.
func (e *postgresEngine) where() string { return postgresWhere(e.pool.Config().ConnConfig) }

func postgresWhere(c *pgx.ConnConfig) string {
	u := url.URL{Scheme: "postgres", User: url.User(c.User), Host: c.Host, Path: "/" + c.Database}
	if strings.HasPrefix(u.Host, "/") { // the folder of a socket
		u.Host, u.RawQuery = "", url.Values{"host": {c.Host}}.Encode()
	} else {
		u.Host = hostPort(u.Host, c.Port)
	}
	return u.String()
}

func hostPort(host string, port uint16) string {
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(int(port))
}

// postgresPlace tells where a database is, whoever signs in to it.
func postgresPlace(at Place) (string, error) {
	c, err := pgxpool.ParseConfig(at.Address)
	if err != nil {
		return "", badAddress(Options{Setting: at.Setting}.setting(), err)
	}
	return hostPort(c.ConnConfig.Host, c.ConnConfig.Port) + "/" + c.ConnConfig.Database, nil
}

package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// A database is either in use, by any number of servers and commands, or being moved, by one
// command. What ends without a word, by kill -9 too, holds neither any more.
//
// On SQLite whoever opens the file locks another beside it, shared to use it and exclusive to
// move it; on PostgreSQL every session takes an advisory lock, so.

// moveLock is that lock on PostgreSQL: "kkmoving" in ASCII.
const moveLock int64 = 0x6b6b6d6f76696e67

// moverName begins the name by which PostgreSQL lists the sessions of a move.
const moverName = "kkmovies-move-"

// useSQLite locks a SQLite file for use until the file it returns is closed.
func useSQLite(path string) (*os.File, error) {
	file, err := lockBeside(path, syscall.LOCK_SH)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, moving("sqlstore.open", path)
	}
	return file, fault.Wrap("sqlstore.open", err)
}

// holdSQLite locks a SQLite file for a move.
func holdSQLite(path string) (*os.File, error) {
	const op = "sqlstore.move"
	file, err := lockBeside(path, syscall.LOCK_EX)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fault.New(fault.Conflict, op, "in_use", "The database "+path+
			" is in use. Stop the server (Ctrl-C, or its service) and every other kkmovies command on it, then run this again.")
	}
	return file, fault.Wrap(op, err)
}

func lockBeside(path string, how int) (*os.File, error) {
	path += "-in-use"
	if err := makePrivate(path); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		_ = file.Close()
		return nil, err
	}
	return file, nil // where a file system keeps no locks, there is no telling
}

// usePostgres locks a PostgreSQL database for use, for as long as the session lasts.
func usePostgres(ctx context.Context, c *pgx.Conn) error {
	var got bool
	err := c.QueryRow(ctx, `SELECT pg_try_advisory_lock_shared($1)`, moveLock).Scan(&got)
	if err == nil && !got {
		err = moving("sqlstore.open", postgresWhere(c.Config()))
	}
	return err
}

// goneWithin is how long a session may still be there whose program has ended.
const goneWithin = 3 * time.Second

// holdPostgres locks a PostgreSQL database for a move, on a connection of its own.
func holdPostgres(ctx context.Context, e *postgresEngine, where string) (release func(), err error) {
	conn, err := e.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	release = func() { // at once, since the next command may be to start the server; else the lock ends with its connection
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), goneWithin)
		defer cancel()
		_, _ = conn.Exec(ctx, `SELECT pg_advisory_unlock($1)`, moveLock)
		_ = conn.Hijack().Close(ctx)
	}
	for until := time.Now().Add(goneWithin); ; {
		var got bool
		err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, moveLock).Scan(&got)
		if err == nil {
			err = e.othersIn(ctx, where, got)
		}
		if err == nil {
			return release, nil
		}
		if !fault.Is(err, fault.Conflict) || time.Now().After(until) {
			release()
			return nil, err
		}
		select {
		case <-time.After(goneWithin / 30):
		case <-ctx.Done():
			release()
			return nil, ctx.Err()
		}
	}
}

// othersIn fails when the lock of a move could not be had, because of whom it names, and
// while sessions of an earlier move are there, which may yet be writing its last rows.
func (e *postgresEngine) othersIn(ctx context.Context, where string, locked bool) error {
	rows, err := e.db.QueryContext(ctx, `SELECT DISTINCT COALESCE(host(a.client_addr), 'this machine') || ' (process ' || a.pid || ')', a.application_name LIKE $3
		FROM pg_stat_activity a LEFT JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
			AND l.database = a.datid AND l.classid::bigint = $1 AND l.objid::bigint = $2
		WHERE a.datname = current_database() AND a.application_name <> current_setting('application_name')
			AND (l.pid IS NOT NULL OR a.application_name LIKE $3) LIMIT 10`, moveLock>>32, moveLock&0xffffffff, moverName+"%")
	if err != nil {
		return err
	}
	movers := 0
	who, err := collect(rows, func(r *sql.Rows) (s string, err error) {
		var moves bool
		err = r.Scan(&s, &moves)
		if moves {
			movers++
		}
		return s, err
	})
	switch {
	case err != nil:
		return err
	case movers > 0:
		return fault.New(fault.Conflict, "sqlstore.move", "moving", "Another move reads or writes "+where+", from "+strings.Join(who, ", ")+". Let it end, then run this again.")
	case !locked:
		return fault.New(fault.Conflict, "sqlstore.move", "in_use", where+" is in use: kkmovies is connected to it from "+strings.Join(who, ", ")+
			". Stop every server and command on it, then run this again.")
	}
	return nil
}

func moving(op, where string) error {
	return fault.New(fault.Conflict, op, "moving", "The database "+where+" is being moved. Wait until that has ended, then start on the new one.")
}

package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// A database is either in use, by any number of servers and commands, or being moved, by one
// command. What ends without a word, by kill -9 too, holds neither any more.
//
// On SQLite whoever opens the file locks another beside it: shared to use it, exclusive to
// move it. On PostgreSQL a mover takes an advisory lock, then looks for sessions of ours; a
// server connects, then looks for the lock. So of the two at once, one sees the other.

// postgresName is how sessions of ours are told from others' on PostgreSQL; those of a move
// add a name of their own.
const postgresName = "kkmovies"

// moveLock is the advisory lock of a move: "kkmoving" in ASCII.
const moveLock int64 = 0x6b6b6d6f76696e67

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

func (e *sqliteEngine) beingMoved(context.Context) (bool, error) { return false, nil } // it could not be opened

func (e *postgresEngine) beingMoved(ctx context.Context) (bool, error) {
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	var free bool
	if err := conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock_shared($1)`, moveLock).Scan(&free); err != nil || !free {
		return !free, err
	}
	_, err = conn.ExecContext(ctx, `SELECT pg_advisory_unlock_shared($1)`, moveLock)
	return false, err
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
		if err == nil && !got {
			err = fault.New(fault.Conflict, "sqlstore.move", "moving", "Another move reads or writes "+where+". Let it end, then run this again.")
		}
		if err == nil {
			err = e.unused(ctx, where)
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

// unused fails while another session of ours is there: a server's, a command's, or one of an
// earlier move, which may yet be writing its last rows.
func (e *postgresEngine) unused(ctx context.Context, where string) error {
	rows, err := e.db.QueryContext(ctx, `SELECT COALESCE(host(client_addr), 'a socket') || ' (process ' || pid || ')' FROM pg_stat_activity
		WHERE datname = current_database() AND application_name LIKE $1 AND application_name <> current_setting('application_name')
		ORDER BY pid LIMIT 10`, postgresName+"%")
	if err != nil {
		return err
	}
	who, err := collect(rows, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) })
	if err == nil && len(who) > 0 {
		err = fault.New(fault.Conflict, "sqlstore.move", "in_use", fmt.Sprintf("%s is in use: kkmovies is connected to it from %s. "+
			"Stop every server and command on it, then run this again.", where, strings.Join(who, ", ")))
	}
	return err
}

func moving(op, where string) error {
	return fault.New(fault.Conflict, op, "moving", "The database "+where+" is being moved. Wait until that has ended, then start on the new one.")
}

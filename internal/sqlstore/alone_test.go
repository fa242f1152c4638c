package sqlstore

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/engines"
)

// Of the nodes that share a database one does what is to be done alone. The next one does it
// when that one says that it is done, or is gone without a word.
func TestOneOfManyProcessesIsAlone(t *testing.T) {
	url := engines.Reused(t, 16, "kkmovies", migrateOnly, emptyTables)
	first, second, third := open(t, url), open(t, url), open(t, url)
	done, err := first.Alone(t.Context(), "this")
	if err != nil {
		t.Fatal(err)
	}
	brief, cancel := context.WithTimeout(t.Context(), aloneEvery/4)
	defer cancel()
	if _, err := second.Alone(brief, "this"); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("a second one is alone beside the first: %v", err)
	}
	other, err := second.Alone(t.Context(), "that")
	if err != nil {
		t.Fatalf("another thing waits for it: %v", err)
	}
	other()
	done()
	patient, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err = second.Alone(patient, "this")
	if err != nil {
		t.Fatalf("done by the first, and not to be had by the second: %v", err)
	}
	cutAlone(t, third)
	done, err = third.Alone(patient, "this")
	if err != nil {
		t.Fatalf("the second is gone, and the third waits for it: %v", err)
	}
	done()
}

// cutAlone ends the connection of whoever is alone, as its death would.
func cutAlone(t *testing.T, d *DB) {
	t.Helper()
	var cut int
	err := d.read.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM (SELECT pg_terminate_backend(l.pid, 5000)
		FROM pg_locks l JOIN pg_database b ON b.oid = l.database AND b.datname = current_database()
		WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = $1) t`, aloneLock).Scan(&cut)
	if err != nil || cut != 1 {
		t.Fatalf("cut %d connections, %v", cut, err)
	}
}

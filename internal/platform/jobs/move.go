package jobs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivershared/uniquestates"
	"github.com/riverqueue/river/rivertype"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Tables are River's own. Of a queue that is moved only the jobs are: the rest says which
// processes are at work, and what they tell each other.
var Tables = []string{
	"river_client", "river_client_queue", "river_job", "river_leader", "river_migration", "river_notification", "river_queue",
}

// Left is a job that has not ended, as it can be put into another database's queue. The two
// engines keep a job in columns of different types, which River's own drivers translate.
type Left struct {
	ID     int64 // in the queue it was read from
	params riverdriver.JobInsertFullParams
}

// Reader reads the queue of a database that nobody works on.
type Reader struct{ executor riverdriver.Executor }

// ReadSQLite returns a reader of a SQLite database's queue.
func ReadSQLite(db *sql.DB) Reader { return Reader{riversqlite.New(db).GetExecutor()} }

// ReadPostgres returns a reader of a PostgreSQL database's queue.
func ReadPostgres(pool *pgxpool.Pool) Reader { return Reader{riverpgxv5.New(pool).GetExecutor()} }

// Left returns the jobs that have not ended and come after this id, in the order they were
// enqueued. What was running has lost its process, and waits to run again.
func (r Reader) Left(ctx context.Context, after int64, most int) ([]Left, error) {
	rows, err := r.executor.JobList(ctx, &riverdriver.JobListParams{
		Max: int32(most), WhereClause: fmt.Sprintf("id > %d AND finalized_at IS NULL", after), OrderByClause: "id",
	})
	if err != nil {
		return nil, fault.Wrap("jobs.left", err)
	}
	list := make([]Left, len(rows))
	for i, row := range rows {
		if list[i], err = leftOf(row); err != nil {
			return nil, fault.Wrap("jobs.left", err)
		}
	}
	return list, nil
}

func leftOf(row *rivertype.JobRow) (Left, error) {
	state, attempt := row.State, row.Attempt
	if state == rivertype.JobStateRunning {
		state, attempt = rivertype.JobStateAvailable, max(attempt-1, 0)
	}
	var errors [][]byte
	for _, e := range row.Errors {
		doc, err := json.Marshal(e)
		if err != nil {
			return Left{}, err
		}
		errors = append(errors, doc)
	}
	return Left{row.ID, riverdriver.JobInsertFullParams{
		Attempt: attempt, AttemptedAt: row.AttemptedAt, AttemptedBy: row.AttemptedBy, CreatedAt: &row.CreatedAt,
		EncodedArgs: row.EncodedArgs, Errors: errors, Kind: row.Kind, MaxAttempts: row.MaxAttempts, Metadata: row.Metadata,
		Priority: row.Priority, Queue: row.Queue, ScheduledAt: &row.ScheduledAt, State: state, Tags: row.Tags,
		UniqueKey: row.UniqueKey, UniqueStates: uniquestates.UniqueStatesToBitmask(row.UniqueStates),
	}}, nil
}

// Digest is the same for the same job on both engines.
func (l Left) Digest() ([32]byte, error) {
	p := l.params
	args, err := Canonical(p.EncodedArgs)
	if err != nil {
		return [32]byte{}, err
	}
	metadata, err := Canonical(p.Metadata)
	if err != nil {
		return [32]byte{}, err
	}
	doc, err := json.Marshal(map[string]any{
		"args": args, "metadata": metadata, "attempt": p.Attempt, "attemptedAt": milliseconds(p.AttemptedAt), "attemptedBy": p.AttemptedBy,
		"createdAt": milliseconds(p.CreatedAt), "errors": len(p.Errors), "kind": p.Kind, "maxAttempts": p.MaxAttempts,
		"priority": p.Priority, "queue": p.Queue, "scheduledAt": milliseconds(p.ScheduledAt), "state": p.State,
		"tags": strings.Join(p.Tags, "\n"), "uniqueKey": string(p.UniqueKey), "uniqueStates": p.UniqueStates,
	})
	return sha256.Sum256(doc), err
}

// milliseconds are what River keeps of a time on SQLite.
func milliseconds(at *time.Time) int64 {
	if at == nil {
		return -1
	}
	return at.Round(time.Millisecond).UnixMilli()
}

// Canonical returns a JSON document in its one form: databases change its spaces, the order
// of its names, and how a fraction is written.
func Canonical(doc []byte) (string, error) {
	decoder := json.NewDecoder(bytes.NewReader(doc))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return "", err
	}
	same, err := json.Marshal(plainNumbers(value))
	return string(same), err
}

func plainNumbers(value any) any {
	switch v := value.(type) {
	case json.Number:
		if strings.ContainsAny(string(v), ".eE") {
			if f, err := v.Float64(); err == nil {
				return strconv.FormatFloat(f, 'g', -1, 64)
			}
		}
		return string(v)
	case []any:
		for i := range v {
			v[i] = plainNumbers(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = plainNumbers(v[name])
		}
	}
	return value
}

// Restore puts jobs into the queue of tx's database, as they were: how often each was tried
// and when it is tried next, too.
func Restore(ctx context.Context, tx Tx, list []Left) error {
	const op = "jobs.restore"
	switch t := tx.(type) {
	case *sqliteTx:
		executor := riversqlite.New(nil).UnwrapExecutor(t.Tx)
		for _, job := range list {
			if _, err := executor.JobInsertFull(ctx, &job.params); err != nil {
				return fault.Wrap(op, err)
			}
		}
		return nil
	case *postgresTx:
		return fault.Wrap(op, t.Raw(func(any) error { return restorePostgres(ctx, t.native, list) }))
	}
	return fault.New(fault.Internal, op, "", "")
}

// restorePostgres sets what makes a job unique itself: River's driver would have it be text.
func restorePostgres(ctx context.Context, tx pgx.Tx, list []Left) error {
	executor := riverpgxv5.New(nil).UnwrapExecutor(tx)
	for _, job := range list {
		key, states := job.params.UniqueKey, job.params.UniqueStates
		job.params.UniqueKey, job.params.UniqueStates = nil, 0
		row, err := executor.JobInsertFull(ctx, &job.params)
		if err == nil && len(key) > 0 {
			_, err = tx.Exec(ctx, `UPDATE river_job SET unique_key = $2, unique_states = $3::int::bit(8) WHERE id = $1`, row.ID, key, int32(states))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// SchemaVersion is the version of River's tables that this program works with, the same on
// both engines.
func SchemaVersion() (int, error) {
	m, err := rivermigrate.New(riversqlite.New(nil), nil)
	if err != nil {
		return 0, fault.Wrap("jobs.schema_version", err)
	}
	all := m.AllVersions()
	return all[len(all)-1].Version, nil
}

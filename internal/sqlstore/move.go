package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// A move takes every row of a database into an empty one of either engine: how a server
// outgrows its machine, or comes back to one. The source is only read. What was taken over
// is noted in the target with the rows themselves, in one transaction, so a move that was
// cut off goes on where it was. Until both sides are found equal the target is marked, and
// no server starts on it.
//
// move_schema.go reads which tables there are, move_rows.go takes rows over, move_values.go
// says what a value is on both engines, move_mark.go keeps the mark, move_sides.go opens the two sides, and move_use.go sees to it that nobody
// works on either. What differs between the engines is in move_engines.go.

// Move is a move that was looked into and may be run. Close it.
type Move struct {
	from   *moveSource
	to     *moveTarget
	tables []table
	plan   MovePlan
	batch  int  // rows taken over in one transaction
	hold   bool // nobody else uses either side
}

// MovePlan is what there is to do, before anything is changed.
type MovePlan struct {
	From, To string // in words, without secrets
	Tables   int
	Rows     int64
	Jobs     int64 // that have not ended
	Bytes    int64 // about; what the source takes on its disk
	Began    bool  // an earlier run took over
	Before   int64 // so many rows of it
}

// MoveProgress says how far a move is.
type MoveProgress struct {
	Checking    bool // both sides are compared; before that, rows are taken over
	Table       string
	Rows, Total int64
	Bytes       int64 // taken over in this run
}

// Moved is what a move ended with.
type Moved struct{ Tables, Rows, Jobs int64 }

// Place is one of the two databases of a move.
type Place struct {
	Address string
	Setting string // it was read from, which sentences name; "" for KK_DATABASE_URL
}

// PrepareMove opens both sides and refuses, in words, what cannot be moved. It changes
// nothing: a SQLite file that is not there is not made. Nobody else may use either side until
// Close.
func PrepareMove(ctx context.Context, from, to Place) (*Move, error) {
	return openMove(ctx, from, to, true)
}

// LookAtMove is PrepareMove for whoever only wants the plan: servers may go on.
func LookAtMove(ctx context.Context, from, to Place) (*Move, error) {
	return openMove(ctx, from, to, false)
}

func openMove(ctx context.Context, from, to Place, hold bool) (*Move, error) {
	m := &Move{batch: batchRows, hold: hold}
	if err := m.prepare(ctx, from, to); err != nil {
		m.Close()
		return nil, fault.Wrap("sqlstore.move", err)
	}
	return m, nil
}

func (m *Move) prepare(ctx context.Context, from, to Place) error {
	if same, err := samePlace(from, to); err != nil {
		return err
	} else if same {
		return fault.New(fault.Invalid, "sqlstore.move", "same_database", "That is one and the same database: a move needs another one to go to.")
	}
	var err error
	if m.from, err = openSource(ctx, from, m.hold); err != nil {
		return err
	}
	if m.tables, err = m.from.side.tables(ctx); err != nil {
		return m.from.db.fail("sqlstore.move", err)
	}
	if m.plan, err = m.from.measure(ctx, m.tables); err != nil {
		return m.from.db.fail("sqlstore.move", err)
	}
	if m.to, err = openTarget(ctx, to, m.hold); err != nil {
		return err
	}
	m.plan.From, m.plan.To = m.from.where, m.to.where
	mark, err := m.to.acceptable(ctx, m.from, m.tables)
	m.plan.Began, m.plan.Before = mark.began(), mark.moved
	return err
}

// Plan returns what there is to do.
func (m *Move) Plan() MovePlan { return m.plan }

// Run takes everything over and compares both sides. Cut off at any moment, by ctx or a
// kill, it is run again with the same two addresses and goes on.
func (m *Move) Run(ctx context.Context, progress func(MoveProgress)) (Moved, error) {
	const op = "sqlstore.move"
	if !m.hold {
		return Moved{}, fault.New(fault.Internal, op, "only_looked_at", "")
	}
	mark, err := m.to.begin(ctx, m.from)
	if err != nil {
		return Moved{}, fault.Wrap(op, err)
	}
	if m.tables, err = m.to.fit(ctx, m.tables); err != nil {
		return Moved{}, fault.Wrap(op, err)
	}
	c := &carrying{Move: m, mark: mark, progress: progress}
	c.at = MoveProgress{Rows: mark.moved, Total: m.plan.Rows + m.plan.Jobs}
	if err := c.all(ctx); err != nil {
		return Moved{}, m.explain(op, err)
	}
	moved, err := m.check(ctx, progress)
	if err != nil {
		return Moved{}, m.explain(op, err)
	}
	m.to.step()
	return moved, m.to.finish(ctx, m.from, m.tables)
}

// Close lets go of both sides.
func (m *Move) Close() {
	if m.to != nil {
		m.to.close()
	}
	if m.from != nil {
		m.from.close()
	}
}

// explain says what to do about a target that refuses a row.
func (m *Move) explain(op string, err error) error {
	if fault.Is(err, fault.Conflict) && fault.PublicOf(err) == "" {
		return changed(op, m, "", err)
	}
	return fault.Wrap(op, err)
}

func changed(op string, m *Move, what string, cause error) error {
	if what != "" {
		what = " (" + what + ")"
	}
	return &fault.Error{Kind: fault.Conflict, Op: op, Code: "changed", Cause: cause, Public: "The two databases differ" + what +
		": a server ran on " + m.from.where + " since the move began, or something else wrote to " + m.to.where +
		". Begin again with an empty target: " + m.to.emptied + "."}
}

// check compares both sides, table by table, and returns what there is.
func (m *Move) check(ctx context.Context, progress func(MoveProgress)) (Moved, error) {
	const op = "sqlstore.move"
	at := MoveProgress{Checking: true, Total: m.plan.Rows + m.plan.Jobs}
	moved := Moved{Tables: int64(len(m.tables))}
	for _, t := range append(slices.Clone(m.tables), jobTable) {
		at.Table = t.name
		theirs := make(chan sums, 1)
		go func() { theirs <- m.to.sum(ctx, t, nil) }()
		base := at.Rows
		here := m.from.sum(ctx, t, func(rows int64) {
			at.Rows = base + rows
			progress(at)
		})
		there := <-theirs
		if err := errors.Join(here.err, there.err); err != nil {
			return Moved{}, fault.Wrap(op, err)
		}
		if here.rows != there.rows || here.digest != there.digest {
			return Moved{}, changed(op, m, fmt.Sprintf("%s: %d rows with digest %x, and %d with %x", t.name, here.rows, here.digest[:4], there.rows, there.digest[:4]), nil)
		}
		at.Rows = base + here.rows
		progress(at)
		if t.name == jobTable.name {
			moved.Jobs = here.rows
		} else {
			moved.Rows += here.rows
		}
	}
	return moved, nil
}

// samePlace tells whether two addresses are of one database, as far as they say.
func samePlace(from, to Place) (bool, error) {
	if isPostgres(from.Address) != isPostgres(to.Address) {
		return false, nil
	}
	if isPostgres(from.Address) {
		a, err := postgresPlace(from)
		if err != nil {
			return false, err
		}
		b, err := postgresPlace(to)
		return a == b, err
	}
	a, err := filepath.Abs(from.Address)
	if err != nil {
		return false, err
	}
	b, err := filepath.Abs(to.Address)
	return a == b, err
}

// jobTable stands for the queue, which is moved after all tables and by River's own means.
var jobTable = table{name: "river_job"}

// isQueues tells River's own tables, of which only the jobs are moved.
func isQueues(name string) bool { return slices.Contains(jobs.Tables, name) }

package watch

import (
	"sync"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	mostWaiting = 200_000 // reports, of which 5 s at 40,000 a second would be: then something is wrong
	mostAtOnce  = 2_000   // rows of a transaction
)

// rowKey is what a row is kept under.
type rowKey struct {
	viewer   Viewer
	video    string
	deviceID string
}

// waiting is what is reported for one row and not kept yet, as one.
type waiting struct {
	key   rowKey
	row   Row
	state State
	any   bool     // there is something in row
	plain []Report // without an era: what they join is not known yet, see plain.go
	done  []func(error)
}

func (w *waiting) add(row Row, state State) {
	if w.any {
		row = w.row.Join(row)
	}
	w.row, w.state, w.any = row, state, true
}

func (w *waiting) answer(err error) {
	for _, done := range w.done {
		done(err)
	}
}

// queue is what waits for a transaction, the longest waiting first.
type queue struct {
	wake chan struct{} // something waits

	mu      sync.Mutex
	rows    map[rowKey]*waiting
	order   []*waiting
	reports int
	closed  bool
}

func newQueue() queue {
	return queue{wake: make(chan struct{}, 1), rows: map[rowKey]*waiting{}}
}

func (q *queue) add(r Report, done func(error)) error {
	const op = "watch.report"
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return fault.New(fault.Unavailable, op, "stopping", "This server is stopping. Send it again.")
	}
	if q.reports == mostWaiting {
		return fault.New(fault.Unavailable, op, "busy", "Too much waits to be written down. Send it again in a moment.")
	}
	q.reports++
	key := rowKey{r.Viewer, r.VideoID, r.DeviceID}
	w := q.rows[key]
	if w == nil {
		w = &waiting{key: key}
		q.rows[key], q.order = w, append(q.order, w)
	}
	w.done = append(w.done, done)
	if r.Era == nil {
		w.plain = append(w.plain, r)
	} else {
		w.add(r.row(*r.Era), r.State)
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return nil
}

// take takes out at most so many rows.
func (q *queue) take(most int) []*waiting {
	q.mu.Lock()
	defer q.mu.Unlock()
	batch := q.order[:min(most, len(q.order))]
	q.order = q.order[len(batch):]
	if len(q.order) == 0 {
		q.order = nil
	}
	for _, w := range batch {
		delete(q.rows, w.key)
		q.reports -= len(w.done)
	}
	return batch
}

// close lets nothing more in.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
}

// row is what a report says, in an era.
func (r Report) row(era Era) Row {
	return Row{
		Viewer: r.Viewer, VideoID: r.VideoID, DeviceID: r.DeviceID, Device: r.Device, SessionID: r.SessionID, Counter: r.Counter,
		Mark: Mark{Era: era, Kind: Watching, Position: r.Position, Duration: r.Duration, At: r.ObservedAt},
	}
}

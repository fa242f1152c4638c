package upload

import (
	"io"
	"sync"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// flights sees to it that one delivery of a part writes at a time, and that it is the
// newest: a client that lost its connection sends the part again, while the server may
// wait a long time for the rest of the first. The older delivery, wherever it hangs,
// never writes again.
type flights struct {
	mu     sync.Mutex
	newest map[flightKey]*flight
}

type flightKey struct {
	upload string
	number int
}

// flight is one delivery: a reader that can be overtaken.
type flight struct {
	r io.Reader
	// writing is held whenever bytes of this delivery may be on their way to the store:
	// always, except while it waits for more of them.
	writing   sync.Mutex
	overtaken bool
}

// begin returns r as the newest delivery of a part, once the older one has stopped.
func (f *flights) begin(key flightKey, r io.Reader) *flight {
	next := &flight{r: r}
	next.writing.Lock()
	f.mu.Lock()
	older := f.newest[key]
	if f.newest == nil {
		f.newest = map[flightKey]*flight{}
	}
	f.newest[key] = next
	f.mu.Unlock()
	if older != nil {
		older.writing.Lock()
		older.overtaken = true
		older.writing.Unlock()
	}
	return next
}

// end lets the next delivery go on.
func (f *flights) end(key flightKey, flight *flight) {
	f.mu.Lock()
	if f.newest[key] == flight {
		delete(f.newest, key)
	}
	f.mu.Unlock()
	flight.writing.Unlock()
}

func (f *flight) Read(p []byte) (int, error) {
	f.writing.Unlock()
	n, err := f.r.Read(p)
	f.writing.Lock()
	if f.overtaken {
		return 0, fault.New(fault.Conflict, "upload.receive", "overtaken", "This part is being sent again.")
	}
	return n, err
}

package jobs

import (
	"context"
	"sync"
	"time"
)

// River tries a few times to record how a job ended. A database that is full, or away, for
// longer than that has the job running for ever, or until its age is noticed.
const (
	forgottenAfter = 30 * time.Second // River has given up long before
	forgottenEvery = 10 * time.Second
)

// forgotten puts such jobs back: to run again changes nothing.
type forgotten struct {
	mu      sync.Mutex
	ended   map[int64]time.Time // by job
	cancel  context.CancelFunc
	stopped chan struct{}
}

func (f *forgotten) begins(job int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.ended, job)
}

func (f *forgotten) ends(job int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended == nil {
		f.ended = map[int64]time.Time{}
	}
	f.ended[job] = time.Now()
}

// long returns the jobs that ended so long ago.
func (f *forgotten) long(ago time.Duration) (jobs []int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for job, at := range f.ended {
		if time.Since(at) >= ago {
			jobs = append(jobs, job)
		}
	}
	return jobs
}

func (f *forgotten) start(q *Queue) {
	ctx, cancel := context.WithCancel(context.Background())
	f.cancel, f.stopped = cancel, make(chan struct{})
	go func() {
		defer close(f.stopped)
		tick := time.NewTicker(forgottenEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				f.putBack(ctx, q, forgottenAfter)
			}
		}
	}()
}

// putBack lets the jobs run again that ended so long ago and run for the database. Of any
// other nothing is to be remembered.
func (f *forgotten) putBack(ctx context.Context, q *Queue, ago time.Duration) {
	for _, job := range f.long(ago) {
		err := q.InTx(ctx, func(tx Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE river_job SET state = 'available' WHERE id = $1 AND state = 'running'`, job)
			return err
		})
		if err != nil { // still full, or away
			return
		}
		f.begins(job)
	}
}

func (f *forgotten) stop() {
	if f.cancel != nil {
		f.cancel()
		<-f.stopped
	}
}

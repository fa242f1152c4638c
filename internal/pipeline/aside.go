package pipeline

import (
	"context"
	"time"
)

// longestAside is how long somebody who steps aside stands there at most: under viewers who
// never stop asking, long work takes longer, and still ends.
const longestAside = time.Second

// StepAside returns when nobody waits for what this process makes, and after a second at the
// latest. Encoders that nobody waits for stand still meanwhile; whoever else has long work to
// do on these cores calls it between short steps of that work.
func (p *Pipeline) StepAside(ctx context.Context) {
	calm := p.floor.calmed()
	if calm == nil {
		return
	}
	enough := time.NewTimer(longestAside)
	defer enough.Stop()
	select {
	case <-calm:
	case <-enough.C:
	case <-ctx.Done():
	}
}

// calmed is closed when nobody waits for a run any more; nil when nobody does.
func (f *floor) calmed() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.waited == 0 {
		return nil
	}
	return f.calm
}

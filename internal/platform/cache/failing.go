package cache

import (
	"time"

	"github.com/maypok86/otter/v2"
)

// failing are the keys whose source failed a moment ago.
type failing struct {
	keys *otter.Cache[string, struct{}]
}

const (
	failingFor  = 2 * time.Second
	mostFailing = 4096
)

func newFailing() failing {
	return failing{otter.Must(&otter.Options[string, struct{}]{
		MaximumSize: mostFailing, ExpiryCalculator: otter.ExpiryWriting[string, struct{}](failingFor),
	})}
}

func (f failing) note(key string) { f.keys.Set(key, struct{}{}) }

func (f failing) of(key string) bool {
	_, found := f.keys.GetIfPresent(key)
	return found
}

func (f failing) forget(key string) { f.keys.Invalidate(key) }

func (f failing) close() { f.keys.StopAllGoroutines() }

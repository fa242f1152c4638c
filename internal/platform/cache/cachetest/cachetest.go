// Package cachetest owns the contract of a cache: what every engine does alike. A test of an
// engine runs it; nothing else imports it.
package cachetest

import (
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/cache"
)

// Suite opens the nodes of an engine. Nodes whose name for a place to keep things is the
// same share it, if the engine shares at all; in process every node is the first one again.
type Suite struct {
	Open func(t *testing.T, o cache.Options) *cache.Cache
}

// Run checks the whole contract.
func (s Suite) Run(t *testing.T) {
	for name, test := range map[string]func(*testing.T, Suite){
		"values":   values,
		"limits":   limits,
		"presence": presence,
		"notes":    notes,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, s)
		})
	}
}

// nodes returns two nodes of one house: the same twice, when nothing is shared.
func (s Suite) nodes(t *testing.T, o cache.Options) (a, b *cache.Cache) {
	t.Helper()
	a = s.Open(t, o)
	if !a.Shared() {
		return a, a
	}
	return a, s.Open(t, o)
}

const patience = 20 * time.Second

// Until asks again and again until it is so. What it waits for is told by nobody: that time
// has passed, or that another node has heard.
func Until(t *testing.T, what string, so func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for !so() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

package pipeline

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestLongWorkStepsAsideForWhoeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &Pipeline{}
		p.floor.observe = func(Event) {}
		asideFor := func(ctx context.Context) time.Duration {
			began := time.Now()
			p.StepAside(ctx)
			return time.Since(began)
		}
		want := func(when string, got, want time.Duration) {
			t.Helper()
			if got != want {
				t.Errorf("%s it stood aside for %v, want %v", when, got, want)
			}
		}
		want("with nobody there", asideFor(t.Context()), 0)

		unwanted := p.floor.enter(run{})
		want("for what nobody waits for", asideFor(t.Context()), 0)

		first, second := p.floor.enter(run{always: true}), p.floor.enter(run{always: true})
		time.AfterFunc(100*time.Millisecond, first.leave)
		time.AfterFunc(300*time.Millisecond, second.leave)
		want("until the last was served", asideFor(t.Context()), 300*time.Millisecond)
		want("with everybody served", asideFor(t.Context()), 0)

		again := p.floor.enter(run{always: true})
		want("for one who waits on and on", asideFor(t.Context()), longestAside)
		gone, leave := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer leave()
		want("when it was to end", asideFor(gone), 50*time.Millisecond)
		again.leave()
		unwanted.leave()
	})
}

package app

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestAChangeIsToldAtOnceAndThoseSoonAfterItTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEvents(nil, nil, slog.New(slog.DiscardHandler))
		began := time.Now()
		var told []time.Duration
		change := func() {
			e.send("a film", time.Second, func(context.Context) error {
				told = append(told, time.Since(began))
				return nil
			})
			synctest.Wait()
		}
		pass := func(d time.Duration) {
			<-time.After(d)
			synctest.Wait()
		}
		change() // told now
		pass(100 * time.Millisecond)
		change() // told in the next second
		change()
		pass(2500 * time.Millisecond)
		change() // told now
		change()
		e.close() // and not again
		change()
		if want := []time.Duration{0, time.Second, 2600 * time.Millisecond}; !slices.Equal(told, want) {
			t.Errorf("told after %v, want %v", told, want)
		}
	})
}

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
		change() // told an eighth of a second after the first
		change()
		pass(150 * time.Millisecond)
		change() // told a quarter after that
		pass(150 * time.Millisecond)
		change() // and half a second after that
		change()
		pass(2500 * time.Millisecond)
		change() // told now
		change()
		e.close() // and not again
		change()
		want := []time.Duration{0, 125 * time.Millisecond, 375 * time.Millisecond, 875 * time.Millisecond, 2900 * time.Millisecond}
		if !slices.Equal(told, want) {
			t.Errorf("told after %v, want %v", told, want)
		}
	})
}

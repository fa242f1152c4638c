package httpapi

import (
	"context"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func TestACallersRequestsWaitForEachOtherAndForNobodyElses(t *testing.T) {
	var q turns
	var leave []func()
	for range atATime {
		l, err := q.take(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		leave = append(leave, l)
	}
	waited := make(chan error)
	go func() {
		l, err := q.take(t.Context(), "a")
		if err == nil {
			defer l()
		}
		waited <- err
	}()
	other, err := q.take(t.Context(), "b") // who need not wait for a
	if err != nil {
		t.Fatal(err)
	}
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	if _, err := q.take(ctx, "a"); !fault.Is(err, fault.Cancelled) {
		t.Errorf("whoever gives up is told %v", err)
	}
	select {
	case <-waited:
		t.Error("one more than their turns is worked on")
	default:
	}
	leave[0]()
	if err := <-waited; err != nil {
		t.Error(err)
	}
	leave[1]()
	other()
	if len(q.callers) != 0 {
		t.Errorf("%d callers are remembered for nothing", len(q.callers))
	}
}

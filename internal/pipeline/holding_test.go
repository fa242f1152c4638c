package pipeline

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// In these tests time is the bubble's own: it passes when everybody waits.

func TestAnEncoderThatMayNotRunIsNotStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := floor{observe: func(Event) {}}
		background := f.enter(run{})
		defer background.leave()
		var renewed atomic.Int64
		h := hold(t.Context(), background, renewEvery, func(context.Context) error { renewed.Add(1); return nil })
		defer h.release()

		for range 100 { // a viewer waits again and again, and the encoder never gets to report
			demand := f.enter(run{always: true})
			<-time.After(stallAfter / 2)
			demand.leave()
		}
		if h.ctx.Err() != nil {
			t.Fatalf("ended: %v", context.Cause(h.ctx))
		}
		if least := int64(100 * (stallAfter / 2) / renewEvery); renewed.Load() < least-1 {
			t.Errorf("its lease was renewed %d times, not %d", renewed.Load(), least)
		}

		free := time.Now()
		<-h.ctx.Done()
		if cause := context.Cause(h.ctx); !errors.Is(cause, errStalled) {
			t.Errorf("ended: %v", cause)
		}
		if after := time.Since(free); after < stallAfter-renewEvery || after > stallAfter+renewEvery {
			t.Errorf("taken for stuck %v after it could go on, want about %v", after, stallAfter)
		}
	})
}

func TestALeaseThatIsLostEndsTheWorkAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := floor{observe: func(Event) {}}
		wanted := Segment{VideoID: "v", Rendition: "video/360", Index: 7}
		on := f.enter(run{makes: []Segment{wanted}, always: true})
		defer on.leave()
		h := hold(t.Context(), on, demandRenewEvery, func(context.Context) error {
			return fault.New(fault.NotFound, "store", "", "")
		})
		defer h.release()
		began := time.Now()
		f.lookAgain(Segment{VideoID: "v", Rendition: "video/360", Index: 8}) // of another
		f.lookAgain(wanted)
		<-h.ctx.Done()
		if waited := time.Since(began); waited > 0 {
			t.Errorf("noticed after %v", waited)
		}
		if err := h.why(errors.New("the encoder was killed")); !errors.Is(err, errLost) {
			t.Errorf("the reason is %v", err)
		}
	})
}

func TestOnlyEncodersNobodyWaitsForStandStill(t *testing.T) {
	var said []EventKind
	f := floor{observe: func(e Event) { said = append(said, e.Kind) }}
	joined := Segment{VideoID: "v", Rendition: "video/360", Index: 0}
	small := f.enter(run{small: true, makes: []Segment{joined}})
	long := f.enter(run{makes: []Segment{joined}})
	stands := func(r *run) bool { return r.resume != nil }

	first := f.enter(run{always: true})
	if !stands(small) || !stands(long) || stands(first) {
		t.Error("a demand begins: not exactly the others stand still")
	}
	second := f.enter(run{always: true})
	ahead := f.enter(run{})
	if stands(second) || !stands(ahead) {
		t.Error("of two that begin later, not exactly the one nobody waits for stands still")
	}
	if on, ok := f.join(joined); !ok || on != small || stands(small) {
		t.Error("a task that somebody waits for now does not go on")
	}
	first.leave()
	second.leave()
	if !stands(long) || !stands(ahead) {
		t.Error("somebody still waits for the small task, and others run")
	}
	small.leave()
	if stands(long) || stands(ahead) {
		t.Error("nobody waits, and something stands still")
	}
	if _, ok := f.join(joined); ok {
		t.Error("joined a task that takes long")
	}
	held := 0
	for _, kind := range said {
		switch kind {
		case EncoderHeld:
			held++
		case EncoderResumed:
			held--
		}
	}
	if len(said) != 6 || held != 0 {
		t.Errorf("said %v", said)
	}
	long.leave()
	ahead.leave()
}

func TestAnEncoderStandsBackWhenWhoWaitedForItHasLeft(t *testing.T) {
	f := floor{observe: func(Event) {}}
	left, sought := Segment{VideoID: "v", Rendition: "video/360", Index: 1}, Segment{VideoID: "v", Rendition: "video/360", Index: 900}
	small := f.enter(run{small: true, makes: []Segment{left}})
	long := f.enter(run{makes: []Segment{left}})
	stands := func(r *run) bool { return r.resume != nil }
	two := func() { // who wait for the same
		for range 2 {
			if _, ok := f.join(left); !ok {
				t.Fatal("there is no task to wait for")
			}
		}
	}
	two()
	f.wantSegment(left)
	demand := f.enter(run{always: true, makes: []Segment{sought}})
	small.part()
	if stands(small) || stands(long) {
		t.Error("one of them left, and it stands still for the other")
	}
	small.part()
	f.unwantSegment(left)
	if !stands(small) || !stands(long) || stands(demand) {
		t.Error("everybody left, and it takes the machine from who waits elsewhere")
	}
	two()
	demand.leave()
	if stands(small) || !stands(long) {
		t.Error("somebody came back: not exactly what they wait for goes on")
	}
	small.part()
	small.part()
	if stands(long) || f.calmed() != nil {
		t.Error("nobody waits, and something stands still")
	}
	small.leave()
	small.want() // its lease was being renewed when it ended
	if stands(long) || f.calmed() != nil {
		t.Error("what has ended is waited for")
	}
	long.leave()
}

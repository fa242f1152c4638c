package pipelinetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline"
)

// Lines is where the signals of one database are tried.
type Lines struct {
	// Join returns the line of one more process, and what ends that process.
	Join func(t testing.TB) (line pipeline.Signals, leave func())
	// Cut ends the connections that processes listen on; nil where there are none.
	Cut func(t testing.TB)
}

// RunSignals checks pipeline.Signals on one engine.
func RunSignals(t *testing.T, open func(t testing.TB) Lines) {
	for name, test := range map[string]func(t *testing.T, l Lines){
		"what is told is heard by all others":          toldToAllOthers,
		"a burst is heard whole, and each of it once":  aBurstIsHeard,
		"who is slow holds up nobody":                  theSlowHoldUpNobody,
		"who is too slow is told so":                   theTooSlowAreTold,
		"what cannot be sent is said to be missed":     theUnspeakableIsMissed,
		"who has stopped hears nothing":                theStoppedHearNothing,
		"what is told last is heard":                   lastWordsAreHeard,
		"after a lost connection everybody is told so": aLostConnectionIsTold,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

const topic = "tried"

// ear is one process that listens.
type ear struct {
	t    *testing.T
	line pipeline.Signals
	stop func()

	mu     sync.Mutex
	keys   []string
	missed int
	calls  int
	more   chan struct{}
	on     func() // before anything is noted
}

// listening returns once everything that is told from now on is heard.
func listening(t *testing.T, l Lines) *ear {
	t.Helper()
	e := &ear{t: t, more: make(chan struct{})}
	e.line, _ = l.Join(t)
	e.stop = e.line.Listen(func(of string, keys []string) {
		e.note(func() {
			if of == topic {
				e.keys = append(e.keys, keys...)
				e.calls++
			}
		})
	}, func() { e.note(func() { e.missed++ }) })
	t.Cleanup(e.stop)
	e.until("it is heard", func() bool { return e.missed > 0 })
	return e
}

func (e *ear) note(what func()) {
	e.mu.Lock()
	on := e.on
	e.mu.Unlock()
	if on != nil {
		on()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	what()
	close(e.more)
	e.more = make(chan struct{})
}

// until waits until something is so of what was heard.
func (e *ear) until(what string, so func() bool) {
	e.t.Helper()
	timeout := time.After(time.Minute)
	for {
		e.mu.Lock()
		is, more := so(), e.more
		e.mu.Unlock()
		if is {
			return
		}
		select {
		case <-more:
		case <-timeout:
			e.mu.Lock()
			defer e.mu.Unlock()
			e.t.Fatalf("waited in vain until %s: heard %d keys, missed %d times", what, len(e.keys), e.missed)
		}
	}
}

func (e *ear) untilHeard(key string) {
	e.t.Helper()
	e.until(key+" is heard", func() bool { return slices.Contains(e.keys, key) })
}

func (e *ear) heard() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.keys)
}

func toldToAllOthers(t *testing.T, l Lines) {
	one, other, third := listening(t, l), listening(t, l), listening(t, l)
	one.line.Tell(topic, "first", "second")
	one.line.Tell("another topic", "aside")
	other.untilHeard("second")
	third.untilHeard("second")
	other.line.Tell(topic, "answer")
	one.untilHeard("answer")
	third.untilHeard("answer")
	wantEqual(t, "heard by who told the first", one.heard(), []string{"answer"})
	wantEqual(t, "heard by who answered", other.heard(), []string{"first", "second"})
	wantEqual(t, "heard by the third", third.heard(), []string{"first", "second", "answer"})
}

func aBurstIsHeard(t *testing.T, l Lines) {
	const burst = 10_000
	one, other := listening(t, l), listening(t, l)
	var want []string
	for i := range burst {
		key := fmt.Sprintf("%05d/%s", i, strings.Repeat("k", 60))
		want = append(want, key)
		one.line.Tell(topic, key)
		one.line.Tell(topic, key)
	}
	other.untilHeard(want[burst-1])
	got := other.heard()
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("%d of %d keys were heard", len(got), burst)
	}
	other.mu.Lock()
	defer other.mu.Unlock()
	if other.missed != 1 {
		t.Errorf("missed %d times", other.missed-1)
	}
	t.Logf("%d keys in %d calls", burst, other.calls)
}

func theSlowHoldUpNobody(t *testing.T, l Lines) {
	one, other, slow := listening(t, l), listening(t, l), listening(t, l)
	entered, goOn := make(chan struct{}, 1), make(chan struct{})
	slow.mu.Lock()
	slow.on = func() {
		select {
		case entered <- struct{}{}:
		default:
		}
		<-goOn
	}
	slow.mu.Unlock()
	one.line.Tell(topic, "first")
	<-entered
	for i := range 100 {
		one.line.Tell(topic, fmt.Sprint(i))
		other.untilHeard(fmt.Sprint(i))
	}
	if got := slow.heard(); len(got) > 0 {
		t.Errorf("who is slow has heard %v", got)
	}
	close(goOn)
	slow.untilHeard("99")
	wantEqual(t, "what the slow one heard", len(slow.heard()), 101)
}

func theTooSlowAreTold(t *testing.T, l Lines) {
	const most = 100_000
	one, slow := listening(t, l), listening(t, l)
	entered, goOn := make(chan struct{}, 1), make(chan struct{})
	slow.mu.Lock()
	slow.on = func() {
		select {
		case entered <- struct{}{}:
		default:
		}
		<-goOn
	}
	slow.mu.Unlock()
	one.line.Tell(topic, "first")
	<-entered
	other := listening(t, l)
	for i := 0; i <= most; i += 10_000 { // in pieces, so that they are sent and not missed already
		var keys []string
		for k := range 10_000 {
			keys = append(keys, fmt.Sprint(i+k))
		}
		one.line.Tell(topic, keys...)
		other.untilHeard(keys[len(keys)-1])
	}
	one.line.Tell(topic, "last")
	other.untilHeard("last")
	close(goOn)
	slow.until("it is told that it missed some", func() bool { return slow.missed == 2 })
	one.line.Tell(topic, "afterwards")
	slow.untilHeard("afterwards")
}

func theUnspeakableIsMissed(t *testing.T, l Lines) {
	one, other := listening(t, l), listening(t, l)
	for i, key := range []string{strings.Repeat("k", 5000), "two\nlines", "two\tfields"} {
		one.line.Tell(topic, key)
		other.until("it is told that it missed some", func() bool { return other.missed == i+2 })
	}
	wantEqual(t, "heard", other.heard(), []string(nil))
}

func theStoppedHearNothing(t *testing.T, l Lines) {
	one, stopped, other := listening(t, l), listening(t, l), listening(t, l)
	stopped.stop()
	stopped.stop() // once more is no mistake
	one.line.Tell(topic, "late")
	other.untilHeard("late")
	wantEqual(t, "heard", stopped.heard(), []string(nil))
}

func lastWordsAreHeard(t *testing.T, l Lines) {
	other := listening(t, l)
	line, leave := l.Join(t)
	line.Tell(topic, "farewell")
	leave()
	other.untilHeard("farewell")
}

func aLostConnectionIsTold(t *testing.T, l Lines) {
	one, other := listening(t, l), listening(t, l)
	if l.Cut == nil {
		return // within one process there is no connection to lose
	}
	for i := range 3 {
		l.Cut(t)
		one.line.Tell(topic, fmt.Sprintf("meanwhile %d", i)) // heard, or missed
		for _, e := range []*ear{one, other} {
			e.until("it is told that it missed some", func() bool { return e.missed == i+2 })
		}
		one.line.Tell(topic, fmt.Sprintf("again %d", i))
		other.untilHeard(fmt.Sprintf("again %d", i))
	}
}

package lifecycle_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kkmovies/kkmovies/internal/platform/lifecycle"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// diary records what happened, in order.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) write(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) read() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.lines)
}

// component starts, runs until its context ends, and stops, writing each down.
func (d *diary) component(name string) lifecycle.Component {
	return lifecycle.Component{
		Name:  name,
		Start: func(context.Context) error { d.write("start " + name); return nil },
		Run: func(ctx context.Context) error {
			<-ctx.Done()
			d.write("end " + name)
			return ctx.Err()
		},
		Stop: func(context.Context) error { d.write("stop " + name); return nil },
	}
}

func TestComponentsStartInOrderAndStopInReverse(t *testing.T) {
	var d diary
	var g lifecycle.Group
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	g.Add(d.component("store"))
	g.Add(d.component("server"))
	g.Add(lifecycle.Component{Name: "signal", Start: func(context.Context) error { cancel(); return nil }})

	if err := g.Run(ctx); err != nil {
		t.Fatal(err)
	}
	want := []string{"start store", "start server", "stop server", "end server", "stop store", "end store"}
	if got := d.read(); !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
}

func TestAFailedStartStopsOnlyWhatHadStarted(t *testing.T) {
	var d diary
	var g lifecycle.Group
	refused := errors.New("address in use")
	g.Add(d.component("store"))
	broken := d.component("server")
	broken.Start = func(context.Context) error { return refused }
	g.Add(broken)
	g.Add(d.component("worker"))

	err := g.Run(t.Context())
	if !errors.Is(err, refused) || !strings.Contains(err.Error(), "server did not start") {
		t.Fatalf("error %v", err)
	}
	want := []string{"start store", "stop store", "end store"}
	if got := d.read(); !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
}

func TestABackgroundComponentThatFailsTakesTheGroupDownInOrder(t *testing.T) {
	for name, cause := range map[string]error{"with an error": errors.New("listener closed"), "in silence": nil} {
		t.Run(name, func(t *testing.T) {
			var d diary
			var g lifecycle.Group
			g.Add(d.component("store"))
			g.Add(lifecycle.Component{Name: "server", Run: func(context.Context) error { return cause }})

			err := g.Run(t.Context())
			if err == nil || !strings.Contains(err.Error(), "server failed") || cause != nil && !errors.Is(err, cause) {
				t.Fatalf("error %v", err)
			}
			want := []string{"start store", "stop store", "end store"}
			if got := d.read(); !slices.Equal(got, want) {
				t.Fatalf("got %q, want %q", got, want)
			}
		})
	}
}

func TestAComponentThatWillNotStopIsLeftBehindAtTheDeadline(t *testing.T) {
	var d diary
	g := lifecycle.Group{StopWithin: 20 * time.Millisecond}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	let := make(chan struct{})
	ended := make(chan struct{})
	g.Add(d.component("store"))
	g.Add(lifecycle.Component{Name: "stubborn", Run: func(context.Context) error {
		defer close(ended)
		cancel()
		<-let
		return nil
	}})

	err := g.Run(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "stubborn did not stop in time") {
		t.Fatalf("error %v", err)
	}
	if got := d.read(); !slices.Contains(got, "stop store") {
		t.Fatalf("the component below was not stopped: %q", got)
	}
	close(let)
	<-ended
}

func TestDrainingComesBeforeTheBackgroundContextEnds(t *testing.T) {
	var g lifecycle.Group
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	drain, drained := make(chan struct{}), make(chan struct{})
	g.Add(lifecycle.Component{
		Name: "server",
		Run: func(ctx context.Context) error {
			defer close(drained)
			cancel()
			select {
			case <-drain:
				return nil
			case <-ctx.Done():
				return errors.New("cut off while draining")
			}
		},
		Stop: func(context.Context) error {
			close(drain)
			<-drained
			return nil
		},
	})
	if err := g.Run(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestWhatGoesWrongWhileStoppingIsReported(t *testing.T) {
	var g lifecycle.Group
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	lost := errors.New("one write was lost")
	g.Add(lifecycle.Component{
		Name:  "store",
		Start: func(context.Context) error { cancel(); return nil },
		Stop:  func(context.Context) error { return lost },
	})
	if err := g.Run(ctx); !errors.Is(err, lost) {
		t.Fatalf("error %v", err)
	}
}

package ffmpeg

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// eachWay runs a test with the sandbox and without: the program is then the leader of its
// process group, or the child of a child of it.
func eachWay(t *testing.T, test func(t *testing.T, tools *Tools)) {
	t.Helper()
	t.Run("sandboxed", func(t *testing.T) {
		tools := find(t)
		if tools.bwrap == nil {
			t.Fatalf("bubblewrap is needed: %s", tools.status.SandboxDetail)
		}
		test(t, tools)
	})
	t.Run("bare", func(t *testing.T) {
		tools := find(t)
		tools.bwrap = nil
		test(t, tools)
	})
}

// behind starts an encoder that never ends by itself behind a gate; moves tells that it has
// made progress.
func behind(t *testing.T, tools *Tools, gate *Gate, limits Limits) (p *Process, cancel func(), moves <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	moved := make(chan struct{}, 1)
	p, err := tools.Start(ctx, Job{Args: endless, Gate: gate, Limits: limits, OnProgress: func(now Progress) {
		if now.Frames == 0 {
			return
		}
		select {
		case moved <- struct{}{}:
		default:
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = waitFor(t, p)
	})
	return p, cancel, moved
}

// signalled waits for something that is said on a channel.
func signalled(t *testing.T, what string, said <-chan struct{}) {
	t.Helper()
	select {
	case <-said:
	case <-time.After(patience):
		t.Fatalf("waited in vain until %s", what)
	}
}

// threads returns the state of every thread of the group that this test's only child
// leads, and the processor time they have had.
func threads(t *testing.T) (states string, ticks int64) {
	t.Helper()
	leader := childrenOf(t, os.Getpid())
	if len(leader) != 1 {
		t.Fatalf("%d children are running", len(leader))
	}
	stats, err := filepath.Glob("/proc/[0-9]*/task/*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended since
		}
		_, rest, _ := strings.Cut(string(stat), ") ")
		fields := strings.Fields(rest)
		if len(fields) < 13 || fields[2] != fmt.Sprint(leader[0]) {
			continue
		}
		var user, system int64
		if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
			t.Fatal(err)
		}
		states += fields[0]
		ticks += user + system
	}
	return states, ticks
}

// isStopped waits until every thread of the child is stopped by a signal, and returns the
// processor time they have had.
func isStopped(t *testing.T) (ticks int64) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	timeout := time.After(patience)
	for {
		states, ticks := threads(t)
		if states != "" && strings.Trim(states, "T") == "" {
			return ticks
		}
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatalf("its threads are %q, not stopped", states)
		}
	}
}

// anotherRuns runs an encoder that is behind no gate for a while.
func anotherRuns(t *testing.T, tools *Tools) {
	t.Helper()
	if err := tools.Run(t.Context(), Job{Args: []string{"-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=20", "-f", "null", "-"}}); err != nil {
		t.Fatal(err)
	}
}

func TestAHeldProcessMakesNoProgressUntilTheLastRelease(t *testing.T) {
	eachWay(t, func(t *testing.T, tools *Tools) {
		gate := &Gate{}
		_, _, moves := behind(t, tools, gate, Limits{})
		signalled(t, "it moved", moves)

		first, second := gate.Hold(), gate.Hold()
		before := isStopped(t)
		first()
		first() // once more changes nothing
		anotherRuns(t, tools)
		if after := isStopped(t); after != before {
			t.Errorf("it had %d ticks of a processor while it was held", after-before)
		}
		held := gate.Held()
		if held <= 0 {
			t.Errorf("held for %v", held)
		}
		for len(moves) > 0 { // what it said before it was stopped
			<-moves
		}
		second()
		signalled(t, "it moved on", moves)
		signalled(t, "it moved on again", moves)
		ended := gate.Held()
		if ended < held || gate.Held() != ended {
			t.Errorf("held for %v, then %v, then %v", held, ended, gate.Held())
		}
	})
}

func TestAProcessStartedBehindAHeldGateIsStopped(t *testing.T) {
	eachWay(t, func(t *testing.T, tools *Tools) {
		gate := &Gate{}
		release := gate.Hold()
		_, _, moves := behind(t, tools, gate, Limits{})
		isStopped(t)
		anotherRuns(t, tools)
		if len(moves) > 0 {
			t.Error("it encoded while it was held")
		}
		release()
		signalled(t, "it moved", moves)
	})
}

func TestAHeldProcessCanBeCancelled(t *testing.T) {
	eachWay(t, func(t *testing.T, tools *Tools) {
		gate := &Gate{}
		p, cancel, moves := behind(t, tools, gate, Limits{})
		signalled(t, "it moved", moves)
		defer gate.Hold()()
		isStopped(t)
		cancel()
		if err := waitFor(t, p); !fault.Is(err, fault.Cancelled) {
			t.Errorf("err = %v", err)
		}
	})
}

// The held process has half the time of the one beside it, and outlives it.
func TestHeldTimeIsNotCountedByTheWallLimit(t *testing.T) {
	eachWay(t, func(t *testing.T, tools *Tools) {
		const wall = 300 * time.Millisecond
		gate := &Gate{}
		release := gate.Hold()
		p, _, _ := behind(t, tools, gate, Limits{Wall: wall})
		if err := tools.Run(t.Context(), Job{Args: endless, Limits: Limits{Wall: 2 * wall}}); fault.CodeOf(err) != "ffmpeg_limit" {
			t.Fatalf("the other: %v", err)
		}
		select {
		case <-p.done:
			t.Fatalf("ended while it was held: %v", p.Wait())
		default:
		}
		release()
		if err := waitFor(t, p); fault.CodeOf(err) != "ffmpeg_limit" {
			t.Errorf("err = %v", err)
		}
	})
}

// Holding, releasing, starting and ending at once is what a busy server does.
func TestAGateIsUsedByMany(t *testing.T) {
	tools, gate := find(t), &Gate{}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 5 {
				if err := tools.Run(t.Context(), Job{Gate: gate, Urgent: true, Args: []string{"-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=1", "-f", "null", "-"}}); err != nil {
					t.Error(err)
				}
			}
		})
		all.Go(func() {
			for range 50 {
				gate.Hold()()
			}
		})
	}
	ended := make(chan struct{})
	go func() {
		all.Wait()
		close(ended)
	}()
	signalled(t, "all had ended", ended)
}

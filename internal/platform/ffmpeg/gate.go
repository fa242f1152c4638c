package ffmpeg

import (
	"context"
	"sync"
	"syscall"
	"time"
)

// Gate stops and continues the processes that are started with it, all together, so that
// others have the machine to themselves for a while. A stopped process keeps what it has
// and uses no core; it can be cancelled, and its wall-time limit does not run. The zero
// value is open.
type Gate struct {
	mu     sync.Mutex
	holds  int
	since  time.Time     // of the first hold that lasts
	before time.Duration // held, by the holds that ended
	inside map[*gated]struct{}
}

// gated is a process behind a gate. It leads a process group.
type gated struct {
	pid  int
	wall *allowance
}

// Hold stops the processes of this gate, and those started with it from now on, until
// release is called. Of several holds the last to be released continues them; to release
// one twice changes nothing.
func (g *Gate) Hold() (release func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.holds++
	if g.holds == 1 {
		g.since = time.Now()
		for p := range g.inside {
			p.stop()
		}
	}
	return sync.OnceFunc(g.release)
}

func (g *Gate) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.holds--
	if g.holds == 0 {
		g.before += time.Since(g.since)
		for p := range g.inside {
			p.resume()
		}
	}
}

// Held is how long the gate has been held, all its holds together: time in which no
// process behind it could make progress.
func (g *Gate) Held() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.holds > 0 {
		return g.before + time.Since(g.since)
	}
	return g.before
}

// enter takes in a process that has just been started. A nil gate is always open.
func (g *Gate) enter(pid int, wall *allowance) (leave func()) {
	if g == nil {
		return func() {}
	}
	p := &gated{pid: pid, wall: wall}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inside == nil {
		g.inside = map[*gated]struct{}{}
	}
	g.inside[p] = struct{}{}
	if g.holds > 0 {
		p.stop()
	}
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.inside, p)
	}
}

// The whole group is signalled: the program may be the child of its sandbox. That it has
// ended meanwhile is no error.
func (p *gated) stop() {
	p.wall.pause()
	_ = syscall.Kill(-p.pid, syscall.SIGSTOP)
}

func (p *gated) resume() {
	_ = syscall.Kill(-p.pid, syscall.SIGCONT)
	p.wall.resume()
}

// allowance is the wall time a process may take: it is cancelled when that is used up.
type allowance struct {
	mu     sync.Mutex
	timer  *time.Timer
	left   time.Duration
	since  time.Time
	paused bool
}

func newAllowance(d time.Duration, cancel context.CancelCauseFunc) *allowance {
	return &allowance{left: d, since: time.Now(), timer: time.AfterFunc(d, func() { cancel(errWall) })}
}

func (a *allowance) pause() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.paused && a.timer.Stop() {
		a.left -= time.Since(a.since)
		a.paused = true
	}
}

func (a *allowance) resume() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.paused {
		a.paused, a.since = false, time.Now()
		a.timer.Reset(max(a.left, 0))
	}
}

// end stops the clock for good.
func (a *allowance) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.timer.Stop()
}

//go:build bench

package load

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
	"github.com/kkmovies/kkmovies/test/viewers"
)

var threads = flag.Int("threads", 1, "of Go's at once (GOMAXPROCS) on the core of a server that many watch at")

const (
	watching  = 2_000 // viewers
	beatEvery = 5 * time.Second
	pipelined = 4 // reports of one device that wait for their answers, where as many are sent as are taken
	filmsSeen = 20
)

// hall is a house, or several nodes of one, with viewers in it.
type hall struct {
	t      *testing.T
	name   string
	nodes  []*house.House
	db     string // as viewers.Open takes it
	people []*viewers.Viewer
	films  []string
}

// embedded is one process with everything in it, on one core.
func embedded(t *testing.T, devices int) *hall {
	t.Helper()
	h := house.Start(t, house.Options{Env: oneCore(nil), Cores: serverCore})
	return filled(&hall{t: t, name: "embedded", nodes: []*house.House{h}, db: h.Data()}, devices)
}

// distributed are so many nodes on one core, at one PostgreSQL and one Redis, which run where there
// is room.
func distributed(t *testing.T, nodes, devices int) *hall {
	t.Helper()
	l := &hall{t: t, name: fmt.Sprintf("%d nodes, PostgreSQL 16 and Redis 7", nodes), db: engines.Postgres(t, 16)}
	if nodes == 1 {
		l.name = strings.Replace(l.name, "nodes", "node", 1)
	}
	media, redis := t.TempDir(), engines.Redis(t)
	for range nodes {
		l.nodes = append(l.nodes, house.Start(t, house.Options{
			Data: t.TempDir(), Media: media, Args: []string{"--role", "api"}, Cores: serverCore,
			Env: oneCore(map[string]string{
				"KK_DATABASE_URL": l.db, "KK_REDIS_URL": redis, "KK_MEDIA_URL": "file://" + media,
				"KK_KEYS_URL": "base64key://dGhlIHNhbWUgMzIgYnl0ZXMgYXQgZXZlcnkgbm9kZSE=",
			}),
		}))
	}
	return filled(l, devices)
}

func oneCore(env map[string]string) map[string]string {
	if env == nil {
		env = map[string]string{}
	}
	env["GOMAXPROCS"] = fmt.Sprint(*threads)
	return env
}

func filled(l *hall, devices int) *hall {
	l.t.Helper()
	a := seeded(l.t, l.nodes[0], l.db, watching, devices, filmsSeen)
	l.people, l.films = a.people, a.films
	aside(l.t)
	fmt.Printf("\n%s; %d viewers; the server on one core, who watches on another\n\n| what | figure | goal |\n|---|---|---|\n", l.name, watching)
	return l
}

func (l *hall) film(viewer int) string { return l.films[viewer%len(l.films)] }

// reporter is a device that reports over its live connection, and counts what is answered.
type reporter struct {
	live   *viewers.Live
	report viewers.Report

	mu     sync.Mutex
	sent   map[int]time.Time
	lastID int
	took   []time.Duration
	failed error
	freed  func(*reporter) // after each answer; nil: nobody waits for it
}

func newReporter(d *viewers.Device, film string) *reporter {
	return &reporter{sent: map[int]time.Time{}, lastID: 1, report: viewers.Report{
		VideoID: film, DeviceID: d.SessionID, SessionID: d.SessionID, State: "playing",
	}}
}

// beat reports that it came further, and returns when it did so.
func (r *reporter) beat(further float64) time.Time {
	r.mu.Lock()
	r.lastID++
	id := r.lastID
	r.report.Counter++
	r.report.Position = min(r.report.Position+further, viewers.Duration*0.9)
	now := time.Now()
	r.report.At, r.sent[id] = now, now
	r.mu.Unlock()
	if err := r.live.Report(id, r.report); err != nil {
		r.fail(err)
	}
	return now
}

func (r *reporter) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = errors.Join(r.failed, err)
}

func (r *reporter) replied(to viewers.Reply) {
	r.mu.Lock()
	if began, ok := r.sent[to.ID]; ok {
		delete(r.sent, to.ID)
		r.took = append(r.took, time.Since(began))
	}
	if to.Code != 0 {
		r.failed = errors.Join(r.failed, fmt.Errorf("a report is answered %d %s", to.Code, to.Message))
	}
	freed := r.freed
	r.mu.Unlock()
	if freed != nil {
		freed(r)
	}
}

// answers returns how long all answers so far took, and begins anew.
func answers(t *testing.T, all []*reporter) struck {
	t.Helper()
	var m struck
	var failed error
	for _, r := range all {
		r.mu.Lock()
		m.took = append(m.took, r.took...)
		failed = errors.Join(failed, r.failed)
		r.took = nil
		r.mu.Unlock()
	}
	if failed != nil {
		said := failed.Error()
		t.Fatalf("%.500s", said)
	}
	if len(m.took) == 0 {
		t.Fatal("no report was acknowledged")
	}
	slices.Sort(m.took)
	return m
}

// Two devices of a viewer: one plays and says so every 5 s, the other hears it.
func TestAnotherDeviceHearsAtOnceWhereOneIs(t *testing.T) {
	for _, at := range []struct {
		name string
		open func(t *testing.T) *hall
		goal time.Duration
	}{
		{"embedded", func(t *testing.T) *hall { return embedded(t, 2) }, 10 * time.Millisecond},
		{"two nodes", func(t *testing.T) *hall { return distributed(t, 2, 2) }, 50 * time.Millisecond},
	} {
		t.Run(at.name, func(t *testing.T) { at.open(t).hears(at.goal) })
	}
}

// hears has the first device of each viewer report at one node, and the second hear it at the
// next.
func (l *hall) hears(goal time.Duration) {
	t := l.t
	t.Helper()
	var mu sync.Mutex
	var heard []time.Duration
	sent := make([]atomic.Int64, watching) // when, and of which position
	positions := make([]atomic.Int64, watching)
	all := make([]*reporter, watching)
	var tellers, listeners []*viewers.Device
	for i, v := range l.people {
		all[i] = newReporter(v.Devices[0], l.film(i))
		tellers, listeners = append(tellers, v.Devices[0]), append(listeners, v.Devices[1])
	}
	next := l.nodes[len(l.nodes)-1]
	connectAll(t, next.URL(""), listeners, func(i int) viewers.Hears {
		return viewers.Hears{Event: func(_ string, data []byte) {
			now := time.Now()
			if !bytes.Contains(data, []byte(`"watch.position"`)) {
				return
			}
			var e struct{ PositionSeconds float64 }
			if json.Unmarshal(data, &e) != nil || int64(e.PositionSeconds) != positions[i].Load() {
				return // of before
			}
			mu.Lock()
			defer mu.Unlock()
			heard = append(heard, time.Duration(now.UnixNano()-sent[i].Load()))
		}}
	})
	for i, one := range connectAll(t, l.nodes[0].URL(""), tellers, func(i int) viewers.Hears { return viewers.Hears{Reply: all[i].replied} }) {
		all[i].live = one
	}
	rounds := int(*stretch*4/beatEvery) + 2 // the first, in which everybody comes, is not counted
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rounds+2)*beatEvery)
	defer cancel()
	began := time.Now()
	var counted time.Time
	for n := range rounds * watching {
		due := began.Add(time.Duration(n) * beatEvery / watching)
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
			t.Fatal("the load cannot be made: its core is not its own")
		}
		i := n % watching
		if n == watching {
			answersSoFar(all)
			mu.Lock()
			heard, counted = nil, time.Now()
			mu.Unlock()
		}
		positions[i].Store(int64(5 * (n/watching + 1)))
		sent[i].Store(time.Now().UnixNano())
		all[i].beat(5)
	}
	<-time.After(time.Second) // the last are on their way
	beats := answers(t, all)
	mu.Lock()
	defer mu.Unlock()
	want := (rounds - 1) * watching
	if len(heard) < want*99/100 {
		t.Fatalf("%d of %d reports were heard by the other device", len(heard), want)
	}
	m := struck{took: heard}
	slices.Sort(m.took)
	report(t, m.at(0.99) <= goal, fmt.Sprintf("%d viewers report every %v (%.0f/s): heard by another device, from the sending of the report, p50, p99, worst of %d", watching, beatEvery,
		float64(want)/time.Since(counted).Seconds(), len(heard)), m.latencies(), "p99 ≤ "+milliseconds(goal))
	report(t, true, "… acknowledged: p50, p99, worst", beats.latencies(), "")
}

func answersSoFar(all []*reporter) {
	for _, r := range all {
		r.mu.Lock()
		r.took = nil
		r.mu.Unlock()
	}
}

// As many reports as are taken, from all viewers at once, each with some under way.
func TestBeatsAreKeptAsFastAsTheyCome(t *testing.T) {
	for _, at := range []struct {
		name string
		open func(t *testing.T) *hall
		goal float64
	}{
		{"embedded", func(t *testing.T) *hall { return embedded(t, 1) }, 20_000},
		{"Redis and PostgreSQL", func(t *testing.T) *hall { return distributed(t, 1, 1) }, 5_000},
	} {
		t.Run(at.name, func(t *testing.T) { at.open(t).pours(at.goal) })
	}
}

func (l *hall) pours(goal float64) {
	t := l.t
	t.Helper()
	all := make([]*reporter, watching)
	devices := viewers.Devices(l.people)
	for i, d := range devices {
		all[i] = newReporter(d, l.film(i))
	}
	for i, one := range connectAll(t, l.nodes[0].URL(""), devices, func(i int) viewers.Hears { return viewers.Hears{Reply: all[i].replied} }) {
		all[i].live = one
	}
	var over atomic.Bool
	for _, r := range all {
		r.freed = func(r *reporter) {
			if !over.Load() {
				r.beat(0.25)
			}
		}
	}
	for range pipelined {
		for _, r := range all {
			r.beat(0.25)
		}
	}
	<-time.After(*stretch / 2) // until it runs evenly
	answersSoFar(all)
	count := l.transactions()
	worked := busy(t, l.nodes[0])
	began := time.Now()
	<-time.After(*stretch * 2)
	lasted := time.Since(began).Seconds()
	worked = busy(t, l.nodes[0]) - worked
	transactions := count()
	beats := answers(t, all)
	over.Store(true)
	perSecond := float64(len(beats.took)) / lasted
	report(t, perSecond >= goal, fmt.Sprintf("reports kept and acknowledged a second, %d viewers with %d under way each; p50, p99, worst of their acknowledgement", watching, pipelined),
		fmt.Sprintf("%.0f; %s", perSecond, beats.latencies()), fmt.Sprintf("≥ %.0f/s", goal))
	report(t, true, "… of a core that the server took for each; of the core, all", fmt.Sprintf("%.1f µs; %.0f %%", worked.Seconds()*1e6/float64(len(beats.took)), 100*worked.Seconds()/lasted), "")
	report(t, true, "… transactions a second, reports of each", fmt.Sprintf("%.1f, %.0f", float64(transactions)/lasted, float64(len(beats.took))/float64(max(1, transactions))), "")
}

// busy is how much of a core a server has taken.
func busy(t *testing.T, h *house.House) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", h.PID()))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, errUser := strconv.Atoi(fields[11])
	system, errSystem := strconv.Atoi(fields[12])
	if err := errors.Join(errUser, errSystem); err != nil {
		t.Fatal(err)
	}
	return time.Duration(user+system) * 10 * time.Millisecond // a tick of every Linux's /proc
}

// transactions counts those that change the database, until the count is asked for.
func (l *hall) transactions() (count func() int64) {
	l.t.Helper()
	db, err := viewers.Open(l.db)
	if err != nil {
		l.t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if strings.HasPrefix(l.db, "postgres://") {
		return l.transactionsOfPostgres(db)
	}
	// SQLite tells a connection that others have changed something, and not how often: it is
	// asked more often than they can.
	ctx, stop := context.WithCancel(l.t.Context())
	var n atomic.Int64
	stopped := make(chan error, 1)
	go func() {
		defer db.Close()
		tick := time.NewTicker(4 * time.Millisecond)
		defer tick.Stop()
		var last int64
		for first := true; ; first = false {
			var version int64
			if err := db.QueryRowContext(context.WithoutCancel(ctx), `PRAGMA data_version`).Scan(&version); err != nil {
				stopped <- err
				return
			}
			if !first && version != last {
				n.Add(1)
			}
			last = version
			select {
			case <-ctx.Done():
				stopped <- nil
				return
			case <-tick.C:
			}
		}
	}()
	return func() int64 {
		l.t.Helper()
		stop()
		if err := <-stopped; err != nil {
			l.t.Fatal(err)
		}
		return n.Load()
	}
}

// transactionsOfPostgres counts the ids that were given to transactions: those that change
// something get one.
func (l *hall) transactionsOfPostgres(db *sql.DB) func() int64 {
	used := func() (n int64) {
		l.t.Helper()
		if err := db.QueryRowContext(l.t.Context(), `SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint`).Scan(&n); err != nil {
			l.t.Fatal(err)
		}
		return n
	}
	began := used()
	return func() int64 {
		defer db.Close()
		return used() - began
	}
}

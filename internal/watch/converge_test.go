package watch

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What docs/watch.md promises, of every history.

var (
	histories = flag.Int("histories", usualHistories, "how many histories are made up")
	firstSeed = flag.Uint64("seed", 1, "of the first of them")
)

func TestEveryHistoryKeepsWhatIsPromised(t *testing.T) {
	t.Parallel()
	var next atomic.Uint64
	var failed atomic.Bool
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			var room worlds
			for !failed.Load() {
				n := next.Add(1) - 1
				if n >= uint64(*histories) {
					return
				}
				s := written(*firstSeed + n)
				if why := room.broken(s); why != "" && failed.CompareAndSwap(false, true) {
					s, why = room.smallest(s)
					t.Errorf("%s\n%v", why, s)
				}
			}
		})
	}
	all.Wait()
}

// worlds is room for those that one history takes.
type worlds struct{ one, other world }

// broken lets a history happen and says which promise it breaks, "" if none.
func (room *worlds) broken(s script) string {
	w := room.one.begin(s, false)
	for _, st := range s.steps {
		if w.take(st); w.failure != "" {
			return w.failure
		}
	}
	w.rest()
	w.checkAcknowledged()
	w.checkOrders(rand.New(rand.NewPCG(s.seed, 2)))
	w.epilogue(rand.New(rand.NewPCG(s.seed, 3)))
	if w.failure != "" {
		return w.failure
	}
	return room.clocksDoHarm(s)
}

// smallest leaves out of a broken history what it is as broken without.
func (room *worlds) smallest(s script) (script, string) {
	why := room.broken(s)
	for size := len(s.steps) / 2; size > 0; {
		less := false
		for from := 0; from+size <= len(s.steps); {
			without := s
			without.steps = slices.Delete(slices.Clone(s.steps), from, from+size)
			if said := room.broken(without); said != "" {
				s, why, less = without, said, true
				continue
			}
			from += size
		}
		if !less || size > len(s.steps) {
			size /= 2
		}
	}
	return s, why
}

// view is what somebody saw last.
type view struct {
	mark Mark
	any  bool
}

// look checks that nothing went back by itself.
func (w *world) look() {
	shown, found := w.server()
	w.shown.look(w, "what is shown", shown, found)
	kept, found := w.kept()
	w.lasts.look(w, "what is kept", kept, found)
}

func (v *view) look(w *world, which string, now Mark, found bool) {
	before, any := v.mark, v.any
	v.mark, v.any = now, found
	if !any {
		return
	}
	if !found || !holds(now, before) {
		w.fail("%s was %v and is %v: something of it is lost", which, before, now)
	}
	fell := now.Position < before.Position
	back := before.Kind != Watching && now.Kind == Watching
	if !fell && !back {
		return
	}
	i := slices.IndexFunc(w.acts, func(a act) bool { return a.era == now.Era })
	if now.Era == before.Era || i < 0 {
		w.fail("%s was %v and is %v, and nobody went back", which, before, now)
	} else if back && w.acts[i].began != "opening" && w.acts[i].began != "going back" {
		w.fail("%s was %v and is %v, and nobody watched it again", which, before, now)
	}
}

// holds reports whether a mark says all that another does: it is not below it.
func holds(m, of Mark) bool {
	if order := m.Era.Compare(of.Era); order != 0 {
		return order > 0
	}
	return m.Position >= of.Position && m.Kind >= of.Kind
}

// checkAcknowledged checks, without Join, that what is kept is the furthest that was acknowledged
// in the latest era.
func (w *world) checkAcknowledged() {
	kept, found := w.kept()
	if len(w.acked) == 0 {
		return
	}
	latest := slices.MaxFunc(w.acked, func(a, b Mark) int {
		return cmp.Or(cmp.Compare(a.Era.At, b.Era.At), cmp.Compare(a.Era.By, b.Era.By), cmp.Compare(a.Position, b.Position))
	})
	if !found || kept.Era != latest.Era || kept.Position != latest.Position || kept.Kind != latest.Kind {
		w.fail("%v was acknowledged and %v is kept", latest, kept)
	}
}

// checkOrders lets all that was done to the store be done in other orders, by other batches, and
// some of it twice.
func (w *world) checkOrders(r *rand.Rand) {
	want, _ := w.kept()
	forgot := slices.ContainsFunc(w.log, func(l lasting) bool { return l.forgotten })
	log := slices.Clone(w.log)
	if n := len(log); n > 0 {
		for range 1 + r.IntN(3) {
			log = append(log, log[r.IntN(n)])
		}
	}
	for range 3 {
		r.Shuffle(len(log), func(i, j int) { log[i], log[j] = log[j], log[i] })
		var other shelved
		for rest := log; len(rest) > 0; {
			n := min(1+r.IntN(8), len(rest))
			for _, l := range coalesced(rest[:n]) {
				other = l.over(other)
			}
			rest = rest[n:]
		}
		for _, row := range w.rows {
			if !forgot && !slices.ContainsFunc(other, func(o Row) bool { return o.DeviceID == row.DeviceID && o.Mark == row.Mark }) {
				w.fail("in another order the rows are %v, not %v", other, w.rows)
			}
		}
		if got, _ := Joined(other); got.Era != want.Era || got.Kind != want.Kind || got.Position != want.Position || got.Duration != want.Duration {
			w.fail("in another order it is %v, not %v", got, want)
		}
	}
}

// coalesced joins the rows of one device, as the queue does.
func coalesced(log []lasting) []lasting {
	var all []lasting
	for _, l := range log {
		i := slices.IndexFunc(all, func(o lasting) bool {
			return !o.forgotten && !l.forgotten && o.row.DeviceID == l.row.DeviceID
		})
		if i < 0 {
			all = append(all, l)
			continue
		}
		all[i].row = all[i].row.Join(l.row)
	}
	return all
}

// clocksDoHarm lets a history happen in which everybody hears of everything before they do
// something, once with wrong clocks and once with right ones, and says where they differ: what one
// knows of decides, and clocks do not.
func (room *worlds) clocksDoHarm(s script) string {
	wrong := room.one.begin(s, true)
	right := s
	right.skews = make([]time.Duration, len(s.skews))
	other := room.other.begin(right, true)
	for _, st := range s.steps {
		wrong.take(st)
		other.take(st)
		if wrong.failure != "" {
			return wrong.failure
		}
		a, _ := wrong.server()
		b, _ := other.server()
		if a.Position != b.Position || a.Kind != b.Kind {
			return "with wrong clocks it is " + a.String() + " and with right ones " + b.String()
		}
	}
	return ""
}

// String tells a mark in a test's words.
func (m Mark) String() string { return fmt.Sprintf("%s %.1f in %q", m.Kind, m.Position, m.Era) }

//go:build e2e

package faults

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/viewers"
)

var (
	crowd = flag.Int("viewers", 500, "how many watch while something they need is away")
	away  = flag.Duration("away", 4*time.Second, "how long it is away; the network for twice as long")
)

const (
	heardAgain = 5 * time.Second  // after a fault is over, everybody's next report is kept
	backBy     = 60 * time.Second // or something is wrong that waiting does not mend
	allKeptBy  = 30 * time.Second
)

// evening is a crowd of viewers who all play, each seen by another device of theirs.
type evening struct {
	t         *testing.T
	nodes     []*house.House
	bases     []string // where viewers connect
	dead      string   // one of them, while its node is down
	players   []*player
	onlookers []*onlooker

	stopPlaying, stopLooking, giveUp context.CancelFunc
	playing, looking                 sync.WaitGroup
}

// begin seeds viewers into the database at db, and has them play at these addresses.
func (e *evening) begin(db string) {
	t := e.t
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	d, err := viewers.Open(db)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	people, films, err := viewers.Seed(ctx, d, *crowd, 2, 20)
	if err != nil {
		t.Fatal(err)
	}
	if err := viewers.Enter(ctx, e.nodes[0].URL(""), viewers.Devices(people)); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
	playing, stopPlaying := context.WithCancel(t.Context())
	last, giveUp := context.WithCancel(t.Context())
	looking, stopLooking := context.WithCancel(t.Context())
	e.stopPlaying, e.giveUp, e.stopLooking = stopPlaying, giveUp, stopLooking
	t.Cleanup(func() {
		giveUp()
		stopLooking()
		e.playing.Wait()
		e.looking.Wait()
		client.CloseIdleConnections()
	})
	for i, v := range people {
		film := films[i%len(films)]
		p := newPlayer(v.Devices[0], film, i, e.bases, client)
		o := &onlooker{device: v.Devices[1], film: film, nodes: e.bases, from: p.from, of: p, http: client}
		e.players, e.onlookers = append(e.players, p), append(e.onlookers, o)
		e.playing.Go(func() { p.play(playing, last) })
		e.looking.Go(func() { o.watch(looking) })
	}
	t.Cleanup(e.explain)
	e.over("the beginning", time.Now(), patience)
}

// explain says, of a test that failed, what was the matter with some who were not heard.
func (e *evening) explain() {
	if !e.t.Failed() {
		return
	}
	unheard := 0
	for _, p := range e.players {
		if _, again := p.recovered(); again {
			continue
		}
		if unheard++; unheard <= 5 {
			p.mu.Lock()
			e.t.Logf("not heard at %s: %d acknowledged so far, not taken %v, connection: %v", p.nodes[0], p.acks, p.refused, p.ended)
			p.mu.Unlock()
		}
	}
	e.t.Logf("%d of %d were not heard", unheard, len(e.players))
}

// over waits until everybody was heard since a moment, and notes how long it took.
func (e *evening) over(what string, at time.Time, within time.Duration) {
	t := e.t
	t.Helper()
	for _, p := range e.players {
		p.over(at)
	}
	until(t, "everybody is heard after "+what, max(backBy, within), func() bool {
		return !slices.ContainsFunc(e.players, func(p *player) bool { _, again := p.recovered(); return !again })
	})
	var took []time.Duration
	for _, p := range e.players {
		one, _ := p.recovered()
		took = append(took, one)
	}
	slices.Sort(took)
	worst := took[len(took)-1]
	if worst > within {
		t.Errorf("after %s the last of %d viewers was heard after %v, want %v", what, len(took), worst.Round(time.Millisecond), within)
	}
	fmt.Printf("%s: %d viewers heard again after %v at the median, %v at most\n", what, len(took),
		took[len(took)/2].Round(time.Millisecond), worst.Round(time.Millisecond))
	e.nothingLost(what)
}

// goHome has everybody who is not at the node they came to first go back there, one after the
// other, so that both have viewers again.
func (e *evening) goHome() {
	e.t.Helper()
	for _, p := range e.players {
		select {
		case p.home <- struct{}{}:
		case <-time.After(2 * longestPause): // it was called before, and is not connected now
		}
		<-time.After(2 * time.Millisecond)
	}
	e.over("going home", time.Now(), patience)
}

// heardSince counts those who had something acknowledged since a moment.
func (e *evening) heardSince(at time.Time) (n int) {
	for _, p := range e.players {
		p.mu.Lock()
		if p.keptLast.After(at) {
			n++
		}
		p.mu.Unlock()
	}
	return n
}

// nothingLost reads every viewer's position at every node, and compares it with all that was
// acknowledged.
func (e *evening) nothingLost(what string) {
	t := e.t
	t.Helper()
	var mu sync.Mutex
	var lost []string
	for _, node := range e.bases {
		if node == e.dead {
			continue
		}
		var reading sync.WaitGroup
		turns := make(chan struct{}, 16)
		for _, o := range e.onlookers {
			reading.Go(func() {
				turns <- struct{}{}
				defer func() { <-turns }()
				kept := o.of.keptSoFar()
				got, err := o.read(t.Context(), node)
				for began := time.Now(); err != nil && time.Since(began) < backBy; {
					got, err = o.read(t.Context(), node)
				}
				if err == nil && kept.compare(got) <= 0 {
					return
				}
				mu.Lock()
				defer mu.Unlock()
				lost = append(lost, fmt.Sprintf("%v was acknowledged, and %v is read at %s, %v", kept, got, node, err))
			})
		}
		reading.Wait()
	}
	for _, o := range e.onlookers {
		o.mu.Lock()
		lost = append(lost, o.wrong...)
		o.wrong = nil
		o.mu.Unlock()
	}
	if len(lost) > 0 {
		t.Fatalf("after %s, %d times less was read than was known, so:\n%s", what, len(lost), strings.Join(lost[:min(len(lost), 10)], "\n"))
	}
}

// ends has everybody stop, and compares what is kept with what they said last.
func (e *evening) ends() {
	t := e.t
	t.Helper()
	e.stopPlaying()
	timer := time.AfterFunc(allKeptBy, e.giveUp)
	e.playing.Wait()
	timer.Stop()
	acks, refused := 0, map[int]int{}
	for _, p := range e.players {
		if !p.allKept() {
			t.Errorf("%v after the end, %v is not acknowledged, but %v", allKeptBy, p.now, p.kept)
		}
		acks += p.acks
		for code, n := range p.refused {
			refused[code] += n
		}
	}
	e.nothingLost("the end")
	e.stopLooking()
	e.looking.Wait()
	looks, away, heard, late := 0, 0, 0, 0
	for i, o := range e.onlookers {
		got, err := o.read(t.Context(), e.bases[i%len(e.bases)])
		if err != nil || got != e.players[i].now || o.shows.compare(got) > 0 {
			t.Errorf("in the end %v is read, %v, and %v was said last; the other device shows %v", got, err, e.players[i].now, o.shows)
		}
		looks, away, heard, late = looks+o.looks, away+o.away, heard+o.heard, late+o.late
	}
	fmt.Printf("%d reports acknowledged, none lost; not taken, by code: %v; another device looked %d times (%d unanswered) and heard %d events; %d of both were older than what it showed\n",
		acks, refused, looks, away, heard, late)
	if heard == 0 {
		t.Error("no other device heard anything")
	}
}

// One process with everything in it is killed and started again.
func TestNoAcknowledgedPositionIsLostWithTheOnlyProcess(t *testing.T) {
	h := house.Start(t, house.Options{})
	e := &evening{t: t, nodes: []*house.House{h}, bases: []string{h.URL("")}}
	e.begin(h.Data())
	for range 3 * *rounds {
		h.Kill9()
		h.Reboot()
		e.over("kill -9 of the only process, and its start", time.Now(), heardAgain)
	}
	e.ends()
}

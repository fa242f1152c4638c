//go:build e2e

package faults

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/test/viewers"
)

// As in the app, but for the beat.
const (
	beatEvery     = time.Second             // five times as often as a player does
	connectWithin = 3 * time.Second         // else it is tried again
	answerWithin  = 3 * time.Second         // over a live connection, or it is given up
	putWithin     = 3500 * time.Millisecond // the same over HTTP
	firstPause    = 300 * time.Millisecond  // before a connection is tried again; longer each time
	longestPause  = 1800 * time.Millisecond
	soonestPut    = 2500 * time.Millisecond // from one attempt over HTTP that fails to the next
	latestPut     = 4500 * time.Millisecond
	lookEvery     = 5 * time.Second // at how far the viewer has come
	readWithin    = 10 * time.Second
)

// reached is how far somebody has come, as the rule of docs/watch.md has it, written here again.
type reached struct {
	eraAt    int64
	eraBy    string
	position float64
}

func (r reached) compare(other reached) int {
	return cmp.Or(cmp.Compare(r.eraAt, other.eraAt), cmp.Compare(r.eraBy, other.eraBy), cmp.Compare(r.position, other.position))
}

func (r reached) join(other reached) reached {
	if r.compare(other) < 0 {
		return other
	}
	return r
}

func (r reached) era() string {
	if r.eraAt == 0 {
		return ""
	}
	return strconv.FormatInt(r.eraAt, 10) + "." + r.eraBy
}

func reachedIn(era string, position float64) (r reached, err error) {
	at, by, _ := strings.Cut(era, ".")
	if at != "" {
		r.eraAt, err = strconv.ParseInt(at, 10, 64)
	}
	r.eraBy, r.position = by, position
	return r, err
}

// player is a device that plays a film and says how far it came. It keeps what is not
// acknowledged, comes back when its connection is gone, to the next node, and says it again; while
// it has none, over HTTP.
type player struct {
	device *viewers.Device
	film   string
	nodes  []string // where to connect, in its order
	from   net.IP
	home   chan struct{} // holds one when it is to connect to the first again
	http   *http.Client

	mu       sync.Mutex
	now      reached // what it says next
	sought   bool
	counter  int64
	said     map[int]saying // what is not answered on this connection
	lastID   int
	kept     reached // all that was acknowledged, joined
	keptLast time.Time
	acks     int
	live     bool        // it has a connection
	refused  map[int]int // answers that were none, by their code
	ended    error       // why it has no connection, or had none last
	since    time.Time   // a fault is over
	first    time.Time   // the first acknowledgement of what was said after that
}

type saying struct {
	what reached
	at   time.Time
}

func newPlayer(d *viewers.Device, film string, n int, nodes []string, client *http.Client) *player {
	turned := append(append([]string(nil), nodes[n%len(nodes):]...), nodes[:n%len(nodes)]...)
	return &player{device: d, film: film, nodes: turned, from: viewers.From(n), home: make(chan struct{}, 1), http: client, now: reached{position: 30}, refused: map[int]int{}}
}

// play goes on until ctx ends, and then until everything is acknowledged or time is up.
func (p *player) play(ctx context.Context, last context.Context) {
	posting, stop := context.WithCancel(last)
	var both sync.WaitGroup
	both.Go(func() { p.post(ctx, posting) })
	defer both.Wait()
	defer stop()
	pause := firstPause
	for node := 0; last.Err() == nil && (ctx.Err() == nil || !p.allKept()); node++ {
		before := p.acknowledged()
		done, home := p.connected(ctx, last, p.nodes[node%len(p.nodes)])
		if done {
			return
		}
		if home {
			node = -1
			continue
		}
		if p.acknowledged() > before {
			pause = firstPause
		}
		wait := pause/4 + rand.N(pause*3/4) // or all would come at once
		pause = min(2*pause, longestPause)
		select {
		case <-time.After(wait):
		case <-last.Done():
		}
	}
}

// post says it over HTTP while there is no live connection.
func (p *player) post(ctx, last context.Context) {
	for node := 0; ; {
		wait := beatEvery
		if !p.isLive() && (ctx.Err() == nil || !p.allKept()) {
			began := time.Now()
			if ctx.Err() == nil {
				p.goOn()
			}
			if err := p.put(last, p.nodes[node%len(p.nodes)]); err != nil {
				p.end(err)
				node++
				wait = max(soonestPut+rand.N(latestPut-soonestPut)-time.Since(began), firstPause)
			}
		}
		select {
		case <-time.After(wait):
		case <-last.Done():
			return
		}
	}
}

func (p *player) isLive() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.live
}

func (p *player) setLive(is bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live = is
}

func (p *player) end(why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = why
}

func (p *player) acknowledged() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.acks
}

// connected plays over one connection for as long as it holds, until all is said and done, or it is
// called home.
func (p *player) connected(ctx, last context.Context, node string) (done, home bool) {
	bounded, cancel := context.WithTimeout(last, connectWithin)
	defer cancel()
	p.mu.Lock()
	p.said = map[int]saying{}
	p.lastID = 1
	p.mu.Unlock()
	live, err := p.device.Connect(bounded, node, p.from, viewers.Hears{Reply: p.answered})
	if err != nil {
		p.end(err)
		return false, false
	}
	defer live.Close()
	p.setLive(true)
	defer p.setLive(false)
	again := p.say(live) // what was not acknowledged before
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for again == nil {
		select {
		case <-live.Ended():
			p.end(live.Err())
			return false, false
		case <-p.home:
			if node != p.nodes[0] {
				return false, true
			}
		case <-last.Done():
			return true, false
		case <-tick.C:
		}
		if ctx.Err() == nil {
			p.goOn()
		} else if p.allKept() {
			return true, false
		}
		if p.waitedInVain() {
			return false, false
		}
		again = p.say(live)
	}
	return false, false
}

// goOn lets a moment of the film pass; now and then the viewer goes elsewhere in it.
func (p *player) goOn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sought = false
	switch chance := rand.IntN(100); {
	case chance < 3: // back: an era of its own
		p.now.eraAt = max(time.Now().UnixMilli(), p.now.eraAt+1)
		p.now.eraBy = p.device.SessionID
		p.now.position = float64(int(p.now.position * rand.Float64()))
		p.sought = true
	case chance < 6:
		p.now.position += 60
		p.sought = true
	default:
		p.now.position++
	}
	p.now.position = min(p.now.position, viewers.Duration)
}

// put says it over HTTP.
func (p *player) put(ctx context.Context, node string) error {
	ctx, cancel := context.WithTimeout(ctx, putWithin)
	defer cancel()
	what, r := p.next()
	if err := p.device.Put(ctx, p.http, node, r); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keeps(what)
	return nil
}

// say says it over a live connection.
func (p *player) say(live *viewers.Live) error {
	what, r := p.next()
	p.mu.Lock()
	p.lastID++
	id := p.lastID
	p.said[id] = what
	p.mu.Unlock()
	return live.Report(id, r)
}

// next is what there is to say now.
func (p *player) next() (saying, viewers.Report) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counter++
	return saying{p.now, time.Now()}, viewers.Report{
		VideoID: p.film, DeviceID: p.device.SessionID, SessionID: p.device.SessionID, Counter: p.counter,
		Era: p.now.era(), Position: p.now.position, At: time.Now(), State: "playing", Sought: p.sought,
	}
}

func (p *player) answered(r viewers.Reply) {
	p.mu.Lock()
	defer p.mu.Unlock()
	said, found := p.said[r.ID]
	delete(p.said, r.ID)
	switch {
	case !found:
	case r.Code != 0:
		p.refused[r.Code]++
	default:
		p.keeps(said)
	}
}

// keeps notes, with the lock held, that something is acknowledged.
func (p *player) keeps(said saying) {
	p.acks++
	p.kept, p.keptLast = p.kept.join(said.what), time.Now()
	if p.first.IsZero() && !p.since.IsZero() && said.at.After(p.since) {
		p.first = p.keptLast
	}
}

func (p *player) waitedInVain() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.said {
		if time.Since(s.at) > answerWithin {
			return true
		}
	}
	return false
}

func (p *player) allKept() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept == p.now
}

func (p *player) keptSoFar() reached {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept
}

// over notes that a fault is over.
func (p *player) over(at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.since, p.first = at, time.Time{}
}

// recovered is how long after that it was heard again; false while it was not.
func (p *player) recovered() (time.Duration, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.first.Sub(p.since), !p.first.IsZero()
}

// onlooker is another device of the same viewer: it hears of the first over its own live
// connection, and looks how far the viewer has come. What it reads must hold all that was
// acknowledged before it asked; what was only said may be read, and be lost with whatever held it.
// What it shows is all that it has heard and read, joined, as the app does.
type onlooker struct {
	device *viewers.Device
	film   string
	nodes  []string
	from   net.IP
	of     *player
	http   *http.Client

	mu    sync.Mutex
	shows reached
	looks int
	away  int // looks that were not answered
	heard int // events of the other
	late  int // what was read or heard of before what is shown: of what was only said, or on its way
	wrong []string
}

// watch goes on until ctx ends.
func (o *onlooker) watch(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { o.listen(ctx) })
	defer both.Wait()
	select {
	case <-time.After(rand.N(lookEvery)): // not all at once
	case <-ctx.Done():
		return
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for node := 0; ; node++ {
		o.look(ctx, o.nodes[node%len(o.nodes)])
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// listen hears events, over one connection after the other.
func (o *onlooker) listen(ctx context.Context) {
	for node := 0; ctx.Err() == nil; node++ {
		bounded, cancel := context.WithTimeout(ctx, connectWithin)
		live, err := o.device.Connect(bounded, o.nodes[node%len(o.nodes)], o.from, viewers.Hears{Event: o.told})
		cancel()
		if err == nil {
			select {
			case <-live.Ended():
			case <-ctx.Done():
			}
			live.Close()
		}
		select {
		case <-time.After(firstPause/4 + rand.N(longestPause)):
		case <-ctx.Done():
		}
	}
}

func (o *onlooker) told(_ string, data []byte) {
	var e struct {
		Type, VideoID, Era string
		PositionSeconds    float64
	}
	if json.Unmarshal(data, &e) != nil || e.Type != "watch.position" || e.VideoID != o.film {
		return
	}
	at, err := reachedIn(e.Era, e.PositionSeconds)
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil {
		o.wrong = append(o.wrong, err.Error())
	}
	o.heard++
	o.show(at)
}

// show joins what is shown with what was heard or read.
func (o *onlooker) show(at reached) {
	if at.compare(o.shows) < 0 {
		o.late++
	}
	o.shows = o.shows.join(at)
}

// look reads how far the viewer has come at a node; nothing is said of a node that does not
// answer.
func (o *onlooker) look(ctx context.Context, node string) {
	before := o.of.keptSoFar()
	got, err := o.read(ctx, node)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.looks++
	if err != nil {
		o.away++
		return
	}
	if before.compare(got) > 0 {
		o.wrong = append(o.wrong, fmt.Sprintf("%v was acknowledged, and %v is read at %s", before, got, node))
	}
	o.show(got)
}

func (o *onlooker) read(ctx context.Context, node string) (reached, error) {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, node+"/api/watch/"+o.film, nil)
	if err != nil {
		return reached{}, err
	}
	r.Header.Set("Authorization", "Bearer "+o.device.Token)
	answer, err := o.http.Do(r)
	if err != nil {
		return reached{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return reached{}, err
	}
	if answer.StatusCode != http.StatusOK {
		return reached{}, fmt.Errorf("%s: %s", answer.Status, body)
	}
	var got struct {
		Era             string
		PositionSeconds float64
	}
	if err := json.Unmarshal(body, &got); err != nil {
		return reached{}, err
	}
	return reachedIn(got.Era, got.PositionSeconds)
}

package sqlstore

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// Signals is one party's line to all the others that work on the same database, in this
// process or in another. Each signal is a topic and a key: news that somebody may want to
// act on at once, never the only word of it. A signal can be lost, so who listens also
// looks for itself now and then; what it costs to be lost is that little time.
//
// They are sent right after the transaction that made them true, not inside: on PostgreSQL
// a transaction that notifies takes its turn with all others that do, and the work rows
// would then be handed out one at a time.
type Signals struct {
	wire *wire
	id   string // of the party: it does not hear itself
}

// Signals returns a line of its own.
func (d *DB) Signals() *Signals { return &Signals{d.wire, rand.Text()} }

// Tell lets all others know, soon, and returns at once. What is told again before it was
// sent is sent once.
func (s *Signals) Tell(topic string, keys ...string) { s.wire.tell(s.id, topic, keys) }

// Listen has heard called with what others tell: of each topic the keys in the order they
// were first told since the last call. It has missed called when signals may have been
// lost, and once when there is nothing more to be lost: what was true before is not told.
// Neither is called while the other is, nor after stop has returned. Who is slow holds up
// nobody, and misses what is too much to be kept.
func (s *Signals) Listen(heard func(topic string, keys []string), missed func()) (stop func()) {
	return s.wire.listen(&listener{id: s.id, heard: heard, missed: missed, wake: make(chan struct{}, 1), ended: make(chan struct{})})
}

// Whole returns a time before which everything that was told has been heard here: by others
// in a transaction, that is, or sent. Long ago while this process hears nothing. Who asks
// has the line tried more often for a moment.
func (s *Signals) Whole() time.Time { return s.wire.carrier.whole() }

// carrier takes payloads to every process of a database.
type carrier interface {
	// send has every process that listens receive these, this one too.
	send(ctx context.Context, payloads []string) error
	// receive calls received with each payload until ctx ends, and began whenever from then
	// on, and not before, everything is received.
	receive(ctx context.Context, received func(payload string), began func())
	// sendWithin has these sent when the transaction ends well, and only then; false where
	// that cannot be, and they are to be sent after it.
	sendWithin(ctx context.Context, tx jobs.Tx, payloads []string) (bool, error)
	whole() time.Time
}

const (
	mostInPayload  = 7900    // bytes; PostgreSQL refuses 8000
	mostInKey      = 1000    // bytes of topic and key
	mostUnsent     = 50_000  // keys: then others are told that they missed some
	mostUnheard    = 100_000 // keys: then the listener is told so
	mostInSend     = 64      // payloads
	sendWithin     = 5 * time.Second
	closeWithin    = 2 * time.Second // for what was told last
	missedSome     = "*"             // in the place of a topic
	fieldSeparator = "\t"
)

// wire is what the lines of this process share: one carrier, one sender, and the listeners.
type wire struct {
	carrier carrier
	log     *slog.Logger
	ctx     context.Context
	cancel  context.CancelFunc
	closing chan struct{}
	working sync.WaitGroup

	mu        sync.Mutex
	unsent    []signal
	known     map[signal]bool // what is unsent
	sending   bool
	receiving bool // somebody has listened
	begun     bool // and is heard
	closed    bool
	listeners map[*listener]struct{}
}

// signal is one key of one topic, by one party.
type signal struct{ from, topic, key string }

func newWire(c carrier, log *slog.Logger) *wire {
	w := &wire{carrier: c, log: log, closing: make(chan struct{}), known: map[signal]bool{}, listeners: map[*listener]struct{}{}}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	return w
}

// close sends what was told last, if that is soon done, and ends everything.
func (w *wire) close() {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return
	}
	w.closed = true
	sending := w.sending
	w.mu.Unlock()
	close(w.closing)
	if !sending {
		w.cancel()
	}
	soon := time.AfterFunc(closeWithin, w.cancel)
	w.working.Wait()
	soon.Stop()
	w.cancel()
}

func (w *wire) tell(from, topic string, keys []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	for _, key := range keys {
		s := signal{from, topic, key}
		if len(topic)+len(key) > mostInKey || strings.ContainsAny(topic+key, fieldSeparator+"\n") {
			w.log.Error("a signal cannot be sent as it is: others are told to look for themselves", "topic", topic)
			s.topic, s.key = missedSome, ""
		}
		if len(w.unsent) >= mostUnsent {
			w.unsent, w.known = nil, map[signal]bool{}
			s.topic, s.key = missedSome, ""
		}
		if !w.known[s] {
			w.known[s] = true
			w.unsent = append(w.unsent, s)
		}
	}
	if len(w.unsent) > 0 && !w.sending {
		w.sending = true
		w.working.Go(w.send)
	}
}

// send sends until nothing is left. What is told meanwhile goes together the next time, so
// that a burst is few notifications, and a single signal waits for nobody.
func (w *wire) send() {
	for {
		w.mu.Lock()
		all := w.unsent
		w.unsent, w.known = nil, map[signal]bool{}
		if len(all) == 0 || w.ctx.Err() != nil {
			w.sending = false
			if w.closed {
				w.cancel() // that was the last word
			}
			w.mu.Unlock()
			return
		}
		w.mu.Unlock()
		payloads := pack(all)
		var pause backOff
		for len(payloads) > 0 && w.ctx.Err() == nil {
			some := payloads[:min(len(payloads), mostInSend)]
			ctx, cancel := context.WithTimeout(w.ctx, sendWithin)
			err := w.carrier.send(ctx, some)
			cancel()
			if err == nil {
				payloads = payloads[len(some):]
				continue
			}
			if pause.next == 0 {
				w.log.WarnContext(w.ctx, "other processes cannot be told of what is new here; trying again", "error", err)
			}
			pause.wait(w.ctx)
		}
	}
}

// pack writes signals into as few payloads as hold them: who tells, then a line for each.
func pack(all []signal) (payloads []string) {
	var b strings.Builder
	from := ""
	for _, s := range all {
		line := "\n" + s.topic + fieldSeparator + s.key
		if b.Len() > 0 && (s.from != from || b.Len()+len(line) > mostInPayload) {
			payloads = append(payloads, b.String())
			b.Reset()
		}
		if b.Len() == 0 {
			from = s.from
			b.WriteString(from)
		}
		b.WriteString(line)
	}
	return append(payloads, b.String())
}

// received hands a payload to all who listen.
func (w *wire) received(payload string) {
	from, rest, _ := strings.Cut(payload, "\n")
	w.mu.Lock()
	defer w.mu.Unlock()
	for l := range w.listeners {
		if l.id == from {
			continue
		}
		for line := range strings.SplitSeq(rest, "\n") {
			topic, key, _ := strings.Cut(line, fieldSeparator)
			l.add(topic, key)
		}
	}
}

// began tells all who listen that from now on they hear everything, and before they did not.
func (w *wire) began() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begun = true
	for l := range w.listeners {
		l.add(missedSome, "")
	}
}

func (w *wire) listen(l *listener) (stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return func() {}
	}
	w.listeners[l] = struct{}{}
	if w.begun {
		l.add(missedSome, "")
	}
	if !w.receiving {
		w.receiving = true
		w.working.Go(func() { w.carrier.receive(w.ctx, w.received, w.began) })
	}
	stopping := make(chan struct{})
	w.working.Go(func() { l.run(stopping, w.closing) })
	return sync.OnceFunc(func() {
		w.mu.Lock()
		delete(w.listeners, l)
		w.mu.Unlock()
		close(stopping)
		<-l.ended
	})
}

// listener keeps what one party has not heard yet.
type listener struct {
	id     string
	heard  func(topic string, keys []string)
	missed func()
	wake   chan struct{}
	ended  chan struct{}

	mu     sync.Mutex
	topics []string // in the order their first key came
	keys   map[string][]string
	known  map[signal]bool
	some   bool // were missed
}

func (l *listener) add(topic, key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := signal{topic: topic, key: key}
	switch {
	case topic == missedSome || len(l.known) >= mostUnheard:
		l.some = true
		l.topics, l.keys, l.known = nil, nil, nil // to look afresh finds those too
	case l.known[s]:
	default:
		if l.known == nil {
			l.keys, l.known = map[string][]string{}, map[signal]bool{}
		}
		if l.keys[topic] == nil {
			l.topics = append(l.topics, topic)
		}
		l.known[s] = true
		l.keys[topic] = append(l.keys[topic], key)
	}
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *listener) run(stopping, closing <-chan struct{}) {
	defer close(l.ended)
	for {
		select {
		case <-stopping:
			return
		case <-closing:
			return
		case <-l.wake:
		}
		l.mu.Lock()
		topics, keys, some := l.topics, l.keys, l.some
		l.topics, l.keys, l.known, l.some = nil, nil, nil, false
		l.mu.Unlock()
		if some {
			l.missed()
		}
		for _, topic := range topics {
			l.heard(topic, keys[topic])
		}
	}
}

// inProcess carries signals within this process: SQLite has no other.
type inProcess struct {
	mu       sync.Mutex
	received func(string) // nil while nobody listens
}

func (c *inProcess) send(_ context.Context, payloads []string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range payloads {
		if c.received != nil {
			c.received(p)
		}
	}
	return nil
}

func (c *inProcess) receive(ctx context.Context, received func(string), began func()) {
	c.hand(received)
	began()
	<-ctx.Done()
	c.hand(nil)
}

func (c *inProcess) hand(received func(string)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.received = received
}

func (c *inProcess) sendWithin(context.Context, jobs.Tx, []string) (bool, error) { return false, nil }

// whole is now: what is sent is heard before send returns.
func (c *inProcess) whole() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.received == nil {
		return time.Time{}
	}
	return time.Now()
}

package watch

import (
	"fmt"
	"slices"
	"time"
)

// act is what began an era.
type act struct {
	era   Era
	knew  Era // the latest that was known of to whom
	began string
}

// message is on its way: a report, or what a device hears.
type message struct {
	device  int
	report  *Report // to the server
	mark    Mark    // else to the device: of another, or of the server
	ack     bool    // else likewise: of its own report
	counter int64
	session string
}

// kept is what the server has done that lasts: a row joined, or all before an era forgotten.
type lasting struct {
	row       Row
	forgotten bool
}

var deviceIDs = [...]string{"phone", "tv", "laptop", "tablet", "cinema"}

// world is where a history happens.
type world struct {
	now          time.Time
	devices      []device
	network      []message
	waits        []message // at the server, for its transaction
	rows         shelved
	hot          note
	isHot        bool
	log          []lasting
	acts         []act
	acked        []Mark
	playings     int
	attentive    bool // everybody hears of everything at once
	shown, lasts view // what the server answers, and what would survive
	failure      string
}

// begin returns a world before a history. It takes what an old one has room for: there are many.
func (w *world) begin(s script, attentive bool) *world {
	*w = world{
		now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), attentive: attentive,
		devices: w.devices[:0], network: w.network[:0], waits: w.waits[:0], rows: w.rows[:0], log: w.log[:0], acts: w.acts[:0], acked: w.acked[:0],
	}
	for i, skew := range s.skews {
		w.devices = append(w.devices, device{id: deviceIDs[i], skew: skew, online: true})
	}
	return w
}

func (w *world) fail(format string, args ...any) {
	if w.failure == "" {
		w.failure = fmt.Sprintf(format, args...)
	}
}

func (w *world) clock(d *device) time.Time { return w.now.Add(d.skew) }

// playing is the id of a new one, in the order of tickets.
func (w *world) playing() string {
	w.playings++
	return "playing-" + string(rune('a'+w.playings/26%26)) + string(rune('a'+w.playings%26))
}

func (w *world) did(what string, era, knew Era) {
	if era.Compare(knew) <= 0 {
		w.fail("%s began %v, which is not later than %v, that was known", what, era, knew)
	}
	w.acts = append(w.acts, act{era, knew, what})
}

// take lets one step happen.
func (w *world) take(s step) {
	d := &w.devices[s.device]
	w.now = w.now.Add(time.Duration(1+s.number%7) * time.Second)
	switch s.what {
	case plays:
		if d.open && d.playing {
			d.at = min(d.at+5, filmLength)
			w.report(s.device, Playing)
		}
	case pauses:
		if d.open {
			d.playing = !d.playing
			w.report(s.device, state(d))
		}
	case skips:
		if d.open {
			d.at = min(d.at+float64(s.number%1000), filmLength)
			w.report(s.device, state(d))
		}
	case goesBack:
		if d.open && d.at > 1 {
			w.goBack(s.device, d.at*float64(s.number%100)/100)
		}
	case finishes:
		if d.open {
			d.at = max(d.at, filmCredits+10)
			w.report(s.device, state(d))
		}
	case opens:
		w.opensPlayer(s.device)
	case closes:
		if d.open {
			w.report(s.device, Stopped)
			d.open = false
		}
	case loses:
		if !w.attentive {
			d.online = false
			w.now = w.now.Add(time.Duration(s.number%72) * time.Hour)
		}
	case finds:
		w.back(s.device)
	case takesOff:
		if d.online {
			w.takeOff(Removed)
		}
	case forgets:
		if d.online {
			w.takeOff(Forgotten)
		}
	case arrives:
		w.deliver(s.number, true)
	case arrivesTwice:
		w.deliver(s.number, false)
	case isLost:
		if n := len(w.network); n > 0 && !w.attentive {
			w.drop(int(s.number) % n)
		}
	case isKept:
		w.keep()
	case isRefused:
		if !w.attentive {
			w.warm(joined(w.waits))
			w.waits = w.waits[:0]
		}
	case isKilled:
		if !w.attentive {
			w.waits = w.waits[:0]
		}
	case isEmptied:
		w.hot, w.isHot, w.shown = note{}, false, view{}
	}
	if w.attentive {
		w.settle()
	}
	w.look()
}

func state(d *device) State {
	if d.playing {
		return Playing
	}
	return Paused
}

func (w *world) report(i uint8, s State) {
	d := &w.devices[i]
	r := d.says(w.clock(d), s)
	if d.online {
		w.network = append(w.network, message{device: int(i), report: &r})
	}
}

func (w *world) goBack(i uint8, to float64) {
	d := &w.devices[i]
	knew := d.knows.Era
	d.goesBack(to, w.clock(d))
	w.did("going back", d.era, knew)
	w.report(i, state(d))
}

func (w *world) opensPlayer(i uint8) {
	d, id := &w.devices[i], w.playing()
	knew := d.knows.Era
	began := false
	if d.online {
		now, _ := w.server()
		at, era := now.Resume(filmCredits, w.now, id)
		if era != now.Era {
			w.did("opening", era, now.Era)
		}
		began = d.starts(at, era, id, w.clock(d))
	} else {
		began = d.startsAlone(id, w.clock(d))
	}
	if began {
		w.did("opening", d.era, knew)
	}
	w.report(i, Playing)
}

// back gives a device its network: it hears how things stand, and sends what it owes.
func (w *world) back(i uint8) {
	d := &w.devices[i]
	d.online = true
	if m, found := w.server(); found {
		d.hears(m)
	}
	if d.owes {
		r := d.sends(Paused)
		w.network = append(w.network, message{device: int(i), report: &r})
	}
}

// takeOff is Service.Remove, and Forget.
func (w *world) takeOff(kind Kind) {
	m, found := w.kept()
	if !found || m.Kind == kind {
		return
	}
	taken := m.taken(kind, w.now, w.playing())
	w.did(string(kind), taken.Era, m.Era)
	row := Row{Viewer: ana, VideoID: "film", Mark: taken}
	w.last(lasting{row, kind == Forgotten})
	w.hot, w.isHot = w.hot.with(row, "", w.now), true
	w.acked = append(w.acked, taken)
	w.tell(-1, taken)
}

// last does to the store what lasts.
func (w *world) last(l lasting) {
	w.log = append(w.log, l)
	w.rows = l.over(w.rows)
}

// shelved are the rows of a film, as a store has them. There are few, and many stores.
type shelved []Row

func (l lasting) over(rows shelved) shelved {
	if l.forgotten {
		rows = slices.DeleteFunc(rows, func(r Row) bool { return r.Era.Compare(l.row.Era) < 0 })
	}
	for i := range rows {
		if rows[i].DeviceID == l.row.DeviceID {
			rows[i] = rows[i].Join(l.row)
			return rows
		}
	}
	return append(rows, l.row)
}

func (w *world) tell(from int, m Mark) {
	for i := range w.devices {
		if i != from && w.devices[i].online {
			w.network = append(w.network, message{device: i, mark: m})
		}
	}
}

func (w *world) drop(i int) {
	n := len(w.network) - 1
	w.network[i] = w.network[n]
	w.network = w.network[:n]
}

// deliver lets any one message arrive; it may be on its way once more.
func (w *world) deliver(number uint32, once bool) {
	if len(w.network) == 0 {
		return
	}
	i := int(number) % len(w.network)
	m := w.network[i]
	if once {
		w.drop(i)
	}
	d := &w.devices[m.device]
	switch {
	case m.report != nil:
		r, err := m.report.checked(w.now)
		if err != nil {
			w.fail("an honest report is refused: %v", err)
			return
		}
		m.report = &r
		w.waits = append(w.waits, m)
		w.tell(m.device, r.row(*r.Era).Mark)
	case !d.online: // it is lost
	case m.ack:
		d.acknowledged(m.session, m.counter)
	default:
		d.hears(m.mark)
	}
}

// joined are the rows of what waits.
func joined(waits []message) (all []waiting) {
	for _, m := range waits {
		i := slices.IndexFunc(all, func(w waiting) bool { return w.row.DeviceID == m.report.DeviceID })
		if i < 0 {
			i, all = len(all), append(all, waiting{})
		}
		all[i].add(m.report.row(*m.report.Era), m.report.State)
	}
	return all
}

// warm makes what waits hot.
func (w *world) warm(rows []waiting) {
	for _, one := range rows {
		w.hot, w.isHot = w.hot.with(one.row, one.state, w.now), true
	}
}

// keep is one transaction; then those who are heard of get an answer.
func (w *world) keep() {
	rows := joined(w.waits)
	w.warm(rows)
	for _, one := range rows {
		w.last(lasting{row: one.row})
	}
	for _, m := range w.waits {
		w.acked = append(w.acked, m.report.row(*m.report.Era).Mark)
		w.network = append(w.network, message{device: m.device, ack: true, session: m.report.SessionID, counter: m.report.Counter})
	}
	w.waits = w.waits[:0]
}

// settle lets everything arrive and be kept.
func (w *world) settle() {
	for len(w.network) > 0 || len(w.waits) > 0 {
		for len(w.network) > 0 {
			w.deliver(0, true)
		}
		w.keep()
	}
}

// rest brings everybody back, until nobody owes anything.
func (w *world) rest() {
	for i := range w.devices {
		w.back(uint8(i))
	}
	w.settle()
	for i := range w.devices {
		if w.devices[i].owes {
			w.fail("%s still owes what it sent", w.devices[i].id)
		}
		kept, found := w.kept()
		if said := w.devices[i].knows; said != (Mark{}) && (!found || !holds(kept, said)) {
			w.fail("%s knows of %v, and %v is kept", w.devices[i].id, said, kept)
		}
		w.devices[i].hears(kept)
	}
	w.look()
}

// kept is what would survive.
func (w *world) kept() (Mark, bool) { return Joined(w.rows) }

// server is what it answers: what is hot and what is kept.
func (w *world) server() (Mark, bool) {
	st, found := latest("film", w.rows)
	if w.isHot {
		return w.hot.over(st, found, w.now).Mark, true
	}
	return st.Mark, found
}

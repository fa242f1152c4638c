package watch

import "time"

// device is one of a viewer's, as docs/watch.md asks it to be: the app's player does the same.
type device struct {
	id    string
	skew  time.Duration // of its clock
	knows Mark          // all it has heard and said of the film, joined

	online  bool
	open    bool // the player
	playing bool
	session string
	counter int64
	era     Era
	at      float64

	unsent Row // all that is not acknowledged, joined
	owes   bool
}

const filmLength, filmCredits = 6000, 5600

// starts opens the player as a ticket says. What the device has not sent yet counts too.
func (d *device) starts(at float64, era Era, session string, now time.Time) (began bool) {
	ticket := Mark{Era: era, Kind: Watching, Position: at, Duration: filmLength}
	if d.owes && d.unsent.Era.Compare(era) >= 0 {
		own := d.unsent.Mark.Join(ticket)
		before := own.Era
		at, era = own.Resume(filmCredits, now, session)
		ticket, began = Mark{Era: era, Kind: Watching, Position: at, Duration: filmLength}, era != before
	}
	d.hears(ticket)
	d.open, d.playing, d.session, d.counter, d.at, d.era = true, true, session, 0, at, era
	return began
}

// startsAlone opens it without a server.
func (d *device) startsAlone(session string, now time.Time) (began bool) {
	at, era := d.knows.Resume(filmCredits, now, session)
	began = era != d.knows.Era
	d.open, d.playing, d.session, d.counter, d.at, d.era = true, true, session, 0, at, era
	return began
}

// hears takes in what a ticket, an event or an answer says.
func (d *device) hears(m Mark) { d.knows = d.knows.Join(m) }

// goesBack begins an era later than all the device knows of.
func (d *device) goesBack(to float64, now time.Time) {
	d.era, d.at = d.knows.Era.Next(now, d.session), to
}

// says returns the next report. Who plays goes on in the latest era they have heard of, unless the
// film was taken away in it.
func (d *device) says(now time.Time, state State) Report {
	if state == Playing && d.knows.Kind == Watching && d.knows.Era.Compare(d.era) > 0 {
		d.era = d.knows.Era
	}
	d.counter++
	era := d.era
	r := Report{
		Viewer: ana, VideoID: "film", DeviceID: d.id, Device: d.id, Era: &era, Position: d.at, Duration: filmLength,
		ObservedAt: now, State: state, SessionID: d.session, Counter: d.counter,
	}
	row := r.row(era)
	d.hears(row.Mark)
	if d.owes {
		row = d.unsent.Join(row)
	}
	d.unsent, d.owes = row, true
	return d.sends(state)
}

// sends returns all that is not acknowledged, as one report.
func (d *device) sends(state State) Report {
	u, era := d.unsent, d.unsent.Era
	return Report{
		Viewer: u.Viewer, VideoID: u.VideoID, DeviceID: d.id, Device: d.id, Era: &era, Position: u.Position, Duration: u.Duration,
		ObservedAt: u.At, State: state, SessionID: u.SessionID, Counter: u.Counter,
	}
}

// acknowledged drops what was sent, unless more was said since.
func (d *device) acknowledged(session string, counter int64) {
	if d.owes && d.unsent.SessionID == session && d.unsent.Counter == counter {
		d.unsent, d.owes = Row{}, false
	}
}

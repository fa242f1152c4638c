package watch

import (
	"context"
	"hash/maphash"
	"sync"
	"time"
)

// Moved tells open devices how far one has come, or that something was removed. They join it as
// the service does: it may come late, and twice.
type Moved struct {
	Type     string    `json:"type"` // "watch.position"
	VideoID  string    `json:"videoId"`
	DeviceID string    `json:"deviceId"` // "" of a removal
	Device   string    `json:"device"`
	Era      string    `json:"era"`
	Kind     Kind      `json:"kind"`
	Position float64   `json:"positionSeconds"`
	Duration float64   `json:"durationSeconds"`
	State    State     `json:"state,omitempty"`
	At       time.Time `json:"at"`
}

// Taken tells the players of a video that another device goes on with it: they pause, report, and
// say where it goes on.
type Taken struct {
	Type     string `json:"type"` // "watch.taken"
	VideoID  string `json:"videoId"`
	DeviceID string `json:"deviceId"`
}

func moved(r Row, state State) Moved {
	return Moved{
		Type: "watch.position", VideoID: r.VideoID, DeviceID: r.DeviceID, Device: r.Device, Era: r.Era.String(), Kind: r.Kind,
		Position: r.Position, Duration: r.Duration, State: state, At: r.At,
	}
}

const (
	toldEvery  = 4 * time.Second  // of who plays on and on
	hereEvery  = 20 * time.Second // presence wears off after 45
	forgetLast = time.Minute      // who has not reported for that long begins
)

// last is what was told of a device last.
type last struct {
	told, here time.Time
	state      State
	era        Era
}

// lately remembers devices for one to two forgetLasts: it holds those who report, and no others.
type lately struct {
	mu      sync.Mutex
	now     map[rowKey]last
	before  map[rowKey]last
	rotated time.Time
}

// change lets f change what is remembered of a device.
func (l *lately) change(key rowKey, at time.Time, f func(*last)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at.Sub(l.rotated) > forgetLast {
		l.before, l.now, l.rotated = l.now, map[rowKey]last{}, at
	}
	one, found := l.now[key]
	if !found {
		one = l.before[key]
	}
	f(&one)
	l.now[key] = one
}

// tell tells the profile's other devices of a report: at once when a viewer did something, and
// now and then while they watch.
func (s *Service) tell(r Report, era Era) {
	now, news := s.now(), false
	s.lately.change(rowKey{r.Viewer, r.VideoID, r.DeviceID}, now, func(l *last) {
		news = r.Sought || r.State != l.state || era != l.era || now.Sub(l.told) >= toldEvery
		if news {
			l.told, l.state, l.era = now, r.State, era
		}
	})
	if news {
		s.Tell(context.Background(), r.Viewer, moved(r.row(era), r.State))
	}
}

const (
	mostVisits = 4096 // that wait; one that is left out is made up for 20 s later
	visitors   = 8
)

// visit is a sign of life of who watches.
type visit struct {
	videoID, who string
	watching     bool
}

// here notes who is watching, without waiting for Redis.
func (s *Service) here(r Report) {
	if s.Here == nil {
		return
	}
	now, news := s.now(), r.State == Stopped
	s.lately.change(rowKey{r.Viewer, r.VideoID, r.DeviceID}, now, func(l *last) {
		if news || now.Sub(l.here) >= hereEvery {
			news, l.here = true, now
		}
		if r.State == Stopped {
			l.here = time.Time{}
		}
	})
	if !news {
		return
	}
	v := visit{r.VideoID, r.Viewer.ProfileID + "/" + r.DeviceID, r.State != Stopped}
	select {
	case s.visits[maphash.String(visitorSeed, v.who)%visitors] <- v:
	default:
	}
}

// visitorSeed gives all visits of a device to one visitor: who left may not be overtaken by
// their own coming.
var visitorSeed = maphash.MakeSeed()

// visit tells of visits, in their order, until ctx ends.
func (s *Service) visit(ctx context.Context, visits <-chan visit) {
	for {
		select {
		case <-ctx.Done():
			return
		case v := <-visits:
			s.Here(ctx, v.videoID, v.who, v.watching)
		}
	}
}

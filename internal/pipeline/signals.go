package pipeline

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// Signals are this process's line to the others that work on the same database. They make
// things sooner and nothing true: one that is lost is found a few seconds later by whoever
// looks for itself.
type Signals interface {
	// Tell lets all others know, soon, and returns at once.
	Tell(topic string, keys ...string)
	// Listen has heard called with what others tell, never with what is told here; and missed
	// when some of it may have been lost, and once at the beginning. Neither is called while
	// the other is, nor after stop has returned.
	Listen(heard func(topic string, keys []string), missed func()) (stop func())
}

// What processes tell each other. The key is a segment, but of tasks their video, and of what
// is settled the object's.
const (
	tasksQueued     = "pipeline.tasks"     // there are tasks to take
	segmentWaited   = "pipeline.waited"    // somebody waits for it
	segmentAhead    = "pipeline.ahead"     // it is to be read ahead
	segmentSettled  = "pipeline.settled"   // it is stored, or given up
	segmentUnwanted = "pipeline.withdrawn" // somebody no longer wants it
)

// Signals may be lost, with the process that was to send them or with a connection, and a
// lease that runs out is told by nobody. So everybody also looks for itself, seldom: these
// bound how late what was not heard is noticed.
const (
	workPollEvery   = 5 * time.Second // for tasks that were queued or abandoned
	demandPollEvery = 2 * time.Second // for what viewers of another process wait for
	lookEvery       = 2 * time.Second // whether another process has stored what is waited for
)

// tell tells the other processes, where there may be any.
func (p *Pipeline) tell(topic string, keys ...string) {
	if p.Signals != nil && !p.Alone && len(keys) > 0 {
		p.Signals.Tell(topic, keys...)
	}
}

func (p *Pipeline) tellOf(topic string, segments ...Segment) {
	keys := make([]string, len(segments))
	for i, s := range segments {
		keys[i] = s.signal()
	}
	p.tell(topic, keys...)
}

// listen hears the other processes until ctx ends.
func (p *Pipeline) listen(ctx context.Context) {
	if p.Signals != nil {
		defer p.Signals.Listen(p.heard, p.missed)()
	}
	tick := time.NewTicker(demandPollEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			p.demands[Waited].ring()
			p.demands[Ahead].ring()
		}
	}
}

func (p *Pipeline) heard(topic string, keys []string) {
	switch topic {
	case tasksQueued:
		p.tasks.ring()
		p.beginnings.ring()
		return
	case segmentSettled:
		p.desk.lookAt(keys...)
		return
	}
	segments := make([]Segment, 0, len(keys))
	for _, key := range keys {
		if s, ok := segmentOf(key); ok { // else a newer version tells it
			segments = append(segments, s)
		}
	}
	switch topic {
	case segmentWaited:
		p.demands[Waited].ring()
		for _, s := range segments {
			p.floor.wantSegment(s)
		}
	case segmentAhead:
		p.demands[Ahead].ring()
	case segmentUnwanted:
		for _, s := range segments {
			p.floor.unwantSegment(s)
		}
		p.floor.lookAgain(segments...)
	}
}

// missed looks at everything that could have been told.
func (p *Pipeline) missed() {
	p.tasks.ring()
	p.beginnings.ring()
	p.demands[Waited].ring()
	p.demands[Ahead].ring()
	p.desk.lookAtAll()
	p.floor.lookAgainAtAll()
}

// signal is a segment as processes name it to each other.
func (s Segment) signal() string {
	return s.VideoID + " " + s.Rendition + " " + strconv.Itoa(s.Index)
}

func segmentOf(signal string) (s Segment, ok bool) {
	parts := strings.Split(signal, " ")
	if len(parts) != 3 {
		return Segment{}, false
	}
	index, err := strconv.Atoi(parts[2])
	return Segment{parts[0], parts[1], index}, err == nil
}

package pipeline

import "time"

// EventKind says what happened.
type EventKind string

// What happens to a segment somebody waits for, and to the encoders.
const (
	DemandAsked     EventKind = "asked"     // a segment was asked for
	DemandJoined    EventKind = "joined"    // a task of this process makes it already
	DemandTaken     EventKind = "taken"     // this process makes it
	DemandMade      EventKind = "made"      // and has stored it
	DemandFailed    EventKind = "failed"    // or could not
	DemandWithdrawn EventKind = "withdrawn" // nobody waits for it here any more
	DemandCancelled EventKind = "cancelled" // nobody wants it, or another makes it: this process stopped
	EncoderHeld     EventKind = "held"      // an encoder stands still for one that is waited for
	EncoderResumed  EventKind = "resumed"
	TaskTaken       EventKind = "task-taken"
	TaskDone        EventKind = "task-done"
	RoomLacked      EventKind = "room-lacked" // work is left to other processes until there is room here
	RoomFound       EventKind = "room-found"  // there may be
)

// Event is one thing that happened: to a segment when Rendition is set, else to a task; of room,
// to this process.
type Event struct {
	Kind      EventKind
	Video     string
	Rendition string
	Segment   int
	Demand    DemandKind // how much a taken segment is wanted
	Task      int        // the task's Seq
	Slot      int        // which of the process's encoders
	At        time.Time
}

// observe tells who listens. It is called under locks, so that the order is what it was.
func (p *Pipeline) observe(e Event) {
	if p.Observe != nil {
		e.At = time.Now()
		p.Observe(e)
	}
}

func ofSegment(kind EventKind, s Segment) Event {
	return Event{Kind: kind, Video: s.VideoID, Rendition: s.Rendition, Segment: s.Index}
}

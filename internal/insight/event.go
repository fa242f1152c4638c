package insight

import (
	"cmp"
	"math"
	"slices"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// EventType is what happened.
type EventType string

// The types of events, and what their Value says.
const (
	Start    EventType = "start"    // the first picture; Value: how many seconds it took to come
	Stall    EventType = "stall"    // it stood still for want of data; Value: for how many seconds
	Quality  EventType = "quality"  // another quality is shown from here on; Value: its height
	Stop     EventType = "stop"     // the viewer left
	Complete EventType = "complete" // the viewer saw it to the end
)

// Event is something that happened in a playing.
type Event struct {
	Type     EventType `json:"type"`
	At       float64   `json:"at"`              // seconds since the playing began, by the player's clock
	Position float64   `json:"position"`        // seconds, in the film
	Value    float64   `json:"value,omitempty"` // by type
}

// kept is how many events of a type are kept of a playing: the earliest of most, and where it
// was left last. What somebody sends must not fill the database.
var kept = map[EventType]int{Start: 1, Stall: 60, Quality: 60, Stop: 1, Complete: 1}

// What an event can be: a playing is not left open for a month, nor is a film two days long.
const (
	mostAt       = 30 * 24 * 3600
	mostPosition = 48 * 3600
	mostValue    = 100_000
)

// clean returns the event as it is kept, with times in milliseconds; fault.Invalid of what
// cannot have happened.
func (e Event) clean() (Event, error) {
	if kept[e.Type] == 0 {
		return e, fault.New(fault.Invalid, "insight.event", "bad_event", "An event is a start, stall, quality, stop or complete.")
	}
	for _, n := range []struct {
		number *float64
		most   float64
	}{{&e.At, mostAt}, {&e.Position, mostPosition}, {&e.Value, mostValue}} {
		if !(*n.number >= 0 && *n.number <= n.most) { // nor is it not a number
			return e, fault.New(fault.Invalid, "insight.event", "bad_event", "An event's numbers are seconds or a height, from 0 and no larger than can be.")
		}
		*n.number = math.Round(*n.number*1000) / 1000
	}
	return e, nil
}

func (e Event) compare(other Event) int {
	return cmp.Or(cmp.Compare(e.At, other.At), cmp.Compare(e.Type, other.Type), cmp.Compare(e.Position, other.Position), cmp.Compare(e.Value, other.Value))
}

// tidy returns the events of all lists in order, each once, and of each type those that are
// kept. Which those are depends on what they are, not on when they came.
func tidy(lists ...[]Event) []Event {
	all := slices.Concat(lists...)
	slices.SortFunc(all, Event.compare)
	all = slices.Compact(all)
	lastStop := -1
	for i, e := range all {
		if e.Type == Stop {
			lastStop = i
		}
	}
	var events []Event
	had := map[EventType]int{}
	for i, e := range all {
		if e.Type == Stop && i != lastStop {
			continue
		}
		if had[e.Type]++; had[e.Type] <= kept[e.Type] {
			events = append(events, e)
		}
	}
	return events
}

// shares is which part of a playing was seen in each quality, by height; they come to 1, or
// there are none. A quality lasts until the next, the last until the last event or as long as
// was watched since the first: a pause counts for the quality it was in.
func (p Playing) shares(watchedSeconds float64) map[int]float64 {
	lasted := map[int]float64{}
	first, last, height, since := -1.0, 0.0, 0, 0.0
	for _, e := range p.Events {
		last = e.At
		if e.Type != Quality {
			continue
		}
		if first < 0 {
			first = e.At
		} else {
			lasted[height] += e.At - since
		}
		height, since = int(math.Round(e.Value)), e.At
	}
	if first < 0 {
		return nil
	}
	lasted[height] += max(last, first+watchedSeconds) - since
	all := 0.0
	for _, seconds := range lasted {
		all += seconds
	}
	if all <= 0 {
		return map[int]float64{height: 1}
	}
	for height := range lasted {
		lasted[height] /= all
	}
	return lasted
}

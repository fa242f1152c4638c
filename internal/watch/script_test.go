package watch

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// A history is what a viewer does on their devices, and what becomes of it on the way: a list of
// steps, each of which says what, on which device, and a number it makes of what it needs. A step
// that is not possible does nothing, so that any part of a history is one.

type step struct {
	what   what
	device uint8
	number uint32
}

type what uint8

const (
	plays    what = iota // five seconds more
	pauses               // or goes on
	skips                // forwards
	goesBack             // backwards
	finishes             // skips to the credits
	opens                // the player, with a ticket if there is a network
	closes
	loses    // the network, for hours or days
	finds    // it again
	takesOff // the row
	forgets  // takes it out of the history
	arrives  // one of the messages on their way
	arrivesTwice
	isLost    // one of them
	isKept    // what waits at the server
	isRefused // likewise: the database is away
	isKilled  // the server: what waits is gone
	isEmptied // Redis
	kindsOfStep
)

var names = [...]string{
	"plays", "pauses", "skips", "goes back", "finishes", "opens", "closes", "loses the network", "finds the network", "takes off the row",
	"forgets", "arrives", "arrives twice", "is lost", "is kept", "is refused", "is killed", "is emptied",
}

// often is how often each is, of a hundred or so.
var often = [kindsOfStep]int{24, 5, 4, 7, 3, 9, 3, 4, 6, 2, 1, 24, 4, 3, 14, 2, 2, 2}

func (s step) String() string {
	return fmt.Sprintf("device %d %s (%d)", s.device, names[s.what], s.number)
}

// script is a history before it happens.
type script struct {
	seed  uint64
	skews []time.Duration // of the devices' clocks
	steps []step
}

func written(seed uint64) script {
	r := rand.New(rand.NewPCG(seed, 1))
	s := script{seed: seed}
	for range 1 + r.IntN(5) {
		s.skews = append(s.skews, time.Duration(r.Int64N(int64(48*time.Hour)))-24*time.Hour)
	}
	all := 0
	for _, n := range often {
		all += n
	}
	for range 10 + r.IntN(50) {
		n, w := r.IntN(all), what(0)
		for n >= often[w] {
			n, w = n-often[w], w+1
		}
		s.steps = append(s.steps, step{w, uint8(r.IntN(len(s.skews))), r.Uint32()})
	}
	return s
}

func (s script) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d, clocks", s.seed)
	for _, skew := range s.skews {
		fmt.Fprintf(&b, " %+.1fh", skew.Hours())
	}
	for _, st := range s.steps {
		fmt.Fprintf(&b, "\n  %v", st)
	}
	return b.String()
}

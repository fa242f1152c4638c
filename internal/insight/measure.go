package insight

import "github.com/kkmovies/kkmovies/internal/platform/fault"

// Measure is one thing that a viewer's browser measured: of a screen of the app, or of a film it
// played. It says nothing of who measured, and is kept in sums alone.
type Measure struct {
	Name   string
	Value  float64
	Screen string // of the app, by its name; "" for none of those there are
}

// Measured says what a measure can be.
type Measured struct {
	Help    string
	Buckets []float64 // upper bounds that values are counted by, upwards; the last is the largest that can be
}

// Measures are those there are. The first five are Web Vitals (web.dev/vitals), whose middle bounds
// are where they stop being good and begin to be poor; the others are of one playing, when it
// ends.
var Measures = map[string]Measured{
	"lcp":  {"Seconds until the largest thing of a first screen was painted.", []float64{0.5, 1, 1.5, 2, 2.5, 4, 6, 10, 600}},
	"fcp":  {"Seconds until anything was painted.", []float64{0.25, 0.5, 1, 1.8, 3, 6, 10, 600}},
	"ttfb": {"Seconds until the first byte of a page.", []float64{0.05, 0.1, 0.2, 0.4, 0.8, 1.8, 5, 600}},
	"inp":  {"Seconds that the slowest answer to a press took.", []float64{0.05, 0.1, 0.2, 0.5, 1, 2, 600}},
	"cls":  {"How much of a screen moved without being asked to, cumulative layout shift.", []float64{0.001, 0.01, 0.05, 0.1, 0.25, 1, 1000}},

	"start":   {"Seconds between opening a film and its first picture.", []float64{0.25, 0.5, 1, 1.5, 2.5, 5, 10, 3600}},
	"stalled": {"Which part of a playing stood still for want of data, 0 to 1.", []float64{0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 1}},
	"bitrate": {"Bits a second that were shown, the mean of a playing.", []float64{250e3, 500e3, 1e6, 2e6, 4e6, 8e6, 16e6, 1e9}},
	"dropped": {"Which part of the pictures of a playing was not shown, 0 to 1.", []float64{0.001, 0.01, 0.02, 0.05, 0.1, 0.25, 1}},
	"failed":  {"Whether a playing ended in an error: 1, or 0.", []float64{0, 1}},
}

// Screens are the names a measure may name; any other is as none.
var Screens = map[string]bool{
	"home": true, "browse": true, "search": true, "list": true, "title": true, "watch": true, "history": true,
	"account": true, "profiles": true, "operator": true, "door": true,
}

// Clean returns the measure as it is counted; fault.Invalid of one that cannot have been measured.
func (m Measure) Clean() (Measure, error) {
	of, known := Measures[m.Name]
	if !known {
		return m, fault.New(fault.Invalid, "insight.measure", "bad_measure", "There is no measure of this name.")
	}
	if most := of.Buckets[len(of.Buckets)-1]; !(m.Value >= 0 && m.Value <= most) { // nor is it not a number
		return m, fault.New(fault.Invalid, "insight.measure", "bad_measure", "A measure is not negative, and no larger than can be.")
	}
	if !Screens[m.Screen] {
		m.Screen = ""
	}
	return m, nil
}

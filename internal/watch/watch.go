// Package watch owns how far each viewer has come: what devices report, how reports that come
// late, twice, out of order or after days without a network become one position, the row of what
// to go on with, and what was watched. docs/watch.md tells the rule and why it is so.
//
// It knows no HTTP, no SQL and no film but by the plain types of catalog. What is kept is a Mark
// for each profile, video and device; what a viewer sees is their Join.
package watch

import (
	"context"
	"time"
)

// Viewer is whose watching it is.
type Viewer struct{ UserID, ProfileID string }

// Report is what a device says of one video it plays.
type Report struct {
	Viewer   Viewer
	VideoID  string
	DeviceID string // the device's own: it says the same all its life
	Device   string // what to call it: "Chrome on Android"

	// Era is the one that the device plays in: its ticket's, or a later one that it heard of or
	// began. Nil from who knows nothing of eras: then they are taken as they come.
	Era        *Era
	Position   float64   // seconds
	Duration   float64   // seconds, of the video
	ObservedAt time.Time // by the device's clock, which nothing but the order of lists depends on
	State      State

	SessionID string // of this playing, from its ticket; "" from who has none
	Counter   int64  // of its reports, from 1; 0 from who does not count
	Sought    bool   // the viewer went there; it did not come by playing
}

// State is what the player does at the time of a report.
type State string

// The states. What is stopped was left: the player is gone.
const (
	Playing State = "playing"
	Paused  State = "paused"
	Stopped State = "stopped"
)

// Row is what is kept of one device.
type Row struct {
	Viewer    Viewer
	VideoID   string
	DeviceID  string // "" of what was done away from a player: a removal
	Device    string
	SessionID string // that reported last, and its counter
	Counter   int64
	Mark
}

// Place is a place in what a profile watched, latest first.
type Place struct {
	At      time.Time
	VideoID string
}

// Store keeps the rows, in the main database. Every method may be repeated.
type Store interface {
	// Record joins rows with what is kept, as Row.Join does, all or none, and returns when that
	// would survive this process and its machine's power. A profile's row of one video and device
	// comes once. The rows of a profile or video that is gone are left out. Eras are compared as
	// Era.Compare does it: text byte by byte.
	Record(ctx context.Context, rows []Row) error
	// Rows are those of all devices of a profile for these videos, in no order.
	Rows(ctx context.Context, v Viewer, videoIDs ...string) ([]Row, error)
	// Recent are the videos that a profile watched last, latest first, each with the rows of all
	// its devices together; a video's time is that of its latest row. At most so many videos. Those
	// of which nothing but that they were forgotten is kept may be left out.
	Recent(ctx context.Context, v Viewer, after *Place, most int) ([][]Row, error)
	// Forget drops the rows of these videos, or of all of a profile when there are none, whose era
	// is before the given one, and keeps in the place of each video's a row without a device that
	// says so, and not when it was watched: its At is before that of any report. A video stays
	// forgotten when a device reports what was before.
	Forget(ctx context.Context, v Viewer, era Era, videoIDs ...string) error
}

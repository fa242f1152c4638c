package watch

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	maxID      = 64                   // bytes
	maxDevice  = 100                  // characters
	maxSeconds = 1e6                  // eleven days: of no film
	ahead      = 48 * time.Hour       // an era's clock may be; more is no clock
	oldest     = 365 * 24 * time.Hour // nothing was watched longer ago that is told only now
)

// checked returns a report with what it leaves out, and with nothing in it that a store could
// stumble over: in one transaction there are those of many.
func (r Report) checked(now time.Time) (Report, error) {
	const op = "watch.report"
	if err := checkIDs(op, r.Viewer, r.VideoID, r.DeviceID); err != nil {
		return r, err
	}
	if r.SessionID != "" && !isID(r.SessionID) || r.Counter < 0 || r.Counter > maxAt {
		return r, fault.New(fault.Invalid, op, "bad_session", "The sessionId is the ticket's, and the counter of its reports counts from 1.")
	}
	if utf8.RuneCountInString(r.Device) > maxDevice || !utf8.ValidString(r.Device) || strings.ContainsFunc(r.Device, unicode.IsControl) {
		return r, fault.New(fault.Invalid, op, "bad_device", "A device is called by at most 100 characters, none of them hidden.")
	}
	if !isSeconds(r.Position) || !isSeconds(r.Duration) {
		return r, fault.New(fault.Invalid, op, "bad_position", "Position and duration are seconds, from 0 to 1,000,000.")
	}
	if r.Duration > 0 {
		r.Position = min(r.Position, r.Duration)
	}
	switch r.State {
	case Playing, Paused, Stopped:
	case "":
		r.State = Playing
	default:
		return r, fault.New(fault.Invalid, op, "bad_state", "A player is playing, paused or stopped.")
	}
	if r.Era != nil {
		if err := r.Era.check(); err != nil {
			return r, fault.Wrap(op, err)
		}
		if r.Era.At > now.Add(ahead).UnixMilli() {
			return r, fault.New(fault.Invalid, op, "bad_era", "This era begins more than 48 hours from now: begin one by the server's time.")
		}
	}
	r.ObservedAt = plausible(r.ObservedAt, now)
	return r, nil
}

func checkIDs(op string, v Viewer, ids ...string) error {
	if !isID(v.UserID) || !isID(v.ProfileID) || slices.ContainsFunc(ids, func(id string) bool { return !isID(id) }) {
		return fault.New(fault.Invalid, op, "bad_id", "Profiles, videos and devices have ids of 1 to 64 visible ASCII characters.")
	}
	return nil
}

// isID reports whether text may be an id: of visible ASCII, as all of this house are.
func isID(text string) bool {
	return text != "" && len(text) <= maxID && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

func isSeconds(s float64) bool { return !math.IsNaN(s) && s >= 0 && s <= maxSeconds }

// plausible returns when something was watched, of what a device's clock says: not after now,
// nor very long ago.
func plausible(said, now time.Time) time.Time {
	switch earliest := now.Add(-oldest); {
	case said.IsZero() || said.After(now):
		return now
	case said.Before(earliest):
		return earliest
	}
	return said.UTC().Truncate(time.Microsecond)
}

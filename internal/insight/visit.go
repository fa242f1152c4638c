package insight

import (
	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Visit is something that a viewer did, as far as one who agreed to it lets it be told outside of
// the house: that a screen was opened, a film begun or seen to its end. It says neither who did it
// nor of which film.
type Visit struct {
	Client  string // of a device: a random UUID, made when its viewer agreed
	Session int64  // of the life of a page: random
	Name    string // one of Visits
	Screen  string // of the app, one of Screens
}

// Visits are what can be told.
var Visits = map[string]bool{"page_view": true, "video_start": true, "video_complete": true}

// Clean returns the visit as it is told; fault.Invalid of what no app of ours says.
func (v Visit) Clean() (Visit, error) {
	client, err := uuid.Parse(v.Client)
	if err != nil || client.Version() != 4 || !Visits[v.Name] || !Screens[v.Screen] || v.Session <= 0 {
		return v, fault.New(fault.Invalid, "insight.visit", "bad_visit", "There is no such visit: it has a random id of a device and of a session, a name and a screen of those there are.")
	}
	v.Client = client.String()
	return v, nil
}

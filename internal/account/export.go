package account

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Export is all that is kept of somebody, but for what is kept so that nobody can read it:
// the hashes of passwords, PINs and tokens.
type Export struct {
	User        User
	Profiles    []Profile
	Sessions    []Session
	Invitations []Invitee // that they made and that wait
	Videos      []Brought
	Uploads     []Sending
	Watched     []Watched
	Opinions    []Opined
}

// Brought is a video that somebody brought in.
type Brought struct {
	ID        string
	Title     string
	Rating    catalog.Rating
	CreatedAt time.Time
}

// Sending is an upload of somebody's, finished or not.
type Sending struct {
	ID        string
	VideoID   string
	FileName  string
	Size      int64
	Finished  bool
	CreatedAt time.Time
}

// Watched is how far a device came in a video, for a profile.
type Watched struct {
	ProfileID string
	VideoID   string
	Title     string
	DeviceID  string // "" of what was done away from a player
	Device    string
	Kind      string    // watching, or removed from what to go on with, or forgotten
	Position  float64   // seconds
	Duration  float64   // seconds, of the video
	At        time.Time // when it was watched last; of what was forgotten nothing says it
}

// Opined is what a profile has to do with a film.
type Opined struct {
	ProfileID string
	catalog.Opinion
}

// Export returns all that is kept of who is acting.
func (p *People) Export(ctx context.Context, by Me) (Export, error) {
	e, err := p.Store.Export(ctx, by.User.ID, p.now())
	return e, fault.Wrap("account.export", err)
}

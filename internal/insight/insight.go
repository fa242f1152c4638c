// Package insight owns what happened in the playings of a video and what they say together: how
// long viewers stay, which parts they watch most, and how well it played. docs/insight.md tells
// what is counted and how.
//
// It knows no HTTP and no SQL. A playing is one row, whatever is sent of it twice, late or out of
// order: what players send is joined, by rules that have no order. What is shown of a video is
// counted anew from its latest playings, by pure code, and kept for a minute.
package insight

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// FewestViewers is how many must have watched a video before anybody is shown how: of fewer a
// curve would tell what one of them did.
const FewestViewers = 10

const (
	// MostRead is how many playings of a video are read for what is shown of it, the latest.
	MostRead = 2000
	// MostKept is how many of a video are kept at least: those who come back are known again.
	MostKept = 10_000
	// MostOfOne is how many of a video are kept of one profile, the latest.
	MostOfOne = 20
	// KeepFor is how long a playing is kept.
	KeepFor = 365 * 24 * time.Hour
)

// Viewer is who watches: a profile of a user.
type Viewer struct{ UserID, ProfileID string }

// Playing is what is known of one playing of a video.
type Playing struct {
	Viewer    Viewer
	VideoID   string
	SessionID string    // a UUID, from the ticket; another viewer's is another playing
	Began     time.Time // when the first was heard of it, by the server's clock
	Parts     Parts
	Events    []Event // in order, each once
}

// Seen reports whether anything was watched in it. Others were opened and left, or failed: they
// are kept, and count for nothing.
func (p Playing) Seen() bool { return p.Parts != Parts{} }

// Join returns what two of one playing say together. It is commutative, associative and
// idempotent: whatever comes in whatever order, however often, the playing is the same.
func (p Playing) Join(other Playing) Playing {
	if !other.Began.IsZero() && (p.Began.IsZero() || other.Began.Before(p.Began)) {
		p.Began = other.Began
	}
	p.Parts = p.Parts.Join(other.Parts)
	p.Events = tidy(p.Events, other.Events)
	return p
}

// Film is what must be known of a video.
type Film struct {
	Rating          catalog.Rating
	DurationSeconds float64
}

// Films finds a video; fault.NotFound when there is no such video.
type Films interface {
	Film(ctx context.Context, videoID string) (Film, error)
	// Named returns those of these videos that there are, by id: what they are called and look
	// like, without their renditions.
	Named(ctx context.Context, videoIDs ...string) (map[string]catalog.Video, error)
}

// Watched is how often a video was watched, ever.
type Watched struct {
	VideoID  string
	Viewers  int
	Playings int
}

// Store keeps playings, in the main database. Every method may be repeated.
type Store interface {
	// Record joins playings, in the order of Compare, with what is kept of them, all or none. Of those whose profile or
	// video is gone, or whose profile is not its user's, nothing is kept; of one profile and
	// video the latest MostOfOne are. What is seen for the first time is counted: the playing,
	// and its viewer when no other playing of theirs was seen.
	Record(ctx context.Context, playings []Playing) error
	// Playings are a video's that were seen, the latest first, at most so many.
	Playings(ctx context.Context, videoID string, most int) ([]Playing, error)
	// Watched are the videos by how many viewers they had, most first, at most so many.
	Watched(ctx context.Context, after *Watched, most int) ([]Watched, error)
	// Of is how often one video was watched; zeros when it never was.
	Of(ctx context.Context, videoID string) (Watched, error)

	// Export are the playings of all profiles of a user, seen or not, by when they began.
	Export(ctx context.Context, userID string) ([]Playing, error)
	// Leave removes the playings of a profile of these videos, or all of them when there are none.
	Leave(ctx context.Context, v Viewer, videoIDs ...string) error
	// Forget removes playings that began before a time, the oldest first, at most so many, and
	// returns how many it removed.
	Forget(ctx context.Context, before time.Time, most int) (int, error)
	// Crowded are videos with more playings than that, by id, at most so many.
	Crowded(ctx context.Context, than int, after string, most int) ([]string, error)
	// Thin removes playings of a video that were seen, but for the latest, at most so many of
	// them, and returns how many it removed.
	Thin(ctx context.Context, videoID string, keep, most int) (int, error)
}

// Options are the parts a Service asks.
type Options struct {
	Store Store
	Films Films
	Cache *cache.Cache
}

// Service takes what players send and tells what it says together.
type Service struct {
	Options
	rounds rounds
	now    func() time.Time
}

// New returns a Service on these parts.
func New(o Options) *Service {
	return &Service{Options: o, rounds: rounds{store: o.Store}, now: time.Now}
}

// Sent is what a player sends of a playing at once.
type Sent struct {
	SessionID string
	Parts     string // as Parts.String; "" when none was watched
	Events    []Event
}

// Record keeps what a player sent. It returns when that would survive this process.
func (s *Service) Record(ctx context.Context, by account.Principal, videoID string, sent Sent) error {
	const op = "insight.record"
	if _, err := s.film(ctx, by.Limit, videoID); err != nil {
		return fault.Wrap(op, err)
	}
	parts, err := ParseParts(sent.Parts)
	if err != nil {
		return fault.Wrap(op, err)
	}
	events := make([]Event, len(sent.Events))
	for i, e := range sent.Events {
		if events[i], err = e.clean(); err != nil {
			return fault.Wrap(op, err)
		}
	}
	return fault.Wrap(op, s.rounds.record(ctx, Playing{
		Viewer: Viewer{by.UserID, by.ProfileID}, VideoID: videoID, SessionID: sent.SessionID,
		Began: s.now().UTC().Truncate(time.Microsecond), Parts: parts, Events: tidy(events),
	}))
}

// Export returns all that is kept of somebody.
func (s *Service) Export(ctx context.Context, by account.Principal) ([]Playing, error) {
	list, err := s.Store.Export(ctx, by.UserID)
	return list, fault.Wrap("insight.export", err)
}

// Leave forgets what a profile watched of some videos, or of all when there are none. What was
// counted of it and names nobody stays.
func (s *Service) Leave(ctx context.Context, v Viewer, videoIDs ...string) error {
	return fault.Wrap("insight.leave", s.Store.Leave(ctx, v, videoIDs...))
}

// figuresLife is how long what is shown of a video is kept: what it is counted from is thousands
// of rows, and a minute later it says the same.
var figuresLife = cache.Keep{Fresh: time.Minute, Stale: time.Hour}

// Heat tells a viewer which parts of a video are watched most.
func (s *Service) Heat(ctx context.Context, limit catalog.Rating, videoID string) (Heat, error) {
	f, err := s.figures(ctx, limit, videoID)
	if err != nil || f.Heat == nil {
		return Heat{}, fault.Wrap("insight.heat", err)
	}
	return Heat{f.Viewers, f.Heat}, nil
}

// Figures tells an operator how a video is watched.
func (s *Service) Figures(ctx context.Context, videoID string) (Figures, error) {
	f, err := s.figures(ctx, catalog.Rating{}, videoID)
	return f, fault.Wrap("insight.figures", err)
}

// Seen is a video that was watched, and how often.
type Seen struct {
	Watched
	Video catalog.Video
}

// MostWatched tells an operator which videos had the most viewers, and where to go on: nil at the
// end.
func (s *Service) MostWatched(ctx context.Context, after *Watched, most int) (list []Seen, next *Watched, err error) {
	const op = "insight.most_watched"
	watched, err := s.Store.Watched(ctx, after, most+1)
	if err != nil {
		return nil, nil, fault.Wrap(op, err)
	}
	if len(watched) > most {
		watched = watched[:most]
		next = &watched[most-1]
	}
	ids := make([]string, len(watched))
	for i, w := range watched {
		ids[i] = w.VideoID
	}
	videos, err := s.Films.Named(ctx, ids...)
	for _, w := range watched {
		if v, there := videos[w.VideoID]; there { // or it was deleted in between
			list = append(list, Seen{w, v})
		}
	}
	return list, next, fault.Wrap(op, err)
}

func (s *Service) figures(ctx context.Context, limit catalog.Rating, videoID string) (Figures, error) {
	film, err := s.film(ctx, limit, videoID)
	if err != nil {
		return Figures{}, err
	}
	return cache.Load(ctx, s.Cache, "insight:"+videoID, figuresLife, func(ctx context.Context) (Figures, error) {
		playings, err := s.Store.Playings(ctx, videoID, MostRead)
		return Summarise(playings, film.DurationSeconds), err
	})
}

// film finds a video that is within a limit: to others it is not there.
func (s *Service) film(ctx context.Context, limit catalog.Rating, videoID string) (Film, error) {
	f, err := s.Films.Film(ctx, videoID)
	if err == nil && !f.Rating.Within(limit) {
		err = fault.New(fault.NotFound, "insight.film", "", "")
	}
	return f, err
}

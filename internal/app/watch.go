package app

import (
	"context"
	"log/slog"
	"regexp"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/lifecycle"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
	"github.com/kkmovies/kkmovies/internal/watch"
)

// connectWatch makes continue watching, of a process that people connect to.
func (h *house) connectWatch(d duties) {
	if !d.serves {
		return
	}
	h.ratings = newRatings(h.db.Catalog())
	h.watch = watch.New(watch.Options{
		Store: h.db.Watch(), Hot: h.cache, Videos: watchedFilms{h.db}, Logger: h.log,
		Tell: func(ctx context.Context, v watch.Viewer, event any) { h.screens.ToProfile(ctx, v.ProfileID, event) },
		Here: presence{h.cache}.watching,
	})
}

// serveWatch gives the routes, and the calls of the live connection, what is watched.
func (h *house) serveWatch(o *httpapi.Options) (err error) {
	o.Watch, o.Watchable, o.Screens = h.watch, h.ratings.watchable, h.screens
	h.calls, err = httpapi.Calls(*o)
	return err
}

// watching keeps what is reported. It is added before what reports come by, and so stops after
// it: what was taken in is kept.
func (h *house) watching() lifecycle.Component {
	return lifecycle.Component{Name: "watching", Run: h.watch.Run}
}

func (h *house) closeWatch() {
	if h.ratings != nil {
		h.ratings.known.StopAllGoroutines()
	}
}

// positions is playback's way to where viewers were.
type positions struct{ watch *watch.Service }

func (p positions) Resume(ctx context.Context, viewer account.Principal, videoID, playing string) (float64, string, error) {
	at, era, err := p.watch.Resume(ctx, viewer, videoID, playing)
	return at, era.String(), err
}

// watchedFilms is watch.Videos.
type watchedFilms struct{ db *sqlstore.DB }

func (w watchedFilms) Films(ctx context.Context, videoIDs ...string) (map[string]watch.Film, error) {
	videos, chapters, err := w.db.Watched(ctx, videoIDs...)
	films := make(map[string]watch.Film, len(videos))
	for id, v := range videos {
		films[id] = watch.Film{Video: v, Credits: creditsOf(chapters[id], v.DurationSeconds)}
	}
	return films, err
}

// credits is what the last chapter of a film is called where its credits begin, in the
// languages that films here speak.
var credits = regexp.MustCompile(`(?i)(?:^|[^\pL\pN])(?:credits|cr[eé]ditos)(?:[^\pL\pN]|$)`)

// creditsFrom is the part of a film before which no credits are its end: some open with them.
const creditsFrom = 0.7

// creditsOf is at which second the credits of a film begin; 0 where its chapters do not say.
func creditsOf(chapters []plan.Chapter, duration float64) float64 {
	if len(chapters) == 0 || duration <= 0 {
		return 0
	}
	last := chapters[len(chapters)-1]
	if at := last.StartSeconds; at >= creditsFrom*duration && at < duration && credits.MatchString(last.Title) {
		return at
	}
	return 0
}

// ratings are those of the videos that are being watched. Each report asks, so it is a few
// seconds that one is known.
type ratings struct {
	videos catalog.Store
	known  *otter.Cache[string, rated]
}

// rated is a video as it was found: its rating, if there is one of that id.
type rated struct {
	rating catalog.Rating
	found  bool
}

const (
	ratingsKnownFor = 10 * time.Second
	mostRatings     = 10_000
)

func newRatings(videos catalog.Store) *ratings {
	return &ratings{videos, otter.Must(&otter.Options[string, rated]{
		MaximumSize: mostRatings, ExpiryCalculator: otter.ExpiryWriting[string, rated](ratingsKnownFor),
	})}
}

// watchable is fault.NotFound for a video that a viewer of this limit does not see.
func (r *ratings) watchable(ctx context.Context, limit catalog.Rating, videoID string) error {
	const op = "app.watchable"
	one, known := r.known.GetIfPresent(videoID)
	if !known {
		v, err := r.videos.Video(ctx, videoID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return fault.Wrap(op, err)
		}
		one = rated{v.Rating, err == nil}
		r.known.Set(videoID, one)
	}
	if !one.found || !one.rating.Within(limit) {
		return fault.New(fault.NotFound, op, "", "")
	}
	return nil
}

// presence is who is here, in what all nodes share.
type presence struct{ cache *cache.Cache }

// online notes that a user has the app open, or no more. Of somebody who also has it open at
// another node that one says so again within 25 s.
func (p presence) online(ctx context.Context, userID string, here bool) {
	p.note(ctx, "online_users", userID, here)
}

// watching notes that somebody watches a video, or left it.
func (p presence) watching(ctx context.Context, videoID, who string, here bool) {
	p.note(ctx, "watching:"+videoID, who, here)
}

func (p presence) note(ctx context.Context, place, who string, here bool) {
	if here {
		p.cache.Come(ctx, place, who)
	} else {
		p.cache.Leave(ctx, place, who)
	}
}

// screens is httpapi.Screens.
type screens struct {
	hub publisher // nil in a process that nobody connects to
	log *slog.Logger
}

func (s screens) ToProfile(ctx context.Context, profileID string, event any) {
	s.to(ctx, profileChannel(profileID), event)
}

func (s screens) ToUser(ctx context.Context, userID string, event any) {
	s.to(ctx, userChannel(userID), event)
}

func (s screens) ToEverybody(ctx context.Context, event any) {
	for _, channel := range everybody() {
		s.to(ctx, channel, event)
	}
}

func (s screens) to(ctx context.Context, channel string, event any) {
	if s.hub == nil {
		return
	}
	if err := s.hub.Publish(ctx, channel, event); err != nil {
		s.log.WarnContext(ctx, "could not tell open apps of something", "channel", channel, "error", err)
	}
}

// sessionEnded tells a device that it is signed out.
type sessionEnded struct {
	Type      string `json:"type"`
	SessionID string `json:"sessionId"`
}

// signedOut tells devices that they are, before their connections are closed: their apps then
// know why. What another process did it tells by itself where it reaches all.
func (h *house) signedOut(userID string, sessionIDs []string, here bool) {
	if !here && reachOf(h.config) == everybodysClients {
		return
	}
	for _, id := range sessionIDs {
		h.screens.ToUser(context.Background(), userID, sessionEnded{"session.ended", id})
	}
}

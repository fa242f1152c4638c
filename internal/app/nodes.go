package app

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// line is how the processes of one database tell each other what is new (sqlstore.Signals).
type line interface {
	Tell(topic string, keys ...string)
	Listen(heard func(topic string, keys []string), missed func()) (stop func())
}

// What processes tell each other; the key is the video. Of sessions, account tells.
const (
	changedElsewhere = "video.changed"
	deletedElsewhere = "video.deleted"
	ratedElsewhere   = "video.rated"
	filmElsewhere    = "film.changed"
)

// reach is whose clients hear what a process publishes. It decides who tells clients of a
// change, so that each is told once.
type reach int

const (
	// ownClients: a hub reaches those connected to it, so every process publishes what it
	// does and what it hears of the others.
	ownClients reach = iota
	// everybodysClients: a hub reaches those of all processes, so only the one that made the
	// change publishes it. A command, which has no hub, then tells no clients: whoever goes on
	// with the film does.
	everybodysClients
)

// reachOf says which it is: the hubs of several processes are one where they share Redis.
func reachOf(c *config.Config) reach {
	if c.RedisURL != "" {
		return everybodysClients
	}
	return ownClients
}

const (
	lookAfreshWithin = 10 * time.Second
	lookAfreshAt     = 50 // videos, the newest: those that are still changing are among them
)

// listen hears the other processes from now on, until close.
func (e *events) listen() {
	first := true
	e.stopListening = e.line.Listen(e.heard, func() {
		e.forgetAll()
		if !first {
			e.sending.Go(e.lookAfresh)
		}
		first = false
	})
}

// heard makes this process forget what it knew of a video, and tells its clients where
// nobody else does.
func (e *events) heard(topic string, ids []string) {
	for _, id := range ids {
		switch topic {
		case changedElsewhere:
			e.forget(id)
			if e.reach == ownClients {
				e.sendChanged(id)
			}
			if e.news != nil && !e.news.shared {
				e.news.of(id)
			}
		case filmElsewhere:
			if e.news != nil {
				e.news.heardOfFilm(id)
			}
		case deletedElsewhere:
			e.forget(id)
			if e.reach == ownClients {
				e.sendDeleted(context.Background(), id)
			}
		case ratedElsewhere:
			e.forget(id)
			if e.reach == ownClients {
				e.sendHidden(id)
			}
		}
	}
}

// lookAfresh tells this process's clients how the newest videos are, and those that changed
// lately, when it may not have heard of a change.
func (e *events) lookAfresh() {
	if e.reach != ownClients || e.hub == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookAfreshWithin)
	defer cancel()
	for _, id := range e.changedLately() {
		if _, err := e.videos.Video(ctx, id); fault.Is(err, fault.NotFound) {
			e.sendDeleted(ctx, id)
		}
	}
	videos, err := e.videos.Videos(ctx, catalog.Rating{}, nil, lookAfreshAt)
	if err != nil {
		e.log.WarnContext(ctx, "apps may not know of changes that other processes made a moment ago", "error", err)
		return
	}
	for _, v := range videos {
		e.sendHidden(v.ID)
		e.sendChanged(v.ID)
	}
}

// changedLately are the videos that clients were told of in the last moments.
func (e *events) changedLately() (ids []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for id := range e.lately {
		ids = append(ids, id)
	}
	return ids
}

const (
	latelyLasts = 10 * time.Minute
	mostLately  = 1000 // videos
)

// note remembers that clients were told of a video. The caller holds the lock.
func (e *events) note(videoID string) {
	now := time.Now()
	if _, known := e.lately[videoID]; !known && len(e.lately) >= mostLately {
		for id, at := range e.lately {
			if now.Sub(at) > latelyLasts || len(e.lately) >= mostLately {
				delete(e.lately, id)
			}
		}
	}
	e.lately[videoID] = now
}

package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/live"
	"github.com/kkmovies/kkmovies/internal/playback"
)

// videosChannel carries what apps may know of the library whose profile has no limit; the
// others hear theirs, in audience.go.
const videosChannel = "videos"

type videoChanged struct {
	Type  string        `json:"type"`
	Video httpapi.Video `json:"video"`
}

type videoDeleted struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// videoGrown tells players what of a video needs no waiting, and what else there is to it,
// while it is being made.
type videoGrown struct {
	Type string `json:"type"`
	ID   string `json:"id"`
	httpapi.Growth
}

// The least time between two events of one video, while they keep coming: encoders report
// faster than a screen needs. The last state is always sent.
const (
	changesEvery = 100 * time.Millisecond
	growthEvery  = time.Second
)

// events tells open apps, this process's caches and the other processes what became of a
// video. What the others do is in nodes.go.
type events struct {
	videos    catalog.Store
	hub       publisher // nil in a process that nobody connects to
	reach     reach     // whose clients the hub's are
	line      line      // to and from the other processes; nil where there are none
	log       *slog.Logger
	forget    func(videoID string) // drops what delivery remembers
	forgetAll func()
	growth    func(ctx context.Context, videoID string) (playback.Growth, error)
	news      *filmNews // nil until there are films

	stopListening func()

	mu      sync.Mutex
	lately  map[string]time.Time // videos that apps were told of, and when
	recent  map[string]bool      // what has been sent not long ago, and of which video; true when asked for since
	done    chan struct{}        // closed when nothing more is to be sent
	sending sync.WaitGroup
}

// publisher is the part of a hub that events use.
type publisher interface {
	Publish(ctx context.Context, channel string, message any) error
}

func newEvents(videos catalog.Store, hub *live.Hub, log *slog.Logger) *events {
	e := &events{
		videos: videos, log: log, forget: func(string) {}, forgetAll: func() {}, stopListening: func() {},
		lately: map[string]time.Time{}, recent: map[string]bool{}, done: make(chan struct{}),
	}
	if hub != nil {
		e.hub = hub
	}
	return e
}

// changed tells everybody that a video did.
func (e *events) changed(_ context.Context, videoID string) {
	e.forget(videoID)
	if e.line != nil {
		e.line.Tell(changedElsewhere, videoID)
	}
	if e.news != nil {
		e.news.of(videoID)
	}
	e.sendChanged(videoID)
}

// sendChanged sends a video's state to apps.
func (e *events) sendChanged(videoID string) {
	if e.hub == nil {
		return
	}
	e.mu.Lock()
	e.note(videoID)
	e.mu.Unlock()
	e.send("video "+videoID, changesEvery, func(ctx context.Context) error { return e.sendVideo(ctx, videoID) })
}

// soonest is the part of that time that is between the first two after a pause, doubled with
// each that follows: who waits for a film is told of its few first steps as they are taken.
const soonest = 8

// send sends at once, unless that has been done not long ago: then as soon as the time
// between two is over, once for all who ask meanwhile. Nobody waits for it.
func (e *events) send(what string, every time.Duration, send func(ctx context.Context) error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, found := e.recent[what]; found {
		e.recent[what] = true
		return
	}
	e.recent[what] = true
	e.sending.Go(func() { // one at a time: an older state never overtakes a newer one
		for pause := every / soonest; e.asked(what); pause = min(2*pause, every) {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			if err := send(ctx); err != nil && !fault.Is(err, fault.NotFound) { // deleted since
				e.log.WarnContext(ctx, "could not tell apps of a change", "what", what, "error", err)
			}
			cancel()
			select {
			case <-time.After(pause):
			case <-e.done:
			}
		}
	})
}

// asked takes what was asked for; false when it was not, or all is over.
func (e *events) asked(what string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-e.done:
		return false
	default:
	}
	if !e.recent[what] {
		delete(e.recent, what)
		return false
	}
	e.recent[what] = false
	return true
}

func (e *events) sendVideo(ctx context.Context, videoID string) error {
	v, err := e.videos.Video(ctx, videoID)
	if err != nil {
		return err
	}
	if v.Playable && e.growth != nil {
		e.send("growth "+videoID, growthEvery, func(ctx context.Context) error { return e.sendGrowth(ctx, videoID) })
	}
	told, _ := audience(v.Rating)
	return e.publish(ctx, told, videoChanged{"video.changed", httpapi.ViewOfVideo(v)})
}

func (e *events) sendGrowth(ctx context.Context, videoID string) error {
	growth, err := e.growth(ctx, videoID)
	if err != nil {
		return err
	}
	v, err := e.videos.Video(ctx, videoID)
	if err != nil {
		return err
	}
	told, _ := audience(v.Rating)
	return e.publish(ctx, told, videoGrown{"video.grown", videoID, httpapi.ViewOfGrowth(growth)})
}

func (e *events) publish(ctx context.Context, channels []string, event any) error {
	if e.hub == nil {
		return nil
	}
	var errs []error
	for _, channel := range channels {
		errs = append(errs, e.hub.Publish(ctx, channel, event))
	}
	return errors.Join(errs...)
}

// rated takes a video away from the screens of those who may not see it any more.
func (e *events) rated(_ context.Context, videoID string) {
	e.forget(videoID)
	if e.line != nil {
		e.line.Tell(ratedElsewhere, videoID)
	}
	e.sendHidden(videoID)
}

func (e *events) sendHidden(videoID string) {
	if e.hub == nil {
		return
	}
	e.send("rating "+videoID, changesEvery, func(ctx context.Context) error {
		v, err := e.videos.Video(ctx, videoID)
		if err != nil {
			return err
		}
		_, others := audience(v.Rating)
		return e.publish(ctx, others, videoDeleted{"video.deleted", videoID})
	})
}

func (e *events) deleted(ctx context.Context, videoID string) {
	e.forget(videoID)
	if e.line != nil {
		e.line.Tell(deletedElsewhere, videoID)
	}
	e.sendDeleted(ctx, videoID)
}

func (e *events) sendDeleted(ctx context.Context, videoID string) {
	e.mu.Lock()
	delete(e.lately, videoID)
	e.mu.Unlock()
	if err := e.publish(ctx, everybody(), videoDeleted{"video.deleted", videoID}); err != nil {
		e.log.WarnContext(ctx, "could not tell apps of a removal", "video", videoID, "error", err)
	}
}

// close sends nothing more and waits for what is being sent.
func (e *events) close() {
	e.stopListening()
	e.mu.Lock() // whoever asks from now on finds it closed
	close(e.done)
	e.mu.Unlock()
	e.sending.Wait()
}

// authorise says who opens a live connection and what they hear.
func (h *house) authorise(r *http.Request) (live.Visitor, error) {
	me, err := h.accounts.Authenticate(r.Context(), httpapi.AccessToken(r))
	if err != nil {
		return live.Visitor{}, err
	}
	if !me.User.Role.Includes(account.Viewer) {
		return live.Visitor{}, fault.New(fault.Forbidden, "app.authorise", "", "")
	}
	channels := []string{channelOf(me.Profile.Limit), profileChannel(me.Profile.ID), userChannel(me.User.ID)}
	return live.Visitor{User: me.User.ID, Channels: channels, Who: me}, nil
}

package httpapi

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/platform/live"
	"github.com/kkmovies/kkmovies/internal/watch"
)

// told is what open apps were.
type told struct {
	mu     sync.Mutex
	events []toldOf
}

type toldOf struct {
	to    string // "profile …", "user …", "everybody"
	event any
}

func (o *told) add(to string, event any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.events = append(o.events, toldOf{to, event})
}

func (o *told) all() []toldOf {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]toldOf{}, o.events...)
}

func (o *told) ToProfile(_ context.Context, id string, event any) { o.add("profile "+id, event) }
func (o *told) ToUser(_ context.Context, id string, event any)    { o.add("user "+id, event) }
func (o *told) ToEverybody(_ context.Context, event any)          { o.add("everybody", event) }

// siteFilms is watch.Videos.
type siteFilms struct{ s *site }

func (f siteFilms) Films(ctx context.Context, ids ...string) (map[string]watch.Film, error) {
	videos, _, err := f.s.db.Watched(ctx, ids...)
	films := map[string]watch.Film{}
	for id, v := range videos {
		films[id] = watch.Film{Video: v}
	}
	return films, err
}

// openWatch gives a site what is watched.
func (s *site) openWatch(t testing.TB) {
	t.Helper()
	s.told = &told{}
	s.Screens = s.told
	s.Watchable = func(ctx context.Context, limit catalog.Rating, id string) error {
		v, err := s.Catalog.Video(ctx, id)
		if err == nil && !v.Rating.Within(limit) {
			err = fault.New(fault.NotFound, "test", "", "")
		}
		return err
	}
	s.Watch = watch.New(watch.Options{
		Store: s.db.Watch(), Hot: limitsOf(t), Videos: siteFilms{s}, Logger: s.Logger, Every: time.Millisecond,
		Tell: func(ctx context.Context, v watch.Viewer, event any) { s.told.ToProfile(ctx, v.ProfileID, event) },
	})
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = s.Watch.Run(ctx) })
	t.Cleanup(func() { stop(); running.Wait() })
}

// addPlayable is a video that plays, of so many seconds, and of a film.
func (s *site) addPlayable(t testing.TB, title string, seconds int) (videoID, filmID string) {
	t.Helper()
	videoID, filmID = s.addVideo(t, title), s.addFilm(t, title).ID
	if _, err := s.Films.Attach(t.Context(), videoID, catalog.Belonging{FilmID: filmID, Part: catalog.Current}); err != nil {
		t.Fatal(err)
	}
	if err := s.db.Queue().InTx(t.Context(), func(tx jobs.Tx) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE videos SET playable = TRUE, duration_seconds = $2 WHERE id = $1`, videoID, seconds)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return videoID, filmID
}

// aReport is what a device says at a position, with what else it says.
func aReport(position float64, with ...any) map[string]any {
	report := map[string]any{
		"positionSeconds": position, "durationSeconds": 1000, "deviceId": "television", "observedAt": time.Now().UTC(),
	}
	for i := 0; i+1 < len(with); i += 2 {
		report[with[i].(string)] = with[i+1]
	}
	return report
}

// calls calls as somebody does who is connected, and waits for the answer.
func (s *site) calls(t *testing.T, who any, method, data string) (reply any, err error) {
	t.Helper()
	call, err := Calls(s.Options)
	if err != nil {
		t.Fatal(err)
	}
	type answer struct {
		reply any
		err   error
	}
	answered := make(chan answer, 1)
	call(t.Context(), live.Call{
		Visitor: live.Visitor{Who: who}, Method: method, Data: []byte(data),
		Answer: func(reply any, err error) { answered <- answer{reply, err} },
	})
	select {
	case a := <-answered:
		return a.reply, a.err
	case <-time.After(20 * time.Second):
		t.Fatal("a call is not answered")
		return nil, nil
	}
}

// account returns who a visitor is, as a connection knows them.
func (v *visitor) account(t *testing.T) account.Me {
	t.Helper()
	me, err := v.site.db.Accounts().Me(t.Context(), v.me(t).Session.ID, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return me
}

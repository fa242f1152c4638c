package httpapi

import (
	"context"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/watch"
)

// WatchReport is what a device says of a video it plays, by PUT or over the live connection.
type WatchReport struct {
	PositionSeconds float64   `json:"positionSeconds" minimum:"0" maximum:"1000000"`
	DurationSeconds float64   `json:"durationSeconds" minimum:"0" maximum:"1000000" doc:"Of the video."`
	DeviceID        string    `json:"deviceId" pattern:"^[!-~]{1,64}$" patternDescription:"1 to 64 visible ASCII characters" doc:"The device's own: it says the same all its life."`
	ObservedAt      time.Time `json:"observedAt" doc:"When it was there, by the device's clock. What is told late says so by it; a wrong clock does no harm."`
	SessionID       string    `json:"sessionId,omitempty" pattern:"^[!-~]{0,64}$" patternDescription:"at most 64 visible ASCII characters" doc:"Of this playing, from its ticket."`
	Counter         int64     `json:"counter,omitempty" minimum:"0" maximum:"9007199254740992" doc:"Of this playing's reports, from 1: one that comes after a later one changes nothing."`
	Sought          bool      `json:"sought,omitempty" doc:"The viewer went there, forward or back; it did not come by playing."`
	Era             *string   `json:"era,omitempty" maxLength:"100" doc:"The ticket's, or a later one that this device heard of or began. Absent from who knows nothing of eras, or whose ticket had none."`
	State           string    `json:"state,omitempty" enum:"playing,paused,stopped" default:"playing"`
}

// watchCall is a WatchReport over the live connection.
type watchCall struct {
	VideoID string `json:"videoId" format:"uuid"`
	WatchReport
}

// Watched is how far a profile has come in a video.
type Watched struct {
	VideoID         string    `json:"videoId" format:"uuid"`
	Era             string    `json:"era" doc:"Empty: the first."`
	Kind            string    `json:"kind" enum:"watching,removed,forgotten"`
	PositionSeconds float64   `json:"positionSeconds"`
	DurationSeconds float64   `json:"durationSeconds"`
	Finished        bool      `json:"finished"`
	LastWatchedAt   time.Time `json:"lastWatchedAt,omitzero" doc:"Absent when it never was."`
	DeviceID        string    `json:"deviceId,omitempty" doc:"On which it was."`
	Device          string    `json:"device,omitempty" example:"Chrome on Android"`
	State           string    `json:"state,omitempty" enum:"playing,paused,stopped" doc:"Of that device, where it is known."`
}

// WatchedVideo is a video that was watched, as rows show it.
type WatchedVideo struct {
	Watched
	Video WatchVideo `json:"video"`
	Movie *MovieCard `json:"movie,omitempty" doc:"The film it is of, if it is of one and the catalogue answers."`
	Part  string     `json:"part,omitempty" enum:"current,edition,trailer" doc:"What of the film it is."`
}

// WatchVideo is what a row needs of a video.
type WatchVideo struct {
	ID              string  `json:"id" format:"uuid"`
	Title           string  `json:"title"`
	Edition         string  `json:"edition,omitempty" doc:"What another cut is called."`
	Playable        bool    `json:"playable"`
	DurationSeconds float64 `json:"durationSeconds,omitempty"`
	PosterURL       string  `json:"posterUrl,omitempty" doc:"Drawn artwork, 2:3."`
	StillURL        string  `json:"stillUrl,omitempty" doc:"A frame of it, 16:9."`
	BlurHash        string  `json:"blurHash,omitempty" doc:"Of the still."`
}

type watchRow struct {
	Items []WatchedVideo `json:"items"`
}

type watchPage struct {
	Items      []WatchedVideo `json:"items"`
	NextCursor string         `json:"nextCursor,omitempty" doc:"Ask for what follows with it; absent on the last page."`
}

// watchedVideoID names a video in a path of watch.
type watchedVideoID struct {
	VideoID string `path:"videoId" format:"uuid"`
}

const (
	watchBody    = 4096 // bytes
	theirHistory = "what somebody watches is theirs"
)

// beats is of one session, each node for itself: a player reports every 5 s, and what a long
// time without a network left behind in a moment.
var beats = limit{"watch", cache.Limit{Burst: 1000, Every: 5 * time.Millisecond, Here: true}}

func (s *server) watchRoutes() {
	tags := []string{"watch"}
	register(s, ForViewers.Unrecorded(theirHistory), huma.Operation{
		OperationID: "reportWatch", Method: http.MethodPut, Path: "/watch/{videoId}", Tags: tags,
		Summary: "Say how far you have come", DefaultStatus: http.StatusNoContent, MaxBodyBytes: watchBody, Errors: []int{404, 422, 429, 503},
		Description: "Every 5 s while it plays, and at pause, seek, hide and unload. It is answered once it is kept for good; until then send it again. " +
			"Reports may come late, twice and in any order: together they are always the same. " +
			"Over the live connection it is the call `watch`, with the videoId among the fields; a refusal has the status as its code, and the problem's code as its message. " +
			"An era that begins more than 48 h from now is refused (bad_era): begin one by serverTime.",
	}, func(ctx context.Context, in *struct {
		VideoID string `path:"videoId" format:"uuid"`
		Body    WatchReport
	}) (*struct{}, error) {
		report, err := s.reportOf(ctx, me(ctx), in.VideoID, in.Body)
		if err != nil {
			return nil, err
		}
		return nil, s.Watch.Record(ctx, report)
	})

	register(s, ForViewers, huma.Operation{
		OperationID: "getWatch", Method: http.MethodGet, Path: "/watch/{videoId}", Tags: tags,
		Summary: "How far the profile has come in a video", Errors: []int{404},
	}, func(ctx context.Context, in *watchedVideoID) (*struct{ Body Watched }, error) {
		// What is hot answers while the database is away.
		if err := s.Watchable(ctx, me(ctx).Profile.Limit, in.VideoID); err != nil && !fault.Is(err, fault.Unavailable) {
			return nil, err
		}
		standing, err := s.Watch.Standing(ctx, watcherOf(me(ctx)), in.VideoID)
		return &struct{ Body Watched }{viewOfStanding(standing)}, err
	})

	register(s, ForViewers, huma.Operation{
		OperationID: "continueWatching", Method: http.MethodGet, Path: "/watch/continue", Tags: tags,
		Summary: "What the profile may go on with, the latest first", Errors: []int{503},
	}, func(ctx context.Context, in *struct {
		Limit int `query:"limit" minimum:"1" maximum:"100" default:"20"`
	}) (*struct{ Body watchRow }, error) {
		going, err := s.Watch.Continue(ctx, watcherOf(me(ctx)), me(ctx).Profile.Limit, in.Limit)
		if err != nil {
			return nil, err
		}
		return &struct{ Body watchRow }{watchRow{s.viewOfGoing(ctx, going)}}, nil
	})

	register(s, ForViewers, huma.Operation{
		OperationID: "watchHistory", Method: http.MethodGet, Path: "/watch/history", Tags: tags,
		Summary: "What the profile watched, the latest first", Errors: []int{503},
	}, s.watchHistory)

	register(s, ForViewers.Unrecorded(theirHistory), huma.Operation{
		OperationID: "removeWatch", Method: http.MethodDelete, Path: "/watch/{videoId}", Tags: tags,
		Summary: "Take a video off the row, or out of the history", DefaultStatus: http.StatusNoContent, Errors: []int{503},
		Description: "Off the row it stays until it is watched again; out of the history nothing is left of it.",
	}, func(ctx context.Context, in *struct {
		VideoID string `path:"videoId" format:"uuid"`
		From    string `query:"from" enum:"row,history" default:"row"`
	}) (*struct{}, error) {
		if in.From == "history" {
			return nil, s.Watch.Forget(ctx, watcherOf(me(ctx)), in.VideoID)
		}
		return nil, s.Watch.Remove(ctx, watcherOf(me(ctx)), in.VideoID)
	})

	register(s, ForViewers.Unrecorded(theirHistory), huma.Operation{
		OperationID: "clearHistory", Method: http.MethodDelete, Path: "/watch/history", Tags: tags,
		Summary: "Forget everything the profile watched", DefaultStatus: http.StatusNoContent, Errors: []int{503},
	}, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		return nil, s.Watch.Forget(ctx, watcherOf(me(ctx)))
	})

	register(s, ForViewers.Unrecorded(theirHistory), huma.Operation{
		OperationID: "takeOverWatch", Method: http.MethodPost, Path: "/watch/{videoId}/take", Tags: tags,
		Summary: "Go on with a video on this device", DefaultStatus: http.StatusNoContent, MaxBodyBytes: 1024,
		Description: "The profile's players of this video on other devices are told (watch.taken): they pause, report where they are, and say where it goes on.",
	}, func(ctx context.Context, in *struct {
		VideoID string `path:"videoId" format:"uuid"`
		Body    struct {
			DeviceID string `json:"deviceId" pattern:"^[!-~]{1,64}$" patternDescription:"1 to 64 visible ASCII characters"`
		}
	}) (*struct{}, error) {
		return nil, s.Watch.TakeOver(ctx, watcherOf(me(ctx)), in.VideoID, in.Body.DeviceID)
	})
}

// watcherOf is whose watching it is.
func watcherOf(m account.Me) watch.Viewer {
	return watch.Viewer{UserID: m.User.ID, ProfileID: m.Profile.ID}
}

const mostOfDevice = 100 // characters of what a device is called

// reportOf is what somebody reports, by whichever way it came, if they may.
func (s *server) reportOf(ctx context.Context, who account.Me, videoID string, in WatchReport) (watch.Report, error) {
	if err := s.spendQuietly(ctx, who.Session.ID, beats); err != nil {
		return watch.Report{}, err
	}
	if err := s.Watchable(ctx, who.Profile.Limit, videoID); err != nil {
		return watch.Report{}, err
	}
	device := who.Session.Device
	if utf8.RuneCountInString(device) > mostOfDevice {
		device = string([]rune(device)[:mostOfDevice])
	}
	report := watch.Report{
		Viewer: watcherOf(who), VideoID: videoID, DeviceID: in.DeviceID, Device: device,
		Position: in.PositionSeconds, Duration: in.DurationSeconds, ObservedAt: in.ObservedAt, State: watch.State(in.State),
		SessionID: in.SessionID, Counter: in.Counter, Sought: in.Sought,
	}
	if in.Era != nil {
		era, err := watch.ParseEra(*in.Era)
		if err != nil {
			return watch.Report{}, err
		}
		report.Era = &era
	}
	return report, nil
}

func (s *server) watchHistory(ctx context.Context, in *struct {
	Cursor string `query:"cursor" maxLength:"300"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"40"`
}) (*struct{ Body watchPage }, error) {
	after, err := s.cursors().historyPlace(in.Cursor, viewerOf(ctx))
	if err != nil {
		return nil, err
	}
	watched, next, err := s.Watch.History(ctx, watcherOf(me(ctx)), me(ctx).Profile.Limit, after, in.Limit)
	if err != nil {
		return nil, err
	}
	return &struct{ Body watchPage }{watchPage{s.viewOfGoing(ctx, watched), s.cursors().ofHistory(next, viewerOf(ctx))}}, nil
}

func viewOfStanding(st watch.Standing) Watched {
	out := Watched{
		VideoID: st.VideoID, Era: st.Era.String(), Kind: string(st.Kind), PositionSeconds: st.Position, DurationSeconds: st.Duration,
		Finished: st.Finished, LastWatchedAt: st.At, DeviceID: st.DeviceID, Device: st.Device, State: string(st.State),
	}
	if out.Kind == "" { // who has not begun will watch
		out.Kind = string(watch.Watching)
	}
	return out
}

// viewOfGoing returns what was watched with the films it is of. Without the catalogue it goes
// by the videos alone.
func (s *server) viewOfGoing(ctx context.Context, going []watch.Going) []WatchedVideo {
	out, ids := make([]WatchedVideo, 0, len(going)), make([]string, 0, len(going))
	for _, g := range going {
		if g.Video.Of.FilmID != "" {
			ids = append(ids, g.Video.Of.FilmID)
		}
	}
	cards := map[string]MovieCard{}
	shown, err := s.Films.ShownAll(ctx, me(ctx).Profile.Limit, ids)
	if err != nil {
		s.Logger.WarnContext(ctx, "what was watched is shown without its films: the catalogue does not answer", "error", err)
	}
	for _, f := range shown {
		cards[f.ID] = viewOfCard(f)
	}
	for _, g := range going {
		one := WatchedVideo{Watched: viewOfStanding(g.Standing), Video: viewOfWatchVideo(g.Video), Part: string(g.Video.Of.Part)}
		if card, found := cards[g.Video.Of.FilmID]; found {
			one.Movie = &card
		}
		out = append(out, one)
	}
	return out
}

func viewOfWatchVideo(v catalog.Video) WatchVideo {
	return WatchVideo{
		ID: v.ID, Title: v.Title, Edition: v.Of.Edition, Playable: v.Playable, DurationSeconds: v.DurationSeconds, BlurHash: v.BlurHash,
		PosterURL: imageURL(v.ID, "poster", v.PosterKey), StillURL: imageURL(v.ID, "still", v.StillKey),
	}
}

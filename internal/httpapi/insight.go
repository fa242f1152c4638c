package httpapi

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/insight"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
)

// PlayingEvent is something that happened in a playing, as a player sends it.
type PlayingEvent struct {
	Type            string  `json:"type" enum:"start,stall,quality,stop,complete" doc:"The first picture; it stood still for want of data; another quality is shown from here on; the viewer left; the viewer saw it to the end."`
	AtSeconds       float64 `json:"atSeconds" minimum:"0" maximum:"2592000" doc:"Since the playing began, by the player's clock. Two events of one playing and type are told apart by it."`
	PositionSeconds float64 `json:"positionSeconds" minimum:"0" maximum:"172800" doc:"In the film."`
	Value           float64 `json:"value,omitempty" minimum:"0" maximum:"100000" doc:"Of a start how many seconds the first picture took, of a stall for how many seconds it stood still, of a quality its height."`
}

// VideoHeat is which parts of a video are watched most.
type VideoHeat struct {
	Viewers int       `json:"viewers" doc:"Who watched any of it lately; 0 while they are fewer than 10."`
	Parts   []float64 `json:"parts" doc:"How often each hundredth was watched, of the most watched one: 100 numbers of 0 to 1, or none while there are fewer than 10 viewers."`
}

// VideoInsight is how a video is watched, counted from its latest 2,000 playings.
type VideoInsight struct {
	VideoID         string           `json:"videoId" format:"uuid"`
	Title           string           `json:"title"`
	StillURL        string           `json:"stillUrl,omitempty"`
	PosterURL       string           `json:"posterUrl,omitempty"`
	BlurHash        string           `json:"blurHash,omitempty"`
	DurationSeconds float64          `json:"durationSeconds,omitempty"`
	Ever            WatchedEver      `json:"ever" doc:"Not of the latest playings, but of all there ever were."`
	FewestViewers   int              `json:"fewestViewers" doc:"How many viewers it takes for retention and heat to be shown."`
	Viewers         int              `json:"viewers" doc:"Profiles that watched any of it."`
	Playings        int              `json:"playings" doc:"In which any of it was watched."`
	Completed       int              `json:"completed" doc:"Viewers who saw it to the end."`
	Stalls          int              `json:"stalls" doc:"How often it stood still, in all playings."`
	StalledSeconds  float64          `json:"stalledSeconds"`
	StartSeconds    float64          `json:"startSeconds" doc:"Until the first picture, median; 0 when unknown."`
	AverageSeconds  float64          `json:"averageSeconds" doc:"Of the film that a viewer saw, what they saw again not counted."`
	Retention       []float64        `json:"retention" doc:"Which part of the viewers came that far or further: 100 numbers of 0 to 1, or none."`
	Heat            []float64        `json:"heat" doc:"How often each hundredth was watched, of the most watched one: 100 numbers of 0 to 1, or none."`
	Qualities       []QualityInsight `json:"qualities" doc:"The highest first; empty when no player said."`
}

// QualityInsight is how much was shown in one quality.
type QualityInsight struct {
	Height int     `json:"height"`
	Share  float64 `json:"share" doc:"Of all that was watched, 0 to 1."`
}

// WatchedEver is how often a video was watched since it is there.
type WatchedEver struct {
	Viewers  int `json:"viewers"`
	Playings int `json:"playings"`
}

// MostWatchedVideo is one of the most watched videos.
type MostWatchedVideo struct {
	VideoID         string  `json:"videoId" format:"uuid"`
	Title           string  `json:"title"`
	StillURL        string  `json:"stillUrl,omitempty"`
	PosterURL       string  `json:"posterUrl,omitempty"`
	BlurHash        string  `json:"blurHash,omitempty"`
	DurationSeconds float64 `json:"durationSeconds,omitempty"`
	Viewers         int     `json:"viewers" doc:"Since it is there."`
	Playings        int     `json:"playings" doc:"Since it is there."`
}

// watchedPage is a keyset page of them.
type watchedPage struct {
	Items      []MostWatchedVideo `json:"items"`
	NextCursor string             `json:"nextCursor,omitempty" doc:"Ask for what follows with it; absent on the last page."`
}

// ExportedPlaying is what is kept of one playing.
type ExportedPlaying struct {
	ProfileID string         `json:"profileId"`
	VideoID   string         `json:"videoId"`
	SessionID string         `json:"sessionId"`
	BeganAt   time.Time      `json:"beganAt"`
	Parts     string         `json:"parts,omitempty" doc:"How often each hundredth of the film was watched, 9 at most; absent when nothing was."`
	Events    []PlayingEvent `json:"events"`
}

// exportPlayings is what is kept of who is acting.
func (s *server) exportPlayings(ctx context.Context) ([]ExportedPlaying, error) {
	list, err := s.Insight.Export(ctx, me(ctx).Principal())
	out := []ExportedPlaying{}
	for _, p := range list {
		one := ExportedPlaying{p.Viewer.ProfileID, p.VideoID, p.SessionID, p.Began, p.Parts.String(), []PlayingEvent{}}
		for _, e := range p.Events {
			one.Events = append(one.Events, PlayingEvent{string(e.Type), e.At, e.Position, e.Value})
		}
		out = append(out, one)
	}
	return out, err
}

// forgetWatched forgets that the profile watched some videos, or any when there are none, and what
// its players sent of that.
func (s *server) forgetWatched(ctx context.Context, videoIDs ...string) error {
	if err := s.Watch.Forget(ctx, watcherOf(me(ctx)), videoIDs...); err != nil {
		return err
	}
	by := me(ctx).Principal()
	return s.Insight.Leave(ctx, insight.Viewer{UserID: by.UserID, ProfileID: by.ProfileID}, videoIDs...)
}

// playingEvents is of one user, whose players send something every half a minute each, and at
// every pause.
var playingEvents = limit{"playingEvents", cache.PerHour(6000)}

const mostEventBytes = 96 << 10 // of 500 events

func (s *server) insightRoutes() {
	tags := []string{"insight"}
	register(s, ForViewers.Unrecorded("what somebody watches is theirs"), huma.Operation{
		OperationID: "sendPlayingEvents", Method: http.MethodPost, Path: "/watch/{videoId}/events", Tags: tags,
		Summary:     "What happened in a playing",
		Description: "Send it every half a minute, at a pause and at the end; the same again, late or in another order changes nothing.",
		Middlewares: huma.Middlewares{s.limitedTo(playingEvents, callerUser)}, MaxBodyBytes: mostEventBytes,
		DefaultStatus: http.StatusNoContent, Errors: []int{404, 413, 429},
	}, s.sendPlayingEvents)

	type heat struct {
		CacheControl string `header:"Cache-Control"`
		Body         VideoHeat
	}
	register(s, ForViewers, huma.Operation{
		OperationID: "getVideoHeat", Method: http.MethodGet, Path: "/videos/{id}/heat", Tags: tags,
		Summary: "Which parts of a video are watched most", Errors: []int{404},
	}, func(ctx context.Context, in *videoID) (*heat, error) {
		h, err := s.Insight.Heat(ctx, me(ctx).Profile.Limit, in.ID)
		return &heat{"private, max-age=60", VideoHeat{h.Viewers, numbers(h.Parts)}}, err
	})

	register(s, ForAdmins, huma.Operation{
		OperationID: "listWatchedVideos", Method: http.MethodGet, Path: "/admin/insight/videos", Tags: tags,
		Summary: "The videos that were watched, by how many viewers, most first",
	}, s.listWatchedVideos)

	register(s, ForAdmins, huma.Operation{
		OperationID: "getVideoInsight", Method: http.MethodGet, Path: "/admin/insight/videos/{id}", Tags: tags,
		Summary: "How a video is watched", Description: "Counted from its latest 2,000 playings, a minute ago at most.", Errors: []int{404},
	}, s.getVideoInsight)
}

func (s *server) sendPlayingEvents(ctx context.Context, in *struct {
	VideoID string `path:"videoId" format:"uuid"`
	Body    struct {
		SessionID string         `json:"sessionId" format:"uuid" doc:"Of the ticket."`
		Events    []PlayingEvent `json:"events" maxItems:"500"`
		Parts     string         `json:"parts,omitempty" pattern:"^[0-9]{100}$" doc:"A digit for each hundredth of the film: how often it was watched in this playing, 9 at most. One counts as watched when a second of it was, or half of it where it is shorter."`
	}
}) (*struct{}, error) {
	sent := insight.Sent{SessionID: in.Body.SessionID, Parts: in.Body.Parts, Events: make([]insight.Event, len(in.Body.Events))}
	for i, e := range in.Body.Events {
		sent.Events[i] = insight.Event{Type: insight.EventType(e.Type), At: e.AtSeconds, Position: e.PositionSeconds, Value: e.Value}
	}
	return nil, s.Insight.Record(ctx, me(ctx).Principal(), in.VideoID, sent)
}

// watchedName is the list that cursors of the most watched videos are of.
const watchedName = "watched"

func (s *server) listWatchedVideos(ctx context.Context, in *struct {
	Cursor string `query:"cursor" maxLength:"300"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
}) (*struct{ Body watchedPage }, error) {
	var after *insight.Watched
	if in.Cursor != "" {
		_, viewers, id, err := s.cursors().open(watchedName, in.Cursor)
		if err != nil {
			return nil, err
		}
		if viewers > math.MaxInt32 || uuid.Validate(id) != nil {
			return nil, badCursor()
		}
		after = &insight.Watched{VideoID: id, Viewers: int(viewers)}
	}
	list, next, err := s.Insight.MostWatched(ctx, after, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body watchedPage }{watchedPage{Items: []MostWatchedVideo{}}}
	if next != nil {
		out.Body.NextCursor = s.cursors().seal(watchedName, 0, uint64(next.Viewers), next.VideoID)
	}
	for _, one := range list {
		shown := ViewOfVideo(one.Video)
		out.Body.Items = append(out.Body.Items, MostWatchedVideo{
			VideoID: shown.ID, Title: shown.Title, StillURL: shown.StillURL, PosterURL: shown.PosterURL, BlurHash: shown.BlurHash,
			DurationSeconds: shown.DurationSeconds, Viewers: one.Viewers, Playings: one.Playings,
		})
	}
	return out, nil
}

func (s *server) getVideoInsight(ctx context.Context, in *videoID) (*struct{ Body VideoInsight }, error) {
	v, err := s.Catalog.Video(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	f, err := s.Insight.Figures(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	ever, err := s.Insight.Store.Of(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	shown := ViewOfVideo(v)
	out := VideoInsight{
		VideoID: v.ID, Title: shown.Title, StillURL: shown.StillURL, PosterURL: shown.PosterURL, BlurHash: shown.BlurHash,
		DurationSeconds: shown.DurationSeconds, Ever: WatchedEver{ever.Viewers, ever.Playings}, FewestViewers: insight.FewestViewers,
		Viewers: f.Viewers, Playings: f.Playings, Completed: f.Completed, Stalls: f.Stalls, StalledSeconds: f.StalledSeconds,
		StartSeconds: f.StartSeconds, AverageSeconds: f.AverageSeconds,
		Retention: numbers(f.Retention), Heat: numbers(f.Heat), Qualities: []QualityInsight{},
	}
	for _, q := range f.Qualities {
		out.Qualities = append(out.Qualities, QualityInsight{q.Height, q.Share})
	}
	return &struct{ Body VideoInsight }{out}, nil
}

// numbers is a list that is never null.
func numbers(list []float64) []float64 {
	if list == nil {
		return []float64{}
	}
	return list
}

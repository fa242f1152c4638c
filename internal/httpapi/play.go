package httpapi

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/playback"
)

// Stream is all a player needs to play a video.
type Stream struct {
	SessionID       string            `json:"sessionId" format:"uuid" doc:"Of this playing; positions are reported under it."`
	HLSURL          string            `json:"hlsUrl" doc:"Signed; of the renditions that are whole, for any player."`
	DASHURL         string            `json:"dashUrl" doc:"Signed; of the renditions that are whole, for any player."`
	PlayerURL       string            `json:"playerUrl" doc:"Signed; HLS of every planned rendition, for a player that heeds what is ready. A segment that is not made yet is made while its request waits."`
	ThumbnailsURL   string            `json:"thumbnailsUrl,omitempty" doc:"WebVTT of small pictures; absent until they are made."`
	DurationSeconds float64           `json:"durationSeconds"`
	ResumeAtSeconds float64           `json:"resumeAtSeconds"`
	Era             *string           `json:"era,omitempty" doc:"In which this playing reports: see reportWatch. Absent while it is not known where its viewer was: report without one then."`
	ServerTime      time.Time         `json:"serverTime" doc:"Now, by the server's clock: eras begin by it."`
	FrameRate       float64           `json:"frameRate" example:"23.976" doc:"Pictures a second, of every rendition."`
	Renditions      []StreamRendition `json:"renditions" doc:"Every planned rung, lowest first; then, whole, those in another codec."`
	Audio           []StreamAudio     `json:"audio"`
	Subtitles       []StreamSubtitle  `json:"subtitles"`
	Chapters        []StreamChapter   `json:"chapters"`
	ExpiresAt       time.Time         `json:"expiresAt" doc:"Ask again before then."`
}

// StreamRendition is one rung and the stretches of it that can be played now.
type StreamRendition struct {
	ID        string       `json:"id" example:"video/720" doc:"Its playlist is this folder's index.m3u8, beside hlsUrl."`
	Rung      int          `json:"rung" doc:"What a menu calls it: 720."`
	Height    int          `json:"height"`
	Width     int          `json:"width"`
	Codec     string       `json:"codec,omitempty" enum:"av1" doc:"Absent of H.264. What has one is here when it is whole."`
	Codecs    string       `json:"codecs,omitempty" example:"av01.0.08M.08" doc:"RFC 6381; what a player must be able to decode."`
	Bandwidth int64        `json:"bandwidth" doc:"Bits per second: measured once whole, a ceiling before."`
	Instant   bool         `json:"instant" doc:"The source itself: every part of it is there at once."`
	Ready     [][2]float64 `json:"ready" doc:"From and to, in seconds."`
}

// StreamAudio is one sound track.
type StreamAudio struct {
	ID       string   `json:"id" example:"audio/0-pt"`
	Track    int      `json:"track" doc:"The same of a track in stereo and in 5.1."`
	Language string   `json:"language" doc:"BCP 47."`
	Label    string   `json:"label"`
	Role     string   `json:"role,omitempty" enum:"original,dub,commentary,description,clear" doc:"What the file says it is for: the film's original language or a dubbed one, talk about the film, a description of what is to be seen, or speech that stands out. Absent when it does not say."`
	Channels int      `json:"channels" doc:"2, or 6 for 5.1; 1 of a copied mono track."`
	Default  bool     `json:"default"`
	GainDB   *float64 `json:"gainDb,omitempty" doc:"By how many decibels to turn it up, or down, so that all films are equally loud and none is distorted. Absent until it is measured."`
}

// StreamSubtitle is one text track.
type StreamSubtitle struct {
	ID       string `json:"id" example:"0-pt"`
	Language string `json:"language" doc:"BCP 47."`
	Label    string `json:"label"`
	Forced   bool   `json:"forced" doc:"Only what somebody who understands the sound needs too."`
	SDH      bool   `json:"sdh" doc:"For the deaf and hard of hearing."`
	Default  bool   `json:"default" doc:"The film's own word; many files say it of every track."`
	URL      string `json:"url" doc:"WebVTT of the whole film; signed."`
}

// StreamChapter is a named stretch of the film.
type StreamChapter struct {
	Title        string  `json:"title"`
	StartSeconds float64 `json:"startSeconds"`
	EndSeconds   float64 `json:"endSeconds"`
}

func (s *server) playRoutes() {
	type answer struct{ Body Stream }
	register(s, ForViewers, huma.Operation{
		OperationID: "stream", Method: http.MethodGet, Path: "/videos/{id}/stream", Tags: []string{"play"},
		Summary:     "A ticket to play a video",
		Description: "Ask again to renew it, or to learn what has been made since.",
		Errors:      []int{404, 409},
	}, func(ctx context.Context, in *struct {
		ID      string `path:"id" format:"uuid"`
		Preview bool   `query:"preview" doc:"Only to show what it is: the film does not count as begun."`
	}) (*answer, error) {
		ticket, err := s.Tickets.Issue(ctx, me(ctx).Principal(), in.ID)
		if err != nil {
			return nil, err
		}
		if in.Preview {
			return &answer{viewOfTicket(ticket)}, nil
		}
		if err := s.Films.Began(ctx, viewerOf(ctx), in.ID); err != nil { // no reason not to play
			s.Logger.WarnContext(ctx, "it is not noted that a film was begun", "video", in.ID, "error", err)
		}
		return &answer{viewOfTicket(ticket)}, nil
	})
}

func viewOfTicket(t playback.Ticket) Stream {
	out := Stream{
		SessionID: t.SessionID, HLSURL: t.HLS, DASHURL: t.DASH, PlayerURL: t.Player, ThumbnailsURL: t.Previews,
		DurationSeconds: t.DurationSeconds, ResumeAtSeconds: t.ResumeAtSeconds,
		FrameRate:  math.Round(1000*t.FrameRate) / 1000,
		Renditions: []StreamRendition{}, Audio: []StreamAudio{},
		Subtitles: []StreamSubtitle{}, Chapters: []StreamChapter{},
		ExpiresAt: t.Expires, Era: t.Era, ServerTime: time.Now().UTC(),
	}
	for _, r := range t.Renditions {
		out.Renditions = append(out.Renditions, StreamRendition{
			ID: r.ID, Rung: r.Rung, Height: r.Height, Width: r.Width, Codec: string(r.Codec), Codecs: r.Codecs, Bandwidth: r.Bandwidth,
			Instant: r.Copy, Ready: pairs(r.Ready),
		})
	}
	for _, a := range t.Audio {
		out.Audio = append(out.Audio, viewOfSound(a))
	}
	for _, s := range t.Subtitles {
		out.Subtitles = append(out.Subtitles, StreamSubtitle{
			ID: s.ID, Language: s.Language, Label: s.Label, Forced: s.Forced, SDH: s.SDH, Default: s.Default, URL: s.Path,
		})
	}
	for _, c := range t.Chapters {
		out.Chapters = append(out.Chapters, StreamChapter{Title: c.Title, StartSeconds: c.StartSeconds, EndSeconds: c.EndSeconds})
	}
	return out
}

func viewOfSound(a playback.Sound) StreamAudio {
	out := StreamAudio{
		ID: a.ID, Track: a.Stream, Language: a.Language, Label: a.Label, Role: string(a.Role), Channels: a.Channels, Default: a.Default,
	}
	if a.Loudness != nil {
		gain := math.Round(10*a.Loudness.Gain()) / 10
		out.GainDB = &gain
	}
	return out
}

// Growth is what there is of a video by now, in live events: enough for a player to know
// that its ticket tells less.
type Growth struct {
	Renditions []Ranges `json:"renditions"`
	Subtitles  []string `json:"subtitles"` // their ids
	Chapters   int      `json:"chapters"`
	Thumbnails bool     `json:"thumbnails"`
}

// Ranges is what of one rung can be played now.
type Ranges struct {
	ID    string       `json:"id"`
	Ready [][2]float64 `json:"ready"`
}

// ViewOfGrowth returns what players are told while a video is being made.
func ViewOfGrowth(g playback.Growth) Growth {
	out := Growth{Renditions: []Ranges{}, Subtitles: []string{}, Chapters: g.Chapters, Thumbnails: g.Previews}
	for _, r := range g.Renditions {
		out.Renditions = append(out.Renditions, Ranges{ID: r.ID, Ready: pairs(r.Ready)})
	}
	for _, s := range g.Subtitles {
		out.Subtitles = append(out.Subtitles, s.ID)
	}
	return out
}

func pairs(spans []plan.Span) [][2]float64 {
	out := [][2]float64{}
	for _, s := range spans {
		out = append(out, [2]float64{s.Start, s.End})
	}
	return out
}

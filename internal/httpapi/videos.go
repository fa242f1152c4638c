package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Video is a video as the app sees it, in answers and in live events.
type Video struct {
	ID              string           `json:"id" format:"uuid"`
	Title           string           `json:"title"`
	Film            *VideoFilm       `json:"film,omitempty" doc:"The film it is of."`
	MaturityRating  Age              `json:"maturityRating"`
	Status          string           `json:"status" enum:"uploading,processing,ready,failed"`
	Playable        bool             `json:"playable" doc:"Can be watched now, ready or not."`
	Progress        float64          `json:"progress" minimum:"0" maximum:"1" doc:"How much of it is made."`
	DurationSeconds float64          `json:"durationSeconds,omitempty"`
	Width           int              `json:"width,omitempty" doc:"Of the picture as shown."`
	Height          int              `json:"height,omitempty"`
	SourceBytes     int64            `json:"sourceBytes,omitempty"`
	CreatedAt       time.Time        `json:"createdAt"`
	PosterURL       string           `json:"posterUrl,omitempty" doc:"Drawn artwork, 2:3."`
	StillURL        string           `json:"stillUrl,omitempty" doc:"A frame of the film, 16:9."`
	BlurHash        string           `json:"blurHash,omitempty" doc:"Of the still."`
	Credit          string           `json:"credit,omitempty" doc:"Of its makers, where the licence asks for it."`
	Renditions      []VideoRendition `json:"renditions"`
	Error           *VideoReason     `json:"error,omitempty" doc:"Why it failed."`
	Marks           []VideoReason    `json:"marks" doc:"What of its file cannot be used, though it plays."`
}

// VideoRendition is how far one stream of a video has come.
type VideoRendition struct {
	ID        string  `json:"id" example:"video/720"`
	Kind      string  `json:"kind" enum:"video,audio"`
	Codec     string  `json:"codec,omitempty" enum:"av1" doc:"Absent of H.264 and AAC. What has one is made after the video is ready."`
	Height    int     `json:"height,omitempty"`
	Width     int     `json:"width,omitempty"`
	Bandwidth int64   `json:"bandwidth" doc:"Bits per second, at most."`
	Language  string  `json:"language,omitempty" doc:"BCP 47."`
	Status    string  `json:"status" enum:"queued,encoding,ready"`
	Progress  float64 `json:"progress" minimum:"0" maximum:"1"`
}

// VideoReason is why a video failed, or what of its file cannot be used.
type VideoReason struct {
	Code   string                   `json:"code" doc:"Stable and machine-readable."`
	Detail string                   `json:"detail" doc:"A sentence about this very file, in English."`
	Words  map[string]catalog.Words `json:"words" doc:"What the code means and what to do, in every language there is: en, pt-BR."`
}

func reason(code, detail string) VideoReason {
	return VideoReason{Code: code, Detail: detail, Words: catalog.Reason(code)}
}

// ViewOfVideo returns a video as the app sees it.
func ViewOfVideo(v catalog.Video) Video {
	out := Video{
		ID: v.ID, Title: v.Title, Status: string(v.Status), Playable: v.Playable, Progress: v.Progress(),
		DurationSeconds: v.DurationSeconds, Width: v.Width, Height: v.Height, SourceBytes: v.SourceBytes,
		CreatedAt: v.CreatedAt, BlurHash: v.BlurHash, Credit: v.Credit, Renditions: []VideoRendition{}, Marks: []VideoReason{},
	}
	if v.Of.FilmID != "" {
		out.Film = &VideoFilm{v.Of.FilmID, string(v.Of.Part), v.Of.Edition}
	}
	out.MaturityRating = ageOf(v.Rating)
	out.PosterURL = imageURL(v.ID, "poster", v.PosterKey)
	out.StillURL = imageURL(v.ID, "still", v.StillKey)
	if v.Status == catalog.Failed {
		why := reason(v.ErrorCode, v.ErrorDetail)
		out.Error = &why
	}
	for _, m := range v.Marks {
		out.Marks = append(out.Marks, reason(m.Code, m.Detail))
	}
	for _, r := range v.Renditions {
		out.Renditions = append(out.Renditions, viewOfRendition(r))
	}
	return out
}

// imageURL is the address of a picture, "" when there is none. Objects never change, so
// the version is that of the key: another picture has another address.
func imageURL(videoID, kind, key string) string {
	if key == "" {
		return ""
	}
	version := sha256.Sum256([]byte(key))
	return "/api/videos/" + videoID + "/images/" + kind + "?v=" + hex.EncodeToString(version[:4])
}

func viewOfRendition(r catalog.Rendition) VideoRendition {
	out := VideoRendition{
		ID: r.ID, Kind: r.Kind, Codec: r.Codec, Height: r.Height, Width: r.Width, Bandwidth: r.Bandwidth,
		Language: r.Language, Status: "queued",
	}
	if r.Segments > 0 {
		out.Progress = float64(r.SegmentsDone) / float64(r.Segments)
	}
	switch {
	case r.Whole:
		out.Status = "ready"
	case r.SegmentsDone > 0:
		out.Status = "encoding"
	}
	return out
}

type videoAnswer struct{ Body Video }

type videoID struct {
	ID string `path:"id" format:"uuid"`
}

// page is a keyset page of videos.
type page struct {
	Items      []Video `json:"items"`
	NextCursor string  `json:"nextCursor,omitempty" doc:"Ask for what follows with it; absent on the last page."`
}

func (s *server) video(ctx context.Context, id string) (*videoAnswer, error) {
	v, err := s.film(ctx, id)
	if err != nil {
		return nil, err
	}
	return &videoAnswer{ViewOfVideo(v)}, nil
}

func (s *server) videoRoutes() {
	register(s, ForViewers, huma.Operation{
		OperationID: "listVideos", Method: http.MethodGet, Path: "/videos", Tags: []string{"videos"},
		Summary: "The library, newest first",
	}, s.listVideos)

	register(s, ForViewers, huma.Operation{
		OperationID: "getVideo", Method: http.MethodGet, Path: "/videos/{id}", Tags: []string{"videos"},
		Summary: "One video, with how far its renditions have come", Errors: []int{404},
	}, func(ctx context.Context, in *videoID) (*videoAnswer, error) { return s.video(ctx, in.ID) })

	register(s, ForEditors, huma.Operation{
		OperationID: "renameVideo", Method: http.MethodPatch, Path: "/videos/{id}", Tags: []string{"videos"},
		Summary: "Give a video another title, or say from which age it is", MaxBodyBytes: 4096, Errors: []int{404},
		Description: "What is absent stays. A video without a rating is hidden from profiles with a limit.",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" format:"uuid"`
		Body struct {
			Title          string `json:"title,omitempty" minLength:"1" maxLength:"300"`
			MaturityRating Age    `json:"maturityRating,omitempty" required:"false"`
		}
	}) (*videoAnswer, error) {
		if in.Body.Title == "" && !in.Body.MaturityRating.Sent {
			return nil, fault.New(fault.Invalid, "httpapi.change_video", "nothing_to_change", "Say what to change: title, maturityRating.")
		}
		if in.Body.Title != "" {
			remark(ctx, "title %q", in.Body.Title)
			if err := s.Catalog.Rename(ctx, in.ID, in.Body.Title); err != nil {
				return nil, err
			}
		}
		if to := in.Body.MaturityRating.changed(); to != nil {
			if err := s.Films.RateVideo(ctx, in.ID, *to); err != nil {
				return nil, err
			}
		}
		return s.video(ctx, in.ID)
	})

	register(s, ForEditors, huma.Operation{
		OperationID: "deleteVideo", Method: http.MethodDelete, Path: "/videos/{id}", Tags: []string{"videos"},
		Summary: "Remove a video with its original and everything made from it", DefaultStatus: http.StatusNoContent, Errors: []int{404},
	}, func(ctx context.Context, in *videoID) (*struct{}, error) { return nil, s.Catalog.Delete(ctx, in.ID) })

	register(s, ForEditors, huma.Operation{
		OperationID: "retryVideo", Method: http.MethodPost, Path: "/videos/{id}/retry", Tags: []string{"videos"},
		Summary: "Try a failed video again from where it failed", DefaultStatus: http.StatusAccepted, Errors: []int{404, 409},
	}, func(ctx context.Context, in *videoID) (*videoAnswer, error) {
		if err := s.Retry(ctx, in.ID); err != nil {
			return nil, err
		}
		return s.video(ctx, in.ID)
	})

	s.handle(ForViewers, "GET /api/videos/{id}/images/{kind}", http.HandlerFunc(s.image))
}

func (s *server) listVideos(ctx context.Context, in *struct {
	Cursor string `query:"cursor" maxLength:"200"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
}) (*struct{ Body page }, error) {
	after, err := parseCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	videos, err := s.Catalog.Videos(ctx, me(ctx).Profile.Limit, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body page }{page{Items: []Video{}}}
	for i, v := range videos {
		if i == in.Limit {
			last := videos[i-1]
			out.Body.NextCursor = formatCursor(catalog.Cursor{CreatedAt: last.CreatedAt, ID: last.ID})
			break
		}
		out.Body.Items = append(out.Body.Items, ViewOfVideo(v))
	}
	return out, nil
}

func formatCursor(c catalog.Cursor) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", c.CreatedAt.UnixMicro(), c.ID))
}

func parseCursor(text string) (*catalog.Cursor, error) {
	if text == "" {
		return nil, nil
	}
	bad := fault.New(fault.Invalid, "httpapi.cursor", "bad_cursor", "This is not a cursor that this server gave out.")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, bad
	}
	at, id, _ := strings.Cut(string(raw), " ")
	micros, err := strconv.ParseInt(at, 10, 64)
	created := time.UnixMicro(micros).UTC()
	if err != nil || uuid.Validate(id) != nil || created.Year() < 1 || created.Year() > 9999 {
		return nil, bad
	}
	return &catalog.Cursor{CreatedAt: created, ID: id}, nil
}

// image sends a video's poster or still. Their addresses carry a version, so they may be
// kept for good by the browser that was allowed to see them.
func (s *server) image(w http.ResponseWriter, r *http.Request) {
	id, key := r.PathValue("id"), ""
	if uuid.Validate(id) != nil { // what huma checks of a JSON operation
		s.writeProblem(w, r, fault.New(fault.NotFound, "httpapi.image", "", ""))
		return
	}
	v, err := s.film(r.Context(), id)
	switch r.PathValue("kind") {
	case "poster":
		key = v.PosterKey
	case "still":
		key = v.StillKey
	}
	if err == nil && key == "" {
		err = fault.New(fault.NotFound, "httpapi.image", "", "")
	}
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	object, err := s.Blobs.Open(r.Context(), key)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	defer object.Close()
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	http.ServeContent(w, r, "", object.ModTime, object.ReadSeekCloser)
}

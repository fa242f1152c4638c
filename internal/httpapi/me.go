package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/account"
)

// Exported is all that is kept of somebody. Hashes of passwords and PINs are left out: nobody
// can read them, and whoever finds this file should not try.
type Exported struct {
	User        User              `json:"user"`
	Profiles    []Profile         `json:"profiles"`
	Sessions    []ExportedDevice  `json:"sessions"`
	Invitations []OpenInvitation  `json:"invitations" doc:"That they made and that wait."`
	Videos      []ExportedVideo   `json:"videos" doc:"That they brought in."`
	Uploads     []ExportedUpload  `json:"uploads"`
	Watched     []ExportedWatch   `json:"watched" doc:"How far each device came in each video."`
	Opinions    []ExportedOpinion `json:"opinions" doc:"Of films."`
}

// ExportedDevice is a sign-in.
type ExportedDevice struct {
	ID        string    `json:"id"`
	ProfileID string    `json:"profileId"`
	Device    string    `json:"device"`
	Address   string    `json:"address" doc:"From which it was seen last."`
	CreatedAt time.Time `json:"createdAt"`
	SeenAt    time.Time `json:"lastSeenAt"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// ExportedVideo is a film.
type ExportedVideo struct {
	ID             string    `json:"id"`
	Title          string    `json:"title"`
	MaturityRating Age       `json:"maturityRating"`
	CreatedAt      time.Time `json:"createdAt"`
}

// ExportedUpload is a file.
type ExportedUpload struct {
	ID        string    `json:"id"`
	VideoID   string    `json:"videoId"`
	FileName  string    `json:"fileName"`
	Size      int64     `json:"size"`
	Finished  bool      `json:"finished"`
	CreatedAt time.Time `json:"createdAt"`
}

// ExportedWatch is how far a device came in a video.
type ExportedWatch struct {
	ProfileID       string     `json:"profileId"`
	VideoID         string     `json:"videoId"`
	Title           string     `json:"title"`
	Kind            string     `json:"kind" enum:"watching,removed,forgotten" doc:"Removed from what to go on with, or forgotten: then only that is kept."`
	PositionSeconds float64    `json:"positionSeconds"`
	DurationSeconds float64    `json:"durationSeconds"`
	DeviceID        string     `json:"deviceId" doc:"Empty of what was done away from a player."`
	Device          string     `json:"device"`
	LastWatchedAt   *time.Time `json:"lastWatchedAt,omitempty"`
}

// ExportedOpinion is what a profile has to do with a film.
type ExportedOpinion struct {
	ProfileID string     `json:"profileId"`
	MovieID   string     `json:"movieId"`
	Stars     int        `json:"stars" doc:"0 is none."`
	ListedAt  *time.Time `json:"listedAt,omitempty" doc:"When it was put on the list."`
	StartedAt *time.Time `json:"startedAt,omitempty" doc:"When it was last begun."`
}

func viewOfExport(e account.Export) Exported {
	out := Exported{
		User:     viewOfUser(account.Listed{User: e.User, Profiles: len(e.Profiles)}),
		Profiles: []Profile{}, Sessions: []ExportedDevice{}, Invitations: []OpenInvitation{}, Videos: []ExportedVideo{}, Uploads: []ExportedUpload{},
		Watched: []ExportedWatch{}, Opinions: []ExportedOpinion{},
	}
	for _, p := range e.Profiles {
		out.Profiles = append(out.Profiles, viewOfProfile(p))
	}
	for _, d := range e.Sessions {
		out.Sessions = append(out.Sessions, ExportedDevice{d.ID, d.ProfileID, d.Device, d.Address, d.CreatedAt, d.SeenAt, d.ExpiresAt})
	}
	for _, i := range e.Invitations {
		out.Invitations = append(out.Invitations, viewOfInvitation(i))
	}
	for _, v := range e.Videos {
		out.Videos = append(out.Videos, ExportedVideo{v.ID, v.Title, ageOf(v.Rating), v.CreatedAt})
	}
	for _, u := range e.Uploads {
		out.Uploads = append(out.Uploads, ExportedUpload{u.ID, u.VideoID, u.FileName, u.Size, u.Finished, u.CreatedAt})
	}
	for _, w := range e.Watched {
		out.Watched = append(out.Watched, ExportedWatch{w.ProfileID, w.VideoID, w.Title, w.Kind, w.Position, w.Duration, w.DeviceID, w.Device, givenTime(w.At)})
	}
	for _, o := range e.Opinions {
		out.Opinions = append(out.Opinions, ExportedOpinion{o.ProfileID, o.FilmID, o.Stars, givenTime(o.ListedAt), givenTime(o.StartedAt)})
	}
	return out
}

// givenTime is nil of no time.
func givenTime(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

func (s *server) meRoutes() {
	tags := []string{"me"}
	register(s, ForAccount, huma.Operation{
		OperationID: "changeMe", Method: http.MethodPatch, Path: "/me", Tags: tags,
		Summary: "Say what you are called and what letters speak", MaxBodyBytes: 4096,
	}, func(ctx context.Context, in *struct {
		Body struct {
			Name     *string   `json:"name,omitempty" maxLength:"40" example:"Ana" doc:"Empty: none."`
			Language *Language `json:"language,omitempty"`
		}
	}) (*struct{ Body Me }, error) {
		now := me(ctx)
		u, err := s.People.ChangeMe(ctx, now, in.Body.Name, text(in.Body.Language))
		if err != nil {
			return nil, err
		}
		now.User = u
		return &struct{ Body Me }{viewOfMe(now)}, nil
	})

	type export struct {
		Disposition string `header:"Content-Disposition"`
		Body        Exported
	}
	register(s, ForAccount, huma.Operation{
		OperationID: "exportMe", Method: http.MethodGet, Path: "/me/export", Tags: tags,
		Summary: "All that is kept of you, to keep yourself",
	}, func(ctx context.Context, _ *struct{}) (*export, error) {
		e, err := s.People.Export(ctx, me(ctx))
		return &export{`attachment; filename="kkmovies.json"`, viewOfExport(e)}, err
	})

	register(s, ForAccount, huma.Operation{
		OperationID: "deleteMe", Method: http.MethodDelete, Path: "/me", Tags: tags,
		Summary: "Delete your account with all that is kept of you", DefaultStatus: http.StatusNoContent, MaxBodyBytes: 4096, Errors: []int{409, 429},
		Description: "Asks for the password. Films you brought in stay in the library, and are nobody's. The last administrator stays.",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Password string `json:"password" maxLength:"256"`
		}
	}) (*leaving, error) {
		if err := s.tryAs(ctx, me(ctx).User.Email); err != nil {
			return nil, err
		}
		if err := s.People.DeleteMe(ctx, me(ctx), in.Body.Password); err != nil {
			return nil, err
		}
		return &leaving{s.noCookies()}, nil
	})
}

package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Profile is one viewer of an account, as the app sees them.
type Profile struct {
	ID            string    `json:"id" format:"uuid"`
	Name          string    `json:"name" example:"Bia"`
	Avatar        Avatar    `json:"avatar"`
	Language      Language  `json:"language"`
	MaturityLimit Age       `json:"maturityLimit"`
	Kids          bool      `json:"kids" doc:"The limit is 12 or lower: apps show a child's pages."`
	HasPIN        bool      `json:"hasPin" doc:"Asks for it before it is used."`
	CreatedAt     time.Time `json:"createdAt"`
}

func viewOfProfile(p account.Profile) Profile {
	return Profile{
		ID: p.ID, Name: p.Name, Avatar: Avatar(p.Avatar), Language: Language(p.Language),
		MaturityLimit: ageOf(p.Limit), Kids: p.Kids(), HasPIN: p.PINHash != "", CreatedAt: p.CreatedAt,
	}
}

type profileAnswer struct{ Body Profile }

type profileList struct {
	Items []Profile `json:"items"`
}

// film returns a video that the profile of the caller may see. To the others it is not there.
func (s *server) film(ctx context.Context, id string) (catalog.Video, error) {
	v, err := s.Catalog.Video(ctx, id)
	if err == nil && !v.Rating.Within(me(ctx).Profile.Limit) {
		return catalog.Video{}, fault.New(fault.NotFound, "httpapi.film", "", "")
	}
	return v, err
}

func (s *server) profileRoutes() {
	tags := []string{"profiles"}
	register(s, ForViewers, huma.Operation{
		OperationID: "listProfiles", Method: http.MethodGet, Path: "/me/profiles", Tags: tags,
		Summary: "The profiles of your account, the oldest first",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body profileList }, error) {
		list, err := s.Profiles.List(ctx, me(ctx))
		out := &struct{ Body profileList }{profileList{Items: []Profile{}}}
		for _, p := range list {
			out.Body.Items = append(out.Body.Items, viewOfProfile(p))
		}
		return out, err
	})

	register(s, ForAccount, huma.Operation{
		OperationID: "addProfile", Method: http.MethodPost, Path: "/me/profiles", Tags: tags,
		Summary: "Add a profile", Description: "An account has 8 at most.",
		DefaultStatus: http.StatusCreated, MaxBodyBytes: 4096, Errors: []int{409},
	}, func(ctx context.Context, in *struct {
		Body struct {
			Name          string   `json:"name" minLength:"1" maxLength:"40" example:"Bia"`
			Avatar        Avatar   `json:"avatar,omitempty"`
			Language      Language `json:"language,omitempty"`
			MaturityLimit Age      `json:"maturityLimit,omitempty" required:"false"`
			PIN           string   `json:"pin,omitempty" pattern:"^([0-9]{4,8})?$" example:"2468"`
		}
	}) (*profileAnswer, error) {
		b := in.Body
		p, err := s.Profiles.Add(ctx, me(ctx), account.NewProfile{
			Name: b.Name, Avatar: string(b.Avatar), Language: string(b.Language), Limit: b.MaturityLimit.Rating, PIN: b.PIN,
		})
		if err == nil {
			s.tellOfProfiles(ctx)
		}
		return &profileAnswer{viewOfProfile(p)}, err
	})

	register(s, ForViewers.OfTheirOwn(), huma.Operation{
		OperationID: "changeProfile", Method: http.MethodPatch, Path: "/me/profiles/{id}", Tags: tags,
		Summary: "Change a profile", MaxBodyBytes: 4096, Errors: []int{403, 404, 409, 429},
		Description: "What is absent stays. From a profile with a limit one's own name, avatar and language can be changed and nothing else. " +
			"A PIN that is set is changed or taken away with it, or with the account's password.",
	}, s.changeProfile)

	register(s, ForAccount.OfTheirOwn(), huma.Operation{
		OperationID: "deleteProfile", Method: http.MethodDelete, Path: "/me/profiles/{id}", Tags: tags,
		Summary: "Remove a profile with all that is kept of it", DefaultStatus: http.StatusNoContent, Errors: []int{404, 409},
		Description: "Not the one in use here, nor the last without a limit. Devices that are in use with it are signed out.",
	}, func(ctx context.Context, in *profileID) (*struct{}, error) {
		err := s.Profiles.Delete(ctx, me(ctx), in.ID)
		if err == nil {
			s.tellOfProfiles(ctx)
		}
		return nil, err
	})

	register(s, ForViewers.OfTheirOwn().Unrecorded("who watches is their own business"), huma.Operation{
		OperationID: "selectProfile", Method: http.MethodPost, Path: "/me/profiles/{id}/select", Tags: tags,
		Summary: "Use another profile in this session", MaxBodyBytes: 4096, Errors: []int{403, 404, 429},
		Description: "Asks for the PIN where one is set (pin_needed). From a profile with a limit to one that sees more it asks for that PIN, " +
			"or, where there is none, for the account's password (password_needed). The password opens every profile.",
	}, s.selectProfile)
}

type profileID struct {
	ID string `path:"id" format:"uuid"`
}

// proofOf counts a try with a PIN or a password before it is looked at.
func (s *server) proofOf(ctx context.Context, profileID, pin, password string) (account.Proof, error) {
	if password != "" {
		return account.Proof{Password: password}, s.tryAs(ctx, me(ctx).User.Email)
	}
	if pin != "" {
		if _, err := s.spend(ctx, profileID, triesPIN); err != nil {
			return account.Proof{}, err
		}
	}
	return account.Proof{PIN: pin}, nil
}

func (s *server) selectProfile(ctx context.Context, in *struct {
	ID   string `path:"id" format:"uuid"`
	Body *struct {
		PIN      string `json:"pin,omitempty" maxLength:"8" example:"2468"`
		Password string `json:"password,omitempty" maxLength:"256"`
	}
}) (*struct{ Body Me }, error) {
	var pin, password string
	if in.Body != nil {
		pin, password = in.Body.PIN, in.Body.Password
	}
	proof, err := s.proofOf(ctx, in.ID, pin, password)
	if err != nil {
		return nil, err
	}
	now, err := s.Profiles.Select(ctx, me(ctx), in.ID, proof)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Me }{viewOfMe(now)}, nil
}

func (s *server) changeProfile(ctx context.Context, in *struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Name          *string   `json:"name,omitempty" minLength:"1" maxLength:"40"`
		Avatar        *Avatar   `json:"avatar,omitempty"`
		Language      *Language `json:"language,omitempty"`
		MaturityLimit Age       `json:"maturityLimit,omitempty" required:"false"`
		PIN           *string   `json:"pin,omitempty" pattern:"^([0-9]{4,8})?$" doc:"Empty: none from now on."`
		CurrentPIN    string    `json:"currentPin,omitempty" maxLength:"8" doc:"Needed where one is set, to change it; or the password."`
		Password      string    `json:"password,omitempty" maxLength:"256" doc:"The account's."`
	}
}) (*profileAnswer, error) {
	b := in.Body
	proof, err := s.proofOf(ctx, in.ID, b.CurrentPIN, b.Password)
	if err != nil {
		return nil, err
	}
	p, err := s.Profiles.Change(ctx, me(ctx), in.ID, account.ProfileChange{
		Name: b.Name, Avatar: text(b.Avatar), Language: text(b.Language),
		Limit: b.MaturityLimit.changed(), PIN: b.PIN, Proof: proof,
	})
	if err != nil {
		return nil, err
	}
	s.tellOfProfile(ctx, p.ID)
	return &profileAnswer{viewOfProfile(p)}, nil
}

package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/account"
)

// Me is a signed-in person, as the app sees them.
type Me struct {
	User    MeUser    `json:"user"`
	Profile MeProfile `json:"profile"`
	Session MeSession `json:"session"`
}

// MeUser is the account.
type MeUser struct {
	ID       string   `json:"id" format:"uuid"`
	Email    string   `json:"email" example:"ana@example.com"`
	Role     string   `json:"role" enum:"viewer,editor,admin"`
	Name     string   `json:"name" example:"Ana" doc:"Empty for who has not said it."`
	Language Language `json:"language"`
	Verified bool     `json:"verified" doc:"They proved that the e-mail is theirs."`
}

// MeProfile is the viewer the session speaks for.
type MeProfile struct {
	ID            string   `json:"id" format:"uuid"`
	Name          string   `json:"name"`
	Avatar        Avatar   `json:"avatar"`
	Language      Language `json:"language"`
	MaturityLimit Age      `json:"maturityLimit"`
	Kids          bool     `json:"kids" doc:"The limit is 12 or lower: apps show a child's pages."`
}

// MeSession is this sign-in.
type MeSession struct {
	ID        string    `json:"id" format:"uuid"`
	CreatedAt time.Time `json:"createdAt"`
}

// Door is what somebody may know who is not signed in.
type Door struct {
	Needed bool   `json:"needed" doc:"The first administrator is still to be made."`
	SignUp string `json:"signUp" enum:"open,invitation,closed" doc:"Who may make an account."`
	Mail   bool   `json:"mail" doc:"Letters go out; else an administrator makes links."`
	Visits bool   `json:"visits" doc:"Viewers are asked whether what they open may be told to Google Analytics."`
}

func viewOfMe(m account.Me) Me {
	return Me{
		User: MeUser{
			ID: m.User.ID, Email: m.User.Email, Role: string(m.User.Role),
			Name: m.User.Name, Language: Language(m.User.Language), Verified: !m.User.VerifiedAt.IsZero(),
		},
		Profile: MeProfile{
			ID: m.Profile.ID, Name: m.Profile.Name, Avatar: Avatar(m.Profile.Avatar), Language: Language(m.Profile.Language),
			MaturityLimit: ageOf(m.Profile.Limit), Kids: m.Profile.Kids(),
		},
		Session: MeSession{ID: m.Session.ID, CreatedAt: m.Session.CreatedAt},
	}
}

func (s *server) accountRoutes() {
	register(s, Public, huma.Operation{
		OperationID: "signIn", Method: http.MethodPost, Path: "/auth/login", Tags: []string{"auth"},
		Summary: "Sign in with e-mail and password", MaxBodyBytes: 4096, Errors: []int{401, 429},
		Middlewares: huma.Middlewares{s.limitedTo(signInsFrom, callerNetwork)},
	}, func(ctx context.Context, in *struct {
		Entering
		Body struct {
			TokensIn
			Email    string `json:"email" maxLength:"254"`
			Password string `json:"password" maxLength:"256"`
		}
	}) (*entered, error) {
		if err := s.tryAs(ctx, in.Body.Email); err != nil {
			return nil, err
		}
		m, tokens, err := s.Accounts.SignIn(ctx, in.Body.Email, in.Body.Password, origin(ctx, in.UserAgent))
		actAs(ctx, m)
		if err != nil {
			return nil, err
		}
		return s.enter(ctx, m, tokens, in.Body.Tokens, in.Before)
	})

	register(s, ForViewers, huma.Operation{
		OperationID: "me", Method: http.MethodGet, Path: "/me", Tags: []string{"me"},
		Summary: "Who is signed in",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body Me }, error) {
		return &struct{ Body Me }{viewOfMe(me(ctx))}, nil
	})

	register(s, Public, huma.Operation{
		OperationID: "setupNeeded", Method: http.MethodGet, Path: "/setup", Tags: []string{"auth"},
		Summary: "Whether the first administrator is still to be made, and how others come in",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body Door }, error) {
		needed, err := s.Accounts.SetupNeeded(ctx)
		return &struct{ Body Door }{Door{needed, string(s.People.SignUp), s.People.Mails(), s.Visits != nil}}, err
	})

	register(s, Public, huma.Operation{
		OperationID: "setUp", Method: http.MethodPost, Path: "/setup", Tags: []string{"auth"},
		Summary:      "Make the first administrator, with the token of the link printed at first start",
		MaxBodyBytes: 4096, Errors: []int{403, 409, 429},
		Middlewares: huma.Middlewares{s.limitedTo(setUpsFrom, callerNetwork)},
	}, func(ctx context.Context, in *struct {
		Entering
		Body struct {
			TokensIn
			Token    string `json:"token" maxLength:"128"`
			Email    string `json:"email" maxLength:"254"`
			Password string `json:"password" maxLength:"256"`
		}
	}) (*entered, error) {
		if err := s.tryAs(ctx, in.Body.Email); err != nil {
			return nil, err
		}
		m, tokens, err := s.Accounts.SetUp(ctx, in.Body.Token, in.Body.Email, in.Body.Password, origin(ctx, in.UserAgent))
		actAs(ctx, m)
		if err != nil {
			return nil, err
		}
		return s.enter(ctx, m, tokens, in.Body.Tokens, in.Before)
	})
}

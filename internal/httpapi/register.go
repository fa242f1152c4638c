package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/account"
)

// registered is the answer to somebody who made an account, or will have.
type registered struct {
	Status    int
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      struct {
		Status string   `json:"status" enum:"signedIn,checkMail" doc:"checkMail says nothing of whether the e-mail is somebody's: a letter knows."`
		Me     *Entered `json:"me,omitempty" doc:"Of who is signed in."`
	}
}

// Invited is what somebody may know of an invitation they hold.
type Invited struct {
	Email     string    `json:"email" example:"bia@example.com" doc:"Whom it is for; empty: whoever has it."`
	Role      string    `json:"role" enum:"viewer,editor,admin"`
	Language  Language  `json:"language"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// token is what a link carries.
type token struct {
	Token string `json:"token" minLength:"1" maxLength:"128"`
}

func (s *server) registerRoutes() {
	tags := []string{"auth"}
	register(s, Public, huma.Operation{
		OperationID: "register", Method: http.MethodPost, Path: "/auth/register", Tags: tags,
		Summary: "Make an account", DefaultStatus: http.StatusAccepted, MaxBodyBytes: 4096, Errors: []int{403, 409, 429},
		Description: "By invitation: the account is made and signed in (201). Where sign-up is open: a letter goes to the address, and the account is made when its link is opened (202).",
		Middlewares: huma.Middlewares{s.limitedTo(registersFrom, callerNetwork)},
	}, s.register)

	register(s, Public, huma.Operation{
		OperationID: "confirmSignUp", Method: http.MethodPost, Path: "/auth/register/confirm", Tags: tags,
		Summary: "Make the account of who has the letter, and sign in", MaxBodyBytes: 4096, Errors: []int{403, 409, 429},
		Middlewares: huma.Middlewares{s.limitedTo(linksFrom, callerNetwork)},
	}, func(ctx context.Context, in *struct {
		Entering
		Body struct {
			TokensIn
			Token string `json:"token" minLength:"1" maxLength:"128"`
		}
	}) (*entered, error) {
		m, tokens, err := s.People.ConfirmSignUp(ctx, in.Body.Token, origin(ctx, in.UserAgent))
		if err != nil {
			return nil, err
		}
		return s.enter(ctx, m, tokens, in.Body.Tokens, in.Before)
	})

	register(s, Public, huma.Operation{
		OperationID: "checkInvitation", Method: http.MethodPost, Path: "/auth/invitation", Tags: tags,
		Summary: "Whom an invitation is for", MaxBodyBytes: 4096, Errors: []int{403, 429},
		Middlewares: huma.Middlewares{s.limitedTo(linksFrom, callerNetwork)},
	}, func(ctx context.Context, in *struct{ Body token }) (*struct{ Body Invited }, error) {
		i, err := s.People.Invited(ctx, in.Body.Token)
		return &struct{ Body Invited }{Invited{i.Email, string(i.Role), Language(i.Language), i.ExpiresAt}}, err
	})
}

func (s *server) register(ctx context.Context, in *struct {
	Entering
	Body struct {
		TokensIn
		Email      string   `json:"email,omitempty" maxLength:"254" example:"bia@example.com" doc:"May be left out where the invitation names it."`
		Password   string   `json:"password" maxLength:"256"`
		Name       string   `json:"name,omitempty" maxLength:"40" example:"Bia"`
		Language   Language `json:"language,omitempty"`
		Invitation string   `json:"invitation,omitempty" maxLength:"128" doc:"The token of its link."`
	}
}) (*registered, error) {
	b, out := in.Body, &registered{}
	who := account.Newcomer{Email: b.Email, Password: b.Password, Name: b.Name, Language: string(b.Language)}
	if b.Invitation == "" {
		if err := s.writeTo(ctx, b.Email); err != nil {
			return nil, err
		}
		out.Status, out.Body.Status = http.StatusAccepted, "checkMail"
		return out, s.People.SignUpAs(ctx, who)
	}
	m, tokens, err := s.People.TakeUp(ctx, b.Invitation, who, origin(ctx, in.UserAgent))
	if err != nil {
		return nil, err
	}
	opened, err := s.enter(ctx, m, tokens, b.Tokens, in.Before)
	if err != nil {
		return nil, err
	}
	out.Status, out.Body.Status, out.Body.Me = http.StatusCreated, "signedIn", &opened.Body
	out.SetCookie = opened.SetCookie
	return out, nil
}

package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) recoveryRoutes() {
	tags := []string{"auth"}
	register(s, Public, huma.Operation{
		OperationID: "forgotPassword", Method: http.MethodPost, Path: "/auth/password/forgot", Tags: tags,
		Summary: "Ask for a letter to choose another password", DefaultStatus: http.StatusAccepted, MaxBodyBytes: 4096, Errors: []int{429},
		Description: "The answer is the same whether or not the address is anybody's. Where no mail is sent, an administrator makes a link.",
		Middlewares: huma.Middlewares{s.limitedTo(lettersFrom, callerNetwork)},
	}, func(ctx context.Context, in *struct {
		Body struct {
			Email    string   `json:"email" maxLength:"254" example:"ana@example.com"`
			Language Language `json:"language,omitempty"`
		}
	}) (*struct{}, error) {
		if err := s.writeTo(ctx, in.Body.Email); err != nil {
			return nil, err
		}
		return nil, s.People.Forgot(ctx, in.Body.Email, string(in.Body.Language))
	})

	register(s, Public, huma.Operation{
		OperationID: "resetPassword", Method: http.MethodPost, Path: "/auth/password/reset", Tags: tags,
		Summary: "Choose another password by a one-time link", DefaultStatus: http.StatusNoContent, MaxBodyBytes: 4096, Errors: []int{403, 429},
		Description: "All sessions of the account end.",
		Middlewares: huma.Middlewares{s.limitedTo(linksFrom, callerNetwork)},
	}, func(ctx context.Context, in *struct {
		Body struct {
			Token    string `json:"token" minLength:"1" maxLength:"128"`
			Password string `json:"password" maxLength:"256"`
		}
	}) (*struct{}, error) {
		return nil, s.People.Reset(ctx, in.Body.Token, in.Body.Password)
	})

	register(s, Public, huma.Operation{
		OperationID: "verifyEmail", Method: http.MethodPost, Path: "/auth/verify", Tags: tags,
		Summary: "Prove that an e-mail is yours by the link sent to it", DefaultStatus: http.StatusNoContent, MaxBodyBytes: 4096, Errors: []int{403, 429},
		Middlewares: huma.Middlewares{s.limitedTo(linksFrom, callerNetwork)},
	}, func(ctx context.Context, in *struct{ Body token }) (*struct{}, error) {
		return nil, s.People.Verify(ctx, in.Body.Token)
	})

	register(s, ForAccount, huma.Operation{
		OperationID: "askToVerify", Method: http.MethodPost, Path: "/me/verify", Tags: []string{"me"},
		Summary: "Ask for the letter that proves your e-mail yours", DefaultStatus: http.StatusAccepted, Errors: []int{409, 429},
	}, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		if err := s.writeTo(ctx, me(ctx).User.Email); err != nil {
			return nil, err
		}
		return nil, s.People.AskToVerify(ctx, me(ctx))
	})

	register(s, ForAccount, huma.Operation{
		OperationID: "changePassword", Method: http.MethodPost, Path: "/me/password", Tags: []string{"me"},
		Summary: "Choose another password", DefaultStatus: http.StatusNoContent, MaxBodyBytes: 4096, Errors: []int{429},
		Description: "Your other sessions end.",
	}, func(ctx context.Context, in *struct {
		Body struct {
			OldPassword string `json:"oldPassword" maxLength:"256"`
			Password    string `json:"password" maxLength:"256"`
		}
	}) (*struct{}, error) {
		if err := s.tryAs(ctx, me(ctx).User.Email); err != nil {
			return nil, err
		}
		return nil, s.People.ChangePassword(ctx, me(ctx), in.Body.OldPassword, in.Body.Password)
	})
}

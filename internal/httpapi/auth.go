package httpapi

import (
	"context"
	"encoding/base64"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/text/language"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// A browser keeps its tokens in cookies that no script can read: the access token goes along
// with every request, the refresh token only to where it is of use. An app asks for them in
// the answer and sends the one as a bearer token, the other in a body. What came by cookie
// leaves by cookie, so that a script can get neither.
const (
	sessionCookie = "kk_session"
	refreshCookie = "kk_refresh"
	refreshPath   = "/api/auth"
)

// refreshesFrom is of one address: every device behind it does so four times an hour, and
// all at once when a server was away.
var refreshesFrom = limit{"refresh", cache.PerMinute(1200)}

// TokenPair is what an app proves itself with.
type TokenPair struct {
	AccessToken      string    `json:"accessToken" doc:"Sent as Authorization: Bearer."`
	AccessExpiresAt  time.Time `json:"accessExpiresAt"`
	RefreshToken     string    `json:"refreshToken" doc:"Used once, at /auth/refresh."`
	RefreshExpiresAt time.Time `json:"refreshExpiresAt"`
}

// Entered is who has signed in.
type Entered struct {
	Me
	ExpiresInSeconds float64    `json:"expiresInSeconds" doc:"Refresh before then."`
	Tokens           *TokenPair `json:"tokens,omitempty" doc:"For an app that asked for them; a browser has cookies instead."`
}

type entered struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
	Body      Entered
}

// Entering is what every way in is told besides.
type Entering struct {
	UserAgent string `header:"User-Agent" hidden:"true"`
	Before    string `cookie:"kk_refresh" hidden:"true"`
}

// TokensIn is where the tokens are wanted.
type TokensIn struct {
	Tokens string `json:"tokens,omitempty" enum:"cookie,body" doc:"Where the tokens are wanted: cookie when absent; an app without cookies wants them in the answer's body."`
}

func (s *server) cookie(name, path, value string, life time.Duration) http.Cookie {
	return http.Cookie{
		Name: name, Value: value, Path: path, MaxAge: max(-1, int(life.Seconds())),
		HttpOnly: true, Secure: s.HTTPS, SameSite: http.SameSiteLaxMode,
	}
}

// leaving is the answer to somebody who goes.
type leaving struct {
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

// noCookies ends what a browser keeps.
func (s *server) noCookies() []http.Cookie {
	return []http.Cookie{s.cookie(sessionCookie, "/", "", -time.Second), s.cookie(refreshCookie, refreshPath, "", -time.Second)}
}

// enter answers somebody who has signed in. Whoever was signed in before with this browser
// no longer is.
func (s *server) enter(ctx context.Context, m account.Me, t account.Tokens, in string, before string) (*entered, error) {
	out := &entered{Body: Entered{Me: viewOfMe(m), ExpiresInSeconds: math.Floor(time.Until(t.AccessExpires).Seconds())}}
	if in == "body" {
		out.Body.Tokens = &TokenPair{t.Access, t.AccessExpires, t.Refresh, t.RefreshExpires}
		return out, nil
	}
	if err := s.Accounts.Leave(ctx, before); err != nil {
		s.Logger.WarnContext(ctx, "a session goes on that nobody can use any more", "error", err)
	}
	out.SetCookie = []http.Cookie{
		s.cookie(sessionCookie, "/", t.Access, time.Until(t.AccessExpires)),
		s.cookie(refreshCookie, refreshPath, t.Refresh, time.Until(t.RefreshExpires)),
	}
	return out, nil
}

// origin is where a request comes from.
func origin(ctx context.Context, agent string) account.Origin {
	return account.Origin{Agent: agent, Address: callerAddress(ctx)}
}

// AccessToken returns the access token a request carries, "" when it carries none.
func AccessToken(r *http.Request) string {
	if token, ok := bearer(r.Header.Get("Authorization")); ok {
		return token
	}
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		return cookie.Value
	}
	return ""
}

func accessTokenOf(c huma.Context) string {
	if token, ok := bearer(c.Header("Authorization")); ok {
		return token
	}
	if cookie, err := huma.ReadCookie(c, sessionCookie); err == nil {
		return cookie.Value
	}
	return ""
}

// bearer reads RFC 6750's header. Whoever sends one means it: no cookie is looked at then.
func bearer(header string) (token string, ok bool) {
	scheme, token, _ := strings.Cut(header, " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer")
}

// Device is one sign-in.
type Device struct {
	ID         string    `json:"id" format:"uuid"`
	Device     string    `json:"device" example:"Chrome on Android"`
	Address    string    `json:"address" doc:"From which it was seen last."`
	Place      string    `json:"place,omitempty" example:"Lisbon, Portugal" doc:"Where that is, roughly; absent when it is not known."`
	CreatedAt  time.Time `json:"createdAt"`
	LastSeenAt time.Time `json:"lastSeenAt" doc:"To some minutes."`
	Current    bool      `json:"current" doc:"This very session."`
}

// JWK is one public key of RFC 7517, for Ed25519 (RFC 8037).
type JWK struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	Alg string `json:"alg"`
	Use string `json:"use"`
	Kid string `json:"kid"`
	X   string `json:"x"`
}

func (s *server) authRoutes() {
	register(s, Public.Unrecorded("a session goes on; its beginning and its end are on record"), huma.Operation{
		OperationID: "refresh", Method: http.MethodPost, Path: "/auth/refresh", Tags: []string{"auth"},
		Summary: "Trade a refresh token for the next, and an access token",
		Description: "The token comes by its cookie, or from an app in the body. Each is used once; for 20 seconds it may come again, as two tabs do. " +
			"One that comes later has been in two hands: its session ends.",
		MaxBodyBytes: 1024, Errors: []int{401, 429},
		Middlewares: huma.Middlewares{s.limitedTo(refreshesFrom, callerNetwork)},
	}, func(ctx context.Context, in *struct {
		UserAgent string `header:"User-Agent" hidden:"true"`
		Cookie    string `cookie:"kk_refresh" hidden:"true"`
		Body      *struct {
			RefreshToken string `json:"refreshToken" maxLength:"128"`
		}
	}) (*entered, error) {
		token, answer := in.Cookie, "cookie"
		if in.Body != nil {
			token, answer = in.Body.RefreshToken, "body"
		}
		m, tokens, err := s.Accounts.Refresh(ctx, token, origin(ctx, in.UserAgent))
		if err != nil {
			if answer == "cookie" && fault.Is(err, fault.SignedOut) {
				err = s.forgotten(err)
			}
			return nil, err
		}
		return s.enter(ctx, m, tokens, answer, "")
	})

	register(s, ForViewers, huma.Operation{
		OperationID: "signOut", Method: http.MethodPost, Path: "/auth/logout", Tags: []string{"auth"},
		Summary: "End this session", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, _ *struct{}) (*leaving, error) {
		m := me(ctx)
		if err := s.Accounts.SignOut(ctx, m.User.ID, m.Session.ID); err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		return &leaving{s.noCookies()}, nil
	})

	register(s, ForAccount, huma.Operation{
		OperationID: "signOutAll", Method: http.MethodPost, Path: "/auth/logout-all", Tags: []string{"auth"},
		Summary: "End every session of this user, this one too", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, _ *struct{}) (*leaving, error) {
		if err := s.Accounts.SignOutAll(ctx, me(ctx).User.ID, ""); err != nil {
			return nil, err
		}
		return &leaving{s.noCookies()}, nil
	})

	type devices struct {
		Body struct {
			Items []Device `json:"items"`
		}
	}
	register(s, ForAccount, huma.Operation{
		OperationID: "listSessions", Method: http.MethodGet, Path: "/auth/sessions", Tags: []string{"auth"},
		Summary: "Where this user is signed in, the last seen first",
	}, func(ctx context.Context, in *struct {
		Languages string `header:"Accept-Language" hidden:"true"`
	}) (*devices, error) {
		m := me(ctx)
		list, err := s.Accounts.Devices(ctx, m.User.ID, languageOf(in.Languages))
		if err != nil {
			return nil, err
		}
		out := &devices{}
		out.Body.Items = make([]Device, 0, len(list))
		for _, d := range list {
			out.Body.Items = append(out.Body.Items, Device{
				ID: d.ID, Device: d.Device, Address: d.Address, Place: d.Place,
				CreatedAt: d.CreatedAt, LastSeenAt: d.SeenAt, Current: d.ID == m.Session.ID,
			})
		}
		return out, nil
	})

	register(s, ForAccount.OfTheirOwn(), huma.Operation{
		OperationID: "endSession", Method: http.MethodDelete, Path: "/auth/sessions/{id}", Tags: []string{"auth"},
		Summary: "Sign a device of this user out, at once", DefaultStatus: http.StatusNoContent, Errors: []int{404},
	}, func(ctx context.Context, in *struct {
		ID string `path:"id" maxLength:"64"`
	}) (*leaving, error) {
		m := me(ctx)
		if err := s.Accounts.SignOut(ctx, m.User.ID, in.ID); err != nil {
			return nil, err
		}
		if in.ID == m.Session.ID {
			return &leaving{s.noCookies()}, nil
		}
		return &leaving{}, nil
	})

	type keys struct {
		CacheControl string `header:"Cache-Control"`
		Body         struct {
			Keys []JWK `json:"keys"`
		}
	}
	register(s, Public, huma.Operation{
		OperationID: "jwks", Method: http.MethodGet, Path: "/auth/jwks", Tags: []string{"auth"},
		Summary:     "The keys that access tokens are verified with (RFC 7517)",
		Description: "A new key is here an hour before it signs. That a token is genuine does not say that its session goes on: only this server knows that.",
	}, func(ctx context.Context, _ *struct{}) (*keys, error) {
		public, err := s.Accounts.PublicKeys(ctx)
		if err != nil {
			return nil, err
		}
		out := &keys{CacheControl: "public, max-age=300"}
		out.Body.Keys = make([]JWK, 0, len(public))
		for _, k := range public {
			out.Body.Keys = append(out.Body.Keys, JWK{"OKP", "Ed25519", "EdDSA", "sig", k.ID, base64.RawURLEncoding.EncodeToString(k.Key)})
		}
		return out, nil
	})
}

// languageOf is which of ours a reader prefers (RFC 9110 §12.5.4).
func languageOf(accepted string) string {
	tags, _, err := language.ParseAcceptLanguage(accepted)
	if err != nil {
		return "en"
	}
	for _, tag := range tags {
		switch base, _ := tag.Base(); base.String() {
		case "pt":
			return "pt-BR"
		case "en":
			return "en"
		}
	}
	return "en"
}

// forgotten is a refusal that has the browser drop what it keeps: it is of no use any more.
func (s *server) forgotten(err error) error {
	header := http.Header{}
	for _, c := range s.noCookies() {
		header.Add("Set-Cookie", c.String())
	}
	return &limited{err, header}
}

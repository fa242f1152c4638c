package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Notice is an administrator's words to everybody who has the app open.
type Notice struct {
	Type  string    `json:"type" enum:"notice"`
	ID    string    `json:"id" format:"uuid"`
	Text  string    `json:"text"`
	Until time.Time `json:"until,omitzero" doc:"How long it is shown; absent: until it is put away."`
}

func (s *server) noticeRoutes() {
	register(s, ForAdmins, huma.Operation{
		OperationID: "giveNotice", Method: http.MethodPost, Path: "/admin/notices", Tags: []string{"system"},
		Summary: "Tell everybody who has the app open", DefaultStatus: http.StatusCreated, MaxBodyBytes: 4096,
		Description: "As a live event, `notice`: before the server is stopped, say. Nobody who opens the app later sees it.",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Text    string `json:"text" minLength:"1" maxLength:"300" example:"The server restarts at 22:00."`
			Minutes int    `json:"minutes,omitempty" minimum:"1" maximum:"10080" doc:"How long it is shown; absent: until it is put away."`
		}
	}) (*struct{ Body Notice }, error) {
		text := strings.Join(strings.Fields(in.Body.Text), " ")
		if text == "" || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
			return nil, fault.New(fault.Invalid, "httpapi.notice", "bad_notice", "A notice has 1 to 300 characters, none of them hidden.")
		}
		notice := Notice{Type: "notice", ID: uuid.Must(uuid.NewV7()).String(), Text: text}
		if in.Body.Minutes > 0 {
			notice.Until = time.Now().UTC().Add(time.Duration(in.Body.Minutes) * time.Minute).Truncate(time.Second)
		}
		remark(ctx, "%s", text)
		s.Screens.ToEverybody(ctx, notice)
		return &struct{ Body Notice }{notice}, nil
	})
}

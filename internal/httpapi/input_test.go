package httpapi

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/account"
)

func TestAVideoIsRenamed(t *testing.T) {
	s := openStudio(t)
	ana := s.signIn(t, "ana")
	u := ana.create(t, filmBytes(100))
	var v Video
	ana.do(t, http.MethodPatch, "/api/videos/"+u.VideoID, map[string]string{"title": "Outro nome"}).into(t, http.StatusOK, &v)
	if v.ID != u.VideoID || v.Title != "Outro nome" {
		t.Fatalf("renamed to %+v", v)
	}
}

func TestASessionKnowsItsDevice(t *testing.T) {
	s := openStudio(t)
	nobody := &person{studio: s}
	req := nobody.request(t, http.MethodPost, "/api/auth/login", strings.NewReader(`{"email":"ana@example.com","password":"`+password+`"}`))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Living-room TV")
	var me Me
	nobody.send(t, req).into(t, http.StatusOK, &me)
	known, err := s.db.Accounts().Me(t.Context(), me.Session.ID, me.Session.CreatedAt)
	if err != nil || known.Session.Device != "Living-room TV" {
		t.Fatalf("device %q, error %v", known.Session.Device, err)
	}
}

func TestAnInputThatCouldNotBeReadStopsTheStart(t *testing.T) {
	type hidden struct {
		ID string `path:"id"`
	}
	type input struct{ hidden }
	s := &server{Options: Options{}, mux: http.NewServeMux()}
	defer func() {
		if said, _ := recover().(string); !strings.Contains(said, "hidden") {
			t.Fatalf("said %q", said)
		}
	}()
	register(s, Public, huma.Operation{Method: http.MethodGet, Path: "/x/{id}"},
		func(context.Context, *input) (*struct{}, error) { return nil, nil })
}

// A browser that dies, or a program that forgets the end, sends a form without its last
// boundary: nobody is at fault here but who sent it.
func TestAFormThatEndsInItsFileIsTheSendersFault(t *testing.T) {
	s := openSite(t)
	editor := s.signedIn(t, account.Editor)
	head := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"film.mp4\"\r\n\r\n"
	for _, file := range []string{"", "aaaa", mp4, mp4 + strings.Repeat("a", 200_000)} {
		editor.send(t, "POST", "/api/videos/upload", strings.NewReader(head+file), "Content-Type", "multipart/form-data; boundary=x").
			wantCode(t, http.StatusUnprocessableEntity, "bad_form")
	}
	if list := read[page](t, editor.send(t, "GET", "/api/videos", nil)); len(list.Items) != 0 {
		t.Errorf("%d films are left of it", len(list.Items))
	}
}

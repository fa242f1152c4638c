package app

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/test/engines"
)

// serving is a house that serves.
type serving struct {
	*house
	url string
}

func startServing(t *testing.T, c config.Config) *serving {
	t.Helper()
	c.DataDir = t.TempDir()
	h, err := open(t.Context(), &c, slog.New(slog.DiscardHandler), duties{serves: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	handler, err := h.handler(t.Context(), "api")
	if err != nil {
		t.Fatal(err)
	}
	keeping, kept := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	watching.Go(func() { _ = h.watch.Run(keeping) })
	t.Cleanup(func() { kept(); watching.Wait() }) // after the hub: see serve
	if err := h.hub.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(handler)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := h.hub.Stop(ctx); err != nil {
			t.Error(err)
		}
		web.Close()
	})
	return &serving{h, web.URL}
}

func (n *serving) post(t *testing.T, path string, body any, cookies ...*http.Cookie) *http.Response {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, n.url+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for _, c := range cookies {
		r.AddCookie(c)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res
}

func (n *serving) signIn(t *testing.T, email, password string) *http.Response {
	t.Helper()
	return n.post(t, "/api/auth/login", map[string]string{"email": email, "password": password})
}

// listen opens a live connection and returns when it hears.
func (n *serving) listen(t *testing.T, session *http.Cookie) *websocket.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	socket, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(n.url, "http")+"/api/realtime",
		&websocket.DialOptions{HTTPHeader: http.Header{"Cookie": {session.String()}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.CloseNow() })
	var answer struct{ Connect json.RawMessage }
	if err := wsjson.Write(ctx, socket, map[string]any{"id": 1, "connect": struct{}{}}); err != nil {
		t.Fatal(err)
	}
	if err := wsjson.Read(ctx, socket, &answer); err != nil || answer.Connect == nil {
		t.Fatalf("%+v, %v", answer, err)
	}
	return socket
}

func TestTwoNodesAreOneHouse(t *testing.T) {
	t.Parallel()
	shared := config.Config{
		DatabaseURL: config.Secret(engines.Postgres(t, 16)), RedisURL: config.Secret(engines.Redis(t)),
		MediaURL: config.Secret("file://" + t.TempDir()), KeysURL: "base64key://smGbjm71Nxd1Ig5FS0wj9SlbzAIrnolCz9bQQ6uAhl4=",
		UploadLimit: 1, KeepFree: 8,
	}
	if err := shared.CheckShared("api"); err != nil {
		t.Fatal(err)
	}
	here, there := startServing(t, shared), startServing(t, shared)
	const email, password = "ana@example.com", "correct horse"
	if _, err := here.accounts.AddUser(t.Context(), email, password, account.Viewer); err != nil {
		t.Fatal(err)
	}
	in := here.signIn(t, email, password)
	if in.StatusCode != http.StatusOK {
		t.Fatalf("signing in: %s", in.Status)
	}
	session := in.Cookies()[0]

	// What happens at one node is heard at the other.
	socket := there.listen(t, session)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	here.events.deleted(ctx, "a-video")
	_, heard, err := socket.Read(ctx)
	if err != nil || !bytes.Contains(heard, []byte("video.deleted")) {
		t.Errorf("heard %s, %v", heard, err)
	}

	// Who signs out at one is sent away from the other, and not let in again.
	if out := here.post(t, "/api/auth/logout", nil, session); out.StatusCode != http.StatusNoContent {
		t.Errorf("signing out: %s", out.Status)
	}
	for err == nil {
		_, _, err = socket.Read(ctx)
	}
	if code := websocket.CloseStatus(err); code != 3011 {
		t.Errorf("closed with %d, %v", code, err)
	}
	if res := there.post(t, "/api/auth/logout", nil, session); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("then: %s", res.Status)
	}

	// A limit that was used up at one is at the other; on a slow machine time brings one more.
	for range 20 {
		for here.cache.Allow(ctx, "127.0.0.1:signIn", cache.PerMinute(60)).Allowed {
		}
		res := there.signIn(t, email, password)
		if res.StatusCode == http.StatusTooManyRequests && res.Header.Get("Retry-After") != "" {
			return
		}
	}
	t.Error("a limit is each node's own")
}

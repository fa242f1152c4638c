package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/test/engines"
)

// active is a device that asks again and again, each time another node, and refreshes.
type active struct {
	mu              sync.Mutex
	access, refresh string
	turns           atomic.Int64
	refreshes       atomic.Int64
}

// crowd is many such devices at two nodes, and what went wrong.
type crowd struct {
	t       *testing.T
	nodes   []*serving
	client  *http.Client
	devices []*active
	begin   atomic.Int64 // of the phase, on the clock since it all began
	start   time.Time

	mu    sync.Mutex
	wrong []string
}

// newCrowd has many devices signed in: their rows are made as a sign-in does, without a
// password's hash for each.
func newCrowd(t *testing.T, many int, nodes ...*serving) *crowd {
	t.Helper()
	c := &crowd{t: t, nodes: nodes, start: time.Now(), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	t.Cleanup(c.client.CloseIdleConnections)
	const email, password = "ana@example.com", "correct horse"
	if _, err := nodes[0].accounts.AddUser(t.Context(), email, password, account.Viewer); err != nil {
		t.Fatal(err)
	}
	store := nodes[0].db.Accounts()
	user, profile, err := store.UserByEmail(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	for i := range many {
		token := fmt.Sprintf("the first token of device %d", i)
		sum := sha256.Sum256([]byte(token))
		if err := store.CreateSession(t.Context(), account.Session{
			ID: uuid.Must(uuid.NewV7()).String(), UserID: user.ID, ProfileID: profile.ID, Epoch: user.Epoch, Device: "a television",
			CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(account.SessionLife),
		}, hex.EncodeToString(sum[:])); err != nil {
			t.Fatal(err)
		}
		d := &active{refresh: token}
		c.devices = append(c.devices, d)
		c.trade(d, nodes[i%len(nodes)])
	}
	return c
}

// forgivenFor is how long after something broke a request may fail.
const forgivenFor = time.Second

// failed notes what no device should meet.
func (c *crowd) failed(signedOut bool, format string, args ...any) {
	since := time.Since(c.start) - time.Duration(c.begin.Load())
	if !signedOut && since < forgivenFor {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrong = append(c.wrong, fmt.Sprintf("%s in: ", since.Round(time.Millisecond))+fmt.Sprintf(format, args...))
}

func (c *crowd) do(method, url, body, access string) (status int, text []byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if access != "" {
		r.Header.Set("Authorization", "Bearer "+access)
	}
	res, err := c.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	text, err = io.ReadAll(res.Body)
	return res.StatusCode, text, err
}

// trade refreshes. A trade that failed is tried again with the same token, as a device does.
func (c *crowd) trade(d *active, n *serving) {
	status, text, err := c.do(http.MethodPost, n.url+"/api/auth/refresh", `{"refreshToken":"`+d.refresh+`"}`, "")
	var got struct {
		Tokens struct{ AccessToken, RefreshToken string }
	}
	if err != nil || status != http.StatusOK || json.Unmarshal(text, &got) != nil || got.Tokens.RefreshToken == "" {
		c.failed(status == http.StatusUnauthorized, "refresh: %d %s, %v", status, text, err)
		return
	}
	d.access, d.refresh = got.Tokens.AccessToken, got.Tokens.RefreshToken
	d.refreshes.Add(1)
}

// acts has every device take turns until stopped.
func (c *crowd) acts() (stop func()) {
	over := make(chan struct{})
	var wait sync.WaitGroup
	for worker := range 16 {
		wait.Go(func() {
			for i := worker; ; i += 16 {
				select {
				case <-over:
					return
				default:
				}
				d := c.devices[i%len(c.devices)]
				d.mu.Lock()
				n := c.nodes[(i/len(c.devices)+i)%len(c.nodes)]
				if status, text, err := c.do(http.MethodGet, n.url+"/api/me", "", d.access); err != nil || status != http.StatusOK {
					c.failed(status == http.StatusUnauthorized, "me: %d %s, %v", status, text, err)
				}
				d.turns.Add(1)
				d.mu.Unlock()
			}
		})
	}
	return sync.OnceFunc(func() { close(over); wait.Wait() })
}

// round returns when every device has had its turn, and has refreshed, since it was called.
func (c *crowd) round(what string, broken bool) {
	c.t.Helper()
	if broken {
		c.begin.Store(int64(time.Since(c.start)))
	}
	before := make([]int64, len(c.devices))
	for i, d := range c.devices {
		before[i] = d.turns.Load()
	}
	var trading sync.WaitGroup
	for first := range 8 {
		trading.Go(func() {
			for i := first; i < len(c.devices); i += 8 {
				d := c.devices[i]
				d.mu.Lock()
				c.trade(d, c.nodes[i%len(c.nodes)])
				d.mu.Unlock()
			}
		})
	}
	trading.Wait()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(2 * time.Minute); ; <-tick.C {
		behind := 0
		for i, d := range c.devices {
			if d.turns.Load() < before[i]+2 {
				behind++
			}
		}
		if behind == 0 {
			return
		}
		if time.Now().After(end) {
			c.t.Fatalf("%s: %d devices had no turn", what, behind)
		}
	}
}

func TestRedisIsEmptiedAndKilledAmidSessionsAndNobodyIsSignedOut(t *testing.T) {
	t.Parallel()
	redis := engines.MortalRedis(t)
	shared := config.Config{
		DatabaseURL: config.Secret(engines.Postgres(t, 16)), RedisURL: config.Secret(redis.URL),
		MediaURL: config.Secret("file://" + t.TempDir()), KeysURL: "base64key://smGbjm71Nxd1Ig5FS0wj9SlbzAIrnolCz9bQQ6uAhl4=",
		UploadLimit: 1, KeepFree: 8,
	}
	c := newCrowd(t, 200, startServing(t, shared), startServing(t, shared))
	stop := c.acts()
	defer stop()
	c.round("before anything", false)
	redis.Flush()
	c.round("emptied", true)
	redis.Kill()
	c.round("killed", true)
	redis.Restart()
	c.round("started again", true)
	stop()
	var turns, refreshes int64
	for _, d := range c.devices {
		turns += d.turns.Load()
		refreshes += d.refreshes.Load()
	}
	t.Logf("%d requests and %d refreshes of %d sessions", turns, refreshes, len(c.devices))
	if len(c.wrong) > 0 {
		t.Errorf("%d times something went wrong:\n%s", len(c.wrong), strings.Join(c.wrong[:min(len(c.wrong), 10)], "\n"))
	}
	for _, n := range c.nodes { // the sessions are all there, and so are their devices
		user, _, err := n.db.Accounts().UserByEmail(t.Context(), "ana@example.com")
		if err != nil {
			t.Fatal(err)
		}
		if list, err := n.accounts.Devices(t.Context(), user.ID, "en"); err != nil || len(list) != 200 {
			t.Errorf("%d sessions are left, %v", len(list), err)
		}
	}
}

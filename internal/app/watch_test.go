package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/test/engines"
)

// device is an app that is signed in and connected.
type device struct {
	t       *testing.T
	at      *serving
	session *http.Cookie
	socket  *websocket.Conn
	ctx     context.Context
	calls   int
	heard   []json.RawMessage // events that came while something else was waited for
}

const wordOfAna = "correct horse"

// signsIn returns a device of a user at a node, connected.
func (n *serving) signsIn(t *testing.T, email string) *device {
	t.Helper()
	in := n.signIn(t, email, wordOfAna)
	if in.StatusCode != http.StatusOK {
		t.Fatalf("signing in: %s", in.Status)
	}
	d := &device{t: t, at: n, session: in.Cookies()[0]}
	d.connect()
	return d
}

func (d *device) connect() {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	d.t.Cleanup(cancel)
	d.socket, d.ctx, d.heard = d.at.listen(d.t, d.session), ctx, nil
}

// next reads what comes next: events go to heard, and a reply, if there is one, is returned.
func (d *device) next() (reply json.RawMessage, err error) {
	_, frame, err := d.socket.Read(d.ctx)
	if err != nil {
		return nil, err
	}
	for line := range bytes.Lines(frame) {
		var m struct {
			ID   int
			Push struct {
				Pub struct{ Data json.RawMessage }
			}
		}
		if err := json.Unmarshal(line, &m); err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
		if m.ID != 0 {
			reply = line
		} else if m.Push.Pub.Data != nil {
			d.heard = append(d.heard, m.Push.Pub.Data)
		}
	}
	return reply, nil
}

// goes reads until the connection is closed.
func (d *device) goes() {
	for err := error(nil); err == nil; {
		_, err = d.next()
	}
}

// call calls and returns the answer: 0 when it is done, else the status of the refusal.
func (d *device) call(method string, data any) (status int, code string, err error) {
	d.t.Helper()
	d.calls++
	text, err := json.Marshal(map[string]any{"id": 100 + d.calls, "rpc": map[string]any{"method": method, "data": data}})
	if err == nil {
		err = d.socket.Write(d.ctx, websocket.MessageText, text)
	}
	for err == nil {
		var reply json.RawMessage
		if reply, err = d.next(); err != nil || reply == nil {
			continue
		}
		var m struct {
			Error struct {
				Code    int
				Message string
			}
		}
		err = json.Unmarshal(reply, &m)
		return m.Error.Code, m.Error.Message, err
	}
	return 0, "", err
}

// hears returns the next event of a type, passing over others.
func (d *device) hears(kind string) map[string]any {
	d.t.Helper()
	for {
		for len(d.heard) > 0 {
			var event map[string]any
			if err := json.Unmarshal(d.heard[0], &event); err != nil {
				d.t.Fatal(err)
			}
			d.heard = d.heard[1:]
			if event["type"] == kind {
				return event
			}
		}
		if _, err := d.next(); err != nil {
			d.t.Fatalf("while it waits for %s: %v", kind, err)
		}
	}
}

// ask sends a request as the device does, and decodes the answer into out.
func (d *device) ask(method, path string, body, out any) int {
	d.t.Helper()
	return d.askAt(d.at, method, path, body, out)
}

func (d *device) askAt(n *serving, method, path string, body, out any) int {
	d.t.Helper()
	var text io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			d.t.Fatal(err)
		}
		text = bytes.NewReader(data)
	}
	r, err := http.NewRequestWithContext(d.t.Context(), method, n.url+path, text)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.AddCookie(d.session)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	if out != nil {
		if err := json.NewDecoder(res.Body).Decode(out); err != nil {
			d.t.Fatalf("%s %s: %s, %v", method, path, res.Status, err)
		}
	}
	return res.StatusCode
}

// position is where a device's profile is, as a node says.
func (d *device) position(n *serving, videoID string) float64 {
	d.t.Helper()
	var at struct{ PositionSeconds float64 }
	if status := d.askAt(n, http.MethodGet, "/api/watch/"+videoID, nil, &at); status != http.StatusOK {
		d.t.Fatalf("where it is: %d", status)
	}
	return at.PositionSeconds
}

func aBeat(videoID, deviceID string, position float64, state string) map[string]any {
	return map[string]any{
		"videoId": videoID, "positionSeconds": position, "durationSeconds": 1000, "deviceId": deviceID, "era": "",
		"observedAt": time.Now().UTC(), "state": state,
	}
}

func withoutVideo(beat map[string]any) map[string]any {
	delete(beat, "videoId")
	return beat
}

func (n *serving) addUser(t *testing.T, email string) account.User {
	t.Helper()
	u, err := n.accounts.AddUser(t.Context(), email, wordOfAna, account.Admin)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// addPlayable is a video that plays, as the pipeline would leave it.
func (n *serving) addPlayable(t *testing.T) (videoID string) {
	t.Helper()
	videoID = uuid.Must(uuid.NewV7()).String()
	if err := n.db.Queue().InTx(t.Context(), func(tx jobs.Tx) error {
		_, err := tx.ExecContext(t.Context(), `INSERT INTO videos (id, title, status, playable, duration_seconds, created_at, updated_at, user_id, profile_id, session_id)
			VALUES ($1, 'Palafita', 'ready', TRUE, 1000, $2, $2, 'u', 'p', 's')`, videoID, time.Now().UTC())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return videoID
}

func sharedHouse(t *testing.T) (config.Config, *engines.RedisServer) {
	t.Helper()
	redis := engines.MortalRedis(t)
	return config.Config{
		DatabaseURL: config.Secret(engines.Postgres(t, 16)), RedisURL: config.Secret(redis.URL),
		MediaURL: config.Secret("file://" + t.TempDir()), KeysURL: "base64key://smGbjm71Nxd1Ig5FS0wj9SlbzAIrnolCz9bQQ6uAhl4=",
		UploadLimit: 1, KeepFree: 8,
	}, redis
}

func TestWhatOneDeviceReportsTheOthersOfItsProfileHear(t *testing.T) {
	t.Parallel()
	n := startServing(t, config.Config{UploadLimit: 1, KeepFree: 8})
	user, _ := n.addUser(t, "ana@example.com"), n.addUser(t, "rui@example.com")
	id := n.addPlayable(t)
	television, phone, stranger := n.signsIn(t, "ana@example.com"), n.signsIn(t, "ana@example.com"), n.signsIn(t, "rui@example.com")
	tablet := n.signsIn(t, "ana@example.com") // of another profile of hers
	var profile struct{ ID string }
	if status := tablet.ask(http.MethodPost, "/api/me/profiles", map[string]string{"name": "Caio"}, &profile); status != http.StatusCreated {
		t.Fatalf("a profile: %d", status)
	}
	phone.hears("profiles.changed")
	if status := tablet.ask(http.MethodPost, "/api/me/profiles/"+profile.ID+"/select", nil, nil); status != http.StatusOK {
		t.Fatalf("choosing it: %d", status)
	}
	for _, d := range []*device{television, phone, tablet} { // each is to look who it is now
		d.goes()
		d.connect()
	}

	// By call.
	start := time.Now()
	if status, code, err := television.call("watch", aBeat(id, "television", 300, "paused")); status != 0 || err != nil {
		t.Fatalf("answered %d %s, %v", status, code, err)
	}
	answered := time.Since(start)
	heard := phone.hears("watch.position")
	t.Logf("kept after %s, heard by another after %s", answered, time.Since(start))
	if heard["videoId"] != id || heard["deviceId"] != "television" || heard["positionSeconds"] != 300.0 || heard["state"] != "paused" || heard["kind"] != "watching" {
		t.Errorf("heard %v", heard)
	}
	if at := phone.position(n, id); at != 300 {
		t.Errorf("the phone would begin at %v", at)
	}

	// By HTTP, the other way.
	if status := phone.ask(http.MethodPut, "/api/watch/"+id, withoutVideo(aBeat(id, "phone", 310, "playing")), nil); status != http.StatusNoContent {
		t.Fatalf("answered %d", status)
	}
	television.hears("watch.position") // of itself
	if heard := television.hears("watch.position"); heard["deviceId"] != "phone" || heard["positionSeconds"] != 310.0 {
		t.Errorf("heard %v", heard)
	}
	if status := television.ask(http.MethodPost, "/api/watch/"+id+"/take", map[string]string{"deviceId": "television"}, nil); status != http.StatusNoContent {
		t.Fatalf("taking over: %d", status)
	}
	if heard := phone.hears("watch.taken"); heard["deviceId"] != "television" {
		t.Errorf("heard %v", heard)
	}
	if status := phone.ask(http.MethodDelete, "/api/watch/"+id, nil, nil); status != http.StatusNoContent {
		t.Fatalf("removing: %d", status)
	}
	if heard := television.hears("watch.position"); heard["kind"] != "removed" || heard["deviceId"] != "" {
		t.Errorf("heard %v", heard)
	}

	// A notice is everybody's, and before it nobody else has heard anything of hers.
	if status := television.ask(http.MethodPost, "/api/admin/notices", map[string]any{"text": "Boa noite"}, nil); status != http.StatusCreated {
		t.Fatalf("a notice: %d", status)
	}
	for _, d := range []*device{stranger, tablet} {
		if len(d.heard) > 0 {
			t.Errorf("heard %s", d.heard)
		}
		if _, err := d.next(); err != nil || len(d.heard) != 1 || !strings.Contains(string(d.heard[0]), "Boa noite") {
			t.Errorf("heard %s, %v", d.heard, err)
		}
		if at := d.position(n, id); at != 0 {
			t.Errorf("another would begin at %v", at)
		}
	}
	if who := n.cache.Members(t.Context(), "online_users", 10); len(who) != 2 || !slices.Contains(who, user.ID) {
		t.Errorf("online are %v", who)
	}
}

// Whoever is signed out from afar is told why, and what it calls from then on is refused.
func TestASignedOutDeviceIsToldAndReportsNothingMore(t *testing.T) {
	t.Parallel()
	n := startServing(t, config.Config{UploadLimit: 1, KeepFree: 8})
	n.addUser(t, "ana@example.com")
	id := n.addPlayable(t)
	television, phone := n.signsIn(t, "ana@example.com"), n.signsIn(t, "ana@example.com")
	var me struct{ Session struct{ ID string } }
	television.ask(http.MethodGet, "/api/me", nil, &me)
	if status, _, err := television.call("watch", aBeat(id, "television", 300, "paused")); status != 0 || err != nil {
		t.Fatalf("answered %d, %v", status, err)
	}
	if status := phone.ask(http.MethodDelete, "/api/auth/sessions/"+me.Session.ID, nil, nil); status != http.StatusNoContent {
		t.Fatalf("signing it out: %d", status)
	}
	if heard := television.hears("session.ended"); heard["sessionId"] != me.Session.ID {
		t.Errorf("heard %v", heard)
	}
	if status, _, err := television.call("watch", aBeat(id, "television", 400, "paused")); err == nil && status != http.StatusUnauthorized {
		t.Errorf("what it calls then is answered %d", status)
	}
	phone.goes() // it is to look who it is, and comes back
	if at := phone.position(n, id); at != 300 {
		t.Errorf("one stands at %v", at)
	}
}

func TestTwoNodesAreOneScreenAndRedisLosesNothing(t *testing.T) {
	t.Parallel()
	shared, redis := sharedHouse(t)
	here, there := startServing(t, shared), startServing(t, shared)
	user := here.addUser(t, "ana@example.com")
	id := here.addPlayable(t)
	television, phone := here.signsIn(t, "ana@example.com"), there.signsIn(t, "ana@example.com")
	if status, code, err := television.call("watch", aBeat(id, "television", 300, "paused")); status != 0 || err != nil {
		t.Fatalf("answered %d %s, %v", status, code, err)
	}
	if heard := phone.hears("watch.position"); heard["positionSeconds"] != 300.0 {
		t.Errorf("heard %v", heard)
	}
	if status := phone.ask(http.MethodPut, "/api/watch/"+id, withoutVideo(aBeat(id, "phone", 310, "paused")), nil); status != http.StatusNoContent {
		t.Fatalf("answered %d", status)
	}
	television.hears("watch.position")
	if heard := television.hears("watch.position"); heard["deviceId"] != "phone" {
		t.Errorf("heard %v", heard)
	}
	for _, n := range []*serving{here, there} {
		if at := phone.position(n, id); at != 310 {
			t.Errorf("one stands at %v", at)
		}
		if who := n.cache.Members(t.Context(), "online_users", 10); !slices.Equal(who, []string{user.ID}) {
			t.Errorf("online are %v", who)
		}
	}

	redis.Flush()
	for _, n := range []*serving{here, there} {
		if at := phone.position(n, id); at != 310 {
			t.Errorf("without what Redis held one stands at %v", at)
		}
	}
	redis.Kill()
	if status := phone.ask(http.MethodPut, "/api/watch/"+id, withoutVideo(aBeat(id, "phone", 320, "paused")), nil); status != http.StatusNoContent {
		t.Errorf("without Redis a report is answered %d", status)
	}
	for _, n := range []*serving{here, there} {
		if at := phone.position(n, id); at != 320 {
			t.Errorf("without Redis one stands at %v", at)
		}
	}
}

func TestWhoWatchesIsKnownUntilTheyStop(t *testing.T) {
	t.Parallel()
	n := startServing(t, config.Config{UploadLimit: 1, KeepFree: 8})
	n.addUser(t, "ana@example.com")
	id := n.addPlayable(t)
	d := n.signsIn(t, "ana@example.com")
	become := func(state string, want int) {
		t.Helper()
		if status, code, err := d.call("watch", aBeat(id, "television", 300, state)); status != 0 || err != nil {
			t.Fatalf("answered %d %s, %v", status, code, err)
		}
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for deadline := time.Now().Add(20 * time.Second); n.cache.Count(t.Context(), "watching:"+id) != want; <-tick.C {
			if time.Now().After(deadline) {
				t.Fatalf("%s: %d are watching, want %d", state, n.cache.Count(t.Context(), "watching:"+id), want)
			}
		}
	}
	become("playing", 1)
	become("stopped", 0)
}

func TestCreditsAreTheLastChapterThatIsCalledSo(t *testing.T) {
	t.Parallel()
	const length = 6000
	chapters := func(last string, from float64) []plan.Chapter {
		return []plan.Chapter{{Title: "Credits", EndSeconds: 60}, {Title: "The film", StartSeconds: 60, EndSeconds: from}, {Title: last, StartSeconds: from, EndSeconds: length}}
	}
	for _, title := range []string{"Credits", "credits", "End Credits", "13. End credits (part 1)", "Créditos", "CRÉDITOS finais", "creditos"} {
		if at := creditsOf(chapters(title, 5600), length); at != 5600 {
			t.Errorf("%q begins at %v", title, at)
		}
	}
	for _, title := range []string{"Chapter 13", "Accreditation", "Discredits", "Descréditos", ""} {
		if at := creditsOf(chapters(title, 5600), length); at != 0 {
			t.Errorf("%q are credits, at %v", title, at)
		}
	}
	for name, c := range map[string][]plan.Chapter{
		"none": nil, "an opening": chapters("Credits", 4100), "beyond the end": chapters("Credits", 6100),
		"a scene after them": append(chapters("Credits", 5600), plan.Chapter{Title: "After", StartSeconds: 5900, EndSeconds: length}),
	} {
		if at := creditsOf(c, length); at != 0 {
			t.Errorf("%s: credits at %v", name, at)
		}
	}
	if at := creditsOf(chapters("Credits", 5600), 0); at != 0 {
		t.Errorf("of a film of no length: %v", at)
	}
}

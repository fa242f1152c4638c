package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/live"
	"github.com/kkmovies/kkmovies/test/engines"
)

func TestMain(m *testing.M) {
	if task := os.Getenv(idleClients); task != "" {
		playClients(task)
		return
	}
	engines.Main(m, func() error {
		return goleak.Find(
			// Centrifuge leaves an empty channel one second late, stopped or not, then ends.
			goleak.IgnoreAnyFunction("github.com/centrifugal/centrifuge.(*Node).unsubscribeFromBrokerWhenEmpty.func1"),
			// Of a cluster, rueidis closes a node's connection some seconds late, then ends.
			goleak.IgnoreAnyFunction("github.com/redis/rueidis.(*clusterClient)._refresh.func2"),
		)
	})
}

// house is where the servers of a test are: at one Redis, or each alone when it has none.
type house struct{ address string }

// suite is what every hub does, in process and on Redis.
var suite = map[string]func(*testing.T, house){
	"what is published reaches everyone connected":   reachesEveryone,
	"a client that comes back gets what it missed":   getsWhatItMissed,
	"a client that was away too long is told so":     toldItWasAwayTooLong,
	"who is not signed in is sent away for good":     sentAwayForGood,
	"a troubled server lets the client try again":    letsTryAgain,
	"clients cannot subscribe or publish themselves": onlyListens,
	"another site cannot connect with a cookie":      refusesOtherSites,
	"a recheck makes that user come back, or all":    rechecksOne,
	"stopping tells clients to come back":            tellsToComeBack,

	"a call is answered to who called, whenever that is": answersCalls,
	"a refused call says why":                            saysWhy,
	"calls beyond the bounds are refused":                refusesTooMany,
	"a call that panics is answered":                     answersPanics,
	"who only listens can call nothing":                  callsNothing,
	"each hears their own channels, and recovers them":   hearsTheirOwn,
	"a channel may keep fewer messages than the others":  keepsFewer,
	"a user is here until their last connection goes":    isHere,
}

// together is what hubs at one Redis do.
var together = map[string]func(*testing.T, house){
	"what one publishes is heard at the other":                hearsTheOther,
	"a client that comes back to another gets what it missed": comesBackElsewhere,
	"stopping sends what was published before":                sendsBeforeItStops,
}

func (h house) run(t *testing.T) {
	all := maps.Clone(suite)
	if h.address != "" {
		maps.Copy(all, together)
	}
	for name, test := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, h)
		})
	}
}

func TestInProcess(t *testing.T) {
	t.Parallel()
	house{}.run(t)
}

func TestOnRedis(t *testing.T) {
	t.Parallel()
	house{engines.Redis(t)}.run(t)
}

func TestOnARedisCluster(t *testing.T) {
	t.Parallel()
	house{engines.RedisCluster(t)}.run(t)
}

// server is a hub behind a real HTTP server. Who connects as "?user=" hears the test's
// channel; the names nobody and trouble are refused.
type server struct {
	*live.Hub
	url     string
	channel string
}

func (h house) start(t *testing.T, o live.Options) *server {
	t.Helper()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Address = h.address
	channel := "videos " + t.Name()
	o.Authorise = func(r *http.Request) (live.Visitor, error) {
		switch user := r.FormValue("user"); user {
		case "nobody":
			return live.Visitor{}, fault.New(fault.SignedOut, "test", "", "")
		case "trouble":
			return live.Visitor{}, errors.New("the database is away")
		default:
			return live.Visitor{User: user, Channels: []string{channel, channel + " of " + user}, Who: "who " + user}, nil
		}
	}
	hub, err := live.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := hub.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(hub)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := hub.Stop(ctx); err != nil {
			t.Error(err)
		}
		web.Close()
	})
	return &server{hub, "ws" + strings.TrimPrefix(web.URL, "http"), channel}
}

func (s *server) publish(t *testing.T, n int) {
	t.Helper()
	if err := s.Publish(t.Context(), s.channel, map[string]int{"n": n}); err != nil {
		t.Fatal(err)
	}
}

// position is where a client stands in a channel, as the protocol writes it.
type position struct {
	Recover bool   `json:"recover,omitempty"`
	Offset  uint64 `json:"offset"`
	Epoch   string `json:"epoch"`
}

type publication struct {
	Data struct {
		N int `json:"n"`
	} `json:"data"`
	Offset uint64 `json:"offset"`
}

// message is the part of the protocol's frames these tests read.
type message struct {
	ID    int `json:"id"`
	Error *struct {
		Code      int    `json:"code"`
		Message   string `json:"message"`
		Temporary bool   `json:"temporary"`
	} `json:"error"`
	RPC *struct {
		Data json.RawMessage `json:"data"`
	} `json:"rpc"`
	Connect *struct {
		Subs map[string]struct {
			position
			Recoverable  bool          `json:"recoverable"`
			Recovered    bool          `json:"recovered"`
			Publications []publication `json:"publications"`
		} `json:"subs"`
	} `json:"connect"`
	Push *struct {
		Channel string       `json:"channel"`
		Pub     *publication `json:"pub"`
	} `json:"push"`
}

// client speaks the protocol over a real WebSocket.
type client struct {
	t       *testing.T
	ctx     context.Context
	conn    *websocket.Conn
	channel string
	waiting []message
}

// dial opens a connection and asks to be connected, from a position when there is one.
func (s *server) dial(t *testing.T, user string, from *position) *client {
	t.Helper()
	if from == nil {
		return s.dialFrom(t, user, nil)
	}
	from.Recover = true
	return s.dialFrom(t, user, map[string]position{s.channel: *from})
}

// dialFrom does so from positions in several channels.
func (s *server) dialFrom(t *testing.T, user string, from map[string]position) *client {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	conn, _, err := websocket.Dial(ctx, s.url+"?user="+user, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	c := &client{t: t, ctx: ctx, conn: conn, channel: s.channel}
	command := map[string]any{}
	if from != nil {
		command["subs"] = from
	}
	c.send(map[string]any{"id": 1, "connect": command})
	return c
}

func (c *client) send(command any) {
	c.t.Helper()
	data, err := json.Marshal(command)
	if err == nil {
		err = c.conn.Write(c.ctx, websocket.MessageText, data)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// next returns the next message; a frame may carry several, a line each.
func (c *client) next() (message, error) {
	for len(c.waiting) == 0 {
		_, frame, err := c.conn.Read(c.ctx)
		if err != nil {
			return message{}, err
		}
		for line := range strings.Lines(string(frame)) {
			var m message
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				return message{}, fmt.Errorf("%q: %w", line, err)
			}
			if m.ID != 0 || m.Push != nil { // else a ping
				c.waiting = append(c.waiting, m)
			}
		}
	}
	m := c.waiting[0]
	c.waiting = c.waiting[1:]
	return m, nil
}

func (c *client) must() message {
	c.t.Helper()
	m, err := c.next()
	if err != nil {
		c.t.Fatal(err)
	}
	return m
}

// hears checks that the next message is publication n and returns where that leaves it.
func (c *client) hears(n int) uint64 {
	c.t.Helper()
	m := c.must()
	if m.Push == nil || m.Push.Pub == nil || m.Push.Channel != c.channel || m.Push.Pub.Data.N != n {
		c.t.Fatalf("heard %+v, want publication %d", m, n)
	}
	return m.Push.Pub.Offset
}

// ends checks that the server closes the connection with this code.
func (c *client) ends(code websocket.StatusCode) {
	c.t.Helper()
	for {
		if _, err := c.next(); err != nil {
			if got := websocket.CloseStatus(err); got != code {
				c.t.Fatalf("closed with %d (%v), want %d", got, err, code)
			}
			return
		}
	}
}

func reachesEveryone(t *testing.T, h house) {
	s := h.start(t, live.Options{})
	a, b := s.dial(t, "a", nil), s.dial(t, "b", nil)
	a.must()
	b.must()
	s.publish(t, 1)
	s.publish(t, 2)
	for _, c := range []*client{a, b} {
		c.hears(1)
		c.hears(2)
	}
}

func getsWhatItMissed(t *testing.T, h house) {
	s := h.start(t, live.Options{})
	c := s.dial(t, "a", nil)
	sub := c.must().Connect.Subs[s.channel]
	if !sub.Recoverable {
		t.Fatal("the channel cannot be recovered")
	}
	s.publish(t, 1)
	at := position{Offset: c.hears(1), Epoch: sub.Epoch}
	c.conn.CloseNow()

	other := s.dial(t, "b", nil)
	other.must()
	s.publish(t, 2)
	s.publish(t, 3)
	other.hears(2)
	other.hears(3)
	c = s.dial(t, "a", &at)
	sub = c.must().Connect.Subs[s.channel]
	if !sub.Recovered || len(sub.Publications) != 2 || sub.Publications[0].Data.N != 2 || sub.Publications[1].Data.N != 3 {
		t.Fatalf("recovered %v: %+v", sub.Recovered, sub.Publications)
	}
	s.publish(t, 4)
	c.hears(4)
}

func toldItWasAwayTooLong(t *testing.T, h house) {
	s := h.start(t, live.Options{HistorySize: 2})
	c := s.dial(t, "a", nil)
	sub := c.must().Connect.Subs[s.channel]
	s.publish(t, 1)
	at := position{Offset: c.hears(1), Epoch: sub.Epoch}
	c.conn.CloseNow()

	other := s.dial(t, "b", nil)
	other.must()
	for n := 2; n <= 5; n++ {
		s.publish(t, n)
		other.hears(n)
	}
	if sub := s.dial(t, "a", &at).must().Connect.Subs[s.channel]; sub.Recovered {
		t.Fatalf("claims to have recovered all: %+v", sub.Publications)
	}
}

func sentAwayForGood(t *testing.T, h house) {
	s := h.start(t, live.Options{})
	s.dial(t, "nobody", nil).ends(3500) // 3500 to 3999: the client does not come back
}

func letsTryAgain(t *testing.T, h house) {
	s := h.start(t, live.Options{})
	s.dial(t, "trouble", nil).ends(3004)
}

func onlyListens(t *testing.T, h house) {
	s := h.start(t, live.Options{})
	c := s.dial(t, "a", nil)
	c.must()
	for id, command := range map[int]map[string]any{
		2: {"id": 2, "subscribe": map[string]any{"channel": "secrets"}},
		3: {"id": 3, "publish": map[string]any{"channel": s.channel, "data": map[string]int{"n": 1}}},
		4: {"id": 4, "history": map[string]any{"channel": s.channel, "limit": 10}},
	} {
		c.send(command)
		if m := c.must(); m.ID != id || m.Error == nil {
			t.Errorf("command %d was answered with %+v", id, m)
		}
	}
}

func refusesOtherSites(t *testing.T, h house) {
	s := h.start(t, live.Options{})
	_, res, err := websocket.Dial(t.Context(), s.url+"?user=a", &websocket.DialOptions{
		HTTPHeader: http.Header{"Origin": {"https://elsewhere.example"}},
	})
	if err == nil || res == nil || res.StatusCode != http.StatusForbidden {
		t.Fatalf("response %v, error %v", res, err)
	}
}

func rechecksOne(t *testing.T, h house) {
	s := h.start(t, live.Options{})
	a, b := s.dial(t, "leaving", nil), s.dial(t, "b", nil) // nobody else's: others may be at the same Redis
	a.must()
	b.must()
	s.Recheck("leaving")
	a.ends(3011)
	s.publish(t, 1)
	b.hears(1)
	s.Recheck("")
	b.ends(3011)
}

func tellsToComeBack(t *testing.T, h house) {
	s := h.start(t, live.Options{})
	c := s.dial(t, "a", nil)
	c.must()
	stopped := make(chan error, 1)
	go func() { stopped <- s.Stop(t.Context()) }()
	c.ends(3001)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
}

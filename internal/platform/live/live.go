// Package live owns what is pushed to whoever is watching a screen: messages on
// channels, over a WebSocket that speaks the Centrifuge protocol. It knows neither the
// channels' names nor what is published, and imports nothing of KKMovies but fault and
// redisaddr.
//
// The hubs of all processes that are given one Redis are one: what is published at any of
// them is heard at every one. While that Redis is away, what is published waits, up to a
// bound; when it was emptied, who comes back is told to look afresh.
//
// Which channels somebody hears is decided here, by Authorise, when they connect;
// clients subscribe to nothing themselves and publish nothing. Each channel keeps its
// recent messages, so that a client that was away for a moment gets what it missed. A
// client that was away longer is told so ("recovered": false) and must look afresh.
package live

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Options configure a Hub.
type Options struct {
	// Authorise says who is connecting and what they will hear. Answering SignedOut or
	// Forbidden ends the connection for good; any other error lets the client try again.
	Authorise func(*http.Request) (user string, channels []string, err error)
	Logger    *slog.Logger
	// Address is that of the Redis which joins the hubs of several processes, as redisaddr
	// reads it; when empty, this hub is alone and keeps everything in memory.
	Address string

	// How many messages a channel keeps, and for how long: 256 and 5 min when zero.
	HistorySize int
	HistoryTTL  time.Duration
}

// Hub is this process's part of the fan-out. It is an http.Handler, whose connections
// are open between Start and Stop; a process that nobody connects to only publishes.
type Hub struct {
	http.Handler
	node    *centrifuge.Node
	history centrifuge.PublishOption
	redis   *centrifuge.RedisShard // nil in process
	outbox  *outbox                // likewise
}

const (
	maxConnections = 64      // of one user: tabs and devices
	maxFromClient  = 8 << 10 // bytes a message from a client may have: it only connects and pings
	maxWaiting     = 1 << 20 // bytes that may wait for one slow client before it is dropped
)

// New returns a hub. With an address it connects to Redis, which must answer.
func New(o Options) (*Hub, error) {
	if o.HistorySize == 0 {
		o.HistorySize = 256
	}
	if o.HistoryTTL == 0 {
		o.HistoryTTL = 5 * time.Minute
	}
	node, err := centrifuge.New(centrifuge.Config{
		Name:                "kkmovies",
		LogLevel:            centrifuge.LogLevelWarn,
		LogHandler:          logTo(o.Logger),
		ClientQueueMaxSize:  maxWaiting,
		UserConnectionLimit: maxConnections,
		Metrics: centrifuge.MetricsConfig{
			// Its own, because a process may have several hubs, and a default one is global.
			RegistererGatherer: prometheus.NewRegistry(),
		},
	})
	if err != nil {
		return nil, fault.Wrap("live.new", err)
	}
	node.OnConnecting(connect)
	h := &Hub{
		Handler: admit(o.Authorise, centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{
			MessageSizeLimit:   maxFromClient,
			UseWriteBufferPool: true,
		})),
		node:    node,
		history: centrifuge.WithHistory(o.HistorySize, o.HistoryTTL),
	}
	if o.Address != "" {
		if err := h.join(o); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// Start makes the hub ready.
func (h *Hub) Start(context.Context) error {
	if err := h.node.Run(); err != nil {
		return fault.Wrap("live.start", err)
	}
	if h.outbox != nil {
		h.outbox.start()
	}
	return nil
}

// Stop sends what waits to be sent, if that can be, then every client away, to come back to
// another server or to this one when it is up again. It returns when they have gone or ctx
// has ended.
func (h *Hub) Stop(ctx context.Context) error {
	if h.outbox != nil {
		h.outbox.stop(ctx)
	}
	err := h.node.Shutdown(ctx)
	if h.redis != nil {
		h.redis.Close()
	}
	return fault.Wrap("live.stop", err)
}

// Close ends the connection of a hub that was never started.
func (h *Hub) Close() {
	if h.redis != nil {
		h.redis.Close()
	}
}

// Publish sends message, as JSON, to everyone who hears the channel, and keeps it for
// those who are coming back. It waits neither for slow clients nor for Redis. A message
// whose sending failed is sent again, so it may be heard twice.
func (h *Hub) Publish(_ context.Context, channel string, message any) error {
	data, err := json.Marshal(message)
	if err == nil {
		err = h.send(func() error {
			_, err := h.node.Publish(channel, data, h.history)
			return err
		})
	}
	return fault.Wrap("live.publish", err)
}

// Recheck makes every connection of a user at this hub come back through Authorise, those of
// all users when user is "": after a sign-out, those of the session that ended are refused,
// and the others miss nothing.
func (h *Hub) Recheck(user string) {
	clients := h.node.Hub().UserConnections(user)
	if user == "" {
		clients = h.node.Hub().Connections()
	}
	for _, client := range clients {
		client.Disconnect(centrifuge.DisconnectForceReconnect)
	}
}

// send does what reaches clients: at once in process, by way of the outbox through Redis.
func (h *Hub) send(letter func() error) error {
	if h.outbox == nil {
		return letter()
	}
	h.outbox.put(letter)
	return nil
}

// admission is Authorise's answer on its way from the request to the connection.
type admission struct {
	user     string
	channels []string
	err      error
}

type admissionKey struct{}

// admit asks for authorisation while there still is a request. A refusal is not
// answered here but by the protocol, the only way a browser's client can read why.
func admit(authorise func(*http.Request) (string, []string, error), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var a admission
		a.user, a.channels, a.err = authorise(r)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), admissionKey{}, a)))
	})
}

func connect(ctx context.Context, _ centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
	a, ok := ctx.Value(admissionKey{}).(admission)
	switch {
	case !ok, fault.Is(a.err, fault.SignedOut), fault.Is(a.err, fault.Forbidden):
		return centrifuge.ConnectReply{}, centrifuge.DisconnectInvalidToken
	case a.err != nil:
		return centrifuge.ConnectReply{}, centrifuge.DisconnectServerError
	}
	subscriptions := make(map[string]centrifuge.SubscribeOptions, len(a.channels))
	for _, channel := range a.channels {
		subscriptions[channel] = centrifuge.SubscribeOptions{EnableRecovery: true}
	}
	return centrifuge.ConnectReply{
		Credentials:   &centrifuge.Credentials{UserID: a.user},
		Subscriptions: subscriptions,
	}, nil
}

// Package live owns the connection of whoever is watching a screen: messages pushed to it on
// channels, and calls that come from it, over a WebSocket that speaks the Centrifuge protocol.
// It knows neither the channels' names nor what is published or called, and imports nothing of
// KKMovies but fault and redisaddr.
//
// The hubs of all processes that are given one Redis are one: what is published at any of
// them is heard at every one. While that Redis is away, what is published waits, up to a
// bound; when it was emptied, who comes back is told to look afresh.
//
// Which channels somebody hears is decided here, by Authorise, when they connect;
// clients subscribe to nothing themselves and publish nothing. Each channel keeps its
// recent messages, so that a client that was away for a moment gets what it missed. A
// client that was away longer is told so ("recovered": false) and must look afresh.
//
// What a client calls is answered by Options.Call, whenever that is: no connection waits for
// the answer to one call before it is heard again.
package live

import (
	"cmp"
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
	Authorise func(*http.Request) (Visitor, error)
	// Call answers the calls of clients, and Explain says to them why one was refused; nil
	// where they may only listen. See calls.go.
	Call    func(ctx context.Context, c Call)
	Explain func(error) (code uint32, text string)
	// Here is told of each connection when it opens and every 25 s from then on, and, with
	// here false, when the last of a user's connections to this hub has gone. Nil for nobody.
	Here   func(ctx context.Context, v Visitor, here bool)
	Logger *slog.Logger
	// Address is that of the Redis which joins the hubs of several processes, as redisaddr
	// reads it; when empty, this hub is alone and keeps everything in memory.
	Address string

	// How many messages a channel keeps, and for how long: 256 and 5 min when zero.
	HistorySize int
	HistoryTTL  time.Duration
	// Keeps is how many a channel keeps that is not to keep HistorySize; 0 of any other. Nil
	// where all are alike.
	Keeps func(channel string) int
}

// Visitor is who connects: the user they are, what they hear, and whatever else Call and Here
// are to know of them. It is kept for as long as the connection is open.
type Visitor struct {
	User     string
	Channels []string
	Who      any
}

// Hub is this process's part of the fan-out. It is an http.Handler, whose connections
// are open between Start and Stop; a process that nobody connects to only publishes.
type Hub struct {
	http.Handler
	node    *centrifuge.Node
	options Options
	redis   *centrifuge.RedisShard // nil in process
	outbox  *outbox                // likewise
}

const (
	maxConnections = 64       // of one user: tabs and devices
	maxFromClient  = 64 << 10 // bytes a message from a client may have, which may be several calls
	maxWaiting     = 1 << 20  // bytes that may wait for one slow client before it is dropped
	readBuffer     = 512      // bytes of each connection: calls are small, and most connections idle

	// keepsCount is for how long it is known where a channel stood that nobody hears or
	// publishes to: everybody's has one, and most people are away.
	keepsCount = 24 * time.Hour
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
		HistoryMetaTTL:      keepsCount,
		Metrics: centrifuge.MetricsConfig{
			// Its own, because a process may have several hubs, and a default one is global.
			RegistererGatherer: prometheus.NewRegistry(),
		},
	})
	if err != nil {
		return nil, fault.Wrap("live.new", err)
	}
	h := &Hub{
		Handler: admit(o.Authorise, centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{
			MessageSizeLimit: maxFromClient,
			// What an idle connection costs is its goroutines' stacks and its buffers.
			ProcessCommandsOffReadLoop: true,
			ReadBufferSize:             readBuffer,
			UseWriteBufferPool:         true,
		})),
		node:    node,
		options: o,
	}
	node.OnConnecting(connect)
	node.OnConnect(h.connected)
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
		err = h.send(channel, func() error {
			_, err := h.node.Publish(channel, data, centrifuge.WithHistory(h.keeps(channel), h.options.HistoryTTL))
			return err
		})
	}
	return fault.Wrap("live.publish", err)
}

func (h *Hub) keeps(channel string) (messages int) {
	if h.options.Keeps != nil {
		messages = h.options.Keeps(channel)
	}
	return cmp.Or(messages, h.options.HistorySize)
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
func (h *Hub) send(channel string, post func() error) error {
	if h.outbox == nil {
		return post()
	}
	h.outbox.put(letter{channel, post})
	return nil
}

// admission is Authorise's answer on its way from the request to the connection.
type admission struct {
	visitor Visitor
	err     error
}

type admissionKey struct{}

// admit asks for authorisation while there still is a request. A refusal is not
// answered here but by the protocol, the only way a browser's client can read why.
func admit(authorise func(*http.Request) (Visitor, error), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &admission{}
		a.visitor, a.err = authorise(r)
		// A connection outlives its request, and keeps no more of it than this.
		slim := r.WithContext(context.WithValue(context.Background(), admissionKey{}, a))
		next.ServeHTTP(w, slim)
	})
}

func connect(ctx context.Context, _ centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
	a, ok := ctx.Value(admissionKey{}).(*admission)
	switch {
	case !ok, fault.Is(a.err, fault.SignedOut), fault.Is(a.err, fault.Forbidden):
		return centrifuge.ConnectReply{}, centrifuge.DisconnectInvalidToken
	case a.err != nil:
		return centrifuge.ConnectReply{}, centrifuge.DisconnectServerError
	}
	subscriptions := make(map[string]centrifuge.SubscribeOptions, len(a.visitor.Channels))
	for _, channel := range a.visitor.Channels {
		subscriptions[channel] = centrifuge.SubscribeOptions{EnableRecovery: true}
	}
	return centrifuge.ConnectReply{
		Credentials:   &centrifuge.Credentials{UserID: a.visitor.User},
		Subscriptions: subscriptions,
	}, nil
}

// connected is told of a connection that is open: what it calls and that it is there is heard
// from now on.
func (h *Hub) connected(client *centrifuge.Client) {
	a, ok := client.Context().Value(admissionKey{}).(*admission)
	if !ok {
		return
	}
	if h.options.Call != nil {
		client.OnRPC(newCaller(h, client, a.visitor).called)
	}
	if h.options.Here == nil {
		return
	}
	here := func(so bool) { h.options.Here(context.WithoutCancel(client.Context()), a.visitor, so) }
	client.OnAlive(func() { here(true) })
	client.OnDisconnect(func(centrifuge.DisconnectEvent) {
		if len(h.node.Hub().UserConnections(a.visitor.User)) == 0 {
			here(false)
		}
	})
	go here(true) // which may ask Redis: the client need not wait for that
}

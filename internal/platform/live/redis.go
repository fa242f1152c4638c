package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/redisaddr"
)

const (
	prefix     = "kkmovies.live" // of every key and channel in Redis
	mostOutbox = 1024
	retryEvery = 500 * time.Millisecond
	sendWithin = 10 * time.Second // once the hub stops
)

// join makes the hub one of those at this Redis.
func (h *Hub) join(o Options) error {
	const op = "live.join"
	a, err := redisaddr.Parse(o.Address)
	if err != nil {
		return &fault.Error{Kind: fault.Invalid, Op: op, Code: "redis", Public: "KK_REDIS_URL is not an address of Redis: " + err.Error() + ".", Cause: err}
	}
	config := centrifuge.RedisShardConfig{
		Address: a.Hosts[0], User: a.User, Password: a.Password, DB: a.Database, TLSConfig: a.TLS,
		ClientName: "kkmovies-live", ConnectTimeout: 2 * time.Second, IOTimeout: 2 * time.Second,
	}
	if a.Cluster {
		config.ClusterAddresses = a.Hosts
	}
	if h.redis, err = centrifuge.NewRedisShard(h.node, config); err != nil {
		return &fault.Error{Kind: fault.Unavailable, Op: op, Code: "redis", Public: "Redis at " + a.String() + " does not answer.", Cause: err}
	}
	broker, err := centrifuge.NewRedisBroker(h.node, centrifuge.RedisBrokerConfig{Prefix: prefix, Shards: []*centrifuge.RedisShard{h.redis}})
	if err != nil {
		h.redis.Close()
		return fault.Wrap(op, err)
	}
	h.node.SetBroker(broker)
	h.outbox = &outbox{log: o.Logger, filled: make(chan struct{}, 1), done: make(chan struct{})}
	return nil
}

// outbox holds what is on its way to Redis, in order, so that nobody waits for it, and so
// that what is published while it is away is not lost. When it is full the oldest go: what
// is published are states, and a newer one says more.
type outbox struct {
	log *slog.Logger

	mu      sync.Mutex
	letters []func() error
	dropped int
	failing bool

	filled chan struct{} // holds one when there may be letters
	end    context.CancelFunc
	done   chan struct{}
}

func (o *outbox) put(letter func() error) {
	o.mu.Lock()
	if len(o.letters) == mostOutbox {
		o.letters = append(o.letters[:0], o.letters[1:]...)
		o.dropped++
	}
	o.letters = append(o.letters, letter)
	o.mu.Unlock()
	select {
	case o.filled <- struct{}{}:
	default:
	}
}

// next returns the oldest letter; nil when there is none.
func (o *outbox) next() func() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.letters) == 0 {
		return nil
	}
	letter := o.letters[0]
	o.letters[0] = nil
	o.letters = o.letters[1:]
	return letter
}

// back puts a letter that could not be sent in front again.
func (o *outbox) back(letter func() error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.letters) == mostOutbox {
		o.dropped++ // it is the oldest
		return
	}
	o.letters = append([]func() error{letter}, o.letters...)
}

func (o *outbox) start() {
	var ctx context.Context
	ctx, o.end = context.WithCancel(context.Background())
	go func() {
		defer close(o.done)
		for {
			if o.empty(ctx) {
				select {
				case <-o.filled:
				case <-ctx.Done():
					return
				}
				continue
			}
			select { // something failed
			case <-time.After(retryEvery):
			case <-ctx.Done():
				return
			}
		}
	}()
}

// empty sends all there is; false when something could not be sent.
func (o *outbox) empty(ctx context.Context) bool {
	for ctx.Err() == nil {
		letter := o.next()
		if letter == nil {
			return true
		}
		if err := letter(); err != nil {
			o.back(letter)
			o.note(err)
			return false
		}
		o.note(nil)
	}
	return false
}

// note logs when sending begins to fail and when it is well again.
func (o *outbox) note(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case err != nil && !o.failing:
		o.failing = true
		o.log.Warn("live: Redis is away: what is published waits until it is back", "error", err)
	case err == nil && o.failing:
		o.failing = false
		o.log.Info("live: Redis is back: what was published meanwhile is on its way")
	}
	if err == nil && o.dropped > 0 {
		o.log.Warn("live: more was published than could wait: the oldest is lost", "messages", o.dropped)
		o.dropped = 0
	}
}

// stop sends what there is, unless Redis is away, and ends.
func (o *outbox) stop(ctx context.Context) {
	end := o.end
	if end == nil { // never started, or stopped already
		return
	}
	o.end = nil
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	sent := make(chan struct{})
	o.put(func() error { close(sent); return nil })
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for waiting := true; waiting && !o.isFailing(); {
		select {
		case <-sent:
			waiting = false
		case <-ctx.Done():
			waiting = false
		case <-look.C:
		}
	}
	end()
	<-o.done
}

func (o *outbox) isFailing() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.failing
}

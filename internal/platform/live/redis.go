package live

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/redisaddr"
)

const (
	prefix     = "kkmovies.live" // of every key and channel in Redis
	mostOutbox = 16 << 10
	mostAtOnce = 256 // letters
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

// letter is a message on its way to a channel.
type letter struct {
	channel string
	post    func() error
}

// outbox holds what is on its way to Redis, so that nobody waits for it, and so that what is
// published while it is away is not lost. What is for one channel keeps its order; channels do
// not wait for each other, and so the round trips of many go together. When it is full the
// oldest go: what is published are states, and a newer one says more.
type outbox struct {
	log *slog.Logger

	mu      sync.Mutex
	letters []letter
	dropped int
	failing bool

	filled chan struct{} // holds one when there may be letters
	end    context.CancelFunc
	done   chan struct{}
}

func (o *outbox) put(l letter) {
	o.mu.Lock()
	if len(o.letters) == mostOutbox {
		o.letters[0] = letter{}
		o.letters = o.letters[1:]
		o.dropped++
	}
	o.letters = append(o.letters, l)
	o.mu.Unlock()
	select {
	case o.filled <- struct{}{}:
	default:
	}
}

// next takes the oldest letters.
func (o *outbox) next() []letter {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := min(len(o.letters), mostAtOnce)
	taken := slices.Clone(o.letters[:n])
	clear(o.letters[:n])
	if o.letters = o.letters[n:]; len(o.letters) == 0 {
		o.letters = nil // what a time without Redis made it grow to
	}
	return taken
}

// back puts letters that could not be sent in front again.
func (o *outbox) back(unsent []letter) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if over := len(unsent) + len(o.letters) - mostOutbox; over > 0 {
		o.dropped += over // they are the oldest
		unsent = unsent[over:]
	}
	o.letters = append(unsent, o.letters...)
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
		letters := o.next()
		if len(letters) == 0 {
			return true
		}
		unsent, err := post(letters)
		if err != nil {
			o.back(unsent)
			o.note(err)
			return false
		}
		o.note(nil)
	}
	return false
}

// post sends letters, those of each channel in order and the channels at once, and returns in
// order those that were not sent.
func post(letters []letter) (unsent []letter, err error) {
	under := map[string][]int{}
	for i, l := range letters {
		under[l.channel] = append(under[l.channel], i)
	}
	var mu sync.Mutex
	var failed []int
	send := func(of []int) {
		for n, i := range of {
			if e := letters[i].post(); e != nil {
				mu.Lock()
				defer mu.Unlock()
				failed, err = append(failed, of[n:]...), e
				return
			}
		}
	}
	if len(under) == 1 { // as most often
		for _, of := range under {
			send(of)
		}
	} else {
		var all sync.WaitGroup
		for _, of := range under {
			all.Go(func() { send(of) })
		}
		all.Wait()
	}
	slices.Sort(failed)
	for _, i := range failed {
		unsent = append(unsent, letters[i])
	}
	return unsent, err
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
	// What was put before goes before it, or with it: and what goes together is waited for.
	o.put(letter{post: func() error { close(sent); return nil }})
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

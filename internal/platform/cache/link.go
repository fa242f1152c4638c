package cache

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/rueidis"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/redisaddr"
)

const (
	openWithin  = 4 * time.Second        // a start that fails says why within five
	callWithin  = 500 * time.Millisecond // what a caller waits for Redis, at most, and once
	probeEvery  = time.Second
	sayEvery    = time.Minute // a Redis that comes and goes is not told of each time
	localValues = 16 << 20    // bytes of values each connection keeps in process
)

// link is the connection to Redis, which may be away: then nobody is made to wait for it
// until a probe has found it again.
type link struct {
	client  rueidis.Client
	address redisaddr.Address
	log     *slog.Logger
	back    func(context.Context) error // settles what is owed before anybody reads it
	away    atomic.Bool

	mu   sync.Mutex
	said time.Time // when its absence was told last
	told bool      // and its return was not, yet

	end  context.CancelFunc
	done chan struct{}
}

var errAway = errors.New("redis is away")

// dial connects, or says within five seconds why it cannot.
func dial(ctx context.Context, address string, log *slog.Logger) (*link, error) {
	const op = "cache.open"
	a, err := redisaddr.Parse(address)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Op: op, Code: "redis",
			Public: "KK_REDIS_URL is not an address of Redis: " + err.Error() + ". It looks like " + redisaddr.Example + ".", Cause: err}
	}
	ctx, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	l := &link{address: a, log: log}
	if l.client, err = connect(ctx, a); err == nil {
		if err = l.probe(ctx); err != nil {
			l.client.Close()
		}
	}
	if err != nil {
		return nil, &fault.Error{Kind: fault.Unavailable, Op: op, Code: "redis",
			Public: "Redis at " + a.String() + " " + reason(a, err) + ". Start it, correct KK_REDIS_URL, or unset it to do without.", Cause: err}
	}
	return l, nil
}

// connect makes the client, which takes no context of its own.
func connect(ctx context.Context, a redisaddr.Address) (rueidis.Client, error) {
	type result struct {
		client rueidis.Client
		err    error
	}
	made := make(chan result, 1)
	go func() {
		client, err := rueidis.NewClient(rueidis.ClientOption{
			InitAddress: a.Hosts, Username: a.User, Password: a.Password, SelectDB: a.Database, TLSConfig: a.TLS,
			ClientName:        "kkmovies",
			Dialer:            net.Dialer{Timeout: 2 * time.Second, KeepAlive: time.Second},
			ConnWriteTimeout:  2 * time.Second, // also how soon a silent connection is given up, and its values with it
			CacheSizeEachConn: localValues,
			PipelineMultiplex: 1,
			DisableRetry:      true, // the caller has something better to do
		})
		made <- result{client, err}
	}()
	select {
	case r := <-made:
		return r.client, r.err
	case <-ctx.Done():
		go func() {
			if r := <-made; r.err == nil {
				r.client.Close()
			}
		}()
		return nil, ctx.Err()
	}
}

// reason says why Redis cannot be used, in words that continue a sentence.
func reason(a redisaddr.Address, err error) string {
	text := err.Error()
	if refused, ok := rueidis.IsRedisErr(err); ok {
		text = refused.Error()
	}
	switch {
	case strings.Contains(text, "NOAUTH"):
		return "asks for a password"
	case strings.Contains(text, "WRONGPASS"), strings.Contains(text, "invalid password"), strings.Contains(text, "without any password"):
		return "refuses this user and password"
	case strings.Contains(text, "cluster support disabled"):
		return "is not a cluster, of which several hosts would be nodes"
	case strings.Contains(text, "connection refused"):
		return "does not answer: the connection was refused"
	case a.TLS != nil && errors.Is(err, context.DeadlineExceeded):
		return "does not answer in time, by TLS"
	case errors.Is(err, context.DeadlineExceeded), strings.Contains(text, "i/o timeout"):
		return "does not answer in time"
	case strings.Contains(text, "no such host"):
		return "does not answer: there is no host of that name"
	case strings.Contains(text, "unknown message type"):
		return "does not speak as Redis does"
	case a.TLS != nil && errors.Is(err, io.EOF):
		return "hangs up, as one without TLS does"
	case strings.Contains(text, "tls:"), strings.Contains(text, "x509:"):
		return "cannot be reached by TLS: " + text
	}
	return "cannot be used: " + text
}

// start watches over the connection until close.
func (l *link) start() {
	var ctx context.Context
	ctx, l.end = context.WithCancel(context.Background())
	l.done = make(chan struct{})
	go func() {
		defer close(l.done)
		tick := time.NewTicker(probeEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				l.look(ctx)
			}
		}
	}()
}

// look finds out whether Redis is there.
func (l *link) look(ctx context.Context) {
	err := l.probe(ctx)
	if err == nil {
		err = l.back(ctx)
	}
	switch {
	case ctx.Err() != nil:
	case err != nil:
		l.lose(err)
	case l.away.CompareAndSwap(true, false):
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.told {
			l.told = false
			l.log.Info("Redis is back", "at", l.address.String())
		}
	}
}

// probe asks whether every key could be served.
func (l *link) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	if l.client.Mode() != rueidis.ClientModeCluster {
		return l.client.Do(ctx, l.client.B().Ping().Build()).Error()
	}
	info, err := l.client.Do(ctx, l.client.B().ClusterInfo().Build()).ToString()
	if err == nil && !strings.Contains(info, "cluster_state:ok") {
		err = errors.New("the cluster has keys that no node serves")
	}
	return err
}

// call runs one round trip, if Redis is there, and notes when it turns out not to be. It
// does not end with its caller, since others may wait for the same answer; it is short.
func (l *link) call(ctx context.Context, do func(context.Context) error) error {
	if l.away.Load() {
		return errAway
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callWithin)
	defer cancel()
	err := do(ctx)
	if err != nil && !rueidis.IsRedisNil(err) {
		l.failed(err)
	}
	return err
}

// failed notes that a call went wrong. One that Redis itself refused, for want of memory
// say, does not mean that it is away.
func (l *link) failed(err error) {
	if refusal, ok := rueidis.IsRedisErr(err); ok && !refusal.IsLoading() && !refusal.IsClusterDown() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if time.Since(l.said) > sayEvery {
			l.said = time.Now()
			l.log.Warn("Redis refuses what it is asked", "at", l.address.String(), "error", err)
		}
		return
	}
	l.lose(err)
}

// lose goes on without Redis.
func (l *link) lose(err error) {
	if !l.away.CompareAndSwap(false, true) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.said) > sayEvery {
		l.said, l.told = time.Now(), true
		l.log.Warn("Redis is away: going on without, until it is back", "at", l.address.String(), "error", err)
	}
}

func (l *link) close() {
	l.end()
	<-l.done
	l.client.Close()
}

// What Redis takes: numbers in words, and no time of 0.
func decimal(n int) string                { return strconv.Itoa(n) }
func micros(d time.Duration) string       { return strconv.FormatInt(max(1, d.Microseconds()), 10) }
func milliseconds(d time.Duration) string { return strconv.FormatInt(max(1, d.Milliseconds()), 10) }

package sqlstore

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// notifications carries signals by LISTEN and NOTIFY. It listens on a connection of its
// own: one of the pool would be taken from the others for good.
type notifications struct {
	pool *pgxpool.Pool
	log  *slog.Logger

	start   time.Time
	proven  atomic.Int64 // until when everything was heard, since start
	asked   atomic.Int64 // when that was last asked for
	mu      sync.Mutex
	waiting context.CancelFunc // ends a wait for what may long not come
}

func newNotifications(pool *pgxpool.Pool, log *slog.Logger) *notifications {
	n := &notifications{pool: pool, log: log, start: time.Now()}
	n.proven.Store(int64(-time.Hour))
	n.asked.Store(int64(-time.Hour))
	return n
}

const (
	channel       = "kkmovies" // of this database alone: PostgreSQL keeps them apart
	connectWithin = 5 * time.Second
	stillThere    = 10 * time.Second       // between two signs of life on a line where nothing is heard
	provenEvery   = 300 * time.Millisecond // while somebody asks how whole it is
	askedLately   = 2 * time.Second
)

func (n *notifications) send(ctx context.Context, payloads []string) error {
	_, err := n.pool.Exec(ctx, `SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload`, channel, payloads)
	return err
}

func (n *notifications) receive(ctx context.Context, received func(string), began func()) {
	var pause backOff
	for {
		conn, err := n.listen(ctx)
		if err == nil {
			if pause.next > 0 {
				n.log.InfoContext(ctx, "other processes are heard again")
			}
			pause = backOff{}
			began()
			err = n.hear(ctx, conn, received)
			n.hangUp(ctx, conn)
		}
		if ctx.Err() != nil {
			return
		}
		if pause.next == 0 {
			n.log.WarnContext(ctx, "other processes are not heard: what they do is noticed some seconds late until they are again", "error", err)
		}
		pause.wait(ctx)
	}
}

func (n *notifications) listen(ctx context.Context) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, n.pool.Config().ConnConfig.Copy())
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, `LISTEN `+channel); err != nil {
		n.hangUp(ctx, conn)
		return nil, err
	}
	return conn, nil
}

func (n *notifications) sendWithin(ctx context.Context, tx jobs.Tx, payloads []string) (bool, error) {
	for _, payload := range payloads {
		if _, err := tx.ExecContext(ctx, `SELECT pg_notify($1, $2)`, channel, payload); err != nil {
			return false, err
		}
	}
	return true, nil
}

// whole is asked at every request, so it takes no lock but after a while of silence.
func (n *notifications) whole() time.Time {
	now := time.Since(n.start)
	if before := time.Duration(n.asked.Load()); now-before > provenEvery {
		n.asked.Store(int64(now))
		if now-before > askedLately {
			n.mu.Lock()
			if n.waiting != nil {
				n.waiting()
			}
			n.mu.Unlock()
		}
	}
	return n.start.Add(time.Duration(n.proven.Load()))
}

// hear returns when the connection is lost. A network that swallows everything closes
// nothing, so a silent line is tried.
func (n *notifications) hear(ctx context.Context, conn *pgx.Conn, received func(string)) error {
	for {
		waiting, end := context.WithCancel(ctx)
		n.wait(end) // before asked is read: who asks from now on ends it
		every := stillThere
		if time.Since(n.start)-time.Duration(n.asked.Load()) < askedLately {
			every = provenEvery
		}
		silent, cancel := context.WithTimeout(waiting, time.Until(n.start.Add(time.Duration(n.proven.Load())).Add(every)))
		said, err := conn.WaitForNotification(silent)
		n.wait(nil)
		enough := silent.Err() != nil
		cancel()
		end()
		switch {
		case err == nil:
			received(said.Payload)
		case ctx.Err() != nil:
			return ctx.Err()
		case enough && !conn.IsClosed():
			if err := n.prove(ctx, conn, received); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

func (n *notifications) wait(end context.CancelFunc) {
	n.mu.Lock()
	n.waiting = end
	n.mu.Unlock()
}

// prove asks PostgreSQL for an answer, by what changes nothing and shows an operator what the
// connection is for. Before it gives one it hands over what was notified until it was asked,
// so all of that has then been heard.
func (n *notifications) prove(ctx context.Context, conn *pgx.Conn, received func(string)) error {
	asked := time.Since(n.start)
	trying, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	if _, err := conn.Exec(trying, `LISTEN `+channel); err != nil {
		return err
	}
	cancel()
	for { // what came before the answer, and nothing else: trying has ended
		said, err := conn.WaitForNotification(trying)
		if err != nil {
			break
		}
		received(said.Payload)
	}
	n.proven.Store(int64(asked))
	return nil
}

func (n *notifications) hangUp(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}

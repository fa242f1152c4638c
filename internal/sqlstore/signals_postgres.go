package sqlstore

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// notifications carries signals by LISTEN and NOTIFY. It listens on a connection of its
// own: one of the pool would be taken from the others for good.
type notifications struct {
	pool *pgxpool.Pool
	log  *slog.Logger
}

const (
	channel       = "kkmovies" // of this database alone: PostgreSQL keeps them apart
	connectWithin = 5 * time.Second
	stillThere    = 10 * time.Second // between two signs of life on a line where nothing is heard
)

func (n notifications) send(ctx context.Context, payloads []string) error {
	_, err := n.pool.Exec(ctx, `SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload`, channel, payloads)
	return err
}

func (n notifications) receive(ctx context.Context, received func(string), began func()) {
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

func (n notifications) listen(ctx context.Context) (*pgx.Conn, error) {
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

// hear returns when the connection is lost. A network that swallows everything closes
// nothing, so a silent line is tried.
func (n notifications) hear(ctx context.Context, conn *pgx.Conn, received func(string)) error {
	for {
		silent, cancel := context.WithTimeout(ctx, stillThere)
		said, err := conn.WaitForNotification(silent)
		cancel()
		switch {
		case err == nil:
			received(said.Payload)
		case ctx.Err() != nil:
			return ctx.Err()
		case silent.Err() != nil && !conn.IsClosed():
			trying, cancel := context.WithTimeout(ctx, connectWithin)
			err := conn.Ping(trying)
			cancel()
			if err != nil {
				return err
			}
		default:
			return err
		}
	}
}

func (n notifications) hangUp(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}

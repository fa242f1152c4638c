package sqlstore

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// A server that a cut network hides refuses nothing and says nothing, and the kernel gives up
// on what it was sent only after a quarter of an hour. So whoever set no limit of their own
// waits no longer than this; then the call is fault.Unavailable, and its connection is closed.
// An address that says its own statement_timeout means that statements may take as long.
const (
	answerWithin = 15 * time.Second
	pingWithin   = 2 * time.Second // of a connection that nobody has used for a while
)

// silence bounds every statement of a connection. pgx gives the context of a tracer to the
// statement, which is the one place all of them pass.
type silence struct{ within time.Duration }

type silenceEnds struct{}

// TraceQueryStart implements pgx.QueryTracer.
func (s silence) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	if _, bounded := ctx.Deadline(); bounded {
		return ctx
	}
	ctx, cancel := context.WithTimeout(ctx, s.within)
	return context.WithValue(ctx, silenceEnds{}, cancel)
}

// TraceQueryEnd implements pgx.QueryTracer.
func (s silence) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) {
	if cancel, ok := ctx.Value(silenceEnds{}).(context.CancelFunc); ok {
		cancel()
	}
}

package blob

import (
	"context"
	"log/slog"
	"net/url"
	"time"

	"gocloud.dev/pubsub"
	_ "gocloud.dev/pubsub/awssnssqs" // awssqs://

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Queue is where a bucket's events wait to be fetched: where the store cannot reach this
// server, or nothing may be lost while none runs.
type Queue struct {
	messages *pubsub.Subscription
	log      *slog.Logger
}

// queueDefaults are of a queue of SQS: that asking waits for something to come, and that
// what failed comes again in a while and not at once.
var queueDefaults = map[string]string{"waittime": "20s", "nacklazy": "true"}

// OpenQueue opens the queue at an address: awssqs://sqs.eu-west-1.amazonaws.com/111122223333/films?region=eu-west-1.
func OpenQueue(ctx context.Context, address string, log *slog.Logger) (*Queue, error) {
	const op = "blob.open_queue"
	u, err := url.Parse(address)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Op: op, Code: "bad_address", Public: "The address of the bucket's events cannot be read.", Cause: err}
	}
	if u.Scheme == "awssqs" {
		query := u.Query()
		for name, value := range queueDefaults {
			if !query.Has(name) {
				query.Set(name, value)
			}
		}
		u.RawQuery = query.Encode()
	}
	messages, err := pubsub.OpenSubscription(ctx, u.String())
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Op: op, Code: "bad_address", Public: "The queue of the bucket's events cannot be opened.", Cause: err}
	}
	return &Queue{messages, log}, nil
}

// awayFor is how long a queue that does not answer is left alone.
const awayFor = 10 * time.Second

// Listen hands each message's events on, one message after another, until ctx ends. What take
// fails at comes again; what is no notification is told in the log and comes no more. A queue
// that is away is waited for.
func (q *Queue) Listen(ctx context.Context, take func(ctx context.Context, events []Event) error) error {
	for {
		m, err := q.messages.Receive(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			q.log.WarnContext(ctx, "the queue of the bucket's events does not answer; it is asked again", "error", err)
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(awayFor):
			}
			continue
		}
		events, err := ParseEvents(m.Body)
		if err != nil {
			q.log.WarnContext(ctx, "a message in the queue of the bucket's events is none", "error", err)
			m.Ack()
			continue
		}
		if err := take(ctx, events); err != nil {
			q.log.WarnContext(ctx, "a bucket's event could not be followed; it comes again", "error", err)
			if m.Nackable() {
				m.Nack()
			}
			continue
		}
		m.Ack()
	}
}

// Close lets what was answered be told to the queue, within ctx.
func (q *Queue) Close(ctx context.Context) error { return q.messages.Shutdown(ctx) }

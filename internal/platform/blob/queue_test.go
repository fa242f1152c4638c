package blob_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"testing"

	"gocloud.dev/pubsub"
	_ "gocloud.dev/pubsub/mempubsub" // mem://

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func TestWhatWaitsInAQueueIsHandedOnUntilItWasFollowed(t *testing.T) {
	t.Parallel()
	address := "mem://" + rand.Text()
	topic, err := pubsub.OpenTopic(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = topic.Shutdown(context.Background()) })
	q, err := blob.OpenQueue(t.Context(), address, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	tried, ended, times := make(chan []blob.Event, 9), make(chan error, 1), 0
	go func() {
		ended <- q.Listen(ctx, func(_ context.Context, events []blob.Event) error {
			tried <- events
			if times++; times == 1 {
				return errors.New("the database is away")
			}
			return nil
		})
	}()
	for _, message := range []string{"no notification", bySNS(awsEvent)} {
		if err := topic.Send(t.Context(), &pubsub.Message{Body: []byte(message)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, time := range []string{"first, which fails", "second"} {
		if events := <-tried; len(events) != 1 || events[0].Key != "a/b c/ü+1.bin" {
			t.Errorf("the %s time: %+v", time, events)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := q.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if n := len(tried); n != 0 {
		t.Errorf("what was followed is handed on %d times more", n)
	}
}

func TestAnAddressOfNoQueueIsRefused(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "films", "nats://films", "awssqs://sqs.eu-west-1.amazonaws.com/1/films?unknown=1", "mem://\x00"} {
		if _, err := blob.OpenQueue(t.Context(), address, slog.New(slog.DiscardHandler)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

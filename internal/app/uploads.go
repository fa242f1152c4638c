package app

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog/metadata"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/platform/lifecycle"
	"github.com/kkmovies/kkmovies/internal/upload"
)

const gigabyte = 1_000_000_000

// connectUploads makes the upload room, whose every source goes to the pipeline.
func (h *house) connectUploads(ctx context.Context) error {
	key, err := h.secret(ctx, "part-signing")
	if err != nil {
		return err
	}
	h.uploads = upload.NewService(upload.Options{
		Store:      h.db.Uploads(),
		Blobs:      h.blobs,
		Direct:     h.direct(),
		Next:       func(s upload.Source) jobs.Args { return pipeline.Prepare{VideoID: s.VideoID} },
		Film:       meetFilm,
		TitleOf:    func(name string) string { return metadata.Guess(name).Title },
		Changed:    h.events.changed,
		Deleted:    h.events.deleted,
		SigningKey: key,
		MaxSize:    h.config.UploadLimit * gigabyte,
		KeepFree:   h.config.KeepFree * megabyte,
		Logger:     h.log,
	})
	return nil
}

// direct is the store where parts may be sent to it past this server; nil where not.
func (h *house) direct() blob.Direct {
	direct, _ := h.blobs.(blob.Direct)
	return direct
}

// connectStore tells the routes of the store that pages send to.
func (h *house) connectStore(ctx context.Context, o *httpapi.Options) (err error) {
	if direct := h.direct(); direct != nil {
		o.StoreOrigin, err = direct.Origin(ctx)
	}
	if _, ok := h.config.Bucket(); ok {
		o.StoreEvents, o.HookSecret = h.followStore, string(h.config.MediaHookSecret)
	}
	return err
}

func (h *house) followStore(ctx context.Context, events []blob.Event) error {
	at, _ := h.config.Bucket()
	return h.uploads.Follow(ctx, at.Bucket, events)
}

// storeEvents fetches the bucket's events from their queue.
func (h *house) storeEvents() lifecycle.Component {
	var queue *blob.Queue
	return lifecycle.Component{
		Name: "bucket events",
		Start: func(ctx context.Context) (err error) {
			queue, err = blob.OpenQueue(ctx, h.config.MediaEventsURL, h.log)
			return err
		},
		Run:  func(ctx context.Context) error { return queue.Listen(ctx, h.followStore) },
		Stop: func(ctx context.Context) error { return queue.Close(ctx) },
	}
}

func (h *house) registerUploadJobs(q *jobs.Queue) {
	jobs.Handle(q, h.digestSoon, nil)
	jobs.Handle(q, h.uploads.Sweep, nil)
	jobs.Every(q, upload.SweepEvery, upload.SweepArgs{})
}

// digestAfter is how long a source's digest leaves the disk to whoever waits for the film
// to begin: reading it whole takes a core.
const digestAfter = 5 * time.Second

func (h *house) digestSoon(ctx context.Context, args upload.DigestArgs) error {
	select {
	case <-time.After(digestAfter):
		return h.uploads.Digest(ctx, args)
	case <-ctx.Done():
		return fault.Wrap("app.digest", ctx.Err())
	}
}

package app

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
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
		Next:       func(s upload.Source) jobs.Args { return pipeline.Prepare{VideoID: s.VideoID} },
		Changed:    h.events.changed,
		Deleted:    h.events.deleted,
		SigningKey: key,
		MaxSize:    h.config.UploadLimit * gigabyte,
		KeepFree:   h.config.KeepFree * megabyte,
		Logger:     h.log,
	})
	return nil
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

package upload

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// SweepArgs asks for a Sweep; it belongs on a timer.
type SweepArgs struct{}

// Kind is the job's name.
func (SweepArgs) Kind() string { return "upload.sweep" }

// SweepEvery is how often that is worth while.
const SweepEvery = 10 * time.Minute

// orphanAge is how old parts without an upload must be: those of an upload being
// created have none yet.
const orphanAge = time.Hour

// Sweep completes direct uploads that lack nothing but that, removes uploads that were
// abandoned, and parts that no upload owns. It may run on many machines at once.
func (s *Service) Sweep(ctx context.Context, _ SweepArgs) error {
	const op, batch = "upload.sweep", 100
	if err := s.completeQuiet(ctx, batch); err != nil {
		return fault.Wrap(op, err)
	}
	for {
		list, err := s.Store.Expired(ctx, s.now(), batch)
		if err != nil {
			return fault.Wrap(op, err)
		}
		for _, u := range list {
			if err := s.removeExpired(ctx, u); err != nil {
				return fault.Wrap(op, err)
			}
		}
		if len(list) < batch {
			break
		}
	}
	return fault.Wrap(op, s.sweepOrphans(ctx))
}

// removeExpired takes the bytes first: dying in between, the row leads here again. That
// is safe because nothing completes after its expiry.
func (s *Service) removeExpired(ctx context.Context, u Upload) error {
	if u.Multipart != "" {
		if err := s.Blobs.AbortMultipart(ctx, SourceKey(u.VideoID), u.Multipart); err != nil {
			return err
		}
	}
	if err := s.Blobs.DeletePrefix(ctx, sourceFolder(u.VideoID)); err != nil {
		return err
	}
	if err := s.Store.Remove(ctx, u.ID); err != nil {
		if fault.Is(err, fault.NotFound) { // by somebody else
			return nil
		}
		return err
	}
	s.Logger.InfoContext(ctx, "an abandoned upload was removed", "upload", u.ID, "video", u.VideoID)
	s.Deleted(ctx, u.VideoID)
	return nil
}

func (s *Service) sweepOrphans(ctx context.Context) error {
	for m, err := range s.Blobs.ListMultipart(ctx) {
		if err != nil {
			return err
		}
		if s.now().Sub(m.Started) < orphanAge {
			continue
		}
		owned, err := s.Store.HasMultipart(ctx, m.ID)
		if err != nil {
			return err
		}
		if owned {
			continue
		}
		if err := s.Blobs.AbortMultipart(ctx, m.Key, m.ID); err != nil {
			return err
		}
	}
	return nil
}

package upload

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	// streamLife is how long a stream may be silent: it cannot be resumed, so what its
	// process left behind when it died is removed soon.
	streamLife = 10 * time.Minute
	renewEvery = time.Minute
	spaceEvery = 64 << 20 // bytes between two looks at the free space
)

// Stream takes a whole file in at once and returns its video's id. Nothing of it is held
// in memory or written twice. file.Size may be -1, or the length of the request around
// the file: it only serves to refuse early what is too large. Whatever goes wrong, also
// with body, leaves neither a video nor bytes.
func (s *Service) Stream(ctx context.Context, by account.Principal, file File, body io.Reader) (videoID string, err error) {
	const op = "upload.stream"
	u, title, err := s.newUpload(op, by, file)
	if err != nil {
		return "", err
	}
	if err := s.checkSpace(ctx, op, max(0, file.Size)); err != nil {
		return "", err
	}
	if body, err = checkFilm(op, body); err != nil {
		return "", err
	}
	u.Size, u.PartSize, u.ExpiresAt = 0, s.partSize(s.MaxSize), u.CreatedAt.Add(streamLife)
	if err := s.Store.Create(ctx, u, title); err != nil {
		return "", fault.Wrap(op, err)
	}
	if err := file.begun(ctx, u); err != nil {
		s.giveUp(context.WithoutCancel(ctx), u)
		return "", fault.Wrap(op, err)
	}
	s.Changed(ctx, u.VideoID)

	in := &intake{ctx: ctx, service: s, upload: u, body: body, renewed: u.CreatedAt, hash: sha256.New()}
	_, err = s.Blobs.Put(ctx, SourceKey(u.VideoID), in, -1)
	if err == nil {
		err = s.finish(ctx, op, u, in.size, in.digests())
	}
	if err != nil {
		s.giveUp(context.WithoutCancel(ctx), u)
		return "", fault.Wrap(op, err)
	}
	return u.VideoID, nil
}

// giveUp removes a stream that failed. If that fails too, Sweep does it later. An upload
// that is not there to remove is left alone: it may be complete after all, when only the
// answer to its commit was lost.
func (s *Service) giveUp(ctx context.Context, u Upload) {
	if err := s.Store.Remove(ctx, u.ID); err != nil {
		if !fault.Is(err, fault.NotFound) {
			s.Logger.WarnContext(ctx, "a failed upload was left behind", "video", u.VideoID, "error", err)
		}
		return
	}
	s.dropSource(ctx, u)
	s.Deleted(ctx, u.VideoID)
}

// intake is a stream's body on its way into the store: it enforces the limits, keeps the
// upload alive, and works out the digest of each part.
type intake struct {
	ctx     context.Context
	service *Service
	upload  Upload
	body    io.Reader
	size    int64
	renewed time.Time
	hash    hash.Hash // of the part under way
	parts   []string
}

func (in *intake) Read(p []byte) (int, error) {
	const op = "upload.stream"
	if err := in.renew(); err != nil {
		return 0, err
	}
	n, err := in.body.Read(p)
	before := in.size
	in.size += int64(n)
	if in.size > in.service.MaxSize {
		return 0, in.service.tooLarge(op)
	}
	if in.size/spaceEvery > before/spaceEvery {
		if err := in.service.checkSpace(in.ctx, op, 0); err != nil {
			return 0, err
		}
	}
	in.digest(before, p[:n])
	return n, err
}

// digest adds bytes that follow offset, closing a part wherever one ends.
func (in *intake) digest(offset int64, bytes []byte) {
	for len(bytes) > 0 {
		left := in.upload.PartSize - offset%in.upload.PartSize
		n := min(left, int64(len(bytes)))
		in.hash.Write(bytes[:n])
		if n == left {
			in.closePart()
		}
		offset, bytes = offset+n, bytes[n:]
	}
}

func (in *intake) closePart() {
	in.parts = append(in.parts, hex.EncodeToString(in.hash.Sum(nil)))
	in.hash.Reset()
}

func (in *intake) digests() []string {
	if in.size%in.upload.PartSize != 0 {
		in.closePart()
	}
	return in.parts
}

// renew says every minute that the stream is alive, and learns when it was cancelled.
func (in *intake) renew() error {
	now := in.service.now()
	if now.Sub(in.renewed) < renewEvery {
		return nil
	}
	in.renewed = now
	err := in.service.Store.Renew(in.ctx, in.upload.ID, now, now.Add(streamLife))
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Conflict, "upload.stream", "cancelled", "This upload was cancelled.")
	}
	return err
}

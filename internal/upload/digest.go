package upload

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// DigestArgs asks for the SHA-256 of a video's whole source.
type DigestArgs struct {
	VideoID string `json:"videoId"`
}

// Kind is the job's name.
func (DigestArgs) Kind() string { return "upload.digest" }

// Unhurried says that a film is made and played before its digest is known.
func (DigestArgs) Unhurried() {}

// Digest reads a source from end to end, records its SHA-256, and compares each part
// with what arrived: a disk that lost bytes is found here, not by a viewer.
func (s *Service) Digest(ctx context.Context, args DigestArgs) error {
	const op = "upload.digest"
	source, err := s.Store.Source(ctx, args.VideoID)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if source.SHA256 != "" {
		return nil
	}
	object, err := s.Blobs.Open(ctx, source.BlobKey)
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer object.Close()

	read := s.considerately(ctx, object)
	whole, part := sha256.New(), sha256.New()
	both := io.MultiWriter(whole, part)
	if len(source.PartDigests) == 0 { // nobody told what it should be
		if err := copyAll(ctx, whole, read); err != nil {
			return fault.Wrap(op, err)
		}
	}
	for i, want := range source.PartDigests {
		if err := ctx.Err(); err != nil {
			return &fault.Error{Kind: fault.Cancelled, Op: op, Cause: err}
		}
		part.Reset()
		if _, err := io.CopyN(both, read, min(source.PartSize, source.Size-int64(i)*source.PartSize)); err != nil {
			return fault.Wrap(op, err)
		}
		if got := hex.EncodeToString(part.Sum(nil)); got != want {
			return &fault.Error{Kind: fault.Conflict, Op: op, Code: "source_damaged",
				Public: "The stored file is no longer what was uploaded.",
				Cause:  fmt.Errorf("%s: part %d has digest %s, arrived with %s", source.BlobKey, i+1, got, want)}
		}
	}
	return fault.Wrap(op, s.Store.SetSHA256(ctx, args.VideoID, hex.EncodeToString(whole.Sum(nil))))
}

// asideEvery is how much is read before others are let by: a core does it in some
// milliseconds.
const asideEvery = 4 << 20

// considerately returns a reader that now and then lets by who waits for this machine.
func (s *Service) considerately(ctx context.Context, r io.Reader) io.Reader {
	if s.StepAside == nil {
		return r
	}
	return &considerate{ctx: ctx, r: r, stepAside: s.StepAside}
}

type considerate struct {
	ctx       context.Context
	r         io.Reader
	stepAside func(ctx context.Context)
	since     int64 // bytes, since it last did
}

func (c *considerate) Read(p []byte) (int, error) {
	if c.since >= asideEvery {
		c.since = 0
		c.stepAside(c.ctx)
	}
	n, err := c.r.Read(p)
	c.since += int64(n)
	return n, err
}

// copyAll copies to the end, and stops when ctx ends.
func copyAll(ctx context.Context, w io.Writer, r io.Reader) error {
	for {
		if err := ctx.Err(); err != nil {
			return &fault.Error{Kind: fault.Cancelled, Cause: err}
		}
		if _, err := io.CopyN(w, r, 16<<20); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

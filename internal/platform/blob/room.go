package blob

import (
	"context"
	"io"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// KeepFree returns a store that leaves so many bytes of its place alone: what would not is
// refused as NoSpace before a byte is written. So a database on the same disk can still
// write when films have filled it. Of a Put of unknown size the caller looks on the way.
func KeepFree(s Store, bytes int64) Store { return roomy{s, bytes} }

type roomy struct {
	Store
	keep int64
}

// Put implements Store.
func (s roomy) Put(ctx context.Context, key string, r io.Reader, size int64) (bool, error) {
	if err := s.room(ctx, "blob.put", max(size, 0)); err != nil {
		if _, there := s.Stat(ctx, key); there == nil { // and takes no room
			return false, nil
		}
		return false, err
	}
	return s.Store.Put(ctx, key, r, size)
}

// WritePart implements Store.
func (s roomy) WritePart(ctx context.Context, key, id string, part Part, r io.Reader) error {
	if err := s.room(ctx, "blob.write_part", part.Size); err != nil {
		return err
	}
	return s.Store.WritePart(ctx, key, id, part, r)
}

func (s roomy) room(ctx context.Context, op string, size int64) error {
	free, err := s.Free(ctx)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if size > free-s.keep {
		return full(op, nil)
	}
	return nil
}

func full(op string, cause error) error {
	return &fault.Error{Kind: fault.NoSpace, Op: op, Public: "The media storage is full.", Cause: cause}
}

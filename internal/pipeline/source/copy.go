package source

import (
	"context"
	"io"
	"sync"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	// blockBytes is how much of the file is read at once.
	blockBytes = 1 << 20
	// maxGap is how much of other tracks is read along rather than jumped over.
	maxGap = 64 << 10
)

var blocks = sync.Pool{New: func() any { return new([blockBytes]byte) }}

// copy writes a head, and then samples as they lie in the file. Nothing is written before
// the first of them, or as much of it as fits a block, is found to be right.
func (x *Index) copy(ctx context.Context, w io.Writer, head []byte, t *table, first, n int64, right func([]byte) error) error {
	block := blocks.Get().(*[blockBytes]byte)
	defer blocks.Put(block)
	for i := first; i < first+n; {
		if err := ctx.Err(); err != nil {
			return &fault.Error{Kind: fault.Cancelled, Op: op, Cause: err}
		}
		next := t.near(i, first+n)
		from := t.offset[i]
		part := block[:min(t.offset[next-1]+int64(t.size[next-1])-from, blockBytes)]
		if err := readAt(x.r, part, from); err != nil {
			return err
		}
		if head != nil {
			if err := right(part[:min(int64(len(part)), int64(t.size[i]))]); err != nil {
				return err
			}
			if _, err := w.Write(head); err != nil {
				return fault.Wrap(op, err)
			}
			head = nil
		}
		for ; i < next; i++ {
			at := t.offset[i] - from
			sample := part[at:min(int64(len(part)), at+int64(t.size[i]))]
			if _, err := w.Write(sample); err != nil {
				return fault.Wrap(op, err)
			}
			if err := x.copyRest(w, block[:], t.offset[i]+int64(len(sample)), int64(t.size[i])-int64(len(sample))); err != nil {
				return err
			}
		}
	}
	return nil
}

// near returns the end of the samples that are read at once with this one.
func (t *table) near(i, limit int64) int64 {
	from, end := t.offset[i], t.offset[i]+int64(t.size[i])
	for i++; i < limit; i++ {
		at, to := t.offset[i], t.offset[i]+int64(t.size[i])
		if at < end || at-end > maxGap || to-from > blockBytes {
			break
		}
		end = to
	}
	return i
}

// copyRest copies what of a sample did not fit the block.
func (x *Index) copyRest(w io.Writer, block []byte, at, n int64) error {
	for n > 0 {
		part := block[:min(n, int64(len(block)))]
		if err := readAt(x.r, part, at); err != nil {
			return err
		}
		if _, err := w.Write(part); err != nil {
			return fault.Wrap(op, err)
		}
		at, n = at+int64(len(part)), n-int64(len(part))
	}
	return nil
}

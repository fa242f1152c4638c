package blob

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// buffers are large enough that a disk is written in few calls, and shared so that many
// slow uploads do not each keep one for long.
var buffers = sync.Pool{New: func() any { return new([256 << 10]byte) }}

// copyExactly copies r to w until its end, which must come after exactly size bytes
// unless size is -1, and stops when ctx ends. The reader's own errors keep their kind.
func copyExactly(ctx context.Context, op string, w io.Writer, r io.Reader, size int64) error {
	buffer := buffers.Get().(*[256 << 10]byte)
	defer buffers.Put(buffer)
	for total := int64(0); ; {
		if ctx.Err() != nil {
			return cancelled(ctx, op)
		}
		n, readErr := fill(r, buffer[:])
		total += int64(n)
		if size >= 0 && total > size {
			return fault.New(fault.Invalid, op, "too_long", "More bytes arrived than were announced.")
		}
		switch { // a reader that failed may have been told to: nothing is written after that
		case readErr == nil || errors.Is(readErr, io.EOF):
		case ctx.Err() != nil:
			return cancelled(ctx, op)
		default:
			return fault.Wrap(op, readErr)
		}
		if _, err := w.Write(buffer[:n]); err != nil {
			return classify(op, err)
		}
		if errors.Is(readErr, io.EOF) {
			if size >= 0 && total < size {
				return fault.New(fault.Invalid, op, "too_short", "Fewer bytes arrived than were announced.")
			}
			return nil
		}
	}
}

// fill reads until p is full or r has no more: a form's reader yields little at a time,
// which is no way to write to a disk.
func fill(r io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var m int
		m, err = r.Read(p[n:])
		n += m
	}
	return n, err
}

func cancelled(ctx context.Context, op string) error {
	return &fault.Error{Kind: fault.Cancelled, Op: op, Cause: context.Cause(ctx)}
}

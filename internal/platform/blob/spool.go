package blob

import (
	"bytes"
	"context"
	"io"
	"os"
)

// inMemory is how much of a body waits in memory on its way to a bucket; more waits in a
// file. A request that fails is sent again, so its bytes must be at hand.
const inMemory = 1 << 20

// piece is a run of bytes that can be sent again.
type piece struct {
	io.ReadSeeker
	size  int64
	close func()
}

// pieces cuts what a reader yields into pieces.
type pieces struct {
	r     io.Reader
	spool string
	next  []byte // a byte that was read to see whether there is one
}

// take returns the next piece, of at most bytes, and whether it is the last. The last may
// be empty.
func (p *pieces) take(ctx context.Context, op string, most int64) (piece, bool, error) {
	var start bytes.Buffer
	all := &limited{r: io.MultiReader(bytes.NewReader(p.next), p.r), left: most}
	p.next = nil
	short := &limited{r: all, left: min(most, inMemory)}
	if err := copyExactly(ctx, op, &start, short, -1); err != nil {
		return piece{}, false, err
	}
	if int64(start.Len()) < min(most, inMemory) {
		return ofMemory(start.Bytes()), true, nil
	}
	last, err := p.peek(ctx, op)
	if err != nil || last || most <= inMemory {
		return ofMemory(start.Bytes()), last, err
	}
	// It loses its name before a byte is in it, so a killed process leaves nothing.
	file, err := os.CreateTemp(p.spool, "sent-")
	if err != nil {
		return piece{}, false, classify(op, err)
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return piece{}, false, classify(op, err)
	}
	all.r = io.MultiReader(bytes.NewReader(start.Bytes()), bytes.NewReader(p.next), p.r)
	all.left, p.next = most, nil
	if err := copyExactly(ctx, op, file, all, -1); err != nil {
		file.Close()
		return piece{}, false, err
	}
	size := most - all.left
	if last = size < most; !last {
		if last, err = p.peek(ctx, op); err != nil {
			file.Close()
			return piece{}, false, err
		}
	}
	return piece{io.NewSectionReader(file, 0, size), size, func() { file.Close() }}, last, nil
}

// peek reports whether the reader has ended.
func (p *pieces) peek(ctx context.Context, op string) (bool, error) {
	var one bytes.Buffer
	if err := copyExactly(ctx, op, &one, io.LimitReader(p.r, 1), -1); err != nil {
		return false, err
	}
	p.next = one.Bytes()
	return len(p.next) == 0, nil
}

func ofMemory(b []byte) piece { return piece{bytes.NewReader(b), int64(len(b)), func() {}} }

// limited is io.LimitedReader, which ends without a further read.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, io.EOF
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// atHand returns a reader that can be read anywhere, and how many bytes it still has:
// one of those needs no spooling.
func atHand(r io.Reader) (at io.ReaderAt, offset, left int64, ok bool) {
	if at, ok = r.(io.ReaderAt); !ok {
		return nil, 0, 0, false
	}
	seeker, ok := r.(io.Seeker)
	if !ok {
		return nil, 0, 0, false
	}
	offset, err := seeker.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, 0, 0, false
	}
	end, err := seeker.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, 0, 0, false
	}
	if _, err := seeker.Seek(offset, io.SeekStart); err != nil {
		return nil, 0, 0, false
	}
	return at, offset, end - offset, true
}

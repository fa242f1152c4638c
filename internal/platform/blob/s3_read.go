package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	headBytes   = 64 << 10 // read at once when an object is opened
	leastWindow = 1 << 20  // asked for at once of what follows, twice as much each time
	mostWindow  = 64 << 20
	skipped     = 64 << 10 // rather read on than asked for anew
	mostCuts    = 5        // connections lost in a row without a byte between them
	cutDelay    = 100 * time.Millisecond

	tiny       = 1 << 10  // whoever reads so little at once soon reads what is beside it
	blockBytes = 16 << 10 // and gets this much
	mostBlocks = 8
)

// Open implements Store. What is small is kept as a file of this machine, and so read from
// there the next time: that it was deleted elsewhere is not seen then. A large object is read by range as it is needed, always of the very
// version that was opened: one that took its place meanwhile is an error, not a mixture.
// ctx bounds the reading too.
func (s *S3) Open(ctx context.Context, key string) (Object, error) {
	const op = "blob.read"
	if err := checkKey(op, key); err != nil {
		return Object{}, err
	}
	if !s.cache.isLarge(key) {
		if o, ok, err := s.openKept(ctx, op, key); ok || err != nil {
			return o, err
		}
	}
	v, body, err := s.get(ctx, version{Info: Info{Key: key}}, 0, headBytes)
	if err != nil {
		return Object{}, s.classify(ctx, op, err)
	}
	defer body.Close()
	head := make([]byte, min(v.Size, headBytes))
	got, err := io.ReadFull(body, head)
	if err != nil { // the rest is read where it is needed
		head = head[:got]
	}
	return Object{&remote{s: s, ctx: ctx, version: v, head: head}, v.Info, ""}, nil
}

// get asks for n bytes of a version from an offset on, and learns which it is when its
// etag is not known yet. Nobody asks for nothing: n is at least 1.
func (s *S3) get(ctx context.Context, v version, offset, n int64) (version, io.ReadCloser, error) {
	in := &s3.GetObjectInput{Bucket: &s.at.Bucket, Key: &v.Key, Range: aws.String(fmt.Sprintf("bytes=%d-%d", offset, offset+n-1))}
	if v.etag != "" {
		in.IfMatch = &v.etag
	}
	out, err := s.client.GetObject(ctx, in)
	if codeOf(err) == "InvalidRange" && offset == 0 { // it is empty
		found, _, err := s.head(ctx, v.Key)
		return found, io.NopCloser(nothing{}), err
	}
	if err != nil {
		return v, nil, err
	}
	var from, to, size int64
	if _, err := fmt.Sscanf(aws.ToString(out.ContentRange), "bytes %d-%d/%d", &from, &to, &size); err != nil {
		from, size = 0, aws.ToInt64(out.ContentLength) // all of it
	}
	if from != offset {
		out.Body.Close()
		return v, nil, fmt.Errorf("asked for %s from byte %d, the store sent it from %d", v.Key, offset, from)
	}
	info := Info{v.Key, size, aws.ToTime(out.LastModified)}
	return version{info, aws.ToString(out.ETag)}, out.Body, nil
}

type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, io.EOF }

// stretch reads the bytes of a version from at to end, and goes on where it was when a
// connection is cut.
type stretch struct {
	s       *S3
	ctx     context.Context
	version version
	at, end int64
	body    io.ReadCloser
	bodyEnd int64 // where the answer under way ends
	cuts    int
}

func (r *stretch) Read(p []byte) (int, error) {
	const op = "blob.read"
	for {
		if r.at >= r.end {
			return 0, io.EOF
		}
		if r.ctx.Err() != nil {
			return 0, cancelled(r.ctx, op)
		}
		if r.body == nil {
			_, body, err := r.s.get(r.ctx, r.version, r.at, r.end-r.at)
			if r.s.isTaken(err) {
				return 0, &fault.Error{Kind: fault.Conflict, Op: op, Code: "object_changed", Cause: err}
			}
			if err != nil {
				return 0, r.s.classify(r.ctx, op, err)
			}
			r.body, r.bodyEnd = body, r.end
		}
		n, err := r.body.Read(p[:min(int64(len(p)), r.end-r.at)])
		r.at += int64(n)
		if n > 0 {
			r.cuts = 0
			return n, nil // an error comes again
		}
		if err == nil {
			continue
		}
		r.close()
		if r.at == r.bodyEnd { // that was all of what was asked for
			continue
		}
		if r.cuts++; r.cuts > mostCuts {
			return 0, r.s.classify(r.ctx, op, fmt.Errorf("%s breaks off at byte %d: %w", r.version.Key, r.at, errors.Join(errCut, err)))
		}
		select {
		case <-r.ctx.Done():
		case <-time.After(cutDelay << (r.cuts - 1)):
		}
	}
}

func (r *stretch) close() {
	if r.body != nil {
		r.body.Close()
		r.body = nil
	}
}

// remote is an open object. Its Read, Seek and Close are for one goroutine at a time, its
// ReadAt for many.
type remote struct {
	s       *S3
	ctx     context.Context
	version version
	head    []byte

	mu     sync.Mutex
	blocks []block // the last that were read by little, the newest last
	pos    int64
	rest   *stretch // what is read beyond the head
	window int64
}

func (r *remote) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pos < int64(len(r.head)) {
		n := copy(p, r.head[r.pos:])
		r.pos += int64(n)
		return n, nil
	}
	if r.pos >= r.version.Size {
		return 0, io.EOF
	}
	if err := r.reach(); err != nil {
		return 0, err
	}
	n, err := r.rest.Read(p)
	r.pos += int64(n)
	if errors.Is(err, io.EOF) { // of what was asked for, not of the object
		err = nil
	}
	return n, err
}

// reach makes the rest begin where the next byte is read. Reading on asks for more each
// time, seeking for little again.
func (r *remote) reach() error {
	if r.rest != nil && r.rest.at == r.pos && r.rest.at < r.rest.end {
		return nil
	}
	if r.rest != nil && r.pos > r.rest.at && r.pos < r.rest.end && r.pos-r.rest.at <= skipped {
		_, err := io.CopyN(io.Discard, r.rest, r.pos-r.rest.at)
		return err
	}
	if r.rest != nil && r.rest.at == r.pos {
		r.window = min(2*r.window, mostWindow)
	} else {
		r.window = leastWindow
	}
	r.drop()
	r.rest = &stretch{s: r.s, ctx: r.ctx, version: r.version, at: r.pos, end: min(r.pos+r.window, r.version.Size)}
	return nil
}

func (r *remote) drop() {
	if r.rest != nil {
		r.rest.close()
		r.rest = nil
	}
}

func (r *remote) Seek(offset int64, whence int) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch whence {
	case io.SeekCurrent:
		offset += r.pos
	case io.SeekEnd:
		offset += r.version.Size
	}
	if offset < 0 {
		return 0, fault.New(fault.Invalid, "blob.read", "bad_offset", "")
	}
	r.pos = offset
	return offset, nil
}

// block is a run of bytes that was read for a few of them.
type block struct {
	at   int64
	data []byte
}

// ReadAt asks for these very bytes, or, of few, for those beside them too.
func (r *remote) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= r.version.Size {
		return 0, io.EOF
	}
	end := min(off+int64(len(p)), r.version.Size)
	var n int
	if off < int64(len(r.head)) {
		n = copy(p, r.head[off:])
	}
	var err error
	for at := off + int64(n); at < end && err == nil; at = off + int64(n) {
		var m int
		if end-at <= tiny {
			m, err = r.readBeside(p[n:end-off], at)
		} else {
			m, err = r.readRange(p[n:end-off], at)
		}
		n += m
	}
	if err == nil && n < len(p) {
		err = io.EOF
	}
	return n, err
}

func (r *remote) readRange(p []byte, at int64) (int, error) {
	rest := &stretch{s: r.s, ctx: r.ctx, version: r.version, at: at, end: at + int64(len(p))}
	defer rest.close()
	return io.ReadFull(rest, p)
}

// readBeside reads bytes of the block they begin in.
func (r *remote) readBeside(p []byte, at int64) (int, error) {
	from := at / blockBytes * blockBytes
	r.mu.Lock()
	for _, b := range r.blocks {
		if b.at == from {
			r.mu.Unlock()
			return copy(p, b.data[at-from:]), nil
		}
	}
	r.mu.Unlock()
	b := block{from, make([]byte, min(blockBytes, r.version.Size-from))}
	if _, err := r.readRange(b.data, from); err != nil {
		return 0, err
	}
	r.mu.Lock()
	r.blocks = append(r.blocks[max(0, len(r.blocks)+1-mostBlocks):], b)
	r.mu.Unlock()
	return copy(p, b.data[at-from:]), nil
}

func (r *remote) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drop()
	return nil
}

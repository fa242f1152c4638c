package blob

import (
	"context"
	"crypto/rand"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	onePut     = 16 << 20 // bytes that are sent by one request; more by parts
	streamPart = 64 << 20 // of an object of unknown size: 640 GB in all
	maxParts   = 10_000   // S3's own limit
	partsOnWay = 2        // of one object at once
	cleanUp    = 10 * time.Second
)

// onlyNew is the condition of every write: that there is no such object.
var onlyNew = aws.String("*")

// Put implements Store. What is small is sent by one request, what is large or of unknown
// length as a multipart write, of which nothing is visible before it is complete.
func (s *S3) Put(ctx context.Context, key string, r io.Reader, size int64) (bool, error) {
	const op = "blob.put"
	if err := checkKey(op, key); err != nil {
		return false, err
	}
	if exists, err := s.taken(ctx, op, key); exists || err != nil {
		return false, err
	}
	cut, err := s.cut(op, r, size)
	if err != nil {
		return false, err
	}
	first, last, err := cut(ctx)
	if err != nil {
		return false, err
	}
	if !last {
		return s.putParts(ctx, op, key, first, cut, size)
	}
	defer first.close()
	if err := exactly(op, first.size, size); err != nil {
		return false, err
	}
	id := rand.Text()
	_, err = s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.at.Bucket, Key: &key, Body: first, ContentLength: &first.size, IfNoneMatch: onlyNew,
		Metadata: map[string]string{writer: id},
	})
	switch {
	case s.isTaken(err):
		return s.wroteIt(ctx, op, key, id)
	case err != nil && statusOf(err) == 0 && ctx.Err() == nil:
		// A store may refuse before it has read the body, and hang up on who still sends it.
		if wrote, lookErr := s.wroteIt(ctx, op, key, id); lookErr == nil {
			return wrote, nil
		}
	}
	return err == nil, s.classify(ctx, op, err)
}

// cutter yields the pieces of a body, and says which is the last.
type cutter func(ctx context.Context) (p piece, last bool, err error)

// cut returns the cutter of a body. Of one that is at hand nothing is copied.
func (s *S3) cut(op string, r io.Reader, size int64) (cutter, error) {
	at, offset, left, ok := atHand(r)
	if ok {
		if err := exactly(op, left, size); err != nil {
			return nil, err
		}
		most := partSize(left)
		return func(context.Context) (piece, bool, error) {
			n := min(left, most)
			p := piece{io.NewSectionReader(at, offset, n), n, func() {}}
			offset, left = offset+n, left-n
			return p, left == 0, nil
		}, nil
	}
	most := int64(streamPart)
	if size >= 0 {
		most = partSize(size)
	}
	all := &pieces{r: r, spool: s.cache.dir}
	return func(ctx context.Context) (piece, bool, error) { return all.take(ctx, op, most) }, nil
}

// partSize keeps the parts of a large object within their number.
func partSize(size int64) int64 { return max(onePut, (size+maxParts-1)/maxParts) }

// exactly refuses a body that is not as long as was promised.
func exactly(op string, got, size int64) error {
	switch {
	case size < 0 || got == size:
		return nil
	case got < size:
		return fault.New(fault.Invalid, op, "too_short", "Fewer bytes arrived than were announced.")
	}
	return fault.New(fault.Invalid, op, "too_long", "More bytes arrived than were announced.")
}

// putParts sends a body by parts, a few at once while the next is being read.
func (s *S3) putParts(ctx context.Context, op, key string, p piece, cut cutter, size int64) (written bool, err error) {
	id := rand.Text()
	upload, err := s.createUpload(ctx, key, map[string]string{writer: id})
	if err != nil {
		p.close()
		return false, s.classify(ctx, op, err)
	}
	defer func() {
		if !written {
			s.dropUpload(ctx, key, upload)
		}
	}()
	on, sending := errgroup.WithContext(ctx)
	on.SetLimit(partsOnWay)
	var parts []types.CompletedPart
	var total int64
	for last := false; err == nil; {
		total += p.size
		number, body := int32(len(parts)+1), p
		parts = append(parts, types.CompletedPart{PartNumber: &number})
		part := &parts[len(parts)-1]
		etag := new(string)
		part.ETag = etag
		on.Go(func() error {
			defer body.close()
			var err error
			*etag, err = s.sendPart(sending, op, key, upload, number, body)
			return err
		})
		if last || sending.Err() != nil {
			break
		}
		if len(parts) == maxParts {
			err = fault.New(fault.TooLarge, op, "too_large", "This is too large to be stored without its size being known first.")
			break
		}
		p, last, err = cut(sending)
	}
	// What stopped the sending is why the reading stopped too.
	if sent := on.Wait(); sent != nil {
		err = sent
	}
	if err == nil {
		err = exactly(op, total, size)
	}
	if err != nil {
		if ctx.Err() != nil {
			return false, cancelled(ctx, op)
		}
		return false, fault.Wrap(op, err)
	}
	err = s.join(ctx, key, upload, parts)
	if s.isTaken(err) || codeOf(err) == "NoSuchUpload" { // joined already, perhaps by us
		return s.wroteIt(ctx, op, key, id)
	}
	return err == nil, s.classify(ctx, op, err)
}

// wroteIt tells a write of ours whose answer was lost from one of somebody else.
func (s *S3) wroteIt(ctx context.Context, op, key, id string) (bool, error) {
	_, by, err := s.head(ctx, key)
	return by == id, s.classify(ctx, op, err)
}

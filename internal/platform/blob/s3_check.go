package blob

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// checkWithin is how long a store may take to say that it serves.
const checkWithin = 4 * time.Second

// Check implements Store.
func (s *S3) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	// An answer to this one has a body, which says what is wrong; that to HeadBucket has none.
	_, err := s.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &s.at.Bucket, MaxKeys: aws.Int32(1)}, once)
	return s.explain(ctx, err)
}

// once is for a call whose answer is wanted now, whatever it is.
func once(o *s3.Options) { o.RetryMaxAttempts = 1 }

// marker is what Prove writes, under a key no object can have.
const marker = ".kkmovies"

// Prove does what Check does, and more: that the bucket is written to, and that the store
// refuses to replace an object, without which two processes could harm each other's.
func (s *S3) Prove(ctx context.Context) error {
	if err := s.Check(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	for range 2 { // the marker may be there, or else it is after the first time
		_, err := s.client.PutObject(ctx, &s3.PutObjectInput{
			Bucket: &s.at.Bucket, Key: aws.String(marker), Body: strings.NewReader("KKMovies keeps films here.\n"), IfNoneMatch: onlyNew,
		}, once)
		if s.isTaken(err) {
			return nil
		}
		if err != nil {
			return s.explain(ctx, err)
		}
	}
	return fault.New(fault.Invalid, "blob.check", "media_unsafe",
		"The media storage at "+s.place()+" replaces an object although it is asked not to (If-None-Match): two servers could harm each other's films. Use a store that honours conditional writes.")
}

// explain says what is wrong to whoever runs the server.
func (s *S3) explain(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	t := s.trouble(err)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) && t.code == "media_unreachable" {
		t = trouble{"media_unreachable", "The media storage at " + s.place() + " does not answer in time", "see that it runs and that nothing is between it and this machine; it is tried again"}
	}
	return &fault.Error{Kind: fault.Unavailable, Op: "blob.check", Code: t.code, Public: t.words(), Cause: err}
}

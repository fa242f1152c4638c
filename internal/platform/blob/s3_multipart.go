package blob

import (
	"context"
	"io"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// A multipart write is one of S3's, and its id is S3's own. Large puts are made of them
// too, so they are listed until they are complete, and swept when their process died.

// CreateMultipart implements Store.
func (s *S3) CreateMultipart(ctx context.Context, key string, size int64) (string, error) {
	const op = "blob.create_multipart"
	if err := checkKey(op, key); err != nil {
		return "", err
	}
	if size <= 0 {
		return "", fault.New(fault.Invalid, op, "bad_size", "")
	}
	id, err := s.createUpload(ctx, key, nil)
	return id, s.classify(ctx, op, err)
}

// WritePart implements Store. The part is sent when it is here whole: so it can be sent
// again when the store fails, and nothing of it is when its reader does.
func (s *S3) WritePart(ctx context.Context, key, id string, part Part, r io.Reader) error {
	const op = "blob.write_part"
	if err := checkUpload(op, key, id); err != nil {
		return err
	}
	if part.Number < 1 || part.Number > maxParts || part.Offset < 0 || part.Size <= 0 {
		return fault.New(fault.Invalid, op, "bad_part", "")
	}
	all := &pieces{r: r, spool: s.cache.dir}
	body, last, err := all.take(ctx, op, part.Size)
	if err != nil {
		return err
	}
	defer body.close()
	got := body.size
	if !last {
		got++ // and more: it is not looked at
	}
	if err := exactly(op, got, part.Size); err != nil {
		return err
	}
	_, err = s.sendPart(ctx, op, key, id, int32(part.Number), body)
	return err
}

// CompleteMultipart implements Store.
func (s *S3) CompleteMultipart(ctx context.Context, key, id string) error {
	const op = "blob.complete_multipart"
	if err := checkUpload(op, key, id); err != nil {
		return err
	}
	exists, err := s.taken(ctx, op, key)
	if err != nil {
		return err
	}
	if exists {
		return s.AbortMultipart(ctx, key, id)
	}
	var parts []types.CompletedPart
	err = s.eachPart(ctx, key, id, func(p types.Part) {
		parts = append(parts, types.CompletedPart{ETag: p.ETag, PartNumber: p.PartNumber})
	})
	if err == nil {
		for i, p := range parts {
			if int(aws.ToInt32(p.PartNumber)) != i+1 {
				parts = nil
				break
			}
		}
		if len(parts) == 0 {
			return fault.New(fault.Invalid, op, "parts_missing", "")
		}
		err = s.join(ctx, key, id, parts)
	}
	switch {
	case s.isTaken(err):
		return s.AbortMultipart(ctx, key, id)
	case codeOf(err) == "NoSuchUpload": // complete by now, or there never was one
		_, err := s.Stat(ctx, key)
		return fault.Wrap(op, err)
	}
	return s.classify(ctx, op, err)
}

// AbortMultipart implements Store.
func (s *S3) AbortMultipart(ctx context.Context, key, id string) error {
	const op = "blob.abort_multipart"
	if err := checkUpload(op, key, id); fault.Is(err, fault.NotFound) {
		return nil
	} else if err != nil {
		return err
	}
	_, err := s.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &s.at.Bucket, Key: &key, UploadId: &id})
	if err = s.classify(ctx, op, err); fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// ListMultipart implements Store. S3 says when a write began, not when its last part
// came, which is asked of each: a large put may go on for as long as an upload does.
func (s *S3) ListMultipart(ctx context.Context) iter.Seq2[Multipart, error] {
	const op = "blob.list_multipart"
	return func(yield func(Multipart, error) bool) {
		pages := s3.NewListMultipartUploadsPaginator(s.client, &s3.ListMultipartUploadsInput{Bucket: &s.at.Bucket})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Multipart{}, s.classify(ctx, op, err))
				return
			}
			for _, u := range page.Uploads {
				found := Multipart{aws.ToString(u.Key), aws.ToString(u.UploadId), aws.ToTime(u.Initiated)}
				if checkKey(op, found.Key) != nil {
					continue // none of ours
				}
				err := s.classify(ctx, op, s.eachPart(ctx, found.Key, found.ID, func(p types.Part) {
					if at := aws.ToTime(p.LastModified); at.After(found.Started) {
						found.Started = at
					}
				}))
				if fault.Is(err, fault.NotFound) {
					continue // gone meanwhile
				}
				if err != nil {
					yield(Multipart{}, err)
					return
				}
				if !yield(found, nil) {
					return
				}
			}
		}
	}
}

func checkUpload(op, key, id string) error {
	if err := checkKey(op, key); err != nil {
		return err
	}
	if id == "" {
		return fault.New(fault.NotFound, op, "", "")
	}
	return nil
}

func (s *S3) createUpload(ctx context.Context, key string, about map[string]string) (string, error) {
	out, err := s.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: &s.at.Bucket, Key: &key, Metadata: about})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.UploadId), nil
}

func (s *S3) sendPart(ctx context.Context, op, key, id string, number int32, body piece) (etag string, err error) {
	out, err := s.client.UploadPart(ctx, &s3.UploadPartInput{
		Bucket: &s.at.Bucket, Key: &key, UploadId: &id, PartNumber: &number, Body: body, ContentLength: &body.size,
	})
	if err != nil && statusOf(err) == 0 && ctx.Err() == nil {
		// A store may refuse before it has read the body, and hang up on who still sends it: of a
		// write that was aborted it says so when it is asked.
		if lookErr := s.eachPart(ctx, key, id, func(types.Part) {}); codeOf(lookErr) == "NoSuchUpload" {
			err = lookErr
		}
	}
	if err != nil {
		return "", s.classify(ctx, op, err)
	}
	return aws.ToString(out.ETag), nil
}

func (s *S3) eachPart(ctx context.Context, key, id string, see func(types.Part)) error {
	pages := s3.NewListPartsPaginator(s.client, &s3.ListPartsInput{Bucket: &s.at.Bucket, Key: &key, UploadId: &id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, p := range page.Parts {
			see(p)
		}
	}
	return nil
}

// join makes one object of parts, unless there is one. Some stores copy them all before
// they answer.
func (s *S3) join(ctx context.Context, key, id string, parts []types.CompletedPart) error {
	_, err := s.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &s.at.Bucket, Key: &key, UploadId: &id, IfNoneMatch: onlyNew,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	}, func(o *s3.Options) { o.HTTPClient = s.patient })
	return err
}

// dropUpload gives a put's parts up. What it misses is swept as any abandoned write is.
func (s *S3) dropUpload(ctx context.Context, key, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUp)
	defer cancel()
	_ = s.AbortMultipart(ctx, key, id)
}

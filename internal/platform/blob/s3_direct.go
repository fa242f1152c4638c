package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

var _ Direct = (*S3)(nil)

// checksumHeader carries a part's SHA-256. It is signed, so an address admits no other.
const checksumHeader = "X-Amz-Checksum-Sha256"

// CreateDirect implements Direct. The write is begun with the checksum its parts will have:
// else a store that is strict takes none.
func (s *S3) CreateDirect(ctx context.Context, key string, size int64) (string, error) {
	const op = "blob.create_direct"
	if err := checkKey(op, key); err != nil {
		return "", err
	}
	if size <= 0 {
		return "", fault.New(fault.Invalid, op, "bad_size", "")
	}
	id, err := s.createChecked(ctx, key)
	return id, s.classify(ctx, op, err)
}

func (s *S3) createChecked(ctx context.Context, key string) (string, error) {
	out, err := s.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: &s.at.Bucket, Key: &key, ChecksumAlgorithm: types.ChecksumAlgorithmSha256, ChecksumType: types.ChecksumTypeComposite,
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.UploadId), nil
}

// PresignPart implements Direct. Nothing is asked of the store.
func (s *S3) PresignPart(ctx context.Context, key, id string, part Part, digest string, life time.Duration) (PartRequest, error) {
	const op = "blob.presign_part"
	if err := checkUpload(op, key, id); err != nil {
		return PartRequest{}, err
	}
	sum, err := hex.DecodeString(digest)
	if err != nil || len(sum) != sha256.Size {
		return PartRequest{}, fault.New(fault.Invalid, op, "bad_digest", "A digest is a SHA-256 in hexadecimal.")
	}
	if part.Number < 1 || part.Number > maxParts || part.Size <= 0 {
		return PartRequest{}, fault.New(fault.Invalid, op, "bad_part", "")
	}
	signed, err := s3.NewPresignClient(s.client).PresignUploadPart(ctx, &s3.UploadPartInput{
		Bucket: &s.at.Bucket, Key: &key, UploadId: &id, PartNumber: aws.Int32(int32(part.Number)),
		ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum)), ContentLength: &part.Size,
	}, s3.WithPresignExpires(life))
	if err != nil {
		return PartRequest{}, s.classify(ctx, op, err)
	}
	headers := signed.SignedHeader.Clone()
	for _, own := range []string{"Host", "Content-Length"} { // what sends the request sets these, and is held to them
		headers.Del(own)
	}
	return PartRequest{signed.Method, signed.URL, headers}, nil
}

// Parts implements Direct.
func (s *S3) Parts(ctx context.Context, key, id string) ([]StoredPart, error) {
	const op = "blob.parts"
	if err := checkUpload(op, key, id); err != nil {
		return nil, err
	}
	var found []StoredPart
	err := s.eachPart(ctx, key, id, func(p types.Part) {
		part := StoredPart{Number: int(aws.ToInt32(p.PartNumber)), Size: aws.ToInt64(p.Size), ETag: aws.ToString(p.ETag), At: aws.ToTime(p.LastModified)}
		if sum, err := base64.StdEncoding.DecodeString(aws.ToString(p.ChecksumSHA256)); err == nil && len(sum) == sha256.Size {
			part.Digest = hex.EncodeToString(sum)
		}
		found = append(found, part)
	})
	return found, s.classify(ctx, op, err)
}

// CompleteDirect implements Direct.
func (s *S3) CompleteDirect(ctx context.Context, key, id string, parts []StoredPart) error {
	const op = "blob.complete_direct"
	if err := checkUpload(op, key, id); err != nil {
		return err
	}
	list := make([]types.CompletedPart, len(parts))
	for i, p := range parts {
		sum, err := hex.DecodeString(p.Digest)
		if err != nil || p.Number != i+1 {
			return fault.New(fault.Invalid, op, "parts_missing", "")
		}
		list[i] = types.CompletedPart{
			PartNumber: aws.Int32(int32(p.Number)), ETag: &p.ETag, ChecksumSHA256: aws.String(base64.StdEncoding.EncodeToString(sum)),
		}
	}
	err := s.join(ctx, key, id, list)
	switch code := codeOf(err); {
	case s.isTaken(err):
		return s.AbortMultipart(ctx, key, id)
	case code == "NoSuchUpload": // complete by now, or there never was one
		_, err := s.Stat(ctx, key)
		return fault.Wrap(op, err)
	case code == "InvalidPart":
		return &fault.Error{Kind: fault.Conflict, Op: op, Code: "part_differs", Public: "A part was sent again meanwhile.", Cause: err}
	}
	return s.classify(ctx, op, err)
}

// Head implements Direct.
func (s *S3) Head(ctx context.Context, key string, n int64) ([]byte, error) {
	const op = "blob.head"
	if err := checkKey(op, key); err != nil {
		return nil, err
	}
	v, body, err := s.get(ctx, version{Info: Info{Key: key}}, 0, n)
	if err != nil {
		return nil, s.classify(ctx, op, err)
	}
	rest := &stretch{s: s, ctx: ctx, version: v, end: min(n, v.Size), body: body}
	defer rest.close()
	head, err := io.ReadAll(rest)
	return head, s.classify(ctx, op, err)
}

// Origin implements Direct. Where a bucket is, only the signing knows for sure.
func (s *S3) Origin(ctx context.Context) (string, error) {
	const op = "blob.origin"
	probe, err := s.PresignPart(ctx, "origin", "origin", Part{Number: 1, Size: 1}, strings.Repeat("0", 2*sha256.Size), time.Minute)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(probe.URL)
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	return u.Scheme + "://" + u.Host, nil
}

// Admits implements Direct. A store that knows of no CORS refuses in its own way, each:
// only the one answer that lets a browser go on counts.
func (s *S3) Admits(ctx context.Context, origin string) (bool, error) {
	const op = "blob.admits"
	probe, err := s.PresignPart(ctx, trialKey, "preflight", Part{Number: 1, Size: 1}, strings.Repeat("0", 2*sha256.Size), time.Minute)
	if err != nil {
		return false, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodOptions, probe.URL, nil)
	if err != nil {
		return false, fault.Wrap(op, err)
	}
	r.Header.Set("Origin", origin)
	r.Header.Set("Access-Control-Request-Method", probe.Method)
	r.Header.Set("Access-Control-Request-Headers", strings.ToLower(checksumHeader))
	answer, err := s.http.Do(r)
	if err != nil {
		return false, s.classify(ctx, op, withoutAddress(err))
	}
	defer answer.Body.Close()
	return answer.StatusCode/100 == 2 &&
		allows(answer.Header.Values("Access-Control-Allow-Origin"), origin) &&
		allows(answer.Header.Values("Access-Control-Allow-Methods"), probe.Method) &&
		allows(answer.Header.Values("Access-Control-Allow-Headers"), checksumHeader), nil
}

// allows reports whether one of a header's values is asked for, or all.
func allows(values []string, asked string) bool {
	for value := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if value = strings.TrimSpace(value); value == "*" || strings.EqualFold(value, asked) {
			return true
		}
	}
	return false
}

// trialKey is where Verifies tries; nothing is ever stored there.
const trialKey = "trial/part"

// Verifies implements Direct: a part is sent with the digest of another, which must be
// refused, and with its own, which must be told again.
func (s *S3) Verifies(ctx context.Context) (bool, error) {
	const op = "blob.verifies"
	s.trial.Lock()
	defer s.trial.Unlock()
	if s.verifies != nil {
		return *s.verifies, nil
	}
	id, err := s.createChecked(ctx, trialKey)
	if err != nil {
		// What is refused here and not by Check is the checksum.
		if status := statusOf(err); status == http.StatusBadRequest || status == http.StatusNotImplemented {
			return s.found(false), nil
		}
		return false, s.classify(ctx, op, err)
	}
	defer s.dropUpload(ctx, trialKey, id)
	body := []byte("KKMovies")
	digest := sha256.Sum256(body)
	right := hex.EncodeToString(digest[:])
	digest[0]++
	refused, err := s.sendAs(ctx, id, body, hex.EncodeToString(digest[:]))
	if err != nil {
		return false, s.classify(ctx, op, withoutAddress(err))
	}
	taken, err := s.sendAs(ctx, id, body, right)
	if err != nil {
		return false, s.classify(ctx, op, withoutAddress(err))
	}
	if refused/100 != 4 || taken/100 != 2 {
		return s.found(false), nil
	}
	parts, err := s.Parts(ctx, trialKey, id)
	if err != nil {
		return false, err
	}
	return s.found(len(parts) == 1 && parts[0].Digest == right && parts[0].Size == int64(len(body))), nil
}

func (s *S3) found(verifies bool) bool {
	s.verifies = &verifies
	return verifies
}

// sendAs sends the only part of the trial, said to have a digest, and returns the status.
func (s *S3) sendAs(ctx context.Context, id string, body []byte, digest string) (int, error) {
	signed, err := s.PresignPart(ctx, trialKey, id, Part{Number: 1, Size: int64(len(body))}, digest, time.Minute)
	if err != nil {
		return 0, err
	}
	status, _, err := s.send(ctx, signed, bytes.NewReader(body), int64(len(body)))
	return status, err
}

// mostSaid is how much of a refusal is read.
const mostSaid = 4 << 10

func (s *S3) send(ctx context.Context, request PartRequest, body io.Reader, size int64) (status int, said string, err error) {
	r, err := http.NewRequestWithContext(ctx, request.Method, request.URL, io.NopCloser(body))
	if err != nil {
		return 0, "", err
	}
	r.Header, r.ContentLength = request.Headers.Clone(), size
	answer, err := s.http.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostSaid))
	return answer.StatusCode, string(text), err
}

// Send implements Direct.
func (s *S3) Send(ctx context.Context, request PartRequest, body io.Reader, size int64) error {
	const op = "blob.send"
	status, said, err := s.send(ctx, request, body, size)
	switch {
	case ctx.Err() != nil:
		return cancelled(ctx, op)
	case err != nil:
		return s.classify(ctx, op, withoutAddress(err))
	case status/100 == 2:
		return nil
	}
	cause := fmt.Errorf("status %d: %s", status, said)
	switch {
	case strings.Contains(said, "<Code>BadDigest</Code>"), strings.Contains(said, "<Code>XAmzContentSHA256Mismatch</Code>"):
		return &fault.Error{Kind: fault.Invalid, Op: op, Code: "wrong_digest", Public: "This part was damaged on its way. Send it again.", Cause: cause}
	case strings.Contains(said, "<Code>NoSuchUpload</Code>"):
		return &fault.Error{Kind: fault.NotFound, Op: op, Code: "no_such_upload", Cause: cause}
	case status == http.StatusForbidden:
		return &fault.Error{Kind: fault.Forbidden, Op: op, Code: "url_expired", Public: "This address has expired. Ask for a fresh one.", Cause: cause}
	}
	return &fault.Error{Kind: fault.Unavailable, Op: op, Code: "media_unavailable", Public: "The media storage does not take this part.", Cause: cause}
}

// withoutAddress keeps an address, which is as good as a password while it lasts, out of
// what is logged.
func withoutAddress(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

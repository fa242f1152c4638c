package blob

import (
	"context"
	"errors"
	"iter"
	"math"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// S3 keeps each object under its key in a bucket of any S3-compatible store, which is
// KKMovies' alone. A write never replaces because each is conditional (If-None-Match),
// which the store must honour: Check sees to it.
//
// It retries inside: what is slow for a moment is waited for, what is away is Unavailable.
// No time is bounded by how long a whole object takes, only by how long nothing moves.
type S3 struct {
	client  *s3.Client
	http    *http.Client
	patient *http.Client // waits longer for the one answer that takes long
	at      S3Address
	cache   *cache

	mu      sync.Mutex
	folders map[string]bool // that are known to be no objects

	trial    sync.Mutex // held by Verifies
	verifies *bool      // what it found
}

// S3Address is where a bucket is.
type S3Address struct {
	Bucket    string
	Region    string // "" for the one of the AWS settings of this machine
	Endpoint  string // http(s)://host[:port] of the store; "" for AWS's own
	PathStyle bool   // the bucket stands in the path, not in the host's name
}

const s3Example = "It looks like s3://bucket?region=eu-west-1, or, of another store than AWS, s3://bucket?endpoint=https://host:9000&use_path_style=true."

// ParseS3 reads s3://bucket?region=…&endpoint=…&use_path_style=true.
func ParseS3(address string) (S3Address, error) {
	bad := func(what string) (S3Address, error) {
		return S3Address{}, fault.New(fault.Invalid, "blob.open", "bad_address", "The media address "+what+". "+s3Example)
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme != "s3" || u.Opaque != "" || u.Fragment != "":
		return bad("cannot be read")
	case u.User != nil:
		return bad("holds a password: credentials belong into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	case u.Host == "" || strings.ContainsFunc(u.Host, unfit):
		return bad("names no bucket")
	case strings.Trim(u.Path, "/") != "":
		return bad("names a folder in the bucket: films need a bucket of their own")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return bad("cannot be read")
	}
	a := S3Address{Bucket: u.Host}
	for name, values := range query {
		value := values[0]
		switch {
		case len(values) > 1:
			return bad("says " + strconv.Quote(name) + " twice")
		case name == "region" && value != "":
			a.Region = value
		case name == "endpoint":
			e, err := url.Parse(value)
			if err != nil || e.Scheme != "http" && e.Scheme != "https" || e.Host == "" || e.User != nil || strings.Trim(e.Path, "/") != "" || e.RawQuery != "" {
				return bad("has an endpoint that is no web address")
			}
			a.Endpoint = strings.TrimSuffix(value, "/")
		case name == "use_path_style" && (value == "true" || value == "false"):
			a.PathStyle = value == "true"
		default:
			return bad("says " + strconv.Quote(name) + ", which is not understood")
		}
	}
	return a, nil
}

// S3Options are what an S3 is opened with.
type S3Options struct {
	// Folder is on this machine: what is read is kept there, and what is on its way to the
	// bucket waits there.
	Folder string
	// CacheSize bounds what is kept, in bytes.
	CacheSize int64
	// KeepFree is how many bytes of the folder's disk are left alone.
	KeepFree int64
	// Stall is for how long a connection may stand still: 30 s when zero.
	Stall time.Duration
}

const (
	attempts   = 5
	mostDelay  = 4 * time.Second
	completion = 10 * time.Minute // for a store that copies parts when they are joined
)

// OpenS3 opens a bucket. Nothing is asked of it yet: Check does that.
func OpenS3(ctx context.Context, at S3Address, o S3Options) (*S3, error) {
	const op = "blob.open"
	if o.Stall == 0 {
		o.Stall = 30 * time.Second
	}
	found, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Op: op, Code: "bad_credentials", Public: "The AWS settings of this machine cannot be read.", Cause: err}
	}
	region := at.Region
	if region == "" {
		region = found.Region
	}
	if region == "" {
		region = "us-east-1" // what stores that have no regions take
	}
	kept, err := openCache(o.Folder, o.CacheSize, o.KeepFree)
	if err != nil {
		return nil, classify(op, err)
	}
	s := &S3{at: at, cache: kept, http: newHTTP(o.Stall), patient: newHTTP(max(completion, o.Stall)), folders: map[string]bool{}}
	s.client = s3.NewFromConfig(found, func(c *s3.Options) {
		c.Region, c.UsePathStyle, c.HTTPClient = region, at.PathStyle, s.http
		if at.Endpoint != "" {
			c.BaseEndpoint = aws.String(at.Endpoint)
		}
		c.Retryer = retry.NewStandard(func(r *retry.StandardOptions) {
			r.MaxAttempts, r.MaxBackoff = attempts, mostDelay
			r.Retryables = append(r.Retryables, retry.RetryableErrorCode{Codes: map[string]struct{}{
				"ConditionalRequestConflict": {}, // another write of the same key is under way
				"OperationAborted":           {},
			}})
		})
		// The newer checksums are understood by few stores but AWS. Bytes are guarded by TLS, or
		// without it by the signature, which covers them.
		c.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
		c.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	})
	return s, nil
}

// Close implements Store.
func (s *S3) Close() error {
	err := s.cache.close()
	s.http.CloseIdleConnections()
	s.patient.CloseIdleConnections()
	return err
}

// Stat implements Store.
func (s *S3) Stat(ctx context.Context, key string) (Info, error) {
	const op = "blob.stat"
	if err := checkKey(op, key); err != nil {
		return Info{}, err
	}
	v, _, err := s.head(ctx, key)
	return v.Info, s.classify(ctx, op, err)
}

// version is one object as it was found.
type version struct {
	Info
	etag string
}

// writer is the metadata that says who wrote an object: it tells a write whose answer was
// lost from one that came second.
const writer = "kkmovies-writer"

func (s *S3) head(ctx context.Context, key string) (v version, writtenBy string, err error) {
	out, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.at.Bucket, Key: &key})
	if err != nil {
		return version{}, "", err
	}
	info := Info{key, aws.ToInt64(out.ContentLength), aws.ToTime(out.LastModified)}
	return version{info, aws.ToString(out.ETag)}, out.Metadata[writer], nil
}

// taken reports whether key is an object. A key that is a folder of others, or has an
// object for a folder, is refused as in a file system. That is looked up once for a
// folder, so two processes at once could make both: the keys of KKMovies never do.
func (s *S3) taken(ctx context.Context, op, key string) (bool, error) {
	first, err := s.firstWith(ctx, key)
	if err != nil {
		return false, s.classify(ctx, op, err)
	}
	if first == key {
		return true, nil
	}
	if first != "" && !strings.HasPrefix(first, key+"/") { // "a.b" comes before "a/b"
		if first, err = s.firstWith(ctx, key+"/"); err != nil {
			return false, s.classify(ctx, op, err)
		}
	}
	if first != "" {
		return false, fault.New(fault.Invalid, op, "bad_key", "")
	}
	for dir := path.Dir(key); dir != "."; dir = path.Dir(dir) {
		if s.knownFolder(dir) {
			break
		}
		_, _, err := s.head(ctx, dir)
		if err == nil {
			return false, fault.New(fault.Invalid, op, "bad_key", "")
		}
		if err := s.classify(ctx, op, err); !fault.Is(err, fault.NotFound) {
			return false, err
		}
	}
	s.rememberFolder(path.Dir(key))
	return false, nil
}

// firstWith returns the first key that begins with prefix, "" when there is none.
func (s *S3) firstWith(ctx context.Context, prefix string) (string, error) {
	out, err := s.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &s.at.Bucket, Prefix: &prefix, MaxKeys: aws.Int32(1)})
	if err != nil || len(out.Contents) == 0 {
		return "", err
	}
	return aws.ToString(out.Contents[0].Key), nil
}

const mostFolders = 10_000

func (s *S3) knownFolder(dir string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.folders[dir]
}

func (s *S3) rememberFolder(dir string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.folders) >= mostFolders {
		clear(s.folders)
	}
	s.folders[dir] = true
}

// forgetFolders is for when a folder may have ended to be one.
func (s *S3) forgetFolders() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.folders)
}

// List implements Store.
func (s *S3) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	const op = "blob.list"
	return func(yield func(Info, error) bool) {
		pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &s.at.Bucket, Prefix: &prefix})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Info{}, s.classify(ctx, op, err))
				return
			}
			for _, o := range page.Contents {
				key := aws.ToString(o.Key)
				if checkKey(op, key) != nil {
					continue // none of ours
				}
				if !yield(Info{key, aws.ToInt64(o.Size), aws.ToTime(o.LastModified)}, nil) {
					return
				}
			}
		}
	}
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, key string) error {
	const op = "blob.delete"
	if err := checkKey(op, key); err != nil {
		return err
	}
	s.forgetFolders()
	defer s.cache.drop(key)
	_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.at.Bucket, Key: &key})
	if err = s.classify(ctx, op, err); fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// DeletePrefix implements Store.
func (s *S3) DeletePrefix(ctx context.Context, prefix string) error {
	const op, batch = "blob.delete_prefix", 1000 // S3's own limit
	dir, isDir := strings.CutSuffix(prefix, "/")
	if !isDir {
		return fault.New(fault.Invalid, op, "bad_key", "")
	}
	if err := checkKey(op, dir); err != nil {
		return err
	}
	s.forgetFolders()
	defer s.cache.drop(prefix)
	var objects []types.ObjectIdentifier
	for info, err := range s.List(ctx, prefix) {
		if err != nil {
			return fault.Wrap(op, err)
		}
		if objects = append(objects, types.ObjectIdentifier{Key: &info.Key}); len(objects) == batch {
			if err := s.deleteAll(ctx, op, objects); err != nil {
				return err
			}
			objects = nil
		}
	}
	return s.deleteAll(ctx, op, objects)
}

func (s *S3) deleteAll(ctx context.Context, op string, objects []types.ObjectIdentifier) error {
	if len(objects) == 0 {
		return nil
	}
	out, err := s.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
		Bucket: &s.at.Bucket, Delete: &types.Delete{Objects: objects, Quiet: aws.Bool(true)},
	})
	if err != nil {
		return s.classify(ctx, op, err)
	}
	for _, failed := range out.Errors {
		if code := aws.ToString(failed.Code); code != "NoSuchKey" {
			return &fault.Error{Kind: fault.Unavailable, Op: op, Cause: errors.New(aws.ToString(failed.Key) + ": " + code + ": " + aws.ToString(failed.Message))}
		}
	}
	return nil
}

// Free implements Store: of a bucket there is no telling.
func (s *S3) Free(context.Context) (int64, error) { return math.MaxInt64, nil }

var _ Store = (*S3)(nil)

package app

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// bucketWithin is how long a start waits for a bucket.
const bucketWithin = 5 * time.Second

// openMedia opens where films are stored. A bucket that cannot be used stops the start, with
// the reason: one that is lost later is waited for.
func openMedia(ctx context.Context, c *config.Config) (blob.Store, error) {
	return openMediaOf(ctx, c, mediaSetting)
}

// mediaSetting is where the address of the media is read from.
const mediaSetting = "KK_MEDIA_URL"

// openMediaOf is openMedia where the address was read from another setting, which sentences
// then name.
func openMediaOf(ctx context.Context, c *config.Config, setting string) (blob.Store, error) {
	at, ok := c.Bucket()
	if !ok {
		files, err := blob.OpenFiles(c.Media())
		if err != nil {
			return nil, err
		}
		return blob.KeepFree(files, keptOf(c)), nil
	}
	ctx, cancel := context.WithTimeout(ctx, bucketWithin)
	defer cancel()
	bucket, err := blob.OpenS3(ctx, at, blob.S3Options{
		Folder: cacheOf(c), CacheSize: c.CacheSize * gigabyte, KeepFree: c.KeepFree * megabyte,
	})
	if err != nil {
		return nil, err
	}
	if err := bucket.Prove(ctx); err != nil {
		_ = bucket.Close()
		return nil, &fault.Error{Kind: fault.KindOf(err), Op: "app.media", Code: fault.CodeOf(err), Public: setting + ": " + fault.PublicOf(err), Cause: err}
	}
	return bucket, nil
}

// lostMedia is what everybody may read of a bucket that does not serve. An administrator,
// the log and doctor are told where it is, too.
var lostMedia = map[string]string{
	"media_unreachable": "the bucket's storage does not answer; see that it runs",
	"media_unavailable": "the bucket's storage is out of order; look there",
	"media_credentials": "the bucket's storage refuses the keys; correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
	"media_no_bucket":   "there is no such bucket; make it, or correct KK_MEDIA_URL",
	"media_denied":      "these keys may not use the bucket; allow it",
	"media_region":      "the bucket is in another region; correct region= in KK_MEDIA_URL",
	"media_clock":       "the bucket's storage says that this machine's clock is wrong; set it",
	"media_refused":     "what answers is no storage of buckets; correct endpoint= in KK_MEDIA_URL",
}

// mediaCheck asks the store of films how it is.
func mediaCheck(ctx context.Context, c *config.Config, blobs blob.Store) httpapi.Check {
	if err := blobs.Check(ctx); err != nil {
		check := checkOf("media", "", err)
		check.Warning = lostMedia[fault.CodeOf(err)]
		return check
	}
	if at, ok := c.Bucket(); ok {
		return httpapi.Check{Name: "media", OK: true, Detail: "the bucket " + at.Bucket + " answers"}
	}
	free, err := blobs.Free(ctx)
	if err != nil {
		return checkOf("media", "", err)
	}
	return roomCheck("media", c, free)
}

// checkMedia is doctor's.
func checkMedia(ctx context.Context, c *config.Config) httpapi.Check {
	blobs, err := openMedia(ctx, c)
	if err != nil {
		return checkOf("media", "", err)
	}
	defer blobs.Close()
	check := ill(mediaCheck(ctx, c, blobs))
	if at, ok := c.Bucket(); ok {
		if check.OK {
			check.Detail = "the bucket " + at.Bucket + " is written to, and replaces nothing"
			check.Warning = passedBy(ctx, c, blobs)
		}
		return check
	}
	check.Detail = c.Media() + " is " + check.Detail
	if free, err := blobs.Free(ctx); err == nil && free < littleSpace && check.Warning == "" {
		check.Warning = "a long film with all its rungs may not fit; make room"
	}
	return check
}

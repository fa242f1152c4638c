package config

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Bucket returns the address of the bucket films are stored in; ok is false when that is
// a folder.
func (c *Config) Bucket() (at blob.S3Address, ok bool) {
	if !strings.HasPrefix(string(c.MediaURL), "s3:") {
		return at, false
	}
	at, err := blob.ParseS3(string(c.MediaURL))
	return at, err == nil // Validate has seen to it
}

// leastSecret is what cannot be guessed.
const leastSecret = 16

func (c *Config) media() error {
	if n := len(c.MediaHookSecret); n > 0 && n < leastSecret {
		return fmt.Errorf("KK_MEDIA_HOOK_SECRET is too short to be one; make it of %d characters or more, such as `openssl rand -hex 32` prints", leastSecret)
	}
	if u, err := url.Parse(c.MediaEventsURL); c.MediaEventsURL != "" && (err != nil || u.Scheme != "awssqs" || u.Host == "" || u.User != nil) {
		return fmt.Errorf("KK_MEDIA_EVENTS_URL is not the address of a queue; it looks like awssqs://sqs.eu-west-1.amazonaws.com/111122223333/films?region=eu-west-1")
	}
	if !strings.HasPrefix(string(c.MediaURL), "s3:") {
		if c.MediaEventsURL != "" {
			return fmt.Errorf("KK_MEDIA_EVENTS_URL is of no use without a bucket: set KK_MEDIA_URL to s3://…, or leave it out")
		}
		return nil
	}
	if _, err := blob.ParseS3(string(c.MediaURL)); err != nil {
		return fmt.Errorf("KK_MEDIA_URL is not right: %s", fault.PublicOf(err))
	}
	return nil
}

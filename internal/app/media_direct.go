package app

import (
	"context"
	"net/url"

	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
)

// passedBy says why uploads pass through the server and do not go straight to the bucket; ""
// when they do.
func passedBy(ctx context.Context, c *config.Config, blobs blob.Store) string {
	const through = "uploads pass through this server instead of going straight to the bucket: "
	direct, ok := blobs.(blob.Direct)
	if !ok {
		return ""
	}
	verifies, err := direct.Verifies(ctx)
	switch {
	case err != nil:
		return through + explain(err)
	case !verifies:
		return through + "this store does not verify the SHA-256 of parts"
	case c.PublicURL == "":
		return "set KK_PUBLIC_URL, so that it can be checked whether pages may send films straight to the bucket"
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil {
		return through + err.Error()
	}
	origin := u.Scheme + "://" + u.Host
	admits, err := direct.Admits(ctx, origin)
	switch {
	case err != nil:
		return through + explain(err)
	case !admits:
		return through + "its CORS rules do not let pages of " + origin + " send parts; allow that origin the method PUT with the header x-amz-checksum-sha256, as deploy/aws/cors.json does"
	}
	return ""
}

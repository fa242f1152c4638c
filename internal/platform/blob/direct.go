package blob

import (
	"context"
	"io"
	"net/http"
	"time"
)

// Direct is a Store to which others may send the parts of a multipart write themselves,
// straight from where they are, so that their bytes pass nobody else. It vouches for each:
// a part is sent with its SHA-256 told before, and one that has another is refused.
//
// Errors are those of Store.
type Direct interface {
	Store

	// Verifies reports whether the place refuses a part whose bytes are not those it was
	// told of, and says of each part which it took: without both, nothing may be sent to
	// it but by Store. It tries, and remembers what it found.
	Verifies(ctx context.Context) (bool, error)

	// Admits reports whether a page of this origin may send parts from a browser, as the
	// browser will ask: by CORS.
	Admits(ctx context.Context, origin string) (bool, error)

	// Origin is what every address of a part begins with: scheme, host and port.
	Origin(ctx context.Context) (string, error)

	// CreateDirect begins a multipart write all of whose parts are sent by PresignPart.
	// AbortMultipart ends it as any other.
	CreateDirect(ctx context.Context, key string, size int64) (id string, err error)

	// PresignPart returns the request that sends one part, good for as long as life. It
	// needs no credentials and admits these very bytes and no others: digest is their
	// SHA-256, hex.
	PresignPart(ctx context.Context, key, id string, part Part, digest string, life time.Duration) (PartRequest, error)

	// Send sends a part by such a request, for whoever has both the part and the store at
	// hand. Invalid when the bytes are not those it was made for, Forbidden when it has
	// expired.
	Send(ctx context.Context, request PartRequest, body io.Reader, size int64) error

	// Parts lists what has arrived, by number. NotFound when the write is complete, aborted
	// or was never begun.
	Parts(ctx context.Context, key, id string) ([]StoredPart, error)

	// CompleteDirect makes these very parts, as Parts listed them, visible under key. Else it
	// is as CompleteMultipart; Conflict when one of them was sent again meanwhile.
	CompleteDirect(ctx context.Context, key, id string, parts []StoredPart) error

	// Head returns the first bytes of an object, n or all there are, and nothing more of it
	// is fetched.
	Head(ctx context.Context, key string, n int64) ([]byte, error)
}

// PartRequest is a request that whoever has it may send, with the part as its body.
type PartRequest struct {
	Method  string
	URL     string
	Headers http.Header // signed: they are sent as they are
}

// StoredPart is a part as a store took it.
type StoredPart struct {
	Number int
	Size   int64
	Digest string // SHA-256, hex; "" when the store did not verify it
	ETag   string
	At     time.Time
}

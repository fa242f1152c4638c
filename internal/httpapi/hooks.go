package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// maxEvents is what a store sends at once at most: the limit of the queues it sends through.
const maxEvents = 256 << 10

func (s *server) hookRoutes() {
	s.document(Signed.Unrecorded("nobody acts: the store tells what arrived"), &huma.Operation{
		OperationID: "receiveStoreEvents", Method: http.MethodPost, Path: "/hooks/s3", Tags: []string{"upload"},
		Summary: "Event notifications of the bucket of films",
		Description: "In the dialects of AWS, MinIO and versitygw, with the secret of KK_MEDIA_HOOK_SECRET in the address or as a bearer token. " +
			"A film whose file is whole, and whose browser or server died before it could say so, is completed. Events may come late, twice or never.",
		Parameters: []*huma.Param{
			{Name: "secret", In: "query", Schema: &huma.Schema{Type: huma.TypeString}, Description: "Where the store cannot send a bearer token."},
		},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject}}}},
		Responses:   map[string]*huma.Response{"204": {Description: "Taken."}},
	}, s.receiveEvents)
}

func (s *server) receiveEvents(w http.ResponseWriter, r *http.Request) {
	if err := s.takeEvents(w, r); err != nil {
		s.writeProblem(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *server) takeEvents(w http.ResponseWriter, r *http.Request) error {
	const op = "httpapi.hook"
	if !s.isStore(r) {
		return fault.New(fault.Forbidden, op, "bad_secret", "This is not the secret of KK_MEDIA_HOOK_SECRET.")
	}
	message, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEvents))
	if err != nil {
		return &fault.Error{Kind: fault.TooLarge, Op: op, Code: "too_large", Public: "A message of events has 256 kB at most.", Cause: err}
	}
	if address := blob.SubscribeURL(message); address != "" {
		s.Logger.WarnContext(r.Context(), "a topic would send the bucket's events here: open this address once to let it", "address", address)
		return nil
	}
	events, err := blob.ParseEvents(message)
	if err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.StoreEvents(r.Context(), events)) // after an error the store sends it again
}

// isStore reports whether a request proves that it is the store's. Without a secret nobody
// can.
func (s *server) isStore(r *http.Request) bool {
	given, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		given = r.URL.Query().Get("secret")
	}
	if s.HookSecret == "" || s.StoreEvents == nil {
		return false
	}
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(s.HookSecret)) // of one length, whatever is given
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

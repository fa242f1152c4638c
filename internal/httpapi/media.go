package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/kkmovies/kkmovies/internal/delivery"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// mediaRoutes send playlists, segments and pictures to whoever holds a signed path. No
// cookie is looked at, so a page of any origin may play one.
func (s *server) mediaRoutes() {
	const at = "/media/{token}/{video}/{path...}"
	media := anyOrigin(http.HandlerFunc(s.media))
	s.handle(Signed, "GET "+at, media)
	s.handle(Signed, "OPTIONS "+at, media)
}

// anyOrigin lets pages of other origins read the answer, and asks a browser to ask only
// once a day whether they may.
func anyOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "Content-Length, Content-Range, ETag, Server-Timing")
		h.Set("Timing-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		if r.Method == http.MethodOptions {
			h.Set("Access-Control-Allow-Methods", "GET, HEAD")
			h.Set("Access-Control-Allow-Headers", "Range, If-Range, If-None-Match, If-Modified-Since")
			h.Set("Access-Control-Max-Age", "86400")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) media(w http.ResponseWriter, r *http.Request) {
	found, err := s.Media.Resolve(r.Context(), r.PathValue("token"), r.PathValue("video"), r.PathValue("path"))
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	if found.Key == "" {
		sendMade(w, r, found)
		return
	}
	object, err := s.openOrMake(w, r, found)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	defer object.Close()
	if found.Cut != nil {
		whole, err := io.ReadAll(object)
		if err != nil {
			s.writeProblem(w, r, err)
			return
		}
		found.Body = found.Cut(whole)
		sendMade(w, r, found)
		return
	}
	describe(w, found, objectTag(object.Info))
	http.ServeContent(w, r, "", object.ModTime, object.ReadSeekCloser)
}

// openOrMake opens an object, which is made first if it can be and is not there yet. The
// answer says how long that took, so that a player does not take it for a slow network.
func (s *server) openOrMake(w http.ResponseWriter, r *http.Request, found delivery.Resource) (blob.Object, error) {
	object, err := s.Blobs.Open(r.Context(), found.Key)
	if found.Make == nil || !fault.Is(err, fault.NotFound) {
		return object, err
	}
	began := time.Now()
	unstored, err := found.Make(r.Context())
	if err != nil {
		return blob.Object{}, err
	}
	w.Header().Set("Server-Timing", fmt.Sprintf("made;dur=%d", time.Since(began).Milliseconds()))
	if unstored != nil {
		return blob.Object{ReadSeekCloser: unkept{bytes.NewReader(unstored)}, Info: blob.Info{Size: int64(len(unstored))}}, nil
	}
	return s.Blobs.Open(r.Context(), found.Key)
}

// unkept is an object there was no room for.
type unkept struct{ *bytes.Reader }

func (unkept) Close() error { return nil }

// sendMade sends bytes made for this request, compressed where that is understood:
// Apple's authoring rule 10.1 asks it of playlists, and a film's shrink to a tenth.
func sendMade(w http.ResponseWriter, r *http.Request, found delivery.Resource) {
	digest := sha256.Sum256(found.Body)
	tag, body := hex.EncodeToString(digest[:12]), found.Body
	w.Header().Set("Vary", "Accept-Encoding")
	if r.Header.Get("Range") == "" && understands(r, "gzip") {
		var small bytes.Buffer
		z := gzip.NewWriter(&small)
		_, _ = z.Write(body) // a buffer takes everything
		_ = z.Close()
		tag, body = tag+"-gzip", small.Bytes()
		w.Header().Set("Content-Encoding", "gzip")
	}
	describe(w, found, tag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// describe says what an answer is and how long it may be kept.
func describe(w http.ResponseWriter, found delivery.Resource, tag string) {
	cache := "public, max-age=31536000, immutable"
	switch found.Cache {
	case delivery.Brief:
		cache = fmt.Sprintf("public, max-age=%d", int(delivery.BriefLife.Seconds()))
	case delivery.Private:
		cache = fmt.Sprintf("private, max-age=%d", int(delivery.BriefLife.Seconds()))
	}
	h := w.Header()
	h.Set("Content-Type", found.ContentType)
	h.Set("Cache-Control", cache)
	h.Set("ETag", `"`+tag+`"`)
}

// objectTag tells apart two objects that had one key, one after the other.
func objectTag(i blob.Info) string {
	return fmt.Sprintf("%x-%x", i.ModTime.UnixNano(), i.Size)
}

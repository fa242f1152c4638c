package blob_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/test/engines"
)

// BenchmarkSegment sends a segment of 4 MiB to a client: out of a folder, out of a bucket
// for the first time, out of one that is not kept, and out of the cache.
func BenchmarkSegment(b *testing.B) {
	const key = "videos/v/video/1080/seg-00001.m4s"
	segment := noise(4 << 20)
	bucket := engines.S3(b)
	cached := blob.S3Options{CacheSize: 1 << 30}
	putObject(b, openS3(b, bucket.Address()), key, segment)
	b.Run("files", func(b *testing.B) {
		s := open(b, b.TempDir())
		defer s.Close()
		putObject(b, s, key, segment)
		benchmarkSending(b, key, func() blob.Store { return s })
	})
	b.Run("cold", func(b *testing.B) {
		benchmarkSending(b, key, func() blob.Store {
			s := openS3With(b, bucket.Address(), cached)
			if _, err := s.Stat(b.Context(), key); err != nil { // so that it is connected
				b.Fatal(err)
			}
			return s
		})
	})
	b.Run("unkept", func(b *testing.B) {
		s := openS3With(b, bucket.Address(), blob.S3Options{CacheSize: 1})
		benchmarkSending(b, key, func() blob.Store { return s })
	})
	b.Run("cached", func(b *testing.B) {
		s := openS3With(b, bucket.Address(), cached)
		wantObject(b, s, key, segment)
		benchmarkSending(b, key, func() blob.Store { return s })
	})
}

func benchmarkSending(b *testing.B, key string, store func() blob.Store) {
	var s blob.Store
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o, err := s.Open(r.Context(), key)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer o.Close()
		http.ServeContent(w, r, "", o.ModTime, o.ReadSeekCloser)
	}))
	defer server.Close()
	var first time.Duration
	var sent int64
	for b.Loop() {
		b.StopTimer()
		s = store()
		b.StartTimer()
		began := time.Now()
		answer, err := http.Get(server.URL)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := answer.Body.Read(make([]byte, 1)); err != nil && !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
		first += time.Since(began)
		n, err := io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			b.Fatal(answer.Status, err)
		}
		sent = n + 1
	}
	b.SetBytes(sent)
	b.ReportMetric(float64(first.Microseconds())/float64(b.N)/1000, "ms-to-first-byte")
}

//go:build e2e

package e2e

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/kkmovies/kkmovies/test/engines"
)

// road is the way to a bucket, on which parts may be damaged, held up or refused.
type road struct {
	*httptest.Server
	bucket engines.Bucket

	mu     sync.Mutex
	taken  map[int]int // how often the store took a part, by number
	denied map[int]int // and refused one as damaged
	change chan struct{}
	gate   func(part int, r *http.Request) (status int) // 0 to let it pass
	joined func()
}

func openRoad(t *testing.T) *road {
	t.Helper()
	return openRoadTo(t, engines.S3(t))
}

func openRoadTo(t *testing.T, bucket engines.Bucket) *road {
	t.Helper()
	w := &road{bucket: bucket, taken: map[int]int{}, denied: map[int]int{}, change: make(chan struct{}), gate: func(int, *http.Request) int { return 0 }}
	store, err := url.Parse(w.bucket.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	on := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(store)
			r.Out.Host = r.In.Host // which is signed
		},
		ModifyResponse: w.note,
	}
	w.Server = httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		if part := partOf(r); part > 0 {
			w.mu.Lock()
			gate := w.gate
			w.mu.Unlock()
			if status := gate(part, r); status != 0 {
				http.Error(answer, "<Error><Code>NoSuchUpload</Code></Error>", status)
				return
			}
		}
		on.ServeHTTP(answer, r)
	}))
	t.Cleanup(w.Close)
	return w
}

func partOf(r *http.Request) int {
	part, _ := strconv.Atoi(r.URL.Query().Get("partNumber"))
	if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/originals/") {
		return 0
	}
	return part
}

// holdJoin calls this once the store has joined parts, before it is answered so.
func (w *road) holdJoin(joined func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.joined = joined
}

func (w *road) note(answer *http.Response) error {
	if r := answer.Request; r.Method == http.MethodPost && r.URL.Query().Has("uploadId") {
		w.mu.Lock()
		joined := w.joined
		w.joined = nil
		w.mu.Unlock()
		if joined != nil {
			joined()
		}
		return nil
	}
	part := partOf(answer.Request)
	if part == 0 {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch answer.StatusCode {
	case http.StatusOK:
		w.taken[part]++
	case http.StatusBadRequest:
		w.denied[part]++
	}
	close(w.change)
	w.change = make(chan struct{})
	return nil
}

// await returns once the store has taken these parts.
func (w *road) await(ctx context.Context, parts ...int) {
	for {
		w.mu.Lock()
		all, change := true, w.change
		for _, part := range parts {
			all = all && w.taken[part] > 0
		}
		w.mu.Unlock()
		if all {
			return
		}
		select {
		case <-change:
		case <-ctx.Done():
			return
		}
	}
}

func (w *road) hold(gate func(part int, r *http.Request) int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gate = gate
}

// operator is who owns the bucket.
func (w *road) operator() *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: &w.bucket.Endpoint, UsePathStyle: true, Region: "us-east-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: engines.S3AccessKey, SecretAccessKey: engines.S3SecretKey}, nil
		}),
	})
}

// letIn lets pages of an origin send to the bucket.
func (w *road) letIn(t *testing.T, origin string) {
	t.Helper()
	_, err := w.operator().PutBucketCors(t.Context(), &s3.PutBucketCorsInput{Bucket: &w.bucket.Name, CORSConfiguration: &types.CORSConfiguration{
		CORSRules: []types.CORSRule{{AllowedOrigins: []string{origin}, AllowedMethods: []string{"PUT"}, AllowedHeaders: []string{"x-amz-checksum-sha256"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// same fails the test unless the bucket holds exactly this file for a video.
func (w *road) same(t *testing.T, videoID string, file *os.File) {
	t.Helper()
	got, err := w.operator().GetObject(t.Context(), &s3.GetObjectInput{Bucket: &w.bucket.Name, Key: aws.String("originals/" + videoID + "/source")})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	a, b := make([]byte, mib), make([]byte, mib)
	for at := int64(0); at < directSize; at += mib {
		if _, err := io.ReadFull(got.Body, a); err != nil {
			t.Fatal(err)
		}
		if _, err := file.ReadAt(b, at); err != nil {
			t.Fatal(err)
		}
		if string(a) != string(b) {
			t.Fatalf("the stored file differs in the MiB from %d on", at)
		}
	}
	if n, _ := io.Copy(io.Discard, got.Body); n != 0 {
		t.Errorf("%d bytes too many are stored", n)
	}
}

// flipped is a body with one bit of it turned.
type flipped struct {
	io.ReadCloser
	at int64
}

func (f *flipped) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	if f.at >= 0 && f.at < int64(n) {
		p[f.at] ^= 1
	}
	f.at -= int64(n)
	return n, err
}

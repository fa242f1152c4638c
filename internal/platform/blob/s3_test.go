package blob_test

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"io"
	"os"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/blob/blobtest"
	"github.com/kkmovies/kkmovies/test/engines"
)

func TestMain(m *testing.M) {
	os.Setenv("AWS_ACCESS_KEY_ID", engines.S3AccessKey)
	os.Setenv("AWS_SECRET_ACCESS_KEY", engines.S3SecretKey)
	engines.Main(m)
}

func TestS3KeepsTheContract(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store {
		return openUnclosed(t, engines.S3(t).Address(), blob.S3Options{Folder: t.TempDir(), CacheSize: 1 << 30})
	})
}

func TestS3KeepsTheContractWithoutRoomForACache(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store {
		return openUnclosed(t, engines.S3(t).Address(), blob.S3Options{Folder: t.TempDir(), CacheSize: 1})
	})
}

func openUnclosed(t testing.TB, address string, o blob.S3Options) *blob.S3 {
	t.Helper()
	at, err := blob.ParseS3(address)
	if err != nil {
		t.Fatal(err)
	}
	s, err := blob.OpenS3(t.Context(), at, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func openS3With(t testing.TB, address string, o blob.S3Options) *blob.S3 {
	t.Helper()
	o.Folder = cmp.Or(o.Folder, t.TempDir())
	s := openUnclosed(t, address, o)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func openS3(t testing.TB, address string) *blob.S3 {
	t.Helper()
	return openS3With(t, address, blob.S3Options{CacheSize: 1 << 30})
}

func noise(n int) []byte {
	data := make([]byte, n)
	_, _ = rand.Read(data)
	return data
}

func stream(data []byte) io.Reader { return struct{ io.Reader }{bytes.NewReader(data)} }

func wantObject(t testing.TB, s blob.Store, key string, data []byte) {
	t.Helper()
	o, err := s.Open(t.Context(), key)
	if err != nil {
		t.Error(err)
		return
	}
	defer o.Close()
	if got, err := io.ReadAll(o); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%s holds %d bytes that differ from the %d wanted, error %v", key, len(got), len(data), err)
	}
}

package blob_test

import (
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
	blobtest.Run(t, func(t *testing.T) blob.Store { return openS3(t, engines.S3(t).Address()) })
}

func openS3(t testing.TB, address string) *blob.S3 {
	t.Helper()
	at, err := blob.ParseS3(address)
	if err != nil {
		t.Fatal(err)
	}
	s, err := blob.OpenS3(t.Context(), at, blob.S3Options{Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

//go:build bench

package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

func TestMain(m *testing.M) { engines.Main(m) }

const (
	hugeSize = 2 << 30
	seenMost = 32 << 20 // that a server may read of it: its own pages, answers and files
)

// hugeFilm is ten seconds of film with a box of nothing behind it.
func hugeFilm(t *testing.T) string {
	t.Helper()
	film, err := os.ReadFile(testfilm.TenSeconds.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "Huge (2024).mp4")
	padding := uint32(hugeSize - len(film))
	box := []byte{byte(padding >> 24), byte(padding >> 16), byte(padding >> 8), byte(padding), 'f', 'r', 'e', 'e'}
	if err := errors.Join(os.WriteFile(path, append(film, box...), 0o600), os.Truncate(path, hugeSize)); err != nil {
		t.Fatal(err)
	}
	return path
}

// read is how many bytes a process has read so far, of files and connections alike.
func read(t *testing.T, pid int) (bytes int64) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", pid))
	if err == nil {
		_, err = fmt.Sscanf(string(text), "rchar: %d", &bytes)
	}
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

var sentIn = regexp.MustCompile(`sent in (\d+) ms`)

// Two gigabytes go into a bucket, by the page and by an import, and the server that answers
// for them reads next to nothing.
func TestTwoGigabytesGoPastTheServer(t *testing.T) {
	bucket := engines.S3(t)
	h := house.Start(t, house.Options{Args: []string{"--role", "api"}, Env: map[string]string{
		"KK_DATABASE_URL": engines.Postgres(t, 16), "KK_REDIS_URL": engines.Redis(t), "KK_KEYS_URL": "base64key://smGbjm71Nxd1Ig5FS0wj9SlbzAIrnolCz9bQQ6uAhl4=",
		"KK_MEDIA_URL": bucket.Address(), "AWS_ACCESS_KEY_ID": engines.S3AccessKey, "AWS_SECRET_ACCESS_KEY": engines.S3SecretKey,
	}})
	operator := s3.New(s3.Options{
		BaseEndpoint: &bucket.Endpoint, UsePathStyle: true, Region: "us-east-1",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: engines.S3AccessKey, SecretAccessKey: engines.S3SecretKey}, nil
		}),
	})
	if _, err := operator.PutBucketCors(t.Context(), &s3.PutBucketCorsInput{Bucket: &bucket.Name, CORSConfiguration: &types.CORSConfiguration{
		CORSRules: []types.CORSRule{{AllowedOrigins: []string{h.URL("")}, AllowedMethods: []string{"PUT"}, AllowedHeaders: []string{"x-amz-checksum-sha256"}}},
	}}); err != nil {
		t.Fatal(err)
	}
	file := hugeFilm(t)
	measure := func(name string, send func() time.Duration) {
		before := read(t, h.PID())
		took := send()
		seen := read(t, h.PID()) - before
		report(t, seen <= seenMost, fmt.Sprintf("2 GiB %s: %.0f MB/s; bytes through the server", name, hugeSize/1e6/took.Seconds()),
			fmt.Sprintf("%.2f MB", float64(seen)/1e6), "≤ 32 MB")
	}
	measure("by the page", func() time.Duration {
		said := browser.Run(t, 10*time.Minute, "direct.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword, file, "whole")
		found := sentIn.FindStringSubmatch(said)
		if found == nil {
			t.Fatal(said)
		}
		ms, _ := strconv.Atoi(found[1])
		return time.Duration(ms) * time.Millisecond
	})
	measure("by an import", func() time.Duration {
		began := time.Now()
		h.Import(file)
		return time.Since(began)
	})
}

package blob_test

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/test/engines"
)

func TestMediaMoveToABucketAndBack(t *testing.T) {
	t.Parallel()
	from, back := open(t, t.TempDir()), open(t, t.TempDir())
	bucket := openS3(t, engines.S3(t).Address())
	bodies := map[string][]byte{}
	for i, size := range []int{0, 1, 1000, 3 << 20, 20 << 20} {
		for k := range 2 {
			key := fmt.Sprintf("videos/v/%d/seg-%05d.m4s", size, k)
			bodies[key] = bytes.Repeat([]byte{byte(2*i + k)}, size)
			if _, err := from.Put(t.Context(), key, bytes.NewReader(bodies[key]), int64(size)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, way := range [][2]blob.Store{{from, bucket}, {from, bucket}, {bucket, back}} { // the second finds all there
		m := &blob.Move{From: way[0], To: way[1], List: filepath.Join(t.TempDir(), "list")}
		if _, err := m.Plan(t.Context()); err != nil {
			t.Fatal(err)
		}
		moved, err := m.Run(t.Context(), func(blob.MoveProgress) {})
		if err != nil || moved.Copied+moved.Compared != int64(len(bodies)) || moved.Different.Count > 0 {
			t.Fatalf("moved %+v, %v", moved, err)
		}
	}
	for key, want := range bodies {
		object, err := back.Open(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(object)
		object.Close()
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s came back changed: %d bytes, %v", key, len(got), err)
		}
	}
}

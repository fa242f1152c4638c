package blob_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/blob/blobtest"
)

func TestFilesKeepTheContract(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store { return open(t, t.TempDir()) })
}

func open(t testing.TB, dir string) *blob.Files {
	t.Helper()
	s, err := blob.OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestALocalObjectIsAFileForTheKernelAndForFfmpeg(t *testing.T) {
	s := open(t, t.TempDir())
	defer s.Close()
	if _, err := s.Put(t.Context(), "originals/v1/source", strings.NewReader("film"), 4); err != nil {
		t.Fatal(err)
	}
	o, err := s.Open(t.Context(), "originals/v1/source")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if _, ok := o.ReadSeekCloser.(*os.File); !ok {
		t.Fatalf("a %T cannot be sent by sendfile", o.ReadSeekCloser)
	}
	if got, err := os.ReadFile(o.Path); string(got) != "film" || err != nil {
		t.Fatalf("its path holds %q, error %v", got, err)
	}
}

func TestOpeningSweepsOutDeadWritersOnly(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer s.Close()
	leftover := filepath.Join(dir, ".incoming", "LEFTOVER")
	if err := os.WriteFile(leftover, []byte("half a segment"), 0o600); err != nil {
		t.Fatal(err)
	}
	id, err := s.CreateMultipart(t.Context(), "originals/v1/source", 4)
	if err != nil {
		t.Fatal(err)
	}

	// A writer in the middle of its object, as another process on the same folder would be.
	r, w := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := s.Put(t.Context(), "alive", r, 8)
		done <- err
	}()
	if _, err := w.Write([]byte("1234")); err != nil {
		t.Fatal(err)
	}

	second := open(t, dir)
	defer second.Close()
	if _, err := os.Stat(leftover); !os.IsNotExist(err) {
		t.Fatalf("the leftover is still there: %v", err)
	}
	if _, err := w.Write([]byte("5678")); err != nil {
		t.Fatal(err)
	}
	w.Close()
	if err := <-done; err != nil {
		t.Fatalf("a living writer was swept out: %v", err)
	}
	part := blob.Part{Number: 1, Size: 4}
	if err := second.WritePart(t.Context(), "originals/v1/source", id, part, strings.NewReader("film")); err != nil {
		t.Fatalf("an upload did not outlive the restart: %v", err)
	}
	if left, err := os.ReadDir(filepath.Join(dir, ".incoming")); err != nil || len(left) != 0 {
		t.Fatalf("left in incoming: %v, error %v", left, err)
	}
}

func TestASymbolicLinkLeadsNowhereOutside(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	s := open(t, dir)
	defer s.Close()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if o, err := s.Open(t.Context(), "link/secret"); err == nil {
		o.Close()
		t.Fatal("a link led out of the folder")
	}
	if _, err := s.Put(t.Context(), "link/new", strings.NewReader("x"), 1); err == nil {
		t.Fatal("a link led a write out of the folder")
	}
	if _, err := os.Stat(filepath.Join(outside, "new")); !os.IsNotExist(err) {
		t.Fatal("a file was made outside")
	}
}

func TestStrangeFilesInTheFolderAreNoObjects(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	defer s.Close()
	if err := os.WriteFile(filepath.Join(dir, "My Film.mp4"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for info, err := range s.List(t.Context(), "") {
		t.Fatalf("listed: %+v, error %v", info, err)
	}
}

func BenchmarkPutSegment(b *testing.B) {
	s := open(b, b.TempDir())
	defer s.Close()
	data := make([]byte, 2<<20)
	for i := range data {
		data[i] = byte(rand.Uint32())
	}
	b.SetBytes(int64(len(data)))
	n := 0
	for b.Loop() {
		n++
		key := "videos/v/" + strings.Repeat("x", n%100+1) + "/" + strings.Repeat("y", n/100+1)
		if _, err := s.Put(b.Context(), key, bytes.NewReader(data), int64(len(data))); err != nil {
			b.Fatal(err)
		}
	}
}

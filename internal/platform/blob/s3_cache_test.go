package blob_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/engines"
)

func putObject(t testing.TB, s blob.Store, key string, data []byte) {
	t.Helper()
	if written, err := s.Put(t.Context(), key, bytes.NewReader(data), int64(len(data))); !written || err != nil {
		t.Fatalf("put %s: written %v, error %v", key, written, err)
	}
}

func TestWhatIsReadAgainComesFromAFileOfThisMachine(t *testing.T) {
	t.Parallel()
	s, n, _ := throughNetwork(t, blob.S3Options{CacheSize: 1 << 30})
	data := noise(9 << 20) // more than comes with the first answer
	putObject(t, s, "videos/v/seg", data)
	wantObject(t, s, "videos/v/seg", data)
	info, err := s.Stat(t.Context(), "videos/v/seg")
	if err != nil {
		t.Fatal(err)
	}
	asked := n.asked.Load()
	o, err := s.Open(t.Context(), "videos/v/seg")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if _, ok := o.ReadSeekCloser.(*os.File); !ok {
		t.Errorf("a %T cannot be sent by sendfile", o.ReadSeekCloser)
	}
	if o.Info != info {
		t.Errorf("described as %+v, in the bucket it is %+v", o.Info, info)
	}
	wantObject(t, s, "videos/v/seg", data)
	if n.asked.Load() != asked {
		t.Errorf("the store was asked %d times more", n.asked.Load()-asked)
	}
}

func TestOfManyReadersAtOnceOneFetches(t *testing.T) {
	t.Parallel()
	s, n, _ := throughNetwork(t, blob.S3Options{CacheSize: 1 << 30})
	data := noise(5 << 20)
	putObject(t, s, "a", data)
	asked := n.asked.Load()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { wantObject(t, s, "a", data) })
	}
	all.Wait()
	if got := n.asked.Load() - asked; got != 1 {
		t.Errorf("asked %d times", got)
	}
}

func TestTheLeastRecentlyReadMakesRoom(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, n, _ := throughNetwork(t, blob.S3Options{Folder: dir, CacheSize: 10 << 20})
	data := map[string][]byte{}
	for i := range 4 {
		key := fmt.Sprintf("a%d", i)
		data[key] = noise(3 << 20)
		putObject(t, s, key, data[key])
	}
	for _, key := range []string{"a0", "a1", "a2", "a0", "a3"} { // a1 was not read for the longest
		wantObject(t, s, key, data[key])
		if size := sizeOf(t, dir); size > 10<<20 {
			t.Errorf("%d bytes are kept", size)
		}
	}
	for key, again := range map[string]int64{"a0": 0, "a2": 0, "a3": 0} {
		asked := n.asked.Load()
		wantObject(t, s, key, data[key])
		if got := n.asked.Load() - asked; got != again {
			t.Errorf("%s was asked for %d times, want %d", key, got, again)
		}
	}
	asked := n.asked.Load()
	wantObject(t, s, "a1", data["a1"])
	if n.asked.Load() == asked {
		t.Error("nothing made room")
	}
}

func sizeOf(t *testing.T, dir string) (sum int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func TestWhatIsDeletedIsNotReadFromTheCache(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openS3With(t, engines.S3(t).Address(), blob.S3Options{Folder: dir, CacheSize: 1 << 30})
	for _, remove := range []func() error{
		func() error { return s.Delete(t.Context(), "videos/v/a") },
		func() error { return s.DeletePrefix(t.Context(), "videos/v/") },
	} {
		first, second := noise(1000), noise(1000)
		putObject(t, s, "videos/v/a", first)
		wantObject(t, s, "videos/v/a", first)
		if err := remove(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Open(t.Context(), "videos/v/a"); !fault.Is(err, fault.NotFound) {
			t.Fatalf("opened after deletion: %v", err)
		}
		if size := sizeOf(t, dir); size != 0 {
			t.Errorf("%d bytes are kept of what was deleted", size)
		}
		putObject(t, s, "videos/v/a", second)
		wantObject(t, s, "videos/v/a", second)
		if err := s.Delete(t.Context(), "videos/v/a"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestADiskWithoutRoomOnlyMeansNotKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openS3With(t, engines.S3(t).Address(), blob.S3Options{Folder: dir, CacheSize: 1 << 30, KeepFree: 1 << 60})
	data := noise(3 << 20)
	putObject(t, s, "a", data)
	for range 2 {
		wantObject(t, s, "a", data)
	}
	if size := sizeOf(t, dir); size != 0 {
		t.Errorf("%d bytes are kept", size)
	}
	if _, err := s.Local(t.Context(), "a", nil); !fault.Is(err, fault.NoSpace) || !strings.Contains(fault.PublicOf(err), "KK_CACHE_SIZE") {
		t.Errorf("fetched whole: %v", err)
	}
}

func TestACutConnectionNeverLeavesHalfAFile(t *testing.T) {
	t.Parallel()
	s, n, _ := throughNetwork(t, blob.S3Options{CacheSize: 1 << 30})
	data := noise(3 << 20)
	putObject(t, s, "a", data)
	n.on(nil, func(r *http.Response) {
		if r.Request.Method == http.MethodGet && r.StatusCode == http.StatusPartialContent {
			cutAfter(r, 0)
		}
	})
	if _, err := s.Open(t.Context(), "a"); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("opened: %v", err)
	}
	n.on(nil, func(r *http.Response) {
		if r.Request.Method == http.MethodGet && r.ContentLength > 1<<20 {
			cutAfter(r, 1<<20)
		}
	})
	wantObject(t, s, "a", data)
}

func TestAFilmIsFetchedWholeOnceAndStaysWhileItIsOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const size = 70<<20 + 3
	s, n, _ := throughNetwork(t, blob.S3Options{Folder: dir, CacheSize: 100 << 20})
	film := noise(size)
	putObject(t, s, "originals/v/source", film)
	var fetched, cuts atomic.Int64
	n.on(nil, func(r *http.Response) {
		if r.Request.Method == http.MethodGet && r.StatusCode == http.StatusPartialContent {
			fetched.Add(r.ContentLength)
			if r.ContentLength > 3<<20 && cuts.Add(1)%2 == 0 {
				fetched.Add(3<<20 - r.ContentLength)
				cutAfter(r, 3<<20)
			}
		}
	})
	var all sync.WaitGroup
	paths := make([]string, 5)
	opened := make([]blob.Object, 5)
	for i := range paths {
		all.Go(func() {
			o, err := s.Local(t.Context(), "originals/v/source", nil)
			if err != nil {
				t.Error(err)
				return
			}
			opened[i], paths[i] = o, o.Path
		})
	}
	all.Wait()
	if t.Failed() {
		return
	}
	// It goes on where it was cut, but for what was in the network then.
	if got := fetched.Load(); got < size || got > size+size/5 {
		t.Errorf("%d bytes were fetched of %d", got, size)
	}
	for _, path := range paths {
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, film) {
			t.Fatalf("%d bytes at the path, error %v", len(got), err)
		}
	}
	// Whatever else is read, and however little room there is, the path stays.
	other := noise(20 << 20)
	for i := range 3 {
		key := fmt.Sprintf("other/%d", i)
		putObject(t, s, key, other)
		wantObject(t, s, key, other)
		if _, err := os.Stat(paths[0]); err != nil {
			t.Fatal(err)
		}
	}
	putObject(t, s, "originals/w/source", film)
	if _, err := s.Local(t.Context(), "originals/w/source", nil); !fault.Is(err, fault.Unavailable) || fault.CodeOf(err) != "no_room_yet" {
		t.Fatalf("a second film beside the first: %v", err)
	}
	putObject(t, s, "originals/x/source", noise(101<<20))
	if _, err := s.Local(t.Context(), "originals/x/source", nil); !fault.Is(err, fault.NoSpace) {
		t.Fatalf("a film larger than all that may be kept: %v", err)
	}
	for _, o := range opened {
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
	}
	o, err := s.Local(t.Context(), "originals/w/source", nil)
	if err != nil {
		t.Fatalf("the first film, closed, did not make room: %v", err)
	}
	o.Close()
	if _, err := os.Stat(paths[0]); err == nil {
		t.Error("both films are kept")
	}
}

func TestAFetchIsGivenUpWithItsContextAndToldOfOnTheWay(t *testing.T) {
	t.Parallel()
	s, n, _ := throughNetwork(t, blob.S3Options{CacheSize: 1 << 30})
	film := noise(40 << 20)
	putObject(t, s, "originals/v/source", film)
	over, held := make(chan struct{}), make(chan struct{})
	var once sync.Once
	n.on(nil, func(r *http.Response) {
		if r.Request.Method == http.MethodGet && r.StatusCode == http.StatusPartialContent {
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.MultiReader(io.LimitReader(r.Body, 1<<20), waiting(over)), r.Body}
			once.Do(func() { close(held) })
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	told := make(chan struct{}, 1)
	ended := make(chan error)
	go func() {
		_, err := s.Local(ctx, "originals/v/source", func() {
			select {
			case told <- struct{}{}:
			default:
			}
		})
		ended <- err
	}()
	<-held
	<-told
	cancel()
	if err := <-ended; !fault.Is(err, fault.Cancelled) {
		t.Fatalf("given up with %v", err)
	}
	n.on(nil, nil)
	close(over) // and so cut
	o, err := s.Local(t.Context(), "originals/v/source", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if got, err := os.ReadFile(o.Path); err != nil || !bytes.Equal(got, film) {
		t.Fatalf("%d bytes, error %v", len(got), err)
	}
}

func TestAFilmDeletedOnItsWayIsNotFound(t *testing.T) {
	t.Parallel()
	s, n, _ := throughNetwork(t, blob.S3Options{CacheSize: 1 << 30})
	putObject(t, s, "originals/v/source", noise(40<<20))
	over, held := make(chan struct{}), make(chan struct{})
	defer close(over)
	var once sync.Once
	n.on(nil, func(r *http.Response) {
		if r.Request.Method == http.MethodGet && r.StatusCode == http.StatusPartialContent {
			r.Body = struct {
				io.Reader
				io.Closer
			}{waiting(over), r.Body}
			once.Do(func() { close(held) })
		}
	})
	ended := make(chan error)
	go func() {
		_, err := s.Local(t.Context(), "originals/v/source", nil)
		ended <- err
	}()
	<-held
	if err := s.DeletePrefix(t.Context(), "originals/v/"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !fault.Is(err, fault.NotFound) {
		t.Fatalf("it ended with %v", err)
	}
}

func TestACacheBeginsEmptyAndLeavesThoseOfLivingProcessesAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	dead := filepath.Join(dir, "of-process-dead")
	if err := os.MkdirAll(dead, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dead, "1"), []byte("half a segm"), 0o600); err != nil {
		t.Fatal(err)
	}
	bucket := engines.S3(t)
	first := openS3With(t, bucket.Address(), blob.S3Options{Folder: dir, CacheSize: 1 << 30})
	if _, err := os.Stat(dead); !os.IsNotExist(err) {
		t.Errorf("what a dead process left is still there: %v", err)
	}
	putObject(t, first, "a", []byte("kept"))
	o, err := first.Local(t.Context(), "a", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	second := openS3With(t, bucket.Address(), blob.S3Options{Folder: dir, CacheSize: 1 << 30})
	if _, err := os.Stat(o.Path); err != nil {
		t.Errorf("a living process's file is gone: %v", err)
	}
	wantObject(t, second, "a", []byte("kept"))
}

package pipeline_test

import (
	"context"
	"io"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/engines"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// soonMade is like played, but soon made: it has six segments.
var soonMade = testfilm.Film{Name: "soon-made.mp4", Args: []string{
	"-f", "lavfi", "-i", "testsrc2=r=25:d=12:s=854x480", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=12",
	"-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart",
}}

// A studio whose films are in a bucket.
func newBucketStudio(t *testing.T) *studio {
	t.Helper()
	s := newStudio(t)
	at, err := blob.ParseS3(engines.S3(t).Address())
	if err != nil {
		t.Fatal(err)
	}
	bucket, err := blob.OpenS3(t.Context(), at, blob.S3Options{Folder: filepath.Join(t.TempDir(), "cache"), CacheSize: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bucket.Close() })
	s.blobs = bucket
	return s
}

// unfetched is a storage that no film is fetched from whole.
type unfetched struct {
	blob.Store
	asked atomic.Int64
}

func (s *unfetched) Local(context.Context, string, func()) (blob.Object, error) {
	s.asked.Add(1)
	return blob.Object{}, fault.New(fault.Unavailable, "blob.local", "", "")
}

func TestAFilmInABucketThatIsPlayedAsItIsIsMadeOfRanges(t *testing.T) {
	s := newBucketStudio(t)
	s.blobs = &unfetched{Store: s.blobs}
	c := s.start(pipeline.Options{Slots: 2, DemandSlots: 2, Alone: true})
	ready := s.store.ends()
	id := s.planned(soonMade, low, "video/source", sound)
	c.view(id, "video/source", 5).served(t)
	c.view(id, sound, 2).served(t)
	within(t, "it is ready", ready)
	if status, playable, code := s.status(id); status != "ready" || !playable {
		t.Errorf("it is %s (%s), playable %t", status, code, playable)
	}
	if n := len(s.has(id, low)); n != 6 {
		t.Errorf("%d segments of the encoded rung", n)
	}
}

func TestAFilmInABucketThatMustBeReadByItsPathIsMadeToo(t *testing.T) {
	s := newBucketStudio(t)
	s.start(pipeline.Options{Slots: 2, DemandSlots: 2, Alone: true})
	ready := s.store.ends()
	id := s.planned(short, small)
	within(t, "it is ready", ready)
	if status, playable, code := s.status(id); status != "ready" || !playable {
		t.Errorf("it is %s (%s), playable %t", status, code, playable)
	}
	s.sizesAreThoseInStorage(id, small)
}

// away is a storage that does not answer some of the writes of segments.
type away struct {
	blob.Store
	left atomic.Int64
}

func (s *away) Put(ctx context.Context, key string, r io.Reader, size int64) (bool, error) {
	if filepath.Ext(key) == ".m4s" && s.left.Add(-1) >= 0 {
		return false, fault.New(fault.Unavailable, "blob.put", "", "")
	}
	return s.Store.Put(ctx, key, r, size)
}

func TestAStorageThatIsAwayForAWhileCostsNoFilm(t *testing.T) {
	t.Parallel() // it mostly waits
	s := newStudio(t)
	store := &away{Store: s.blobs}
	store.left.Store(8) // more often than a task may fail
	s.blobs = store
	s.start(pipeline.Options{Slots: 1, DemandSlots: 2, Alone: true})
	ready := s.store.ends()
	id := s.planned(short, small)
	within(t, "it is ready", ready)
	if status, _, code := s.status(id); status != "ready" || store.left.Load() > 0 {
		t.Errorf("it is %s (%s), with %d refusals to come", status, code, store.left.Load())
	}
}

// Package blobtest owns the contract of blob.Store as tests. Every engine runs it.
package blobtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Run checks an engine. Each test asks open for a store of its own, empty.
func Run(t *testing.T, open func(t *testing.T) blob.Store) {
	for name, test := range map[string]func(*testing.T, blob.Store){
		"what was put is read back whole and by range":      putAndOpen,
		"a second put leaves the first":                     putTwice,
		"of puts at once exactly one writes":                putAtOnce,
		"a put that fails leaves nothing":                   putFails,
		"a put of unknown size takes all":                   putUnknownSize,
		"a large put is whole or nothing":                   putLarge,
		"a large put leaves what came first":                putLargeTwice,
		"an open object survives its deletion":              readDeleted,
		"what is absent is not found":                       absent,
		"a list holds what begins with the prefix":          list,
		"a folder is deleted with all below, and no more":   deletePrefix,
		"no key is the folder of another":                   folders,
		"bad keys are refused everywhere":                   badKeys,
		"parts in any order and at once make one object":    multipart,
		"parts are invisible until complete":                multipartInvisible,
		"a part may be written again after a failure":       multipartAgain,
		"nothing is written once the reader has failed":     multipartStopped,
		"completing leaves the object that was there first": multipartTaken,
		"an aborted multipart write is gone":                multipartAbort,
		"parts outside the object are refused":              multipartOutside,
		"there is space":                                    free,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
			test(t, s)
		})
	}
}

func putAndOpen(t *testing.T, s blob.Store) {
	want, before := noise(3<<20+17), time.Now()
	put(t, s, "videos/v1/video/720/seg-00001.m4s", want)

	o, err := s.Open(t.Context(), "videos/v1/video/720/seg-00001.m4s")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if o.Key != "videos/v1/video/720/seg-00001.m4s" || o.Size != int64(len(want)) || o.ModTime.Before(before.Add(-time.Minute)) {
		t.Fatalf("described as %+v", o.Info)
	}
	if got, err := io.ReadAll(o); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%d bytes read back of %d, error %v", len(got), len(want), err)
	}
	if _, err := o.Seek(1<<20, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 1000)
	if _, err := io.ReadFull(o, got); err != nil || !bytes.Equal(got, want[1<<20:1<<20+1000]) {
		t.Fatalf("a range reads differently, error %v", err)
	}
}

func putTwice(t *testing.T, s blob.Store) {
	put(t, s, "a", []byte("first"))
	written, err := s.Put(t.Context(), "a", strings.NewReader("second"), 6)
	if written || err != nil {
		t.Fatalf("written %v, error %v", written, err)
	}
	want(t, s, "a", []byte("first"))
}

func putAtOnce(t *testing.T, s blob.Store) {
	var wrote atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			written, err := s.Put(t.Context(), "a/b", bytes.NewReader(noise(1<<20)), 1<<20)
			if err != nil {
				t.Error(err)
			}
			if written {
				wrote.Add(1)
			}
		})
	}
	all.Wait()
	if wrote.Load() != 1 {
		t.Fatalf("%d puts say they wrote", wrote.Load())
	}
	if info, err := s.Stat(t.Context(), "a/b"); err != nil || info.Size != 1<<20 {
		t.Fatalf("%+v, error %v", info, err)
	}
}

func putFails(t *testing.T, s blob.Store) {
	broken := errors.New("connection reset")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		r    io.Reader
		kind fault.Kind
	}{
		"too short": {t.Context(), strings.NewReader("1234"), fault.Invalid},
		"too long":  {t.Context(), strings.NewReader("123456"), fault.Invalid},
		"broken":    {t.Context(), io.MultiReader(strings.NewReader("123"), iotest.ErrReader(broken)), fault.Internal},
		"cancelled": {ended, strings.NewReader("12345"), fault.Cancelled},
	} {
		written, err := s.Put(c.ctx, "a", c.r, 5)
		if written || !fault.Is(err, c.kind) {
			t.Errorf("%s: written %v, error %v", name, written, err)
		}
		if name == "broken" && !errors.Is(err, broken) {
			t.Errorf("%s: the reader's error is lost in %v", name, err)
		}
	}
	if got := keys(t, s.List(t.Context(), "")); len(got) != 0 {
		t.Fatalf("left behind: %q", got)
	}
	put(t, s, "a", []byte("12345"))
}

func putUnknownSize(t *testing.T, s blob.Store) {
	data := noise(700_001)
	if written, err := s.Put(t.Context(), "a", iotest.HalfReader(bytes.NewReader(data)), -1); !written || err != nil {
		t.Fatalf("written %v, error %v", written, err)
	}
	want(t, s, "a", data)
	for key, size := range map[string]int64{"empty": 0, "empty-unknown": -1} {
		if written, err := s.Put(t.Context(), key, stream(nil), size); !written || err != nil {
			t.Fatalf("%s: written %v, error %v", key, written, err)
		}
		want(t, s, key, nil)
	}
}

// large is more than any engine sends at once.
const large = 37<<20 + 5

func putLarge(t *testing.T, s blob.Store) {
	data, broken := noise(large), errors.New("connection reset")
	for name, c := range map[string]struct {
		r    io.Reader
		size int64
		kind fault.Kind
	}{
		"too short": {stream(data[:large-1]), large, fault.Invalid},
		"too long":  {io.MultiReader(stream(data), strings.NewReader("x")), large, fault.Invalid},
		"broken":    {io.MultiReader(stream(data[:large-9]), iotest.ErrReader(broken)), large, fault.Internal},
		"cut short": {io.MultiReader(stream(data[:large-9]), iotest.ErrReader(broken)), -1, fault.Internal},
		"file":      {bytes.NewReader(data[:large-1]), large, fault.Invalid},
	} {
		if written, err := s.Put(t.Context(), "a", c.r, c.size); written || !fault.Is(err, c.kind) {
			t.Errorf("%s: written %v, error %v", name, written, err)
		}
	}
	if got := keys(t, s.List(t.Context(), "")); len(got) != 0 {
		t.Fatalf("left behind: %q", got)
	}
	if got := underWay(t, s); len(got) != 0 {
		t.Fatalf("still under way: %+v", got)
	}
	for key, put := range map[string]struct {
		r    io.Reader
		size int64
	}{
		"known": {stream(data), large}, "unknown": {stream(data), -1}, "at-hand": {bytes.NewReader(data), large},
		"at-hand-unknown": {bytes.NewReader(data), -1},
	} {
		if written, err := s.Put(t.Context(), key, put.r, put.size); !written || err != nil {
			t.Fatalf("%s: written %v, error %v", key, written, err)
		}
		want(t, s, key, data)
	}
}

// stream hides all of a reader but that it reads.
func stream(data []byte) io.Reader { return struct{ io.Reader }{bytes.NewReader(data)} }

func putLargeTwice(t *testing.T, s blob.Store) {
	var wrote atomic.Int64
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			written, err := s.Put(t.Context(), "a", stream(noise(large)), large)
			if err != nil {
				t.Error(err)
			}
			if written {
				wrote.Add(1)
			}
		})
	}
	all.Wait()
	if wrote.Load() != 1 {
		t.Fatalf("%d puts say they wrote", wrote.Load())
	}
	if got := underWay(t, s); len(got) != 0 {
		t.Fatalf("still under way: %+v", got)
	}
	written, err := s.Put(t.Context(), "a", iotest.ErrReader(errors.New("read all the same")), large)
	if written || err != nil {
		t.Fatalf("written %v, error %v", written, err)
	}
}

func readDeleted(t *testing.T, s blob.Store) {
	put(t, s, "a", []byte("still here"))
	o, err := s.Open(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if err := s.Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(o); string(got) != "still here" || err != nil {
		t.Fatalf("%q, error %v", got, err)
	}
	if _, err := s.Open(t.Context(), "a"); !fault.Is(err, fault.NotFound) {
		t.Fatalf("opened after deletion: %v", err)
	}
}

func absent(t *testing.T, s blob.Store) {
	put(t, s, "folder/a", []byte("a"))
	for _, key := range []string{"b", "folder", "folder/b", "folder/a/b"} {
		if _, err := s.Open(t.Context(), key); !fault.Is(err, fault.NotFound) {
			t.Errorf("open %s: %v", key, err)
		}
		if _, err := s.Stat(t.Context(), key); !fault.Is(err, fault.NotFound) {
			t.Errorf("stat %s: %v", key, err)
		}
		if err := s.Delete(t.Context(), key); err != nil {
			t.Errorf("delete %s: %v", key, err)
		}
		if err := s.DeletePrefix(t.Context(), key+"x/"); err != nil {
			t.Errorf("delete prefix %s: %v", key, err)
		}
		if err := s.AbortMultipart(t.Context(), key, "NOSUCHID"); err != nil {
			t.Errorf("abort %s: %v", key, err)
		}
		err := s.WritePart(t.Context(), key, "NOSUCHID", blob.Part{Number: 1, Size: 1}, strings.NewReader("x"))
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("write part %s: %v", key, err)
		}
		if err := s.CompleteMultipart(t.Context(), key, "NOSUCHID"); !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Invalid) {
			t.Errorf("complete %s: %v", key, err)
		}
	}
	want(t, s, "folder/a", []byte("a"))
}

func list(t *testing.T, s blob.Store) {
	for _, key := range []string{"videos/1/a", "videos/1/b/c", "videos/10/a", "videos/2/a", "originals/1/source"} {
		put(t, s, key, []byte(key))
	}
	for prefix, want := range map[string][]string{
		"":             {"originals/1/source", "videos/1/a", "videos/1/b/c", "videos/10/a", "videos/2/a"},
		"videos/1":     {"videos/1/a", "videos/1/b/c", "videos/10/a"},
		"videos/1/":    {"videos/1/a", "videos/1/b/c"},
		"videos/1/b/c": {"videos/1/b/c"},
		"films/":       nil,
		"videos/1/a/":  nil,
	} {
		if got := keys(t, s.List(t.Context(), prefix)); !slices.Equal(got, want) {
			t.Errorf("%q lists %q, want %q", prefix, got, want)
		}
	}
	for info, err := range s.List(t.Context(), "videos/10/") {
		if err != nil || info.Size != int64(len("videos/10/a")) || info.ModTime.IsZero() {
			t.Errorf("%+v, error %v", info, err)
		}
	}
	for range s.List(t.Context(), "") {
		break // a reader may stop early
	}
}

func deletePrefix(t *testing.T, s blob.Store) {
	for _, key := range []string{"videos/1/a", "videos/1/b/c", "videos/10/a"} {
		put(t, s, key, []byte(key))
	}
	for range 2 {
		if err := s.DeletePrefix(t.Context(), "videos/1/"); err != nil {
			t.Fatal(err)
		}
	}
	if got := keys(t, s.List(t.Context(), "")); !slices.Equal(got, []string{"videos/10/a"}) {
		t.Fatalf("left: %q", got)
	}
	put(t, s, "videos/1/a", []byte("again"))
}

func folders(t *testing.T, s blob.Store) {
	put(t, s, "a", []byte("object"))
	put(t, s, "b/c", []byte("object"))
	for _, key := range []string{"a/b", "a/b/c", "b"} {
		if written, err := s.Put(t.Context(), key, strings.NewReader("x"), 1); written || !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: written %v, error %v", key, written, err)
		}
	}
}

func badKeys(t *testing.T, s blob.Store) {
	ctx := t.Context()
	for _, key := range []string{
		"", "/", "/etc/passwd", "a/", "a//b", ".", "..", "../a", "a/../../b", "a/.hidden", ".incoming/x",
		"a b", "a\\b", "a\x00b", "ä", "a+b", "C:a", strings.Repeat("a", blob.MaxKey+1),
	} {
		_, put := s.Put(ctx, key, strings.NewReader("x"), 1)
		_, open := s.Open(ctx, key)
		_, stat := s.Stat(ctx, key)
		_, create := s.CreateMultipart(ctx, key, 1)
		write := s.WritePart(ctx, key, "ID", blob.Part{Number: 1, Size: 1}, strings.NewReader("x"))
		for call, err := range map[string]error{
			"put": put, "open": open, "stat": stat, "create": create, "write": write,
			"delete": s.Delete(ctx, key), "complete": s.CompleteMultipart(ctx, key, "ID"), "abort": s.AbortMultipart(ctx, key, "ID"),
		} {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%s %q: %v", call, key, err)
			}
		}
	}
	for _, prefix := range []string{"", "/", "a", "../", "a/../", "./"} {
		if err := s.DeletePrefix(ctx, prefix); !fault.Is(err, fault.Invalid) {
			t.Errorf("delete prefix %q: %v", prefix, err)
		}
	}
	longest := strings.Repeat("a/", blob.MaxKey/2-1) + "aa"
	put(t, s, longest, []byte("longest"))
	want(t, s, longest, []byte("longest"))
	id, err := s.CreateMultipart(ctx, strings.Repeat("b", blob.MaxKey), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AbortMultipart(ctx, strings.Repeat("b", blob.MaxKey), id); err != nil {
		t.Fatal(err)
	}
}

func free(t *testing.T, s blob.Store) {
	if n, err := s.Free(t.Context()); err != nil || n <= 0 {
		t.Fatalf("%d bytes, error %v", n, err)
	}
}

func put(t *testing.T, s blob.Store, key string, data []byte) {
	t.Helper()
	if written, err := s.Put(t.Context(), key, bytes.NewReader(data), int64(len(data))); !written || err != nil {
		t.Fatalf("put %s: written %v, error %v", key, written, err)
	}
}

func want(t *testing.T, s blob.Store, key string, data []byte) {
	t.Helper()
	o, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if got, err := io.ReadAll(o); err != nil || !bytes.Equal(got, data) {
		t.Fatalf("%s holds %d bytes that differ from the %d wanted, error %v", key, len(got), len(data), err)
	}
}

func keys(t *testing.T, list iter.Seq2[blob.Info, error]) []string {
	t.Helper()
	var keys []string
	for info, err := range list {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, info.Key)
	}
	slices.Sort(keys)
	return keys
}

// noise returns bytes that differ on every call, so that no engine can mix up two.
func noise(n int) []byte {
	data := make([]byte, n)
	for i := 0; i+8 <= n; i += 8 {
		word := rand.Uint64()
		for j := range 8 {
			data[i+j] = byte(word >> (8 * j))
		}
	}
	return data
}

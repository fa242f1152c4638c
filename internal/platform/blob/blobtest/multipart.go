package blobtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	partSize = 5 << 20 // the least S3 takes
	key      = "originals/v1/source"
)

// film returns an object of two parts and a bit, and its parts.
func film() ([]byte, []blob.Part) {
	data := noise(2*partSize + 12_345)
	return data, []blob.Part{
		{Number: 1, Offset: 0, Size: partSize},
		{Number: 2, Offset: partSize, Size: partSize},
		{Number: 3, Offset: 2 * partSize, Size: 12_345},
	}
}

func bytesOf(data []byte, p blob.Part) *bytes.Reader {
	return bytes.NewReader(data[p.Offset : p.Offset+p.Size])
}

func create(t *testing.T, s blob.Store, size int) string {
	t.Helper()
	id, err := s.CreateMultipart(t.Context(), key, int64(size))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func write(t *testing.T, s blob.Store, id string, data []byte, parts ...blob.Part) {
	t.Helper()
	for _, p := range parts {
		if err := s.WritePart(t.Context(), key, id, p, bytesOf(data, p)); err != nil {
			t.Fatalf("part %d: %v", p.Number, err)
		}
	}
}

func multipart(t *testing.T, s blob.Store) {
	data, parts := film()
	id := create(t, s, len(data))
	var all sync.WaitGroup
	for _, p := range slices.Backward(parts) {
		all.Go(func() {
			if err := s.WritePart(t.Context(), key, id, p, bytesOf(data, p)); err != nil {
				t.Errorf("part %d: %v", p.Number, err)
			}
		})
	}
	all.Wait()
	for range 2 {
		if err := s.CompleteMultipart(t.Context(), key, id); err != nil {
			t.Fatal(err)
		}
	}
	want(t, s, key, data)
	if got := underWay(t, s); len(got) != 0 {
		t.Fatalf("still under way: %+v", got)
	}
}

func multipartInvisible(t *testing.T, s blob.Store) {
	data, parts := film()
	id := create(t, s, len(data))
	write(t, s, id, data, parts...)
	if _, err := s.Stat(t.Context(), key); !fault.Is(err, fault.NotFound) {
		t.Fatalf("visible before it is complete: %v", err)
	}
	if got := keys(t, s.List(t.Context(), "")); len(got) != 0 {
		t.Fatalf("listed before it is complete: %q", got)
	}
	if got := underWay(t, s); len(got) != 1 || got[0].Key != key || got[0].ID != id || got[0].Started.IsZero() {
		t.Fatalf("under way: %+v", got)
	}
}

func multipartAgain(t *testing.T, s blob.Store) {
	data, parts := film()
	id := create(t, s, len(data))
	write(t, s, id, noise(len(data)), parts...)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.WritePart(ended, key, id, parts[0], bytesOf(data, parts[0])); !fault.Is(err, fault.Cancelled) {
		t.Fatalf("cancelled: %v", err)
	}
	if err := s.WritePart(t.Context(), key, id, parts[1], strings.NewReader("short")); !fault.Is(err, fault.Invalid) {
		t.Fatalf("too short: %v", err)
	}
	if err := s.WritePart(t.Context(), key, id, parts[2], bytesOf(data, parts[1])); !fault.Is(err, fault.Invalid) {
		t.Fatalf("too long: %v", err)
	}
	write(t, s, id, data, parts...)
	if err := s.CompleteMultipart(t.Context(), key, id); err != nil {
		t.Fatal(err)
	}
	want(t, s, key, data)
}

func multipartStopped(t *testing.T, s blob.Store) {
	data, parts := film()
	id := create(t, s, len(data))
	other := noise(1000)
	stopped := errors.New("overtaken")
	// While the first write waits for more, a second one stores the part; then the first is stopped.
	r := io.MultiReader(bytes.NewReader(other), readerFunc(func([]byte) (int, error) {
		write(t, s, id, data, parts...)
		return 0, stopped
	}))
	if err := s.WritePart(t.Context(), key, id, parts[0], r); !errors.Is(err, stopped) {
		t.Fatalf("stopped: %v", err)
	}
	if err := s.CompleteMultipart(t.Context(), key, id); err != nil {
		t.Fatal(err)
	}
	want(t, s, key, data)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func multipartTaken(t *testing.T, s blob.Store) {
	first, parts := film()
	second := noise(len(first))
	a, b := create(t, s, len(first)), create(t, s, len(second))
	write(t, s, a, first, parts...)
	write(t, s, b, second, parts...)
	for _, id := range []string{a, b} {
		if err := s.CompleteMultipart(t.Context(), key, id); err != nil {
			t.Fatal(err)
		}
	}
	want(t, s, key, first)
	if got := underWay(t, s); len(got) != 0 {
		t.Fatalf("still under way: %+v", got)
	}
}

func multipartAbort(t *testing.T, s blob.Store) {
	data, parts := film()
	id := create(t, s, len(data))
	write(t, s, id, data, parts[0])
	for range 2 {
		if err := s.AbortMultipart(t.Context(), key, id); err != nil {
			t.Fatal(err)
		}
	}
	if got := underWay(t, s); len(got) != 0 {
		t.Fatalf("still under way: %+v", got)
	}
	if err := s.WritePart(t.Context(), key, id, parts[1], bytesOf(data, parts[1])); !fault.Is(err, fault.NotFound) {
		t.Fatalf("part after the abort: %v", err)
	}
	if err := s.CompleteMultipart(t.Context(), key, id); !fault.Is(err, fault.NotFound) {
		t.Fatalf("complete after the abort: %v", err)
	}
}

func multipartOutside(t *testing.T, s blob.Store) {
	data, _ := film()
	id := create(t, s, len(data))
	for _, p := range []blob.Part{
		{Number: 1, Offset: -1, Size: 10},
		{Number: 1, Offset: 0, Size: 0},
		{Number: 1, Offset: 0, Size: int64(len(data)) + 1},
		{Number: 2, Offset: int64(len(data)), Size: 1},
		{Number: 2, Offset: 1<<63 - 1, Size: 1<<63 - 1},
	} {
		if err := s.WritePart(t.Context(), key, id, p, bytes.NewReader(data)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", p, err)
		}
	}
	for _, size := range []int64{0, -1} {
		if _, err := s.CreateMultipart(t.Context(), key, size); !fault.Is(err, fault.Invalid) {
			t.Errorf("size %d: %v", size, err)
		}
	}
}

func underWay(t *testing.T, s blob.Store) []blob.Multipart {
	t.Helper()
	var found []blob.Multipart
	for m, err := range s.ListMultipart(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, m)
	}
	return found
}

package blob_test

import (
	"context"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// sized is a store with so much room.
type sized struct {
	blob.Store
	free int64
}

func (s *sized) Free(context.Context) (int64, error) { return s.free, nil }

func TestRoomIsLeftAlone(t *testing.T) {
	files := open(t, t.TempDir())
	defer files.Close()
	place := &sized{files, 104}
	s := blob.KeepFree(place, 100)
	put := func(key string) (bool, error) { return s.Put(t.Context(), key, strings.NewReader("film"), 4) }
	if written, err := put("a"); !written || err != nil {
		t.Fatalf("what fits: %v, %v", written, err)
	}
	part := blob.Part{Number: 1, Size: 4}
	id, err := s.CreateMultipart(t.Context(), "m", 4)
	if err != nil {
		t.Fatal(err)
	}
	place.free = 103
	if _, err := put("b"); !fault.Is(err, fault.NoSpace) || fault.PublicOf(err) == "" {
		t.Errorf("what does not: %v", err)
	}
	if err := s.WritePart(t.Context(), "m", id, part, strings.NewReader("film")); !fault.Is(err, fault.NoSpace) {
		t.Errorf("a part that does not: %v", err)
	}
	if written, err := put("a"); written || err != nil { // takes no room
		t.Errorf("what is there already: %v, %v", written, err)
	}
	place.free = 104
	if err := s.WritePart(t.Context(), "m", id, part, strings.NewReader("film")); err != nil {
		t.Errorf("a part, with room again: %v", err)
	}
	if written, err := put("b"); !written || err != nil {
		t.Errorf("with room again: %v, %v", written, err)
	}
}

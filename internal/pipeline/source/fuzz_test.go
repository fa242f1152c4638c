package source

import (
	"bytes"
	"io"
	"os"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// Whatever the bytes are, a film is either refused with a reason or served within its bounds.
func FuzzOpen(f *testing.F) {
	for _, film := range []testfilm.Film{testfilm.Tiny, testfilm.TinyQuickTime} {
		whole, err := os.ReadFile(film.Path(f))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(whole)
	}
	f.Add([]byte("\x00\x00\x00\x08moov"))
	f.Fuzz(func(t *testing.T, whole []byte) {
		x, err := Open(bytes.NewReader(whole), int64(len(whole)))
		if err == nil {
			serve(t, x)
			_, err = x.Rung()
		}
		if err == nil {
			return
		}
		if _, known := sentences[fault.CodeOf(err)]; !known {
			t.Errorf("no reason: %v", err)
		}
	})
}

// serve asks for everything a film has, whether it should be played or not.
func serve(t *testing.T, x *Index) {
	if held := x.Size(); held > 32*maxSamples {
		t.Errorf("%d bytes held", held)
	}
	x.Frames(0, 1<<62)
	_, _ = x.VideoInit()
	r, err := x.Rung()
	if err != nil {
		r.Segments = []Segment{{Frames: x.video.table.len()}}
	}
	for k, s := range r.Segments {
		_ = x.Video(t.Context(), io.Discard, s, k)
	}
	_ = x.Feed(t.Context(), io.Discard, r.Segments)
	for i := range x.sounds {
		s := &x.sounds[i]
		_, _ = x.SoundInit(s.stream)
		_ = x.Sound(t.Context(), io.Discard, s.stream, 0, s.packets(), 0)
	}
}

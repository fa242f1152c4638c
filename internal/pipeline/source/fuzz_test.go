package source

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// Whatever the bytes are, a film is either refused with a reason or served within its bounds:
// its segments hold every frame once and no other, one after the other in time, and have the
// sizes that are said.
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
		if err != nil {
			hasReason(t, err)
			return
		}
		if held := x.Size(); held > 32*maxSamples {
			t.Errorf("%d bytes held", held)
		}
		if x.video.table.len() > 1<<16 {
			return // the same again, slower
		}
		r, err := x.Rung()
		hasReason(t, err)
		if err == nil {
			coversTheFilm(t, x, r)
		} else {
			r.Segments = []Segment{{Frames: x.video.table.len()}}
		}
		serve(t, x, r, err == nil)
		beginsAlike(t, x)
	})
}

// hasReason fails unless an error is one of those that are put into words.
func hasReason(t *testing.T, err error) {
	t.Helper()
	if _, known := sentences[fault.CodeOf(err)]; err != nil && !known {
		t.Errorf("no reason: %v", err)
	}
}

func coversTheFilm(t *testing.T, x *Index, r Rung) {
	t.Helper()
	var frames, end int64
	for k, s := range r.Segments {
		if s.First != frames || s.Start != end || s.Frames < 1 || s.Ticks < 1 || s.Ticks > maxSegment*int64(r.Timescale) {
			t.Fatalf("segment %d is %+v, before it are %d frames and %d ticks", k, s, frames, end)
		}
		frames, end = frames+s.Frames, end+s.Ticks
	}
	if frames != x.video.table.len() {
		t.Errorf("%d of %d frames are in segments", frames, x.video.table.len())
	}
	if r.Average > r.Peak || r.Peak > maxPeak || r.FrameTicks == 0 || r.Width < 1 || r.Height < 1 || math.IsNaN(r.Start) || math.IsInf(r.Start, 0) {
		t.Errorf("%+v", r)
	}
	for _, s := range r.Sounds {
		if s.Packets < 1 || s.Offset < 0 || s.Priming < 0 || s.Average > s.Peak {
			t.Errorf("%+v", s)
		}
	}
}

// serve asks for everything a film has, whether it should be played or not.
func serve(t *testing.T, x *Index, r Rung, fit bool) {
	t.Helper()
	if got := int64(len(x.Frames(0, 1<<62))); got != x.video.table.len() {
		t.Errorf("%d frames of %d", got, x.video.table.len())
	}
	_, err := x.VideoInit()
	hasReason(t, err)
	for k, s := range r.Segments {
		var wrote counter
		err := x.Video(t.Context(), &wrote, s, k)
		hasReason(t, err)
		if fit && (err != nil || int64(wrote) != s.Bytes) {
			t.Errorf("segment %d has %d bytes, said were %d: %v", k, wrote, s.Bytes, err)
		}
	}
	err = x.Feed(t.Context(), io.Discard, r.Segments)
	hasReason(t, err)
	if fit && err != nil {
		t.Errorf("feed: %v", err)
	}
	begins := time.Duration(x.start() * float64(time.Second))
	hasReason(t, x.Stretch(t.Context(), io.Discard, begins, begins+time.Second, begins+3*time.Second))
	for i := range x.sounds {
		s := &x.sounds[i]
		if _, err := x.SoundInit(s.stream); err != nil {
			t.Errorf("init of sound %d: %v", s.stream, err)
		}
		var wrote counter
		err := x.Sound(t.Context(), &wrote, s.stream, 0, s.packets(), 0)
		hasReason(t, err)
		if said, _ := x.SoundBytes(s.stream, 0, s.packets()); err == nil && int64(wrote) != said {
			t.Errorf("sound %d has %d bytes, said were %d", s.stream, wrote, said)
		}
	}
}

// beginsAlike tells that a film's beginning, where it has one, is a film of its own whose
// first frames are the film's.
func beginsAlike(t *testing.T, x *Index) {
	t.Helper()
	var beginning bytes.Buffer
	err := x.Beginning(t.Context(), &beginning)
	hasReason(t, err)
	if err != nil {
		return
	}
	b, err := Open(bytes.NewReader(beginning.Bytes()), int64(beginning.Len()))
	if err != nil {
		t.Fatalf("the beginning is no film: %v", err)
	}
	n := b.video.table.len()
	if n > x.video.table.len() || n < min(x.video.table.len(), beginningSamples) {
		t.Fatalf("%d of %d frames", n, x.video.table.len())
	}
	for i := range n {
		here, there := &x.video.table, &b.video.table
		if here.size[i] != there.size[i] || here.dts[i] != there.dts[i] || here.delay(i) != there.delay(i) {
			t.Fatalf("frame %d is another", i)
		}
		size := int64(here.size[i])
		one, other := make([]byte, size), make([]byte, size)
		if err := errors.Join(readAt(x.r, one, here.offset[i]), readAt(b.r, other, there.offset[i])); err != nil || !bytes.Equal(one, other) {
			t.Fatalf("frame %d has other bytes: %v", i, err)
		}
	}
}

// counter counts what is written.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

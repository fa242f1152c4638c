package source

import (
	"io"
	"runtime"
	"testing"

	"github.com/kkmovies/kkmovies/test/testfilm"
)

func BenchmarkOpenTwoHours(b *testing.B) {
	path := testfilm.TwoHours.Path(b)
	x := open(b, path)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Open(x.r, x.size); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(x.Size())/1e6, "MB-held")
	runtime.KeepAlive(x)
}

// All that is done before the film can be played: the index is there already.
func BenchmarkRungTwoHours(b *testing.B) {
	x := open(b, testfilm.TwoHours.Path(b))
	b.ReportAllocs()
	segments := 0
	for b.Loop() {
		r, err := x.Rung()
		if err != nil {
			b.Fatal(err)
		}
		segments = len(r.Segments)
	}
	b.ReportMetric(float64(segments), "segments")
}

func BenchmarkVideoSegment(b *testing.B) {
	x := open(b, testfilm.TwoHours.Path(b))
	r, err := x.Rung()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(r.Average / 8 * (r.Segments[len(r.Segments)-1].Start / int64(len(r.Segments)-1)) / int64(r.Timescale))
	k := 0
	for b.Loop() {
		if err := x.Video(b.Context(), io.Discard, r.Segments[k], k); err != nil {
			b.Fatal(err)
		}
		k = (k + 1) % len(r.Segments)
	}
}

func BenchmarkSoundSegment(b *testing.B) {
	x := open(b, testfilm.TwoHours.Path(b))
	b.ReportAllocs()
	const packets = 352 // of 7.5 s
	s := x.sounds[0]
	first := int64(0)
	for b.Loop() {
		if err := x.Sound(b.Context(), io.Discard, s.stream, first, packets, 0); err != nil {
			b.Fatal(err)
		}
		if first += packets; first+packets > s.packets() {
			first = 0
		}
	}
}

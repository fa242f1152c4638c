package source

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/kkmovies/kkmovies/test/testfilm"
)

// Films that may be played as they are, with what is known of them from how they were made.
var eligible = []struct {
	film             testfilm.Film
	frames, segments int
	sounds           int
}{
	{testfilm.Cinema, 336, 2, 1},
	{testfilm.PAL, 350, 4, 1},
	{testfilm.NTSC, 420, 6, 1},
	{testfilm.Smooth, 840, 5, 1},
	{testfilm.Faststart, 336, 2, 1},
	{testfilm.Deep, 350, 5, 1},
	{testfilm.Sliced, 350, 6, 1},
	{testfilm.NegativeDelays, 350, 5, 1},
	{testfilm.MatroskaRemuxed, 336, 2, 1},
	{testfilm.NoEditList, 336, 2, 0},
	{testfilm.QuickTime, 420, 6, 1},
	{testfilm.LateSound, 336, 2, 1},
	{testfilm.LatePicture, 350, 4, 1},
	{testfilm.Silent, 350, 4, 0},
	{testfilm.Surround, 350, 4, 0},
	{testfilm.TwoLanguages, 350, 4, 1},
	{testfilm.Intra, 350, 7, 1},
}

func TestTheSegmentsTogetherAreTheFilm(t *testing.T) {
	for _, c := range eligible {
		t.Run(c.film.Name, func(t *testing.T) {
			t.Parallel()
			path := c.film.Path(t)
			x := open(t, path)
			r, err := x.Rung()
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Segments) != c.segments || len(r.Sounds) != c.sounds {
				t.Errorf("%d segments and %d sounds, want %d and %d", len(r.Segments), len(r.Sounds), c.segments, c.sounds)
			}
			sameVideo(t, x, r.Stream, path, r.Segments, c.frames)
			onTheFilmsClock(t, x, r, path)
			for _, s := range r.Sounds {
				sameSound(t, x, r, s, path)
			}
			ratesAreMeasured(t, r)
		})
	}
}

// Whose last picture begins a segment of its own is not refused for it: a keyframe is large,
// and a moment short.
func TestAPictureAloneAtTheEndIsNoPeak(t *testing.T) {
	const second, kilobyte = 25, 1000
	peak, average := rates([]int64{500 * kilobyte, 600 * kilobyte, 100 * kilobyte}, []int64{2 * second, 2 * second, 1}, second)
	if peak != 2_745_099 || average != 2_376_238 {
		t.Errorf("a peak of %d, an average of %d", peak, average)
	}
}

// ratesAreMeasured compares the rates with the sizes of what is served.
func ratesAreMeasured(t *testing.T, r Rung) {
	t.Helper()
	var bytes, peak, target float64
	for _, s := range r.Segments {
		bytes += float64(s.Bytes)
		target = max(target, math.Round(float64(s.Ticks)/float64(r.Timescale)))
	}
	for i := range r.Segments { // RFC 8216, 4.1
		var sum, lasts float64
		for _, s := range r.Segments[i:] {
			sum, lasts = sum+float64(s.Bytes), lasts+float64(s.Ticks)/float64(r.Timescale)
			if lasts >= 0.5*target && lasts <= 1.5*target {
				peak = max(peak, 8*sum/lasts)
			}
		}
	}
	last := r.Segments[len(r.Segments)-1]
	average := 8 * bytes / float64(last.Start+last.Ticks) * float64(r.Timescale)
	if math.Abs(float64(r.Peak)-peak) > 1 || math.Abs(float64(r.Average)-average) > 1 || r.Codecs == "" || r.Width != 320 || r.Height != 180 {
		t.Errorf("%+v, want a peak of %f and an average of %f", r, peak, average)
	}
	for _, s := range r.Sounds { // 128 kb/s, mono less, in films of 14 s
		if s.Codecs != "mp4a.40.2" || s.Average < 50_000 || s.Average > 145_000 || s.Peak < s.Average || s.Peak > 200_000 {
			t.Errorf("%+v", s)
		}
	}
}

// What is refused as uneven is still cut exactly: the two have nothing to do with each other.
func TestAnUnevenFilmIsCutExactly(t *testing.T) {
	path := testfilm.Variable.Path(t)
	x := open(t, path)
	keys, err := x.keyframes()
	if err != nil {
		t.Fatal(err)
	}
	segments, err := x.cut(keys)
	if err != nil {
		t.Fatal(err)
	}
	sameVideo(t, x, 0, path, segments, int(x.video.table.len()))
}

// Pictures may be larger than what is read at once.
func TestLargePicturesAreCutExactly(t *testing.T) {
	path := testfilm.Bulky.Path(t)
	x := open(t, path)
	largest := slices.Max(x.video.table.size)
	if largest < 2*blockBytes {
		t.Fatalf("the largest picture has %d bytes", largest)
	}
	keys, err := x.keyframes()
	if err != nil {
		t.Fatal(err)
	}
	segments, err := x.cut(keys)
	if err != nil {
		t.Fatal(err)
	}
	sameVideo(t, x, 0, path, segments, 30)
}

// A real film, with keyframes where its shots begin.
func TestARealFilmIsCutExactly(t *testing.T) {
	path := testfilm.BigBuckBunny(t)
	x := open(t, path)
	r, err := x.Rung()
	if err != nil {
		t.Fatal(err)
	}
	var starts []int64
	for _, s := range r.Segments {
		starts = append(starts, s.First)
	}
	if !slices.Equal(starts, []int64{0, 250, 378, 553}) || r.Width != 1920 || r.Height != 1080 || r.Codecs != "avc1.640028" {
		t.Errorf("segments begin at frames %v of %dx%d %s", starts, r.Width, r.Height, r.Codecs)
	}
	samePackets(t, path, wholeVideo(t, x, r.Segments), r.Stream, 720)
	onTheFilmsClock(t, x, r, path)
}

// A file over 4 GB says where its chunks are in 8 bytes.
func TestFarChunksAreFound(t *testing.T) {
	near := patched(t, testfilm.PAL, stbl, func(b []byte) []byte { return b })
	far := patched(t, testfilm.PAL, stbl, func(b []byte) []byte {
		at := bytes.Index(b, []byte("stco")) - 4
		end := at + int(binary.BigEndian.Uint32(b[at:]))
		box := append([]byte("....co64"), b[at+8:at+16]...)
		for ; at+16 < end; at += 4 {
			box = binary.BigEndian.AppendUint64(box, uint64(binary.BigEndian.Uint32(b[at+16:])))
		}
		binary.BigEndian.PutUint32(box, uint32(len(box)))
		at = bytes.Index(b, []byte("stco")) - 4
		return slices.Concat(b[:at], box, b[end:])
	})
	var written [2]bytes.Buffer
	for i, film := range [][]byte{near, far} {
		x, err := Open(bytes.NewReader(film), int64(len(film)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := x.Rung()
		if err != nil {
			t.Fatal(err)
		}
		if err := x.Feed(t.Context(), &written[i], r.Segments); err != nil {
			t.Fatal(err)
		}
	}
	if len(far) == len(near) || !bytes.Equal(written[0].Bytes(), written[1].Bytes()) {
		t.Errorf("%d and %d bytes, not the same", written[0].Len(), written[1].Len())
	}
}

// sameVideo compares packets and pictures with the source's, and their times but for a
// constant: ffmpeg shows frames later when some are shown before they are decoded.
func sameVideo(t *testing.T, x *Index, stream int, path string, segments []Segment, frames int) {
	t.Helper()
	whole := wholeVideo(t, x, segments)
	samePackets(t, path, whole, stream, frames)
	pictures, wanted := decoded(t, whole, "v"), decoded(t, path, fmt.Sprint(stream), "-ignore_editlist", "1")
	if len(pictures) != frames || !slices.Equal(pictures, wanted) {
		t.Errorf("%d pictures are not the source's %d", len(pictures), len(wanted))
	}
	ends := int64(0)
	for k, s := range segments {
		if s.Start != ends || s.Ticks <= 0 {
			t.Errorf("segment %d is %+v, the one before ends at %d", k, s, ends)
		}
		if at := x.Frames(s.First, 1)[0]; at.PTS != s.Start {
			t.Errorf("segment %d begins with %+v", k, at)
		}
		ends = s.Start + s.Ticks
	}
}

func samePackets(t *testing.T, path, whole string, stream, frames int) {
	t.Helper()
	want, got := packets(t, path, fmt.Sprint(stream), "-ignore_editlist", "1"), packets(t, whole, "v")
	if len(want) != frames || len(got) != frames {
		t.Fatalf("%d frames, %d in the source, want %d", len(got), len(want), frames)
	}
	for i := range want {
		if got[i].hash != want[i].hash || got[i].dts-got[0].dts != want[i].dts-want[0].dts || got[i].pts-got[0].pts != want[i].pts-want[0].pts {
			t.Fatalf("packet %d is %+v, after %+v; want %+v, after %+v", i, got[i], got[0], want[i], want[0])
		}
	}
}

// onTheFilmsClock compares times with those ffprobe says, edit list and all.
func onTheFilmsClock(t *testing.T, x *Index, r Rung, path string) {
	t.Helper()
	tick := 1 / float64(r.Timescale)
	frames := x.Frames(0, math.MaxInt64)
	for i, p := range packets(t, path, fmt.Sprint(r.Stream)) {
		if at := r.Start + float64(frames[i].PTS)*tick; math.Abs(at-float64(p.pts)*tick) > tick/2 {
			t.Fatalf("frame %d is shown at %f s, want %f", i, at, float64(p.pts)*tick)
		}
		if i > 0 && frames[i].DTS-frames[i-1].DTS != frames[i-1].Ticks {
			t.Fatalf("frame %d lasts %+v, the next one is %+v", i-1, frames[i-1], frames[i])
		}
	}
	if first := frames[0]; first.DTS != 0 || first.PTS != 0 {
		t.Errorf("the film begins with %+v", first)
	}
}

// sameSound compares packets and what they sound like with the source's, and when they are
// heard with the clock of the source.
func sameSound(t *testing.T, x *Index, r Rung, s Sound, path string) {
	t.Helper()
	whole := wholeSound(t, x, s, 100)
	source, got := packets(t, path, fmt.Sprint(s.Stream)), packets(t, whole, "a", "-ignore_editlist", "1")
	if int64(len(got)) != s.Packets {
		t.Fatalf("%d packets, said were %d", len(got), s.Packets)
	}
	dropped := int64(len(source)) - s.Packets
	if dropped < 0 || float64(dropped-1)*PacketSamples >= r.Start*float64(s.Rate) && dropped > 0 {
		t.Fatalf("%d of %d packets left out, the picture begins at %f s", dropped, len(source), r.Start)
	}
	for i, p := range got {
		if p.hash != source[int64(i)+dropped].hash || p.dts != s.Offset+int64(i)*PacketSamples || p.pts != p.dts {
			t.Fatalf("packet %d is %+v, want %+v", i, p, source[int64(i)+dropped])
		}
	}
	// The film's own clock may be one of milliseconds.
	for i, p := range packets(t, whole, "a") {
		heard, want := r.Start+float64(p.pts)/float64(s.Rate), float64(source[int64(i)+dropped].pts)/float64(s.Rate)
		if math.Abs(heard-want) > soundJitter {
			t.Fatalf("packet %d is heard at %f s, want %f", i, heard, want)
		}
	}
	sounds, wanted := decoded(t, whole, "a", "-ignore_editlist", "1"), decoded(t, path, fmt.Sprint(s.Stream), "-ignore_editlist", "1")
	if dropped > 0 { // a decoder needs a packet to get going
		sounds, wanted = sounds[2:], wanted[dropped+2:]
	}
	if len(sounds) == 0 || !slices.Equal(sounds, wanted) {
		t.Errorf("%d packets do not sound like the source's %d", len(sounds), len(wanted))
	}
}

package source

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/kkmovies/kkmovies/test/testfilm"
)

func TestAFilmThatCannotBePlayedAsItIsSaysWhy(t *testing.T) {
	for _, c := range []struct {
		film   testfilm.Film
		reason string
	}{
		{testfilm.Matroska, NoMoov},
		{testfilm.Fragmented, Fragmented},
		{testfilm.SoundOnly, NoVideo},
		{testfilm.TwoPictures, SeveralVideos},
		{testfilm.HEVC, NotH264},
		{testfilm.AV1, NotH264},
		{testfilm.Protected, NotH264},
		{testfilm.TenBits, Profile},
		{testfilm.FullWidth, Profile},
		{testfilm.Fields, Interlaced},
		{testfilm.Anamorphic, Anamorphic},
		{testfilm.Rotated, Rotated},
		{testfilm.EditList, EditList},
		{testfilm.OpenGOP, NoIDR},
		{testfilm.Sparse, SparseKeyframes},
		{testfilm.Variable, VariableRate},
		{testfilm.Stuttering, VariableRate},
		{testfilm.Heavy, BitRate},
		{testfilm.Bursting, BitRate},
	} {
		t.Run(c.film.Name, func(t *testing.T) {
			t.Parallel()
			whole, err := os.ReadFile(c.film.Path(t))
			if err != nil {
				t.Fatal(err)
			}
			if got := reasonFor(t, whole); got != c.reason {
				t.Errorf("refused for %q, want %q", got, c.reason)
			}
		})
	}
}

// A film too heavy only for a while is not let through by its average.
func TestABurstIsSeenInItsSegment(t *testing.T) {
	x := open(t, testfilm.Bursting.Path(t))
	if err := x.light(); err != nil {
		t.Errorf("the average alone: %v", err)
	}
}

func TestWhatAHeaderSaysIsHeeded(t *testing.T) {
	film := testfilm.PAL
	avcC := in(stbl, "stsd", "avc1", "avcC")
	elst := func(entries ...[3]uint32) func([]byte) []byte {
		return func([]byte) []byte {
			out := binary.BigEndian.AppendUint32(make([]byte, 4), uint32(len(entries)))
			for _, e := range entries {
				for _, v := range e {
					out = binary.BigEndian.AppendUint32(out, v)
				}
			}
			return out
		}
	}
	const speed, wait = 1 << 16, 1<<32 - 1
	x := open(t, film.Path(t))
	from := uint32(x.video.table.delay(0))
	for name, c := range map[string]struct {
		path   []string
		change func([]byte) []byte
		reason string
	}{
		"nothing changed":         {stbl, func(b []byte) []byte { return b }, ""},
		"an edit to the end":      {[]string{"trak", "edts", "elst"}, elst([3]uint32{0, from, speed}), ""},
		"a wait":                  {[]string{"trak", "edts", "elst"}, elst([3]uint32{500, wait, speed}, [3]uint32{14000, from, speed}), ""},
		"two edits":               {[]string{"trak", "edts", "elst"}, elst([3]uint32{7000, from, speed}, [3]uint32{7000, from + 1, speed}), EditList},
		"a wait in the middle":    {[]string{"trak", "edts", "elst"}, elst([3]uint32{7000, from, speed}, [3]uint32{500, wait, speed}), EditList},
		"an edit at half speed":   {[]string{"trak", "edts", "elst"}, elst([3]uint32{14000, from, speed / 2}), EditList},
		"a hidden head":           {[]string{"trak", "edts", "elst"}, elst([3]uint32{14000, from + 1, speed}), EditList},
		"a hidden end":            {[]string{"trak", "edts", "elst"}, elst([3]uint32{10000, from, speed}), EditList},
		"a turned track":          {[]string{"trak", "tkhd"}, set(40+12, speed*2), Rotated},
		"a turned movie":          {[]string{"mvhd"}, set(36, 0), Rotated},
		"a track shown wide":      {[]string{"trak", "tkhd"}, set(76, 426<<16), Anamorphic},
		"pixels shown wide":       {in(stbl, "stsd", "avc1", "pasp"), set(0, 4), Anamorphic},
		"lengths of three bytes":  {avcC, func(b []byte) []byte { b[4] = 0xFE; return b }, NALLength},
		"no parameter sets":       {avcC, func(b []byte) []byte { return append(b[:5], 0xE0, 0, 0) }, ParameterSets},
		"two descriptions":        {in(stbl, "stsd"), func(b []byte) []byte { b[7] = 2; return append(b, b[8:]...) }, SeveralDescriptions},
		"parameter sets outside":  {in(stbl, "stsd"), func(b []byte) []byte { return bytes.Replace(b, []byte("avc1"), []byte("avc3"), 1) }, NotH264},
		"a track switched off":    {[]string{"trak", "tkhd"}, func(b []byte) []byte { b[3] = 0; return b }, ""},
		"samples in another file": {[]string{"trak", "mdia", "minf", "dinf", "dref"}, func(b []byte) []byte { b[19] = 0; return b }, DamagedTables},
		"a clock that stands":     {[]string{"trak", "mdia", "mdhd"}, set(12, 0), DamagedTables},
		"a movie that stands":     {[]string{"mvhd"}, set(12, 0), DamagedTables},
	} {
		t.Run(name, func(t *testing.T) {
			if got := reasonFor(t, patched(t, film, c.path, c.change)); got != c.reason {
				t.Errorf("refused for %q, want %q", got, c.reason)
			}
		})
	}
}

// A keyframe is no place to begin where frames before it are shown after it.
func TestLeadingPicturesAreSeen(t *testing.T) {
	film := testfilm.PAL
	x := open(t, film.Path(t))
	table := &x.video.table
	swapped := func(keys ...int64) []byte {
		changed := map[int64]int64{}
		for _, key := range keys {
			// The keyframe and the frame shown before it are shown in each other's place.
			before := key - 1
			for i := max(0, key-16); i < key; i++ {
				if table.shown(i) > table.shown(before) {
					before = i
				}
			}
			gap := table.shown(key) - table.shown(before)
			changed[key], changed[before] = table.delay(key)-gap, table.delay(before)+gap
		}
		return patched(t, film, in(stbl, "ctts"), delays(table, func(i int64) int64 {
			if d, ok := changed[i]; ok {
				return d
			}
			return table.delay(i)
		}))
	}
	var keys []int64
	for _, k := range table.sync[1:] {
		keys = append(keys, int64(k))
	}
	if got := reasonFor(t, swapped(keys...)); got != LeadingPictures {
		t.Errorf("refused for %q, want %q", got, LeadingPictures)
	}
	// One keyframe like that is passed by, and the film is as good.
	one := swapped(keys[1])
	y, err := Open(bytes.NewReader(one), int64(len(one)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := y.Rung()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Segments {
		if s.First == keys[1] {
			t.Errorf("a segment begins at frame %d: %+v", keys[1], r.Segments)
		}
	}
	// The first picture and the second change places.
	second := slices.IndexFunc(x.Frames(0, 16), func(f Frame) bool { return f.PTS == table.usual() })
	first := patched(t, film, in(stbl, "ctts"), delays(table, func(i int64) int64 {
		return table.delay(i) + map[int64]int64{0: table.usual(), int64(second): -table.usual()}[i]
	}))
	if got := reasonFor(t, first); got != LeadingPictures {
		t.Errorf("a picture before the first: refused for %q, want %q", got, LeadingPictures)
	}
}

// A stream that changes its parameter sets on the way cannot be played by a decoder that is
// set up once. One that only repeats them can.
func TestParameterSetsMayBeRepeatedButNotChanged(t *testing.T) {
	one, other := testfilm.Stream("one.h264", "bframes=0"), testfilm.Stream("other.h264", "bframes=0:chroma-qp-offset=4")
	for name, c := range map[string]struct {
		second testfilm.Film
		reason string
	}{
		"repeated": {one, ""},
		"changed":  {other, ParameterSets},
	} {
		t.Run(name, func(t *testing.T) {
			var stream []byte
			for _, film := range []testfilm.Film{one, c.second} {
				part, err := os.ReadFile(film.Path(t))
				if err != nil {
					t.Fatal(err)
				}
				stream = append(stream, part...)
			}
			path := filepath.Join(t.TempDir(), "film.mp4")
			run(t, testfilm.Tools(t).Status().FFmpeg, "-v", "error", "-r", "25", "-i", keep(t, "film.h264", stream), "-c", "copy", path)
			whole, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := reasonFor(t, whole); got != c.reason {
				t.Errorf("refused for %q, want %q", got, c.reason)
			}
		})
	}
}

// A length of two bytes, read where the file has four, finds an empty unit and then the same
// one: so a film of small frames can be made to have such lengths.
func TestShortLengthsOfUnitsAreUnderstood(t *testing.T) {
	film := patched(t, testfilm.Sliced, in(stbl, "stsd", "avc1", "avcC"), func(b []byte) []byte { b[4] = 0xFD; return b })
	x, err := Open(bytes.NewReader(film), int64(len(film)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := x.Rung()
	if err != nil {
		t.Fatal(err)
	}
	init, err := x.VideoInit()
	if err != nil {
		t.Fatal(err)
	}
	if at := bytes.Index(init, []byte("avcC")); init[at+4+4] != 0xFD {
		t.Errorf("the lengths are said to be of %#x", init[at+4+4])
	}
	var out bytes.Buffer
	if err := x.Video(t.Context(), &out, r.Segments[1], 1); err != nil {
		t.Fatal(err)
	}
}

func TestEveryReasonHasASentence(t *testing.T) {
	var said []string
	for code, sentence := range sentences {
		if slices.Contains(said, sentence) || len(sentence) < 10 {
			t.Errorf("%s says %q", code, sentence)
		}
		said = append(said, sentence)
	}
}

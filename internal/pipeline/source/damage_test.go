package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"sync"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

func TestADamagedIndexIsRefused(t *testing.T) {
	film := testfilm.PAL
	for name, c := range map[string]struct {
		path   []string
		change func([]byte) []byte
		reason string
	}{
		"a size too few":                {in(stbl, "stsz"), func(b []byte) []byte { return b[:len(b)-4] }, DamagedTables},
		"a sample too few":              {in(stbl, "stsz"), set(8, 349), DamagedTables},
		"more samples than bytes":       {in(stbl, "stsz"), set(8, math.MaxUint32), MoovTooLarge},
		"endless samples of one size":   {in(stbl, "stsz"), func(b []byte) []byte { return set(8, math.MaxUint32)(set(4, 1)(b)) }, MoovTooLarge},
		"no samples":                    {in(stbl, "stsz"), set(8, 0), Fragmented},
		"samples beyond the end":        {in(stbl, "stco"), set(8, 1<<31), DamagedTables},
		"a sample larger than the file": {in(stbl, "stsz"), set(12, math.MaxUint32), DamagedTables},
		"more chunks than there are":    {in(stbl, "stco"), set(4, math.MaxUint32), DamagedTables},
		"a chunk too few":               {in(stbl, "stco"), func(b []byte) []byte { n := binary.BigEndian.Uint32(b[4:]); return set(4, n-1)(b) }, DamagedTables},
		"chunks from nowhere":           {in(stbl, "stsc"), set(8, 2), DamagedTables},
		"chunks of endless samples":     {in(stbl, "stsc"), set(12, math.MaxUint32), DamagedTables},
		"another description":           {in(stbl, "stsc"), set(16, 2), DamagedTables},
		"endless time":                  {in(stbl, "stts"), set(8, math.MaxUint32), DamagedTables},
		"time for too few":              {in(stbl, "stts"), set(8, 349), DamagedTables},
		"a delay of a day":              {in(stbl, "ctts"), set(12, 1<<30), DamagedTables},
		"delays for too many":           {in(stbl, "ctts"), set(8, 1000), DamagedTables},
		"keyframes that go back":        {in(stbl, "stss"), set(12, 1), DamagedTables},
		"a keyframe beyond the end":     {in(stbl, "stss"), set(8, 1000), DamagedTables},
		"no keyframe first":             {in(stbl, "stss"), set(8, 2), NoIDR},
		"no table of samples":           {in(stbl, "stsz"), func([]byte) []byte { return nil }, DamagedTables},
		"a box longer than its parent":  {stbl, set(0, 1<<30), DamagedTables},
		"a box shorter than its header": {stbl, set(0, 4), DamagedTables},
		"no decoder's set-up":           {in(stbl, "stsd", "avc1", "avcC"), func(b []byte) []byte { return b[:9] }, DamagedTables},
		"no description":                {in(stbl, "stsd"), func(b []byte) []byte { return b[:8] }, DamagedTables},
		"a wait for ever":               {[]string{"trak", "edts", "elst"}, func([]byte) []byte { return append([]byte{1, 0, 0, 0, 0, 0, 0, 1}, bytes.Repeat([]byte{255}, 20)...) }, DamagedTables},
	} {
		t.Run(name, func(t *testing.T) {
			if got := reasonFor(t, patched(t, film, c.path, c.change)); got != c.reason {
				t.Errorf("refused for %q, want %q", got, c.reason)
			}
		})
	}
	for name, whole := range map[string][]byte{
		"nothing":        nil,
		"a few bytes":    []byte("ftyp"),
		"no film":        bytes.Repeat([]byte("no film. "), 1000),
		"the end is cut": beginning(t, testfilm.PAL, 0.9),
	} {
		t.Run(name, func(t *testing.T) {
			if got := reasonFor(t, whole); got != NoMoov {
				t.Errorf("refused for %q, want %q", got, NoMoov)
			}
		})
	}
	if got := reasonFor(t, beginning(t, testfilm.Faststart, 0.9)); got != DamagedTables {
		t.Errorf("a film whose last frames are missing: refused for %q, want %q", got, DamagedTables)
	}
}

// beginning returns the first part of a film's file.
func beginning(t *testing.T, film testfilm.Film, part float64) []byte {
	t.Helper()
	whole, err := os.ReadFile(film.Truncated(t, part))
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// Damage to the sound does not cost the picture.
func TestASoundThatCannotBeCopiedIsLeftOut(t *testing.T) {
	film := testfilm.PAL
	for name, change := range map[string]func(whole []byte, at int) []byte{
		"its sizes":  func(whole []byte, at int) []byte { return overwrite(whole, at, "stsz", 12, math.MaxUint32) },
		"its times":  func(whole []byte, at int) []byte { return overwrite(whole, at, "stts", 12, 1025) },
		"its set-up": func(whole []byte, at int) []byte { return overwrite(whole, at, "esds", 8, 0) },
		"its edits":  func(whole []byte, at int) []byte { return overwrite(whole, at, "elst", 12, 480_000) },
	} {
		t.Run(name, func(t *testing.T) {
			whole, err := os.ReadFile(film.Path(t))
			if err != nil {
				t.Fatal(err)
			}
			// Its track is the second, and the index comes last.
			whole = change(whole, bytes.LastIndex(whole, []byte("trak")))
			x, err := Open(bytes.NewReader(whole), int64(len(whole)))
			if err != nil {
				t.Fatal(err)
			}
			r, err := x.Rung()
			if err != nil || len(r.Sounds) != 0 {
				t.Fatalf("sounds %+v, %v", r.Sounds, err)
			}
			if err := x.Sound(t.Context(), io.Discard, 1, 0, 1, 0); fault.CodeOf(err) != SourceChanged {
				t.Errorf("it is written all the same: %v", err)
			}
		})
	}
}

// overwrite sets a number in the first box of a kind after an offset.
func overwrite(whole []byte, from int, kind string, at int, value uint32) []byte {
	box := from + bytes.Index(whole[from:], []byte(kind)) + 4
	binary.BigEndian.PutUint32(whole[box+at:], value)
	return whole
}

// file is a film's bytes that can be made to change or fail while they are read.
type file struct {
	body []byte
	err  error
}

func (f *file) ReadAt(p []byte, at int64) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return bytes.NewReader(f.body).ReadAt(p, at)
}

func TestAFileThatChangedIsNotServed(t *testing.T) {
	whole, err := os.ReadFile(testfilm.Faststart.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the disk is broken")
	for name, c := range map[string]struct {
		now  file
		want func(error) bool
	}{
		"shorter": {file{body: whole[:len(whole)/2]}, func(err error) bool { return fault.CodeOf(err) == SourceChanged }},
		"another": {file{body: make([]byte, len(whole))}, func(err error) bool { return fault.CodeOf(err) == SourceChanged }},
		"unread":  {file{err: broken}, func(err error) bool { return errors.Is(err, broken) && fault.CodeOf(err) != SourceChanged }},
	} {
		t.Run(name, func(t *testing.T) {
			f := &file{body: whole}
			x, err := Open(f, int64(len(whole)))
			if err != nil {
				t.Fatal(err)
			}
			r, err := x.Rung()
			if err != nil {
				t.Fatal(err)
			}
			*f = c.now
			last := len(r.Segments) - 1
			var out bytes.Buffer
			if err := x.Video(t.Context(), &out, r.Segments[last], last); !c.want(err) {
				t.Errorf("picture: %v", err)
			}
			if out.Len() != 0 {
				t.Errorf("%d bytes are written", out.Len())
			}
			if err := x.Feed(t.Context(), io.Discard, r.Segments); !c.want(err) {
				t.Errorf("feed: %v", err)
			}
			if _, err := x.Rung(); name != "another" && !c.want(err) {
				t.Errorf("rung: %v", err)
			}
			if name == "another" {
				return // nothing in a packet says that it is one
			}
			if err := x.Sound(t.Context(), io.Discard, r.Sounds[0].Stream, r.Sounds[0].Packets-1, 1, last); !c.want(err) {
				t.Errorf("sound: %v", err)
			}
		})
	}
}

func TestOnlySegmentsOfTheFilmAreWritten(t *testing.T) {
	x := open(t, testfilm.PAL.Path(t))
	r, err := x.Rung()
	if err != nil {
		t.Fatal(err)
	}
	second := r.Segments[1]
	for name, change := range map[string]func(*Segment){
		"too long":  func(s *Segment) { s.Frames = math.MaxInt64 },
		"empty":     func(s *Segment) { s.Frames = 0 },
		"before":    func(s *Segment) { s.First = -1 },
		"elsewhere": func(s *Segment) { s.Start++ },
		"longer":    func(s *Segment) { s.Ticks++ },
		"not to be cut": func(s *Segment) {
			*s = Segment{First: s.First + 1, Frames: r.Segments[2].First - s.First - 1, Start: x.Frames(s.First+1, 1)[0].PTS}
			s.Ticks = r.Segments[2].Start - s.Start
		},
	} {
		s := second
		change(&s)
		if err := x.Video(t.Context(), io.Discard, s, 1); fault.CodeOf(err) != SourceChanged {
			t.Errorf("%s: %v", name, err)
		}
	}
	packets := r.Sounds[0].Packets
	for _, c := range [][2]int64{{-1, 1}, {0, 0}, {0, packets + 1}, {packets, 1}, {1, math.MaxInt64}} {
		if err := x.Sound(t.Context(), io.Discard, r.Sounds[0].Stream, c[0], c[1], 0); fault.CodeOf(err) != SourceChanged {
			t.Errorf("packets %v: %v", c, err)
		}
	}
	if frames := x.Frames(-5, 1e9); len(frames) != 350 {
		t.Errorf("%d frames", len(frames))
	}
	if frames := x.Frames(1000, 5); len(frames) != 0 {
		t.Errorf("%d frames after the end", len(frames))
	}
}

func TestWritingEndsWhenNobodyWaits(t *testing.T) {
	x := open(t, testfilm.PAL.Path(t))
	r, err := x.Rung()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := x.Feed(ctx, io.Discard, r.Segments); !fault.Is(err, fault.Cancelled) || !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

func TestAPictureThatCannotBeCutIsNotWritten(t *testing.T) {
	x := open(t, testfilm.HEVC.Path(t))
	var out bytes.Buffer
	for name, write := range map[string]func() error{
		"init":  func() error { _, err := x.VideoInit(); return err },
		"video": func() error { return x.Video(t.Context(), &out, Segment{Frames: 1}, 0) },
		"feed":  func() error { return x.Feed(t.Context(), &out, []Segment{{Frames: 1}}) },
	} {
		if err := write(); fault.CodeOf(err) != NotH264 || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, out.Len())
		}
	}
}

// One index serves every viewer of a film at once.
func TestAnIndexIsUsedByManyAtOnce(t *testing.T) {
	x := open(t, testfilm.PAL.Path(t))
	r, err := x.Rung()
	if err != nil {
		t.Fatal(err)
	}
	var alone bytes.Buffer
	if err := x.Video(t.Context(), &alone, r.Segments[1], 1); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var video, rest bytes.Buffer
			if err := x.Video(t.Context(), &video, r.Segments[1], 1); err != nil || !bytes.Equal(video.Bytes(), alone.Bytes()) {
				t.Errorf("another segment than alone: %v", err)
			}
			if err := errors.Join(x.Feed(t.Context(), &rest, r.Segments), x.Sound(t.Context(), &rest, 1, 0, 100, 0)); err != nil {
				t.Error(err)
			}
			if _, err := x.Rung(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

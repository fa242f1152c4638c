package pack_test

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/Eyevinn/mp4ff/avc"
	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/pack"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/test/testfilm"
	"github.com/kkmovies/kkmovies/test/testplan"
)

// Whoever steps from the source to an encoded rung, or back, must not notice in time: every
// frame is decoded, and shown, when the source's own is.
func TestEncodedRungsHaveTheSourcesTimes(t *testing.T) {
	for _, clip := range []testfilm.Film{
		testfilm.Cinema, testfilm.PAL, testfilm.NTSC, testfilm.Smooth, testfilm.Deep, testfilm.NegativeDelays,
		testfilm.MatroskaRemuxed, testfilm.LatePicture, testfilm.QuickTime, testfilm.Intra,
	} {
		t.Run(clip.Name, func(t *testing.T) {
			t.Parallel()
			f := prepareAsItIs(t, clip.Path(t))
			encoded := slices.DeleteFunc(f.plan.Of(plan.Video), func(r plan.Rendition) bool { return r.Copy })
			if len(encoded) != 2 {
				t.Fatalf("%d rungs to encode", len(encoded))
			}
			f.make(t)
			for _, r := range encoded {
				path := f.whole(t, r)
				timesAreTheSources(t, f, r, path)
				shownInOrder(t, f, path)
				picturesAreTheSources(t, f, r, path)
			}
		})
	}
}

func prepareAsItIs(t *testing.T, path string) *film {
	t.Helper()
	ready := testplan.AsItIs(t, path)
	f := &film{source: ready.Source, plan: ready.Plan, feed: ready.Feed, frames: ready.Index.Frames}
	f.prepare(t)
	return f
}

func timesAreTheSources(t *testing.T, f *film, r plan.Rendition, path string) {
	t.Helper()
	file, err := mp4.ReadMP4File(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Segments) != len(f.plan.Grid.Segments) || file.Init.Moov.Trak.Mdia.Mdhd.Timescale != f.plan.Grid.Timescale {
		t.Fatalf("%d segments of %d, on a clock of %d", len(file.Segments), len(f.plan.Grid.Segments), file.Init.Moov.Trak.Mdia.Mdhd.Timescale)
	}
	for k, segment := range file.Segments {
		want := f.plan.Grid.Segments[k]
		samples, err := segment.Fragments[0].GetFullSamples(file.Init.Moov.Mvex.Trex)
		if err != nil {
			t.Fatal(err)
		}
		due := f.frames(want.FirstFrame, want.Frames)
		if len(segment.Fragments) != 1 || len(samples) != len(due) {
			t.Fatalf("%s: segment %d has %d frames in %d fragments, want %d in one", r.ID, k, len(samples), len(segment.Fragments), len(due))
		}
		if first := samples[0]; !first.IsSync() || !avc.ContainsNaluType(first.Data, avc.NALU_IDR) || first.PresentationTime() != want.Start {
			t.Errorf("%s: segment %d begins with no IDR picture at %d", r.ID, k, want.Start)
		}
		var shown, wanted []int64
		for i, s := range samples {
			if int64(s.DecodeTime) != due[i].DTS || int64(s.Dur) != due[i].Ticks {
				t.Fatalf("%s: frame %d of segment %d is decoded at %d for %d, the source's is %+v", r.ID, i, k, s.DecodeTime, s.Dur, due[i])
			}
			shown, wanted = append(shown, s.PresentationTime()), append(wanted, due[i].PTS)
		}
		if shown[0] != slices.Min(shown) {
			t.Errorf("%s: segment %d shows a frame before its first", r.ID, k)
		}
		slices.Sort(shown)
		slices.Sort(wanted)
		if !slices.Equal(shown, wanted) {
			t.Errorf("%s: segment %d is shown at\n%v, the source's at\n%v", r.ID, k, shown, wanted)
		}
	}
}

// shownInOrder tells that every frame has its own time and not another's: a decoder puts
// frames out in the order the encoder meant them to be shown in.
func shownInOrder(t *testing.T, f *film, path string) {
	t.Helper()
	said, _, err := testfilm.Tools(t).Probe(t.Context(), ffmpeg.ProbeJob{
		Input: ffmpeg.Input{Path: path}, Args: []string{"-select_streams", "v", "-show_entries", "frame=pts", "-of", "csv=p=0"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var want, got []int64
	for _, frame := range f.frames(0, f.plan.Grid.Frames) {
		want = append(want, frame.PTS)
	}
	slices.Sort(want)
	for _, field := range strings.Fields(string(said)) {
		at, err := strconv.ParseInt(strings.Trim(field, ","), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, at)
	}
	for i := range got { // ffmpeg shows films that have no edit list a little later
		if len(got) != len(want) || got[i]-got[0] != want[i] {
			t.Fatalf("%d frames, %d in the source; frame %d is shown at %d after the first, want %d", len(got), len(want), i, got[i]-got[0], want[i])
		}
	}
}

// picturesAreTheSources tells that the n-th frame shown is the source's n-th: it is nearer
// to that than to either neighbour.
func picturesAreTheSources(t *testing.T, f *film, r plan.Rendition, path string) {
	t.Helper()
	raw := []string{"-map", "0:v", "-fps_mode", "passthrough", "-vf", encode.Upright(f.plan.Picture, r.Width, r.Height) + ",format=gray", "-f", "rawvideo"}
	size := r.Width * r.Height
	got, want := decode(t, path, raw...), decode(t, f.source, raw...)
	if n := int(f.plan.Grid.Frames) * size; len(got) != n || len(want) != n {
		t.Fatalf("%s: %d bytes of pictures, the source has %d, want %d", r.ID, len(got), len(want), n)
	}
	apart := func(i, j int) (sum int) {
		for k := range size {
			sum += max(int(got[i*size+k])-int(want[j*size+k]), int(want[j*size+k])-int(got[i*size+k]))
		}
		return sum
	}
	for i := range len(got) / size {
		own := apart(i, i)
		for _, j := range []int{i - 1, i + 1} {
			if j >= 0 && j < len(want)/size && apart(i, j) <= own {
				t.Fatalf("%s: frame %d is nearer to the source's %d", r.ID, i, j)
			}
		}
	}
}

// Sound that has to be encoded beside a picture that is copied is cut where the picture is.
func TestEncodedSoundFollowsTheSourcesSegments(t *testing.T) {
	f := prepareAsItIs(t, testfilm.Surround.Path(t))
	r := f.plan.Of(plan.Audio)[0]
	if r.Copy {
		t.Fatal("5.1 is copied")
	}
	f.make(t)
	checkTimes(t, f, r, f.whole(t, r))
}

// A file that is not what it was when it was planned must not become segments.
func TestFramesThatAreNotThePlansAreNotStored(t *testing.T) {
	f := prepareAsItIs(t, testfilm.PAL.Path(t))
	task := f.plan.Tasks[0]
	out := f.encode(t, task)
	due := f.frames
	for name, frames := range map[string]pack.Frames{
		"none":    nil,
		"too few": func(first, n int64) []source.Frame { return due(first, n-1) },
		"later":   func(first, n int64) []source.Frame { return due(first+1, n) },
	} {
		f.frames = frames
		if _, err := f.pack(t, task, out); err == nil || len(f.stored) != 0 {
			t.Errorf("%s: error %v, %d segments stored", name, err, len(f.stored))
		}
	}
}

func TestAFeedThatBreaksOffFailsTheTask(t *testing.T) {
	f := prepareAsItIs(t, testfilm.PAL.Path(t))
	broken := errors.New("the disk is gone")
	f.feed = func(ctx context.Context, w io.Writer, first, n int) error {
		head, err := os.ReadFile(f.source)
		if err != nil {
			return err
		}
		if _, err := w.Write(head[:1000]); err != nil {
			return err
		}
		return broken
	}
	_, err := encode.New(testfilm.Tools(t)).Run(t.Context(), encode.In{Plan: f.plan, Task: f.plan.Tasks[0], Source: f.source, Feed: f.feed, Scratch: t.TempDir()})
	if !errors.Is(err, broken) {
		t.Errorf("err = %v", err)
	}
}

package encode

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// Each segment that is made from no more than it is decoded from holds exactly the frames
// that a pass over the file has there, although pictures before it are left out.
func TestAStretchHoldsTheFramesOfOnePass(t *testing.T) {
	for _, c := range []struct {
		film testfilm.Film
		less bool // there are pictures to leave out
	}{
		{testfilm.Cinema, true},
		{testfilm.PAL, true},
		{testfilm.NTSC, true},
		{testfilm.Smooth, true},
		{testfilm.Stuttering, false},
		{testfilm.OpenGOP, false},
		{testfilm.LatePicture, true},
		{testfilm.TenBits, true},
		{testfilm.Deep, true},
		{testfilm.NegativeDelays, true},
		{testfilm.Sliced, true},
		{testfilm.Intra, false},
		{testfilm.SoundFirst, true},
	} {
		t.Run(c.film.Name, func(t *testing.T) {
			t.Parallel()
			path, p := planned(t, c.film.Path(t))
			once := framesOf(t, path, p, all(p))[0]
			feed, size := stretchOf(t, path, p), bytesOf(t, path)
			made := 0
			for k := range p.Grid.Segments {
				s := videoSpan(p.Grid, plan.Task{FirstSegment: k, Segments: 1})
				var stretch bytes.Buffer
				err := feed(t.Context(), &stretch, k, 1)
				if made == 0 && fault.CodeOf(err) == source.EditList { // decoded from the first keyframe
					continue
				}
				if err != nil {
					t.Fatalf("segment %d: %v", k, err)
				}
				made++
				if c.less && k == len(p.Grid.Segments)-1 && stretch.Len() >= size {
					t.Errorf("segment %d is decoded from %d bytes of %d", k, stretch.Len(), size)
				}
				same(t, "one pass", stretchedFrames(t, &stretch, p, s), once[s.first:][:s.frames])
			}
			if made == 0 {
				t.Error("all of it is refused")
			}
		})
	}
}

// What is not surely understood is left to the encoder.
func TestWhatAStretchMayMistakeIsRefused(t *testing.T) {
	for _, film := range []testfilm.Film{testfilm.HEVC, testfilm.Rotated, testfilm.EditList} {
		t.Run(film.Name, func(t *testing.T) {
			x := index(t, film.Path(t))
			var stretch bytes.Buffer
			err := x.Stretch(t.Context(), &stretch, 0, 4*time.Second, 8*time.Second)
			if !fault.Is(err, fault.Unsupported) || stretch.Len() > 0 {
				t.Errorf("wrote %d bytes, %v", stretch.Len(), err)
			}
		})
	}
	x := index(t, testfilm.LatePicture.Path(t))
	if err := x.Stretch(t.Context(), &bytes.Buffer{}, 0, 4*time.Second, 8*time.Second); !fault.Is(err, fault.Unsupported) {
		t.Errorf("on another clock: %v", err)
	}
}

func index(t *testing.T, path string) *source.Index {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	x, err := source.Open(file, int64(bytesOf(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func bytesOf(t *testing.T, path string) int {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Size())
}

// stretchOf feeds segments of a fixed grid.
func stretchOf(t *testing.T, path string, p plan.Plan) Feed {
	t.Helper()
	x := index(t, path)
	return func(ctx context.Context, w io.Writer, first, n int) error {
		begins, from, last := p.Picture.OriginTicks, p.Grid.Segments[first], p.Grid.Segments[first+n-1]
		return x.Stretch(ctx, w, ticks(p.Grid, begins), ticks(p.Grid, begins+from.Start), ticks(p.Grid, begins+last.Start+last.Ticks))
	}
}

// stretchedFrames hashes the frames that enter the encoder from a stretch.
func stretchedFrames(t *testing.T, stretch *bytes.Buffer, p plan.Plan, s span) []string {
	t.Helper()
	video := p.Of(plan.Video)[:1]
	c := stretchCommand(work{plan: p}, video, s)
	dir := t.TempDir()
	err := testfilm.Tools(t).Run(t.Context(), ffmpeg.Job{
		Inputs: []ffmpeg.Input{{Demuxer: "mov", Args: c.input}}, Stdin: stretch,
		Args: []string{"-filter_complex", videoGraph(p, 0, video, s), "-map", "[v0]", "-fps_mode", "passthrough", "-f", "framemd5", "frames.txt"},
		Dir:  dir,
	})
	if err != nil {
		t.Fatal(err)
	}
	return hashes(t, filepath.Join(dir, "frames.txt"))
}

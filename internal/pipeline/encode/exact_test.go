package encode

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/test/testfilm"
	"github.com/kkmovies/kkmovies/test/testplan"
)

// planned probes and plans a film at its own size: the scaler then has nothing to do and a
// decoder elsewhere sees the same frames.
func planned(t *testing.T, path string) (string, plan.Plan) {
	t.Helper()
	film := testplan.Of(t, path)
	return film.Source, film.Plan
}

// framesOf hashes the frames that enter the encoder for spans of the plan: the commands
// are the real ones, but for their last stage.
func framesOf(t *testing.T, source string, p plan.Plan, spans ...span) (frames [][]string) {
	t.Helper()
	parts := make([]part, len(spans))
	for i, s := range spans {
		parts[i] = part{videoInput(p, s, 0), videoGraph(p, p.Picture.Stream, p.Of(plan.Video)[:1], s),
			[]string{"-map", "[v0]", "-fps_mode", "passthrough", "-f", "framemd5", fmt.Sprintf("frames-%d.txt", i)}}
	}
	dir := together(t, source, p, parts)
	for i := range spans {
		frames = append(frames, hashes(t, filepath.Join(dir, fmt.Sprintf("frames-%d.txt", i))))
	}
	return frames
}

// all is the span of one pass.
func all(p plan.Plan) span {
	return span{frames: p.Grid.Frames, ticks: p.Grid.Frames * int64(p.Grid.FrameTicks)}
}

// framesInTasks returns what the tasks of the lowest rung hold, one after the other.
func framesInTasks(t *testing.T, source string, p plan.Plan) []string {
	t.Helper()
	var spans []span
	for _, task := range p.Tasks {
		if task.Kind == plan.Video && slices.Contains(task.Renditions, p.Of(plan.Video)[0].ID) {
			spans = append(spans, videoSpan(p.Grid, task))
		}
	}
	return slices.Concat(framesOf(t, source, p, spans...)...)
}

// hashes reads the last column of a framemd5 file.
func hashes(t *testing.T, path string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if line := lines.Text(); !strings.HasPrefix(line, "#") {
			out = append(out, line[strings.LastIndex(line, " ")+1:])
		}
	}
	return out
}

// decoded hashes a film's frames as any decoder shows them, without a line of ours.
func decoded(t *testing.T, path string) []string {
	t.Helper()
	dir := t.TempDir()
	err := testfilm.Tools(t).Run(t.Context(), ffmpeg.Job{
		Inputs: []ffmpeg.Input{{Path: path}}, Dir: dir,
		Args: []string{"-map", "0:V:0", "-vf", "scale=flags=bicubic+accurate_rnd+bitexact:out_range=tv,format=yuv420p", "-fps_mode", "passthrough", "-f", "framemd5", "frames.txt"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return hashes(t, filepath.Join(dir, "frames.txt"))
}

// However a film is cut into tasks, together they hold exactly the frames of one pass.
func TestTasksTogetherHoldTheFramesOfOnePass(t *testing.T) {
	for _, c := range []struct {
		film   testfilm.Film
		frames int
		whole  bool // the grid holds each source frame once: compare with a plain decode too
	}{
		{testfilm.Cinema, 336, true},
		{testfilm.Matroska, 336, true},
		{testfilm.PAL, 350, true},
		{testfilm.NTSC, 420, true},
		{testfilm.Smooth, 840, true},
		{testfilm.WebM, 350, true},
		{testfilm.AVI, 350, true},
		{testfilm.Variable, 336, false},
		{testfilm.VariableMatroska, 336, false},
		{testfilm.Stuttering, 328, false},
		{testfilm.EditList, 256, true},
		{testfilm.OpenGOP, 350, true},
		{testfilm.HEVC, 350, true},
		{testfilm.HEVCMatroska, 350, true},
		{testfilm.Interlaced, 350, false},
		{testfilm.Rotated, 350, true},
		{testfilm.LatePicture, 350, true},
	} {
		t.Run(c.film.Name, func(t *testing.T) {
			t.Parallel()
			source, p := planned(t, c.film.Path(t))
			once := framesOf(t, source, p, all(p))[0]
			if len(once) != c.frames {
				t.Errorf("one pass has %d frames, the film has %d", len(once), c.frames)
			}
			if c.whole {
				same(t, "a plain decode", once, decoded(t, source))
			}
			same(t, "one pass", framesInTasks(t, source, p), once)
		})
	}
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if slices.Equal(got, want) {
		return
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("%d frames against %d of %s; the first other one is %d", len(got), len(want), what, i)
			return
		}
	}
	t.Errorf("%d frames against %d of %s", len(got), len(want), what)
}

package source

import (
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// Whoever looks at a film's beginning sees what he would see at the beginning of the film.
func TestABeginningIsAsTheFilmBegins(t *testing.T) {
	films := []testfilm.Film{testfilm.TenBits, testfilm.HEVC, testfilm.Sparse, testfilm.Anamorphic, testfilm.Rotated, testfilm.OpenGOP, testfilm.Fields, testfilm.Variable, testfilm.HDR}
	for _, c := range eligible {
		films = append(films, c.film)
	}
	for _, film := range films {
		t.Run(film.Name, func(t *testing.T) {
			t.Parallel()
			path := film.Path(t)
			short := filepath.Join(t.TempDir(), "beginning")
			file, err := os.Create(short)
			if err != nil {
				t.Fatal(err)
			}
			if err := open(t, path).Beginning(t.Context(), file); err != nil {
				t.Fatal(err)
			}
			if err := file.Close(); err != nil {
				t.Fatal(err)
			}
			whole, beginning := streams(t, path), streams(t, short)
			if len(whole) != len(beginning) {
				t.Fatalf("%d streams of %d", len(beginning), len(whole))
			}
			for i := range whole {
				for _, counted := range []string{"nb_frames", "bit_rate", "avg_frame_rate", "duration", "duration_ts", "r_frame_rate"} {
					delete(whole[i], counted)
					delete(beginning[i], counted)
				}
				if !maps.EqualFunc(whole[i], beginning[i], func(a, b json.RawMessage) bool { return string(a) == string(b) }) {
					t.Errorf("stream %d is %s, want %s", i, beginning[i], whole[i])
				}
				first := []string{"-read_intervals", "%+#24"}
				want, got := packets(t, path, strconv.Itoa(i), first...), packets(t, short, strconv.Itoa(i), first...)
				// Copied sound is even to the tick, where Matroska had rounded it to milliseconds.
				close := func(a, b packet) bool {
					return a.hash == b.hash && max(a.pts-b.pts, b.pts-a.pts, a.dts-b.dts, b.dts-a.dts) < 48
				}
				if len(want) == 0 || !slices.EqualFunc(got, want, close) {
					t.Errorf("stream %d begins with %v, want %v", i, got, want)
				}
			}
		})
	}
}

// streams asks ffprobe for what the headers say.
func streams(t *testing.T, path string) []map[string]json.RawMessage {
	t.Helper()
	var said struct{ Streams []map[string]json.RawMessage }
	out := run(t, testfilm.Tools(t).Status().FFprobe, "-v", "error", "-nofind_stream_info", "-show_streams", "-of", "json", path)
	if err := json.Unmarshal(out, &said); err != nil {
		t.Fatal(err)
	}
	return said.Streams
}

func TestAFilmWhoseFirstSecondsAreHiddenHasNoBeginning(t *testing.T) {
	if err := open(t, testfilm.EditList.Path(t)).Beginning(t.Context(), io.Discard); fault.CodeOf(err) != EditList {
		t.Errorf("%v, want %s", err, EditList)
	}
}

package source

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// lengthy has a minute in two pictures a GOP apart, words, and sound in pieces of half a second.
var lengthy = testfilm.Film{Name: "lengthy.mp4", Args: []string{
	"-f", "lavfi", "-i", "testsrc2=r=25:d=60:s=854x480", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=60",
	"-f", "srt", "-i", "data:text/plain,1%0A00:00:50,000 --> 00:00:55,000%0AAt the end%0A%0A", "-map", "0", "-map", "1", "-map", "2",
	"-c:v", "libx264", "-preset", "ultrafast", "-g", "250", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", "-c:s", "mov_text",
	"-movflags", "+faststart", "-chunk_duration", "500000",
}}

// A file that has a part of a film, and nothing else, has of that what the film has.
func TestAPartOfAFilmIsReadAsInTheFilm(t *testing.T) {
	for _, film := range []testfilm.Film{lengthy, testfilm.TenBits, testfilm.HEVC, testfilm.WordedMP4, testfilm.TwoLanguages, testfilm.Rotated, testfilm.Variable} {
		t.Run(film.Name, func(t *testing.T) {
			t.Parallel()
			path := film.Path(t)
			for part, streams := range map[Part]string{Sounds: "a", Words: "s"} {
				if got, want := packets(t, withHoles(t, path, part), streams), packets(t, path, streams); !slices.Equal(got, want) {
					t.Errorf("of the %q there are %v, want %v", streams, got, want)
				}
			}
		})
	}
	path := lengthy.Path(t)
	want, got := packets(t, path, "v"), packets(t, withHoles(t, path, Keyframes), "v")
	sync, lacks := open(t, path).video.table.sync, 0
	for k := range want {
		switch same := got[k] == want[k]; {
		case slices.Contains(sync, uint32(k)) && !same:
			t.Errorf("the keyframe %d is another", k)
		case !same:
			lacks++
		}
	}
	if len(sync) < 5 || lacks < len(want)/2 {
		t.Errorf("besides %d keyframes, %d of %d pictures are not there", len(sync), lacks, len(want))
	}
}

// Of a film whose keyframes cannot be told it takes all.
func TestAFilmOfKeyframesAloneHasNoPartOfThem(t *testing.T) {
	intra := testfilm.Film{Name: "part-intra.mp4", From: &testfilm.PAL, Args: []string{"-i", "FROM", "-t", "2", "-c:v", "libx264", "-g", "1", "-c:a", "copy"}}
	if _, err := open(t, intra.Path(t)).Ranges(Keyframes); fault.CodeOf(err) != "no_part" {
		t.Errorf("%v", err)
	}
}

// withHoles returns a file that has nothing of a film but a part.
func withHoles(t *testing.T, path string, part Part) string {
	t.Helper()
	film, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	ranges, err := open(t, path).Ranges(part)
	if err != nil {
		t.Fatal(err)
	}
	some := make([]byte, len(film))
	for _, r := range ranges {
		copy(some[r.From:r.From+r.Bytes], film[r.From:])
	}
	holes := filepath.Join(t.TempDir(), "holes.mp4")
	if err := os.WriteFile(holes, some, 0o600); err != nil {
		t.Fatal(err)
	}
	return holes
}

package source

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/test/testfilm"
)

// What an encoder is fed is the stretch of the film that its segments are, whatever comes
// before: each picture once, in the order they are shown, with none moved by the reader.
func TestAnEncoderReadsTheSegmentsItIsFed(t *testing.T) {
	for _, film := range []testfilm.Film{testfilm.PAL, testfilm.Deep, testfilm.NegativeDelays, testfilm.MatroskaRemuxed, testfilm.LatePicture, testfilm.Sliced} {
		t.Run(film.Name, func(t *testing.T) {
			t.Parallel()
			path := film.Path(t)
			x := open(t, path)
			r, err := x.Rung()
			if err != nil {
				t.Fatal(err)
			}
			want := decoded(t, path, fmt.Sprint(r.Stream), "-ignore_editlist", "1")
			for first := range r.Segments {
				part := r.Segments[first:min(first+2, len(r.Segments))]
				var feed bytes.Buffer
				if err := x.Feed(t.Context(), &feed, part); err != nil {
					t.Fatal(err)
				}
				from, frames := part[0].First, int64(0)
				var shown []int64
				for _, s := range part {
					frames += s.Frames
					for _, f := range x.Frames(s.First, s.Frames) {
						shown = append(shown, f.PTS)
					}
				}
				slices.Sort(shown)
				times, pictures := piped(t, feed.Bytes())
				if !slices.Equal(pictures, want[from:from+frames]) {
					t.Fatalf("segments from %d: %d pictures are not those from %d on", first, len(pictures), from)
				}
				for i := range shown {
					if times[i]-times[0] != shown[i]-shown[0] {
						t.Fatalf("segments from %d: picture %d comes %d ticks after the first, want %d", first, i, times[i]-times[0], shown[i]-shown[0])
					}
				}
			}
		})
	}
}

// piped decodes what it reads from a pipe, as an encoder's decoder does.
func piped(t *testing.T, feed []byte) (times []int64, pictures []string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), testfilm.Tools(t).Status().FFmpeg, "-v", "error", "-xerror", "-f", "mp4", "-i", "pipe:0",
		"-map", "0:v:0", "-fps_mode", "passthrough", "-enc_time_base", "-1", "-f", "framemd5", "-")
	cmd.Stdin = bytes.NewReader(feed)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil || errs.Len() > 0 {
		t.Fatalf("%v: %s", err, errs.Bytes())
	}
	for line := range strings.Lines(string(out)) {
		var at int64
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, ",")
		if _, err := fmt.Sscan(fields[2], &at); err != nil {
			t.Fatal(err)
		}
		times, pictures = append(times, at), append(pictures, fields[len(fields)-1])
	}
	return times, pictures
}

package encode

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/test/testfilm"
	"github.com/kkmovies/kkmovies/test/testplan"
)

// A segment made for a viewer who waits lies between others that were not: whoever has the
// one initialisation segment there is must be able to decode both.
func TestEveryTaskHasTheSameInit(t *testing.T) {
	for name, film := range map[string]testplan.Film{
		"fixed grid":                testplan.Of(t, testfilm.NTSC.Path(t)),
		"the source's, 25":          testplan.AsItIs(t, testfilm.PAL.Path(t), plan.AV1),
		"the source's, 59.94":       testplan.AsItIs(t, testfilm.Smooth.Path(t)),
		"the source's, millisecond": testplan.AsItIs(t, testfilm.MatroskaRemuxed.Path(t)),
		"the source's, real film":   testplan.AsItIsOn(t, testfilm.BigBuckBunny(t), plan.StandardLadder()[:1]),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			encoder := New(testfilm.Tools(t))
			var feed, urgent Feed = film.Feed, film.Feed
			if !film.Plan.Grid.OfSource {
				feed, urgent = nil, stretchOf(t, film.Source, film.Plan)
			}
			inits, err := encoder.Prepare(t.Context(), PrepareIn{Plan: film.Plan, Source: film.Source, Feed: feed, Scratch: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			prepared := map[string]Init{}
			for _, init := range inits {
				if r, _ := film.Plan.Rendition(init.Rendition); r.Copy {
					t.Errorf("%s is not for the encoder to prepare", r.ID)
				}
				prepared[init.Rendition] = init
			}
			last := len(film.Plan.Grid.Segments) - 1
			for _, r := range film.Plan.Renditions {
				if r.Copy || r.Height > 480 {
					continue
				}
				for _, in := range []In{
					{Task: plan.Task{FirstSegment: last, Segments: 1}},
					{Task: plan.Task{FirstSegment: last / 2, Segments: 1}, Urgent: true},
				} {
					in.Task.Kind, in.Task.Renditions = r.Kind, []string{r.ID}
					in.Plan, in.Source, in.Feed, in.Scratch = film.Plan, film.Source, feed, t.TempDir()
					if in.Urgent {
						in.Feed = urgent
					}
					out, err := encoder.Run(t.Context(), in)
					if err != nil {
						t.Fatal(err)
					}
					init, err := readInit(out.Files[r.ID])
					if err != nil {
						t.Fatal(err)
					}
					if !bytes.Equal(init.Bytes, prepared[r.ID].Bytes) || init.Codecs != prepared[r.ID].Codecs {
						t.Errorf("%s, segment %d, urgent %v: init is %x, prepared was %x", r.ID, in.Task.FirstSegment, in.Urgent, init.Bytes, prepared[r.ID].Bytes)
					}
				}
			}
		})
	}
}

// The same task of a film that is fed to the encoder gives the same bytes.
func TestAFedTaskGivesTheSameBytes(t *testing.T) {
	film := testplan.AsItIs(t, testfilm.Deep.Path(t))
	task := film.Plan.Tasks[len(film.Plan.Tasks)-1]
	var files [2][]byte
	for i := range files {
		out, err := New(testfilm.Tools(t)).Run(t.Context(), In{Plan: film.Plan, Task: task, Source: film.Source, Feed: film.Feed, Scratch: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		if files[i], err = os.ReadFile(out.Files[task.Renditions[0]]); err != nil {
			t.Fatal(err)
		}
		if out.Damaged {
			t.Error("a whole film is called damaged")
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("other bytes")
	}
}

// Frames that cannot be decoded are bridged, and every segment still has every frame. That is
// told, and so is it where only a part of a picture is lost.
func TestADamagedStretchOfAFedFilmIsBridged(t *testing.T) {
	for name, part := range map[string]float64{"a third of a segment": 0.3, "a part of a picture": 0.004} {
		t.Run(name, func(t *testing.T) { isBridged(t, part) })
	}
}

func isBridged(t *testing.T, part float64) {
	film := testplan.AsItIs(t, testfilm.PAL.Path(t))
	raw, err := os.ReadFile(film.Source)
	if err != nil {
		t.Fatal(err)
	}
	// All of the second segment but its first frames: the encoder must do without.
	var second bytes.Buffer
	if err := film.Feed(t.Context(), &second, 1, 1); err != nil {
		t.Fatal(err)
	}
	tail := second.Bytes()[second.Len()*6/10 : second.Len()*6/10+64]
	at := bytes.Index(raw, tail)
	if at < 0 {
		t.Fatal("the feed's bytes are not the film's")
	}
	clear(raw[at : at+int(float64(second.Len())*part)])
	path := filepath.Join(t.TempDir(), "damaged.mp4")
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	damaged := testplan.AsItIs(t, path)
	task := plan.Task{Kind: plan.Video, FirstSegment: 1, Segments: 2, Renditions: []string{damaged.Plan.Renditions[0].ID}}
	out, err := New(testfilm.Tools(t)).Run(t.Context(), In{Plan: damaged.Plan, Task: task, Source: path, Feed: damaged.Feed, Scratch: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	said, _, err := testfilm.Tools(t).Probe(t.Context(), ffmpeg.ProbeJob{Input: ffmpeg.Input{Path: out.Files[task.Renditions[0]]},
		Args: []string{"-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.TrimSpace(string(said)), strconv.FormatInt(videoSpan(damaged.Plan.Grid, task).frames, 10); got != want {
		t.Errorf("%s frames, want %s", got, want)
	}
	if !out.Damaged {
		t.Error("nobody is told")
	}
}

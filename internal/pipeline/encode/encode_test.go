package encode

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

func TestProgressRunsToTheEnd(t *testing.T) {
	source, p := planned(t, testfilm.PAL.Path(t))
	for _, task := range p.Tasks[:2] {
		var parts []float64
		_, err := New(testfilm.Tools(t)).Run(t.Context(), In{Plan: p, Task: task, Source: source, Scratch: t.TempDir(),
			OnProgress: func(part float64) { parts = append(parts, part) }})
		if err != nil {
			t.Fatal(err)
		}
		if len(parts) == 0 || !slices.IsSorted(parts) || parts[len(parts)-1] != 1 {
			t.Errorf("%s: progress = %v", task.Kind, parts)
		}
	}
}

func TestACancelledTaskEnds(t *testing.T) {
	source, p := planned(t, testfilm.BigBuckBunny(t))
	ctx, cancel := context.WithCancel(t.Context())
	task := p.Tasks[len(p.Tasks)-1] // many seconds of the upper rungs
	_, err := New(testfilm.Tools(t)).Run(ctx, In{Plan: p, Task: task, Source: source, Scratch: t.TempDir(),
		OnProgress: func(float64) { cancel() }})
	if !fault.Is(err, fault.Cancelled) {
		t.Errorf("err = %v", err)
	}
}

func TestATaskOfAnotherPlanIsRefused(t *testing.T) {
	source, p := planned(t, testfilm.PAL.Path(t))
	video, audio := p.Of(plan.Video)[0].ID, p.Of(plan.Audio)[0].ID
	for name, task := range map[string]plan.Task{
		"no segments":      {Kind: plan.Video, Renditions: []string{video}},
		"too many":         {Kind: plan.Video, Segments: 99, Renditions: []string{video}},
		"before the start": {Kind: plan.Video, FirstSegment: -1, Segments: 1, Renditions: []string{video}},
		"no rendition":     {Kind: plan.Video, Segments: 1},
		"unknown":          {Kind: plan.Video, Segments: 1, Renditions: []string{"video/9999"}},
		"of another kind":  {Kind: plan.Video, Segments: 1, Renditions: []string{audio}},
	} {
		if _, err := New(testfilm.Tools(t)).Run(t.Context(), In{Plan: p, Task: task, Source: source, Scratch: t.TempDir()}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestHDRIsTonedDownToStandardRange(t *testing.T) {
	for _, film := range []testfilm.Film{testfilm.HDR, testfilm.HDRUntagged} {
		source, p := planned(t, film.Path(t))
		if !p.Picture.Tonemap {
			t.Fatalf("%s is not planned as HDR", film.Name)
		}
		out, err := New(testfilm.Tools(t)).Run(t.Context(), In{Plan: p, Task: p.Tasks[0], Source: source, Scratch: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		said, _, err := testfilm.Tools(t).Probe(t.Context(), ffmpeg.ProbeJob{Input: ffmpeg.Input{Path: out.Files[p.Renditions[0].ID]},
			Args: []string{"-show_entries", "stream=pix_fmt,color_range,color_space,color_transfer,color_primaries", "-of", "csv=p=0"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(string(said)); got != "yuv420p,tv,bt709,bt709,bt709" {
			t.Errorf("%s is encoded as %s", film.Name, got)
		}
	}
}

// Where a phone was, and what it called the film, stays with whoever uploaded it.
func TestTheSourcesWordsAreNotPassedOn(t *testing.T) {
	words := testfilm.Film{Name: "words.mp4", From: &testfilm.PAL, Args: []string{"-i", "FROM", "-c", "copy", "-movflags", "use_metadata_tags",
		"-metadata", "location=+48.8577+002.295/", "-metadata", "title=Secret holiday", "-metadata:s:v:0", "handler_name=Secret camera", "-metadata:s:a:0", "handler_name=Secret microphone"}}
	path := words.Path(t)
	if raw, err := os.ReadFile(path); err != nil || !bytes.Contains(raw, []byte("Secret")) || !bytes.Contains(raw, []byte("48.8577")) {
		t.Fatal("the film holds no words to hide")
	}
	source, p := planned(t, path)
	scratch := t.TempDir()
	for _, task := range p.Tasks[:2] {
		if _, err := New(testfilm.Tools(t)).Run(t.Context(), In{Plan: p, Task: task, Source: source, Scratch: scratch}); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range p.Renditions {
		raw, err := os.ReadFile(filepath.Join(scratch, fileName(r)))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte("Secret")) || bytes.Contains(raw, []byte("48.8577")) {
			t.Errorf("%s passes them on", r.ID)
		}
	}
}

// A scratched disc must not cost the film: what cannot be decoded is bridged by the last
// good frame, and every task still has every frame.
func TestADamagedStretchIsBridged(t *testing.T) {
	raw, err := os.ReadFile(testfilm.PAL.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	clear(raw[len(raw)*3/10 : len(raw)*6/10]) // more than four seconds, a keyframe among them
	path := filepath.Join(t.TempDir(), "damaged.mp4")
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	source, p := planned(t, path)
	encoder := New(testfilm.Tools(t))
	for _, task := range p.Tasks {
		if task.Kind != plan.Video {
			continue
		}
		out, err := encoder.Run(t.Context(), In{Plan: p, Task: task, Source: source, Scratch: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		said, _, err := testfilm.Tools(t).Probe(t.Context(), ffmpeg.ProbeJob{Input: ffmpeg.Input{Path: out.Files[task.Renditions[0]]},
			Args: []string{"-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0"}})
		if err != nil {
			t.Fatal(err)
		}
		want := videoSpan(p.Grid, task).frames
		if got := strings.TrimSpace(string(said)); got != strconv.FormatInt(want, 10) {
			t.Errorf("segments %d+%d have %s frames, want %d", task.FirstSegment, task.Segments, got, want)
		}
	}
}

// A player is told of a rendition before any of it is encoded: the level it is told must be
// the one the encoder needs.
func TestThePlannedLevelIsTheOneTheEncoderWouldChoose(t *testing.T) {
	for _, rate := range []string{"24", "60"} {
		t.Run(rate, func(t *testing.T) {
			t.Parallel()
			film := testfilm.Film{Name: "levels-" + rate + ".mp4", Args: []string{
				"-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=" + rate + ":d=1", "-c:v", "mpeg4", "-q:v", "4",
			}}
			source, planned := planned(t, film.Path(t))
			free := planned
			free.Renditions = slices.Clone(planned.Renditions)
			for i := range free.Renditions {
				free.Renditions[i].Codecs = ""
			}
			inits, err := New(testfilm.Tools(t)).Prepare(t.Context(), PrepareIn{Plan: free, Source: source, Scratch: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			if len(inits) < 4 {
				t.Fatalf("only %d rungs", len(inits))
			}
			for _, init := range inits {
				if r, _ := planned.Rendition(init.Rendition); r.Codecs != init.Codecs {
					t.Errorf("%s is planned as %s, and encoded as %s", r.ID, r.Codecs, init.Codecs)
				}
			}
		})
	}
}

package pack

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/test/testfilm"
	"github.com/kkmovies/kkmovies/test/testplan"
)

// Whatever an encoder that was fed a hostile film leaves behind, it is refused, or its samples
// are no more than its bytes and become segments that hold every frame planned.
func FuzzEncoded(f *testing.F) {
	film := testplan.Of(f, testfilm.Tiny.Path(f))
	p := film.Plan
	encoder := encode.New(testfilm.Tools(f))
	inits, err := encoder.Prepare(f.Context(), encode.PrepareIn{Plan: p, Source: film.Source, Scratch: f.TempDir()})
	if err != nil {
		f.Fatal(err)
	}
	stored := map[string][]byte{}
	for _, init := range inits {
		stored[init.Rendition] = init.Bytes
	}
	tasks := map[plan.Kind]plan.Task{}
	for _, kind := range []plan.Kind{plan.Video, plan.Audio} {
		of := p.Of(kind)
		if len(of) == 0 {
			continue
		}
		task := plan.Task{Kind: kind, Segments: 1, Renditions: []string{of[0].ID}}
		out, err := encoder.Run(f.Context(), encode.In{Plan: p, Task: task, Source: film.Source, Scratch: f.TempDir()})
		if err != nil {
			f.Fatal(err)
		}
		raw, err := os.ReadFile(out.Files[of[0].ID])
		if err != nil {
			f.Fatal(err)
		}
		tasks[kind] = task
		f.Add(raw, kind == plan.Video)
		f.Add(raw[:bytes.Index(raw, []byte("mdat"))-4], kind == plan.Video)
		f.Add(bytes.ReplaceAll(raw, []byte("traf"), []byte("free")), kind == plan.Video)
		f.Add(bytes.ReplaceAll(raw, []byte("mdia"), []byte("free")), kind == plan.Video)
	}
	f.Add([]byte("\x00\x00\x00\x08moov"), true)
	f.Fuzz(func(t *testing.T, raw []byte, video bool) {
		kind := plan.Audio
		if video {
			kind = plan.Video
		}
		task, ok := tasks[kind]
		if !ok {
			return
		}
		path := filepath.Join(t.TempDir(), "encoded.mp4")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		r, _ := p.Rendition(task.Renditions[0])
		encoded, err := open(path, stored[r.ID])
		if err != nil {
			return
		}
		held := 0
		for _, s := range encoded.samples {
			held += len(s.Data)
		}
		if held > len(raw) {
			t.Fatalf("%d bytes of samples in a file of %d", held, len(raw))
		}
		var parts []part
		if video {
			parts, err = cutVideo(p.Grid, In{Plan: p}.due(), task, r.Codec, encoded.samples)
		} else {
			parts, err = cutAudio(p, r, task, encoded.samples)
		}
		if err != nil {
			return
		}
		if len(parts) != task.Segments {
			t.Fatalf("%d segments of %d", len(parts), task.Segments)
		}
		for _, part := range parts {
			want := p.Grid.Segments[part.index].Frames
			if !video {
				_, want = p.AudioSegment(r, part.index)
			}
			if int64(len(part.samples)) != want {
				t.Fatalf("segment %d has %d samples, planned are %d", part.index, len(part.samples), want)
			}
			if _, err := part.encode(encoded.trackID); err != nil {
				t.Fatal(err)
			}
		}
	})
}

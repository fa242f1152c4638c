package hlsrules_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/pack"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/test/hlsrules"
)

// A film that went the whole way, from a file to segments, breaks no rule. Its rates are
// crooked on purpose: 29.97 pictures and 44,100 samples a second share no boundary. One of
// its sounds is also there in 5.1, and its pictures are in AV1 too.
func TestAnEncodedFilmBreaksNoRule(t *testing.T) {
	source := filepath.Join(t.TempDir(), "source.mp4")
	run := exec.CommandContext(t.Context(), "ffmpeg", "-nostdin", "-v", "error",
		"-f", "lavfi", "-i", "testsrc2=s=320x180:r=30000/1001:d=4.7,noise=alls=20:allf=t",
		"-f", "lavfi", "-i", "sine=f=440:r=44100:d=4.7", "-f", "lavfi", "-i", "sine=f=880:r=48000:d=4",
		"-map", "0", "-map", "1", "-map", "2", "-metadata:s:a:0", "language=por", "-metadata:s:a:1", "language=eng",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac:a:0", "6", source)
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files := makeFilm(t, source, plan.Ladder{{Height: 90, Bitrate: 100_000}, {Height: 180, Bitrate: 300_000}})
	fetch := func(path string) ([]byte, error) {
		if b, ok := files[strings.TrimPrefix(path, "/")]; ok {
			return b, nil
		}
		return nil, fmt.Errorf("404")
	}
	for _, v := range hlsrules.Check(fetch, "/videos/film/playlist.m3u8") {
		t.Error(v)
	}
}

// makeFilm takes a file through every step and returns its objects and playlists by key.
func makeFilm(t *testing.T, source string, ladder plan.Ladder) map[string][]byte {
	t.Helper()
	const video = "film"
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%v\n%s", err, ffmpeg.Stderr(err))
		}
	}
	tools, err := ffmpeg.Find(t.Context(), ffmpeg.Options{})
	must(err)
	info, err := os.Stat(source)
	must(err)
	report, err := probe.New(tools).Run(t.Context(), probe.In{Path: source, Bytes: info.Size()})
	must(err)
	p, err := plan.New(report, ladder, nil, plan.AV1)
	must(err)

	encoder, files, inits, made := encode.New(tools), map[string][]byte{}, map[string][]byte{}, map[string]plan.Made{}
	prepared, err := encoder.Prepare(t.Context(), encode.PrepareIn{Plan: p, Source: source, Scratch: t.TempDir()})
	must(err)
	for _, i := range prepared {
		files[plan.InitKey(video, i.Rendition)], inits[i.Rendition] = i.Bytes, i.Bytes
		made[i.Rendition] = plan.Made{Codecs: i.Codecs, Whole: true}
	}
	sizes := map[string][]int64{}
	for _, r := range p.Renditions {
		sizes[r.ID] = make([]int64, len(p.Grid.Segments))
	}
	for _, task := range p.Tasks {
		out, err := encoder.Run(t.Context(), encode.In{Plan: p, Task: task, Source: source, Scratch: t.TempDir()})
		must(err)
		stored, err := pack.Run(t.Context(), pack.In{
			VideoID: video, Plan: p, Task: task, Encoded: out, Inits: inits,
			Put: func(_ context.Context, key string, body io.Reader, _ int64) error {
				b, err := io.ReadAll(body)
				files[key] = b
				return err
			},
		})
		must(err)
		for _, s := range stored {
			sizes[s.Rendition][s.Index] = s.Bytes
		}
	}
	for _, r := range p.Renditions {
		m := made[r.ID]
		m.PeakBandwidth, m.AverageBandwidth = p.Measure(r, sizes[r.ID])
		if m.PeakBandwidth > r.Bandwidth {
			t.Errorf("%s peaks at %d, its declared ceiling is %d", r.ID, m.PeakBandwidth, r.Bandwidth)
		}
		made[r.ID] = m
		files[plan.FileKey(video, r.ID+"/"+plan.MediaName)] = plan.MediaPlaylist(p, r)
	}
	multivariant, err := plan.Multivariant(p, made)
	must(err)
	files[plan.FileKey(video, plan.MultivariantName)] = multivariant
	if !bytes.Contains(multivariant, []byte(`"av01.0.`)) {
		t.Errorf("no AV1 is listed:\n%s", multivariant)
	}
	if !bytes.Contains(multivariant, []byte("audio/")) && len(report.Audio) > 0 {
		t.Errorf("no sound is listed:\n%s", multivariant)
	}
	t.Logf("%s\n%s", strings.TrimSpace(string(multivariant)), describeRates(p, made))
	return files
}

func describeRates(p plan.Plan, made map[string]plan.Made) string {
	var b strings.Builder
	for _, r := range p.Renditions {
		fmt.Fprintf(&b, "%s: ceiling %d, peak %d, average %d\n", r.ID, r.Bandwidth, made[r.ID].PeakBandwidth, made[r.ID].AverageBandwidth)
	}
	return b.String()
}

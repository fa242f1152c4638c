package pack_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/pack"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/test/testfilm"
	"github.com/kkmovies/kkmovies/test/testplan"
)

// film is a source on its way to being stored.
type film struct {
	source string
	plan   plan.Plan
	feed   encode.Feed // of a film that is played as it is
	frames pack.Frames
	inits  map[string][]byte
	codecs map[string]string
	stored map[string][]byte // by key
}

func prepare(t *testing.T, path string) *film {
	t.Helper()
	ready := testplan.Of(t, path)
	f := &film{source: ready.Source, plan: ready.Plan}
	f.prepare(t)
	return f
}

// prepare fills in the initialisation segments.
func (f *film) prepare(t *testing.T) {
	t.Helper()
	f.inits, f.codecs, f.stored = map[string][]byte{}, map[string]string{}, map[string][]byte{}
	inits, err := encode.New(testfilm.Tools(t)).Prepare(t.Context(), encode.PrepareIn{Plan: f.plan, Source: f.source, Feed: f.feed, Scratch: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for _, init := range inits {
		f.inits[init.Rendition], f.codecs[init.Rendition] = init.Bytes, init.Codecs
	}
}

func (f *film) encode(t *testing.T, task plan.Task) encode.Out {
	t.Helper()
	out, err := encode.New(testfilm.Tools(t)).Run(t.Context(), encode.In{Plan: f.plan, Task: task, Source: f.source, Feed: f.feed, Scratch: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (f *film) pack(t *testing.T, task plan.Task, out encode.Out) ([]pack.Segment, error) {
	return pack.Run(t.Context(), pack.In{VideoID: "film", Plan: f.plan, Task: task, Encoded: out, Inits: f.inits, Frames: f.frames,
		Put: func(_ context.Context, key string, body io.Reader, size int64) error {
			raw, err := io.ReadAll(body)
			if int64(len(raw)) != size {
				return fmt.Errorf("%d bytes announced as %d", len(raw), size)
			}
			f.stored[key] = raw
			return err
		}})
}

// make encodes and packs every task, last first: the order must not matter.
func (f *film) make(t *testing.T) []pack.Segment {
	t.Helper()
	var all []pack.Segment
	for _, task := range slices.Backward(f.plan.Tasks) {
		segments, err := f.pack(t, task, f.encode(t, task))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, segments...)
	}
	return all
}

// whole writes a rendition's init and all its segments into one file, as a player appends
// them.
func (f *film) whole(t *testing.T, r plan.Rendition) string {
	t.Helper()
	body := bytes.Clone(f.inits[r.ID])
	for k := range f.plan.Grid.Segments {
		segment, ok := f.stored[plan.Key("film", r.ID, k)]
		if !ok {
			t.Fatalf("segment %d of %s is not stored", k, r.ID)
		}
		body = append(body, segment...)
	}
	path := filepath.Join(t.TempDir(), "whole.mp4")
	if err := os.WriteFile(path, body, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// decode runs a file through a decoder and returns what it writes.
func decode(t *testing.T, path string, args ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	err := testfilm.Tools(t).Run(t.Context(), ffmpeg.Job{
		Inputs: []ffmpeg.Input{{Path: path, Args: []string{"-xerror", "-err_detect", "explode"}}}, Dir: dir, Args: append(args, "out"),
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.ReadFile(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSegmentsTogetherAreTheWholeFilm(t *testing.T) {
	for _, c := range []struct {
		film          testfilm.Film
		frames        int
		width, height int
		samples       int
	}{
		{testfilm.Cinema, 336, 320, 180, 672672},
		{testfilm.NTSC, 420, 320, 180, 618018},
		{testfilm.Matroska, 336, 320, 180, 672672},
		{testfilm.Variable, 336, 320, 180, 672000},
		{testfilm.Rotated, 350, 180, 320, 672000},
		{testfilm.HDR, 120, 320, 180, 0},
		{testfilm.Silent, 350, 320, 180, 0},
		{testfilm.LateSound, 336, 320, 180, 672672},
	} {
		t.Run(c.film.Name, func(t *testing.T) {
			t.Parallel()
			f := prepare(t, c.film.Path(t))
			segments := f.make(t)
			if want := len(f.plan.Grid.Segments) * len(f.plan.Renditions); len(segments) != want || len(f.stored) != want {
				t.Errorf("%d segments told, %d stored, %d planned", len(segments), len(f.stored), want)
			}
			for _, s := range segments {
				r, _ := f.plan.Rendition(s.Rendition)
				scale, ticks := f.plan.Durations(r)
				if body := f.stored[s.Key]; s.Key != plan.Key("film", r.ID, s.Index) || s.Bytes != int64(len(body)) || s.DurationTicks != ticks[s.Index] {
					t.Errorf("told %+v of %d bytes and %d ticks", s, len(body), ticks[s.Index])
				}
				if rate := 8 * float64(s.Bytes) * float64(scale) / float64(s.DurationTicks); rate > float64(r.Bandwidth) {
					t.Errorf("segment %d of %s has %.0f bit/s, %d declared", s.Index, r.ID, rate, r.Bandwidth)
				}
			}
			for _, r := range f.plan.Renditions {
				whole := f.whole(t, r)
				checkTimes(t, f, r, whole)
				if r.Kind == plan.Video {
					if !strings.HasPrefix(f.codecs[r.ID], "avc1.6400") || r.Width != c.width || r.Height != c.height {
						t.Errorf("%s is %dx%d %s", r.ID, r.Width, r.Height, f.codecs[r.ID])
					}
					hashes := string(decode(t, whole, "-fps_mode", "passthrough", "-f", "framemd5"))
					size := fmt.Sprintf("#dimensions 0: %dx%d\n#sar 0: 1/1", r.Width, r.Height)
					if !strings.Contains(hashes, size) {
						t.Errorf("frames are not %q:\n%s", size, hashes[:200])
					}
					if n := strings.Count(hashes, "\n0, "); n != c.frames {
						t.Errorf("%d frames, want %d", n, c.frames)
					}
					continue
				}
				if f.codecs[r.ID] != "mp4a.40.2" {
					t.Errorf("sound is %s", f.codecs[r.ID])
				}
				pcm := decode(t, whole, "-f", "s16le", "-ac", "1")
				if want := (c.samples + 1023) / 1024 * 1024; len(pcm)/2 != want {
					t.Errorf("%d samples, want %d", len(pcm)/2, want)
				}
			}
			if len(f.plan.Of(plan.Audio)) == 0 != (c.samples == 0) {
				t.Errorf("%d sound renditions", len(f.plan.Of(plan.Audio)))
			}
		})
	}
}

// checkTimes reads a whole rendition box by box: one fragment a segment, each where the
// grid has it, without a gap.
func checkTimes(t *testing.T, f *film, r plan.Rendition, whole string) {
	t.Helper()
	file, err := mp4.ReadMP4File(whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, box := range []string{"edts", "btrt", "udta"} {
		if bytes.Contains(f.inits[r.ID], []byte(box)) {
			t.Errorf("init of %s has %s", r.ID, box)
		}
	}
	if len(file.Segments) != len(f.plan.Grid.Segments) {
		t.Fatalf("%d segments, want %d", len(file.Segments), len(f.plan.Grid.Segments))
	}
	_, ticks := f.plan.Durations(r)
	var at int64
	for k, segment := range file.Segments {
		if len(segment.Fragments) != 1 || len(segment.Fragments[0].Moof.Traf.Truns) != 1 || segment.Styp == nil {
			t.Fatalf("segment %d is not one fragment of one run", k)
		}
		samples, err := segment.Fragments[0].GetFullSamples(file.Init.Moov.Mvex.Trex)
		if err != nil {
			t.Fatal(err)
		}
		first := samples[0]
		if int64(first.DecodeTime) != at || first.PresentationTime() != at || !first.IsSync() {
			t.Errorf("segment %d starts at %d, shown %d, sync %v; want %d", k, first.DecodeTime, first.PresentationTime(), first.IsSync(), at)
		}
		shown := make([]int64, len(samples))
		for i := range samples {
			shown[i] = samples[i].PresentationTime()
		}
		slices.Sort(shown)
		for i, s := range shown {
			if s != at+int64(i)*int64(samples[0].Dur) {
				t.Fatalf("segment %d: sample %d is shown at %d", k, i, s)
			}
		}
		at += ticks[k]
	}
	if r.Kind == plan.Video && at != f.plan.Grid.Frames*int64(f.plan.Grid.FrameTicks) {
		t.Errorf("ends at %d", at)
	}
}

// Nothing but the source and the plan may show in a byte that is stored.
func TestTheSameTaskGivesTheSameBytes(t *testing.T) {
	path := testfilm.Cinema.Path(t)
	one, other := prepare(t, path), prepare(t, path)
	for _, task := range one.plan.Tasks[3:5] { // picture and sound from the middle
		for _, f := range []*film{one, other} {
			if _, err := f.pack(t, task, f.encode(t, task)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, pair := range [][2]map[string][]byte{{one.inits, other.inits}, {one.stored, other.stored}} {
		if !maps.EqualFunc(pair[0], pair[1], bytes.Equal) {
			for key := range pair[0] {
				if !bytes.Equal(pair[0][key], pair[1][key]) {
					t.Errorf("%s differs", key)
				}
			}
		}
	}
}

// A frame and the sound that belongs to it stay together from the first second to the last.
func TestPictureAndSoundStayTogether(t *testing.T) {
	for _, source := range []testfilm.Film{testfilm.Clapper, testfilm.ClapperMatroska} {
		t.Run(source.Name, func(t *testing.T) {
			t.Parallel()
			f := prepare(t, source.Path(t))
			f.make(t)
			r := f.plan.Of(plan.Audio)[0]
			grey := decode(t, f.whole(t, f.plan.Of(plan.Video)[0]), "-fps_mode", "passthrough", "-vf", "scale=1:1:flags=area,format=gray", "-f", "rawvideo")
			pcm := decode(t, f.whole(t, r), "-f", "s16le", "-ac", "1")
			frame := 1001.0 / 24000
			flashes := 0
			for k, luma := range grey {
				if luma < 128 {
					continue
				}
				if k%240 != 0 {
					t.Errorf("frame %d is white", k)
				}
				flashes++
				shown := float64(k) * frame
				heard := onset(pcm, r.Rate, shown)
				if off := heard - shown; math.Abs(off) > frame/2 {
					t.Errorf("the beep of %.3f s is heard at %.3f s", shown, heard)
				}
			}
			if flashes != 7 {
				t.Errorf("%d flashes, want 7", flashes)
			}
		})
	}
}

// onset finds where the sound rises, within half a second of a time.
func onset(pcm []byte, rate int, near float64) float64 {
	for i := max(0, int((near-0.5)*float64(rate))); 2*i+1 < len(pcm); i++ {
		if x := int16(binary.LittleEndian.Uint16(pcm[2*i:])); x > 8000 || x < -8000 {
			return float64(i) / float64(rate)
		}
	}
	return math.Inf(1)
}

// Where one task's sound ends and the next one's begins, the decoder must not notice: the
// error against the source stays what the codec's own is. Without a preroll it is 12 dB.
func TestJoinsOfSoundCannotBeHeard(t *testing.T) {
	for _, c := range []struct {
		film testfilm.Film
		id   string
		hear string // in the source and in what is stored, as one channel
	}{
		{testfilm.PAL, "audio/0-und", "aformat=channel_layouts=mono"},
		{testfilm.Tracks, "audio/1-pt-51", "pan=mono|c0=0.5*c0+0.4*c1+0.4*c2+0.2*c4"},
	} {
		t.Run(c.film.Name, func(t *testing.T) {
			t.Parallel()
			f := prepare(t, c.film.Path(t))
			r, ok := f.plan.Rendition(c.id)
			if !ok {
				t.Fatalf("no %s", c.id)
			}
			for k := range f.plan.Grid.Segments { // as many joins as there can be
				task := plan.Task{Kind: plan.Audio, FirstSegment: k, Segments: 1, Renditions: []string{r.ID}}
				if _, err := f.pack(t, task, f.encode(t, task)); err != nil {
					t.Fatal(err)
				}
			}
			mono := []string{"-af", c.hear, "-f", "s16le", "-ac", "1"}
			source := decode(t, f.source, append([]string{"-map", fmt.Sprintf("0:%d", r.Stream)}, mono...)...)
			stored := decode(t, f.whole(t, r), append([]string{"-map", "0:a"}, mono...)...)
			sample := func(pcm []byte, i int64) float64 { return float64(int16(binary.LittleEndian.Uint16(pcm[2*i:]))) }
			for k := 1; k < len(f.plan.Grid.Segments); k++ {
				first, _ := f.plan.AudioSegment(r, k)
				var signal, noise float64
				for i := (first - 1) * plan.PacketSamples; i < (first+1)*plan.PacketSamples; i++ {
					want := sample(source, i)
					signal += want * want
					noise += (want - sample(stored, i)) * (want - sample(stored, i))
				}
				if snr := 10 * math.Log10(signal/noise); snr < 20 {
					t.Errorf("the join at segment %d: %.1f dB", k, snr)
				}
			}
		})
	}
}

func TestWhatIsNotAsPlannedIsNotStored(t *testing.T) {
	f := prepare(t, testfilm.PAL.Path(t))
	video, audio := f.plan.Tasks[0], f.plan.Tasks[1]
	if video.Kind != plan.Video || audio.Kind != plan.Audio {
		t.Fatal("the plan's first tasks are not picture and sound")
	}
	encodedVideo, encodedAudio := f.encode(t, video), f.encode(t, audio)
	longer := video
	longer.Segments = 2
	longerAudio := audio
	longerAudio.Segments = len(f.plan.Grid.Segments)
	other := prepare(t, testfilm.Anamorphic.Path(t)) // the same ladder name, another size

	for name, try := range map[string]func() error{
		"too few frames":  func() error { _, err := f.pack(t, longer, encodedVideo); return err },
		"too few packets": func() error { _, err := f.pack(t, longerAudio, encodedAudio); return err },
		"another decoder": func() error {
			g := &film{plan: f.plan, stored: f.stored, inits: map[string][]byte{video.Renditions[0]: other.inits[other.plan.Renditions[0].ID]}}
			_, err := g.pack(t, video, encodedVideo)
			return err
		},
		"no init": func() error {
			g := &film{plan: f.plan, stored: f.stored}
			_, err := g.pack(t, video, encodedVideo)
			return err
		},
		"a file cut off": func() error {
			path := encodedVideo.Files[video.Renditions[0]]
			whole, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			cut := filepath.Join(t.TempDir(), "cut.mp4")
			if err := os.WriteFile(cut, whole[:len(whole)-1000], 0o644); err != nil {
				t.Fatal(err)
			}
			_, err = f.pack(t, video, encode.Out{Files: map[string]string{video.Renditions[0]: cut}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := try(); err == nil {
				t.Error("no error")
			}
			if len(f.stored) != 0 {
				t.Errorf("stored %d segments", len(f.stored))
			}
		})
	}
}

func TestAStoreThatFailsFailsTheTask(t *testing.T) {
	f := prepare(t, testfilm.Silent.Path(t))
	full := errors.New("disk full")
	_, err := pack.Run(t.Context(), pack.In{VideoID: "film", Plan: f.plan, Task: f.plan.Tasks[0], Encoded: f.encode(t, f.plan.Tasks[0]), Inits: f.inits,
		Put: func(context.Context, string, io.Reader, int64) error { return full }})
	if !errors.Is(err, full) {
		t.Errorf("err = %v", err)
	}
}

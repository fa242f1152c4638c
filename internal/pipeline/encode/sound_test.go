package encode

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// mix hears every channel, each as loud as no other, and together no louder than one.
var mix = map[int]string{2: "c0=0.65*c0+0.35*c1", 6: "c0=0.3*c0+0.24*c1+0.18*c2+0.13*c3+0.09*c4+0.06*c5"}

// samplesOf returns the samples that enter the encoder for runs of packets, all channels
// as one: the commands are the real ones, but for their last stage.
func samplesOf(t *testing.T, source string, p plan.Plan, r plan.Rendition, runs ...packets) (heard [][]float32) {
	t.Helper()
	parts := make([]part, len(runs))
	for i, run := range runs {
		c := audioCommand(p, []plan.Rendition{r}, []packets{run})
		parts[i] = part{c.input, c.args[1] + ";[a0]pan=mono|" + mix[r.Channels] + "[heard]",
			[]string{"-map", "[heard]", "-c:a", "pcm_f32le", "-f", "f32le", fmt.Sprintf("%d.raw", i)}}
	}
	dir := together(t, source, p, parts)
	for i := range runs {
		heard = append(heard, readSamples(t, filepath.Join(dir, fmt.Sprintf("%d.raw", i))))
	}
	return heard
}

func readSamples(t *testing.T, path string) []float32 {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	samples := make([]float32, len(raw)/4)
	for i := range samples {
		samples[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return samples
}

func loudness(s []float32) float64 {
	var sum float64
	for _, x := range s {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum / float64(max(len(s), 1)))
}

// However a film is cut into tasks, the encoder is given the samples of one pass, in stereo
// and in 5.1.
func TestTasksTogetherHoldTheSamplesOfOnePass(t *testing.T) {
	for _, c := range []struct {
		film testfilm.Film
		id   string
	}{
		{testfilm.NTSC, "audio/0-und"}, {testfilm.Matroska, "audio/0-und"}, {testfilm.WebM, "audio/0-und"},
		{testfilm.Transport, "audio/0-und"}, {testfilm.EditList, "audio/0-und"}, {testfilm.LateSound, "audio/0-und"},
		{testfilm.LatePicture, "audio/0-und"},
		{testfilm.Tracks, "audio/0-en"}, {testfilm.Tracks, "audio/0-en-51"}, {testfilm.Tracks, "audio/1-pt-51"},
	} {
		t.Run(c.film.Name+" "+c.id, func(t *testing.T) {
			t.Parallel()
			source, p := planned(t, c.film.Path(t))
			r, ok := p.Rendition(c.id)
			if !ok {
				t.Fatalf("no %s", c.id)
			}
			all := len(p.Grid.Segments)
			last, count := p.AudioSegment(r, all-1)
			total := last + count
			var next int64
			runs := []packets{{count: total}} // one pass, and then the tasks
			for k := 0; k < all; k += 2 {
				run := audioSpans(p, plan.Task{FirstSegment: k, Segments: min(2, all-k)}, []plan.Rendition{r})[0]
				if run.first != next {
					t.Fatalf("segment %d starts at packet %d, the one before ended at %d", k, run.first, next)
				}
				next += run.count
				runs = append(runs, run)
			}
			heard := samplesOf(t, source, p, r, runs...)
			if want := (total + audioTail) * plan.PacketSamples; int64(len(heard[0])) != want {
				t.Fatalf("one pass has %d samples, want %d", len(heard[0]), want)
			}
			for i, run := range runs[1:] {
				from := (run.first - AudioLead(run.first) + 1) * plan.PacketSamples
				if wrong := wrongest(heard[i+1], heard[0], from); wrong > 1.0/(1<<14) { // a decoder may dither the last bit of sixteen
					t.Errorf("segment %d: samples differ by up to %v", 2*i, wrong)
				}
			}
			if next != total {
				t.Errorf("%d packets in tasks, %d in one pass", next, total)
			}
		})
	}
}

// Sound that starts late, or ends early, is silence until and after, to the sample.
func TestSoundKeepsItsPlaceBesideThePicture(t *testing.T) {
	for _, c := range []struct {
		film       testfilm.Film
		begin, end float64 // of the sound, on the film's time
	}{
		{testfilm.Cinema, 0, 14},
		{testfilm.LateSound, 0.7, 15},
		{testfilm.LatePicture, 0, 13.5}, // half a second of sound before the picture is cut off
		{testfilm.ShortSound, 0, 9},
	} {
		t.Run(c.film.Name, func(t *testing.T) {
			t.Parallel()
			source, p := planned(t, c.film.Path(t))
			r := p.Of(plan.Audio)[0]
			last, count := p.AudioSegment(r, len(p.Grid.Segments)-1)
			got := samplesOf(t, source, p, r, packets{count: last + count})[0]
			at := func(s float64) int { return min(int(math.Round(s*float64(r.Rate))), len(got)) }
			const edge = 0.03 // the codec smears what is abrupt
			if begin := at(c.begin); c.begin > 0 && (loudness(got[:begin-at(edge)]) > 1e-3 || loudness(got[begin:begin+at(edge)]) < 0.05) {
				t.Errorf("sound does not begin at %v s", c.begin)
			}
			if end := at(c.end); loudness(got[end-at(edge):end]) < 0.05 || end+at(edge) < len(got) && loudness(got[end+at(edge):]) > 1e-3 {
				t.Errorf("sound does not end at %v s", c.end)
			}
		})
	}
}

// Channels that are all as loud as they can be still fit into two, and none of them is
// quieter than it must be for that.
func TestNothingIsClippedWhenChannelsBecomeFewer(t *testing.T) {
	source, p := planned(t, testfilm.Loudest.Path(t))
	r := p.Of(plan.Audio)[0]
	r.Channels = 2
	var loudest float64
	for _, x := range samplesOf(t, source, p, r, packets{count: 200})[0] {
		loudest = max(loudest, math.Abs(float64(x)))
	}
	if loudest > 1.0005 || loudest < 0.99 {
		t.Errorf("the loudest sample is %v", loudest)
	}
}

// Dialogue is the centre's: in two channels it is as loud in either, and against the left
// and the right what ITU-R BS.775 gives it, 3 dB less.
func TestDialogueKeepsItsPlaceInStereo(t *testing.T) {
	g := soundGraph(plan.Rendition{Kind: plan.Audio, Channels: 2, Rate: 48000}, 0, 4800)
	level := func(channel string) float64 {
		dir := t.TempDir()
		err := testfilm.Tools(t).Run(t.Context(), ffmpeg.Job{
			Args: []string{"-f", "lavfi", "-i", "sine=997:r=48000:d=1,volume=4", "-af", "pan=5.1|" + channel + "=c0," + g + ",pan=mono|c0=c0",
				"-c:a", "pcm_f32le", "-f", "f32le", "heard.raw"},
			Dir: dir,
		})
		if err != nil {
			t.Fatal(err)
		}
		return loudness(readSamples(t, filepath.Join(dir, "heard.raw")))
	}
	centre, left := level("FC"), level("FL")
	if db := 20 * math.Log10(centre/left); math.Abs(db+3) > 0.1 {
		t.Errorf("the centre is %.2f dB against the left", db)
	}
	if lfe := level("LFE"); lfe > 1e-4 {
		t.Errorf("the subwoofer's sound is in the mix: %v", lfe)
	}
}

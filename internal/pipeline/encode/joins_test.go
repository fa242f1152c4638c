package encode

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// coded is encoded sound: what a decoder is set up with, and the packets that are kept.
type coded struct {
	init    *mp4.InitSegment
	packets []mp4.FullSample
}

func (c *coded) add(next coded) {
	c.init = next.init
	c.packets = append(c.packets, next.packets...)
}

// encodedSamplesOf returns the samples that enter the encoder for runs of packets, all
// channels as one, and what it makes of them: the commands are the real ones, which write down
// what they are given as well.
func encodedSamplesOf(t *testing.T, source string, p plan.Plan, r plan.Rendition, runs ...packets) (heard [][]float32, made []coded) {
	t.Helper()
	parts := make([]part, len(runs))
	for i, run := range runs {
		c := audioCommand(p, []plan.Rendition{r}, []packets{run})
		encoder := c.args[slices.Index(c.args, "[a0]")+1 : len(c.args)-1] // all but its file
		parts[i] = part{c.input, c.args[1] + ";[a0]asplit[given][a];[a]pan=mono|" + mix[r.Channels] + "[heard]",
			slices.Concat([]string{"-map", "[given]"}, encoder, []string{fmt.Sprintf("%d.mp4", i)},
				[]string{"-map", "[heard]", "-c:a", "pcm_f32le", "-f", "f32le", fmt.Sprintf("%d.raw", i)})}
	}
	dir := together(t, source, p, parts)
	for i, run := range runs {
		heard = append(heard, readSamples(t, filepath.Join(dir, fmt.Sprintf("%d.raw", i))))
		made = append(made, packetsOf(t, filepath.Join(dir, fmt.Sprintf("%d.mp4", i)), run))
	}
	return heard, made
}

// packetsOf returns the packets of a run that are kept.
func packetsOf(t *testing.T, path string, run packets) coded {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := mp4.DecodeFile(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	out := coded{init: file.Init}
	for _, segment := range file.Segments {
		for _, fragment := range segment.Fragments {
			samples, err := fragment.GetFullSamples(file.Init.Moov.Mvex.Trex)
			if err != nil {
				t.Fatal(err)
			}
			out.packets = append(out.packets, samples...)
		}
	}
	lead := AudioLead(run.first)
	if int64(len(out.packets)) < lead+run.count {
		t.Fatalf("%d packets encoded, %d wanted", len(out.packets), lead+run.count)
	}
	out.packets = out.packets[lead:][:run.count]
	return out
}

// decodedSound returns what is heard of encoded sounds, all channels as one. The first packet
// lacks the one before it: its samples are not right.
func decodedSound(t *testing.T, r plan.Rendition, sounds ...coded) (heard [][]float32) {
	t.Helper()
	dir := t.TempDir()
	job := ffmpeg.Job{Dir: dir}
	name := func(i int, ext string) string { return string(rune('a'+i)) + ext }
	for i, c := range sounds {
		path := filepath.Join(dir, name(i, ".mp4"))
		if err := os.WriteFile(path, c.file(t), 0o600); err != nil {
			t.Fatal(err)
		}
		job.Inputs = append(job.Inputs, ffmpeg.Input{Path: path, Demuxer: "mov"})
		job.Args = append(job.Args, "-map", fmt.Sprintf("%d:a", i), "-af", "pan=mono|"+mix[r.Channels], "-c:a", "pcm_f32le", "-f", "f32le", name(i, ".raw"))
	}
	if err := testfilm.Tools(t).Run(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	for i := range sounds {
		heard = append(heard, readSamples(t, filepath.Join(dir, name(i, ".raw"))))
	}
	return heard
}

// file writes packets one after the other, on a clock that begins with the first.
func (c coded) file(t *testing.T) []byte {
	t.Helper()
	trak := c.init.Moov.Trak
	trak.Children = slices.DeleteFunc(trak.Children, func(b mp4.Box) bool { return b.Type() == "edts" })
	trak.Edts = nil
	fragment, err := mp4.CreateFragment(1, trak.Tkhd.TrackID)
	if err != nil {
		t.Fatal(err)
	}
	for i, packet := range c.packets {
		packet.DecodeTime, packet.Dur, packet.CompositionTimeOffset = uint64(i)*plan.PacketSamples, plan.PacketSamples, 0
		fragment.AddFullSample(packet)
	}
	segment := mp4.NewMediaSegment()
	segment.AddFragment(fragment)
	var out bytes.Buffer
	if err := c.init.Encode(&out); err != nil {
		t.Fatal(err)
	}
	if err := segment.Encode(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// joinsCannotBeHeard checks that the two packets round every join are as near to what was
// given to the encoder as those of one pass are, or so near that nobody hears a difference: a
// join without a preroll has 3 to 12 dB. What is quieter than the last four of sixteen bits
// counts as silence.
func joinsCannotBeHeard(t *testing.T, joins []int64, given, once, joined []float32) {
	t.Helper()
	const near, plenty, quiet = 3, 20, 16.0 / (1 << 15)
	for _, at := range joins {
		from, to := at-plan.PacketSamples, min(at+plan.PacketSamples, int64(len(given)), int64(len(once)), int64(len(joined)))
		if to <= at {
			t.Fatalf("no sound behind the join at sample %d", at)
		}
		var signal, one, cut float64
		for i := from; i < to; i++ {
			x := float64(given[i])
			signal += x * x
			one += math.Pow(x-float64(once[i]), 2)
			cut += math.Pow(x-float64(joined[i]), 2)
		}
		floor := quiet * quiet * float64(to-from)
		snr := func(noise float64) float64 { return 10 * math.Log10(max(signal, floor)/max(noise, 1e-12)) }
		if got, want := snr(cut), min(snr(one)-near, plenty); got < want {
			t.Errorf("the join at sample %d has %.1f dB, one pass %.1f dB", at, got, snr(one))
		}
	}
}

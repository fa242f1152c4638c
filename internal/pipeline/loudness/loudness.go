// Package loudness owns the measuring of sound: how loud each rendition of a film is
// (EBU R 128) and how far its true peak reaches, as a listener without any correction hears
// it. It imports plan and encode, and nothing of how measures are stored or used.
package loudness

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

// Meter measures with ffmpeg.
type Meter struct{ tools *ffmpeg.Tools }

// New returns a meter.
func New(tools *ffmpeg.Tools) *Meter { return &Meter{tools: tools} }

// In is a planned film. Scratch is a folder of the caller's, who removes it.
type In struct {
	Plan    plan.Plan
	Source  string
	Scratch string
	Gate    *ffmpeg.Gate // stops and continues the work; may be nil
}

// The filter tells what it has measured so far with every tenth of a second. It is asked
// every ten seconds; the silence put after the sound is not counted, and makes the last
// answer be about all of it.
const (
	answerEvery = 100
	silence     = "apad=pad_dur=10.5"
)

// Run measures every sound of a film in one pass over its source. A sound with nothing to
// be heard is as quiet as can be told.
func (m *Meter) Run(ctx context.Context, in In) (map[string]plan.Loudness, error) {
	const op = "loudness.run"
	sounds := in.Plan.Of(plan.Audio)
	if len(sounds) == 0 {
		return nil, nil
	}
	var graph, outputs []string
	for i, r := range sounds {
		graph = append(graph, fmt.Sprintf("[0:%d]%s,%s,ebur128=peak=true:metadata=1,aselect='not(mod(n,%d))',ametadata=print:file=%s[a%d]",
			r.Stream, encode.WholeSound(in.Plan, r), silence, answerEvery, answers(i), i))
		outputs = append(outputs, "-map", fmt.Sprintf("[a%d]", i), "-f", "null", "-")
	}
	err := m.tools.Run(ctx, ffmpeg.Job{
		Inputs:    []ffmpeg.Input{{Path: in.Source, Demuxer: in.Plan.Picture.Demuxer, Args: []string{"-copyts"}}},
		Args:      append([]string{"-filter_complex", strings.Join(graph, ";")}, outputs...),
		Dir:       in.Scratch,
		Gate:      in.Gate,
		WholeFilm: true,
	})
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	measured := map[string]plan.Loudness{}
	for i, r := range sounds {
		l, err := read(filepath.Join(in.Scratch, answers(i)))
		if err != nil {
			return nil, fault.Wrap(op, fmt.Errorf("%s: %w", r.ID, err))
		}
		if r.Channels == 1 { // measured as two, each 3 dB quieter; heard from two, each as loud
			l.LUFS, l.TruePeak = l.LUFS+3, l.TruePeak+3
		}
		measured[r.ID] = l
	}
	return measured, nil
}

func answers(i int) string { return fmt.Sprintf("loudness-%d.txt", i) }

// read takes the last answer of each kind, out of a file. Peaks are told as amplitudes, of
// each channel.
func read(path string) (plan.Loudness, error) {
	file, err := os.Open(path)
	if err != nil {
		return plan.Loudness{}, err
	}
	defer file.Close()
	return parse(file)
}

func parse(said io.Reader) (plan.Loudness, error) {
	heard, l, peak := false, plan.Loudness{}, map[string]float64{}
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		key, number, _ := strings.Cut(lines.Text(), "=")
		value, err := strconv.ParseFloat(number, 64)
		switch {
		case err != nil || math.IsNaN(value) || math.IsInf(value, 1): // no measure
		case key == "lavfi.r128.I":
			l.LUFS, heard = value, true
		case strings.HasPrefix(key, "lavfi.r128.true_peaks_ch"):
			peak[key] = value
		}
	}
	if err := lines.Err(); err != nil {
		return plan.Loudness{}, err
	}
	if !heard || len(peak) == 0 {
		return plan.Loudness{}, fmt.Errorf("nothing was measured")
	}
	highest := math.Pow(10, plan.Inaudible/20)
	for _, amplitude := range peak {
		highest = max(highest, amplitude)
	}
	l.LUFS, l.TruePeak = max(l.LUFS, plan.Inaudible), 20*math.Log10(highest)
	return l, nil
}

//go:build bench

package load

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

var seeks = flag.Int("seeks", 20, "how often a viewer seeks")

// Seeks go to where the background will not have been for a long time.
const (
	seekFrom = 85 * time.Minute
	seekTo   = 95 * time.Minute
)

// sought are films of two hours, and how soon a viewer of each is promised to be elsewhere.
var sought = []struct {
	name  string
	film  testfilm.Long
	there time.Duration
}{
	{"played as it is", testfilm.TwoHours, 300 * time.Millisecond},
	{"encoded from 8 bits", testfilm.TwoHoursOpenGOP, encodedSeek},
	{"encoded from 10 bits", testfilm.TwoHoursTenBits, encodedSeek},
}

const encodedSeek = 2 * time.Second

// A viewer seeks to where nothing is made yet, and again as soon as he is there, while the
// rest of the film is made.
func TestSeeksIntoWhatIsNotMadeYet(t *testing.T) {
	for _, kind := range sought {
		t.Run(kind.name, func(t *testing.T) {
			h := house.Start(t, house.Options{})
			f, _ := premiere(t, h.Admin(), h, kind.film)
			f.untilBackground(t)
			var took []time.Duration
			for range *seeks {
				k := f.anywhere(t)
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				began := time.Now()
				err := f.at(ctx, k)
				took = append(took, time.Since(began))
				cancel()
				if err != nil {
					t.Fatalf("segment %d: %v", k, err)
				}
			}
			f.stillBeingMade(t)
			p95 := quantile(took, 0.95)
			what := fmt.Sprintf("%d seeks to about minute 90, %s, picture and sound of %s", *seeks, kind.name, f.picture.id)
			report(t, p95 <= kind.there, what+": p95", seconds(p95), "≤ "+seconds(kind.there))
			report(t, true, "… of these, p50, worst", seconds(quantile(took, 0.5))+", "+seconds(quantile(took, 1)), "")
		})
	}
}

// What a viewer waits for takes little longer than its encoder would with the machine to
// itself. Each segment is made by the server, then with the server and all its encoders
// standing still by the same command.
func TestADemandTakesLittleLongerThanItsEncoderAlone(t *testing.T) {
	const pairs = 6
	h := house.Start(t, house.Debug())
	f, _ := premiere(t, h.Admin(), h, testfilm.TwoHoursTenBits)
	f.untilBackground(t)
	var served, alone []time.Duration
	for range pairs {
		k := f.anywhere(t)
		began := time.Now()
		if _, err := f.get(t.Context(), f.picture.segments[k]); err != nil {
			t.Fatal(err)
		}
		served = append(served, time.Since(began))
		command := f.commandOf(t, k, began)
		stdin := f.fed(t, command, testfilm.TwoHoursTenBits.Path(t), k)
		thaw := h.Freeze()
		took, err := run(t, command, stdin)
		thaw()
		if err != nil {
			t.Fatal(err)
		}
		alone = append(alone, took)
		f.settle(t)
	}
	ratio := quantile(served, 0.5).Seconds() / quantile(alone, 0.5).Seconds()
	what := fmt.Sprintf("a segment of %s made on demand against its ffmpeg alone, medians of %d pairs", f.picture.id, pairs)
	report(t, ratio <= 1.5, what, fmt.Sprintf("%s, %s: %.2f", seconds(quantile(served, 0.5)), seconds(quantile(alone, 0.5)), ratio), "≤ 1.5")
}

// A viewer who drags the seek bar leaves each place for the next, until the last.
func TestPlacesLeftBehindCostNothingMore(t *testing.T) {
	for _, kind := range sought[1:] {
		t.Run(kind.name, func(t *testing.T) { dragTheSeekBar(t, kind.film) })
	}
}

func dragTheSeekBar(t *testing.T, film testfilm.Long) {
	const every, readAhead = 500 * time.Millisecond, 3
	h := house.Start(t, house.Debug())
	f, _ := premiere(t, h.Admin(), h, film)
	f.untilBackground(t)

	left := map[string]time.Time{} // when each place was left
	var answered []int
	// So far apart that what is read ahead of one is not another.
	places := slices.DeleteFunc(f.unmade(seekFrom, seekTo), func(k int) bool { return k%(readAhead+2) != 0 })
	rand.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	places = places[:min(*seeks, len(places))]
	last := places[len(places)-1]
	began := time.Now()
	for _, k := range places[:len(places)-1] {
		ctx, leave := context.WithTimeout(t.Context(), every)
		err := f.at(ctx, k)
		<-ctx.Done()
		leave()
		switch {
		case err == nil:
			answered = append(answered, k)
		case !errors.Is(err, context.DeadlineExceeded):
			t.Fatal(err)
		}
		left[f.segment(k)] = time.Now()
	}
	arrived := time.Now()
	dragged := arrived.Sub(began).Round(time.Second)
	if err := f.at(t.Context(), last); err != nil {
		t.Fatal(err)
	}
	waited := time.Since(arrived)
	f.settle(t)

	// What was made on demand, and not too late to be stopped.
	made, served := 0, 1+len(answered)
	for _, e := range h.Encodings() {
		if e.Event != "made" || e.Time.Before(began) || path.Dir(e.Segment) != f.picture.id {
			continue
		}
		made++
		gone, wasLeft := left[e.Segment]
		late := e.Time.Sub(gone)
		switch {
		case !wasLeft || slices.Contains(answered, f.index(e.Segment)): // the last, read ahead, or served
		case late < every:
			served++ // it was all but there when it was left
		default:
			t.Errorf("%s was made %v after its only viewer had left", e.Segment, late)
		}
	}
	most := served * (1 + readAhead)
	what := fmt.Sprintf("%d seeks in %v, each place left for the next", len(places), dragged)
	report(t, waited <= encodedSeek, what+": wait at the last", seconds(waited), "≤ "+seconds(encodedSeek))
	report(t, made <= most, "… picture segments made on demand, all in all", fmt.Sprintf("%d, %d places answered", made, len(answered)), fmt.Sprintf("≤ %d", most))
}

// segment names a segment of the picture as the log does.
func (f film) segment(k int) string { return fmt.Sprintf("%s/%d", f.picture.id, k) }

func (f film) index(segment string) int {
	k, _ := strconv.Atoi(path.Base(segment))
	return k
}

// anywhere chooses a segment nobody has been near.
func (f film) anywhere(t *testing.T) int {
	t.Helper()
	there := f.unmade(seekFrom, seekTo)
	if len(there) == 0 {
		t.Fatal("all of it is made already")
	}
	return there[rand.IntN(len(there))]
}

// untilBackground waits until the film's own encoders are at work.
func (f film) untilBackground(t *testing.T) {
	t.Helper()
	f.patiently(t, "no encoder is at work", func() bool { return f.house.Encoders() > 0 })
	f.stillBeingMade(t)
}

func (f film) stillBeingMade(t *testing.T) {
	t.Helper()
	v, err := f.client.Video(t.Context(), f.id)
	if err != nil || v.Status != "processing" {
		t.Fatalf("the film is %s (%v): this was not beside its encode", v.Status, err)
	}
}

// settle waits until nothing is made for a viewer, and for a moment nothing has been.
func (f film) settle(t *testing.T) {
	t.Helper()
	f.patiently(t, "what viewers want is still being made", func() bool {
		under, last := 0, time.Time{}
		for _, e := range f.house.Encodings() {
			switch e.Event {
			case "taken":
				under++
			case "made", "failed", "cancelled":
				under--
			default:
				continue
			}
			last = e.Time
		}
		return under == 0 && time.Since(last) > time.Second/2
	})
}

func (f film) patiently(t *testing.T, but string, until func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !until() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("after a minute %s", but)
		}
	}
}

// commandOf returns the command that made a segment on demand since a moment: of those that
// wrote this rendition alone, the one whose first frame is nearest to the segment's.
func (f film) commandOf(t *testing.T, k int, since time.Time) house.Program {
	t.Helper()
	output := fileOf(f.picture.id)
	var found house.Program
	f.patiently(t, "the log does not tell how the segment was made", func() bool {
		nearest := 1.0 // seconds: less than a segment lasts
		for _, p := range f.house.Programs() {
			if p.Time.Before(since) || p.Failed || p.Args[len(p.Args)-1] != output {
				continue
			}
			ticks := firstFrame.FindStringSubmatch(strings.Join(p.Args, " "))
			if ticks == nil {
				continue
			}
			scale, _ := strconv.ParseFloat(ticks[1], 64)
			first, _ := strconv.ParseFloat(ticks[2], 64)
			if off := math.Abs(first/scale - f.picture.starts[k]); off < nearest {
				found, nearest = p, off
			}
		}
		return found.Program != ""
	})
	return found
}

// firstFrame finds a span's first frame in its filter graph: its clock, and when it is due.
var firstFrame = regexp.MustCompile(`settb=1/(\d+),setpts=\(*PTS-\((\d+)\)`)

// fed is what a command of the server's read from its standard input, if it did: the
// stretch of the film that a segment is decoded from.
func (f film) fed(t *testing.T, p house.Program, path string, k int) io.Reader {
	t.Helper()
	if !slices.Contains(p.Args, "pipe:0") {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	index, err := source.Open(file, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	at := func(k int) time.Duration { return time.Duration(f.picture.starts[k] * float64(time.Second)) }
	var stretch bytes.Buffer
	if err := index.Stretch(t.Context(), &stretch, 0, at(k), at(k+1)); err != nil {
		t.Fatal(err)
	}
	return &stretch
}

// niceness is that of the server's own encoders.
const niceness = "10"

// run runs a command the server has run, in a folder of its own, and returns how long it
// took.
func run(t *testing.T, p house.Program, stdin io.Reader) (time.Duration, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "nice", slices.Concat([]string{"-n", niceness, p.Program}, p.Args)...)
	cmd.Dir, cmd.Stdin = t.TempDir(), stdin
	progress, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // where it is told to report to
	if err != nil {
		return 0, err
	}
	defer progress.Close()
	cmd.ExtraFiles = []*os.File{progress}
	began := time.Now()
	said, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, said)
	}
	return time.Since(began), err
}

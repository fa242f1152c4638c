//go:build bench

package load

import (
	"flag"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

var (
	ladder  = flag.Int("ladder", 600, "seconds of the film whose ladder is paid for: a multiple of 120")
	onePass = flag.Int("one-pass", 120, "seconds of it that are encoded in one pass beside, and scaled up")
)

// peerTube is the figure ours stands beside: CPU seconds for a second of film.
const peerTube = 2.0

// A film made in parts, by demand and in lanes, costs hardly more than one ffmpeg that
// decodes it once and writes the same rungs with the same options.
func TestTheLadderCostsLittleMoreThanOnePass(t *testing.T) {
	h := house.Start(t, house.Options{})
	c := h.Admin()
	stop := h.Meter()
	f, _ := premiere(t, c, h, tenBits(*ladder))
	if _, err := c.Until(t.Context(), f.id, c.Finished(t.Context())); err != nil {
		t.Fatal(err)
	}
	lane := map[string]time.Duration{}
	task := map[string]house.Cost{} // one of each
	var paid time.Duration
	for _, cost := range stop() {
		name := laneOf(cost, f.picture.id)
		lane[name] += cost.CPU
		paid += cost.CPU
		task[name] = cost
	}
	qualityAlone := inOnePass(t, rungsOf(t, task[quality]), false)
	allAlone := inOnePass(t, append(rungsOf(t, task[lowest]), rungsOf(t, task[quality])...), true)

	perSecond := func(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()/float64(*ladder)) }
	report(t, true, fmt.Sprintf("CPU seconds for a second of film, %d s of 1080p and all its rungs", *ladder), perSecond(paid), fmt.Sprintf("PeerTube: %.1f", peerTube))
	for _, name := range []string{lowest, quality, sound, others} {
		report(t, true, "… of these, "+name, perSecond(lane[name]), "")
	}
	ratio := lane[quality].Seconds() / qualityAlone.Seconds()
	report(t, ratio <= 1.05, "the quality lane against the same rungs in one pass", fmt.Sprintf("%.3f", ratio), "≤ 1.05")
	ratio = paid.Seconds() / allAlone.Seconds()
	report(t, ratio <= 1.25, "everything against all rungs and the sound in one pass", fmt.Sprintf("%.3f", ratio), "≤ 1.25")
}

func tenBits(seconds int) testfilm.Long {
	return testfilm.Long{Name: fmt.Sprintf("%d-s-10bit.mp4", seconds), Seconds: seconds, TenBits: true}
}

// What programs are run for.
const (
	lowest  = "the lowest rung"
	quality = "the rungs above, in one decode"
	sound   = "sound"
	others  = "looking at the film, first frames, pictures"
)

// laneOf tells by what a program wrote what it was for.
func laneOf(p house.Cost, lowestID string) string {
	low, above, heard := false, false, false
	for _, arg := range p.Args {
		low = low || arg == fileOf(lowestID)
		above = above || arg != fileOf(lowestID) && strings.HasPrefix(arg, "video-") && strings.HasSuffix(arg, ".mp4")
		heard = heard || strings.HasPrefix(arg, "audio-") && strings.HasSuffix(arg, ".mp4")
	}
	switch {
	case low && !above && !heard:
		return lowest
	case above && !low && !heard:
		return quality
	case heard && !low && !above:
		return sound
	}
	return others
}

// fileOf is what encoders call a rendition's file.
func fileOf(rendition string) string { return strings.ReplaceAll(rendition, "/", "-") + ".mp4" }

// rung is how a rendition's picture is made.
type rung struct {
	filter  string   // of its size
	options []string // of its encoder
}

// rungsOf reads how a task made its renditions, but for where its segments begin.
func rungsOf(t *testing.T, p house.Cost) (rungs []rung) {
	t.Helper()
	at := slices.Index(p.Args, "-filter_complex")
	if at < 0 {
		t.Fatalf("there was no such task: %v", p.Args)
	}
	branches := strings.Split(p.Args[at+1], ";")[1:]
	for _, output := range strings.Split(strings.Join(p.Args[at+2:], "\x00"), "-map\x00")[1:] {
		words := strings.Split(strings.TrimSuffix(output, "\x00"), "\x00")
		options := words[1 : len(words)-1] // between what it shows and its name
		if i := slices.Index(options, "-force_key_frames"); i >= 0 {
			options = slices.Delete(options, i, i+2)
		}
		branch := branches[len(rungs)]
		rungs = append(rungs, rung{branch[strings.Index(branch, "]")+1 : strings.LastIndex(branch, "[")], options})
	}
	return rungs
}

// inOnePass encodes the film to these rungs from one decode, perhaps with its sound, and
// returns the time that took of all cores, for all of the film.
func inOnePass(t *testing.T, rungs []rung, withSound bool) time.Duration {
	t.Helper()
	graph := fmt.Sprintf("[0:v]split=%d", len(rungs))
	for i := range rungs {
		graph += fmt.Sprintf("[s%d]", i)
	}
	var outputs []string
	for i, r := range rungs {
		graph += fmt.Sprintf(";[s%d]%s[v%d]", i, r.filter, i)
		outputs = append(outputs, "-map", fmt.Sprintf("[v%d]", i))
		outputs = append(append(outputs, r.options...), fmt.Sprintf("%d.mp4", i))
	}
	if withSound {
		outputs = append(outputs, "-map", "0:a:0", "-c:a", "aac", "-ac", "2", "-b:a", "128k", "sound.mp4")
	}
	args := append([]string{"-nostdin", "-v", "error", "-threads", "4", "-i", tenBits(*onePass).Path(t), "-filter_complex", graph}, outputs...)
	cmd := exec.CommandContext(t.Context(), testfilm.Tools(t).Status().FFmpeg, args...)
	cmd.Dir = t.TempDir()
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	took := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return took * time.Duration(*ladder) / time.Duration(*onePass)
}

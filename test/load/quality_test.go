//go:build bench

package load

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// contents are pictures that are hard in different ways. They have 10 bits a sample, so
// they are encoded on a grid of our own; their 48 s are several tasks of every lane.
func contents(t *testing.T) []testfilm.Film {
	t.Helper()
	const seconds = "48"
	bunny := []string{"-stream_loop", "1", "-i", testfilm.BigBuckBunny(t)}
	fine := []string{"-t", seconds, "-an", "-c:v", "libx264", "-preset", "superfast", "-crf", "12", "-pix_fmt", "yuv420p10le"}
	looking := func(filter string) []string { return slices.Concat(bunny, []string{"-vf", filter}, fine) }
	return []testfilm.Film{
		{Name: "quality-film.mp4", Args: slices.Concat(bunny, fine)},
		{Name: "quality-grain.mp4", Args: looking("noise=c0s=9:c0f=t")},
		{Name: "quality-night.mp4", Args: looking("eq=brightness=-0.12:contrast=0.45:saturation=0.6,noise=c0s=2:c0f=t")},
		{Name: "quality-graphics.mp4", Args: slices.Concat([]string{"-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=25"}, fine)},
	}
}

// A ladder made in tasks looks as good as one pass with the same options that takes as many
// bytes. Beside it stands what a plain ladder takes, whose rungs are held at their rates
// whatever is shown.
func TestTheLadderLooksAsGoodAsOnePass(t *testing.T) {
	fmt.Println("| content | rung | ours: bytes, SSIM | one pass: bytes, SSIM | SSIM at our bytes, apart | plain ABR: bytes, SSIM | ours ÷ ABR |")
	fmt.Println("|---|---|---|---|---|---|---|")
	for _, content := range contents(t) {
		t.Run(content.Name, func(t *testing.T) { likeOnePass(t, content.Name, content.Path(t)) })
	}
}

// likeOnePass compares what the server makes of one film.
func likeOnePass(t *testing.T, name, source string) {
	worst := 0.0
	h := house.Start(t, house.Options{})
	c := h.Admin()
	stop := h.Meter()
	id := made(t, h, c, source)
	var rungs []rung
	names := map[string]bool{}
	for _, cost := range stop() {
		at := slices.Index(cost.Args, "-filter_complex")
		if lane := laneOf(cost, "video/360"); at < 0 || lane != lowest && lane != quality {
			continue
		}
		for _, r := range rungsOf(t, cost) {
			if !names[r.filter] {
				names[r.filter] = true
				rungs = append(rungs, r)
			}
		}
	}
	slices.SortFunc(rungs, func(a, b rung) int { return heightOf(t, a) - heightOf(t, b) })
	if len(rungs) != 4 {
		t.Fatalf("%s has %d rungs, not 4", name, len(rungs))
	}
	var ours, plain int64
	for _, r := range rungs {
		own := measured(t, source, r, joined(t, h, fmt.Sprintf("videos/%s/video/%d", id, heightOf(t, r))))
		rate := rateOf(t, r)
		plainly := without(t, with(t, with(t, r.options, "-maxrate", fmt.Sprint(rate*11/10)), "-bufsize", fmt.Sprint(rate*2)), "-crf")
		looks := encodedWhole(t, source, r, r.options, with(t, r.options, "-crf", "22"), append(plainly, "-b:v", fmt.Sprint(rate)))
		once, finer, abr := looks[0], looks[1], looks[2]
		apart := own.ssim - at(own.bytes, once, finer)
		worst = min(worst, apart)
		fmt.Printf("| %s | %dp | %s | %s | %+.4f | %s | %.2f |\n", name, heightOf(t, r), own, once, apart, abr, float64(own.bytes)/float64(abr.bytes))
		ours, plain = ours+own.bytes, plain+abr.bytes
	}
	fmt.Printf("| %s | all | %.2f MB | | | %.2f MB | %.2f |\n", name, float64(ours)/1e6, float64(plain)/1e6, float64(ours)/float64(plain))
	h.Stop()
	report(t, worst >= -0.002, "the ladder's SSIM against one pass at equal bytes, at worst", fmt.Sprintf("%+.4f", worst), "≥ -0.002")
}

// made uploads a film and waits until every rung is whole.
func made(t *testing.T, h *house.House, c *house.Client, source string) (id string) {
	t.Helper()
	file, err := os.Open(source)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
	defer cancel()
	v, err := c.Post(ctx, "", filepath.Base(source), file)
	if err == nil {
		_, err = c.Until(ctx, v.ID, c.Finished(ctx))
	}
	if err != nil {
		t.Fatal(err)
	}
	return v.ID
}

// joined writes the segments of a rendition into one file.
func joined(t *testing.T, h *house.House, rendition string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "joined.mp4")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var segments []string
	for key := range h.Objects(rendition + "/") {
		if path.Ext(key) == ".m4s" {
			segments = append(segments, key)
		}
	}
	slices.Sort(segments)
	for _, key := range append([]string{rendition + "/init.mp4"}, segments...) {
		if _, err := file.Write(h.Object(key)); err != nil {
			t.Fatal(err)
		}
	}
	return name
}

// look is how large an encoded picture is and how much like its source.
type look struct {
	bytes int64
	ssim  float64
}

func (l look) String() string { return fmt.Sprintf("%.2f MB, %.4f", float64(l.bytes)/1e6, l.ssim) }

// at tells how a pass would look that took so many bytes, from two that took others.
func at(bytes int64, a, b look) float64 {
	if a.bytes == b.bytes {
		return a.ssim
	}
	part := math.Log(float64(bytes)/float64(a.bytes)) / math.Log(float64(b.bytes)/float64(a.bytes))
	return a.ssim + part*(b.ssim-a.ssim)
}

var allSSIM = regexp.MustCompile(`All:([0-9.]+)`)

// measured compares every frame with the source's, brought to the same size by the filter
// the encoder was fed through.
func measured(t *testing.T, source string, r rung, encoded string) look {
	t.Helper()
	info, err := os.Stat(encoded)
	if err != nil {
		t.Fatal(err)
	}
	said := ffmpegSays(t, "-i", encoded, "-i", source, "-filter_complex",
		"[0:v]settb=1/25,setpts=N[a];[1:v]"+r.filter+",settb=1/25,setpts=N[b];[a][b]ssim=shortest=0", "-f", "null", "-")
	found := allSSIM.FindStringSubmatch(said)
	if found == nil {
		t.Fatalf("no SSIM in what ffmpeg says:\n%s", said)
	}
	ssim, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return look{info.Size(), ssim}
}

// encodedWhole encodes the film to one rung in one pass, once with each of these options,
// and looks at what comes of it.
func encodedWhole(t *testing.T, source string, r rung, each ...[]string) (looks []look) {
	t.Helper()
	graph := fmt.Sprintf("[0:v]%s,split=%d", r.filter, len(each))
	var outputs, names []string
	for i, options := range each {
		graph += fmt.Sprintf("[v%d]", i)
		names = append(names, filepath.Join(t.TempDir(), "whole.mp4"))
		outputs = slices.Concat(outputs, []string{"-map", fmt.Sprintf("[v%d]", i)}, options,
			[]string{"-f", "mp4", "-movflags", "+cmaf+frag_keyframe+skip_trailer", names[i]})
	}
	ffmpegSays(t, slices.Concat([]string{"-i", source, "-filter_complex", graph}, outputs)...)
	for _, name := range names {
		looks = append(looks, measured(t, source, r, name))
	}
	return looks
}

func ffmpegSays(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	defer cancel()
	said, err := exec.CommandContext(ctx, testfilm.Tools(t).Status().FFmpeg, append([]string{"-nostdin", "-hide_banner", "-y"}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return string(said)
}

var size = regexp.MustCompile(`scale=\d+:(\d+)`)

func heightOf(t *testing.T, r rung) int {
	t.Helper()
	found := size.FindStringSubmatch(r.filter)
	if found == nil {
		t.Fatalf("no size in %s", r.filter)
	}
	height, _ := strconv.Atoi(found[1])
	return height
}

// rateOf is the rate the ladder names for a rung, of which the encoder's cap is nine tenths.
func rateOf(t *testing.T, r rung) int {
	t.Helper()
	i := slices.Index(r.options, "-maxrate")
	if i < 0 {
		t.Fatalf("no cap in %v", r.options)
	}
	cap, _ := strconv.Atoi(r.options[i+1])
	return cap * 10 / 9
}

// with returns options of which one has another value.
func with(t *testing.T, options []string, name, value string) []string {
	t.Helper()
	i := slices.Index(options, name)
	if i < 0 {
		t.Fatalf("no %s in %v", name, options)
	}
	changed := slices.Clone(options)
	changed[i+1] = value
	return changed
}

// without returns options of which one, and its value, is left out.
func without(t *testing.T, options []string, name string) []string {
	t.Helper()
	i := slices.Index(options, name)
	if i < 0 {
		t.Fatalf("no %s in %v", name, options)
	}
	return slices.Delete(slices.Clone(options), i, i+2)
}

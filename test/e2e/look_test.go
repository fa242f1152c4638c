//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// seen is a picture as a browser shows it, three bytes a pixel.
type seen struct {
	Width, Height int
	Pixels        []byte
}

// Films look in a browser as they should: upright and in their shape, and in the colours of
// a frame that another program decoded. Of an HDR film that frame is the one that was made
// for ordinary screens, whose colours have their own test.
func TestFilmsLookInABrowserAsTheyShould(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	colours := []testfilm.Code{{Y: 64, Cb: 512, Cr: 512}, {Y: 440, Cb: 512, Cr: 512}, {Y: 572, Cb: 512, Cr: 512}, {Y: 722, Cb: 512, Cr: 512}, {Y: 500, Cb: 470, Cr: 560}, {Y: 460, Cb: 560, Cr: 480}, {Y: 430, Cb: 480, Cr: 490}, {Y: 560, Cb: 450, Cr: 570}}
	for _, one := range []struct {
		film   testfilm.Film
		shape  string
		stored bool // the frame to compare with is what is stored
	}{
		{testfilm.Patches("smpte2084", colours), "320x64", true},
		{testfilm.OnSide, "320x180", false},
		{testfilm.Squeezed, "320x180", false},
		{testfilm.Portrait, "180x320", false},
		{testfilm.Turned90, "180x320", false},
	} {
		v := show(t, c, one.film)
		var got seen
		if err := json.Unmarshal([]byte(browser.Run(t, browserPatience, "look.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword, v.ID)), &got); err != nil {
			t.Fatal(err)
		}
		if shape := fmt.Sprintf("%dx%d", got.Width, got.Height); shape != one.shape || len(got.Pixels) != 3*got.Width*got.Height {
			t.Errorf("%s is shown at %s, want %s", one.film.Name, shape, one.shape)
			continue
		}
		source := one.film.Path(t)
		if one.stored {
			source = filepath.Join(t.TempDir(), "stored.mp4")
			rendition := fmt.Sprintf("videos/%s/%s/", v.ID, plays(t, c, v).Renditions[0].ID)
			if err := os.WriteFile(source, append(h.Object(rendition+"init.mp4"), h.Object(rendition+"seg-00001.m4s")...), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want := firstFrame(t, source, got.Width, got.Height)
		sum, worst := 0.0, 0.0
		for i := range want {
			apart := math.Abs(float64(want[i]) - float64(got.Pixels[i]))
			sum += apart
			if x, y := i/3%got.Width, i/3/got.Width; x%testfilm.PatchWidth == testfilm.PatchWidth/2 && y == got.Height/2 {
				worst = max(worst, apart) // in the middle of a colour
			}
		}
		mean := sum / float64(len(want))
		t.Logf("%s: %.2f of 255 apart on average", one.film.Name, mean)
		if mean > 4 || one.stored && worst > 5 {
			t.Errorf("%s: %.2f of 255 apart on average, %.0f in the middle of a colour", one.film.Name, mean, worst)
		}
	}
	h.Stop()
}

// firstFrame decodes a film's first picture, turned as the file says.
func firstFrame(t *testing.T, path string, width, height int) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), testfilm.Tools(t).Status().FFmpeg, "-nostdin", "-v", "error", "-i", path, "-frames:v", "1",
		"-vf", fmt.Sprintf("scale=%d:%d:flags=bicubic+accurate_rnd+full_chroma_int", width, height), "-pix_fmt", "rgb24", "-f", "rawvideo", "-")
	var said bytes.Buffer
	cmd.Stderr = &said
	raw, err := cmd.Output()
	if err != nil || len(raw) != 3*width*height {
		t.Fatalf("%d bytes of a picture, %v\n%s", len(raw), err, said.String())
	}
	return raw
}

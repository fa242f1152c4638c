//go:build bench

package load

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// From the page of a film somebody clicks on Watch: how long it is until they see it, with the
// film ready, over loopback, the app at hand as for whoever was here before.
func TestAFilmPlaysSoonAfterTheClick(t *testing.T) {
	const clicks = 10
	h := house.Start(t, house.Options{})
	c := h.Admin()
	film := testfilm.Film{Name: "click.mp4", Args: []string{
		"-i", testfilm.BigBuckBunny(t), "-vf", "fps=24,scale=1280:720,setsar=1", "-c:v", "libx264", "-preset", "ultrafast", "-g", "48",
		"-b:v", "3M", "-maxrate", "4M", "-bufsize", "4M", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-b:a", "96k", "-movflags", "+faststart",
	}}
	file, err := os.Open(film.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	v, err := c.Post(t.Context(), "", film.Name, file)
	if err == nil {
		_, err = c.AsLongAsItMoves(t.Context(), time.Minute, v.ID, c.Finished(t.Context()))
	}
	if err != nil {
		t.Fatal(err)
	}
	said := strings.TrimSpace(browser.Run(t, 2*time.Minute, "click.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword, "click", fmt.Sprint(clicks)))
	var took []float64
	if err := json.Unmarshal([]byte(said[strings.LastIndex(said, "\n")+1:]), &took); err != nil || len(took) != clicks {
		t.Fatalf("%v in\n%s", err, said)
	}
	slices.Sort(took)
	report(t, took[clicks/2] <= 1000, fmt.Sprintf("%d clicks on Watch, a film that is ready, warm: p50 until the first picture", clicks), fmt.Sprintf("%.0f ms", took[clicks/2]), "≤ 1000 ms")
	report(t, took[clicks-1] > 0, "the worst of them", fmt.Sprintf("%.0f ms", took[clicks-1]), "")
}

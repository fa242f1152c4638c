//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

const browserPatience = 8 * time.Minute

// trailer is 30 s of a real film in two rungs, one of them as it is: something to look at.
func trailer(t testing.TB) testfilm.Film {
	return testfilm.Film{Name: "trailer.mp4", Args: []string{
		"-i", testfilm.BigBuckBunny(t), "-vf", "scale=854:480", "-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-b:v", "1M", "-maxrate", "1400k", "-bufsize", "1400k",
		"-pix_fmt", "yuv420p",
		"-c:a", "aac", "-ac", "2", "-b:a", "96k", "-movflags", "+faststart",
	}}
}

func TestAPersonSetsUpUploadsAndWatches(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{NoAdmin: true})
	file := filepath.Join(t.TempDir(), "Big Buck Bunny (2008).mp4") // which the title is guessed from
	body, err := os.ReadFile(trailer(t).Path(t))
	if err == nil {
		err = os.WriteFile(file, body, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	said := browser.Run(t, browserPatience, "person.mjs", h.SetUpLink(), house.AdminEmail, house.AdminPassword, file)
	t.Log(said)
	h.Stop()
}

func TestOtherPlayersOnOtherSitesPlayIt(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	v := show(t, c, trailer(t))
	if _, err := c.AddSubtitle(t.Context(), v.ID, map[string]string{"language": "en"}, "trailer.srt", []byte("1\n00:00:01,000 --> 00:00:20,000\nA bunny\n")); err != nil {
		t.Fatal(err) // whoever plays it meets words, too
	}
	s, err := c.Stream(t.Context(), v.ID)
	if err != nil {
		t.Fatal(err)
	}
	folder := browser.Folder(t)
	site := http.NewServeMux()
	site.Handle("/modules/", http.StripPrefix("/modules/", http.FileServer(http.Dir(filepath.Join(folder, "node_modules")))))
	site.Handle("/", http.FileServer(http.Dir(filepath.Join(folder, "players"))))
	elsewhere := httptest.NewServer(site)
	defer elsewhere.Close()

	heights := make([]string, len(s.Renditions))
	for i, r := range s.Renditions {
		heights[i] = fmt.Sprint(r.Height)
	}
	if !slices.IsSorted(heights) || len(heights) != 2 {
		t.Fatalf("the film has the heights %v", heights)
	}
	said := browser.Run(t, browserPatience, "players.mjs", elsewhere.URL, h.URL(s.HLSURL), h.URL(s.DASHURL), fmt.Sprint(s.DurationSeconds), strings.Join(heights, ","))
	t.Log(said)
}

//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

const browserPatience = 8 * time.Minute

// trailer is 30 s of a real film in two rungs: something to look at.
func trailer(t testing.TB) testfilm.Film {
	return testfilm.Film{Name: "trailer.mp4", Args: []string{
		"-i", testfilm.BigBuckBunny(t), "-vf", "scale=854:480", "-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-pix_fmt", "yuv420p",
		"-c:a", "aac", "-ac", "2", "-b:a", "96k", "-movflags", "+faststart",
	}}
}

// browse runs one of the scripts in browser/, which drives a real browser, and returns
// what it printed.
func browse(t *testing.T, script string, args ...string) string {
	t.Helper()
	folder := filepath.Join(house.Root(t), "test", "e2e", "browser")
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "playwright-core")); err != nil {
		t.Fatal("the browser's driver is not installed: run make setup-test")
	}
	ctx, cancel := context.WithTimeout(t.Context(), browserPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", append([]string{script}, args...)...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "SHOTS="+shots(t))
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // on which it closes the browser
	cmd.WaitDelay = 10 * time.Second
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, said)
	}
	return string(said)
}

// shots returns the folder for pictures of the screens: E2E_SHOTS to look at them.
func shots(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("E2E_SHOTS")
	if folder == "" {
		return t.TempDir()
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
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
	said := browse(t, "person.mjs", h.SetUpLink(), house.AdminEmail, house.AdminPassword, file)
	t.Log(said)
	h.Stop()
}

func TestOtherPlayersOnOtherSitesPlayIt(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	v := show(t, c, trailer(t))
	s, err := c.Stream(t.Context(), v.ID)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(house.Root(t), "test", "e2e", "browser")
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
	said := browse(t, "players.mjs", elsewhere.URL, h.URL(s.HLSURL), h.URL(s.DASHURL), fmt.Sprint(s.DurationSeconds), strings.Join(heights, ","))
	t.Log(said)
}

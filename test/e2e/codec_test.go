//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// A browser that decodes AV1 as well as it does H.264 plays a film in it, once all of its
// rungs are there in both, and keeps to it whichever rung is chosen.
func TestABrowserPlaysAFilmInTheSmallerCodecThatIsThere(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{Env: map[string]string{"KK_CODECS": "h264,av1"}})
	c := h.Admin()
	v := show(t, c, testfilm.Film{Name: "twice.mp4", Args: []string{
		"-i", testfilm.BigBuckBunny(t), "-t", "8", "-vf", "scale=854:480", "-c:v", "mpeg4", "-q:v", "4", "-c:a", "aac", "-ac", "2",
	}})
	eventually(t, patience, func() error {
		s, err := c.Stream(t.Context(), v.ID)
		if err == nil && len(s.Renditions) != 4 {
			err = fmt.Errorf("there are %d rungs", len(s.Renditions))
		}
		return err
	})
	s := plays(t, c, v)
	var rungs, smaller []string
	for _, r := range s.Renditions {
		if !strings.HasSuffix(r.ID, "-av1") {
			rungs = append(rungs, r.ID)
			continue
		}
		smaller = append(smaller, strings.TrimSuffix(r.ID, "-av1"))
		if !strings.HasPrefix(r.Codecs, "av01.0.") {
			t.Errorf("%s says it is %q", r.ID, r.Codecs)
		}
	}
	if strings.Join(rungs, " ") != "video/360 video/480" || strings.Join(smaller, " ") != "video/360 video/480" {
		t.Fatalf("rungs %v, in AV1 %v", rungs, smaller)
	}
	t.Log(browser.Run(t, browserPatience, "codec.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword, v.ID, "480", "360"))
}

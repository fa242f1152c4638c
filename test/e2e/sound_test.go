//go:build e2e

package e2e

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// manyTongues lasts a minute and has a quiet dubbing that is its default, the original in 5.1, each
// channel of another height, and a commentary.
var manyTongues = testfilm.Film{Name: "many-tongues.mkv", Args: []string{
	"-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=60", "-f", "lavfi", "-i", "aevalsrc=0.05*sin(2*PI*997*t)|0.05*sin(2*PI*997*t):s=48000:d=60",
	"-f", "lavfi", "-i", "aevalsrc=0.2*sin(2*PI*300*t)|0.2*sin(2*PI*400*t)|0.2*sin(2*PI*500*t)|0.2*sin(2*PI*60*t)|0.2*sin(2*PI*700*t)|0.2*sin(2*PI*800*t):c=5.1:s=48000:d=60",
	"-f", "lavfi", "-i", "sine=f=1500:r=48000:d=60",
	"-map", "0", "-map", "1", "-map", "2", "-map", "3", "-c:v", "libx264", "-preset", "veryfast", "-g", "50", "-c:a", "flac",
	"-metadata:s:a:0", "language=por", "-metadata:s:a:1", "language=eng", "-metadata:s:a:2", "language=eng",
	"-disposition:a:0", "default+dub", "-disposition:a:1", "original", "-disposition:a:2", "comment",
}}

// Our player offers each sound for what it is, plays 5.1 in six channels, and turns what is
// quiet up by what was measured, whatever a browser thinks of pages that make sound unasked.
func TestAPersonChoosesWhatIsHeard(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	v := show(t, c, manyTongues)
	if _, err := c.AsLongAsItMoves(t.Context(), still, v.ID, c.Measured(t.Context())); err != nil {
		t.Fatalf("how loud it is, is not measured: %v", err)
	}
	t.Log(browser.Run(t, browserPatience, "sounds.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword, v.ID))
	h.Stop()
}

// Players that know two groups of sound begin in stereo, and play 5.1 when told to.
func TestOtherPlayersPlaySurround(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	s := plays(t, c, show(t, c, manyTongues))
	folder := browser.Folder(t)
	site := http.NewServeMux()
	site.Handle("/modules/", http.StripPrefix("/modules/", http.FileServer(http.Dir(filepath.Join(folder, "node_modules")))))
	site.Handle("/", http.FileServer(http.Dir(filepath.Join(folder, "players"))))
	elsewhere := httptest.NewServer(site)
	defer elsewhere.Close()
	t.Log(browser.Run(t, browserPatience, "surround.mjs", elsewhere.URL, h.URL(s.HLSURL), h.URL(s.DASHURL)))
	h.Stop()
}

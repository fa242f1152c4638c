//go:build e2e

package e2e

import (
	"errors"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// asItIs is a minute that is played as it is, in a rung above those it is encoded to.
func asItIs(t testing.TB) testfilm.Film {
	return testfilm.Film{Name: "as-it-is.mp4", Args: []string{
		"-stream_loop", "1", "-i", testfilm.BigBuckBunny(t), "-vf", "scale=1280:720", "-c:v", "libx264", "-preset", "ultrafast", "-g", "48",
		"-b:v", "3M", "-maxrate", "4M", "-bufsize", "4M", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-b:a", "96k",
	}}
}

// old is ten minutes that no browser plays: it takes a while to encode.
func old(t testing.TB) testfilm.Film {
	shot := testfilm.Film{Name: "old-shot.mp4", Args: []string{
		"-i", testfilm.BigBuckBunny(t), "-vf", "scale=1280:720", "-c:v", "mpeg4", "-q:v", "8", "-g", "48", "-c:a", "aac", "-ac", "2", "-b:a", "96k",
	}}
	return testfilm.Film{Name: "old.mp4", From: &shot, Args: []string{"-stream_loop", "19", "-i", "FROM", "-c", "copy"}}
}

// opened uploads a film and returns it as soon as it can be played.
func opened(t *testing.T, c *house.Client, film testfilm.Film) house.Video {
	t.Helper()
	return openedAs(t, c, "", film)
}

// openedAs does so under a title.
func openedAs(t *testing.T, c *house.Client, title string, film testfilm.Film) house.Video {
	t.Helper()
	v, err := c.Post(within(t, patience), title, film.Name, open(t, film.Path(t)))
	if err == nil {
		v, err = c.AsLongAsItMoves(t.Context(), still, v.ID, house.Playable)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAFilmIsWatchedAsItIsWhileItsRungsAreMade(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	v := opened(t, h.Admin(), asItIs(t))
	if v.Status != "processing" {
		t.Fatalf("playable only when it is %s", v.Status)
	}
	s := browser.Start(t, browserPatience, "early.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword, "720", "360")
	s.Await(t, "first picture")
	if _, err := h.Admin().AddSubtitle(within(t, patience), v.ID, map[string]string{"language": "en"}, "early.srt", []byte("1\n00:00:00,000 --> 00:02:00,000\nEarly\n")); err != nil {
		t.Fatal(err)
	}
	t.Log(s.Wait(t))
}

// recovery is given to a viewer whose server was killed, from the kill to the next picture.
// Where several processes share a database, none knows that the others are dead: what they
// had leased is taken when the lease has run out.
func recovery() time.Duration {
	const server, lease = 20 * time.Second, 15 * time.Second
	if house.Scaled() {
		return server + lease
	}
	return server
}

func TestAViewerOutlivesAServerKilledWhileHeWaitsForIt(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Debug())
	v := opened(t, h.Admin(), old(t))
	s := browser.Start(t, browserPatience, "killed.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword, "0.8")
	s.Await(t, "seeking")
	eventually(t, patience, func() error { return beingMadeFar(h, v, 0.7) })
	h.Kill9()
	killed := time.Now()
	h.Reboot()
	s.Await(t, "plays on")
	took := time.Since(killed)
	t.Logf("played on %v after the kill\n%s", took, s.Wait(t))
	if took > recovery() {
		t.Errorf("played on only %v after the kill", took)
	}
}

// beingMadeFar looks for a segment of the picture behind a part of the film that is being
// made for a viewer.
func beingMadeFar(h *house.House, v house.Video, part float64) error {
	err := errors.New("no segment that far is being made")
	const lasts = 4 // seconds, at most
	for _, e := range h.Encodings() {
		k, bad := strconv.Atoi(path.Base(e.Segment))
		if e.Video != v.ID || !strings.HasPrefix(e.Segment, "video/") || bad != nil || float64(k*lasts) < part*v.DurationSeconds {
			continue
		}
		switch e.Event {
		case "taken":
			err = nil
		case "made":
			err = errors.New("it was made before the server could be killed")
		}
	}
	return err
}

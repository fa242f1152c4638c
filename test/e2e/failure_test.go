//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

func TestAFileThatIsNoFilmEndsFailedWithASentence(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	late := testfilm.PAL // its index is at the end
	for name, path := range map[string]string{
		"the end is missing":    late.Truncated(t, 0.6),
		"there is no picture":   testfilm.SoundOnly.Path(t),
		"it begins like a film": madeUp(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := within(t, patience)
			v, err := c.Post(ctx, name, "film.mp4", open(t, path))
			if err == nil {
				v, err = c.Until(ctx, v.ID, house.Failed)
			}
			if err != nil {
				t.Fatal(err)
			}
			if v.Playable || v.Error == nil || v.Error.Code == "" || v.Error.Code == "internal" || !sentence(v.Error.Detail) {
				t.Errorf("playable %v, %+v", v.Playable, v.Error)
			}
			_, err = c.Stream(ctx, v.ID)
			refused(t, "a ticket", err, http.StatusConflict, "not_playable")
		})
	}
}

// sentence tells what a person is told from what a program says.
func sentence(s string) bool {
	return len(s) > 20 && unicode.IsUpper(rune(s[0])) && strings.HasSuffix(s, ".") &&
		!strings.Contains(s, "ffmpeg") && !strings.Contains(s, "ffprobe") && !strings.Contains(s, "moov atom") && !strings.Contains(s, "/")
}

// madeUp is a file with the first bytes of an MP4 and nothing that follows from them.
func madeUp(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "film.mp4")
	body := "\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + strings.Repeat("\x00\x01 garbage ", 100_000)
	if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAFailedVideoIsMadeWhenItIsTriedAgainAndCanBe(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, o house.Options) {
		h := house.Start(t, o)
		h.Stop()
		id := h.Import(small.Path(t)) // makes the work, and leaves it to a server
		stored := h.Path("originals/" + id + "/source")
		away := filepath.Join(t.TempDir(), "source")
		move(t, stored, away)
		h.Boot()
		c := h.Admin()
		ctx := within(t, patience)
		v, err := c.Until(ctx, id, house.Failed)
		if err != nil {
			t.Fatal(err)
		}
		if v.Error == nil || v.Error.Code != "source_missing" || !sentence(v.Error.Detail) {
			t.Errorf("failed: %+v", v.Error)
		}

		move(t, away, stored)
		retry := func() (v house.Video, err error) {
			return v, c.Call(ctx, http.MethodPost, "/api/videos/"+id+"/retry", nil, &v)
		}
		if v, err = retry(); err != nil || v.Status != "processing" || v.Error != nil {
			t.Fatalf("tried again: %s, %+v, %v", v.Status, v.Error, err)
		}
		if v, err = c.Until(ctx, id, c.Finished(ctx)); err != nil {
			t.Fatal(err)
		}
		plays(t, c, v)
		_, err = retry()
		refused(t, "trying what has not failed", err, http.StatusConflict, "not_failed")
	})
}

func move(t *testing.T, from, to string) {
	t.Helper()
	body, err := os.ReadFile(from) // a rename may not cross file systems
	if err == nil {
		err = os.WriteFile(to, body, 0o600)
	}
	if err == nil {
		err = os.Remove(from)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestADeletedVideoLeavesNothing(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, o house.Options) {
		h := house.Start(t, o)
		c := h.Admin()
		ctx := within(t, patience)
		whole := show(t, c, small)
		s, err := c.Stream(ctx, whole.ID)
		if err != nil {
			t.Fatal(err)
		}
		half, err := c.Post(ctx, "", "half.mp4", open(t, twoRungs.Path(t)))
		if err == nil {
			half, err = c.Until(ctx, half.ID, func(v house.Video) bool { return v.Progress > 0 })
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(h.Objects("videos/"+whole.ID)) == 0 || len(h.Objects("originals/"+half.ID)) == 0 {
			t.Fatal("there is nothing to delete")
		}

		events, err := c.Listen(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer events.Close()
		told := map[string]bool{}
		for _, id := range []string{whole.ID, half.ID} {
			if err := c.Delete(ctx, id); err != nil {
				t.Fatal(err)
			}
			_, err := c.Video(ctx, id)
			refused(t, "a deleted video", err, http.StatusNotFound, "not_found")
			_, err = c.Stream(ctx, id)
			refused(t, "a ticket for it", err, http.StatusNotFound, "not_found")
		}
		for len(told) < 2 {
			e, err := events.Next(ctx)
			if err != nil {
				t.Fatalf("told of %v: %v", told, err)
			}
			if e.Type == "video.deleted" {
				told[e.ID] = true
			}
		}
		if got, err := c.Fetch(ctx, http.MethodGet, s.HLSURL, nil); err != nil || got.Status != http.StatusNotFound {
			t.Errorf("its playlist answers %d, %v", got.Status, err)
		}
		eventually(t, patience, func() error {
			if n := h.Encoders(); n > 0 {
				return fmt.Errorf("%d encoders still work", n)
			}
			if left := h.Objects(""); len(left) > 0 {
				return fmt.Errorf("left behind: %v", left)
			}
			return nil
		})
	})
}

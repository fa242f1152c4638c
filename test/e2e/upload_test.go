//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/house"
)

const mib = 1 << 20

func TestAFilmUploadedInOneRequestIsToldOfAsItIsMadeAndPlays(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, o house.Options) {
		h := house.Start(t, o)
		c := h.Admin()
		ctx := within(t, patience)
		events, err := c.Listen(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer events.Close()
		v, err := c.Post(ctx, "A title of my own", "film.mp4", open(t, twoRungs.Path(t)))
		if err != nil {
			t.Fatal(err)
		}
		if v.Title != "A title of my own" || v.Status != "processing" {
			t.Errorf("uploaded, the video is %q, %s", v.Title, v.Status)
		}

		told, last := 0, 0.0
		for !c.Finished(ctx)(v) {
			e, err := events.Next(ctx)
			if err != nil {
				t.Fatalf("after %d events: %v", told, err)
			}
			if e.Video.ID != v.ID {
				continue
			}
			v = e.Video
			told++
			if v.Progress < last {
				t.Errorf("progress went from %v back to %v", last, v.Progress)
			}
			last = v.Progress
			if v.Status == "failed" {
				t.Fatalf("failed: %s", v.Error.Detail)
			}
		}
		if told < 2 {
			t.Error("no event told of the film before it was made")
		}
		if !v.Playable || v.Progress != 1 || v.Width != 854 || v.Height != 480 {
			t.Errorf("ready, the video is %+v", v)
		}
		for _, r := range v.Renditions {
			if r.Status != "ready" || r.Progress != 1 {
				t.Errorf("%s of a ready video is %s, %v", r.ID, r.Status, r.Progress)
			}
		}
		plays(t, c, v)
		h.Stop()
	})
}

func TestAnUploadGoesOnAfterABrokenConnectionADamagedPartAndARestart(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, o house.Options) {
		h := house.Start(t, o)
		c := h.Admin()
		ctx := within(t, patience)
		file := inParts(t, 40*mib)
		u, err := c.Open(ctx, file.Name(), 40*mib)
		if err != nil {
			t.Fatal(err)
		}
		if len(u.Parts) != 3 || u.PartSize != 16*mib || u.Parts[2].Size != 8*mib {
			t.Fatalf("40 MiB in parts of %d: %+v", u.PartSize, u.Parts)
		}

		if err := c.SendPart(ctx, u.Parts[1], file); err != nil {
			t.Fatal(err)
		}
		if _, err := c.PutPart(ctx, u.Parts[0], breaking(file, 5*mib), ""); err == nil {
			t.Error("a part whose connection broke was accepted")
		}
		damaged := io.MultiReader(strings.NewReader("?"), io.NewSectionReader(file, u.Parts[2].Offset+1, u.Parts[2].Size-1))
		_, err = c.PutPart(ctx, u.Parts[2], damaged, strings.Repeat("0", 64))
		refused(t, "a part with a wrong digest", err, http.StatusUnprocessableEntity, "wrong_digest")
		_, err = c.Complete(ctx, u.ID)
		refused(t, "completing without all parts", err, http.StatusConflict, "parts_missing")
		received(t, c, u.ID, false, true, false)

		h.Restart()
		received(t, c, u.ID, false, true, false)
		v, err := c.Resume(ctx, u.ID, file)
		if err != nil {
			t.Fatal(err)
		}
		if v.ID != u.VideoID || v.Title != "In Parts" {
			t.Errorf("the upload of %s became %s, %q", u.VideoID, v.ID, v.Title)
		}
		again, err := c.Complete(ctx, u.ID)
		if err != nil || again.ID != v.ID {
			t.Errorf("completing twice: %v, %v", again.ID, err)
		}
		sameBytes(t, h.Object("originals/"+v.ID+"/source"), file)
		if v, err = c.Until(ctx, v.ID, c.Finished(ctx)); err != nil {
			t.Fatal(err)
		}
		plays(t, c, v)
	})
}

// breaking is a file whose connection breaks after some bytes.
func breaking(file io.ReaderAt, after int64) io.Reader {
	return io.MultiReader(io.NewSectionReader(file, 0, after), brokenConnection{})
}

type brokenConnection struct{}

func (brokenConnection) Read([]byte) (int, error) { return 0, errors.New("the cable was pulled") }

// received fails the test unless exactly these parts of an upload have arrived, as the
// upload itself and the list of what can be resumed say.
func received(t *testing.T, c *house.Client, id string, want ...bool) {
	t.Helper()
	u, err := c.Upload(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Items []house.Upload }
	if err := c.Call(t.Context(), http.MethodGet, "/api/uploads", nil, &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Items) != 1 || list.Items[0].ID != id {
		t.Fatalf("to be resumed: %+v", list.Items)
	}
	for i := range want {
		if u.Parts[i].Received != want[i] || list.Items[0].Parts[i].Received != want[i] {
			t.Errorf("part %d: received %v, in the list %v, want %v", i+1, u.Parts[i].Received, list.Items[0].Parts[i].Received, want[i])
		}
	}
}

func sameBytes(t *testing.T, stored []byte, file *os.File) {
	t.Helper()
	sent, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(stored, sent) {
		t.Errorf("what is stored (%d bytes) is not what was sent (%d)", len(stored), len(sent))
	}
}

func TestWhatIsNoFilmOrTooLargeIsRefusedBeforeItIsSent(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{Env: map[string]string{"KK_UPLOAD_LIMIT": "1"}})
	c := h.Admin()
	ctx := within(t, patience)
	_, err := c.Open(ctx, "holiday.txt", 1000)
	refused(t, "a text file", err, http.StatusUnsupportedMediaType, "not_a_video")
	_, err = c.Open(ctx, "long.mp4", 2_000_000_000)
	refused(t, "2 GB where 1 GB is allowed", err, http.StatusRequestEntityTooLarge, "too_large")
	_, err = c.Post(ctx, "", "film.mp4", strings.NewReader(strings.Repeat("no film at all ", 1000)))
	refused(t, "text named .mp4", err, http.StatusUnsupportedMediaType, "not_a_video")
	_, err = h.Stranger().Open(ctx, "film.mp4", 1000)
	refused(t, "somebody not signed in", err, http.StatusUnauthorized, "signed_out")

	videos, err := c.Videos(ctx)
	if err != nil || len(videos) != 0 {
		t.Errorf("refusals left %d videos behind, %v", len(videos), err)
	}
	if left := h.Objects(""); len(left) != 0 {
		t.Errorf("refusals left objects behind: %v", left)
	}
}

func TestACancelledUploadLeavesNothing(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	ctx := within(t, patience)
	file := inParts(t, 20*mib)
	u, err := c.Open(ctx, file.Name(), 20*mib)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SendPart(ctx, u.Parts[0], file); err != nil {
		t.Fatal(err)
	}
	if err := c.Call(ctx, http.MethodDelete, "/api/uploads/"+u.ID, nil, nil); err != nil {
		t.Fatal(err)
	}
	_, err = c.Upload(ctx, u.ID)
	refused(t, "a cancelled upload", err, http.StatusNotFound, "not_found")
	_, err = c.Video(ctx, u.VideoID)
	refused(t, "its video", err, http.StatusNotFound, "not_found")
	if left := h.Objects(""); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
}

func TestAnUploadInOneRequestThatBreaksLeavesNothing(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := c.Post(ctx, "", "film.mp4", breaking(inParts(t, 20*mib), 10*mib)); err == nil {
		t.Fatal("an upload whose connection broke was accepted")
	}
	eventually(t, patience, func() error {
		videos, err := c.Videos(ctx)
		if err == nil && len(videos) > 0 {
			err = errors.New("its video is still listed")
		}
		if err == nil && len(h.Objects("")) > 0 {
			err = errors.New("its bytes are still stored")
		}
		return err
	})
}

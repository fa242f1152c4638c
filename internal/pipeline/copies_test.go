package pipeline_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// tiny is a film so light that nothing of it is worth encoding.
var tiny = testfilm.Film{Name: "tiny.mp4", Args: []string{
	"-f", "lavfi", "-i", "testsrc2=r=25:d=8:s=320x180", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=8",
	"-c:v", "libx264", "-preset", "ultrafast", "-crf", "35", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k",
}}

// matroska is played, in another container.
var matroska = testfilm.Film{Name: "played.mkv", From: &played, Args: []string{"-i", "FROM", "-c", "copy"}}

// status returns how a video stands.
func (s *studio) status(videoID string) (status string, playable bool, code string) {
	s.t.Helper()
	v, err := s.db.Catalog().Video(s.t.Context(), videoID)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(v.Status), v.Playable, v.ErrorCode
}

// object returns a stored object.
func (s *studio) object(key string) []byte {
	s.t.Helper()
	object, err := s.blobs.Open(s.t.Context(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	defer object.Close()
	body, err := io.ReadAll(object)
	if err != nil {
		s.t.Fatal(err)
	}
	return body
}

func TestAFilmOfNothingToEncodeIsReadyAtOnce(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	ready := s.store.ends()
	id := s.planned(tiny, "video/source", sound)
	within(t, "it is ready", ready)
	if status, playable, _ := s.status(id); status != "ready" || !playable {
		t.Errorf("it is %s, playable %t", status, playable)
	}
	if playlist := s.object(plan.FileKey(id, plan.MultivariantName)); !bytes.Contains(playlist, []byte("video/source/index.m3u8")) {
		t.Errorf("any player is given\n%s", playlist)
	}
	c.view(id, "video/source", 3).served(t)
	c.view(id, sound, 3).served(t)
}

func TestAFilmIsPlayedAsItIsOutOfMatroskaToo(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(matroska, low, "video/source", sound)
	if _, playable, _ := s.status(id); !playable {
		t.Error("not playable with its plan")
	}
	for _, r := range []string{"video/source", sound, low} {
		c.view(id, r, 20).served(t)
	}
}

// Who brought a film asks for its first moment as soon as it can be played.
func TestAFilmPlayedAsItIsHasItsBeginningCutBeforeAnybodyAsks(t *testing.T) {
	s := newStudio(t)
	o := onlyDemand
	cut := make(chan struct{})
	o.Changed = func(_ context.Context, videoID string) {
		if slices.Equal(s.has(videoID, "video/source"), []int{0}) && slices.Equal(s.has(videoID, sound), []int{0}) {
			select {
			case <-cut:
			default:
				close(cut)
			}
		}
	}
	s.start(o)
	s.planned(tiny, "video/source", sound)
	within(t, "its first segments are stored", cut)
}

// beginningIsCut returns when nothing more is read of the source unless somebody asks.
func (c *crew) beginningIsCut(videoID string) {
	c.t.Helper()
	for _, r := range []string{"video/source", sound} {
		c.view(videoID, r, 0).served(c.t)
	}
}

// replaceSource puts another file in the place of a stored source.
func (s *studio) replaceSource(videoID string, change func([]byte) []byte) {
	s.t.Helper()
	object, err := s.blobs.Open(s.t.Context(), "originals/"+videoID+"/source")
	if err != nil {
		s.t.Fatal(err)
	}
	object.Close()
	body := change(s.object(object.Key))
	other := filepath.Join(s.t.TempDir(), "other")
	if err := os.WriteFile(other, body, 0o600); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Rename(other, object.Path); err != nil {
		s.t.Fatal(err)
	}
}

func cutShort(body []byte) []byte { return body[:len(body)/2] }

func TestASourceThatChangesCostsItsOwnRungAndNotTheFilm(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(played, low, "video/source", sound)
	c.beginningIsCut(id)
	s.replaceSource(id, cutShort)
	broken := c.view(id, "video/source", 30)
	within(t, "a viewer is answered", broken.ended)
	if fault.CodeOf(broken.err) != "source_changed" {
		t.Errorf("a viewer was told %v", broken.err)
	}
	made, err := s.store.Made(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := made["video/source"]; ok || made[low].Codecs == "" {
		t.Errorf("what is left: %+v", made)
	}
	if status, _, code := s.status(id); status != "processing" {
		t.Errorf("it is %s (%s)", status, code)
	}
}

func TestAViewerOfASourceThatChangedIsToldSo(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(tiny, "video/source", sound)
	c.beginningIsCut(id)
	s.replaceSource(id, cutShort)
	broken := c.view(id, "video/source", 3)
	within(t, "a viewer is answered", broken.ended)
	if fault.CodeOf(broken.err) != "source_changed" || fault.PublicOf(broken.err) == "" {
		t.Errorf("a viewer was told %v", broken.err)
	}
}

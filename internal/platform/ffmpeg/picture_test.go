package ffmpeg

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// What is sent as a film is never read as a picture, nor the other way round.
func TestAFilmIsNoPictureAndAPictureIsNoFilm(t *testing.T) {
	dir := t.TempDir()
	picture, film := filepath.Join(dir, "picture"), filepath.Join(dir, "film")
	f, err := os.Create(picture)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if err := os.WriteFile(film, tinyWAV(8000), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		in   Input
		fine bool
	}{
		"a picture as one":                     {Input{Path: picture, Picture: true}, true},
		"a picture as one, named":              {Input{Path: picture, Picture: true, Demuxer: "png_pipe"}, true},
		"a picture as a film":                  {Input{Path: picture}, false},
		"a picture as a film, named":           {Input{Path: picture, Demuxer: "png_pipe"}, false},
		"a film as one":                        {Input{Path: film}, true},
		"a film as a picture":                  {Input{Path: film, Picture: true}, false},
		"a film as a picture, named":           {Input{Path: film, Picture: true, Demuxer: "wav"}, false},
		"a picture as another, of other files": {Input{Path: picture, Picture: true, Demuxer: "image2"}, false},
	} {
		err := find(t).Run(t.Context(), Job{Inputs: []Input{c.in}, Args: []string{"-f", "null", "-"}, Urgent: true})
		if c.fine != (err == nil) || err != nil && fault.CodeOf(err) != "ffmpeg_failed" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/house"
)

// A folder as Kodi keeps one: the film comes in with what its .nfo tells and the pictures beside
// it, is of the film these name, and the command says what it took.
func TestAFolderIsImportedWithWhatLiesBesideItsFilms(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	folder := t.TempDir()
	film, err := os.ReadFile(small.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	var poster bytes.Buffer
	if err := png.Encode(&poster, image.NewGray(image.Rect(0, 0, 200, 300))); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"Limite (1931)/Limite (1931).mp4": string(film), "Limite (1931)/extras/making of.mp4": string(film),
		"Limite (1931)/movie.nfo":  `<movie><title>Limite</title><year>1931</year><plot>Três pessoas num barco.</plot><genre>Drama</genre></movie>`,
		"Limite (1931)/poster.png": poster.String(),
		"Outro (2001).mp4":         string(film) + "another", "Outro (2001).nfo": "<tvshow/>",
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	said, code := h.Run("", "import", "--language", "pt-BR", folder)
	if code != 0 {
		t.Errorf("it ended with %d", code)
	}
	for _, want := range []string{"imported", "movie.nfo: title, year, plot, genre", "poster.png as its poster", "making of.mp4: a sample or an extra", "of a <tvshow>, not of a <movie>. The film comes in by its name."} {
		if !strings.Contains(strings.ReplaceAll(said, "\n  ", " "), want) {
			t.Errorf("said\n%s\nwithout %q", said, want)
		}
	}
	c := h.Admin()
	var list struct {
		Items []struct {
			ID, Title, VideoID string
			Year               int
			Poster             *struct{ URL string }
		}
	}
	eventually(t, patience, func() error {
		if err := c.Call(t.Context(), http.MethodGet, "/api/movies?list=new", nil, &list); err != nil {
			return err
		}
		if len(list.Items) != 2 || list.Items[0].VideoID == "" || list.Items[1].VideoID == "" {
			return fmt.Errorf("the films are %+v", list.Items)
		}
		return nil
	})
	for _, f := range list.Items {
		if f.Title == "Limite" && (f.Year != 1931 || f.Poster == nil) || f.Title == "Outro" && (f.Year != 2001 || f.Poster != nil) {
			t.Errorf("it is %+v", f)
		}
	}
}

package httpapi

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
)

func TestFilmsAreImportedAndImportedAgainChangeNothing(t *testing.T) {
	s := openSite(t)
	editor := s.signedIn(t, account.Editor)
	imported := func(text string) MovieImport {
		t.Helper()
		begun := read[MovieImport](t, editor.send(t, "POST", "/api/movies/import", map[string]any{"format": "csv", "text": text}).want(t, 202))
		if begun.Status != "waiting" || begun.FinishedAt != nil {
			t.Errorf("at first it is %+v", begun)
		}
		for range 2 { // the job, once more
			if err := s.Imports.(*catalog.Imports).Run(t.Context(), catalog.ImportFilms{ID: begun.ID}); err != nil {
				t.Fatal(err)
			}
		}
		return read[MovieImport](t, editor.send(t, "GET", "/api/imports/"+begun.ID, nil).want(t, 200))
	}
	const table = "title,year,genres\nO Farol de Vidro,2023,Drama\nSlow Weather,2021,Drama\n,1999,Drama\n"
	first := imported(table)
	if first.Status != "done" || first.Total != 2 || first.Done != 2 || first.Created != 2 || first.Failed != 1 || len(first.Problems) != 1 || first.Problems[0].Where != "line 4" || first.FinishedAt == nil {
		t.Errorf("it came to %+v", first)
	}
	if again := imported(table); again.Unchanged != 2 || again.Created != 0 {
		t.Errorf("again it came to %+v", again)
	}
	if found := read[Found](t, editor.send(t, "GET", "/api/search?q=farol%20vidro", nil)).Items; len(found) != 1 || found[0].Year != 2023 {
		t.Errorf("a search finds %v", titles(found))
	}
	if list := read[importList](t, editor.send(t, "GET", "/api/imports", nil)).Items; len(list) != 2 || list[1].ID != first.ID {
		t.Errorf("the imports are %+v", list)
	}
	editor.send(t, "POST", "/api/movies/import", map[string]any{"format": "csv"}).wantCode(t, 422, "no_text")
	editor.send(t, "POST", "/api/movies/import", map[string]any{"format": "tmdb", "tmdbIds": []int{155}}).wantCode(t, 409, "no_tmdb")
	if got := imported("\x01 no table"); got.Status != "failed" || len(got.Problems) != 1 {
		t.Errorf("what is no table came to %+v", got)
	}
}

func TestAFilmIsGivenAPosterInEveryWidth(t *testing.T) {
	s := openSite(t)
	editor, kid := s.signedIn(t, account.Editor), s.kid(t, 10)
	film := s.addFilm(t, "A film", rated(t, 16))
	picture := image.NewRGBA(image.Rect(0, 0, 400, 600))
	for i := range picture.Pix {
		picture.Pix[i] = byte(i)
	}
	picture.Set(3, 3, color.White)
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	got := read[Movie](t, editor.send(t, "PUT", "/api/movies/"+film.ID+"/poster", &file, "Content-Type", "image/png").want(t, 200))
	if got.Poster == nil || len(got.Poster.Widths) < 2 || got.Poster.BlurHash == "" || got.Version != 2 {
		t.Fatalf("it is %+v", got.Poster)
	}
	for _, format := range []string{"avif", "webp"} {
		path := strings.NewReplacer("{width}", "160", "{format}", format).Replace(got.Poster.URL)
		sent := editor.send(t, "GET", path, nil).want(t, 200)
		if sent.Header.Get("Content-Type") != "image/"+format || !strings.Contains(sent.Header.Get("Cache-Control"), "immutable") || len(sent.body) < 50 {
			t.Errorf("%s is %d bytes of %s, %s", path, len(sent.body), sent.Header.Get("Content-Type"), sent.Header.Get("Cache-Control"))
		}
		kid.send(t, "GET", path, nil).want(t, 404)
	}
	for name, body := range map[string]struct {
		body   string
		status int
	}{
		"SVG with script": {"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 415},
		"nothing":         {"", 415},
		"50 MB":           {strings.Repeat("\x89PNG", 50<<18), 413},
	} {
		if got := editor.send(t, "PUT", "/api/movies/"+film.ID+"/backdrop", strings.NewReader(body.body), "Content-Type", "image/png"); got.StatusCode != body.status {
			t.Errorf("%s is answered %s %.200s", name, got.Status, got.body)
		}
	}
	if now := read[Movie](t, editor.send(t, "GET", "/api/movies/"+film.ID, nil)); now.Backdrop != nil || now.Version != 2 {
		t.Errorf("what was refused left %+v", now.Backdrop)
	}
	for _, name := range []string{"poster-161.avif", "poster-160.png", "backdrop-480.avif", "cast-0-120.webp", "poster", "..%2f..%2fkey", "poster--160.avif"} {
		editor.send(t, "GET", "/api/movies/"+film.ID+"/images/"+name, nil).want(t, 404)
	}
}

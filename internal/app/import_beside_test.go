package app

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// laid makes files in a folder: film.mkv for the name alone, else with the content given.
func laid(t *testing.T, files map[string]string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func aJPEG(t *testing.T, width, height int) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = uint8(i*7) | 3
	}
	img.Set(1, 1, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// tmdbDouble knows one film.
type tmdbDouble struct{ away bool }

func (d tmdbDouble) Search(context.Context, string, int, string) ([]catalog.Match, error) {
	return nil, nil
}

func (d tmdbDouble) Describe(_ context.Context, id int64) (said catalog.Described, err error) {
	if d.away {
		return said, fault.New(fault.Unavailable, "test", "tmdb_away", "TMDB does not answer.")
	}
	if id != 598 {
		return said, fault.New(fault.NotFound, "test", "", "")
	}
	said.Film = catalog.Film{TMDBID: id, Texts: map[string]catalog.Text{"pt-BR": {Title: "Cidade de Deus", Overview: "Dois meninos."}}, Released: "2002-02-05"}
	said.Film, err = catalog.Clean(said.Film)
	return said, err
}

// brought brings in all films of a folder, and returns them by their files' names, with what was
// said of each.
func brought(t *testing.T, h *house, folder, language string) (films map[string]catalog.Film, notes map[string]string) {
	t.Helper()
	found, _, err := filmsBelow([]string{folder})
	if err != nil {
		t.Fatal(err)
	}
	films, notes = map[string]catalog.Film{}, map[string]string{}
	for _, file := range found {
		around := &beside{h: h, language: language}
		id, err := around.bring(t.Context(), file)
		if err != nil {
			t.Fatalf("%s: %v", file.Path, err)
		}
		name := filepath.Base(file.Path)
		notes[name] = strings.ReplaceAll(strings.Join(around.notes, "\n"), folder+string(filepath.Separator), "")
		if id == "" {
			continue
		}
		if films[name], err = h.films.Store.Film(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	return films, notes
}

func TestAFilmIsToldByWhatLiesBesideIt(t *testing.T) {
	h := startServing(t, config.Config{}).house
	folder := laid(t, map[string]string{
		"Limite (1931)/Limite (1931).mkv": "", "Limite (1931)/poster.jpg": aJPEG(t, 200, 300), "Limite (1931)/fanart.jpg": aJPEG(t, 320, 180),
		"Limite (1931)/movie.nfo": `<?xml version="1.0"?><movie><title>Limite</title><year>1931</year><plot>Três pessoas num barco.</plot>
			<genre>Drama</genre><actor><name>Olga Breno</name><role>Mulher 1</role></actor><uniqueid type="tmdb">4242</uniqueid>
			<uniqueid type="imdb">tt0022080</uniqueid><thumb aspect="poster">https://images.example/p.jpg</thumb></movie>`,
		"d/Broken.2001.mkv": "", "d/Broken.2001.nfo": "<movie><title>Bro",
		"d/Show.2003.mkv": "", "d/Show.2003.nfo": "<tvshow><title>Show</title></tvshow>",
		"d/Bare.2002.mkv":    "",
		"d/Picture.2004.mkv": "", "d/Picture.2004-poster.jpg": aJPEG(t, 200, 300), "d/Picture.2004-fanart.png": "<svg/>",
	})
	films, notes := brought(t, h, folder, "pt-BR")

	limite := films["Limite (1931).mkv"]
	if limite.Texts["pt-BR"].Overview != "Três pessoas num barco." || limite.Year() != 1931 || limite.Genres[0].Name != "Drama" || limite.Cast[0].Character != "Mulher 1" ||
		limite.TMDBID != 4242 || limite.IMDBID != "tt0022080" || limite.Poster.Key == "" || limite.Backdrop.Key == "" {
		t.Errorf("it is %+v", limite)
	}
	for _, want := range []string{
		"took      Limite (1931)/movie.nfo: title, year, plot, genre, one of the cast, TMDB 4242, IMDb tt0022080",
		"took      Limite (1931)/poster.jpg as its poster", "took      Limite (1931)/fanart.jpg as its backdrop",
	} {
		if !strings.Contains(notes["Limite (1931).mkv"], want) {
			t.Errorf("said\n%s\nwithout %q", notes["Limite (1931).mkv"], want)
		}
	}
	if broken := films["Broken.2001.mkv"]; broken.Title() != "Broken" || broken.Year() != 2001 || !strings.Contains(notes["Broken.2001.mkv"], "left out  d/Broken.2001.nfo: This .nfo is broken at line 1") {
		t.Errorf("%q of %d; %s", broken.Title(), broken.Year(), notes["Broken.2001.mkv"])
	}
	if show := films["Show.2003.mkv"]; show.Title() != "Show" || !strings.Contains(notes["Show.2003.mkv"], "of a <tvshow>, not of a <movie>") {
		t.Errorf("%q; %s", show.Title(), notes["Show.2003.mkv"])
	}
	if _, told := films["Bare.2002.mkv"]; told || notes["Bare.2002.mkv"] != "" {
		t.Errorf("a film with nothing beside it meets its film later, as always: %s", notes["Bare.2002.mkv"])
	}
	if p := films["Picture.2004.mkv"]; p.Title() != "Picture" || p.Poster.Key == "" || p.Backdrop.Key != "" || !strings.Contains(notes["Picture.2004.mkv"], "left out  d/Picture.2004-fanart.png: ") {
		t.Errorf("%+v; %s", p, notes["Picture.2004.mkv"])
	}

	// Once more, which changes nothing.
	again, notes := brought(t, h, folder, "pt-BR")
	if got := again["Limite (1931).mkv"]; got.ID != limite.ID || got.Version != limite.Version || !strings.Contains(notes["Limite (1931).mkv"], "nothing new") {
		t.Errorf("again it is version %d; %s", got.Version, notes["Limite (1931).mkv"])
	}
}

func TestAnNFOOfNothingButAnAddressNamesAFilmOfTMDB(t *testing.T) {
	h := startServing(t, config.Config{}).house
	files := map[string]string{
		"a/City (2002).mkv": "", "a/City (2002).nfo": "https://www.themoviedb.org/movie/598-cidade-de-deus\n",
		"b/Gone (1999).mkv": "", "b/movie.nfo": "https://www.themoviedb.org/movie/7",
		"c/Other (1998).mkv": "", "c/movie.nfo": "https://www.imdb.com/title/tt0317248/",
	}
	for name, c := range map[string]struct {
		source catalog.Source
		want   map[string]string // by file: title, TMDB's id, what is said
	}{
		"TMDB is not asked": {nil, map[string]string{"City (2002).mkv": "City 598 set KK_TMDB_TOKEN", "Gone (1999).mkv": "Gone 7 set KK_TMDB_TOKEN"}},
		"TMDB is away":      {tmdbDouble{away: true}, map[string]string{"City (2002).mkv": "City 598 does not tell it just now"}},
		"TMDB answers": {tmdbDouble{}, map[string]string{
			"City (2002).mkv": "Cidade de Deus 598 took", "Gone (1999).mkv": "Gone 0 TMDB does not know", "Other (1998).mkv": "Other 0 by IMDb's id alone",
		}},
	} {
		for _, id := range filmIDsOf(t, h) {
			if err := h.films.Delete(t.Context(), id, false); err != nil {
				t.Fatal(err)
			}
		}
		h.films.Source = c.source
		films, notes := brought(t, h, laid(t, files), "en")
		for file, want := range c.want {
			f := films[file]
			title, _, _ := strings.Cut(want, " ")
			if !strings.HasPrefix(want, f.Title()+" ") || !strings.HasPrefix(f.Title(), title) {
				t.Errorf("%s, %s is called %q", name, file, f.Title())
				continue
			}
			rest := strings.SplitN(strings.TrimPrefix(want, f.Title()+" "), " ", 2)
			if strconv.FormatInt(f.TMDBID, 10) != rest[0] || !strings.Contains(notes[file], rest[1]) {
				t.Errorf("%s, %s is film %d of TMDB, and said is\n%s", name, file, f.TMDBID, notes[file])
			}
		}
		if imdb := films["Other (1998).mkv"]; imdb.IMDBID != "tt0317248" || imdb.Title() != "Other" {
			t.Errorf("%s: by IMDb's id it is %q %q", name, imdb.Title(), imdb.IMDBID)
		}
	}
}

func filmIDsOf(t *testing.T, h *house) (ids []string) {
	t.Helper()
	list, err := h.films.Store.List(t.Context(), catalog.Shelf{List: catalog.New, Most: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		ids = append(ids, f.ID)
	}
	return ids
}

func TestFilmsAreFoundInFoldersAsOthersLayThemOut(t *testing.T) {
	folder := laid(t, map[string]string{
		"Kodi/Her (2013)/Her (2013).mkv": "", "Kodi/Her (2013)/Her (2013).nfo": "", "Kodi/Her (2013)/Her (2013)-poster.jpg": "", "Kodi/Her (2013)/extrafanart/1.jpg": "",
		"Jellyfin/Alien (1979) [tmdbid-348]/Alien (1979) - 1080p.mkv": "", "Jellyfin/Alien (1979) [tmdbid-348]/Alien (1979) - 2160p.mkv": "",
		"Jellyfin/Alien (1979) [tmdbid-348]/movie.nfo": "", "Jellyfin/Alien (1979) [tmdbid-348]/folder.jpg": "", "Jellyfin/Alien (1979) [tmdbid-348]/backdrop.jpg": "",
		"Jellyfin/Alien (1979) [tmdbid-348]/extras/making of.mkv": "", "Flat.2001-sample.mkv": "", "Flat.2001.mkv": "", "notes.txt": "",
	})
	films, passed, err := filmsBelow([]string{folder})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range films {
		got = append(got, strings.ReplaceAll(strings.Join([]string{b.Path, filepath.Base(b.NFO), filepath.Base(b.Poster), filepath.Base(b.Backdrop)}, " < "), folder+"/", ""))
	}
	want := []string{
		"Flat.2001.mkv < . < . < .",
		"Jellyfin/Alien (1979) [tmdbid-348]/Alien (1979) - 1080p.mkv < movie.nfo < folder.jpg < backdrop.jpg",
		"Jellyfin/Alien (1979) [tmdbid-348]/Alien (1979) - 2160p.mkv < movie.nfo < folder.jpg < backdrop.jpg",
		"Kodi/Her (2013)/Her (2013).mkv < Her (2013).nfo < Her (2013)-poster.jpg < .",
	}
	if !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(passed) != 2 {
		t.Errorf("passed over are %q", passed)
	}
	one, _, err := filmsBelow([]string{filepath.Join(folder, "Kodi", "Her (2013)", "Her (2013).mkv")})
	if err != nil || len(one) != 1 || filepath.Base(one[0].NFO) != "Her (2013).nfo" {
		t.Errorf("a film that is named is found as %+v, %v", one, err)
	}
	named := filepath.Join(folder, "Flat.2001-sample.mkv")
	if one, _, err = filmsBelow([]string{named}); err != nil || len(one) != 1 || one[0].Path != named {
		t.Errorf("what somebody names is a film: %+v, %v", one, err)
	}
}

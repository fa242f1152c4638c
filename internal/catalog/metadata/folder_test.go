package metadata

import (
	"reflect"
	"strings"
	"testing"
)

func TestFilmsAreFoundWithWhatLiesBesideThem(t *testing.T) {
	for name, c := range map[string]struct {
		files string
		want  []string // film < nfo, poster, backdrop
	}{
		"a folder of one film": {"Her (2013)/Her (2013).mkv Her (2013)/movie.nfo Her (2013)/poster.jpg Her (2013)/fanart.jpg Her (2013)/Her (2013).pt.srt",
			[]string{"Her (2013)/Her (2013).mkv < Her (2013)/movie.nfo, Her (2013)/poster.jpg, Her (2013)/fanart.jpg"}},
		"names of one's own": {"d/A.2001.mkv d/A.2001.nfo d/A.2001-poster.png d/A.2001-fanart.webp d/B.2002.mkv d/B.2002.NFO d/poster.jpg d/movie.nfo",
			[]string{"d/A.2001.mkv < d/A.2001.nfo, d/A.2001-poster.png, d/A.2001-fanart.webp", "d/B.2002.mkv < d/B.2002.NFO, , "}},
		"any nfo, of one film":   {"d/x.mkv d/release.nfo d/folder.jpg", []string{"d/x.mkv < d/release.nfo, d/folder.jpg, "}},
		"of two it is nobody's":  {"x.mkv y.mkv release.nfo folder.jpg", []string{"x.mkv < , , ", "y.mkv < , , "}},
		"of two nfo it is none":  {"x.mkv a.nfo b.nfo", []string{"x.mkv < , , "}},
		"a film in two parts":    {"d/M-cd1.avi d/M-cd2.avi d/M.nfo d/poster.jpg", []string{"d/M-cd1.avi < d/M.nfo, d/poster.jpg, ", "d/M-cd2.avi < d/M.nfo, d/poster.jpg, "}},
		"several cuts of one":    {"d/M.2001.1080p.mkv d/M.2001.2160p.Directors.Cut.mkv d/movie.nfo d/poster.jpg", []string{"d/M.2001.1080p.mkv < d/movie.nfo, d/poster.jpg, ", "d/M.2001.2160p.Directors.Cut.mkv < d/movie.nfo, d/poster.jpg, "}},
		"a trailer beside it":    {"d/M.mkv d/M-trailer.mkv d/poster.jpg", []string{"d/M-trailer.mkv < , , ", "d/M.mkv < , d/poster.jpg, "}},
		"what is not the film":   {"d/M.mkv d/M.sample.mkv d/Sample/m.mkv d/extras/making.mkv d/.M.mkv d/poster.jpg", []string{"d/M.mkv < , d/poster.jpg, "}},
		"another folder's":       {"a/M.mkv b/poster.jpg poster.jpg", []string{"a/M.mkv < , , "}},
		"large letters":          {"d/M.MKV d/POSTER.JPG d/MOVIE.NFO", []string{"d/M.MKV < d/MOVIE.NFO, d/POSTER.JPG, "}},
		"a picture that is none": {"d/M.mkv d/poster.svg d/poster.gif", []string{"d/M.mkv < , , "}},
		"nothing":                {"a.txt b.nfo", nil},
	} {
		files := strings.Split(strings.ReplaceAll(c.files, "Her (", "Her_("), " ")
		var got []string
		for _, b := range Pair(files) {
			got = append(got, strings.ReplaceAll(b.Path+" < "+b.NFO+", "+b.Poster+", "+b.Backdrop, "Her_(", "Her ("))
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
	}
}

func TestAFilmOfAFolderIsGuessedWithIt(t *testing.T) {
	got := Pair([]string{"Filmes/Metropolis (1927)/CD1/filme.avi"})
	if len(got) != 1 || got[0].Guessed != (Guessed{Title: "Metropolis", Year: 1927, Part: 1}) {
		t.Errorf("%+v", got)
	}
}

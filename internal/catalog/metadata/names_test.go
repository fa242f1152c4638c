package metadata

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// named is a file of the corpus, and the film it is of.
type named struct {
	file string
	want Guessed
}

func corpus(t testing.TB) (all []named) {
	t.Helper()
	f, err := os.Open("testdata/filenames.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		said := append(strings.Split(lines.Text(), "|"), "", "")
		n := named{said[0], Guessed{Title: said[1], Edition: said[3]}}
		if n.want.Year, err = strconv.Atoi(said[2]); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		n.want.Part, _ = strconv.Atoi(said[4])
		all = append(all, n)
	}
	return all
}

func TestFilmsAreGuessedFromTheNamesOfTheirFiles(t *testing.T) {
	all := corpus(t)
	if len(all) < 300 {
		t.Fatalf("the corpus has %d names", len(all))
	}
	right := 0
	for _, n := range all {
		got := Guess(n.file)
		if got.Title == n.want.Title && got.Year == n.want.Year && got.Edition == n.want.Edition && got.Part == n.want.Part {
			right++
			continue
		}
		t.Logf("%s\n got %q %d %q %d\nwant %q %d %q %d", n.file, got.Title, got.Year, got.Edition, got.Part, n.want.Title, n.want.Year, n.want.Edition, n.want.Part)
	}
	score := 100 * float64(right) / float64(len(all))
	t.Logf("%d of %d names are read whole: %.1f %%", right, len(all), score)
	if score < 97 {
		t.Errorf("that is %.1f %%, wanted are 97", score)
	}
}

func TestANameSaysWhichFilmOfTheServicesItIs(t *testing.T) {
	for file, want := range map[string]Guessed{
		"Inception (2010) [tmdbid-27205]/Inception.mkv":      {Title: "Inception", Year: 2010, TMDBID: 27205},
		"Inception (2010) {tmdb-27205} {imdb-tt1375666}.mkv": {Title: "Inception", Year: 2010, TMDBID: 27205, IMDBID: "tt1375666"},
		"Inception [imdbid=tt1375666].mkv":                   {Title: "Inception", IMDBID: "tt1375666"},
		"Her (2013)/Her (2013)-trailer.mp4":                  {Title: "Her", Year: 2013, Trailer: true},
		"Her-trailer.mp4":                                    {Title: "Her", Trailer: true},
		"Her (2013)/trailers/Teaser 1.mp4":                   {Title: "Her", Year: 2013, Trailer: true},
	} {
		if got := Guess(file); got != want {
			t.Errorf("%s\n got %+v\nwant %+v", file, got, want)
		}
	}
}

// Whatever a file is called, the guess is a title a film may have.
func FuzzGuess(f *testing.F) {
	for _, n := range corpus(f) {
		f.Add(n.file)
	}
	for _, name := range []string{"", ".", "/", "[x].mkv", "(2008)", "1999 2000 2001", "-.-", "\xff", "\u202ea.mp4", "{edition-}", "[](){}", "a\x00b", "(((", "[[2010]]", "./../x", strings.Repeat("A.", 600)} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		g := Guess(name)
		if !utf8.ValidString(g.Title) || strings.ContainsFunc(g.Title, unicode.IsControl) || g.Part < 0 || g.Year != 0 && (g.Year < 1880 || g.Year > 2200) {
			t.Fatalf("%q: %+v", name, g)
		}
		if g.Title != "" && len(name) < 250 {
			if _, err := catalog.CleanTitle(g.Title); err != nil {
				t.Fatalf("%q: %q is no title: %v", name, g.Title, err)
			}
		}
	})
}

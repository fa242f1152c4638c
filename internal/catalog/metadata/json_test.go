package metadata

import (
	"reflect"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const wholeJSON = `{"title": {"en": "The Dark Knight", "pt-BR": "O Cavaleiro das Trevas"}, "overview": "One.", "tagline": {"pt-BR": "Lema."},
 "originalTitle": "The Dark Knight", "originalLanguage": "en", "released": "2008-07-16", "runtimeMinutes": 152, "genres": ["Drama", "Ação"], "collection": "Dark",
 "directors": ["Christopher Nolan"], "cast": [{"name": "Christian Bale", "character": "Bruce Wayne", "picture": "https://images.example/cb.jpg"}],
 "trailers": ["https://youtu.be/EXeTwQWrcwY"], "rating": "US:PG-13", "tmdbId": 155, "imdbId": "tt0468569", "votes": 10, "voteMean": 8.5, "popularity": 3,
 "poster": "https://images.example/p.jpg", "backdrop": "https://images.example/b.jpg"}`

func TestAFilmInJSONIsReadWhole(t *testing.T) {
	set := catalog.CollectionOf("Dark")
	want := Draft{Line: 1, Described: catalog.Described{
		Film: catalog.Film{
			Kind: catalog.Movie, TMDBID: 155, IMDBID: "tt0468569", OriginalTitle: "The Dark Knight", OriginalLanguage: "en",
			Texts:    map[string]catalog.Text{"en": {Title: "The Dark Knight", Overview: "One."}, "pt-BR": {Title: "O Cavaleiro das Trevas", Tagline: "Lema."}},
			Released: "2008-07-16", RuntimeMinutes: 152, Genres: []catalog.Genre{{ID: 18, Name: "Drama"}, {ID: 28, Name: "Action"}}, Collection: &set,
			Cast: []catalog.Player{{Name: "Christian Bale", Character: "Bruce Wayne"}}, Directors: []string{"Christopher Nolan"}, Maturity: age(14),
			Trailers: []catalog.Trailer{{Site: "YouTube", Key: "EXeTwQWrcwY", Type: "Trailer"}}, Votes: 10, VoteMean: 8.5, Popularity: 3,
		},
		Poster: "https://images.example/p.jpg", Backdrop: "https://images.example/b.jpg", People: []string{"https://images.example/cb.jpg"},
	}}
	for name, file := range map[string]string{
		"alone": wholeJSON, "in a list": "[" + wholeJSON + "]", "in a line": strings.ReplaceAll(wholeJSON, "\n", "") + "\n",
	} {
		got, err := JSON([]byte(file), "en")
		if err != nil || len(got.Taken) != 1 || !reflect.DeepEqual(got.Taken[0], want) {
			t.Errorf("%s: %v, %v\n got %+v\nwant %+v", name, err, told2(got), got.Taken, want)
		}
	}
}

func TestABadFilmInJSONIsToldAndSpoilsNoOther(t *testing.T) {
	films := []string{
		`{"title": "First", "year": 2001, "rating": 14}`,
		`{"title": 5}`,
		`{"title": "x", "yaer": 2001}`,
		`{"title": "x", "year": "2001"}`,
		`{"title": "x", "cast": [{"name": 5}]}`,
		`{"year": 2001}`,
		`{"title": "x\u0000"}`,
		`{"title": "\ud800"}`,
		`{"title": "x", "released": "2001-02-30"}`,
		`{"title": "x", "rating": 15.5}`,
		`{"title": "x", "poster": "file:///etc/passwd"}`,
		`{"title": "x", "trailers": ["https://example.org/"]}`,
		`{"title": {"fr": "x"}}`,
		`[]`,
		`null`,
		`{"title": "Last"}`,
	}
	want := []string{"2, title: It is a number", "3, yaer: There is no such field", "4, year: It is a string", "5, cast.name: It is a number", "6: texts: A film has", "7: texts.en.title: It holds",
		"8: texts.en.title: It holds", "9: released: A release", "10, rating: A rating", "11, poster: A picture", "12, trailers: A trailer", "13: texts: ", "14: It is", "15: texts: A film has"}
	check := func(name string, got Report, err error, last string) {
		t.Helper()
		if taken := titles(got, "en"); err != nil || !reflect.DeepEqual(taken, []string{"1 First", last}) {
			t.Errorf("%s: taken are %q, %v", name, taken, err)
		}
		said := told2(got)
		if len(said) != len(want) {
			t.Fatalf("%s: told are %q", name, said)
		}
		for i := range want {
			if !strings.HasPrefix(strings.Replace(said[i], ", : ", ": ", 1), "line "+want[i]) && !strings.HasPrefix(said[i], "line 14") {
				t.Errorf("%s: told is %q, want %q", name, said[i], want[i])
			}
		}
	}
	lines, err := JSON([]byte(strings.Join(films, "\n")), "en")
	check("lines", lines, err, "16 Last")
	list, err := JSON([]byte("["+strings.Join(films, ",\n")+"]"), "en")
	check("list", list, err, "16 Last")
}

func TestWhereJSONIsBrokenIsTold(t *testing.T) {
	for file, want := range map[string]struct{ taken, out string }{
		"[{\"title\": \"A\"},\n{\"title\": \"B\"},\n{\"title\": \"C\" \"x\"}]":              {"1 A,2 B", "line 3: From here on"},
		"[{\"title\": \"A\"},\n{\"title\": \"B\"}\n":                                        {"1 A,2 B", "line 3: From here on"},
		"{\"title\": \"A\"}\n{\"title\": }\n{\"title\": \"C\"}":                             {"1 A,3 C", "line 2, column 11: It is no JSON"},
		"{\"title\": \"A\"}\n{\"title\": \"B\"} {\"title\": \"x\"}\n\n\n{\"title\": \"C\"}": {"1 A,5 C", "line 2: Something follows"},
		"{\n\"title\":\n\"A\"}\n{\"title\": 5}\n{\"title\": \"C\"}":                         {"1 A,5 C", "line 4, title: It is a number"},
	} {
		got, err := JSON([]byte(file), "en")
		if taken := strings.Join(titles(got, "en"), ","); err != nil || taken != want.taken || len(got.Out) != 1 || !strings.HasPrefix(got.Out[0].String(), want.out) {
			t.Errorf("%q: %q, %q, %v", file, taken, told2(got), err)
		}
	}
	for file, want := range map[string]string{"": "begins with [", "\"x\"": "begins with [", "\x00": "begins with [", strings.Repeat("[", MaxTable+1): "more than 64 MB"} {
		if _, err := JSON([]byte(file), "en"); !strings.Contains(fault.PublicOf(err), want) {
			t.Errorf("%.20q: %v", file, err)
		}
	}
	if got, err := JSON([]byte(strings.Repeat("[", 1_000_000)), "en"); err != nil || len(got.Out) != 1 {
		t.Errorf("%v, %q", err, told2(got))
	}
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{wholeJSON, "[" + wholeJSON + ",{}]", "{}\n{}", "[", "[{", "{\"title\":{\"en\":null}}", "[[[]]]", "{\"title\":\"x\"}{"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := JSON(file, "pt-BR")
		if err != nil {
			if fault.PublicOf(err) == "" {
				t.Fatal(err)
			}
			return
		}
		reported(t, file, got)
	})
}

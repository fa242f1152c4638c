package metadata

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// titles lists what was taken, with its line.
func titles(r Report, language string) (all []string) {
	for _, d := range r.Taken {
		all = append(all, fmt.Sprintf("%d %s", d.Line, d.Film.Texts[language].Title))
	}
	return all
}

func told2(r Report) (all []string) {
	for _, s := range r.Out {
		all = append(all, s.String())
	}
	return all
}

const wholeTable = `Title,Título PT,Original title,Released,Runtime,Genres,Directors,Cast,Overview,Sinopse PT,Classificação,TMDB ID,IMDb ID,Coleção,Trailer,Poster,Backdrop,Language,Watched
"The Dark Knight","Batman: O Cavaleiro das Trevas",The Dark Knight,2008-07-16,2h 32m,Ação|Drama|Drama,Christopher Nolan,"Christian Bale as Bruce Wayne|Heath Ledger","He said ""no"".

Then yes.",Um homem.,BR:12,155,tt0468569,Dark,https://youtu.be/EXeTwQWrcwY,https://images.example/p.jpg,https://images.example/b.jpg,en,yes
`

func TestATableIsReadWhole(t *testing.T) {
	got, err := CSV([]byte(wholeTable), "en")
	if err != nil || len(got.Out) != 0 || len(got.Taken) != 1 {
		t.Fatalf("%v, %+v", err, got)
	}
	set := catalog.CollectionOf("Dark")
	want := Draft{Line: 2, Described: catalog.Described{
		Film: catalog.Film{
			Kind: catalog.Movie, TMDBID: 155, IMDBID: "tt0468569", OriginalTitle: "The Dark Knight", OriginalLanguage: "en",
			Texts: map[string]catalog.Text{
				"en":    {Title: "The Dark Knight", Overview: "He said \"no\".\n\nThen yes."},
				"pt-BR": {Title: "Batman: O Cavaleiro das Trevas", Overview: "Um homem."},
			},
			Released: "2008-07-16", RuntimeMinutes: 152, Genres: []catalog.Genre{{ID: 28, Name: "Action"}, {ID: 18, Name: "Drama"}}, Collection: &set,
			Cast: []catalog.Player{{Name: "Christian Bale", Character: "Bruce Wayne"}, {Name: "Heath Ledger"}}, Directors: []string{"Christopher Nolan"},
			Maturity: age(12), Trailers: []catalog.Trailer{{Site: "YouTube", Key: "EXeTwQWrcwY", Type: "Trailer"}},
		},
		Poster: "https://images.example/p.jpg", Backdrop: "https://images.example/b.jpg", People: []string{"", ""},
	}}
	if !reflect.DeepEqual(got.Taken[0], want) || !reflect.DeepEqual(got.Ignored, []string{"Watched"}) {
		t.Errorf("ignored %v\n got %+v\nwant %+v", got.Ignored, got.Taken[0], want)
	}
}

func TestTablesOfOtherProgramsAreRead(t *testing.T) {
	want := []string{"2 Não, Amélie", "3 Ação"}
	for name, file := range map[string]string{
		"commas":       "título,ano\n\"Não, Amélie\",2001\nAção,2002\n",
		"semicolons":   "título;ano\nNão, Amélie;2001\nAção;2002",
		"tabs":         "título\tano\r\nNão, Amélie\t2001\r\nAção\t2002\r\n",
		"a mark":       "\xef\xbb\xbftítulo;ano\nNão, Amélie;2001\nAção;2002\n",
		"Latin-1":      "t\xedtulo;ano\nN\xe3o, Am\xe9lie;2001\nA\xe7\xe3o;2002\n",
		"UTF-16":       "\xff\xfe" + wide("título;ano\nNão, Amélie;2001\nAção;2002\n"),
		"mixed orders": "ANO;  Título \n2001;Não, Amélie\n2002;Ação\n",
	} {
		got, err := CSV([]byte(file), "pt-BR")
		if err != nil || !reflect.DeepEqual(titles(got.Report, "pt-BR"), want) || got.Taken[0].Film.Released != "2001" {
			t.Errorf("%s: %v, %v, %v", name, err, titles(got.Report, "pt-BR"), told2(got.Report))
		}
	}
}

func wide(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

func TestABadLineOfATableIsToldAndSpoilsNoOther(t *testing.T) {
	got, err := CSV([]byte(strings.Join([]string{
		"title,year,rating,tmdb_id,poster", // 1
		"First,2001,14,,",
		"Bad year,MMI,,,",
		"Bad rating,2001,15 anos,,",
		",2001,,,",
		"Too few,2001",
		"",
		",,,,",
		`A "quote" inside,2001,,,`,
		`"Not closed,2001,,,`, // 10
		"Bad id,2001,,-5,",
		"Bad poster,2001,,,file:///etc/passwd",
		"Nul\x00,2001,,,",
		"In 2008,2008-13,,,",
		"\"Two",
		"lines\",2001,,,",
		"Last,2002,PG-13,,https://images.example/p.jpg", // 17
	}, "\n")), "en")
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"2 First", "15 Two lines", "17 Last"}; !reflect.DeepEqual(titles(got.Report, "en"), want) {
		t.Errorf("taken are %q, want %q", titles(got.Report, "en"), want)
	}
	want := []string{
		"line 3, year: A year has four", "line 4, rating: A rating is", "line 5: texts: A film has a title", "line 6: It has 2 fields",
		"line 9, column 3: There is a \"", "line 10, column ", "line 11, tmdb_id: A TMDB id", "line 12, poster: A picture is", "line 13: texts.en.title: It holds characters", "line 14, year: A year",
	}
	said := told2(got.Report)
	if len(said) != len(want) || got.Count != len(want) {
		t.Fatalf("told are %d: %q", got.Count, said)
	}
	for i := range want {
		if !strings.HasPrefix(said[i], want[i]) {
			t.Errorf("told is %q, want %q", said[i], want[i])
		}
	}
}

func TestATableThatIsNoneSaysWhy(t *testing.T) {
	for file, want := range map[string]string{
		"":                              "The first line names the columns: title, ",
		"year,genres\n2001,x\n":         "no column with the title",
		"title,year,ano\nx,1,1":         `two columns of one meaning: "year" and "ano"`,
		"\x00\x01\x02":                  "no column with the title",
		strings.Repeat("x", MaxTable+1): "more than 64 MB",
	} {
		_, err := CSV([]byte(file), "en")
		if !strings.Contains(fault.PublicOf(err), want) {
			t.Errorf("%.20q: %v", file, err)
		}
	}
	// Every line opens a quote that only the next one closes.
	if _, err := CSV([]byte("title\n"+strings.Repeat("\"x\n", 60_000)), "en"); !fault.Is(err, fault.Invalid) {
		t.Errorf("it is read to the end: %v", err)
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{wholeTable, "", "title\nx", "título;ano\nx;2001\n", "title\n\"x", "title\n\"x\"y\nz", "\xff\xfet\x00", "title,cast\nx,\" as \""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := CSV(file, "en")
		if err != nil {
			if fault.PublicOf(err) == "" {
				t.Fatal(err)
			}
			return
		}
		reported(t, file, got.Report)
	})
}

// reported checks that a report tells of clean films and of lines there are.
func reported(t *testing.T, file []byte, r Report) {
	t.Helper()
	most := 2 + strings.Count(string(plain(file)), "\n")
	for _, d := range r.Taken {
		if _, err := catalog.Clean(d.Film); err != nil || d.Line < 1 || d.Line > most || len(d.People) != len(d.Film.Cast) {
			t.Fatalf("%+v: %v", d, err)
		}
	}
	for _, s := range r.Out {
		if s.Line < 1 || s.Line > most || s.Why == "" {
			t.Fatalf("of %d lines: %+v", most, s)
		}
	}
}

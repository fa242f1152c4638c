package catalog

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// whole is a film with something of everything, as it is kept.
func whole() Film {
	rated, _ := RatingOf(12)
	return Film{
		Kind: Movie, TMDBID: 155, IMDBID: "tt0468569", OriginalTitle: "The Dark Knight", OriginalLanguage: "en",
		Texts: map[string]Text{
			"en":    {Title: "The Dark Knight", Overview: "First.\n\nSecond.", Tagline: "Welcome to a world without rules."},
			"pt-BR": {Title: "Batman: O Cavaleiro das Trevas"},
		},
		Released: "2008-07-16", RuntimeMinutes: 152,
		Genres:     []Genre{{18, "Drama"}, GenreOf("Neo-noir")},
		Collection: &Collection{263, "The Dark Knight Collection"},
		Cast:       []Player{{"Christian Bale", "Bruce Wayne", "films/x/person/abc"}}, Directors: []string{"Christopher Nolan"},
		Trailers: []Trailer{{"YouTube", "kmJLuwP3MbY", "Trailer"}}, Maturity: rated,
		Votes: 32_000, VoteMean: 8.5, Popularity: 130.6, Trend: 7,
		Poster:  Picture{"films/x/poster/abc", []int{160, 320}, "LEHV6nWB2yk8pyo0adR*.7kCMdnj"},
		Similar: []int64{49026, 272}, Recommended: []int64{27205},
	}
}

func TestACleanFilmStaysAsItIs(t *testing.T) {
	got, err := Clean(whole())
	if err != nil || !reflect.DeepEqual(got, whole()) {
		t.Fatalf("%v\n got %+v\nwant %+v", err, got, whole())
	}
}

func TestAFilmIsPutInOneForm(t *testing.T) {
	f := whole()
	f.Kind, f.OriginalLanguage, f.IMDBID = "", "PT-br", " tt0468569 "
	f.Texts = map[string]Text{
		"pt-BR": {Title: "  Cora\u00e7a\u0303o   de\tEstudante\n", Overview: " um\r\n\r\n\r\n\u00a0dois  tres \r\n"},
		"en":    {Tagline: "Only this"},
	}
	f.Genres = []Genre{{Name: "ficção  CIENTÍFICA"}, {ID: 878}, {ID: 18, Name: "whatever"}, {ID: 99_999, Name: "Neo-noir"}, {Name: "neo-noir"}}
	f.Collection = &Collection{Name: "  Of our  own "}
	f.Directors = []string{"A", "", "A"}
	f.Similar = []int64{5, 5, 155}
	f.Poster.Widths = []int{320, 160, 320}
	got, err := Clean(f)
	if err != nil {
		t.Fatal(err)
	}
	want := f
	want.Kind, want.OriginalLanguage, want.IMDBID = Movie, "pt-BR", "tt0468569"
	want.Texts = map[string]Text{
		"pt-BR": {Title: "Coraçã\u006f de Estudante", Overview: "um\n\ndois tres"},
		"en":    {Title: "Coraçã\u006f de Estudante", Tagline: "Only this"},
	}
	want.Genres = []Genre{{878, "Science Fiction"}, {18, "Drama"}, GenreOf("Neo-noir")}
	own := CollectionOf("of our own")
	want.Collection = &Collection{own.ID, "Of our own"}
	want.Directors, want.Similar, want.Poster.Widths = []string{"A"}, []int64{5}, []int{160, 320}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("\n got %+v\nwant %+v", got, want)
	}
}

func TestTextThatRunsFromTheRightIsKept(t *testing.T) {
	for _, title := range []string{"طعم گیلاس", "\u200fואלס עם באשיר\u200e!", "می\u200cخواهم", "千と千尋の神隠し", "👩\u200d🚀"} {
		f := Film{Texts: map[string]Text{"en": {Title: title}}}
		if got, err := Clean(f); err != nil || got.Texts["en"].Title != title {
			t.Errorf("%q is kept as %q: %v", title, got.Texts["en"].Title, err)
		}
	}
}

// bad is each way to be wrong, and the field that is told.
var bad = map[string]struct {
	field string
	spoil func(*Film)
}{
	"no text":                {"texts", func(f *Film) { f.Texts = nil }},
	"no title":               {"texts", func(f *Film) { f.Texts = map[string]Text{"en": {Overview: "x"}} }},
	"another language":       {"texts", func(f *Film) { f.Texts["fr"] = Text{Title: "x"} }},
	"NUL":                    {"texts.en.title", func(f *Film) { f.Texts["en"] = Text{Title: "a\x00b"} }},
	"invalid UTF-8":          {"texts.en.title", func(f *Film) { f.Texts["en"] = Text{Title: "a\xffb"} }},
	"a lost surrogate":       {"texts.en.title", func(f *Film) { f.Texts["en"] = Text{Title: "a\ufffdb"} }},
	"a bell":                 {"texts.en.overview", func(f *Film) { f.Texts["en"] = Text{Title: "a", Overview: "a\ab"} }},
	"an escape":              {"cast.0.name", func(f *Film) { f.Cast[0].Name = "\x1b[31mred" }},
	"a noncharacter":         {"originalTitle", func(f *Film) { f.OriginalTitle = "a\ufffe" }},
	"a title too long":       {"texts.en.title", func(f *Film) { f.Texts["en"] = Text{Title: strings.Repeat("é", maxTitle+1)} }},
	"an overview too long":   {"texts.en.overview", func(f *Film) { f.Texts["en"] = Text{Title: "a", Overview: strings.Repeat("é", maxOverview+1)} }},
	"a series":               {"kind", func(f *Film) { f.Kind = "series" }},
	"a negative id":          {"tmdbId", func(f *Film) { f.TMDBID = -1 }},
	"an IMDb address":        {"imdbId", func(f *Film) { f.IMDBID = "https://www.imdb.com/title/tt0468569/" }},
	"no language":            {"originalLanguage", func(f *Film) { f.OriginalLanguage = "klingonish!" }},
	"a 30th of February":     {"released", func(f *Film) { f.Released = "2008-02-30" }},
	"a date of the US":       {"released", func(f *Film) { f.Released = "07/16/2008" }},
	"the year 1":             {"released", func(f *Film) { f.Released = "0001" }},
	"a negative runtime":     {"runtimeMinutes", func(f *Film) { f.RuntimeMinutes = -1 }},
	"a genre of no name":     {"genres.0", func(f *Film) { f.Genres = []Genre{{ID: 4}} }},
	"too many genres":        {"genres", func(f *Film) { f.Genres = make([]Genre, maxGenres+1); f.Genres[0].ID = 18 }},
	"a nameless collection":  {"collection.name", func(f *Film) { f.Collection = &Collection{ID: 4} }},
	"a nameless player":      {"cast.0.name", func(f *Film) { f.Cast = []Player{{Character: "x"}} }},
	"too many players":       {"cast", func(f *Film) { f.Cast = make([]Player, maxCast+1) }},
	"a key that climbs":      {"cast.0.picture", func(f *Film) { f.Cast[0].Picture = "films/../../etc/passwd" }},
	"a key that is a link":   {"poster.key", func(f *Film) { f.Poster.Key = "https://example.org/x.jpg" }},
	"a hash that is code":    {"poster.blurHash", func(f *Film) { f.Poster.BlurHash = `"><script>` }},
	"a width of nothing":     {"poster.widths", func(f *Film) { f.Poster.Widths = []int{0} }},
	"a trailer elsewhere":    {"trailers.0.site", func(f *Film) { f.Trailers[0].Site = "example.org" }},
	"a trailer that is code": {"trailers.0.key", func(f *Film) { f.Trailers[0].Key = `x" onload="` }},
	"a clip":                 {"trailers.0.type", func(f *Film) { f.Trailers[0].Type = "Clip" }},
	"negative votes":         {"votes", func(f *Film) { f.Votes = -1 }},
	"an eleven":              {"voteMean", func(f *Film) { f.VoteMean = 11 }},
	"no number":              {"popularity", func(f *Film) { f.Popularity = math.NaN() }},
	"no end":                 {"trend", func(f *Film) { f.Trend = math.Inf(1) }},
	"alike to nothing":       {"similar", func(f *Film) { f.Similar = []int64{0} }},
}

func TestWhatIsWrongWithAFilmIsTold(t *testing.T) {
	for name, b := range bad {
		t.Run(name, func(t *testing.T) {
			f := whole()
			b.spoil(&f)
			_, err := Clean(f)
			if !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != "bad_film" || !strings.Contains(fault.PublicOf(err), b.field+": ") {
				t.Fatalf("want a word about %s, got %v", b.field, err)
			}
			if said := fault.PublicOf(err); !utf8.ValidString(said) || len(said) > 2000 {
				t.Fatalf("%q", said)
			}
		})
	}
}

func TestAMendedFilmIsCleanAndSaysWhatWasLeftOut(t *testing.T) {
	for name, b := range bad {
		f := whole()
		b.spoil(&f)
		got, wrong, err := Mend(f)
		if len(wrong) == 0 || wrong[0].Field != b.field {
			t.Errorf("%s: %+v", name, wrong)
		}
		if name == "no text" || name == "no title" {
			if err == nil {
				t.Errorf("%s: kept", name)
			}
			continue
		}
		if _, again := Clean(got); err != nil || again != nil {
			t.Errorf("%s: %v, then %v", name, err, again)
		}
	}
}

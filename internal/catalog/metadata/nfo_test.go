package metadata

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func age(n int) catalog.Rating {
	r, err := catalog.RatingOf(n)
	if err != nil {
		panic(err)
	}
	return r
}

func TestAKodiFileIsReadWhole(t *testing.T) {
	file, err := os.ReadFile("testdata/nfo/kodi.nfo")
	if err != nil {
		t.Fatal(err)
	}
	got, err := NFO(file, "pt-BR")
	if err != nil {
		t.Fatal(err)
	}
	set := catalog.CollectionOf("Cidade dos Homens")
	want := Draft{Line: 1, Described: catalog.Described{
		Film: catalog.Film{
			Kind: catalog.Movie, TMDBID: 598, IMDBID: "tt0317248", OriginalTitle: "Cidade de Deus",
			Texts: map[string]catalog.Text{"pt-BR": {Title: "Cidade de Deus", Tagline: "Se correr o bicho pega",
				Overview: "Dois meninos crescem & seguem caminhos diferentes.\nUm pega a câmera."}},
			Released: "2002-02-05", RuntimeMinutes: 130, Genres: []catalog.Genre{{ID: 18, Name: "Drama"}, {ID: 80, Name: "Crime"}},
			Collection: &set, Directors: []string{"Fernando Meirelles", "Kátia Lund"}, Maturity: age(16), Votes: 7001, VoteMean: 8.4,
			Cast:     []catalog.Player{{Name: "Alexandre Rodrigues", Character: "Buscapé"}, {Name: "Leandro Firmino", Character: "Zé Pequeno"}},
			Trailers: []catalog.Trailer{{Site: "YouTube", Key: "dcUOO4Itgmw", Type: "Trailer"}},
		},
		Poster: "https://images.example/poster.jpg", Backdrop: "https://images.example/fanart.jpg",
		People: []string{"https://images.example/alexandre.jpg", ""},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func TestOtherProgramsWriteItOtherwise(t *testing.T) {
	film := func(change func(*catalog.Film)) catalog.Film {
		f := catalog.Film{Kind: catalog.Movie, Texts: map[string]catalog.Text{"en": {Title: "X"}}}
		change(&f)
		return f
	}
	for name, c := range map[string]struct {
		file string
		want catalog.Film
	}{
		"a title alone":       {`<movie><title>X</title></movie>`, film(func(*catalog.Film) {})},
		"a mark before it":    {"\xef\xbb\xbf<movie><title>X</title></movie>", film(func(*catalog.Film) {})},
		"UTF-16":              {"\xff\xfe" + strings.Join(strings.Split("<movie><title>X</title></movie>", ""), "\x00") + "\x00", film(func(*catalog.Film) {})},
		"Latin-1":             {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><movie><title>X</title><originaltitle>Am\xe9lie</originaltitle></movie>", film(func(f *catalog.Film) { f.OriginalTitle = "Amélie" })},
		"a bare ampersand":    {`<movie><title>X</title><originaltitle>Mr & Mrs</originaltitle></movie>`, film(func(f *catalog.Film) { f.OriginalTitle = "Mr & Mrs" })},
		"HTML's letters":      {`<movie><title>X</title><originaltitle>Am&eacute;lie</originaltitle></movie>`, film(func(f *catalog.Film) { f.OriginalTitle = "Amélie" })},
		"an old rating":       {`<movie><title>X</title><rating>7,5</rating><votes>1.234</votes></movie>`, film(func(f *catalog.Film) { f.VoteMean, f.Votes = 7.5, 1234 })},
		"an old set":          {`<movie><title>X</title><set tmdbcolid="263">Dark</set></movie>`, film(func(f *catalog.Film) { f.Collection = &catalog.Collection{ID: 263, Name: "Dark"} })},
		"a year":              {`<movie><title>X</title><year>1931</year></movie>`, film(func(f *catalog.Film) { f.Released = "1931" })},
		"no date":             {`<movie><title>X</title><premiered>1601-01-01</premiered><year>0</year></movie>`, film(func(*catalog.Film) {})},
		"a time after it":     {`<movie><title>X</title><premiered>2008-07-16 00:00:00</premiered></movie>`, film(func(f *catalog.Film) { f.Released = "2008-07-16" })},
		"hours":               {`<movie><title>X</title><runtime>2h 32min</runtime></movie>`, film(func(f *catalog.Film) { f.RuntimeMinutes = 152 })},
		"minutes in words":    {`<movie><title>X</title><runtime>152 min</runtime></movie>`, film(func(f *catalog.Film) { f.RuntimeMinutes = 152 })},
		"an MPAA sentence":    {`<movie><title>X</title><mpaa>Rated PG-13</mpaa></movie>`, film(func(f *catalog.Film) { f.Maturity = age(14) })},
		"Jellyfin's rating":   {`<movie><title>X</title><mpaa>R</mpaa><customrating>BR-16</customrating></movie>`, film(func(f *catalog.Film) { f.Maturity = age(16) })},
		"ids of Jellyfin":     {`<movie><title>X</title><tmdbid>155</tmdbid><imdbid>tt0468569</imdbid></movie>`, film(func(f *catalog.Film) { f.TMDBID, f.IMDBID = 155, "tt0468569" })},
		"an id of IMDb":       {`<movie><title>X</title><id>tt0468569</id></movie>`, film(func(f *catalog.Film) { f.IMDBID = "tt0468569" })},
		"an address below":    {"<movie><title>X</title></movie>\nhttps://www.themoviedb.org/movie/155-the-dark-knight\n", film(func(f *catalog.Film) { f.TMDBID = 155 })},
		"a program's garbage": {"<movie><title>X\a</title><runtime>-5</runtime><premiered>soon</premiered><genre></genre><mpaa>?</mpaa><ratings><rating max=\"0\"><value>NaN</value></rating></ratings></movie>", film(func(*catalog.Film) {})},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := NFO([]byte(c.file), "en")
			if err != nil || !reflect.DeepEqual(got.Film, c.want) {
				t.Errorf("%v\n got %+v\nwant %+v", err, got.Film, c.want)
			}
		})
	}
}

func TestAnAddressAloneNamesAFilm(t *testing.T) {
	for file, want := range map[string]catalog.Film{
		"https://www.themoviedb.org/movie/155-the-dark-knight\n":               {TMDBID: 155},
		"\xef\xbb\xbfhttps://www.imdb.com/title/tt0468569/":                    {IMDBID: "tt0468569"},
		"http://imdb.com/pt/title/tt0468569\nhttps://themoviedb.org/movie/155": {TMDBID: 155, IMDBID: "tt0468569"},
	} {
		if got, err := NFO([]byte(file), "en"); err != nil || !reflect.DeepEqual(got.Film, want) {
			t.Errorf("%q: %+v, %v", file, got.Film, err)
		}
	}
}

func TestWhatCannotBeKeptOfAnNFOIsTold(t *testing.T) {
	got, err := NFO([]byte("<movie><title>"+strings.Repeat("x", 400)+"</title><plot>a\x01b</plot></movie>"), "en")
	if err != nil || len(got.Left) != 2 || !strings.HasPrefix(got.Left[0], "texts.en.title: ") || got.Film.Texts["en"].Overview != "ab" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAnNFOThatIsNoneSaysWhereAndWhatToDo(t *testing.T) {
	for file, want := range map[string]string{
		"":                                  "no <movie>",
		"Ripped by somebody":                "no <movie>",
		"<tvshow><title>X</title></tvshow>": "of a <tvshow>",
		"<movie></movie>":                   "names no title",
		"<movie>\n<title>X</title>\n<plot":  "line 3",
		"<movie>\n<title>X</title>\n<a b='</movie>": "line 3",
		strings.Repeat("x", MaxNFO+1):               "more than 1 MB",
		"<movie>" + strings.Repeat("<a>", 20_000):   "broken at line",
	} {
		_, err := NFO([]byte(file), "en")
		if !strings.Contains(fault.PublicOf(err), want) || !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.TooLarge) {
			t.Errorf("%.40q: %v, want a word of %q", file, err, want)
		}
	}
	// Nothing outside is opened, and nothing grows.
	bomb := `<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]><movie><title>X</title><plot>&b;&x;</plot></movie>`
	if got, err := NFO([]byte(bomb), "en"); err == nil && strings.Contains(got.Film.Texts["en"].Overview, "aaaa") || strings.Contains(got.Film.Texts["en"].Overview, "root:") {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestTrailersAreKnownByTheirAddress(t *testing.T) {
	for at, want := range map[string]catalog.Trailer{
		"https://www.youtube.com/watch?v=EXeTwQWrcwY&t=3s":                     {Site: "YouTube", Key: "EXeTwQWrcwY", Type: "Trailer"},
		"https://youtu.be/EXeTwQWrcwY":                                         {Site: "YouTube", Key: "EXeTwQWrcwY", Type: "Trailer"},
		"https://m.youtube.com/embed/EXeTwQWrcwY":                              {Site: "YouTube", Key: "EXeTwQWrcwY", Type: "Trailer"},
		"plugin://plugin.video.youtube/play/?video_id=EXeTwQWrcwY":             {Site: "YouTube", Key: "EXeTwQWrcwY", Type: "Trailer"},
		"plugin://plugin.video.youtube/?action=play_video&videoid=EXeTwQWrcwY": {Site: "YouTube", Key: "EXeTwQWrcwY", Type: "Trailer"},
		"https://vimeo.com/76979871":                                           {Site: "Vimeo", Key: "76979871", Type: "Trailer"},
		"https://player.vimeo.com/video/76979871":                              {Site: "Vimeo", Key: "76979871", Type: "Trailer"},
	} {
		if got, ok := TrailerAt(at); !ok || got != want {
			t.Errorf("%s: %+v, %v", at, got, ok)
		}
	}
	for _, at := range []string{"", "EXeTwQWrcwY", "https://example.org/watch?v=EXeTwQWrcwY", "https://youtube.com.example.org/watch?v=EXeTwQWrcwY", "https://www.youtube.com/watch?v=%22onload", "javascript:EXeTwQWrcwY", "ftp://youtu.be/EXeTwQWrcwY", "https://vimeo.com/about"} {
		if got, ok := TrailerAt(at); ok {
			t.Errorf("%q is %+v", at, got)
		}
	}
}

// Whatever a file holds, there is a clean film, one to be described by others, or a sentence.
func FuzzNFO(f *testing.F) {
	file, err := os.ReadFile("testdata/nfo/kodi.nfo")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	for _, s := range []string{"", "<movie><title>X</title></movie>", "https://www.imdb.com/title/tt0468569/", "\xff\xfe<\x00", "<movie><title>&b;</title>", "<movie><set><name>x</name>y</set>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		d, err := NFO(file, "pt-BR")
		if err != nil {
			if fault.PublicOf(err) == "" {
				t.Fatal(err)
			}
			return
		}
		if len(d.People) != len(d.Film.Cast) {
			t.Fatalf("%d addresses of %d people", len(d.People), len(d.Film.Cast))
		}
		if _, err := catalog.Clean(d.Film); err != nil && !(d.Film.Texts == nil && (d.Film.TMDBID > 0 || d.Film.IMDBID != "")) {
			t.Fatalf("%+v: %v", d.Film, err)
		}
	})
}

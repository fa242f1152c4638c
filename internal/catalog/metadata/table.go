package metadata

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// maxBroken is how many lines of a table may be no lines of a table before it is given up.
const maxBroken = 10_000

// Table is what a table of films held, and the columns of it that say nothing to us.
type Table struct {
	Report
	Ignored []string
}

// CSV reads a table of films: a line of headings, then a film in each line, separated by
// commas, semicolons or tabs, in UTF-8 or as older programs write it. Headings are those of
// Columns. Texts without a language of their own are in the one given, one of
// catalog.Languages.
func CSV(file []byte, language string) (Table, error) {
	const op = "metadata.csv"
	var t Table
	if len(file) > MaxTable {
		return t, tooLarge(op, MaxTable)
	}
	text := plain(file)
	first, _, _ := bytes.Cut(text, []byte("\n"))
	separator := separatorOf(string(first))
	headings, columns, err := headings(text, separator)
	if err != nil {
		return t, err
	}
	for i, c := range columns {
		if c == nil {
			t.Ignored = append(t.Ignored, headings[i])
		}
	}
	line := 0 // those before text
	heading := true
	for broken := 0; ; broken++ {
		if broken > maxBroken {
			return t, unreadable(op, "More than %d lines of it are no lines of a table. Is it a CSV file?", maxBroken)
		}
		r := reader(text, separator)
		bad := t.read(r, line, &heading, headings, columns, language)
		if bad == nil {
			return t, nil
		}
		why := "It is broken."
		switch {
		case errors.Is(bad.Err, csv.ErrBareQuote):
			why = `There is a " within a text that does not begin with one. Put the text in quotes and write "" for each of its own.`
		case errors.Is(bad.Err, csv.ErrQuote):
			why = `A text in quotes does not end, or goes on after it. Write "" for each quote within it.`
		}
		t.skip(Skipped{Line: line + bad.StartLine, Column: "column " + strconv.Itoa(bad.Column), Why: why})
		// What follows its first line is read anew: an open quote has swallowed it.
		for range bad.StartLine {
			_, text, _ = bytes.Cut(text, []byte("\n"))
			line++
		}
	}
}

// read takes the films of a table up to a line that is none, which is returned.
func (t *Table) read(r *csv.Reader, before int, heading *bool, headings []string, columns []*column, language string) *csv.ParseError {
	for {
		fields, err := r.Read()
		var bad *csv.ParseError
		switch {
		case err == io.EOF:
			return nil
		case errors.As(err, &bad):
			return bad
		case err != nil:
			return &csv.ParseError{StartLine: 1, Line: 1, Column: 1, Err: err}
		}
		line, _ := r.FieldPos(0)
		line += before
		switch {
		case *heading:
			*heading = false
		case strings.Join(fields, "") == "":
		case len(fields) != len(headings):
			t.skip(Skipped{Line: line, Why: fmt.Sprintf("It has %d fields and the first line %d headings. A text that holds the separator is put in quotes.", len(fields), len(headings))})
		case len(t.Taken) >= maxFilms:
			t.skip(Skipped{Line: line, Why: fmt.Sprintf("One file brings at most %d films.", maxFilms)})
		default:
			t.film(line, fields, headings, columns, language)
		}
	}
}

func (t *Table) film(line int, fields, headings []string, columns []*column, language string) {
	d := catalog.Described{Film: catalog.Film{Texts: map[string]catalog.Text{}}}
	for i, c := range columns {
		if value := strings.TrimSpace(fields[i]); c != nil && value != "" {
			if why := c.set(&d, value, language); why != "" {
				t.skip(Skipped{Line: line, Column: headings[i], Why: why})
				return
			}
		}
	}
	t.take(line, d)
}

func reader(text []byte, separator rune) *csv.Reader {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator, -1
	return r
}

// separatorOf is the character that the headings are separated by.
func separatorOf(line string) rune {
	best, most := ',', 0
	for _, c := range []rune{',', ';', '\t'} {
		if n := strings.Count(line, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

func headings(text []byte, separator rune) (names []string, columns []*column, err error) {
	const op = "metadata.csv"
	names, err = reader(text, separator).Read()
	if err != nil {
		return nil, nil, unreadable(op, "The first line names the columns: %s.", Columns())
	}
	titled, seen := false, map[*column]string{}
	for _, name := range names {
		c := byHeading[folded(name)]
		if before, twice := seen[c]; twice && c != nil {
			return nil, nil, unreadable(op, "Line 1 has two columns of one meaning: %.60q and %.60q. Leave one of them.", before, name)
		}
		seen[c] = name
		titled = titled || c != nil && strings.HasPrefix(c.names[0], "title")
		columns = append(columns, c)
	}
	if !titled {
		return nil, nil, unreadable(op, "Line 1 has no column with the title. Columns are called: %s.", Columns())
	}
	return names, columns, nil
}

// folded is a heading in small plain letters: "Gênero(s)" is "generos".
func folded(heading string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFD.String(heading))
}

// column is one thing a table can tell of a film. set says what is wrong with a value; "" where
// nothing is.
type column struct {
	names []string // folded; the first is how it is called
	set   func(d *catalog.Described, value, language string) (why string)
}

// Columns names all there are, as they are written.
func Columns() string {
	var names []string
	for _, c := range allColumns {
		names = append(names, c.names[0])
	}
	return strings.Join(names, ", ")
}

var byHeading = func() map[string]*column {
	all := map[string]*column{}
	for i := range allColumns {
		for _, name := range allColumns[i].names {
			all[folded(name)] = &allColumns[i]
		}
	}
	return all
}()

// words sets one of a film's texts, in a language or in that of the file.
func words(in string, put func(*catalog.Text, string)) func(*catalog.Described, string, string) string {
	return func(d *catalog.Described, value, language string) string {
		if in != "" {
			language = in
		}
		t := d.Film.Texts[language]
		put(&t, value)
		d.Film.Texts[language] = t
		return ""
	}
}

func title(t *catalog.Text, v string)    { t.Title = v }
func overview(t *catalog.Text, v string) { t.Overview = v }
func tagline(t *catalog.Text, v string)  { t.Tagline = v }

var allColumns = []column{
	{[]string{"title", "name", "titulo", "nome"}, words("", title)},
	{[]string{"title_en", "english title"}, words("en", title)},
	{[]string{"title_pt", "title_pt_br", "titulo_pt"}, words("pt-BR", title)},
	{[]string{"overview", "plot", "synopsis", "description", "sinopse", "descricao"}, words("", overview)},
	{[]string{"overview_en"}, words("en", overview)},
	{[]string{"overview_pt", "overview_pt_br", "sinopse_pt"}, words("pt-BR", overview)},
	{[]string{"tagline", "slogan"}, words("", tagline)},
	{[]string{"tagline_en"}, words("en", tagline)},
	{[]string{"tagline_pt", "tagline_pt_br"}, words("pt-BR", tagline)},
	{[]string{"original_title", "titulo original"}, func(d *catalog.Described, v, _ string) string { d.Film.OriginalTitle = v; return "" }},
	{[]string{"original_language", "language", "idioma", "idioma original"}, func(d *catalog.Described, v, _ string) string { d.Film.OriginalLanguage = v; return "" }},
	{[]string{"released", "release_date", "lancamento", "data de lancamento", "estreia"}, func(d *catalog.Described, v, _ string) string { d.Film.Released = v; return "" }},
	{[]string{"year", "ano"}, func(d *catalog.Described, v, _ string) string {
		if y := number(v); y < 1000 || y > 9999 {
			return "A year has four digits: 2008."
		}
		if d.Film.Released == "" {
			d.Film.Released = v
		}
		return ""
	}},
	{[]string{"runtime", "runtime_minutes", "minutes", "duration", "duracao", "minutos"}, func(d *catalog.Described, v, _ string) string {
		if d.Film.RuntimeMinutes = runtime(v); d.Film.RuntimeMinutes == 0 && v != "0" {
			return "A runtime is in minutes, or like 2h 32m."
		}
		return ""
	}},
	{[]string{"genres", "genre", "generos", "genero"}, func(d *catalog.Described, v, _ string) string {
		for _, name := range several(v) {
			d.Film.Genres = append(d.Film.Genres, catalog.GenreOf(name))
		}
		return ""
	}},
	{[]string{"directors", "director", "diretores", "diretor", "direcao"}, func(d *catalog.Described, v, _ string) string { d.Film.Directors = several(v); return "" }},
	{[]string{"cast", "actors", "elenco", "atores"}, func(d *catalog.Described, v, _ string) string {
		for _, said := range several(v) {
			name, character, _ := strings.Cut(said, " as ")
			d.Film.Cast = append(d.Film.Cast, catalog.Player{Name: name, Character: character})
		}
		return ""
	}},
	{[]string{"collection", "set", "colecao"}, func(d *catalog.Described, v, _ string) string {
		c := catalog.CollectionOf(v)
		d.Film.Collection = &c
		return ""
	}},
	{[]string{"rating", "age", "certification", "classificacao", "faixa etaria"}, func(d *catalog.Described, v, _ string) string {
		if d.Film.Maturity = catalog.RatingText(v); d.Film.Maturity == (catalog.Rating{}) {
			return "A rating is an age (0, 10, 12, 14, 16, 18), L, or a certificate with its country: BR:14, US:PG-13."
		}
		return ""
	}},
	{[]string{"tmdb_id", "tmdb"}, func(d *catalog.Described, v, _ string) string {
		if d.Film.TMDBID = number(v); d.Film.TMDBID == 0 {
			return "A TMDB id is a positive number."
		}
		return ""
	}},
	{[]string{"imdb_id", "imdb", "const"}, func(d *catalog.Described, v, _ string) string { d.Film.IMDBID = v; return "" }},
	{[]string{"trailer", "trailers"}, func(d *catalog.Described, v, _ string) string {
		for _, address := range several(v) {
			t, ok := TrailerAt(address)
			if !ok {
				return "A trailer is an address of YouTube or Vimeo."
			}
			d.Film.Trailers = append(d.Film.Trailers, t)
		}
		return ""
	}},
	{[]string{"poster", "poster_url", "cartaz"}, func(d *catalog.Described, v, _ string) string {
		d.Poster = picture(v)
		return address(d.Poster)
	}},
	{[]string{"backdrop", "backdrop_url", "fanart", "fundo"}, func(d *catalog.Described, v, _ string) string {
		d.Backdrop = picture(v)
		return address(d.Backdrop)
	}},
}

func address(at string) string {
	if at == "" {
		return "A picture is an http or https address."
	}
	return ""
}

// several splits a field: by bars where there are any, else by semicolons or commas.
func several(v string) (all []string) {
	by := ","
	for _, s := range []string{";", "|"} {
		if strings.Contains(v, s) {
			by = s
		}
	}
	for part := range strings.SplitSeq(v, by) {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

package metadata

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// maxFilmJSON is more than any film has.
const maxFilmJSON = 1 << 20

// filmJSON is a film in a file of ours (docs/reference/import.md).
type filmJSON struct {
	Title            told       `json:"title"`
	Overview         told       `json:"overview"`
	Tagline          told       `json:"tagline"`
	OriginalTitle    string     `json:"originalTitle"`
	OriginalLanguage string     `json:"originalLanguage"`
	Released         string     `json:"released"`
	Year             int        `json:"year"`
	RuntimeMinutes   int        `json:"runtimeMinutes"`
	Genres           []string   `json:"genres"`
	Collection       string     `json:"collection"`
	Directors        []string   `json:"directors"`
	Cast             []castJSON `json:"cast"`
	Trailers         []string   `json:"trailers"`
	Rating           rated      `json:"rating"`
	TMDBID           int64      `json:"tmdbId"`
	IMDBID           string     `json:"imdbId"`
	Votes            int        `json:"votes"`
	VoteMean         float64    `json:"voteMean"`
	Popularity       float64    `json:"popularity"`
	Poster           string     `json:"poster"`
	Backdrop         string     `json:"backdrop"`
}

type castJSON struct {
	Name      string `json:"name"`
	Character string `json:"character"`
	Picture   string `json:"picture"`
}

// told is a text in the language of the file, or in each of several.
type told map[string]string

func (t *told) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		var one string
		err := json.Unmarshal(b, &one)
		*t = told{"": one}
		return err
	}
	return json.Unmarshal(b, (*map[string]string)(t))
}

// rated is an age, or a certificate.
type rated struct {
	catalog.Rating
	bad bool
}

func (r *rated) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(b), `"`)
	if text == "null" || text == "" {
		return nil
	}
	r.Rating = catalog.RatingText(text)
	r.bad = r.Rating == (catalog.Rating{})
	return nil
}

// JSON reads films: a list of them, or one in each line. Texts without a language are in the
// one given, one of catalog.Languages.
func JSON(file []byte, language string) (Report, error) {
	const op = "metadata.json"
	var r Report
	if len(file) > MaxTable {
		return r, tooLarge(op, MaxTable)
	}
	text := plain(file)
	start := bytes.TrimLeft(text, " \t\r\n")
	if len(start) == 0 || start[0] != '[' && start[0] != '{' {
		return r, unreadable(op, "A file of films begins with [ and lists them, or has one in each line, within { and }.")
	}
	before := len(text) - len(start)
	line := 1 + bytes.Count(text[:before], []byte("\n"))
	if first, _, _ := bytes.Cut(start, []byte("\n")); start[0] == '{' && json.Valid(first) {
		for one := range bytes.SplitSeq(start, []byte("\n")) {
			if one = bytes.TrimSpace(one); len(one) > 0 {
				r.one(line, one, language)
			}
			line++
		}
		return r, nil
	}
	r.stream(start, line, language)
	return r, nil
}

// stream reads a list of films, or films one after the other. Where it is broken nothing tells
// where the next begins.
func (r *Report) stream(text []byte, line int, language string) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	at := 0
	lineAt := func(offset int) int {
		offset = min(max(offset, at), len(text))
		line += bytes.Count(text[at:offset], []byte("\n"))
		at = offset
		return line
	}
	list := text[0] == '['
	if list {
		_, _ = decoder.Token()
	}
	for decoder.More() {
		var one json.RawMessage
		err := decoder.Decode(&one)
		if err != nil {
			r.rest(lineAt(int(decoder.InputOffset())), text, err)
			return
		}
		r.one(lineAt(int(decoder.InputOffset())-len(one)), one, language)
	}
	if _, err := decoder.Token(); list && err != nil {
		r.rest(lineAt(len(text)), text, err)
	}
}

// rest tells that nothing can be read from somewhere on.
func (r *Report) rest(line int, text []byte, err error) {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		line = 1 + bytes.Count(text[:min(int(syntax.Offset), len(text))], []byte("\n"))
	}
	r.skip(Skipped{Line: line, Why: fmt.Sprintf("From here on it is no JSON (%.100s). Mend it and bring the rest in again; written one in each line, a broken film spoils no other.", err)})
}

func (r *Report) one(line int, text []byte, language string) {
	if len(r.Taken) >= maxFilms {
		r.skip(Skipped{Line: line, Why: fmt.Sprintf("One file brings at most %d films.", maxFilms)})
		return
	}
	if len(text) > maxFilmJSON {
		r.skip(Skipped{Line: line, Why: "It has more than 1 MB."})
		return
	}
	var in filmJSON
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		r.skip(wrongJSON(line, text, err))
		return
	}
	if rest := bytes.TrimSpace(text[decoder.InputOffset():]); len(rest) > 0 {
		r.skip(Skipped{Line: line, Why: "Something follows the film on its line."})
		return
	}
	d, out := in.film(language)
	if out.Why != "" {
		out.Line = line
		r.skip(out)
		return
	}
	r.take(line, d)
}

// wrongJSON says what is wrong, in the words of who wrote the file.
func wrongJSON(line int, text []byte, err error) Skipped {
	out := Skipped{Line: line, Why: fmt.Sprintf("It is no JSON (%.100s).", err)}
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); {
	case errors.As(err, &kind):
		out.Line += bytes.Count(text[:min(int(kind.Offset), len(text))], []byte("\n"))
		out.Column, out.Why = kind.Field, "It is a "+kind.Value+" and cannot be one."
	case errors.As(err, &syntax):
		out.Line += bytes.Count(text[:min(int(syntax.Offset), len(text))], []byte("\n"))
		out.Column = fmt.Sprintf("column %d", syntax.Offset)
	case unknown:
		out.Column, out.Why = strings.Trim(name, `"`), "There is no such field."
		out.Column = out.Column[:min(len(out.Column), 60)]
	}
	return out
}

func (in filmJSON) film(language string) (d catalog.Described, out Skipped) {
	f := catalog.Film{
		OriginalTitle: in.OriginalTitle, OriginalLanguage: in.OriginalLanguage, Texts: map[string]catalog.Text{},
		Released: in.Released, RuntimeMinutes: in.RuntimeMinutes, Directors: in.Directors, Maturity: in.Rating.Rating,
		TMDBID: in.TMDBID, IMDBID: in.IMDBID, Votes: in.Votes, VoteMean: in.VoteMean, Popularity: in.Popularity,
	}
	for texts, put := range map[*told]func(*catalog.Text, string){&in.Title: title, &in.Overview: overview, &in.Tagline: tagline} {
		for in, value := range *texts {
			if in == "" {
				in = language
			}
			t := f.Texts[in]
			put(&t, value)
			f.Texts[in] = t
		}
	}
	if in.Year != 0 && f.Released == "" {
		f.Released = fmt.Sprint(in.Year)
	}
	if in.Rating.bad {
		return d, Skipped{Column: "rating", Why: "A rating is an age (0, 10, 12, 14, 16, 18), or a certificate with its country: BR:14, US:PG-13."}
	}
	for _, name := range in.Genres {
		f.Genres = append(f.Genres, catalog.GenreOf(name))
	}
	if in.Collection != "" {
		c := catalog.CollectionOf(in.Collection)
		f.Collection = &c
	}
	for _, c := range in.Cast {
		f.Cast = append(f.Cast, catalog.Player{Name: c.Name, Character: c.Character})
		d.People = append(d.People, picture(c.Picture))
	}
	for _, at := range in.Trailers {
		t, ok := TrailerAt(at)
		if !ok {
			return d, Skipped{Column: "trailers", Why: "A trailer is an address of YouTube or Vimeo."}
		}
		f.Trailers = append(f.Trailers, t)
	}
	for field, said := range map[string]string{"poster": in.Poster, "backdrop": in.Backdrop} {
		if said != "" && picture(said) == "" {
			return d, Skipped{Column: field, Why: address("")}
		}
	}
	d.Film, d.Poster, d.Backdrop = f, picture(in.Poster), picture(in.Backdrop)
	return d, out
}

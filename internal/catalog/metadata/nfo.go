package metadata

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// kodi is a .nfo as Kodi and Jellyfin document it: a <movie>. What a program wrote twice is
// taken once; what it left empty is not there.
type kodi struct {
	XMLName       xml.Name
	Title         string   `xml:"title"`
	LocalTitle    string   `xml:"localtitle"`
	OriginalTitle string   `xml:"originaltitle"`
	Year          string   `xml:"year"`
	Premiered     string   `xml:"premiered"`
	ReleaseDate   string   `xml:"releasedate"`
	Runtime       string   `xml:"runtime"`
	Plot          string   `xml:"plot"`
	Outline       string   `xml:"outline"`
	Tagline       string   `xml:"tagline"`
	Genres        []string `xml:"genre"`
	Directors     []string `xml:"director"`
	Language      string   `xml:"originallanguage"`
	MPAA          string   `xml:"mpaa"`
	Certification string   `xml:"certification"`
	CustomRating  string   `xml:"customrating"`
	Rating        string   `xml:"rating"` // of Kodi before 17
	Votes         string   `xml:"votes"`
	Ratings       []struct {
		Name    string `xml:"name,attr"`
		Default string `xml:"default,attr"`
		Max     string `xml:"max,attr"`
		Value   string `xml:"value"`
		Votes   string `xml:"votes"`
	} `xml:"ratings>rating"`
	ID        string `xml:"id"`
	IMDBID    string `xml:"imdbid"`
	IMDB      string `xml:"imdb_id"`
	TMDBID    string `xml:"tmdbid"`
	UniqueIDs []struct {
		Type  string `xml:"type,attr"`
		Value string `xml:",chardata"`
	} `xml:"uniqueid"`
	Sets []struct {
		TMDB  string `xml:"tmdbcolid,attr"`
		Name  string `xml:"name"`
		Plain string `xml:",chardata"` // of Kodi before 17: no <name> inside
	} `xml:"set"`
	CollectionID string   `xml:"collectionnumber"`
	Trailers     []string `xml:"trailer"`
	Thumbs       []struct {
		Aspect string `xml:"aspect,attr"`
		Value  string `xml:",chardata"`
	} `xml:"thumb"`
	Fanart []string `xml:"fanart>thumb"`
	Actors []struct {
		Name  string `xml:"name"`
		Role  string `xml:"role"`
		Thumb string `xml:"thumb"`
	} `xml:"actor"`
}

var (
	tmdbLink = regexp.MustCompile(`themoviedb\.org/movie/(\d{1,9})`)
	imdbLink = regexp.MustCompile(`imdb\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?title/(tt\d{7,10})`)
	minutes  = regexp.MustCompile(`^\s*(?:(\d{1,3})\s*h(?:oras?|ours?|rs?)?\s*)?(\d{1,5})?\s*(?:m|min|mins|minutes|minutos)?\.?\s*$`)
)

// NFO reads what is beside a film. Its texts are in a language, for it does not say in which:
// one of catalog.Languages. A program wrote it, so that what cannot be kept of it is left out
// and told. A file of nothing but an address says which film it is; it has no title then, and is
// returned as it is, not clean: it is for a Source to describe.
func NFO(file []byte, language string) (Draft, error) {
	const op = "metadata.nfo"
	if len(file) > MaxNFO {
		return Draft{}, tooLarge(op, MaxNFO)
	}
	// XML has no such characters; that they were there is told of the field they were in.
	text := bytes.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return utf8.RuneError
		}
		return r
	}, plain(file))
	k, err := readKodi(text)
	if err != nil || k.Title == "" && k.OriginalTitle == "" && k.LocalTitle == "" {
		if d, found := linked(text); found {
			return d, nil
		}
		if err != nil {
			return Draft{}, err
		}
		return Draft{}, unreadable(op, "This .nfo names no title. Give it a <title>, or an address of TMDB or IMDb.")
	}
	d, err := k.draft(language)
	if d.Film.TMDBID == 0 && d.Film.IMDBID == "" { // an address may follow the XML
		if l, found := linked(text); found && err == nil {
			d.Film.TMDBID, d.Film.IMDBID = l.Film.TMDBID, l.Film.IMDBID
		}
	}
	return d, err
}

// linked is a film that is named by an address alone.
func linked(text []byte) (d Draft, found bool) {
	d.Line = 1
	if m := tmdbLink.FindSubmatch(text); m != nil {
		d.Film.TMDBID, _ = strconv.ParseInt(string(m[1]), 10, 64)
	}
	if m := imdbLink.FindSubmatch(text); m != nil {
		d.Film.IMDBID = string(m[1])
	}
	return d, d.Film.TMDBID > 0 || d.Film.IMDBID != ""
}

func readKodi(text []byte) (k kodi, err error) {
	const op = "metadata.nfo"
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 by now
	decoder.Strict = false                                                                     // a bare "&" is in many
	decoder.Entity = xml.HTMLEntity
	at := func() int { line, _ := decoder.InputPos(); return line }
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return k, unreadable(op, "This is no .nfo of a film: there is no <movie> in it.")
		}
		if err != nil {
			return k, broken(op, at(), err)
		}
		start, is := token.(xml.StartElement)
		if !is {
			continue
		}
		if start.Name.Local != "movie" && start.Name.Local != "video" {
			return k, unreadable(op, "This .nfo is of a <%.40s>, not of a <movie>.", start.Name.Local)
		}
		if err := decoder.DecodeElement(&k, &start); err != nil {
			return k, broken(op, at(), err)
		}
		return k, nil
	}
}

func broken(op string, line int, err error) error {
	why := err.Error()
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		line, why = syntax.Line, syntax.Msg
	}
	return unreadable(op, "This .nfo is broken at line %d: %.200s. Mend it, or leave it out.", line, strings.ToValidUTF8(why, ""))
}

func (k kodi) draft(language string) (Draft, error) {
	var d Draft
	f := catalog.Film{
		OriginalTitle: k.OriginalTitle, OriginalLanguage: strings.TrimSpace(k.Language),
		Texts: map[string]catalog.Text{language: {
			Title: cmp.Or(strings.TrimSpace(k.Title), strings.TrimSpace(k.LocalTitle), strings.TrimSpace(k.OriginalTitle)), Overview: cmp.Or(strings.TrimSpace(k.Plot), strings.TrimSpace(k.Outline)), Tagline: k.Tagline,
		}},
		Released: k.released(), RuntimeMinutes: runtime(k.Runtime), Directors: parts(k.Directors),
		Maturity: k.rated(),
	}
	f.TMDBID, f.IMDBID = k.ids()
	for _, name := range parts(k.Genres) {
		f.Genres = append(f.Genres, catalog.GenreOf(name))
	}
	for _, s := range k.Sets {
		if name := strings.Join(strings.Fields(cmp.Or(strings.TrimSpace(s.Name), s.Plain)), " "); name != "" {
			own := catalog.CollectionOf(name)
			if id := number(cmp.Or(s.TMDB, k.CollectionID)); id > 0 {
				own.ID = id
			}
			f.Collection = &own
			break
		}
	}
	f.Votes, f.VoteMean = k.votes()
	for _, address := range k.Trailers {
		if t, ok := TrailerAt(address); ok {
			f.Trailers = append(f.Trailers, t)
		}
	}
	for _, a := range k.Actors {
		if strings.TrimSpace(a.Name) != "" {
			f.Cast = append(f.Cast, catalog.Player{Name: a.Name, Character: a.Role})
			d.People = append(d.People, picture(a.Thumb))
		}
	}
	for _, t := range k.Thumbs {
		if a := strings.ToLower(t.Aspect); d.Poster == "" && (a == "" || a == "poster") {
			d.Poster = picture(t.Value)
		} else if d.Backdrop == "" && (a == "landscape" || a == "fanart" || a == "background") {
			d.Backdrop = picture(t.Value)
		}
	}
	for _, address := range k.Fanart {
		if at := picture(address); at != "" {
			d.Backdrop = at
			break
		}
	}
	f, wrong, err := catalog.Mend(f)
	if err != nil {
		return Draft{}, err
	}
	for _, w := range wrong {
		d.Left = append(d.Left, w.Field+": "+w.Why)
	}
	if len(d.People) > len(f.Cast) && len(wrong) > 0 { // Mend keeps the first of too many
		d.People = d.People[:len(f.Cast)]
	}
	d.Film, d.People, d.Line = f, fitted(d.People, len(f.Cast)), 1
	return d, nil
}

// parts splits what some programs write into one element: "Drama / Crime".
func parts(in []string) (out []string) {
	for _, text := range in {
		for _, p := range strings.Split(text, " / ") {
			if p = strings.TrimSpace(p); p != "" {
				out = append(out, p)
			}
		}
	}
	return out
}

func (k kodi) released() string {
	for _, said := range []string{k.Premiered, k.ReleaseDate, k.Year} {
		if said = strings.TrimSpace(said); said != "" && !strings.HasPrefix(said, "0") && said != "1601-01-01" {
			return said[:min(len(said), len("2008-07-16"))]
		}
	}
	return ""
}

// runtime reads minutes, in the ways they are written: "152", "152 min", "2h 32m".
func runtime(said string) int {
	m := minutes.FindStringSubmatch(strings.ToLower(said))
	if m == nil {
		return 0
	}
	hours, _ := strconv.Atoi(m[1])
	rest, _ := strconv.Atoi(m[2])
	return 60*hours + rest
}

func (k kodi) rated() catalog.Rating {
	for _, said := range []string{k.CustomRating, k.MPAA, k.Certification} {
		if r := catalog.RatingText(said); r != (catalog.Rating{}) {
			return r
		}
	}
	return catalog.Rating{}
}

func (k kodi) ids() (tmdb int64, imdb string) {
	for _, u := range k.UniqueIDs {
		switch value := strings.TrimSpace(u.Value); strings.ToLower(u.Type) {
		case "tmdb", "themoviedb":
			tmdb = cmp.Or(tmdb, number(value))
		case "imdb":
			imdb = cmp.Or(imdb, value)
		case "": // Kodi's own is IMDb's, mostly
			if strings.HasPrefix(value, "tt") {
				imdb = cmp.Or(imdb, value)
			}
		}
	}
	tmdb = cmp.Or(tmdb, number(k.TMDBID))
	for _, said := range []string{k.IMDBID, k.IMDB, k.ID} {
		if said = strings.TrimSpace(said); strings.HasPrefix(said, "tt") {
			imdb = cmp.Or(imdb, said)
		}
	}
	return tmdb, imdb
}

// votes are those of the default rating, or else of the first, as they would be of ten.
func (k kodi) votes() (count int, mean float64) {
	value, votes, most := k.Rating, k.Votes, "10"
	for i, r := range k.Ratings {
		if i == 0 || r.Default == "true" {
			value, votes, most = r.Value, r.Votes, cmp.Or(r.Max, "10")
		}
	}
	mean, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(value), ",", ".", 1), 64)
	of, errOf := strconv.ParseFloat(strings.TrimSpace(most), 64)
	if err != nil || errOf != nil || !(of > 0) || !(mean > 0) || mean > of {
		return 0, 0
	}
	return int(min(number(strings.NewReplacer(",", "", ".", "", " ", "").Replace(votes)), 1_000_000_000)), 10 * mean / of
}

// number is a whole number from 0 on; 0 where it is none.
func number(said string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(said), 10, 64)
	if err != nil || n < 0 || n > 1<<52 {
		return 0
	}
	return n
}

var youtubeKey = regexp.MustCompile(`^[A-Za-z0-9_-]{11}$`)

// TrailerAt reads an address of YouTube or Vimeo, or of Kodi's add-ons for them.
func TrailerAt(address string) (t catalog.Trailer, ok bool) {
	at, err := url.Parse(strings.TrimSpace(address))
	if err != nil || len(address) > 500 {
		return t, false
	}
	host := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(at.Hostname()), "www."), "m.")
	last := at.Path[strings.LastIndex(at.Path, "/")+1:]
	t = catalog.Trailer{Site: "YouTube", Type: "Trailer"}
	switch {
	case at.Scheme == "plugin" && host == "plugin.video.youtube":
		t.Key = cmp.Or(at.Query().Get("videoid"), at.Query().Get("video_id"))
	case at.Scheme == "plugin" && host == "plugin.video.vimeo":
		t.Site, t.Key = "Vimeo", cmp.Or(at.Query().Get("video_id"), last)
	case at.Scheme != "http" && at.Scheme != "https":
	case host == "youtu.be", host == "youtube.com" && (strings.HasPrefix(at.Path, "/embed/") || strings.HasPrefix(at.Path, "/shorts/")), host == "youtube-nocookie.com":
		t.Key = last
	case host == "youtube.com":
		t.Key = at.Query().Get("v")
	case host == "vimeo.com", host == "player.vimeo.com":
		t.Site, t.Key = "Vimeo", last
	}
	if t.Site == "Vimeo" {
		return t, number(t.Key) > 0 && len(t.Key) <= 15
	}
	return t, youtubeKey.MatchString(t.Key)
}

// picture is an address that a picture may be fetched from; whether it is fetched is seen then.
func picture(said string) string {
	said = strings.TrimSpace(said)
	if at, err := url.Parse(said); err != nil || len(said) > 1000 || at.Scheme != "http" && at.Scheme != "https" || at.Hostname() == "" {
		return ""
	}
	return said
}

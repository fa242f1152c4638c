package catalog

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// What a film may hold at most. A document of all of it stays well below a megabyte.
const (
	maxOverview  = 10_000 // letters, as all of these
	maxTagline   = 500
	maxName      = 200
	maxCharacter = 300
	maxGenre     = 60

	maxGenres    = 20
	maxCast      = 200
	maxDirectors = 20
	maxTrailers  = 20
	maxAlike     = 60
	maxWidths    = 8

	maxRuntime = 60_000 // minutes: the longest film there is runs for 51,420
	maxVotes   = 1_000_000_000
	maxTMDBID  = 1 << 53 // what every reader of JSON can tell apart
	firstYear  = 1870
	lastYear   = 2200
)

// Wrong is one thing a film may not be kept with.
type Wrong struct {
	Field string // as the API names it: "texts.en.title"
	Why   string // a sentence
}

// Clean returns a film as the catalogue keeps it, whoever it comes from: spaces and letters in
// one form, genres known by their names and each once, every text with a title. What cannot be
// kept is fault.Invalid, code "bad_film", and says all that is wrong. The zero time, id and
// version are the caller's to fill.
func Clean(f Film) (Film, error) {
	f, wrong := mend(f)
	if len(wrong) == 0 {
		return f, nil
	}
	var said []string
	for _, w := range wrong[:min(len(wrong), 5)] {
		said = append(said, w.Field+": "+w.Why)
	}
	return Film{}, fault.New(fault.Invalid, "catalog.clean", "bad_film", strings.Join(said, " "))
}

// Mend is Clean for what a program wrote and nobody can be asked about: what cannot be kept of
// a film is left out of it, and told. Only a film without a title is an error.
func Mend(f Film) (Film, []Wrong, error) {
	f, wrong := mend(f)
	if len(f.Texts) == 0 {
		return Film{}, wrong, fault.New(fault.Invalid, "catalog.mend", "bad_film", "texts: "+noTitle)
	}
	return f, wrong, nil
}

const noTitle = "A film has a title, in English (en) or Portuguese (pt-BR)."

// checks collects what is wrong. Every method returns what can be kept of a value.
type checks struct{ wrong []Wrong }

func (c *checks) say(field, why string, about ...any) {
	c.wrong = append(c.wrong, Wrong{field, fmt.Sprintf(why, about...)})
}

func mend(f Film) (Film, []Wrong) {
	var c checks
	if f.Kind = cmp.Or(f.Kind, Movie); f.Kind != Movie {
		c.say("kind", "There are only films so far: movie.")
		f.Kind = Movie
	}
	f.TMDBID = within(&c, "tmdbId", f.TMDBID, 0, maxTMDBID)
	if f.IMDBID = strings.TrimSpace(f.IMDBID); f.IMDBID != "" && !imdbID.MatchString(f.IMDBID) {
		c.say("imdbId", "An IMDb id looks like tt0468569.")
		f.IMDBID = ""
	}
	f.OriginalTitle = c.line("originalTitle", f.OriginalTitle, maxTitle)
	f.OriginalLanguage = c.language("originalLanguage", f.OriginalLanguage)
	f.Texts = c.texts(f.Texts)
	f.Released = c.released(f.Released)
	f.RuntimeMinutes = within(&c, "runtimeMinutes", f.RuntimeMinutes, 0, maxRuntime)
	f.Genres = c.genres(f.Genres)
	f.Collection = c.collection(f.Collection)
	f.Cast = c.cast(f.Cast)
	f.Directors = c.directors(f.Directors)
	f.Trailers = c.trailers(f.Trailers)
	f.Votes = within(&c, "votes", f.Votes, 0, maxVotes)
	f.VoteMean = c.number("voteMean", f.VoteMean, 0, 10)
	f.Popularity = c.number("popularity", f.Popularity, 0, maxVotes)
	f.Trend = c.number("trend", f.Trend, -maxVotes, maxVotes)
	f.Poster = c.picture("poster", f.Poster)
	f.Backdrop = c.picture("backdrop", f.Backdrop)
	f.Similar = c.alike("similar", f.Similar, f.TMDBID)
	f.Recommended = c.alike("recommended", f.Recommended, f.TMDBID)
	return f, c.wrong
}

var imdbID = regexp.MustCompile(`^tt\d{7,10}$`)

// prose returns a text of paragraphs: at most one empty line in a row, none at its ends.
func (c *checks) prose(field, text string, most int) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(text)
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, line)
		}
	}
	return c.shown(field, strings.TrimSpace(strings.Join(lines, "\n")), most, true)
}

// line returns a text of one line, with one space between words.
func (c *checks) line(field, text string, most int) string {
	return c.shown(field, strings.Join(strings.Fields(text), " "), most, false)
}

// shown keeps of a text what can be shown. Marks that say which way it runs are part of it.
func (c *checks) shown(field, text string, most int, paragraphs bool) string {
	if hidden := func(r rune) bool {
		return unicode.IsControl(r) && (r != '\n' || !paragraphs) || r == utf8.RuneError || unicode.Is(unicode.Noncharacter_Code_Point, r)
	}; strings.ContainsFunc(text, hidden) {
		c.say(field, "It holds characters that cannot be shown, or that were lost on the way.")
		text = strings.TrimSpace(strings.Map(func(r rune) rune {
			if hidden(r) {
				return -1
			}
			return r
		}, text))
	}
	text = norm.NFC.String(text)
	if n := utf8.RuneCountInString(text); n > most {
		c.say(field, "It has %d characters; at most %d are kept.", n, most)
		text = strings.TrimSpace(string([]rune(text)[:most]))
	}
	return text
}

// language returns a BCP 47 tag as it is usually written.
func (c *checks) language(field, said string) string {
	if said = strings.TrimSpace(said); said == "" {
		return ""
	}
	tag, err := language.Parse(said)
	if err != nil || len(said) > 35 || tag == language.Und {
		c.say(field, "A language is written like en or pt-BR.")
		return ""
	}
	return tag.String()
}

// texts gives every text a title: where its own is missing, that of the first language with one.
func (c *checks) texts(in map[string]Text) map[string]Text {
	out := make(map[string]Text, len(in))
	title := ""
	for _, l := range Languages {
		said, given := in[l]
		if !given {
			continue
		}
		at := "texts." + l + "."
		t := Text{
			Title:    c.line(at+"title", said.Title, maxTitle),
			Overview: c.prose(at+"overview", said.Overview, maxOverview),
			Tagline:  c.line(at+"tagline", said.Tagline, maxTagline),
		}
		if t == (Text{}) {
			continue
		}
		out[l], title = t, cmp.Or(title, t.Title)
	}
	for l := range in {
		if !slices.Contains(Languages, l) {
			c.say("texts", "Texts are kept in %s.", strings.Join(Languages, " and "))
			break
		}
	}
	if title == "" {
		c.say("texts", noTitle)
		return nil
	}
	for l, t := range out {
		t.Title = cmp.Or(t.Title, title)
		out[l] = t
	}
	return out
}

func (c *checks) released(said string) string {
	if said = strings.TrimSpace(said); said == "" {
		return ""
	}
	for _, form := range []string{time.DateOnly, "2006-01", "2006"} {
		if at, err := time.Parse(form, said); err == nil && at.Year() >= firstYear && at.Year() <= lastYear {
			return said
		}
	}
	c.say("released", "A release is a day, a month or a year from %d on: 2008-07-16, 2008-07 or 2008.", firstYear)
	return ""
}

// genres returns each genre once, by the id its name has everywhere.
func (c *checks) genres(in []Genre) (out []Genre) {
	for i, g := range atMost(c, "genres", in, maxGenres) {
		if name := GenreName(Genre{ID: g.ID}, Languages[0]); name != "" {
			g.Name = name
		} else if g.Name = c.line("genres."+strconv.Itoa(i)+".name", g.Name, maxGenre); g.Name == "" {
			c.say("genres."+strconv.Itoa(i), "A genre has a name.")
			continue
		} else {
			g = GenreOf(g.Name)
		}
		if !slices.ContainsFunc(out, func(o Genre) bool { return o.ID == g.ID }) {
			out = append(out, g)
		}
	}
	return out
}

// firstOwnCollection is above every id of TMDB.
const firstOwnCollection = 1 << 40

// CollectionOf returns the collection of a name that TMDB gave no id: the same on every node
// and of every import.
func CollectionOf(name string) Collection {
	name = strings.Join(strings.Fields(name), " ")
	h := fnv.New32a()
	_, _ = h.Write([]byte(strings.ToLower(name)))
	return Collection{ID: firstOwnCollection + int64(h.Sum32()), Name: name}
}

func (c *checks) collection(in *Collection) *Collection {
	if in == nil {
		return nil
	}
	name := c.line("collection.name", in.Name, maxName)
	if name == "" {
		c.say("collection.name", "A collection has a name.")
		return nil
	}
	out := Collection{ID: within(c, "collection.id", in.ID, 0, maxTMDBID), Name: name}
	if out.ID == 0 {
		out = CollectionOf(name)
	}
	return &out
}

func (c *checks) cast(in []Player) (out []Player) {
	for i, p := range atMost(c, "cast", in, maxCast) {
		at := "cast." + strconv.Itoa(i) + "."
		p.Name, p.Character = c.line(at+"name", p.Name, maxName), c.line(at+"character", p.Character, maxCharacter)
		if p.Name == "" {
			c.say(at+"name", "Whoever plays in a film has a name.")
			continue
		}
		p.Picture = c.key(at+"picture", p.Picture)
		out = append(out, p)
	}
	return out
}

func (c *checks) directors(in []string) (out []string) {
	for i, name := range atMost(c, "directors", in, maxDirectors) {
		if name = c.line("directors."+strconv.Itoa(i), name, maxName); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// trailerKeys are how the sites name their videos.
var trailerKeys = map[string]*regexp.Regexp{
	"YouTube": regexp.MustCompile(`^[A-Za-z0-9_-]{6,20}$`),
	"Vimeo":   regexp.MustCompile(`^\d{1,15}$`),
}

func (c *checks) trailers(in []Trailer) (out []Trailer) {
	for i, t := range atMost(c, "trailers", in, maxTrailers) {
		at := "trailers." + strconv.Itoa(i)
		t.Type = cmp.Or(t.Type, "Trailer")
		switch key := trailerKeys[t.Site]; {
		case key == nil:
			c.say(at+".site", "Trailers are at YouTube or Vimeo.")
		case !key.MatchString(t.Key):
			c.say(at+".key", "That names no video of %s.", t.Site)
		case t.Type != "Trailer" && t.Type != "Teaser":
			c.say(at+".type", "It is a Trailer or a Teaser.")
		case !slices.ContainsFunc(out, func(o Trailer) bool { return o.Site == t.Site && o.Key == t.Key }):
			out = append(out, t)
		}
	}
	return out
}

// objectKey is a key of plain characters below a folder, short enough for what is added to it.
var objectKey = regexp.MustCompile(`^[A-Za-z0-9_-]+(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$`)

func (c *checks) key(field, key string) string {
	if key != "" && (len(key) > 180 || !objectKey.MatchString(key)) {
		c.say(field, "That names no picture of ours.")
		return ""
	}
	return key
}

// blurText is a BlurHash (base 83): its size, its range, its mean, then up to 9 × 9 − 1 parts.
var blurText = regexp.MustCompile(`^[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,166}$`)

func (c *checks) picture(field string, p Picture) Picture {
	if p.Key = c.key(field+".key", p.Key); p.Key == "" {
		return Picture{}
	}
	if p.BlurHash != "" && !blurText.MatchString(p.BlurHash) {
		c.say(field+".blurHash", "That is no BlurHash.")
		p.BlurHash = ""
	}
	p.Widths = slices.Clone(atMost(c, field+".widths", p.Widths, maxWidths))
	slices.Sort(p.Widths)
	p.Widths = slices.Compact(p.Widths)
	if len(p.Widths) > 0 && (p.Widths[0] < 1 || p.Widths[len(p.Widths)-1] > 10_000) {
		c.say(field+".widths", "A width is 1 to 10000.")
		return Picture{}
	}
	return p
}

// alike returns TMDB ids, each once and not the film's own.
func (c *checks) alike(field string, in []int64, own int64) (out []int64) {
	for _, id := range atMost(c, field, in, maxAlike) {
		if id < 1 || id > maxTMDBID {
			c.say(field, "A TMDB id is a positive number.")
		} else if id != own && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func (c *checks) number(field string, n, least, most float64) float64 {
	if math.IsNaN(n) || n < least || n > most {
		c.say(field, "It is a number from %g to %g.", least, most)
		return 0
	}
	return n
}

func within[N int | int64](c *checks, field string, n, least, most N) N {
	if n < least || n > most {
		c.say(field, "It is a number from %d to %d.", least, most)
		return 0
	}
	return n
}

func atMost[T any](c *checks, field string, in []T, most int) []T {
	if len(in) > most {
		c.say(field, "There are %d; at most %d are kept.", len(in), most)
		return in[:most]
	}
	return in
}

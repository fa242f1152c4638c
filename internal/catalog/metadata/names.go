// Package metadata owns how facts of films come in from files: what a file name says, what
// Kodi's and Jellyfin's .nfo files, tables and JSON say, and how that is put together with
// what the catalogue knows already. It imports catalog, and knows neither where the files are
// nor how films are stored.
package metadata

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Guessed is what the name of a file says of its film.
type Guessed struct {
	Title   string
	Year    int    // 0 when it names none
	Edition string // "Director's Cut", "Versão Estendida"; "" when it names none
	Part    int    // of a film in several files, from 1; 0 when it is whole
	Trailer bool
	TMDBID  int64  // where the name carries it: "[tmdbid-155]"
	IMDBID  string // "{imdb-tt0468569}"
}

// maxFileName is how much of a name is looked at.
const maxFileName = 1000

// Guess guesses a film from the name of its file, with the folders it is in where they are
// known: "Film (2010)/film.mkv".
func Guess(filePath string) Guessed {
	filePath = strings.ToValidUTF8(filePath, "")
	if len(filePath) > maxFileName {
		filePath = strings.ToValidUTF8(filePath[len(filePath)-maxFileName:], "")
	}
	filePath = norm.NFC.String(strings.ReplaceAll(filePath, `\`, "/"))
	folder, base := path.Split(filePath)
	folder = strings.TrimRight(folder, "/")
	name := withoutExtension(base)
	short := trailerLast.ReplaceAllString(name, "")
	trailer := short != name && short != ""
	if trailer {
		name = short
	}
	g := guess(name)
	if path.Base(folder) == "trailers" {
		trailer, folder = true, strings.TrimRight(path.Dir(folder), "/.")
	}
	g.Trailer = g.Trailer || trailer
	for folder != "" && onlyDisc.MatchString(path.Base(folder)) { // "Film (1927)/CD1/film.avi"
		if g.Part == 0 {
			g.Part, _ = strconv.Atoi(onlyDisc.FindStringSubmatch(path.Base(folder))[1])
		}
		folder = strings.TrimRight(path.Dir(folder), "/.")
	}
	if folder == "" || folder == "." {
		return g
	}
	// A folder that names a film of a year knows better than a file that does not, or that
	// a scene has given its short name; else it is a shelf.
	of := guess(path.Base(folder))
	if of.Year > 0 && (g.Year == 0 || generic.MatchString(name)) || generic.MatchString(name) && !shelf.MatchString(path.Base(folder)) {
		of.Part, of.Trailer = g.Part, g.Trailer
		if of.Edition == "" {
			of.Edition = g.Edition
		}
		g.TMDBID, g.IMDBID, of.TMDBID, of.IMDBID = of.TMDBID, of.IMDBID, max(of.TMDBID, g.TMDBID), max(of.IMDBID, g.IMDBID)
		return of
	}
	if g.TMDBID == 0 && g.IMDBID == "" {
		g.TMDBID, g.IMDBID = of.TMDBID, of.IMDBID
	}
	return g
}

var (
	trailerLast = regexp.MustCompile(`(?i)[-._]trailer\d?$`)
	onlyDisc    = regexp.MustCompile(`(?i)^(?:cd|dis[ck]|dvd|disco)[ ._-]?(\d{1,2})$`)
	generic     = regexp.MustCompile(`(?i)^(?:film|filme|movie|video|vídeo|feature|main|title|index|trailer|\d{5}|vts[_ ]\d\d[_ ]\d)$`)
	shelf       = regexp.MustCompile(`(?i)^(?:films?|filmes|movies?|vídeos?|videos?|downloads?|media|stream|bdmv|video_ts|incoming|torrents?|completed?|desktop|tmp|data)$`)
	extension   = regexp.MustCompile(`(?i)\.(?:mkv|mp4|m4v|mov|avi|webm|wmv|mpe?g|m2?ts|mts|vob|flv|ogv|ogm|3gp|3g2|asf|divx|rmvb|mxf|iso|strm|nfo|srt|vtt|jpe?g|png|webp)$`)
)

func withoutExtension(name string) string {
	if short := extension.ReplaceAllString(name, ""); short != "" {
		return short
	}
	return strings.TrimPrefix(name, ".")
}

// piece is a word of a name, or all that is in one pair of brackets.
type piece struct {
	text    string
	bracket byte // '(' or '[' or '{', 0 of a word
}

func guess(name string) Guessed {
	var g Guessed
	name = spaced(name)
	name, g.TMDBID, g.IMDBID = ids(name)
	name = addressAhead.ReplaceAllString(name, "")
	if without := numberAhead.ReplaceAllString(name, ""); without != "" {
		name = without
	}
	pieces := cut(name)
	group := piece{}
	if len(pieces) > 1 && pieces[0].bracket != 0 && yearOf(pieces[0].text) == 0 && !(pieces[0].bracket == '(' && !all(pieces[0].text, isTag) && !groupInParens(pieces)) {
		group, pieces = pieces[0], pieces[1:]
	}
	end, year := ends(pieces)
	g.Year = year
	title, rest := pieces[:end], pieces[end:]
	if end == 0 && year > 0 { // "(1927) Metropolis"
		title, rest = pieces[1:], nil
		if to, _ := ends(title); to > 0 {
			title, rest = title[:to], title[to:]
		}
	}
	title = g.strip(title)
	g.read(rest)
	g.Title = tidy(title)
	if group.text != "" && !hasLetter(g.Title) { // "[REC] 2 (2009)": that was no group
		g.Title = strings.TrimSpace("[" + group.text + "] " + g.Title)
	}
	if g.Title == "" {
		g.Title = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	}
	return g
}

var (
	sound        = regexp.MustCompile(`(^|[^\d])([1257])\.([012])([^\d]|$)`)
	initials     = regexp.MustCompile(`(^|[. _\[(-])((?:[A-Z]\.){2,})`)
	dottedTail   = regexp.MustCompile(`\.(?:18[89]|19\d|20\d)\d(?:\.[^ ]*)?$`)
	numberAhead  = regexp.MustCompile(`^0\d ?[.-] ?`)
	addressAhead = regexp.MustCompile(`(?i)^(?:\[[^\]]*\b[\w-]+\.(?:com|net|org|to|tv|me|info|site)(?:\.br)?\s*\]|(?:www\.[\w.-]+|[\w-]+)\.(?:com|net|org|to|tv|me|info|site)(?:\.br)?(?:[. ]*-[. ]*|\s))\s*`)
)

// spaced gives a name its spaces back. Dots stand for spaces only where there are few of
// those; within initials and "5.1" they are dots.
func spaced(name string) string {
	if strings.Contains(name, "%20") {
		if plain, err := url.PathUnescape(name); err == nil && utf8.ValidString(plain) {
			name = plain
		}
	}
	name = strings.ReplaceAll(name, "’", "'")
	name = strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsSpace(r) || unicode.IsControl(r) {
			return ' '
		}
		return r
	}, name)
	if !strings.Contains(name, " ") && strings.Count(name, "+") > 1 {
		name = strings.ReplaceAll(name, "+", " ")
	}
	if !strings.ContainsAny(name, " .") && strings.Count(name, "-") > 2 {
		name = strings.ReplaceAll(name, "-", " ")
	}
	name = strings.TrimSpace(name)
	if dots := wordDots(name); dots == 0 {
		return name
	} else if dots <= strings.Count(name, " ") {
		return dottedTail.ReplaceAllStringFunc(name, func(tail string) string { return strings.ReplaceAll(tail, ".", " ") })
	}
	var address string
	if at := addressAhead.FindStringIndex(name); at != nil {
		address, name = name[:at[1]], name[at[1]:]
	}
	const dot = "\x00"
	name = sound.ReplaceAllString(name, "$1$2"+dot+"$3$4")
	name = initials.ReplaceAllStringFunc(name, func(found string) string {
		head := strings.TrimLeft(found, ". _[(-")
		return found[:len(found)-len(head)] + strings.ReplaceAll(head, ".", dot) + " "
	})
	return address + strings.ReplaceAll(strings.ReplaceAll(name, ".", " "), dot, ".")
}

// wordDots counts the dots that have no space beside them.
func wordDots(name string) (count int) {
	for i := 1; i+1 < len(name); i++ {
		if name[i] == '.' && name[i-1] != ' ' && name[i+1] != ' ' {
			count++
		}
	}
	return count
}

var (
	tmdbTag = regexp.MustCompile(`(?i)[\[({]\s*tmdb(?:id)?\s*[-=:]\s*(\d{1,9})\s*[\])}]`)
	imdbTag = regexp.MustCompile(`(?i)[\[({]\s*(?:imdb(?:id)?\s*[-=:]\s*)?(tt\d{7,10})\s*[\])}]`)
)

func ids(name string) (rest string, tmdb int64, imdb string) {
	if m := tmdbTag.FindStringSubmatch(name); m != nil {
		tmdb, _ = strconv.ParseInt(m[1], 10, 64)
	}
	if m := imdbTag.FindStringSubmatch(name); m != nil {
		imdb = strings.ToLower(m[1])
	}
	return strings.TrimSpace(imdbTag.ReplaceAllString(tmdbTag.ReplaceAllString(name, " "), " ")), tmdb, imdb
}

// cut cuts a name into words and brackets. A bracket that is not closed is no bracket.
func cut(name string) (pieces []piece) {
	closes := map[byte]string{'(': ")", '[': "]", '{': "}"}
	for name = strings.TrimSpace(name); name != ""; name = strings.TrimSpace(name) {
		if end, opens := closes[name[0]]; opens {
			if in, after, closed := strings.Cut(name[1:], end); closed {
				pieces, name = append(pieces, piece{strings.TrimSpace(in), name[0]}), after
				continue
			}
		}
		word := name
		if at := strings.IndexAny(name[1:], " [({"); at >= 0 {
			word = name[:at+1]
		}
		name = name[len(word):]
		pieces = append(pieces, piece{text: word})
	}
	return pieces
}

// groupInParens tells "(Kogi) Paprika [2006]" from "(500) Days of Summer (2009)".
func groupInParens(pieces []piece) bool {
	return !strings.ContainsFunc(pieces[0].text, unicode.IsDigit) && slices.ContainsFunc(pieces[1:], func(p piece) bool { return p.bracket == '[' })
}

// ends finds where the title ends: at the year, or at the first word that is about the file.
// Of several years it is the last before those words, for the others belong to the title.
func ends(pieces []piece) (end, year int) {
	about := len(pieces)
	for i, p := range pieces {
		if i > 0 && p.bracket == '[' && yearOf(p.text) == 0 || p.bracket == '{' || p.bracket == '(' && aboutFile(p.text) ||
			p.bracket == 0 && i > 0 && (isStrong(p.text) || i+1 < len(pieces) && pieces[i+1].bracket == 0 && isStrong(p.text+"-"+pieces[i+1].text)) {
			about = i
			break
		}
	}
	for i := len(pieces) - 1; i >= 0; i-- { // one in brackets is meant
		if y := yearOf(pieces[i].text); y > 0 && pieces[i].bracket != 0 {
			return min(i, about), y
		}
	}
	for i := about - 1; i > 0; i-- {
		if y := yearOf(pieces[i].text); y > 0 && pieces[i].bracket == 0 {
			return i, y
		}
	}
	for i := about; i < len(pieces); i++ {
		if y := yearOf(pieces[i].text); y > 0 && i > 0 {
			return about, y
		}
	}
	return about, 0
}

var yearText = regexp.MustCompile(`^(?:18[89]|19\d|20\d)\d$`)

// yearOf reads a year in which a film can have come out.
func yearOf(text string) int {
	if !yearText.MatchString(text) {
		return 0
	}
	if y, _ := strconv.Atoi(text); y <= time.Now().Year()+2 {
		return y
	}
	return 0
}

// tidy makes a title of pieces.
func tidy(pieces []piece) string {
	var words []string
	for _, p := range pieces {
		switch p.bracket {
		case '(':
			words = append(words, "("+p.text+")")
		case '[':
			words = append(words, "["+p.text+"]")
		case '{':
		default:
			words = append(words, p.text)
		}
	}
	title := strings.TrimLeft(strings.Join(words, " "), " -–—_,;:+")
	title = strings.TrimRight(title, " -–—_,;:+([{")
	if n := len(title); strings.HasSuffix(title, ".") && strings.Count(title, ".") == 1 && strings.Contains(title, " ") && n > 1 && title[n-2] == ' ' {
		title = strings.TrimRight(title, ". ")
	}
	return articleFirst(title)
}

var lastArticle = regexp.MustCompile(`^(.+), (The|A|An|O|Os|As|Um|Uma|Le|La|Les|El|Los|Las|Il|Der|Die|Das)$`)

// articleFirst turns "Matrix, The" round.
func articleFirst(title string) string {
	if m := lastArticle.FindStringSubmatch(title); m != nil {
		return m[2] + " " + m[1]
	}
	return title
}

func hasLetter(text string) bool { return strings.ContainsFunc(text, unicode.IsLetter) }

package metadata

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

var (
	// strong are words that are about a file wherever they stand.
	strong = regexp.MustCompile(`(?i)^(?:` + strings.Join([]string{
		`\d{3,4}[pi](?:\d\d)?`, `[48]k`, `uhd`, `fhd`, `full-?hd`, `\d{3,4}x\d{3,4}`,
		`blu-?ray`, `bd-?rip`, `bd-?remux`, `bd-?mux`, `br-?rip`, `bd(?:25|50)`,
		`web-?dl`, `web-?rip`, `web-?mux`, `hdtv(?:rip)?`, `hd-?rip`, `hd-?ts`, `hd-?cam`, `hd-?tc`, `cam-?rip`, `telesync`, `telecine`,
		`dvd-?rip`, `dvd-?scr`, `dvd-?r`, `dvd[59]?`, `vhs-?rip`, `tv-?rip`, `sat-?rip`, `pdtv`, `screener`, `remux`,
		`[xh]\.?26[3456]`, `hevc`, `avc`, `av1`, `vp9`, `xvid`, `divx`, `10-?bits?`, `8-?bits?`, `hi10p?`,
		`hdr(?:10)?(?:\+|plus)?`, `dovi`, `dolby-?vision`, `hlg`,
		`aac(?:[257]\.[01])?`, `e?-?ac3`, `ddp?a?[257]\.[01]`, `ddp`, `dts(?:-?(?:hd|x|es|ma))?`, `truehd`, `atmos`, `flac`, `mp3`, `opus`,
		`h-?sbs`, `half-?sbs`, `h-?ou`, `amzn`, `dsnp`, `hmax`, `dublado`, `legendado`, `dublados`, `dual-?[aá]udio`, `multi-?audio`,
	}, "|") + `)(?:-\w+)?$`)
	// weak are words that are about a file where nothing but such words follow: any of them
	// may be in a title.
	weak = regexp.MustCompile(`(?i)^(?:dual|multi|nacional|dub|leg|pt-?br|ptbr|limited|proper|repack|internal|readnfo|rerip|real|retail|nf|hd|sd|web|bd|br|3d|dv|ma|cam|ts|tc|cc|sub(?:s|bed|titled)?|dubbed|hardsub|imax|enhanced|restored|restaurado|[áa]udio|[257]\.[01]|complete|raws?)$`)
	// tongues are weak where they are shouted: "FRENCH", "iTALiAN".
	tongues = regexp.MustCompile(`(?i)^(?:french|vostfr|german|italian|ita|spanish|castellano|latino|portuguese|brazilian|english|eng|japanese|jpn|korean|chinese|hindi|russian|rus|nordic|swedish|danish|polish|turkish)$`)
	// sum is what ends the names of Japanese groups: a checksum.
	sum = regexp.MustCompile(`^[0-9A-F]{8}$`)
)

func isStrong(word string) bool { return strong.MatchString(strings.Trim(word, ",;")) }

func isTag(word string) bool {
	word = strings.Trim(word, ",;")
	return strong.MatchString(word) || weak.MatchString(word) || sum.MatchString(word) || shouted(word) && tongues.MatchString(word)
}

// always are weak words that are no word of a title in any spelling.
var always = regexp.MustCompile(`(?i)^(?:nacional|dub|leg|pt-?br|repack|readnfo|rerip|subbed|dubbed|hardsub|[257]\.[01])$`)

// endsTitle reports whether a word at the end of a title is not of it: "Into the Web" and "Get
// Real" are whole.
func endsTitle(word string) bool {
	return isTag(word) && (!weak.MatchString(word) || always.MatchString(word) || shouted(word) || word == strings.ToUpper(word))
}

// shouted reports whether a word is in capitals, or in those of release names: "iTALiAN".
func shouted(word string) bool {
	upper := 0
	for _, r := range word {
		if unicode.IsUpper(r) {
			upper++
		}
	}
	return upper > 2
}

// all reports whether a text is made of such words alone.
func all(text string, is func(string) bool) bool {
	words := strings.Fields(text)
	return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !is(w) })
}

// aboutFile reports whether what stands in round brackets is about the file, not the film.
func aboutFile(text string) bool {
	return slices.ContainsFunc(strings.Fields(text), isStrong) || all(text, isTag) || editionIn(text, true) != ""
}

// edition is a cut of a film, and how it is written. Those of several words may stand before
// the year; the short ones only after it, or shouted.
type edition struct {
	name  string
	words *regexp.Regexp
	loose bool // one word, which a title may hold too
}

func phrase(name, words string) edition {
	return edition{name, regexp.MustCompile(`(?i)(?:^|[\s(:–-])(?:the )?(?:` + words + `)(?:$|[\s):–-])`), false}
}

func word(name, words string) edition {
	e := phrase(name, words)
	e.loose = true
	return e
}

// editions are looked for in this order: where a name has two, the cut is what counts.
var editions = []edition{
	phrase("Versão do Diretor", `vers[ãa]o d[oa] diretora?`),
	phrase("Corte do Diretor", `corte d[oa] diretora?`),
	phrase("Director's Cut", `(?:extended )?director'?s'?[ -](?:cut|edition)`),
	phrase("Final Cut", `final cut`),
	phrase("Snyder Cut", `(?:zack )?snyder'?s? cut`),
	phrase("Rogue Cut", `rogue cut`),
	phrase("Ultimate Cut", `ultimate cut`),
	phrase("Ultimate Edition", `ultimate edition`),
	phrase("Theatrical Cut", `theatrical(?: (?:cut|version|release|edition))?`),
	phrase("Versão Estendida", `vers[ãa]o estendida|edi[çc][ãa]o estendida`),
	phrase("Extended", `extended (?:cut|edition|version|collector'?s edition)`),
	phrase("Black & Chrome", `black (?:and|&) chrome(?: edition)?`),
	phrase("Anniversary Edition", `(?:\d{1,3}(?:st|nd|rd|th) )?anniversary(?: edition)?`),
	phrase("Edição Especial", `edi[çc][ãa]o especial`),
	phrase("Edição de Aniversário", `edi[çc][ãa]o de anivers[áa]rio`),
	phrase("Special Edition", `special edition`),
	phrase("Collector's Edition", `collector'?s edition`),
	phrase("Sem Cortes", `sem cortes|vers[ãa]o sem cortes`),
	phrase("Open Matte", `open matte`),
	word("Director's Cut", `dc`),
	word("Special Edition", `se`),
	word("Redux", `redux`),
	word("Extended", `extended|estendid[ao]`),
	word("Uncut", `uncut`),
	word("Unrated", `unrated`),
	word("IMAX", `imax(?: enhanced| edition)?`),
	word("Criterion", `criterion(?: collection)?`),
	word("Remastered", `(?:digitally )?remastered|remasteriza[dç][oaã]o?`),
}

// editionIn returns the edition a text names. Words that could be of a title count where the
// text is not one.
func editionIn(text string, loose bool) string {
	text = strings.TrimSpace(text)
	if named, is := strings.CutPrefix(text, "edition-"); is {
		text = named
	}
	for _, e := range editions {
		if (loose || !e.loose) && e.words.MatchString(text) {
			return e.name
		}
	}
	return ""
}

var (
	partAfter = regexp.MustCompile(`(?i)(?:^|[\s(\[-])(?:cd|dis[ck]o?|dvd|part|pt) ?(\d{1,2})(?:$|[\s)\]-])`)
	partLast  = regexp.MustCompile(`(?i)[\s-]+(?:cd|dis[ck])\s?(\d{1,2})$`)
	trailer   = regexp.MustCompile(`(?i)(?:^|[\s(\[-])trailer(?:$|[\s)\]-])`)
)

// read takes from what follows a title what it says.
func (g *Guessed) read(rest []piece) {
	words := make([]string, len(rest))
	for i, p := range rest {
		words[i] = p.text
		if name, is := strings.CutPrefix(p.text, "edition-"); is && p.bracket == '{' && g.Edition == "" {
			if g.Edition = editionIn(name, true); g.Edition == "" {
				g.Edition = name
			}
		}
	}
	text := strings.Join(words, " ")
	if found := editionIn(text, true); found != "" && g.Edition == "" {
		g.Edition = found
	}
	if m := partAfter.FindStringSubmatch(text); m != nil && g.Part == 0 {
		g.Part, _ = strconv.Atoi(m[1])
	}
	g.Trailer = g.Trailer || trailer.MatchString(text)
}

// strip takes from the end of a title what is not of it, and leaves something there.
func (g *Guessed) strip(title []piece) []piece {
	for {
		text := tidy(title)
		if m := partLast.FindStringSubmatchIndex(text); m != nil && m[0] > 0 {
			g.Part, _ = strconv.Atoi(text[m[2]:m[3]])
			title = cut(text[:m[0]])
			continue
		}
		last := len(title) - 1
		if last < 1 {
			return title
		}
		if before, name, found := editionAtEnd(text); found && stands(before) {
			title = cut(before)
			if g.Edition == "" {
				g.Edition = name
			}
			continue
		}
		p := title[last]
		if !stands(tidy(title[:last])) || p.bracket == 0 && !endsTitle(p.text) && strings.Trim(p.text, "-–") != "" || p.bracket == '(' && !aboutFile(p.text) {
			return title
		}
		if p.bracket == 0 && strings.EqualFold(p.text, "3d") { // "Step Up 3D": what has no year before it
			return title
		}
		title = title[:last]
	}
}

// editionAtEnd finds an edition that ends a title. One word is one where it is shouted, or
// where nobody would call a film so.
func editionAtEnd(title string) (before, name string, found bool) {
	for _, e := range editions {
		at := e.words.FindAllStringIndex(title, -1)
		if len(at) == 0 {
			continue
		}
		last := at[len(at)-1]
		if said := title[last[0]:last[1]]; last[0] > 0 && last[1] == len(title) {
			return strings.TrimRight(title[:last[0]], " -–:("), e.name, !e.loose || e.name != "Special Edition" || shouted(said) || said == " SE"
		}
	}
	return "", "", false
}

var articles = []string{"the", "a", "an", "o", "os", "as", "um", "uma", "le", "la", "les", "el", "der", "die", "das", "il"}

// stands reports whether something can be a whole title: more than an article.
func stands(title string) bool {
	return title != "" && !slices.Contains(articles, strings.ToLower(title)) && strings.ContainsFunc(title, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

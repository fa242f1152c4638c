package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWord is how many letters of a word count.
const maxWord = 40

// Marks that Fold leaves between the letters it keeps.
const (
	space      = ' '  // between words
	joint      = '-'  // between parts that are also written as one: spider-man, S.W.A.T., 8½
	apostrophe = '\'' // within a word: don't, l'avventura
)

// fold writes a text so that what people take for the same is the same: without case,
// accents and ligatures, in plain digits, with one space between words. Folding what is
// folded changes nothing. Any bytes are fine; what is no text separates words.
func fold(text string) string {
	f := folder{out: make([]byte, 0, len(text)+len(text)/4)}
	ascii := true
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if !ascii {
		text = norm.NFKD.String(strings.Map(unfold, partFractions(text)))
	}
	for _, r := range text {
		f.add(r)
	}
	return string(f.out)
}

type folder struct {
	out     []byte
	last    rune // last letter written
	letters int  // of the word being written
	pending rune // what stands between it and the next
	running bool // the word is of a script without spaces
}

// add writes one rune of a decomposed text.
func (f *folder) add(r rune) {
	if r < utf8.RuneSelf {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			f.letter(r)
		case 'A' <= r && r <= 'Z':
			f.letter(r + 'a' - 'A')
		case r == '\'', r == '`':
			f.between(apostrophe)
		case r == '-', r == '.', r == '/', r == '*':
			f.between(joint)
		default:
			f.between(space)
		}
		return
	}
	switch {
	case silent(r):
	case strings.ContainsRune("’‘ʼʻ׳′", r):
		f.between(apostrophe)
	case r == voiced || r == halfVoiced:
		f.voice(r)
	case unicode.IsMark(r):
		if f.pending == 0 && len(f.out) > 0 {
			f.write(r)
		}
	case unicode.IsLetter(r):
		f.spell(unicode.ToLower(r))
	case unicode.Is(unicode.Nd, r):
		f.letter('0' + digit(r))
	case r == '·', r == '‐', r == '‑', r == '∙', r == '⁄':
		f.between(joint)
	default:
		f.between(space)
	}
}

// between notes what stands after the last letter. A mark that is not alone between two
// letters is a space: "Mr. X", "...".
func (f *folder) between(mark rune) {
	if len(f.out) == 0 {
		return
	}
	if f.pending != 0 {
		mark = space
	}
	f.pending = mark
}

// spell writes a letter, and those of more than one meaning as people type them.
func (f *folder) spell(r rune) {
	if plain, ok := spelled[r]; ok {
		for _, l := range plain {
			f.letter(l)
		}
		return
	}
	if 'ァ' <= r && r <= 'ヶ' {
		r -= 'ァ' - 'ぁ' // katakana as hiragana
	}
	f.letter(r)
}

// letter writes a letter or a digit, after what stands between it and the one before.
func (f *folder) letter(r rune) {
	running := isRunning(r)
	if len(f.out) > 0 && running != f.running && f.pending == 0 {
		f.pending = space
	}
	if (running || f.running) && f.pending != 0 {
		f.pending = space
	}
	if f.pending != 0 {
		f.out = append(f.out, byte(f.pending))
		if f.pending != apostrophe {
			f.letters = 0
		}
		f.pending = 0
	}
	f.running = running
	f.write(r)
}

func (f *folder) write(r rune) {
	if f.letters++; f.letters > maxWord && !f.running {
		return
	}
	f.out = utf8.AppendRune(f.out, r)
	f.last = r
}

// Japanese voicing marks, as they stand apart in decomposed text.
const voiced, halfVoiced = '\u3099', '\u309A'

// voice puts a kana and its mark together again: they are one letter to who types them.
func (f *folder) voice(mark rune) {
	if f.pending != 0 || len(f.out) == 0 {
		return
	}
	whole := norm.NFC.String(string([]rune{f.last, mark}))
	r, size := utf8.DecodeRuneInString(whole)
	if size != len(whole) {
		return
	}
	f.out = utf8.AppendRune(f.out[:len(f.out)-utf8.RuneLen(f.last)], r)
	f.last = r
}

// unfold replaces what decomposition would turn into something else, and what tells nothing.
func unfold(r rune) rune {
	switch r {
	case '´':
		return apostrophe
	case utf8.RuneError:
		return space
	case '\u200b': // zero width, but a space
		return space
	}
	if unicode.Is(unicode.Cf, r) { // soft hyphens, marks of direction, joiners
		return -1
	}
	return r
}

// partFractions sets "½", "³" and their like off from the number before: 8½ is no 81/2.
func partFractions(text string) string {
	if strings.IndexFunc(text, isSmallNumber) < 0 {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		if isSmallNumber(r) {
			out.WriteRune(joint)
		}
		out.WriteRune(r)
	}
	return out.String()
}

func isSmallNumber(r rune) bool { return r >= utf8.RuneSelf && unicode.Is(unicode.No, r) }

// silent reports whether a mark goes: accents of alphabets. Those of Indic and Thai script are
// vowels and stay.
func silent(r rune) bool {
	return unicode.IsMark(r) && unicode.In(r, unicode.Inherited, unicode.Arabic, unicode.Hebrew, unicode.Greek, unicode.Cyrillic, unicode.Latin) &&
		r != voiced && r != halfVoiced ||
		r == 'ـ' // Arabic's stretch
}

// digit is the value of a decimal digit of any script: they stand in tens.
func digit(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return (r - rune(t.Lo)) % 10
		}
	}
	return 0
}

// isRunning reports whether a letter is of a script that puts no spaces between words.
func isRunning(r rune) bool {
	return r >= 0x0E00 && (r == 'ー' || r == '々' ||
		unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar))
}

// spelled are letters that decomposition leaves whole, as they are typed without them.
var spelled = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ħ': "h", 'ı': "i", 'ŋ': "n", 'ŧ': "t", 'ə': "e",
	'ς': "σ",
	'і': "и", 'ґ': "г", 'є': "е", // Ukrainian and Belarusian beside Russian
	'ة': "ه", 'ى': "ي", 'ی': "ي", 'ک': "ك", 'ٱ': "ا", // Arabic beside Persian
	'ך': "כ", 'ם': "מ", 'ן': "נ", 'ף': "פ", 'ץ': "צ", // at a word's end, as before it is typed on
}

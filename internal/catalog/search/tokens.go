package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word of a folded text, and where it stands. A word may stand there in more than
// one spelling: "spider" and "spiderman" both begin at the first place of "spider-man".
type token struct {
	text string
	at   int  // which place of the text, from 0
	span int  // how many places it covers
	main bool // every place has one main token; the others are what it is also typed as
}

// maxJoint is how many parts are also taken as one word.
const maxJoint = 6

// minPart is how long a part of a word with an apostrophe is to be a word by itself:
// "avventura" of "l'avventura", but not the s of "ocean's".
const minPart = 3

// tokens returns the words of a folded text in order, and how many places there are.
func tokens(folded string) (list []token, places int) { return appendTokens(nil, folded) }

// appendTokens is tokens that reuses memory: ranking reads thousands of lines.
func appendTokens(list []token, folded string) (_ []token, places int) {
	for chunk := range strings.FieldsSeq(folded) {
		first, _ := utf8.DecodeRuneInString(chunk)
		if isRunning(first) {
			list, places = pairs(list, chunk, places)
			continue
		}
		if strings.IndexByte(chunk, joint) < 0 && strings.IndexByte(chunk, apostrophe) < 0 {
			list = append(list, token{canonical(chunk), places, 1, true})
			places++
			continue
		}
		start, joined := places, ""
		for part := range strings.SplitSeq(chunk, string(joint)) {
			word := strings.ReplaceAll(part, string(apostrophe), "")
			joined += word
			list = append(list, token{canonical(word), places, 1, true})
			if word != part {
				for piece := range strings.SplitSeq(part, string(apostrophe)) {
					if utf8.RuneCountInString(piece) >= minPart {
						list = append(list, token{piece, places, 1, false})
					}
				}
			}
			places++
		}
		if n := places - start; n > 1 && n <= maxJoint && utf8.RuneCountInString(joined) <= maxWord {
			list = append(list, token{joined, start, n, false})
		}
	}
	return list, places
}

// pairs splits text without spaces into every two letters that follow each other: a way to find
// any part of it without knowing its words. Each letter is also typed alone.
func pairs(list []token, chunk string, places int) ([]token, int) {
	var begins []int // of letters; marks belong to theirs
	for i, r := range chunk {
		if i == 0 || !unicode.IsMark(r) {
			begins = append(begins, i)
		}
	}
	begins = append(begins, len(chunk))
	letters := len(begins) - 1
	if letters == 1 {
		return append(list, token{chunk, places, 1, true}), places + 1
	}
	for i := range letters - 1 {
		list = append(list, token{chunk[begins[i]:begins[i+2]], places, 1, true}, token{chunk[begins[i]:begins[i+1]], places, 1, false})
		places++
	}
	return append(list, token{chunk[begins[letters-1]:], places - 1, 1, false}), places
}

// canonical writes a word that is a number in Roman as it is in digits. One letter alone may be
// a letter: those are aliases, see aliases.
func canonical(word string) string {
	if len(word) >= 2 && len(word) <= 5 {
		if arabic, ok := romans[word]; ok {
			return arabic
		}
	}
	return word
}

// romans are the numbers sequels have. Words that are no number to most ("mi", "di", "mix") are
// beyond twenty.
var romans = map[string]string{
	"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9",
	"xi": "11", "xii": "12", "xiii": "13", "xiv": "14", "xv": "15", "xvi": "16", "xvii": "17", "xviii": "18", "xix": "19", "xx": "20",
}

// aliases are other ways a word of a query may stand in a title.
var aliases = func() map[string][]string {
	same := [][]string{
		{"1", "one", "um"}, {"2", "two", "dois", "duas"}, {"3", "three", "tres"}, {"4", "four", "quatro"}, {"5", "five", "cinco", "v"},
		{"6", "six", "seis"}, {"7", "seven", "sete"}, {"8", "eight", "oito"}, {"9", "nine", "nove"}, {"10", "ten", "dez", "x"},
		{"11", "eleven", "onze"}, {"12", "twelve", "doze"}, {"13", "thirteen", "treze"}, {"20", "twenty", "vinte"}, {"100", "hundred", "cem"},
		{"doctor", "dr", "doutor"}, {"mister", "mr"}, {"saint", "st"}, {"versus", "vs"}, {"junior", "jr"},
	}
	of := map[string][]string{}
	for _, group := range same {
		for _, word := range group {
			for _, other := range group {
				if other != word {
					of[word] = append(of[word], other)
				}
			}
		}
	}
	return of
}()

// wholeMark begins the term of a whole title; no word has it.
const wholeMark = "="

// maxWhole is how many bytes a whole title has that is found by equality. A longer one has words
// enough.
const maxWhole = 150

// whole is the term of a folded title as a whole, "" when it has none. A title is the same with
// its words joined or apart.
func whole(folded string) string {
	var text strings.Builder
	text.WriteString(wholeMark)
	for chunk := range strings.FieldsSeq(folded) {
		for part := range strings.SplitSeq(chunk, string(joint)) {
			text.WriteString(canonical(strings.ReplaceAll(part, string(apostrophe), "")))
		}
	}
	if text.Len() == len(wholeMark) || text.Len() > maxWhole {
		return ""
	}
	return text.String()
}

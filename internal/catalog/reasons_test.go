package catalog

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestEveryReasonIsToldInEveryLanguageAndSaysWhatToDo(t *testing.T) {
	for _, code := range Reasons() {
		said := map[string]string{}
		for _, language := range Languages {
			words, there := Reason(code)[language]
			if !there || !isSentence(words.Sentence) || !isSentence(words.Remedy) {
				t.Errorf("%s in %s: %+v", code, language, words)
			}
			said[words.Sentence] = language
		}
		if len(said) != len(Languages) || len(Reason(code)) != len(Languages) {
			t.Errorf("%s is not told in %v: %v", code, Languages, Reason(code))
		}
	}
}

func TestACodeNobodyPutIntoWordsIsAGeneralReason(t *testing.T) {
	if IsReason("of_a_newer_server") || Reason("of_a_newer_server")["en"] != Reason("internal")["en"] {
		t.Error(Reason("of_a_newer_server"))
	}
}

func isSentence(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(first) && strings.HasSuffix(s, ".") && !strings.Contains(s, "  ")
}

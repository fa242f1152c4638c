package search

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func TestAFilmIsFoundByItsTitlesPeopleAndYear(t *testing.T) {
	terms, words := Describe(Facts{
		Titles:   []string{"Spider-Man II", "Homem-Aranha II"},
		Original: []string{"Spider-Man II", "蜘蛛侠2"},
		Cast:     []string{"Tobey Maguire", "Alfred Molina"},
		Crew:     []string{"Sam Raimi"},
		Year:     2004,
	})
	want := strings.Fields(`2 2004 =homemaranha2 =spiderman2 =蜘蛛侠2 alfred aranha homem homemaranha maguire man molina raimi sam
		spider spiderman tobey 蜘蛛 蛛侠 蜘 蛛 侠`)
	slices.Sort(want)
	if !slices.Equal(terms, want) {
		t.Errorf("terms %q, not %q", terms, want)
	}
	if want := "tspider-man ii\nthomem-aranha ii\no蜘蛛侠 2\nctobey maguire\ncalfred molina\ndsam raimi\ny2004"; words != want {
		t.Errorf("words %q, not %q", words, want)
	}
}

func TestWordsAreFoundInEverySpellingOfTheirs(t *testing.T) {
	for title, want := range map[string]string{
		"L'Avventura":     "=lavventura lavventura avventura",
		"Ocean's Eleven":  "=oceanseleven oceans ocean eleven",
		"E.T.":            "=et e t et",
		"Alien³":          "=alien3 alien 3 alien3",
		"Rocky V":         "=rockyv rocky v",
		"Rocky IV":        "=rocky4 rocky 4",
		"千":               "=千 千",
		"千と千尋":            "=千と千尋 千と と千 千尋 千 と 尋",
		"ต้มยำ":           "=ต้มยํา ต้ม มยํ ยํา ต้ ม ยํ า",
		"2012":            "=2012 2012",
		"Зеркало":         "=зеркало зеркало",
		"A-B-C-D-E-F-G-H": "=abcdefgh a b c d e f g h",
	} {
		terms, _ := Describe(Facts{Titles: []string{title}})
		expected := strings.Fields(want)
		slices.Sort(expected)
		if expected = slices.Compact(expected); !slices.Equal(terms, expected) {
			t.Errorf("%s: %q, not %q", title, terms, expected)
		}
	}
}

func TestWhatAFilmIsFoundByHasALimit(t *testing.T) {
	many := make([]string, 500)
	for i := range many {
		many[i] = strings.Repeat(string(rune('a'+i%26)), 1+i/26) + " " + strings.Repeat("é", 5000)
	}
	terms, words := Describe(Facts{Titles: many, Original: many, Cast: many, Crew: many, Year: 1999})
	if len(terms) > maxTerms || len(words) > (2*maxTitles+maxPeople+maxCrew+1)*(maxText+2) {
		t.Errorf("%d terms, words of %d bytes", len(terms), len(words))
	}
	if terms, words := Describe(Facts{Titles: []string{"", "🎬", "\x00"}}); len(terms) != 0 || words != "" {
		t.Errorf("of nothing: %q, %q", terms, words)
	}
}

func TestAQueryTooLongIsRefusedWithTheLimit(t *testing.T) {
	for _, text := range []string{strings.Repeat("a", 10_000), strings.Repeat("é ", 151), strings.Repeat("\xff", 5000)} {
		_, err := Parse(text)
		if !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != "query_too_long" || !strings.Contains(fault.PublicOf(err), "300") {
			t.Errorf("%d bytes: %v", len(text), err)
		}
	}
	for _, text := range []string{strings.Repeat("é", 300), strings.Repeat("電", 300), strings.Repeat("a ", 150)} {
		if q, err := Parse(text); err != nil || q.Empty() || len(q.words) > MaxWords {
			t.Errorf("%d bytes: %d words, %v", len(text), len(q.words), err)
		}
	}
}

func TestAQueryOfNoWordsIsEmptyAndNoFault(t *testing.T) {
	for _, text := range []string{"", " ", "🎬", "\x00\x00", "\u202e\u200f", "\xed\xa0\x80\xed\xb0\x80", "!?-'", "\ufffd"} {
		if q, err := Parse(text); err != nil || !q.Empty() || q.whole != "" {
			t.Errorf("%q: %+v, %v", text, q, err)
		}
	}
}

func TestAQueryIsAnalysedAsTitlesAre(t *testing.T) {
	q, err := Parse("Spider-Man II ‘千と千’ L'Eclisse 1999")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range q.words {
		got = append(got, w.text)
	}
	if want := strings.Fields("spider man 2 千と と千 leclisse 1999"); !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
	if last := q.words[len(q.words)-1]; !last.typing || last.year != 1999 || q.words[0].typing {
		t.Errorf("%+v", q.words)
	}
	if q.words[2].raw != "ii" {
		t.Errorf("a word that may go on is %q", q.words[2].raw)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"spider-man ii", "l'avventura", "千", "8½", "\xff", "2012", "' -a", "ﷺ", strings.Repeat("🎬", 300)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := Parse(text)
		if err != nil {
			if !fault.Is(err, fault.Invalid) || utf8.RuneCountInString(text) <= MaxQuery {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		terms, _ := Describe(Facts{Titles: []string{text}})
		for _, w := range q.words {
			if len(text) <= maxText && !slices.Contains(terms, w.text) {
				t.Errorf("a film called %q is not found by its %q: %q", text, w.text, terms)
			}
		}
		if len(text) <= maxText && q.whole != "" && !slices.Contains(terms, q.whole) {
			t.Errorf("a film called %q is not found by the whole of it", text)
		}
	})
}

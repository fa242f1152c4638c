package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"
)

// reference is the optimal string alignment distance as textbooks have it.
func reference(a, b string) int {
	return rows(a, b)[len(utf16.Encode([]rune(a)))][len(utf16.Encode([]rune(b)))]
}

// nearestBeginning is the distance of a to the nearest beginning of b.
func nearestBeginning(a, b string) int {
	return slices.Min(rows(a, b)[len(utf16.Encode([]rune(a)))])
}

func rows(x, y string) [][]int {
	a, b := utf16.Encode([]rune(x)), utf16.Encode([]rune(y))
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0:
				d[i][j] = j
			case j == 0:
				d[i][j] = i
			default:
				cost := 1
				if a[i-1] == b[j-1] {
					cost = 0
				}
				d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d[i][j] = min(d[i][j], d[i-2][j-2]+1)
				}
			}
		}
	}
	return d
}

func TestADistanceCountsWhatFingersDo(t *testing.T) {
	for _, c := range []struct {
		typed, meant string
		edits        int
	}{
		{"matrix", "matrix", 0}, {"matix", "matrix", 1}, {"mattrix", "matrix", 1}, {"matryx", "matrix", 1}, {"matirx", "matrix", 1},
		{"amtrix", "matrix", 1}, {"matrx", "matrices", mostEdits + 1}, {"intersetllar", "interstellar", 1}, {"interestelar", "interstellar", 2},
		{"ca", "abc", mostEdits + 1}, // no letter is edited twice
		{"ратка", "тарка", 2}, {"", "ab", 2},
	} {
		p, ok := newPattern(c.typed, mostEdits)
		if !ok {
			if c.typed != "" {
				t.Errorf("%q is no pattern", c.typed)
			}
			continue
		}
		if got, _ := p.distance(c.meant); got != c.edits {
			t.Errorf("%q is %d edits from %q, not %d", c.typed, got, c.meant, c.edits)
		}
	}
}

func FuzzDistance(f *testing.F) {
	f.Add("matirx", "matrix", 1)
	f.Add("abcdefghijkl", "bacdefghilkj", 2)
	f.Add("ca", "abc", 2)
	f.Add("𝒳y", "y𝒳", 2)
	f.Fuzz(func(t *testing.T, a, b string, edits int) {
		edits = min(max(edits, 0), mostEdits)
		a, b = strings.ToValidUTF8(a, "?"), strings.ToValidUTF8(b, "?")
		p, ok := newPattern(a, edits)
		if !ok {
			if n := len(utf16.Encode([]rune(a))); n > 0 && n <= maxUnits {
				t.Errorf("%q is no pattern", a)
			}
			return
		}
		within := func(d int) int {
			if d > edits {
				return mostEdits + 1
			}
			return d
		}
		whole, begun := p.distance(b)
		if want := within(reference(a, b)); whole != want {
			t.Errorf("%q is %d edits from %q, not %d", a, want, b, whole)
		}
		if want := within(nearestBeginning(a, b)); begun != want {
			t.Errorf("%q is %d edits from a beginning of %q, not %d", a, want, b, begun)
		}
	})
}

// invented returns n words as of many languages, each once, with what films hold them.
func invented(n int, random *rand.Rand) []Term {
	onset := strings.Fields("b br c ch cr d dr f fl g gr h j k kl l m n p pr qu r s sh sk st t th tr v w z")
	vowel := strings.Fields("a e i o u a e i o ai ei ou ao ia ee")
	coda := []string{"", "", "", "n", "r", "s", "l", "m", "t", "x", "rt", "nd", "ck"}
	pick := func(list []string) string { return list[int(float64(len(list))*random.Float64()*random.Float64())] }
	terms, seen := make([]Term, 0, n), make(map[string]bool, n)
	for len(terms) < n {
		var word strings.Builder
		for range 1 + random.IntN(3) + random.IntN(2) {
			word.WriteString(pick(onset) + pick(vowel) + pick(coda))
		}
		if text := word.String(); !seen[text] && len(text) <= 16 {
			seen[text] = true
			terms = append(terms, Term{text, 100 * random.Float64() * random.Float64(), 1 + int(20/(random.Float64()*20+0.01))})
		}
	}
	return terms
}

// mistype makes a mistake in a word.
func mistype(word string, random *rand.Rand) string {
	letters := []rune(word)
	i := random.IntN(len(letters))
	other := rune('a' + random.IntN(26))
	switch random.IntN(4) {
	case 0:
		return string(slices.Delete(letters, i, i+1))
	case 1:
		return string(slices.Insert(letters, i, other))
	case 2:
		letters[i] = other
	default:
		j := min(i+1, len(letters)-1)
		letters[i], letters[j] = letters[j], letters[i]
	}
	return string(letters)
}

func TestGuessesAreThoseOfLookingThroughEveryWord(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	terms := invented(1500, random)
	for _, foreign := range []string{"зеркало", "сталкер", "기생충", "दंगल", "𝒳𝒴𝒵"} {
		terms = append(terms, Term{fold(foreign), 50, 3})
	}
	slices.SortFunc(terms, byPopularity)
	v := NewVocabulary(slices.Clone(terms[500:]))
	for _, term := range terms[:500] { // those that came lately
		for range term.Films {
			v.Learn([]string{term.Text}, term.Most, true)
		}
	}
	for round := range 100 {
		word := mistype(terms[random.IntN(len(terms))].Text, random)
		edits := 1 + round%2
		if edits == 2 {
			word = mistype(word+"e", random)
		}
		for _, typing := range []bool{false, true} {
			const most = 1 << 20
			got := map[string][2]int{}
			for _, g := range v.Guesses(word, edits, typing, most) {
				got[g.Text] = [2]int{g.Edits, int(b2i(g.Begun))}
			}
			for _, term := range terms {
				want, near := [2]int{reference(word, term.Text), 0}, reference(word, term.Text) <= edits
				if begun := nearestBeginning(word, term.Text); typing && begun <= edits && begun < want[0] {
					want, near = [2]int{begun, 1}, true
				}
				have, guessed := got[term.Text]
				if near != guessed || near && have != want {
					t.Fatalf("%q, %d edits, typing %t: %q is %v (%t), not %v (%t)", word, edits, typing, term.Text, have, guessed, want, near)
				}
			}
		}
	}
	guesses := v.Guesses("satar", 2, true, 5)
	if !slices.IsSortedFunc(guesses, byNearness) || len(guesses) < 6 {
		t.Fatalf("few, or in no order: %v", guesses)
	}
	for i := range guesses[5:] {
		if a, b := guesses[i], guesses[i+5]; a.Edits == b.Edits && a.Begun == b.Begun {
			t.Errorf("more than five of one nearness: %v", guesses)
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestAWordBegunIsCompletedByTheMostPopular(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	terms := invented(5000, random)
	terms = append(terms, Term{"千と", 7, 1}, Term{"千尋", 9, 2}, Term{"=千と千尋", 99, 1}, Term{"=sataro", 99, 1})
	v := NewVocabulary(slices.Clone(terms[1000:]))
	for _, term := range terms[:1000] {
		for range term.Films {
			v.Learn([]string{term.Text}, term.Most, true)
		}
	}
	slices.SortFunc(terms, byPopularity)
	for _, prefix := range []string{"s", "sa", "br", "bra", "qu", "xyz", "千", "sataro", "=", "=s"} {
		var want []string
		for _, term := range terms {
			if strings.HasPrefix(term.Text, prefix) && !strings.HasPrefix(term.Text, wholeMark) {
				want = append(want, term.Text)
			}
		}
		list, more := v.Complete(prefix, 64)
		var got []string
		for _, term := range list {
			got = append(got, term.Text)
		}
		if !slices.Equal(got, want[:min(64, len(want))]) || more != (len(want) > 64) {
			t.Errorf("%q: %q (more: %t), not %q", prefix, got, more, want[:min(64, len(want))])
		}
	}
}

func TestAVocabularyFollowsFilmsThatComeAndGo(t *testing.T) {
	v := NewVocabulary([]Term{{"alien", 10, 2}, {"aliens", 8, 1}, {"=alien", 10, 1}})
	check := func(text string, want Term) {
		t.Helper()
		if got, found := v.Term(text); got != want || found != (want.Films > 0) {
			t.Errorf("%s is %+v, not %+v", text, got, want)
		}
	}
	check("alien", Term{"alien", 10, 2})
	check("=alien", Term{})
	check("ali", Term{})
	for range 2 { // before Settle and after
		v.Learn([]string{"alien", "covenant", "異形", "=aliencovenant"}, 20, true)
		v.Learn([]string{"covenant"}, 30, false) // the same film, more popular
		check("alien", Term{"alien", 20, 3})
		check("covenant", Term{"covenant", 30, 1})
		check("異形", Term{"異形", 20, 1})
		if list, _ := v.Complete("al", 9); len(list) != 2 || list[0].Text != "alien" {
			t.Errorf("al goes on as %v", list)
		}
		if list, _ := v.Complete("coven", 9); len(list) != 1 {
			t.Errorf("coven goes on as %v", list)
		}
		v.Forget([]string{"alien", "covenant", "異形", "unknown"})
		check("alien", Term{"alien", 20, 2})
		check("covenant", Term{})
		if list, more := v.Complete("cov", 9); len(list) != 0 || more {
			t.Errorf("what is gone is offered: %v", list)
		}
		if list := v.Guesses("covennant", 2, true, 9); len(list) != 0 {
			t.Errorf("what is gone is guessed: %v", list)
		}
		v.Learn([]string{"covenant", "異形"}, 30, true)
		v.Settle()
		check("covenant", Term{"covenant", 30, 1})
		if len(v.recent) != 0 || v.Len() != 4 {
			t.Errorf("%d words, %d of them beside", v.Len(), len(v.recent))
		}
		v.Forget([]string{"alien", "covenant", "異形"})
		v.Learn([]string{"alien"}, 1, true)
		v.Settle()
		check("covenant", Term{})
		if v.Len() != 2 {
			t.Errorf("%d words when two are left", v.Len())
		}
	}
}

func TestAVocabularyIsReadWhileItIsWritten(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	v := NewVocabulary(invented(2000, random))
	fresh := invented(500, random)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					v.Guesses("sataro", 2, true, 16)
					v.Complete("sa", 64)
					v.Term("sataro")
				}
			}
		})
	}
	for i, term := range fresh {
		v.Learn([]string{term.Text}, term.Most, true)
		if i%100 == 99 {
			v.Settle()
		}
	}
	close(done)
	readers.Wait()
	for _, term := range fresh {
		if _, found := v.Term(term.Text); !found {
			t.Fatalf("%s was lost", term.Text)
		}
	}
}

var million = sync.OnceValue(func() *Vocabulary { return NewVocabulary(invented(1_000_000, rand.New(rand.NewPCG(7, 8)))) })

// BenchmarkGuesses looks for mistyped words among a million.
func BenchmarkGuesses(b *testing.B) {
	v := million()
	b.Logf("%d words, %.1f nodes each, %.1f bytes each", v.Len(), float64(len(v.words.letter))/float64(v.Len()), float64(v.Bytes())/float64(v.Len()))
	random := rand.New(rand.NewPCG(9, 10))
	for _, c := range []struct {
		edits, least, most int
		typing             bool
	}{{1, 4, 7, false}, {1, 4, 7, true}, {2, 8, 9, false}, {2, 8, 16, false}, {2, 8, 16, true}} {
		b.Run(fmt.Sprintf("edits=%d/letters=%d-%d/typing=%t", c.edits, c.least, c.most, c.typing), func(b *testing.B) {
			var words []string
			for len(words) < 500 {
				for _, term := range invented(100, random) {
					word := term.Text
					for range c.edits {
						word = mistype(word+"e", random)
					}
					if n := len(word); n >= c.least && n <= c.most && len(words) < 500 {
						words = append(words, word)
					}
				}
			}
			measure(b, len(words), func(i int) { v.Guesses(words[i], c.edits, c.typing, maxGuesses) })
		})
	}
}

// BenchmarkComplete goes on from one to four letters among a million words.
func BenchmarkComplete(b *testing.B) {
	v := million()
	for letters := 1; letters <= 4; letters++ {
		b.Run(fmt.Sprintf("letters=%d", letters), func(b *testing.B) {
			prefixes := []string{"sata"[:letters], "brau"[:letters], "maco"[:letters], "tink"[:letters]}
			measure(b, len(prefixes), func(i int) { v.Complete(prefixes[i], maxCompletions) })
		})
	}
}

// BenchmarkNewVocabulary builds one of a million words.
func BenchmarkNewVocabulary(b *testing.B) {
	terms := invented(1_000_000, rand.New(rand.NewPCG(7, 8)))
	for b.Loop() {
		b.StopTimer()
		own := slices.Clone(terms)
		b.StartTimer()
		NewVocabulary(own)
	}
}

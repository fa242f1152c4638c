package search

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// catalogue describes films and returns the vocabulary they make.
func catalogue(t testing.TB, films []Facts) (words []string, v *Vocabulary) {
	t.Helper()
	terms := map[string]Term{}
	for i, f := range films {
		list, described := Describe(f)
		words = append(words, described)
		for _, text := range list {
			term := terms[text]
			terms[text] = Term{text, max(term.Most, float64(len(films)-i)), term.Films + 1}
		}
	}
	var all []Term
	for _, term := range terms {
		all = append(all, term)
	}
	return words, NewVocabulary(all)
}

// everything asks for all a search asks for, in its order.
func everything(s *Search) (plans []Plan) {
	return slices.Concat(s.Whole(), s.Typed(), s.Mistyped(), s.Partly())
}

func search(t testing.TB, text string, v *Vocabulary) *Search {
	t.Helper()
	q, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return New(q, v)
}

func TestTheBetterAnswerComesFirst(t *testing.T) {
	titles := func(list ...string) Facts { return Facts{Titles: list} }
	for _, c := range []struct {
		name, query string
		films       []Facts // from the best answer to the worst
	}{
		{"the whole title, then a part of one", "alien", []Facts{titles("Alien"), titles("Alien Resurrection")}},
		{"but for an article, then a part", "incredibles", []Facts{titles("The Incredibles"), titles("Incredibles 2")}},
		{"in any language", "gladiador", []Facts{titles("Gladiator", "Gladiador"), titles("Gladiador Grego")}},
		{"a word, one begun, one mistyped", "matri", []Facts{titles("Of Matri Things"), titles("Of Matrix Things"), titles("Of Patri Things")}},
		{"one mistake, two", "interstellar", []Facts{titles("Ye Interstelar Ye"), titles("Ye Intersteler Ye")}},
		{"all words, all but one", "silence lambs", []Facts{titles("The Silence of the Lambs"), titles("The Silence")}},
		{"in order, in another", "dark knight", []Facts{titles("Ye Dark Knight Ye"), titles("Ye Knight Dark Ye")}},
		{"next to each other, apart", "fire walk", []Facts{titles("Twin Fire Walk"), titles("Fire Ant Walk Twin")}},
		{"in one title, in two", "city god", []Facts{titles("City Of God Ye"), titles("God Ye", "City Ye")}},
		{"a title, a name", "lincoln", []Facts{titles("Ye Lincoln Ye"), {Titles: []string{"Ye Film"}, Cast: []string{"Abraham Lincoln"}}}},
		{"a name whole, in two", "tom hanks", []Facts{{Cast: []string{"Tom Hanks"}}, {Cast: []string{"Tom Hardy", "Colin Hanks"}}}},
		{"of the year, of the year before, of another", "dune 2021", []Facts{{Titles: []string{"Dune"}, Year: 2021}, {Titles: []string{"Dune"}, Year: 2020}, {Titles: []string{"Dune"}, Year: 1984}}},
		{"a title that is a year, a film of it", "2012", []Facts{{Titles: []string{"2012"}, Year: 2009}, {Titles: []string{"Argo"}, Year: 2012}}},
		{"a number in Roman is one", "rocky 2", []Facts{titles("Rocky II"), titles("Rocky IV")}},
		{"five is no letter", "rocky 5", []Facts{titles("Rocky V"), titles("Rocky X")}},
		{"common words count a little", "the thing", []Facts{titles("The Thing"), titles("Thing")}},
		{"two words for one", "spiderman", []Facts{titles("Spider-Man"), titles("Spider-Man Again")}},
		{"one word for two", "old boy", []Facts{titles("Oldboy"), titles("Old Ye")}},
	} {
		words, v := catalogue(t, c.films)
		s := search(t, c.query, v)
		everything(s)
		last := 1 << 30
		for i, w := range words {
			match := s.Match(w)
			if match >= last || match <= 0 {
				t.Errorf("%s: %q answers %v by %d, the one before by %d", c.name, c.query, c.films[i], match, last)
			}
			last = match
		}
	}
}

func TestWhatIsNotTheBetterAnswerIsLeftToPopularity(t *testing.T) {
	for _, c := range []struct {
		query string
		films []Facts
	}{
		{"king", []Facts{{Titles: []string{"King Kong"}}, {Titles: []string{"The Lion King"}}}},
		{"vinga", []Facts{{Titles: []string{"Vingadores: Ultimato"}}, {Titles: []string{"A Vingança"}}}},
		{"nolan", []Facts{{Titles: []string{"Tenet"}, Crew: []string{"Christopher Nolan"}}, {Titles: []string{"Memento"}, Crew: []string{"Christopher Nolan"}}}},
		{"lord rings", []Facts{{Titles: []string{"The Lord of the Rings: The Two Towers"}}, {Titles: []string{"The Lord of the Rings: The Return of the King"}}}},
	} {
		words, v := catalogue(t, c.films)
		s := search(t, c.query, v)
		everything(s)
		if a, b := s.Match(words[0]), s.Match(words[1]); a != b || a == 0 {
			t.Errorf("%q answers %v by %d and %v by %d", c.query, c.films[0].Titles, a, c.films[1].Titles, b)
		}
	}
}

func TestAStoreIsAskedForTheRarestWordsFirstAndNotForCommonOnes(t *testing.T) {
	_, v := catalogue(t, []Facts{
		{Titles: []string{"The Lord of the Rings"}}, {Titles: []string{"Lord Jim"}}, {Titles: []string{"The Lord of War"}}, {Titles: []string{"Rings"}}, {Titles: []string{"It"}},
	})
	for _, c := range []struct {
		query string
		want  []Plan
	}{
		{"the lord of the rings", []Plan{{{"rings"}, {"lord"}}}},
		{"lord the", []Plan{{{"lord"}}}},
		{"the of", []Plan{{{"the"}, {"of"}}}}, // nothing else to go by
		{"ri", []Plan{{{"rings"}}}},
		{"lord unheard", nil}, // no film holds it
	} {
		got := search(t, c.query, v).Typed()
		for _, plan := range got {
			for _, group := range plan {
				slices.Sort(group)
			}
		}
		if !slices.EqualFunc(got, c.want, func(a, b Plan) bool {
			return slices.EqualFunc(a, b, slices.Equal)
		}) {
			t.Errorf("%q asks for %q, not %q", c.query, got, c.want)
		}
	}
	if got := search(t, "it", v).Whole(); len(got) != 1 || got[0][0][0] != "=it" {
		t.Errorf("a title of common words is asked for by %q", got)
	}
}

func TestAStoreDoesNotLookForManyWordsInManyFilms(t *testing.T) {
	of := func(word, films, terms int) group {
		g := group{word: word, films: films}
		for i := range terms {
			g.terms = append(g.terms, strings.Repeat("x", word+1)+strconv.Itoa(i))
		}
		return g
	}
	for _, c := range []struct {
		name   string
		groups []group
		asked  int
	}{
		{"of few films any word is asked for", []group{of(0, 20, 1), of(1, 9000, 64)}, 2},
		{"of many only single words are", []group{of(0, 500, 1), of(1, 9000, 64), of(2, 7000, 2)}, 2},
		{"and not without end", []group{of(0, 20, 1), of(1, 9000, 64), of(2, 9001, 64)}, 2},
		{"many words to begin with are asked for", []group{of(0, 500, 64), of(1, 9000, 1)}, 2},
		{"alone too", []group{of(0, 90000, 64)}, 1},
	} {
		if plans := planOf(c.groups); len(plans) != 1 || len(plans[0]) != c.asked {
			t.Errorf("%s: %d groups are asked for in %d plans", c.name, len(plans[0]), len(plans))
		}
	}
}

func TestWithoutAVocabularyWhatWasTypedIsAskedFor(t *testing.T) {
	s := search(t, "rocky ii", nil)
	if got := s.Typed(); len(got) != 1 || len(got[0]) != 2 || !slices.Contains(got[0][0], "rocky") || !slices.Contains(got[0][1], "2") {
		t.Errorf("asks for %q", got)
	}
	if got := slices.Concat(s.Mistyped(), s.Partly()); got != nil {
		t.Errorf("guesses %q", got)
	}
	_, words := Describe(Facts{Titles: []string{"Rocky II"}})
	if s.Match(words) == 0 {
		t.Error("ranks nothing")
	}
}

func FuzzSearch(f *testing.F) {
	films := []Facts{
		{Titles: []string{"The Lord of the Rings", "O Senhor dos Anéis"}, Cast: []string{"Elijah Wood"}, Crew: []string{"Peter Jackson"}, Year: 2001},
		{Titles: []string{"Spider-Man II"}, Year: 2004}, {Titles: []string{"千と千尋の神隠し"}, Year: 2001}, {Titles: []string{"8½"}}, {Titles: []string{"기생충"}},
	}
	words, v := catalogue(f, films)
	for _, seed := range []string{"lord of the r", "senhor aneis", "spidermann 2", "千", "8 1/2", "lordrings", "200", "기생", "a b c d e f g h i j k l m n o p q r", "o o o o"} {
		f.Add(seed, words[0])
	}
	f.Fuzz(func(t *testing.T, text, described string) {
		q, err := Parse(text)
		if err != nil {
			return
		}
		for _, v := range []*Vocabulary{v, nil} {
			s := New(q, v)
			plans := everything(s)
			if len(plans) > 1+2+2*maxPlans+maxPlans {
				t.Errorf("%q asks %d questions", text, len(plans))
			}
			for _, plan := range plans {
				if len(plan) == 0 || len(plan) > maxGroups {
					t.Errorf("%q asks for %d words at once", text, len(plan))
				}
				for _, group := range plan {
					if len(group) == 0 || len(group) > mostTerms || slices.Contains(group, "") || len(slices.Compact(slices.Sorted(slices.Values(group)))) != len(group) {
						t.Errorf("%q asks for %q", text, group)
					}
				}
			}
			for _, w := range append(words, described, strings.ToLower(text)) {
				s.Match(w)
			}
		}
	})
}

// BenchmarkMatch ranks what a store returns for one question: two hundred films.
func BenchmarkMatch(b *testing.B) {
	var cast []string
	for _, term := range invented(2*maxPeople, rand.New(rand.NewPCG(11, 12))) {
		cast = append(cast, term.Text+" "+strings.ToUpper(term.Text))
	}
	words, v := catalogue(b, []Facts{{
		Titles: []string{"The Lord of the Rings: The Fellowship of the Ring", "O Senhor dos Anéis: A Sociedade do Anel"}, Original: []string{"指輪物語"},
		Cast: cast, Crew: []string{"Peter Jackson"}, Year: 2001,
	}})
	s := search(b, "the lord of the rings fel", v)
	everything(s)
	measure(b, func(int) {
		for range 200 {
			s.Match(words[0])
		}
	})
}

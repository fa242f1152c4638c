package metadata

import (
	"reflect"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

func TestWhatAnEditorWroteStaysAndWhatIsEmptyIsFilled(t *testing.T) {
	set, other := catalog.CollectionOf("Set"), catalog.CollectionOf("Other")
	known := catalog.Film{
		ID: "f", Kind: catalog.Movie, Version: 3, Texts: map[string]catalog.Text{
			"en":    {Title: "Mine", Overview: "By hand."},
			"pt-BR": {Title: "Mine", Tagline: "À mão."}, // the title stands in
		},
		Released: "2008", Genres: []catalog.Genre{{ID: 18, Name: "Drama"}}, Collection: &set,
		Cast:       []catalog.Player{{Name: "Ana", Picture: "films/f/person/a-240.webp"}, {Name: "Bia", Character: "By hand"}},
		Popularity: 1, Similar: []int64{1}, Poster: catalog.Picture{Key: "films/f/poster/p"}, Trend: 9,
	}
	said := catalog.Film{
		Kind: catalog.Movie, TMDBID: 5, IMDBID: "tt0000005", OriginalTitle: "Original", OriginalLanguage: "pt", Texts: map[string]catalog.Text{
			"en":    {Title: "Theirs", Overview: "Theirs.", Tagline: "Theirs!"},
			"pt-BR": {Title: "Deles", Overview: "Deles.", Tagline: "Deles!"},
		},
		Released: "2008-07-16", RuntimeMinutes: 90, Genres: []catalog.Genre{{ID: 28, Name: "Action"}}, Collection: &other, Directors: []string{"Dora"},
		Cast: []catalog.Player{{Name: "Ana", Character: "Herself"}, {Name: "Bia", Character: "Theirs"}, {Name: "Caio"}}, Maturity: age(12),
		Votes: 100, VoteMean: 8, Popularity: 7, Similar: []int64{2}, Recommended: []int64{3},
	}
	before, _ := catalog.Clean(known)

	want := known
	want.TMDBID, want.IMDBID, want.OriginalTitle, want.OriginalLanguage = 5, "tt0000005", "Original", "pt"
	want.Texts = map[string]catalog.Text{
		"en":    {Title: "Mine", Overview: "By hand.", Tagline: "Theirs!"},
		"pt-BR": {Title: "Deles", Overview: "Deles.", Tagline: "À mão."},
	}
	want.Released, want.RuntimeMinutes, want.Directors, want.Maturity = "2008-07-16", 90, []string{"Dora"}, age(12)
	want.Cast = []catalog.Player{{Name: "Ana", Character: "Herself", Picture: "films/f/person/a-240.webp"}, {Name: "Bia", Character: "By hand"}}
	want.Votes, want.VoteMean, want.Popularity, want.Similar, want.Recommended = 100, 8, 7, []int64{2}, []int64{3}
	got := Merge(known, said, false)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	if again := Merge(got, said, false); !reflect.DeepEqual(again, got) {
		t.Errorf("a second time changes it\n from %+v\n to %+v", got, again)
	}

	anew := Merge(known, said, true)
	want.Texts = said.Texts
	want.Genres, want.Collection = said.Genres, &other
	want.Cast = []catalog.Player{{Name: "Ana", Character: "Herself", Picture: "films/f/person/a-240.webp"}, {Name: "Bia", Character: "Theirs"}, {Name: "Caio"}}
	if !reflect.DeepEqual(anew, want) {
		t.Errorf("anew\n got %+v\nwant %+v", anew, want)
	}
	if after, _ := catalog.Clean(known); !reflect.DeepEqual(before, after) {
		t.Error("what was known was changed itself")
	}
	if _, err := catalog.Clean(got); err != nil {
		t.Error(err)
	}
}

func TestNothingSaidChangesNothing(t *testing.T) {
	known := catalog.Film{ID: "f", Kind: catalog.Movie, Texts: map[string]catalog.Text{"en": {Title: "Mine"}}, Votes: 4, VoteMean: 7, Popularity: 2, Maturity: age(0), Released: "2008-07-16"}
	for _, anew := range []bool{false, true} {
		if got := Merge(known, catalog.Film{Released: "2008"}, anew); !reflect.DeepEqual(got, known) {
			t.Errorf("anew %v: %+v", anew, got)
		}
	}
}

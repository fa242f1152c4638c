package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

func TestAFilmIsStoredWithWhatItIsFoundBy(t *testing.T) {
	film := catalog.Film{
		ID: "a", OriginalTitle: "Cidade de Deus", OriginalLanguage: "pt-BR", Released: "2002-08-30",
		Texts: map[string]catalog.Text{
			"en": {Title: "City of God"}, "pt-BR": {Title: "Cidade de Deus"}, "fr": {Title: "La Cité de Dieu"}, "de": {Title: "Gottes Stadt"},
		},
		Cast: []catalog.Player{{Name: "Alexandre Rodrigues", Character: "Buscapé"}}, Directors: []string{"Fernando Meirelles"},
	}
	s := film.Stored()
	if want := "tcity of god\ntcidade de deus\nogottes stadt\nola cite de dieu\ncalexandre rodrigues\ndfernando meirelles\ny2002"; s.Words != want {
		t.Errorf("words %q, not %q", s.Words, want)
	}
	for _, term := range []string{"=cidadededeus", "=cityofgod", "=lacitededieu", "cite", "rodrigues", "meirelles", "2002"} {
		if !slices.Contains(s.Terms, term) {
			t.Errorf("%q is no term of it: %q", term, s.Terms)
		}
	}
	if strings.Contains(s.Words, "buscape") {
		t.Error("a role is taken for a name")
	}
	if len(s.Facets) == 0 || len(s.Keys) != len(catalog.Lists) || s.Film.ID != "a" {
		t.Errorf("stored as %+v", s)
	}
	for range 20 { // maps have no order
		if again := film.Stored(); again.Words != s.Words || !slices.Equal(again.Terms, s.Terms) {
			t.Fatalf("stored as %q once and as %q again", s.Words, again.Words)
		}
	}
}

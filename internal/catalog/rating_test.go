package catalog_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func rated(t *testing.T, age int) catalog.Rating {
	t.Helper()
	r, err := catalog.RatingOf(age)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAFilmIsForWhoIsOldEnoughAndAnUnratedOneForWhoHasNoLimit(t *testing.T) {
	for _, limit := range catalog.Ages {
		for _, film := range catalog.Ages {
			if got := rated(t, film).Within(rated(t, limit)); got != (film <= limit) {
				t.Errorf("a film from %d, up to %d: %t", film, limit, got)
			}
		}
		if (catalog.Rating{}).Within(rated(t, limit)) {
			t.Errorf("what nobody has rated is shown up to %d", limit)
		}
		if !rated(t, limit).Within(catalog.Rating{}) {
			t.Errorf("from %d it is kept from who has no limit", limit)
		}
	}
	if !(catalog.Rating{}).Within(catalog.Rating{}) {
		t.Error("what nobody has rated is kept from who has no limit")
	}
	if got := rated(t, 12).UpTo(); !slices.Equal(got, []int{0, 10, 12}) {
		t.Errorf("up to 12 is %v", got)
	}
}

func TestOnlyStepsOfTheClassificationAreRatings(t *testing.T) {
	for _, age := range []int{-1, 1, 11, 13, 17, 19, 1 << 40} {
		if _, err := catalog.RatingOf(age); !fault.Is(err, fault.Invalid) || fault.PublicOf(err) == "" {
			t.Errorf("%d: %v", age, err)
		}
	}
}

func TestARatingIsTheSameWhereverItWasKept(t *testing.T) {
	for _, want := range []catalog.Rating{{}, rated(t, 0), rated(t, 12), rated(t, 18)} {
		text, err := json.Marshal(struct{ R catalog.Rating }{want})
		got := struct{ R catalog.Rating }{rated(t, 18)}
		if err == nil {
			err = json.Unmarshal(text, &got)
		}
		if err != nil || got.R != want {
			t.Errorf("%s became %+v, %v", text, got.R, err)
		}
	}
	for _, text := range []string{`"12"`, `13`, `{}`, `12.5`} {
		if err := json.Unmarshal([]byte(text), new(catalog.Rating)); err == nil {
			t.Errorf("%s is a rating", text)
		}
	}
}

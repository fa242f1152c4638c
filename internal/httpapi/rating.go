package httpapi

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
)

// Age is a rating, or a limit, as the app sends and sees it: a number or null. In a change it
// may also be absent, which is not the same as null.
type Age struct {
	Sent bool
	catalog.Rating
}

func ageOf(r catalog.Rating) Age { return Age{true, r} }

// UnmarshalJSON notes that there is one.
func (a *Age) UnmarshalJSON(text []byte) error {
	a.Sent = true
	return a.Rating.UnmarshalJSON(text)
}

// Schema is what the document says of it.
func (Age) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeInteger, Nullable: true, Examples: []any{12},
		Description: "An age of Brazil's classification; 0 is for everybody, null is none."}
	for _, age := range catalog.Ages {
		s.Enum = append(s.Enum, age)
	}
	s.Enum = append(s.Enum, nil)
	return s
}

// changed returns the rating to change to, nil where it stays.
func (a Age) changed() *catalog.Rating {
	if !a.Sent {
		return nil
	}
	return &a.Rating
}

// Avatar is the name of a drawing.
type Avatar string

// Schema is what the document says of it.
func (Avatar) Schema(huma.Registry) *huma.Schema {
	return wordsSchema("The name of a drawing; apps draw it.", account.Avatars)
}

// Language is what apps and letters speak to somebody.
type Language string

// Schema is what the document says of it.
func (Language) Schema(huma.Registry) *huma.Schema {
	return wordsSchema("BCP 47; empty for that of the device.", append([]string{""}, account.Languages...))
}

// wordsSchema makes a schema of the words that a domain lists.
func wordsSchema(description string, words []string) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Description: description, Examples: []any{words[len(words)-1]}}
	for _, word := range words {
		s.Enum = append(s.Enum, word)
	}
	return s
}

// text returns what a field of words was changed to, nil where it stays.
func text[T ~string](word *T) *string {
	if word == nil {
		return nil
	}
	s := string(*word)
	return &s
}

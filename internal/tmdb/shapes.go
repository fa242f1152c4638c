package tmdb

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

// TMDB's documents are other people's: a field that is missing, null or of another type than
// it should be is an empty one, and spoils nothing beside it.

// text is a string, or a number as it is written.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	*t = ""
	switch {
	case len(b) > 0 && b[0] == '"':
		return json.Unmarshal(b, (*string)(t))
	case len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9'):
		*t = text(b)
	}
	return nil
}

// number is a number, or a string of one.
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	*n = 0
	if f, err := strconv.ParseFloat(string(bytes.Trim(b, `"`)), 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
		*n = number(f)
	}
	return nil
}

// whole is the number without its fraction, 0 where no film has so many of anything.
func (n number) whole() int64 {
	if n < 0 || n > 1<<52 {
		return 0
	}
	return int64(n)
}

// flag is true only where it is said.
type flag bool

func (f *flag) UnmarshalJSON(b []byte) error {
	*f = string(b) == "true"
	return nil
}

// list holds the elements that can be read.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(b []byte) error {
	*l = nil
	var elements []json.RawMessage
	if json.Unmarshal(b, &elements) != nil {
		return nil
	}
	for _, e := range elements {
		var one T
		if string(e) != "null" && json.Unmarshal(e, &one) == nil {
			*l = append(*l, one)
		}
	}
	return nil
}

// part is an object, or nothing.
type part[T any] struct{ has T }

func (p *part[T]) UnmarshalJSON(b []byte) error {
	var has T
	if json.Unmarshal(b, &has) == nil {
		p.has = has
	}
	return nil
}

// results is a list as most are given: a page of one.
type results[T any] struct {
	Results list[T] `json:"results"`
}

type id struct {
	ID number `json:"id"`
}

// film is a film's document, with what was asked to be appended to it.
type film struct {
	ID               number `json:"id"`
	IMDBID           text   `json:"imdb_id"`
	Adult            flag   `json:"adult"`
	Title            text   `json:"title"`
	OriginalTitle    text   `json:"original_title"`
	OriginalLanguage text   `json:"original_language"`
	Overview         text   `json:"overview"`
	Tagline          text   `json:"tagline"`
	ReleaseDate      text   `json:"release_date"`
	Runtime          number `json:"runtime"`
	Genres           list[struct {
		ID   number `json:"id"`
		Name text   `json:"name"`
	}] `json:"genres"`
	Collection part[struct {
		ID   number `json:"id"`
		Name text   `json:"name"`
	}] `json:"belongs_to_collection"`
	Popularity   number `json:"popularity"`
	VoteAverage  number `json:"vote_average"`
	VoteCount    number `json:"vote_count"`
	PosterPath   text   `json:"poster_path"`
	BackdropPath text   `json:"backdrop_path"`

	Credits part[struct {
		Cast list[player] `json:"cast"`
		Crew list[struct {
			Name text `json:"name"`
			Job  text `json:"job"`
		}] `json:"crew"`
	}] `json:"credits"`
	Videos          part[results[video]] `json:"videos"`
	Similar         part[results[id]]    `json:"similar"`
	Recommendations part[results[id]]    `json:"recommendations"`
	ReleaseDates    part[results[struct {
		Country  text          `json:"iso_3166_1"`
		Releases list[release] `json:"release_dates"`
	}]] `json:"release_dates"`
	Translations part[struct {
		Translations list[translation] `json:"translations"`
	}] `json:"translations"`
}

type player struct {
	Name      text   `json:"name"`
	Character text   `json:"character"`
	Profile   text   `json:"profile_path"`
	Order     number `json:"order"`
}

type video struct {
	Key      text `json:"key"`
	Site     text `json:"site"`
	Type     text `json:"type"`
	Official flag `json:"official"`
}

type release struct {
	Certification text   `json:"certification"`
	Type          number `json:"type"`
}

// theatrical is the type of a release in cinemas.
const theatrical = 3

type translation struct {
	Language text `json:"iso_639_1"`
	Country  text `json:"iso_3166_1"`
	Data     part[struct {
		Title    text `json:"title"`
		Overview text `json:"overview"`
		Tagline  text `json:"tagline"`
	}] `json:"data"`
}

// hit is one film of a search.
type hit struct {
	ID            number `json:"id"`
	Title         text   `json:"title"`
	OriginalTitle text   `json:"original_title"`
	ReleaseDate   text   `json:"release_date"`
	Overview      text   `json:"overview"`
	PosterPath    text   `json:"poster_path"`
	Popularity    number `json:"popularity"`
}

package catalog

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Ages are the steps of Brazil's classification. 0 is for everybody.
var Ages = []int{0, 10, 12, 14, 16, 18}

// Rating is the age from which a film is for somebody; of a viewer it is the limit up to
// which films are theirs. The zero Rating is none: a film that nobody has rated, a viewer
// without a limit.
type Rating struct {
	given bool
	age   int
}

// RatingOf returns the rating of one of Ages.
func RatingOf(age int) (Rating, error) {
	if !slices.Contains(Ages, age) {
		return Rating{}, fault.New(fault.Invalid, "catalog.rating", "bad_rating", "A rating is an age of 0, 10, 12, 14, 16 or 18.")
	}
	return Rating{true, age}, nil
}

// Age returns the age; false where there is none.
func (r Rating) Age() (age int, given bool) { return r.age, r.given }

// Within reports whether a film of this rating is for a viewer of this limit. What nobody
// has rated is only for who has none.
func (r Rating) Within(limit Rating) bool {
	return !limit.given || r.given && r.age <= limit.age
}

// UpTo lists the ages of the films that are within a limit.
func (r Rating) UpTo() []int {
	return slices.DeleteFunc(slices.Clone(Ages), func(age int) bool { return age > r.age })
}

// MarshalJSON writes the age, or null: a rating that is kept anywhere comes back as it was.
func (r Rating) MarshalJSON() ([]byte, error) {
	if !r.given {
		return []byte("null"), nil
	}
	return json.Marshal(r.age)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Rating) UnmarshalJSON(text []byte) (err error) {
	var age *int
	if err := json.Unmarshal(text, &age); err != nil {
		return fmt.Errorf("a rating is a number or null: %w", err)
	}
	if *r = (Rating{}); age != nil {
		*r, err = RatingOf(*age)
	}
	return err
}

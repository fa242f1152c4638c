package sqlstore

import (
	"database/sql"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// ratingColumn reads a rating from a column that is NULL where there is none. Whatever is no
// step of the classification is an error, and so shown to nobody.
type ratingColumn struct{ to *catalog.Rating }

// Scan makes ratingColumn a sql.Scanner.
func (c ratingColumn) Scan(value any) (err error) {
	var age sql.NullInt64
	if err := age.Scan(value); err != nil {
		return err
	}
	if *c.to = (catalog.Rating{}); age.Valid {
		*c.to, err = catalog.RatingOf(int(age.Int64))
	}
	return err
}

// ratingValue is a rating as such a column keeps it.
func ratingValue(r catalog.Rating) any {
	if age, given := r.Age(); given {
		return age
	}
	return nil
}

// timeColumn reads a time from a column that is NULL for the zero time.
type timeColumn struct{ to *time.Time }

// Scan makes timeColumn a sql.Scanner.
func (c timeColumn) Scan(value any) error {
	var at sql.NullTime
	if err := at.Scan(value); err != nil {
		return err
	}
	if *c.to = (time.Time{}); at.Valid {
		*c.to = at.Time.UTC()
	}
	return nil
}

// timeValue is a time as such a column keeps it.
func timeValue(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.UTC()
}

package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// Opinions is catalog.OpinionStore on SQL.
type Opinions struct{ db *DB }

var _ catalog.OpinionStore = Opinions{}

// Opinions returns the store of what viewers have to do with films.
func (d *DB) Opinions() Opinions { return Opinions{d} }

const selectOpinion = `SELECT film_id, listed_at, stars, started_at FROM opinions `

func scanOpinion(row interface{ Scan(...any) error }) (o catalog.Opinion, err error) {
	return o, row.Scan(&o.FilmID, timeColumn{&o.ListedAt}, &o.Stars, timeColumn{&o.StartedAt})
}

func (s Opinions) Opinion(ctx context.Context, v catalog.Viewer, filmID string) (catalog.Opinion, error) {
	if !catalog.Storable(filmID) {
		return catalog.Opinion{FilmID: filmID}, nil
	}
	o, err := scanOpinion(s.db.read.QueryRowContext(ctx, selectOpinion+`WHERE profile_id = $1 AND user_id = $2 AND film_id = $3`, v.ProfileID, v.UserID, filmID))
	if errors.Is(err, sql.ErrNoRows) {
		return catalog.Opinion{FilmID: filmID}, nil
	}
	return o, s.db.fail("sqlstore.opinion", err)
}

// change writes an opinion, and forgets it when nothing is left of it.
func (s Opinions) change(ctx context.Context, op string, v catalog.Viewer, filmID, statement string, value any) error {
	if !catalog.Storable(filmID) || filmID == "" {
		return fault.New(fault.Invalid, op, "bad_text", "There is no such film.")
	}
	return s.db.inTx(ctx, op, func(tx jobs.Tx) error {
		// A profile that is somebody else's is none of this viewer's. One that is there is
		// written, so that it stays until the end of this.
		if _, err := tx.ExecContext(ctx, `INSERT INTO opinions (profile_id, user_id, film_id)
			SELECT id, user_id, $3 FROM profiles WHERE id = $1 AND user_id = $2
			ON CONFLICT (profile_id, film_id) DO UPDATE SET user_id = excluded.user_id`,
			v.ProfileID, v.UserID, filmID); err != nil {
			return err
		}
		if err := changeRow(ctx, tx, statement+` WHERE profile_id = $1 AND user_id = $2 AND film_id = $3`, v.ProfileID, v.UserID, filmID, value); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM opinions WHERE profile_id = $1 AND film_id = $2
			AND listed_at IS NULL AND stars = 0 AND started_at IS NULL`, v.ProfileID, filmID)
		return err
	})
}

func (s Opinions) SetListed(ctx context.Context, v catalog.Viewer, filmID string, at time.Time) error {
	const op = "sqlstore.set_listed"
	if at.IsZero() {
		return s.change(ctx, op, v, filmID, `UPDATE opinions SET listed_at = $4`, nil)
	}
	return s.change(ctx, op, v, filmID, `UPDATE opinions SET listed_at = COALESCE(listed_at, $4)`, micros(at))
}

// liking is from how many stars on somebody likes a film.
const liking = 7

func (s Opinions) SetStars(ctx context.Context, v catalog.Viewer, filmID string, stars int) error {
	const op = "sqlstore.set_stars"
	set := `UPDATE opinions SET stars = ` + strconv.Itoa(stars)
	if stars >= liking {
		return s.change(ctx, op, v, filmID, set+`, liked_at = $4`, now())
	}
	return s.change(ctx, op, v, filmID, set+`, liked_at = COALESCE(started_at, $4)`, nil)
}

// Started keeps the later time, should two devices tell of two in the other order.
func (s Opinions) Started(ctx context.Context, v catalog.Viewer, filmID string, at time.Time) error {
	return s.change(ctx, "sqlstore.started", v, filmID, `UPDATE opinions SET
		started_at = CASE WHEN started_at > $4 THEN started_at ELSE $4 END,
		liked_at = CASE WHEN liked_at > $4 THEN liked_at ELSE $4 END`, micros(at))
}

func micros(at time.Time) time.Time { return at.UTC().Truncate(time.Microsecond) }

const (
	myList = selectOpinion + `WHERE profile_id = $1 AND user_id = $2 AND listed_at IS NOT NULL AND (listed_at, film_id) < ($3, $4)
		ORDER BY listed_at DESC, film_id DESC LIMIT $5`
	likedFilms = selectOpinion + `WHERE profile_id = $1 AND user_id = $2 AND liked_at IS NOT NULL ORDER BY liked_at DESC, film_id DESC LIMIT $3`
)

func (s Opinions) MyList(ctx context.Context, v catalog.Viewer, after *catalog.ListPlace, most int) ([]catalog.Opinion, error) {
	const op = "sqlstore.my_list"
	if after == nil {
		after = &catalog.ListPlace{ListedAt: beforeAll.CreatedAt}
	}
	if !catalog.Storable(after.FilmID) {
		return nil, fault.New(fault.Invalid, op, "bad_place", "There is no such place in a list.")
	}
	list, err := listOf(ctx, s.db, func(r *sql.Rows) (catalog.Opinion, error) { return scanOpinion(r) },
		myList, v.ProfileID, v.UserID, after.ListedAt.UTC(), after.FilmID, max(0, most))
	return list, s.db.fail(op, err)
}

func (s Opinions) Liked(ctx context.Context, v catalog.Viewer, most int) ([]catalog.Opinion, error) {
	list, err := listOf(ctx, s.db, func(r *sql.Rows) (catalog.Opinion, error) { return scanOpinion(r) }, likedFilms, v.ProfileID, v.UserID, max(0, most))
	return list, s.db.fail("sqlstore.liked_films", err)
}

const filmStars = `SELECT COUNT(*), COALESCE(AVG(CAST(stars AS DOUBLE PRECISION)), 0) FROM opinions WHERE film_id = $1 AND stars > 0`

func (s Opinions) Stars(ctx context.Context, filmID string) (count int, mean float64, err error) {
	if !catalog.Storable(filmID) {
		return 0, 0, nil
	}
	err = s.db.read.QueryRowContext(ctx, filmStars, filmID).Scan(&count, &mean)
	return count, mean, s.db.fail("sqlstore.film_stars", err)
}

// What is looked at to tell what goes together: those who began a film last, and what each of
// them began last. Of a film that everybody began, that is enough to tell.
const (
	whoBegan   = 200
	whatTheyDo = 50
)

// filmsTogether walks the films of each of who began one. The page of each is found by where it
// ends, since not every engine limits a walk for each row of another.
const filmsTogether = `SELECT o.film_id, COUNT(*) AS began_by
	FROM (SELECT profile_id FROM opinions WHERE film_id = $1 AND started_at IS NOT NULL ORDER BY started_at DESC, profile_id DESC LIMIT $2) AS who
	JOIN opinions o ON o.profile_id = who.profile_id AND o.liked_at IS NOT NULL AND o.liked_at >= COALESCE(
		(SELECT e.liked_at FROM opinions e WHERE e.profile_id = who.profile_id AND e.liked_at IS NOT NULL ORDER BY e.liked_at DESC LIMIT 1 OFFSET $3),
		(SELECT e.liked_at FROM opinions e WHERE e.profile_id = who.profile_id AND e.liked_at IS NOT NULL ORDER BY e.liked_at LIMIT 1))
	WHERE o.started_at IS NOT NULL AND o.film_id <> $1
	GROUP BY o.film_id ORDER BY began_by DESC, o.film_id DESC LIMIT $4`

func (s Opinions) Together(ctx context.Context, filmID string, most int) ([]catalog.Together, error) {
	if !catalog.Storable(filmID) {
		return nil, nil
	}
	list, err := listOf(ctx, s.db, func(r *sql.Rows) (t catalog.Together, err error) { return t, r.Scan(&t.FilmID, &t.By) },
		filmsTogether, filmID, whoBegan, whatTheyDo-1, max(0, most))
	return list, s.db.fail("sqlstore.films_together", err)
}

// goneAtOnce bounds a transaction: everybody may have had to do with a film.
const goneAtOnce = 2000

func (s Opinions) FilmGone(ctx context.Context, filmID string) error {
	if !catalog.Storable(filmID) {
		return nil
	}
	for {
		var n int64
		err := s.db.inTx(ctx, "sqlstore.film_gone", func(tx jobs.Tx) error {
			done, err := tx.ExecContext(ctx, `DELETE FROM opinions WHERE film_id = $1 AND profile_id IN
				(SELECT profile_id FROM opinions WHERE film_id = $1 LIMIT $2)`, filmID, goneAtOnce)
			if err != nil {
				return err
			}
			n, err = done.RowsAffected()
			return err
		})
		if err != nil || n < goneAtOnce {
			return err
		}
	}
}

package sqlstore

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// Catalog is catalog.Store on SQL.
type Catalog struct{ db *DB }

var _ catalog.Store = Catalog{}

// Catalog returns the store of videos.
func (d *DB) Catalog() Catalog { return Catalog{d} }

const selectVideo = `
	SELECT id, title, status, playable, COALESCE(duration_seconds, 0), width, height, source_bytes,
	       credit, blur_hash, poster_key, still_key, created_at, updated_at, error_code, error_detail, maturity_rating,
	       COALESCE(film_id, ''), part, edition, COALESCE(tmdb_id, 0)
	FROM videos `

const videosAfter = selectVideo + `WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3`

func scanVideo(row interface{ Scan(...any) error }) (v catalog.Video, err error) {
	err = row.Scan(&v.ID, &v.Title, &v.Status, &v.Playable, &v.DurationSeconds, &v.Width, &v.Height, &v.SourceBytes,
		&v.Credit, &v.BlurHash, &v.PosterKey, &v.StillKey, &v.CreatedAt, &v.UpdatedAt, &v.ErrorCode, &v.ErrorDetail,
		ratingColumn{&v.Rating}, &v.Of.FilmID, &v.Of.Part, &v.Of.Edition, &v.Of.TMDBID)
	return v, err
}

func (c Catalog) Video(ctx context.Context, id string) (catalog.Video, error) {
	const op = "sqlstore.video"
	v, err := scanVideo(c.db.read.QueryRowContext(ctx, selectVideo+`WHERE id = $1`, id))
	if err != nil {
		return v, c.db.fail(op, err)
	}
	list := []catalog.Video{v}
	err = c.addRest(ctx, list)
	return list[0], c.db.fail(op, err)
}

// beforeAll is a cursor newer than any video.
var beforeAll = catalog.Cursor{CreatedAt: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}

// videosWithin is videosAfter for who has a limit: a walk down the index for each age up to
// it, each as short as the page, so that what lies between costs nothing.
func videosWithin(limit catalog.Rating) string {
	var walks []string
	for _, age := range limit.UpTo() {
		of := strconv.Itoa(age)
		walks = append(walks, `SELECT id FROM (SELECT id FROM videos WHERE maturity_rating = `+of+` AND (created_at, id) < ($1, $2)
			ORDER BY created_at DESC, id DESC LIMIT $3) AS of_`+of)
	}
	return selectVideo + `WHERE id IN (` + strings.Join(walks, ` UNION ALL `) + `) ORDER BY created_at DESC, id DESC LIMIT $3`
}

func (c Catalog) Videos(ctx context.Context, within catalog.Rating, after *catalog.Cursor, limit int) ([]catalog.Video, error) {
	const op = "sqlstore.videos"
	if after == nil {
		after = &beforeAll
	}
	query := videosAfter
	if _, limited := within.Age(); limited {
		query = videosWithin(within)
	}
	rows, err := c.db.read.QueryContext(ctx, query, after.CreatedAt, after.ID, limit)
	if err != nil {
		return nil, c.db.fail(op, err)
	}
	list, err := collect(rows, func(r *sql.Rows) (catalog.Video, error) { return scanVideo(r) })
	if err == nil {
		err = c.addRest(ctx, list)
	}
	return list, c.db.fail(op, err)
}

// addRest fills in the renditions and the marks of each video of a page.
func (c Catalog) addRest(ctx context.Context, list []catalog.Video) error {
	if len(list) == 0 {
		return nil
	}
	at := map[string]int{}
	ids, places := make([]any, len(list)), make([]string, len(list))
	for i, v := range list {
		at[v.ID], ids[i], places[i] = i, v.ID, "$"+strconv.Itoa(i+1)
	}
	these := `(` + strings.Join(places, ", ") + `)`
	rows, err := c.db.read.QueryContext(ctx, `
		SELECT video_id, id, kind, codec, width, height, language, bandwidth, segments, segments_done, whole
		FROM renditions WHERE video_id IN `+these+` ORDER BY video_id, position`, ids...)
	if err != nil {
		return err
	}
	_, err = collect(rows, func(r *sql.Rows) (o catalog.Rendition, err error) {
		var videoID string
		err = r.Scan(&videoID, &o.ID, &o.Kind, &o.Codec, &o.Width, &o.Height, &o.Language, &o.Bandwidth, &o.Segments, &o.SegmentsDone, &o.Whole)
		if err == nil {
			v := &list[at[videoID]]
			v.Renditions = append(v.Renditions, o)
		}
		return o, err
	})
	if err != nil {
		return err
	}
	rows, err = c.db.read.QueryContext(ctx, `
		SELECT video_id, code, detail FROM video_marks WHERE video_id IN `+these+` ORDER BY video_id, code`, ids...)
	if err != nil {
		return err
	}
	_, err = collect(rows, func(r *sql.Rows) (m catalog.Mark, err error) {
		var videoID string
		if err = r.Scan(&videoID, &m.Code, &m.Detail); err == nil {
			v := &list[at[videoID]]
			v.Marks = append(v.Marks, m)
		}
		return m, err
	})
	return err
}

func (c Catalog) Rename(ctx context.Context, id, title string) error {
	return c.db.changeOne(ctx, "sqlstore.rename", `UPDATE videos SET title = $2, updated_at = $3 WHERE id = $1`, id, title, now())
}

func (c Catalog) SetRating(ctx context.Context, id string, to catalog.Rating) error {
	return c.db.changeOne(ctx, "sqlstore.rate", `UPDATE videos SET maturity_rating = $2, updated_at = $3 WHERE id = $1`, id, ratingValue(to), now())
}

func (c Catalog) SetPoster(ctx context.Context, id, key, credit string) error {
	return c.db.changeOne(ctx, "sqlstore.set_poster",
		`UPDATE videos SET poster_key = $2, credit = $3, updated_at = $4 WHERE id = $1`, id, key, credit, now())
}

func (c Catalog) Delete(ctx context.Context, id string) error {
	return c.db.inTx(ctx, "sqlstore.delete_video", func(tx jobs.Tx) error {
		if err := changeRow(ctx, tx, `DELETE FROM videos WHERE id = $1`, id); err != nil {
			return err
		}
		return tx.Enqueue(ctx, catalog.MediaGone{VideoID: id})
	})
}

package sqlstore

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

// mostWatched is how many videos are asked for in one query: a page of what was watched.
const mostWatched = 500

// Watched returns those there are of these videos, without their renditions and marks, and their
// chapters: what lists of what was watched show.
func (d *DB) Watched(ctx context.Context, ids ...string) (map[string]catalog.Video, map[string][]plan.Chapter, error) {
	const op = "sqlstore.watched"
	videos, chapters := make(map[string]catalog.Video, len(ids)), map[string][]plan.Chapter{}
	for len(ids) > 0 {
		n := min(len(ids), mostWatched)
		if err := d.watched(ctx, ids[:n], videos, chapters); err != nil {
			return nil, nil, d.fail(op, err)
		}
		ids = ids[n:]
	}
	return videos, chapters, nil
}

func (d *DB) watched(ctx context.Context, ids []string, videos map[string]catalog.Video, chapters map[string][]plan.Chapter) error {
	args, places := make([]any, len(ids)), make([]string, len(ids))
	for i, id := range ids {
		args[i], places[i] = id, "$"+strconv.Itoa(i+1)
	}
	these := `(` + strings.Join(places, ", ") + `)`
	rows, err := d.read.QueryContext(ctx, selectVideo+`WHERE id IN `+these, args...)
	if err != nil {
		return err
	}
	if _, err := collect(rows, func(r *sql.Rows) (struct{}, error) {
		v, err := scanVideo(r)
		videos[v.ID] = v
		return struct{}{}, err
	}); err != nil {
		return err
	}
	rows, err = d.read.QueryContext(ctx, `SELECT video_id, title, start_seconds, end_seconds
		FROM chapters WHERE video_id IN `+these+` ORDER BY video_id, number`, args...)
	if err != nil {
		return err
	}
	_, err = collect(rows, func(r *sql.Rows) (struct{}, error) {
		var id string
		var c plan.Chapter
		err := r.Scan(&id, &c.Title, &c.StartSeconds, &c.EndSeconds)
		chapters[id] = append(chapters[id], c)
		return struct{}{}, err
	})
	return err
}

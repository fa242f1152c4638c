package sqlstore

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// mostVideos bounds what is read of the videos of some films; the current ones come first.
const mostVideos = 1000

func videosOfQuery(films int) string {
	return selectVideo + `WHERE film_id IN ` + places(films) + `
		ORDER BY CASE part WHEN 'current' THEN 0 WHEN 'edition' THEN 1 ELSE 2 END, created_at, id LIMIT ` + strconv.Itoa(mostVideos)
}

func (c Catalog) VideosOf(ctx context.Context, filmIDs ...string) (map[string][]catalog.Video, error) {
	const op = "sqlstore.videos_of"
	all := map[string][]catalog.Video{}
	for ids := range slices.Chunk(slices.DeleteFunc(slices.Clone(filmIDs), func(id string) bool { return id == "" || !catalog.Storable(id) }), mostAtOnce) {
		rows, err := c.db.read.QueryContext(ctx, videosOfQuery(len(ids)), anys(ids)...)
		if err != nil {
			return nil, c.db.fail(op, err)
		}
		list, err := collect(rows, func(r *sql.Rows) (catalog.Video, error) { return scanVideo(r) })
		if err == nil {
			err = c.addRest(ctx, list)
		}
		if err != nil {
			return nil, c.db.fail(op, err)
		}
		for _, v := range list {
			all[v.Of.FilmID] = append(all[v.Of.FilmID], v)
		}
	}
	return all, nil
}

// Attach is tried again where another made a video of the film current in the same moment: the
// schema lets there be one.
func (c Catalog) Attach(ctx context.Context, id string, to catalog.Belonging) error {
	const op = "sqlstore.attach"
	pause := backOff{first: 2 * time.Millisecond}
	for attempt := 1; ; attempt++ {
		err := c.db.inTx(ctx, op, func(tx jobs.Tx) error { return attach(ctx, tx, id, to) })
		if !fault.Is(err, fault.Conflict) || attempt == mostRepeats || ctx.Err() != nil {
			return err
		}
		pause.wait(ctx)
	}
}

func attach(ctx context.Context, tx jobs.Tx, id string, to catalog.Belonging) error {
	var film, tmdb any
	if to.FilmID != "" {
		film = to.FilmID
	}
	if to.FilmID != "" && to.Part == catalog.Current {
		if _, err := tx.ExecContext(ctx, `UPDATE videos SET part = 'edition', tmdb_id = NULL, updated_at = $3
			WHERE film_id = $1 AND part = 'current' AND id <> $2`, to.FilmID, id, now()); err != nil {
			return err
		}
		if to.TMDBID != 0 {
			tmdb = to.TMDBID
			if _, err := tx.ExecContext(ctx, `UPDATE videos SET tmdb_id = NULL WHERE tmdb_id = $1 AND id <> $2`, to.TMDBID, id); err != nil {
				return err
			}
		}
	}
	return changeRow(ctx, tx, `UPDATE videos SET film_id = $2, part = $3, edition = $4, tmdb_id = $5, updated_at = $6 WHERE id = $1`,
		id, film, string(to.Part), to.Edition, tmdb, now())
}

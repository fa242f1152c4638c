package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"math"
	"slices"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/watch"
)

// Watch is watch.Store on SQL.
type Watch struct{ db *DB }

var _ watch.Store = Watch{}

// Watch returns the store of how far viewers have come.
func (d *DB) Watch() Watch { return Watch{d} }

const (
	watchColumns = `user_id, profile_id, video_id, device_id, timestamp_seconds, duration_seconds, last_updated,
		era_at, era_by, kind, device, session_id, counter`
	selectWatch = `SELECT ` + watchColumns + ` FROM watch_history `
)

func scanWatch(r *sql.Rows) (w watch.Row, err error) {
	var at time.Time
	err = r.Scan(&w.Viewer.UserID, &w.Viewer.ProfileID, &w.VideoID, &w.DeviceID, &w.Position, &w.Duration, &at,
		&w.Era.At, &w.Era.By, &w.Kind, &w.Device, &w.SessionID, &w.Counter)
	w.At = at.UTC()
	return w, err
}

// joinWatch is watch.Row's Join in SQL, of the row w that is kept with what is inserted: the later
// era wins whole, and in one era how far one came in it.
const joinWatch = `ON CONFLICT (profile_id, video_id, device_id) DO UPDATE SET
	era_at = CASE WHEN (w.era_at, w.era_by) > (excluded.era_at, excluded.era_by) THEN w.era_at ELSE excluded.era_at END,
	era_by = CASE WHEN (w.era_at, w.era_by) > (excluded.era_at, excluded.era_by) THEN w.era_by ELSE excluded.era_by END,
	kind = CASE WHEN (w.era_at, w.era_by, w.kind) > (excluded.era_at, excluded.era_by, excluded.kind) THEN w.kind ELSE excluded.kind END,
	timestamp_seconds = CASE WHEN (w.era_at, w.era_by, w.timestamp_seconds) > (excluded.era_at, excluded.era_by, excluded.timestamp_seconds)
		THEN w.timestamp_seconds ELSE excluded.timestamp_seconds END,
	duration_seconds = CASE WHEN (w.era_at, w.era_by, w.duration_seconds) > (excluded.era_at, excluded.era_by, excluded.duration_seconds)
		THEN w.duration_seconds ELSE excluded.duration_seconds END,
	last_updated = CASE WHEN (w.era_at, w.era_by, w.last_updated) > (excluded.era_at, excluded.era_by, excluded.last_updated)
		THEN w.last_updated ELSE excluded.last_updated END,
	last_hour = CASE WHEN (w.era_at, w.era_by, w.last_hour) > (excluded.era_at, excluded.era_by, excluded.last_hour) THEN w.last_hour ELSE excluded.last_hour END,
	counter = CASE WHEN w.session_id = excluded.session_id AND w.counter > excluded.counter THEN w.counter ELSE excluded.counter END,
	session_id = excluded.session_id,
	device = excluded.device
	WHERE w.user_id = excluded.user_id`

// Record writes rows in the order of their keys, so that two nodes wait for each other in one,
// and neither for what the other waits for.
func (s Watch) Record(ctx context.Context, rows []watch.Row) error {
	const op = "sqlstore.record_watching"
	if len(rows) == 0 {
		return nil
	}
	rows = slices.Clone(rows)
	slices.SortFunc(rows, compareWatch)
	for i, r := range rows {
		if err := storableWatch(r); err != nil {
			return fault.Wrap(op, err)
		}
		if i > 0 && compareWatch(rows[i-1], r) == 0 {
			return fault.New(fault.Invalid, op, "row_twice", "A device's row of a video comes once.")
		}
	}
	// A profile or video that goes in the same moment is not there the next time.
	pause := backOff{first: 2 * time.Millisecond}
	for attempt := 1; ; attempt++ {
		err := s.db.inLastingTx(ctx, op, func(tx statements) error { return s.db.engine.joinWatches(ctx, tx, rows) })
		if !fault.Is(err, fault.Conflict) || attempt == mostRepeats || ctx.Err() != nil {
			return err
		}
		pause.wait(ctx)
	}
}

func compareWatch(a, b watch.Row) int {
	return cmp.Or(cmp.Compare(a.Viewer.ProfileID, b.Viewer.ProfileID), cmp.Compare(a.VideoID, b.VideoID), cmp.Compare(a.DeviceID, b.DeviceID))
}

// storableWatch refuses what no engine keeps as it is.
func storableWatch(r watch.Row) error {
	const op = "sqlstore.storable_watch"
	for _, text := range []string{r.Viewer.UserID, r.Viewer.ProfileID, r.VideoID, r.DeviceID, r.Device, r.SessionID, r.Era.By} {
		if !catalog.Storable(text) {
			return fault.New(fault.Invalid, op, "bad_text", "Ids and names are UTF-8 without zero bytes.")
		}
	}
	for _, seconds := range []float64{r.Position, r.Duration} {
		if math.IsNaN(seconds) || math.IsInf(seconds, 0) {
			return fault.New(fault.Invalid, op, "bad_number", "Positions and durations are numbers of seconds.")
		}
	}
	if year := r.At.UTC().Year(); year < 1 || year > 9999 {
		return fault.New(fault.Invalid, op, "bad_time", "Times are of the years 1 to 9999.")
	}
	switch r.Kind {
	case watch.Watching, watch.Removed, watch.Forgotten:
		return nil
	}
	return fault.New(fault.Invalid, op, "bad_kind", "An era is of watching, removed or forgotten.")
}

// hourOf is how history is walked down.
func hourOf(at time.Time) int64 { return int64(math.Floor(float64(at.Unix()) / 3600)) }

func watchRows(e filmEngine) string {
	return selectWatch + `WHERE profile_id = $1 AND user_id = $2 AND ` + e.among("video_id", "$3")
}

func (s Watch) Rows(ctx context.Context, v watch.Viewer, videoIDs ...string) ([]watch.Row, error) {
	const op = "sqlstore.watch_rows"
	var list []watch.Row
	if !storableViewer(v) {
		return nil, nil
	}
	for ids := range slices.Chunk(askable(videoIDs), mostAtOnce) {
		rows, err := s.db.engine.queryKept(ctx, watchRows(s.db.engine), v.ProfileID, v.UserID, s.db.engine.texts(ids))
		if err != nil {
			return nil, s.db.fail(op, err)
		}
		some, err := collect(rows, scanWatch)
		if err != nil {
			return nil, s.db.fail(op, err)
		}
		list = append(list, some...)
	}
	return list, nil
}

// askable are the ids that something can have, each once.
func askable(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return !catalog.Storable(id) })
}

func storableViewer(v watch.Viewer) bool {
	return catalog.Storable(v.ProfileID) && catalog.Storable(v.UserID)
}

// recentWatch walks down the hours of a profile, and sorts the rows of each: as many as a
// profile has of one hour. It passes over the rows of a video but its latest.
//
// Engines are kept from worse ways, which they take for good where they think there is next to
// nothing: whose profile it is, is asked last, since all its rows are of one user; the page is
// made once; rows are looked for by their video, for which their kind is not asked (what was
// forgotten is never the latest); and CROSS JOIN tells SQLite to go from the page to its rows.
const recentWatch = `WITH page AS MATERIALIZED (
		SELECT r.last_hour, r.last_updated, r.video_id FROM watch_history r
		WHERE r.profile_id = $1 AND r.kind <> 'forgotten'
			AND r.last_hour <= $3 AND (r.last_updated, r.video_id) < ($4, $5)
			AND NOT EXISTS (SELECT 1 FROM watch_history o WHERE o.profile_id = r.profile_id AND o.video_id = r.video_id
				AND (o.last_updated, o.device_id) > (r.last_updated, r.device_id))
		ORDER BY r.last_hour DESC, r.last_updated DESC, r.video_id DESC LIMIT $6)
	SELECT w.user_id, w.profile_id, w.video_id, w.device_id, w.timestamp_seconds, w.duration_seconds, w.last_updated,
		w.era_at, w.era_by, w.kind, w.device, w.session_id, w.counter
	FROM page CROSS JOIN watch_history w
	WHERE w.profile_id = $1 AND w.video_id = page.video_id AND w.user_id = $2
	ORDER BY page.last_updated DESC, page.video_id DESC, w.device_id`

// Recent reads videos and their rows in one statement: of one moment.
func (s Watch) Recent(ctx context.Context, v watch.Viewer, after *watch.Place, most int) ([][]watch.Row, error) {
	const op = "sqlstore.recent_watching"
	if after == nil {
		after = &watch.Place{At: beforeAll.CreatedAt}
	}
	if !catalog.Storable(after.VideoID) {
		return nil, fault.New(fault.Invalid, op, "bad_place", "There is no such place in a history.")
	}
	if !storableViewer(v) {
		return nil, nil
	}
	rows, err := s.db.engine.queryKept(ctx, recentWatch, v.ProfileID, v.UserID, hourOf(after.At), after.At.UTC(), after.VideoID, max(0, most))
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	list, err := collect(rows, scanWatch)
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	var videos [][]watch.Row
	for i, r := range list {
		if i == 0 || list[i-1].VideoID != r.VideoID {
			videos = append(videos, nil)
		}
		last := len(videos) - 1
		videos[last] = append(videos[last], r)
	}
	return videos, nil
}

// Forget keeps of what is forgotten no time either: the rows it leaves are of 1970.
func (s Watch) Forget(ctx context.Context, v watch.Viewer, era watch.Era, videoIDs ...string) error {
	const op = "sqlstore.forget_watching"
	if !storableViewer(v) || !catalog.Storable(era.By) {
		return nil
	}
	ids := askable(videoIDs)
	if len(videoIDs) > 0 && len(ids) == 0 {
		return nil
	}
	statement := `DELETE FROM watch_history WHERE profile_id = $1 AND user_id = $2 AND (era_at, era_by) < ($3, $4)`
	args := []any{v.ProfileID, v.UserID, era.At, era.By}
	if len(ids) > 0 {
		statement += ` AND ` + s.db.engine.among("video_id", "$5")
		args = append(args, s.db.engine.texts(ids))
	}
	return s.db.inLastingTx(ctx, op, func(tx statements) error {
		found, err := tx.QueryContext(ctx, statement+` RETURNING video_id`, args...)
		if err != nil {
			return err
		}
		gone, err := collect(found, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
		if err != nil {
			return err
		}
		var marks []watch.Row
		for _, id := range askable(gone) {
			marks = append(marks, watch.Row{Viewer: v, VideoID: id,
				Mark: watch.Mark{Era: era, Kind: watch.Forgotten, At: time.Unix(0, 0)}})
		}
		return s.db.engine.joinWatches(ctx, tx, marks)
	})
}

package sqlstore

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/account/accounttest"
	"github.com/kkmovies/kkmovies/internal/audit/audittest"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/catalog/catalogtest"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/pipelinetest"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/watch"
	"github.com/kkmovies/kkmovies/internal/watch/watchtest"
)

func TestAccountsKeepTheirContract(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		accounttest.Run(t, func(t testing.TB) accounttest.Subject {
			url := e.migrated(t)
			d := open(t, url)
			return accounttest.Subject{
				Store: d.Accounts(), Profiles: d.Accounts(), People: d.Accounts(),
				Join: func(t testing.TB) (account.Store, account.Signals) {
					joined := d
					if isPostgres(url) { // a process of its own
						joined = open(t, url)
					}
					a := joined.Accounts()
					return a, a.Signals()
				},
				Bring: func(t testing.TB, userID string) string { return bring(t, d, userID) },
				Owner: func(t testing.TB, id string) (string, bool) { return ownerOf(t, d, id) },
				Watch: func(t testing.TB, userID, profileID string) (account.Watched, account.Opined) {
					return watchAndLike(t, d, userID, profileID)
				},
				Jobs:      func(t testing.TB) []string { return waiting(t, d) },
				LoseQueue: func(t testing.TB) { loseQueue(t, d) },
				Secrets:   func(key accounttest.Key) account.Secrets { return d.Secrets(keeper(t, byte(key))) },
			}
		})
	})
}

func TestTheRecordKeepsItsContract(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		audittest.Run(t, func(t testing.TB) audittest.Subject {
			d := open(t, e.migrated(t))
			return audittest.Subject{
				Store: d.Audit(),
				AddUser: func(t testing.TB, email string) string {
					u := account.User{ID: uuid.NewString(), Email: email, Role: account.Viewer, CreatedAt: now()}
					p := account.Profile{ID: uuid.NewString(), UserID: u.ID, CreatedAt: now()}
					if err := d.Accounts().CreateUser(context.Background(), u, p); err != nil {
						t.Fatal(err)
					}
					return u.ID
				},
				RemoveUser: func(t testing.TB, id string) { run(t, d, `DELETE FROM users WHERE id = $1`, id) },
			}
		})
	})
}

func TestTheCatalogKeepsItsContract(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		catalogtest.Run(t, func(t testing.TB) catalogtest.Subject {
			d := open(t, e.migrated(t))
			return catalogtest.Subject{
				Store:     d.Catalog(),
				Add:       func(t testing.TB, v catalog.Video) { addVideo(t, d, v) },
				Hanging:   func(t testing.TB, id string) int { return hanging(t, d, id) },
				Jobs:      func(t testing.TB) []string { return waiting(t, d) },
				LoseQueue: func(t testing.TB) { loseQueue(t, d) },
			}
		})
	})
}

func TestFilmsKeepTheirContract(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		catalogtest.RunFilms(t, func(t testing.TB) catalogtest.FilmSubject {
			return catalogtest.FilmSubject{Store: open(t, e.migrated(t)).Films()}
		})
	})
}

func TestOpinionsKeepTheirContract(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		catalogtest.RunOpinions(t, func(t testing.TB) catalogtest.OpinionSubject {
			d := open(t, e.migrated(t))
			return catalogtest.OpinionSubject{
				Store: d.Opinions(),
				Join: func(t testing.TB) catalog.Viewer {
					u := account.User{ID: uuid.NewString(), Email: uuid.NewString() + "@example.com", Role: account.Viewer, CreatedAt: now()}
					p := account.Profile{ID: uuid.NewString(), UserID: u.ID, CreatedAt: now()}
					if err := d.Accounts().CreateUser(context.Background(), u, p); err != nil {
						t.Fatal(err)
					}
					return catalog.Viewer{UserID: u.ID, ProfileID: p.ID}
				},
				Leave: func(t testing.TB, v catalog.Viewer) { run(t, d, `DELETE FROM users WHERE id = $1`, v.UserID) },
			}
		})
	})
}

func TestWatchingKeepsItsContract(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		watchtest.Run(t, func(t testing.TB) watchtest.Subject {
			url := e.migrated(t)
			d := open(t, url)
			return watchtest.Subject{
				Store: d.Watch(),
				Join: func(t testing.TB) watch.Store {
					if isPostgres(url) { // a process of its own
						return open(t, url).Watch()
					}
					return d.Watch()
				},
				Viewer:       func(t testing.TB) watch.Viewer { return addViewer(t, d) },
				Profile:      func(t testing.TB, userID string) watch.Viewer { return addProfileOf(t, d, userID) },
				Leave:        func(t testing.TB, v watch.Viewer) { run(t, d, `DELETE FROM users WHERE id = $1`, v.UserID) },
				LeaveProfile: func(t testing.TB, v watch.Viewer) { run(t, d, `DELETE FROM profiles WHERE id = $1`, v.ProfileID) },
				Video:        func(t testing.TB) string { return addReady(t, d) },
				Remove:       func(t testing.TB, id string) { run(t, d, `DELETE FROM videos WHERE id = $1`, id) },
			}
		})
	})
}

// addReady inserts a video that can be watched.
func addReady(t testing.TB, d *DB) (id string) {
	t.Helper()
	id = uuid.Must(uuid.NewV7()).String()
	run(t, d, `INSERT INTO videos (id, title, status, created_at, updated_at, user_id, profile_id, session_id)
		VALUES ($1, 'A film', 'ready', $2, $2, 'u', 'p', 's')`, id, now())
	return id
}

// watchAndLike records what a profile watched, and an opinion of theirs.
func watchAndLike(t testing.TB, d *DB, userID, profileID string) (account.Watched, account.Opined) {
	t.Helper()
	w := account.Watched{ProfileID: profileID, VideoID: addReady(t, d), Title: "A film", DeviceID: "tv", Device: "Chrome on Android", Kind: "removed", Position: 12.5, Duration: 5400, At: now()}
	r := watch.Row{Viewer: watch.Viewer{UserID: userID, ProfileID: profileID}, VideoID: w.VideoID, DeviceID: w.DeviceID, Device: w.Device,
		Mark: watch.Mark{Kind: watch.Removed, Position: w.Position, Duration: w.Duration, At: w.At}}
	v := catalog.Viewer{UserID: userID, ProfileID: profileID}
	o := account.Opined{ProfileID: profileID, Opinion: catalog.Opinion{FilmID: uuid.NewString(), ListedAt: now(), Stars: 8, StartedAt: now()}}
	ctx := context.Background()
	for _, err := range []error{
		d.Watch().Record(ctx, []watch.Row{r}), d.Opinions().SetListed(ctx, v, o.FilmID, o.ListedAt),
		d.Opinions().SetStars(ctx, v, o.FilmID, o.Stars), d.Opinions().Started(ctx, v, o.FilmID, o.StartedAt),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return w, o
}

// addViewer adds somebody with a profile.
func addViewer(t testing.TB, d *DB) watch.Viewer {
	t.Helper()
	u := account.User{ID: uuid.NewString(), Email: uuid.NewString() + "@example.com", Role: account.Viewer, CreatedAt: now()}
	p := account.Profile{ID: uuid.NewString(), UserID: u.ID, CreatedAt: now()}
	if err := d.Accounts().CreateUser(context.Background(), u, p); err != nil {
		t.Fatal(err)
	}
	return watch.Viewer{UserID: u.ID, ProfileID: p.ID}
}

func addProfileOf(t testing.TB, d *DB, userID string) watch.Viewer {
	t.Helper()
	v := watch.Viewer{UserID: userID, ProfileID: uuid.NewString()}
	run(t, d, `INSERT INTO profiles (id, user_id, name, created_at) VALUES ($1, $2, 'Another', $3)`, v.ProfileID, userID, now())
	return v
}

func TestThePipelineKeepsItsContract(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		pipelinetest.Run(t, func(t testing.TB) pipelinetest.Subject {
			d := open(t, e.migrated(t))
			return pipelinetest.Subject{
				Store: d.Pipeline(),
				Add:   func(t testing.TB, status catalog.Status) string { return addUploaded(t, d, status) },
				Video: func(t testing.TB, id string) catalog.Video {
					v, err := d.Catalog().Video(context.Background(), id)
					if err != nil {
						t.Fatal(err)
					}
					return v
				},
				Delete:    func(t testing.TB, id string) { run(t, d, `DELETE FROM videos WHERE id = $1`, id) },
				Jobs:      func(t testing.TB) []string { return waiting(t, d) },
				LoseQueue: func(t testing.TB) { loseQueue(t, d) },
			}
		})
	})
}

// bring inserts a video that a user is sending.
func bring(t testing.TB, d *DB, userID string) (videoID string) {
	t.Helper()
	videoID = uuid.Must(uuid.NewV7()).String()
	run(t, d, `INSERT INTO videos (id, title, status, created_at, updated_at, user_id, profile_id, session_id)
		VALUES ($1, 'A film', 'uploading', $2, $2, $3, 'p', 's')`, videoID, now(), userID)
	run(t, d, `INSERT INTO uploads (id, video_id, user_id, profile_id, session_id, file_name, last_modified, size, part_size,
		blob_upload, status, created_at, expires_at) VALUES ($1, $1, $2, 'p', 's', 'film.mp4', 0, 1, 1, '', 'open', $3, $4)`,
		videoID, userID, now(), now().Add(time.Hour))
	return videoID
}

func ownerOf(t testing.TB, d *DB, videoID string) (userID string, givenUp bool) {
	t.Helper()
	owners := rows[string](t, d, `SELECT user_id FROM videos WHERE id = $1 UNION SELECT user_id FROM uploads WHERE video_id = $1`, videoID)
	if len(owners) != 1 {
		t.Fatalf("a video and its upload are of %v", owners)
	}
	ends := rows[time.Time](t, d, `SELECT expires_at FROM uploads WHERE video_id = $1`, videoID)
	return owners[0], !ends[0].After(time.Now())
}

// addVideo inserts a video with every field, and a row in each table that hangs on it.
func addVideo(t testing.TB, d *DB, v catalog.Video) {
	t.Helper()
	run(t, d, `INSERT INTO videos (id, title, status, playable, duration_seconds, width, height, source_bytes, credit,
		blur_hash, poster_key, still_key, created_at, updated_at, error_code, error_detail, maturity_rating,
		film_id, part, edition, tmdb_id, user_id, profile_id, session_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, NULLIF($18, ''), $19, $20, NULLIF(CAST($21 AS BIGINT), 0), 'u', 'p', 's')`,
		v.ID, v.Title, string(v.Status), v.Playable, v.DurationSeconds, v.Width, v.Height, v.SourceBytes, v.Credit,
		v.BlurHash, v.PosterKey, v.StillKey, v.CreatedAt, v.UpdatedAt, v.ErrorCode, v.ErrorDetail, ratingValue(v.Rating),
		v.Of.FilmID, string(v.Of.Part), v.Of.Edition, v.Of.TMDBID)
	run(t, d, `INSERT INTO uploads (id, video_id, user_id, profile_id, session_id, file_name, last_modified, size, part_size,
		blob_upload, status, created_at, expires_at) VALUES ($1, $1, 'u', 'p', 's', 'film.mp4', 0, 1, 1, '', 'complete', $2, $2)`, v.ID, v.CreatedAt)
	run(t, d, `INSERT INTO upload_parts (upload_id, number, size, digest, received_at) VALUES ($1, 1, 1, '', $2)`, v.ID, v.CreatedAt)
	run(t, d, `INSERT INTO sources (id, video_id, blob_key, size, part_digests, created_at) VALUES ($1, $1, 'key', 1, '[]', $2)`, v.ID, v.CreatedAt)
	run(t, d, `INSERT INTO plans (video_id, report, plan, created_at) VALUES ($1, '{}', '{}', $2)`, v.ID, v.CreatedAt)
	run(t, d, `INSERT INTO encode_tasks (video_id, seq, lane, task, status, queued_at) VALUES ($1, 0, 10, '{}', 'queued', $2)`, v.ID, v.CreatedAt)
	run(t, d, `INSERT INTO subtitles (video_id, id, number, language, label, is_default, forced, sdh, added, created_at)
		VALUES ($1, '0-pt', 0, 'pt', 'Português', FALSE, FALSE, FALSE, FALSE, $2)`, v.ID, v.CreatedAt)
	run(t, d, `INSERT INTO chapters (video_id, number, title, start_seconds, end_seconds) VALUES ($1, 0, 'One', 0, 1)`, v.ID)
	run(t, d, `INSERT INTO playheads (video_id, session_id, segment, seen_at) VALUES ($1, 's', 0, $2)`, v.ID, v.CreatedAt)
	for _, m := range v.Marks {
		run(t, d, `INSERT INTO video_marks (video_id, code, detail) VALUES ($1, $2, $3)`, v.ID, m.Code, m.Detail)
	}
	for i, r := range v.Renditions {
		run(t, d, `INSERT INTO renditions (video_id, id, position, kind, width, height, language, codecs, bandwidth, segments, segments_done, whole)
			VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, $9, $10, $11)`,
			v.ID, r.ID, i, r.Kind, r.Width, r.Height, r.Language, r.Bandwidth, r.Segments, r.SegmentsDone, r.Whole)
		run(t, d, `INSERT INTO demands (video_id, rendition, segment, kind, asked_at, asked_until, status)
			VALUES ($1, $2, 0, 'waited', $3, $3, 'queued')`, v.ID, r.ID, v.CreatedAt)
		run(t, d, `INSERT INTO demand_askers (video_id, rendition, segment, asker, kind, asked_until)
			VALUES ($1, $2, 0, 'a', 'waited', $3)`, v.ID, r.ID, v.CreatedAt)
	}
}

// hanging counts the rows that belong to a video, in every table that has a column for it.
func hanging(t testing.TB, d *DB, videoID string) int {
	t.Helper()
	n := len(rows[int](t, d, `SELECT number FROM upload_parts WHERE upload_id = $1`, videoID)) // addVideo's ids are the video's
	for _, table := range []string{"uploads", "sources", "plans", "renditions", "encode_tasks", "demands", "demand_askers", "playheads", "subtitles", "chapters", "video_marks"} {
		n += len(rows[int](t, d, `SELECT 1 FROM `+table+` WHERE video_id = $1`, videoID))
	}
	return n
}

// addUploaded inserts a video as a finished upload leaves it, with its first job.
func addUploaded(t testing.TB, d *DB, status catalog.Status) (videoID string) {
	t.Helper()
	videoID = uuid.Must(uuid.NewV7()).String()
	ctx := context.Background()
	err := d.queue.InTx(ctx, func(tx jobs.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO videos (id, title, status, created_at, updated_at, user_id, profile_id, session_id)
			VALUES ($1, 'A film', $2, $3, $3, 'u', 'p', 's')`, videoID, string(status), now()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO sources (id, video_id, blob_key, size, part_digests, created_at)
			VALUES ($1, $1, $2, $3, '[]', $4)`, videoID, pipelinetest.SourceKey(videoID), int64(pipelinetest.SourceSize), now()); err != nil {
			return err
		}
		return tx.Enqueue(ctx, pipeline.Prepare{VideoID: videoID})
	})
	if err != nil {
		t.Fatal(err)
	}
	return videoID
}

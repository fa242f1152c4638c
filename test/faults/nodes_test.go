//go:build e2e

package faults

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

var rounds = flag.Int("rounds", 1, "how often each fault of several machines is made")

// The films of several machines take turns too, and are small: there are several encoders.
var nodeFilms = []testfilm.Film{
	{Name: "nodes.mp4", Args: drawn("640x360", "yuv420p10le")},
	{Name: "nodes-as-it-is.mp4", Args: drawn("640x360", "yuv420p")},
}

const (
	made      = 5 * time.Minute  // a film, while other machines are busy on the same cores
	takenOver = 40 * time.Second // from a worker's end to all that it held made by another, on a busy machine
	look      = 20 * time.Millisecond
)

// fleet is one node that viewers connect to and some that encode, with one PostgreSQL and
// one folder of films.
type fleet struct {
	t       *testing.T
	dsn     string
	front   *house.House
	client  *house.Client
	workers []*house.House
	want    []map[string]string // what is stored of each film when nothing is wrong
}

func newFleet(t *testing.T, dsn string, workers int) *fleet {
	t.Helper()
	f := &fleet{t: t, dsn: dsn}
	data, redis := t.TempDir(), engines.Redis(t)
	node := func(role, data string) *house.House {
		return house.Start(t, house.Options{Data: data, Args: []string{"--role", role}, Env: map[string]string{
			"KK_DATABASE_URL": dsn, "KK_REDIS_URL": redis, "KK_MEDIA_URL": "file://" + f.media(data), "KK_SLOTS": "1", "KK_LOG_LEVEL": "debug",
			"KK_KEYS_URL": "base64key://dGhlIHNhbWUgMzIgYnl0ZXMgYXQgZXZlcnkgbm9kZSE=",
		}})
	}
	f.front = node("api", data)
	for range workers {
		f.workers = append(f.workers, node("worker", t.TempDir()))
	}
	f.client = f.front.Admin()
	for i := range min(*rounds, len(nodeFilms)) {
		f.want = append(f.want, f.stored(f.finish(f.send(i))))
	}
	return f
}

// media is the folder of films: the front's own, so that it can be looked into.
func (f *fleet) media(data string) string {
	if f.front != nil {
		data = f.front.Data()
	}
	return data + "/media"
}

func (f *fleet) send(film int) (id string) { return f.sendFilm(nodeFilms[film]) }

func (f *fleet) sendFilm(film testfilm.Film) (id string) {
	f.t.Helper()
	file, err := os.Open(film.Path(f.t))
	if err != nil {
		f.t.Fatal(err)
	}
	defer file.Close()
	v, err := f.client.Post(f.t.Context(), film.Name, film.Name, file)
	if err != nil {
		f.t.Fatal(err)
	}
	return v.ID
}

// finish waits until a film is whole, as its viewers hear it: at the front, of what is made
// elsewhere.
func (f *fleet) finish(id string) string {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), made+takenOver)
	defer cancel()
	if _, err := f.client.Until(ctx, id, f.client.Finished(ctx)); err != nil {
		f.t.Fatal(err)
	}
	return id
}

// stored returns the digests of what is stored of a film, and removes it.
func (f *fleet) stored(id string) map[string]string {
	f.t.Helper()
	r := run{t: f.t, house: f.front}
	digests := r.digests(id)
	f.counted(id)
	if err := f.client.Delete(f.t.Context(), id); err != nil {
		f.t.Fatal(err)
	}
	return digests
}

// counted checks that every segment was counted once, and that nothing failed.
func (f *fleet) counted(id string) {
	f.t.Helper()
	if n := f.row(`SELECT COUNT(*) FROM renditions WHERE video_id = $1 AND segments_done <> segments`, id); n != 0 {
		f.t.Errorf("%d renditions have another count of segments than they have segments", n)
	}
	if n := f.row(`SELECT COUNT(*) FROM encode_tasks WHERE video_id = $1 AND (status <> 'done' OR attempts > 0)`, id); n != 0 {
		f.t.Errorf("%d tasks are not done, or were said to have failed", n)
	}
}

// row asks the database for one number.
func (f *fleet) row(query string, args ...any) (n int) {
	f.t.Helper()
	f.sql(func(ctx context.Context, conn *pgx.Conn) error { return conn.QueryRow(ctx, query, args...).Scan(&n) })
	return n
}

func (f *fleet) sql(do func(ctx context.Context, conn *pgx.Conn) error) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, f.dsn)
	if err != nil {
		f.t.Fatal(err)
	}
	defer conn.Close(ctx)
	if err := do(ctx, conn); err != nil {
		f.t.Fatal(err)
	}
}

// busy waits until a worker holds a task of the film and its encoder runs, and returns it.
func (f *fleet) busy(id string) *house.House {
	f.t.Helper()
	var found *house.House
	f.until("a worker is at the film", made, func() bool {
		for _, w := range f.workers {
			if w.Encoders() > 0 && f.row(`SELECT COUNT(*) FROM encode_tasks WHERE video_id = $1 AND status = 'leased'`, id) > 0 {
				found = w
			}
		}
		return found != nil
	})
	return found
}

func (f *fleet) until(what string, within time.Duration, so func() bool) {
	f.t.Helper()
	until(f.t, what, within, so)
}

// until looks until something is so.
func until(t testing.TB, what string, within time.Duration, so func() bool) {
	t.Helper()
	end := time.After(within)
	tick := time.NewTicker(look)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("waited in vain, %v, until %s", within, what)
		}
	}
}

func (f *fleet) fetch(path string) house.Fetched {
	f.t.Helper()
	answer, err := f.client.Fetch(f.t.Context(), http.MethodGet, path, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	return answer
}

// The database ends in the middle of an encode and is back seconds later. Meanwhile requests
// are told to come back, and afterwards everything goes on to the same bytes: what was being
// encoded was not made in vain.
func TestAPostgresThatIsStartedAgainCostsAMoment(t *testing.T) {
	t.Parallel()
	pg := engines.OwnPostgres(t, 16)
	f := newFleet(t, pg.DSN(), 1)
	for i := range *rounds {
		film := i % len(nodeFilms)
		id := f.send(film)
		f.busy(id)
		pg.Down()
		if ready := f.fetch("/readyz"); ready.Status != http.StatusServiceUnavailable || !strings.Contains(string(ready.Body), "failed database") {
			t.Errorf("/readyz without a database: %d %s", ready.Status, ready.Body)
		}
		if asked := f.fetch("/api/videos/" + id); asked.Status != http.StatusServiceUnavailable || asked.Header.Get("Retry-After") == "" {
			t.Errorf("a request without a database: %d, Retry-After %q: %s", asked.Status, asked.Header.Get("Retry-After"), asked.Body)
		}
		pg.Up()
		began := time.Now()
		f.until("/readyz is green again", takenOver, func() bool { return f.fetch("/readyz").Status == http.StatusOK })
		green := time.Since(began)
		f.finish(id)
		t.Logf("round %d: green %v after the database was back, the film whole after %v", i+1, green.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
		sameObjects(t, f.want[film], f.stored(id))
	}
}

// A worker is killed in the middle of an encode: another makes what it held.
func TestWhatAKilledWorkerHeldIsMadeByAnother(t *testing.T) {
	t.Parallel()
	f := newFleet(t, engines.Postgres(t, 16), 2)
	for i := range *rounds {
		film := i % len(nodeFilms)
		id := f.send(film)
		w := f.busy(id)
		w.Kill9()
		began := time.Now()
		f.finish(id)
		t.Logf("round %d: whole %v after a worker was killed", i+1, time.Since(began).Round(time.Millisecond))
		sameObjects(t, f.want[film], f.stored(id))
		w.Boot()
	}
}

// A worker stands still for longer than its lease, its encoder with it, and comes back when
// another has made what it held: its late result changes nothing.
func TestTheLateResultOfAFrozenWorkerChangesNothing(t *testing.T) {
	t.Parallel()
	f := newFleet(t, engines.Postgres(t, 18), 2)
	for i := range *rounds {
		film := i % len(nodeFilms)
		id := f.send(film)
		w := f.busy(id)
		thaw := w.Freeze()
		began := time.Now()
		f.until("another worker has made all tasks", made+takenOver, func() bool {
			return f.row(`SELECT COUNT(*) FROM encode_tasks WHERE video_id = $1 AND status <> 'done'`, id) == 0 &&
				f.row(`SELECT COUNT(*) FROM encode_tasks WHERE video_id = $1`, id) > 0
		})
		if standing := 20*time.Second - time.Since(began); standing > 0 {
			f.until("it has stood still for 20 s", made, func() bool { return time.Since(began) > 20*time.Second })
		}
		r := run{t: t, house: f.front}
		before := r.digests(id)
		thaw()
		f.finish(id)
		f.until("the frozen worker has given up", takenOver, func() bool { return w.Encoders() == 0 })
		t.Logf("round %d: stood still for %v", i+1, time.Since(began).Round(time.Millisecond))
		after := r.digests(id)
		for name, digest := range before {
			if after[name] != digest {
				t.Errorf("%s is another after the late result", name)
			}
		}
		sameObjects(t, f.want[film], f.stored(id))
	}
}

// Two workers are at the same row at once, as after a lease that ran out too soon: it is
// counted once, and its bytes are the same.
func TestTwoWorkersAtOneRowCountItOnce(t *testing.T) {
	t.Parallel()
	f := newFleet(t, engines.Postgres(t, 16), 2)
	for i := range *rounds {
		film := i % len(nodeFilms)
		id := f.send(film)
		stolen := map[string]bool{}
		for range 3 {
			f.busy(id)
			f.sql(func(ctx context.Context, conn *pgx.Conn) error {
				rows, err := conn.Query(ctx, `UPDATE encode_tasks SET lease_until = now() - interval '1 hour'
					WHERE video_id = $1 AND status = 'leased' RETURNING seq || ' of ' || lease_owner`, id)
				if err != nil {
					return err
				}
				lost, err := pgx.CollectRows(rows, pgx.RowTo[string])
				for _, row := range lost {
					stolen[row] = true
				}
				if err == nil { // an idle worker looks at once
					_, err = conn.Exec(ctx, `SELECT pg_notify('kkmovies', E'test\npipeline.tasks\t' || $1)`, id)
				}
				return err
			})
		}
		f.finish(id)
		if len(stolen) == 0 {
			t.Error("no lease was taken away")
		}
		var names []string
		for row := range stolen {
			names = append(names, row)
		}
		slices.Sort(names)
		t.Logf("round %d: taken away while they were made: %s", i+1, fmt.Sprint(names))
		sameObjects(t, f.want[film], f.stored(id))
	}
}

//go:build e2e

package faults

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

func TestMain(m *testing.M) { engines.Main(m) }

var (
	kills = flag.Int("kills", 5, "how often the server is killed, on each database")
	seed  = flag.Uint64("seed", 0, "repeats the moments, or the damage, of an earlier run; 0: new moments, the same damage")
)

const (
	patience = 2 * time.Minute  // for one film, on a busy machine
	recovery = 20 * time.Second // from a start after a kill to work that goes on
	size     = 40 << 20         // bytes to upload: three parts
)

// The films take turns. Both have two rungs above each other that are encoded, and sound:
// the first so that it is made by tasks of every kind; the second may be played as it is, so
// that its grid, and what its encoders read, is its own.
var films = []testfilm.Film{
	{Name: "killed.mp4", Args: drawn("854x480", "yuv420p10le")},
	{Name: "killed-as-it-is.mp4", Args: drawn("1280x720", "yuv420p")},
}

func drawn(size, pixels string) []string {
	return []string{
		"-f", "lavfi", "-i", "testsrc2=r=25:d=12:s=" + size, "-f", "lavfi", "-i", "sine=f=440:r=48000:d=12",
		"-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-b:v", "2M", "-maxrate", "3M", "-bufsize", "3M", "-pix_fmt", pixels,
		"-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart",
	}
}

// A film is uploaded and made again and again, and the server killed meanwhile: while a
// part is on its way, or while the film is made. Each time it must go on where it was, and
// what is stored in the end must be, byte for byte, what a run without kills stores.
func TestKilledAtAnyMomentEverythingGoesOnToTheSameBytes(t *testing.T) {
	for name, options := range map[string]func(t *testing.T) house.Options{
		"SQLite": func(*testing.T) house.Options { return house.Options{} },
		"PostgreSQL": func(t *testing.T) house.Options {
			return house.Options{Env: map[string]string{"KK_DATABASE_URL": engines.Postgres(t, 16)}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t, options(t))
			want := make([]map[string]string, len(films))
			for i, film := range films {
				began := time.Now()
				want[i] = r.film(film, false)
				r.usual = max(r.usual, time.Since(began))
			}
			for i := 0; r.kills < *kills && !t.Failed(); i++ {
				sameObjects(t, want[i%len(films)], r.film(films[i%len(films)], true))
			}
			slices.Sort(r.recoveries)
			t.Logf("%d kills, seed %d: recovered in %v at the median, %v at most; a film takes %v without kills",
				r.kills, r.seed, r.recoveries[len(r.recoveries)/2].Round(time.Millisecond),
				r.recoveries[len(r.recoveries)-1].Round(time.Millisecond), r.usual.Round(time.Millisecond))
		})
	}
}

// run is a house that is killed while it makes films.
type run struct {
	t          *testing.T
	house      *house.House
	client     *house.Client
	source     *os.File
	chance     *rand.Rand
	seed       uint64
	usual      time.Duration // that a film takes without kills
	kills      int
	recoveries []time.Duration
}

func newRun(t *testing.T, o house.Options) *run {
	t.Helper()
	r := &run{t: t, seed: *seed}
	if r.seed == 0 {
		r.seed = rand.Uint64()
	}
	t.Logf("to repeat this: go test -tags e2e ./test/faults -args -kills %d -seed %d", *kills, r.seed)
	r.chance = rand.New(rand.NewPCG(r.seed, 0))
	r.house = house.Start(t, o)
	r.client = r.house.Admin()
	return r
}

// film takes one film from upload to ready, with kills or without, and returns the
// digests of what is stored of it. Then it is deleted.
func (r *run) film(film testfilm.Film, killing bool) map[string]string {
	r.t.Helper()
	r.source = padded(r.t, film.Path(r.t), size)
	defer r.source.Close()
	u, err := r.client.Open(r.t.Context(), r.source.Name(), size)
	if err != nil {
		r.t.Fatal(err)
	}
	r.upload(u, killing)
	r.make(u.VideoID, killing)
	digests := r.digests(u.VideoID)
	if err := r.client.Delete(r.t.Context(), u.VideoID); err != nil {
		r.t.Fatal(err)
	}
	return digests
}

// upload sends every part. Killing, each part may be the one in the middle of which the
// server dies.
func (r *run) upload(u house.Upload, killing bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	for killing && r.kills < *kills && r.chance.IntN(3) == 0 {
		part := u.Parts[r.chance.IntN(len(u.Parts))]
		at := r.chance.Int64N(part.Size)
		r.t.Logf("kill %d: at byte %d of part %d", r.kills+1, at, part.Number)
		body := io.MultiReader(io.NewSectionReader(r.source, part.Offset, at), doing(r.kill), io.NewSectionReader(r.source, part.Offset+at, part.Size-at))
		if _, err := r.client.PutPart(ctx, part, body, ""); err == nil {
			r.t.Fatal("a part was accepted by a server that was killed")
		}
		began := time.Now()
		r.house.Boot()
		now, err := r.client.Upload(ctx, u.ID)
		if err != nil {
			r.t.Fatalf("the upload is lost: %v", err)
		}
		for i, p := range now.Parts {
			if u.Parts[i].Received && !p.Received {
				r.t.Errorf("part %d had arrived and is lost", p.Number)
			}
		}
		for _, p := range now.Parts { // one more each time, so that there is something to lose
			if !p.Received && p.Number != part.Number {
				if err := r.client.SendPart(ctx, p, r.source); err != nil {
					r.t.Fatal(err)
				}
				break
			}
		}
		r.recovered(time.Since(began))
		if u, err = r.client.Upload(ctx, u.ID); err != nil {
			r.t.Fatal(err)
		}
	}
	if _, err := r.client.Resume(ctx, u.ID, r.source); err != nil {
		r.t.Fatal(err)
	}
}

// doing is a reader that does something when it is reached.
type doing func()

func (d doing) Read([]byte) (int, error) {
	d()
	return 0, io.EOF
}

func (r *run) kill() {
	r.house.Kill9()
	r.kills++
}

// make waits until nothing is left to be made. Killing, the server dies at moments within
// the time a film usually takes, until all is made before the moment comes.
func (r *run) make(id string, killing bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience+time.Duration(*kills)*recovery)
	defer cancel()
	for killing && r.kills < *kills {
		after := r.moment()
		moment, stop := context.WithTimeout(ctx, after)
		v, err := r.client.Until(moment, id, r.client.Finished(moment))
		stop()
		if err == nil {
			return
		}
		if !errors.Is(err, context.DeadlineExceeded) || v.Status == "failed" {
			r.t.Fatal(err)
		}
		// What its client knows may be older than what the server has done.
		before, err := r.client.Video(ctx, id)
		if err != nil {
			r.t.Fatal(err)
		}
		r.t.Logf("kill %d: %v later, %s, %.0f %% made", r.kills+1, after.Round(time.Millisecond), before.Status, 100*before.Progress)
		r.kill()
		began := time.Now()
		r.house.Boot()
		r.resumes(ctx, id, before)
		r.recovered(time.Since(began))
	}
	if _, err := r.client.Until(ctx, id, r.client.Finished(ctx)); err != nil {
		r.t.Fatal(err)
	}
}

// moment chooses how long the server lives on: half of the time not long, because most
// steps are taken in the first seconds of a film.
func (r *run) moment() time.Duration {
	longest := r.usual
	if r.chance.IntN(2) == 0 {
		longest /= 10
	}
	return time.Duration(r.chance.Int64N(int64(longest)))
}

// resumes waits until work on a video goes on: an encoder is at it, or more is made.
func (r *run) resumes(ctx context.Context, id string, before house.Video) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(ctx, recovery+patience)
	defer cancel()
	made := make(chan error, 1)
	go func() {
		_, err := r.client.Until(ctx, id, func(v house.Video) bool { return r.client.Finished(ctx)(v) || v.Progress > before.Progress })
		made <- err
	}()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for r.house.Encoders() == 0 {
		select {
		case err := <-made:
			if err != nil {
				r.t.Fatalf("stuck after a kill: %v", err)
			}
			return
		case <-look.C:
		}
	}
}

func (r *run) recovered(after time.Duration) {
	r.recoveries = append(r.recoveries, after)
	if after > recovery {
		r.t.Errorf("work went on only %v after the start, want %v", after, recovery)
	}
}

// digests returns the SHA-256 of every object of a video, by its name below the video's
// folders.
func (r *run) digests(id string) map[string]string {
	r.t.Helper()
	digests := map[string]string{}
	for _, folder := range []string{"videos/" + id + "/", "originals/" + id + "/"} {
		for key := range r.house.Objects(folder) {
			kind, _, _ := strings.Cut(folder, "/")
			digests[kind+"/"+strings.TrimPrefix(key, folder)] = fmt.Sprintf("%x", sha256.Sum256(r.house.Object(key)))
		}
	}
	return digests
}

func sameObjects(t *testing.T, want, got map[string]string) {
	t.Helper()
	if len(want) < 10 {
		t.Fatalf("without kills only %d objects were stored: %v", len(want), slices.Sorted(maps.Keys(want)))
	}
	for name, digest := range want {
		switch {
		case got[name] == "":
			t.Errorf("%s is missing after kills", name)
		case got[name] != digest:
			t.Errorf("%s has other bytes after kills", name)
		}
	}
	for name := range got {
		if want[name] == "" {
			t.Errorf("%s is there after kills only", name)
		}
	}
}

// padded is a film with a box of nothing behind it, which players skip: much to upload,
// little to encode.
func padded(t *testing.T, path string, size int64) *os.File {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "killed.mp4"))
	if err != nil {
		t.Fatal(err)
	}
	padding := uint32(size - int64(len(body)))
	box := []byte{byte(padding >> 24), byte(padding >> 16), byte(padding >> 8), byte(padding), 'f', 'r', 'e', 'e'}
	_, err = file.Write(append(body, box...))
	_, back := file.Seek(0, io.SeekStart)
	if err = errors.Join(err, file.Truncate(size), back); err != nil {
		t.Fatal(err)
	}
	return file
}

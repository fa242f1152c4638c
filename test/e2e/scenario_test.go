//go:build e2e

package e2e

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

func TestMain(m *testing.M) { engines.Main(m) }

// patience is for a small film on a busy machine: whatever is wrong fails sooner, or hangs.
const patience = 3 * time.Minute

// still is for how long nothing may be heard of a film that is made: what nobody waits for comes
// last on a busy machine, and the server gives an encoder as long.
const still = 10 * time.Minute

func within(t testing.TB, limit time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}

// onEachDatabase runs a scenario on the embedded database and on a real PostgreSQL. The
// scaled house has its own.
func onEachDatabase(t *testing.T, scenario func(t *testing.T, o house.Options)) {
	if house.Scaled() {
		scenario(t, house.Options{})
		return
	}
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		scenario(t, house.Options{})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		scenario(t, house.Options{Env: map[string]string{"KK_DATABASE_URL": engines.Postgres(t, 16)}})
	})
}

// Films of 12 s, in one rung and in two; those that no browser plays are encoded to all.
var (
	small           = testfilm.Film{Name: "small.mp4", Args: drawn("320x180", "yuv420p")}
	twoRungs        = testfilm.Film{Name: "two-rungs.mp4", Args: drawn("854x480", "yuv420p")}
	encodedTwoRungs = testfilm.Film{Name: "two-rungs-10bit.mp4", Args: drawn("854x480", "yuv420p10le")}
)

func drawn(size, pixels string) []string {
	return []string{
		"-f", "lavfi", "-i", "testsrc2=r=25:d=12:s=" + size, "-f", "lavfi", "-i", "sine=f=440:r=48000:d=12",
		"-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-b:v", "400k", "-maxrate", "600k", "-bufsize", "600k", "-pix_fmt", pixels, "-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart",
	}
}

// inParts is the small film with a box of nothing behind it, which players skip: as much
// to upload as a real film, and as little to encode as a small one.
func inParts(t testing.TB, size int64) *os.File {
	t.Helper()
	film, err := os.ReadFile(small.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "In Parts (2024).mp4"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	padding := uint32(size - int64(len(film)))
	box := []byte{byte(padding >> 24), byte(padding >> 16), byte(padding >> 8), byte(padding), 'f', 'r', 'e', 'e'}
	_, err = file.Write(append(film, box...))
	if err = errors.Join(err, file.Truncate(size)); err != nil {
		t.Fatal(err)
	}
	return file
}

// open opens a film's file for the length of the test.
func open(t testing.TB, path string) *os.File {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// show uploads a film and returns it as soon as all of it is made.
func show(t testing.TB, c *house.Client, film testfilm.Film) house.Video {
	t.Helper()
	ctx := t.Context()
	v, err := c.Post(within(t, patience), "", film.Name, open(t, film.Path(t)))
	if err == nil {
		v, err = c.AsLongAsItMoves(ctx, still, v.ID, c.Finished(ctx))
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// refused fails the test unless err is the API's refusal with this status and code.
func refused(t testing.TB, what string, err error, status int, code string) {
	t.Helper()
	var p *house.Problem
	if !errors.As(err, &p) || p.Status != status || p.Code != code {
		t.Errorf("%s: %v, want %d %s", what, err, status, code)
		return
	}
	if p.Detail == "" {
		t.Errorf("%s: refused without a sentence", what)
	}
}

// eventually is for what tells nobody that it happened.
func eventually(t testing.TB, limit time.Duration, look func() error) {
	t.Helper()
	ctx := within(t, limit)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := look()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("after %v: %v", limit, err)
		}
	}
}

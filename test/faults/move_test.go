//go:build e2e

package faults

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
)

// A film is half made when the server is killed and everything moves: from SQLite and one
// folder to PostgreSQL and another, and back again with the next film. Each time the film
// is finished where it is now, to the bytes of one that was never moved.
func TestAFilmHalfMadeIsFinishedAfterAMove(t *testing.T) {
	t.Parallel()
	first := house.Start(t, house.Options{})
	client := first.Admin()
	film := films[0]
	upload := func(client *house.Client) string {
		t.Helper()
		file, err := os.Open(film.Path(t))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		v, err := client.Post(t.Context(), "Moved", film.Name, file)
		if err != nil {
			t.Fatal(err)
		}
		return v.ID
	}
	until := func(client *house.Client, id string, wanted func(house.Video) bool) house.Video {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 3*patience) // three films, on a machine that may be at others too
		defer cancel()
		if wanted == nil {
			wanted = client.Finished(ctx)
		}
		v, err := client.Until(ctx, id, wanted)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	finished := upload(client)
	until(client, finished, nil)
	want := (&run{t: t, house: first}).digests(finished)

	database := engines.Postgres(t, 18)
	half := func(v house.Video) bool { return v.Progress > 0.1 }
	at, dsn := first, ""
	for _, next := range []string{database, ""} {
		id := upload(client)
		before := until(client, id, half)
		if before.Status != "processing" {
			t.Fatalf("it is %s already: nothing is left to be made after the move", before.Status)
		}
		at.Kill9()
		folder := t.TempDir()
		to := next
		if to == "" {
			to = folder
		}
		out, code := at.Run("", "migrate", "--to", to, "--media-to", filepath.Join(folder, "media"))
		if code != 0 || !strings.Contains(out, "Next:") {
			t.Fatalf("migrate ended with %d:\n%s", code, out)
		}
		key, err := os.ReadFile(filepath.Join(at.Data(), "key"))
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, "key"), key, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		o := house.Options{Data: folder, Env: map[string]string{}}
		if next != "" {
			o.Env["KK_DATABASE_URL"] = next
		}
		at, dsn = house.Start(t, o), next
		client = at.Admin()
		v := until(client, id, nil)
		t.Logf("%.0f %% were made before the move to %q", 100*before.Progress, dsn)
		if v.Status != "ready" {
			t.Fatalf("after the move it is %s", v.Status)
		}
		for _, moved := range []string{finished, id} {
			sameObjects(t, want, (&run{t: t, house: at}).digests(moved))
		}
	}
}

func TestAMoveSaysWhatIsWrongAndGoesOnAfterwards(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	database := engines.Postgres(t, 16)
	elsewhere := filepath.Join(t.TempDir(), "media")
	for what, c := range map[string]struct {
		args []string
		code int
	}{
		"say where to":          {[]string{"migrate", "--dry-run"}, 2},
		"in use":                {[]string{"migrate", "--to", database}, 1},
		"not a database":        {[]string{"migrate", "--to", "mysql://u:secret@h/x"}, 2},
		"where --from looks":    {[]string{"migrate", "--from", "postgres://u:secret@127.0.0.1:1/x?connect_timeout=2", "--to", database}, 1},
		"where --to looks":      {[]string{"migrate", "--to", "postgres://u:secret@127.0.0.1:1/x?connect_timeout=2", "--dry-run"}, 1},
		"address of --from":     {[]string{"migrate", "--from", "postgres://u:secret@127.0.0.1:port/x", "--to", database}, 1},
		"--media-to is not":     {[]string{"migrate", "--media-to", "ftp://u:secret@h/x"}, 2},
		"--media-to: ":          {[]string{"migrate", "--media-to", "s3://films?region=x&use_path_style=true&endpoint=http://127.0.0.1:1"}, 1},
		"no database file":      {[]string{"migrate", "--from", t.TempDir(), "--to", database}, 1},
		"inside it":             {[]string{"migrate", "--media-to", filepath.Join(h.Data(), "media", "new")}, 2},
		"is the address of the": {[]string{"migrate", "--media-from", filepath.Join(t.TempDir(), "none"), "--media-to", elsewhere}, 1},
	} {
		out, code := h.Run("", c.args...)
		if code != c.code || !strings.Contains(out, what) || strings.Contains(out, "secret") {
			t.Errorf("kkmovies %v ended with %d, want %d and %q:\n%s", c.args, code, c.code, what, out)
		}
	}
	if out, code := h.Run("", "migrate", "--to", database, "--media-to", elsewhere, "--dry-run"); code != 0 || !strings.Contains(out, "nothing was changed") {
		t.Errorf("a dry run of the media ended with %d:\n%s", code, out)
	}
	if _, err := os.Stat(elsewhere); err == nil {
		t.Error("the dry run made a folder")
	}
	huge := filepath.Join(h.Data(), "media", "huge") // larger than what any test's disk has free, and empty
	if err := os.WriteFile(huge, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, 15e12); err != nil {
		t.Fatal(err)
	}
	if out, code := h.Run("", "migrate", "--media-to", elsewhere); code != 1 || !strings.Contains(out, "has no room") || !strings.Contains(out, "15 TB") {
		t.Errorf("without room it ended with %d:\n%s", code, out)
	}
	if err := os.Remove(huge); err != nil {
		t.Fatal(err)
	}
	h.Stop()

	other := t.TempDir()
	key, err := os.ReadFile(filepath.Join(h.Data(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(h.Data(), "key"), filepath.Join(other, "key")); err != nil {
		t.Fatal(err)
	}
	if out, code := h.Run("", "migrate", "--to", database); code != 1 || !strings.Contains(out, "key file") {
		t.Errorf("without its key it ended with %d:\n%s", code, out)
	}
	if out, code := h.RunWith(map[string]string{"KK_KEYS_URL": "base64key://smGbjm71Nxd1Ig5FS0wj9SlbzAIrnolCz9bQQ6uAhl4="}, "", "migrate", "--to", database); code != 1 || !strings.Contains(out, "another key") {
		t.Errorf("with another key it ended with %d:\n%s", code, out)
	}
	if out, code := h.RunWith(map[string]string{"KK_KEYS_URL": "base64key://" + strings.TrimSpace(string(key))}, "", "migrate", "--to", database); code != 0 || !strings.Contains(out, "Next:") {
		t.Errorf("with the text of its key it ended with %d:\n%s", code, out)
	}
	// The same key in the setting opens what the file sealed.
	moved := house.Start(t, house.Options{Data: t.TempDir(), Env: map[string]string{"KK_DATABASE_URL": database, "KK_KEYS_URL": "base64key://" + strings.TrimSpace(string(key))}})
	moved.Admin()
	moved.Stop()
	if out, code := moved.Run("", "migrate", "--to", h.Data()); code != 1 || !strings.Contains(out, "not empty") {
		t.Errorf("back onto the old file it ended with %d:\n%s", code, out)
	}
}

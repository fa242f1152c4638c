package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// stored opens a folder with so many objects of random sizes, some large, some empty.
func stored(t testing.TB, objects int) *Files {
	t.Helper()
	s := folder(t, t.TempDir())
	chance := rand.New(rand.NewPCG(1, 2))
	for i := range objects {
		body := make([]byte, []int{0, 1, 1000, 300_000}[i%4]*(1+chance.IntN(3)))
		for j := range body {
			body[j] = byte(chance.Uint32())
		}
		put(t, s, fmt.Sprintf("videos/v%d/video/720/seg-%05d.m4s", i%7, i), body)
	}
	return s
}

func folder(t testing.TB, dir string) *Files {
	t.Helper()
	s, err := OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func put(t testing.TB, s Store, key string, body []byte) {
	t.Helper()
	if written, err := s.Put(context.Background(), key, bytes.NewReader(body), int64(len(body))); err != nil || !written {
		t.Fatalf("%s: %v, %v", key, written, err)
	}
}

// contents is the digest of every object.
func contents(t testing.TB, s Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	for o, err := range s.List(context.Background(), "") {
		if err != nil {
			t.Fatal(err)
		}
		object, err := s.Open(context.Background(), o.Key)
		if err != nil {
			t.Fatal(err)
		}
		hash := sha256.New()
		if _, err := io.Copy(hash, object); err != nil {
			t.Fatal(err)
		}
		_ = object.Close()
		all[o.Key] = fmt.Sprintf("%x", hash.Sum(nil))
	}
	return all
}

func sameContents(t testing.TB, want, got map[string]string) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%d objects, want %d", len(got), len(want))
	}
	for key, digest := range want {
		if got[key] != digest {
			t.Errorf("%s is %q, want %q", key, got[key], digest)
		}
	}
}

func quiet(MoveProgress) {}

func TestEveryObjectIsMovedAndAgainNothing(t *testing.T) {
	t.Parallel()
	from, to := stored(t, 60), folder(t, t.TempDir())
	list := filepath.Join(t.TempDir(), "lists", "list.sha256")
	if _, err := from.CreateMultipart(t.Context(), "originals/v/source", 10<<20); err != nil {
		t.Fatal(err)
	}
	m := &Move{From: from, To: to, List: list}
	p, err := m.Plan(t.Context())
	if err != nil || p.Objects != 60 || p.LeftObjects != 60 || p.LeftBytes != p.Bytes || p.Uploads != 1 || p.Free <= 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, err := os.Stat(list); err == nil {
		t.Error("planning made a list")
	}
	var last MoveProgress
	moved, err := m.Run(t.Context(), func(at MoveProgress) { last = at })
	if err != nil || moved.Copied != 60 || moved.Bytes != p.Bytes {
		t.Fatalf("%+v, %v", moved, err)
	}
	if last.Objects != 60 || last.Bytes != p.Bytes {
		t.Errorf("told of %+v, not of %d bytes", last, p.Bytes)
	}
	want := contents(t, from)
	sameContents(t, want, contents(t, to))

	moved, err = m.Run(t.Context(), quiet)
	if err != nil || moved.Copied != 0 || moved.Compared != 0 || moved.Before != 60 {
		t.Errorf("again: %+v, %v", moved, err)
	}
	check := exec.CommandContext(t.Context(), "sha256sum", "--check", "--strict", "--quiet", list)
	check.Dir = to.root.Name()
	if said, err := check.CombinedOutput(); err != nil {
		t.Errorf("sha256sum: %v\n%s", err, said)
	}

	// With the list lost all is compared, and with one object lost that one is copied.
	if err := os.Remove(list); err != nil {
		t.Fatal(err)
	}
	if err := to.Delete(t.Context(), "videos/v3/video/720/seg-00003.m4s"); err != nil {
		t.Fatal(err)
	}
	put(t, from, "videos/new/poster.jpg", []byte("added meanwhile"))
	put(t, to, "videos/gone/poster.jpg", []byte("deleted meanwhile"))
	moved, err = m.Run(t.Context(), quiet)
	if err != nil || moved.Copied != 2 || moved.Compared != 59 || moved.Before != 0 || moved.Extra != 1 {
		t.Errorf("without the list: %+v, %v", moved, err)
	}
	want = contents(t, from)
	want["videos/gone/poster.jpg"] = contents(t, to)["videos/gone/poster.jpg"]
	sameContents(t, want, contents(t, to))
}

func TestWhatDiffersAtTheTargetIsToldAndNeverReplaced(t *testing.T) {
	t.Parallel()
	from, to := stored(t, 12), folder(t, t.TempDir())
	put(t, to, "videos/v2/video/720/seg-00002.m4s", []byte("of another size"))
	body := make([]byte, 0)
	o, err := from.Open(t.Context(), "videos/v3/video/720/seg-00003.m4s")
	if err == nil {
		body, err = io.ReadAll(o)
	}
	if err != nil {
		t.Fatal(err)
	}
	body[0]++
	put(t, to, "videos/v3/video/720/seg-00003.m4s", body)
	before := contents(t, to)
	m := &Move{From: from, To: to, List: filepath.Join(t.TempDir(), "list")}
	p, err := m.Plan(t.Context())
	if err != nil || p.Different.Count != 1 || p.Compare != 1 || p.LeftObjects != 10 {
		t.Errorf("planned %+v, %v", p, err)
	}
	for range 2 {
		moved, err := m.Run(t.Context(), quiet)
		if err != nil || moved.Different.Count != 2 {
			t.Fatalf("%+v, %v", moved, err)
		}
	}
	after := contents(t, to)
	for key, digest := range before {
		if after[key] != digest {
			t.Errorf("%s was replaced", key)
		}
	}
	if len(after) != 12 {
		t.Errorf("%d objects at the target", len(after))
	}
}

// In shares, as of a library too large to remember, the same is moved.
func TestALargeLibraryIsMovedInShares(t *testing.T) {
	t.Parallel()
	from, to := stored(t, 60), folder(t, t.TempDir())
	m := &Move{From: from, To: to, List: filepath.Join(t.TempDir(), "list"), most: 9}
	if _, err := m.Run(t.Context(), quiet); err != nil {
		t.Fatal(err)
	}
	put(t, from, "videos/new/poster.jpg", []byte("added meanwhile"))
	p, err := m.Plan(t.Context())
	if err != nil || p.Objects != 61 || p.LeftObjects != 1 || p.Compare != 0 {
		t.Errorf("planned %+v, %v", p, err)
	}
	moved, err := m.Run(t.Context(), quiet)
	if err != nil || moved.Copied != 1 || moved.Before != 60 {
		t.Errorf("%+v, %v", moved, err)
	}
	sameContents(t, contents(t, from), contents(t, to))
}

// rotten gives other bytes back than it was given, once.
type rotten struct {
	*Files
	left atomic.Int64
}

func (s *rotten) Open(ctx context.Context, key string) (Object, error) {
	o, err := s.Files.Open(ctx, key)
	if err == nil && o.Size > 0 && s.left.Add(-1) == 0 {
		o.ReadSeekCloser = badly{o.ReadSeekCloser}
	}
	return o, err
}

type badly struct{ io.ReadSeekCloser }

func (b badly) Read(p []byte) (int, error) {
	n, err := b.ReadSeekCloser.Read(p)
	if n > 0 {
		p[0] ^= 1
	}
	return n, err
}

func TestATargetThatGivesOtherBytesBackIsFoundOut(t *testing.T) {
	t.Parallel()
	from, to := stored(t, 20), &rotten{Files: folder(t, t.TempDir())}
	to.left.Store(5)
	m := &Move{From: from, To: to, List: filepath.Join(t.TempDir(), "list")}
	_, err := m.Run(t.Context(), quiet)
	if fault.CodeOf(err) != "came_back_changed" || !strings.Contains(fault.PublicOf(err), "videos/") {
		t.Fatalf("%v", err)
	}
	if moved, err := m.Run(t.Context(), quiet); err != nil || moved.Different.Count != 0 {
		t.Errorf("afterwards: %+v, %v", moved, err)
	}
	sameContents(t, contents(t, from), contents(t, to))
}

func TestStoppedAMoveGoesOn(t *testing.T) {
	t.Parallel()
	from, to := stored(t, 60), folder(t, t.TempDir())
	m := &Move{From: from, To: to, List: filepath.Join(t.TempDir(), "list")}
	ctx, stop := context.WithCancel(t.Context())
	moved, err := m.Run(ctx, func(at MoveProgress) {
		if at.Objects == 20 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) || moved.Copied < 20 || moved.Copied > 20+movers {
		t.Fatalf("%+v, %v", moved, err)
	}
	again, err := m.Run(t.Context(), quiet)
	if err != nil || again.Before != moved.Copied || again.Copied+again.Compared+again.Before != 60 {
		t.Errorf("%+v after %+v, %v", again, moved, err)
	}
	sameContents(t, contents(t, from), contents(t, to))
}

const moveAsChild = "KKTEST_MOVE"

// TestAMoveInAProcessOfItsOwn is the process that is killed.
func TestAMoveInAProcessOfItsOwn(t *testing.T) {
	what := strings.Split(os.Getenv(moveAsChild), "\n")
	if len(what) != 4 {
		return // it is not asked for
	}
	left, err := strconv.ParseInt(what[3], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	m := &Move{From: folder(t, what[0]), To: folder(t, what[1]), List: what[2]}
	if _, err := m.Run(t.Context(), func(at MoveProgress) {
		if at.Bytes > left {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}); err != nil {
		t.Fatal(err)
	}
}

func TestKilledAMoveGoesOn(t *testing.T) {
	t.Parallel()
	from := stored(t, 80)
	dir, list := t.TempDir(), filepath.Join(t.TempDir(), "list")
	chance := rand.New(rand.NewPCG(3, 4))
	kills := 0
	for ; kills < 100; kills++ {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestAMoveInAProcessOfItsOwn$")
		cmd.Env = append(os.Environ(), moveAsChild+"="+strings.Join([]string{from.root.Name(), dir, list, strconv.Itoa(chance.IntN(1 << 21))}, "\n"))
		said, err := cmd.CombinedOutput()
		cancel()
		if err == nil {
			break
		}
		if cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("after %d kills: %v\n%s", kills, err, said)
		}
		if file, err := os.OpenFile(list, os.O_APPEND|os.O_WRONLY, 0); err == nil { // as a power cut leaves it
			_, _ = file.WriteString("0123456789abcdef")
			_ = file.Close()
		}
	}
	t.Logf("%d kills", kills)
	if kills < 5 || kills == 100 {
		t.Errorf("%d kills", kills)
	}
	sameContents(t, contents(t, from), contents(t, folder(t, dir)))
}

// However many objects there are, only a share of them is remembered. It runs alone: what
// other tests hold is memory of this process, too.
func TestMemoryDoesNotGrowWithTheLibrary(t *testing.T) {
	dir := t.TempDir()
	from := folder(t, dir)
	const objects, folders = 20_000, 100
	for i := range objects { // as links of one file: only their number matters
		path := filepath.Join(dir, "videos", strconv.Itoa(i%folders))
		if i < folders {
			if err := os.MkdirAll(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		err := os.Link(filepath.Join(dir, "videos", "0", "0"), filepath.Join(path, strconv.Itoa(i)))
		if i == 0 {
			err = os.WriteFile(filepath.Join(path, "0"), []byte("x"), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	m := &Move{From: from, To: from, List: filepath.Join(dir, ".list"), most: 1000}
	var most uint64
	seen := 0
	if _, err := m.each(t.Context(), func(Info, standing) error {
		if seen++; seen%2000 == 0 {
			var now runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapInuse)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if seen != objects {
		t.Errorf("%d objects seen", seen)
	}
	if most > 64<<20 {
		t.Errorf("%d MB of memory", most>>20)
	}
}

func BenchmarkMove(b *testing.B) {
	from := folder(b, b.TempDir())
	body := make([]byte, 1<<20)
	for i := range 256 {
		put(b, from, fmt.Sprintf("videos/v/video/720/seg-%05d.m4s", i), body)
	}
	b.SetBytes(256 << 20)
	for b.Loop() {
		m := &Move{From: from, To: folder(b, b.TempDir()), List: filepath.Join(b.TempDir(), "list")}
		if _, err := m.Run(b.Context(), quiet); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(256*float64(b.N)/b.Elapsed().Seconds(), "objects/s")
}

//go:build bench

package load

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
)

const mb = 1e6

var gigabytes = flag.Float64("gigabytes", 6, "how much is uploaded while memory is watched")

// report prints a figure as docs/reference/benchmarks.md keeps it, and fails the test when
// the promise is broken.
func report(t *testing.T, kept bool, what, figure, promise string) {
	t.Helper()
	fmt.Printf("| %s | %s | %s |\n", what, figure, promise)
	if !kept {
		t.Errorf("%s: %s, promised %s", what, figure, promise)
	}
}

func TestStarts(t *testing.T) {
	const times = 10
	began := time.Now()
	h := house.Start(t, house.Options{})
	first := time.Since(began)
	var took []time.Duration
	for range times {
		h.Stop()
		took = append(took, h.Boot())
	}
	slices.Sort(took)
	median := (took[times/2-1] + took[times/2]) / 2
	report(t, true, "first start on an empty folder, to a good answer at /readyz", milliseconds(first), "")
	report(t, median <= 500*time.Millisecond, fmt.Sprintf("start to a good answer at /readyz, median of %d", times), milliseconds(median), "≤ 500 ms")
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000)
}

func TestIdles(t *testing.T) {
	h := house.Start(t, house.Options{})
	if _, err := h.Admin().Videos(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-time.After(30 * time.Second) // what is measured is doing nothing for this long
	held, err := h.Memory()
	if err != nil {
		t.Fatal(err)
	}
	if n := h.Encoders(); n != 0 {
		t.Fatalf("%d encoders are at work: this is not idle", n)
	}
	report(t, held.RSS <= 80*mb, "memory after 30 s idle, RSS (PSS)",
		fmt.Sprintf("%.0f MB (%.0f MB)", float64(held.RSS)/mb, float64(held.PSS)/mb), "≤ 80 MB")
}

// A file is made as it is sent, so that nothing but the server holds any of it.
func TestTakesALargeFileInWithLittleMemory(t *testing.T) {
	size := int64(*gigabytes * 1e9)
	h := house.Start(t, house.Options{})
	c := h.Admin()
	for _, way := range []struct {
		name string
		send func(ctx context.Context) (house.Video, error)
	}{
		{"one request", func(ctx context.Context) (house.Video, error) {
			return c.Post(ctx, "", "large.mp4", io.NewSectionReader(madeUp{size}, 0, size))
		}},
		{"parts, four at once", func(ctx context.Context) (house.Video, error) {
			return inParts(ctx, c, size)
		}},
	} {
		if err := h.ResetPeak(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		began := time.Now()
		v, err := way.send(ctx)
		took := time.Since(began)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		peak, err := h.PeakRSS()
		if err != nil {
			t.Fatal(err)
		}
		if got := h.Objects("originals/" + v.ID)["originals/"+v.ID+"/source"]; got != size {
			t.Fatalf("%d of %d bytes are stored", got, size)
		}
		if err := c.Delete(t.Context(), v.ID); err != nil {
			t.Fatal(err)
		}
		report(t, peak <= 200*mb, fmt.Sprintf("most memory (RSS) while %.1f GB arrive in %s", *gigabytes, way.name),
			fmt.Sprintf("%.0f MB", float64(peak)/mb), "≤ 200 MB")
		report(t, true, "upload in "+way.name+", digest and disk included", fmt.Sprintf("%.0f MB/s", float64(size)/took.Seconds()/mb), "")
	}
}

func inParts(ctx context.Context, c *house.Client, size int64) (v house.Video, err error) {
	u, err := sendParts(ctx, c, "large.mp4", madeUp{size}, size)
	if err != nil {
		return v, err
	}
	return c.Complete(ctx, u.ID)
}

// sendParts uploads a file but for the word that it is complete.
func sendParts(ctx context.Context, c *house.Client, name string, file io.ReaderAt, size int64) (house.Upload, error) {
	u, err := c.Open(ctx, name, size)
	if err != nil {
		return u, err
	}
	parts := make(chan house.Part)
	var sending sync.WaitGroup
	var errs [4]error
	for i := range errs {
		sending.Go(func() {
			for p := range parts {
				_, err := c.PutPart(ctx, p, io.NewSectionReader(file, p.Offset, p.Size), "")
				errs[i] = errors.Join(errs[i], err)
			}
		})
	}
	for _, p := range u.Parts {
		parts <- p
	}
	close(parts)
	sending.Wait()
	return u, errors.Join(errs[:]...)
}

// madeUp is a file of any size that begins as a film does; the rest is noise.
type madeUp struct{ size int64 }

var noise = func() []byte {
	b := make([]byte, 1<<20)
	chance := rand.NewChaCha8([32]byte{})
	_, _ = chance.Read(b) // which cannot fail
	copy(b, "\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41")
	return b
}()

func (f madeUp) ReadAt(p []byte, at int64) (int, error) {
	n := 0
	for n < len(p) && at+int64(n) < f.size {
		n += copy(p[n:], noise[(at+int64(n))%int64(len(noise)):])
	}
	if at+int64(n) > f.size {
		n = int(f.size - at)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

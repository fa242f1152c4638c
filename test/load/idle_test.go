//go:build bench

package load

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/viewers"
)

const (
	idlers    = 5_000 // with two devices each
	perViewer = 2
	dialers   = 32 // connect at once
	connectIn = 3 * time.Minute
	settle    = 40 * time.Second // more than one round of signs of life
)

// Open connections on which nothing happens cost memory, and nothing else: each is a device of
// its own, signed in by itself, two for each viewer.
func TestAnIdleLiveConnectionHoldsLittle(t *testing.T) {
	needsFiles(t, idlers*perViewer+200)
	h := house.Start(t, house.Options{})
	devices := viewers.Devices(seeded(t, h, h.Data(), idlers, perViewer, 1).people)
	h.Restart() // or what their coming cost would be held before

	before := resident(t, h)
	began := time.Now()
	live := connectAll(t, h.URL(""), devices, func(int) viewers.Hears { return viewers.Hears{} })
	took := time.Since(began)
	at := resident(t, h)
	<-time.After(settle) // what is measured is doing nothing for this long
	after := resident(t, h)
	lost := 0
	for i, l := range live {
		select {
		case <-l.Ended():
			lost++
		default:
		}
		if err := l.Hears("profile-" + devices[i].Viewer.ProfileID); err != nil {
			t.Error(err)
			break
		}
	}
	each := func(now int64) float64 { return float64(now-before) / float64(len(live)) / 1024 }
	what := fmt.Sprintf("%d idle live connections of %d viewers", len(live), idlers)
	report(t, true, what+": connected in; memory (RSS) before, once connected", fmt.Sprintf("%s; %.0f MB, %.0f MB", seconds(took), float64(before)/mb, float64(at)/mb), "")
	report(t, each(after) <= 30, fmt.Sprintf("… after %v, of each", settle), fmt.Sprintf("%.1f KiB (%.0f MB in all)", each(after), float64(after)/mb), "≤ 30 KiB")
	report(t, lost == 0, "… ended meanwhile", fmt.Sprint(lost), "0")
}

func resident(t *testing.T, h *house.House) int64 {
	t.Helper()
	m, err := h.Memory()
	if err != nil {
		t.Fatal(err)
	}
	return m.RSS
}

// needsFiles raises how many files this process, and the server it starts, may have open, and
// fails where that is not allowed.
func needsFiles(t *testing.T, n uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit.Cur >= n {
		return
	}
	limit.Cur, limit.Max = n, max(limit.Max, n)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatalf("this needs %d open files in the test and in the server; run it where `ulimit -Hn` is as high (%v)", n, err)
	}
}

// audience are viewers that were seeded, and what there is to watch.
type audience struct {
	people []*viewers.Viewer
	films  []string
}

// seeded puts viewers into the database at db, and signs each of their devices in at the house.
func seeded(t *testing.T, h *house.House, db string, people, devices, films int) (a audience) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), connectIn)
	defer cancel()
	d, err := viewers.Open(db)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if a.people, a.films, err = viewers.Seed(ctx, d, people, devices, films); err != nil {
		t.Fatal(err)
	}
	if err := viewers.Enter(ctx, h.URL(""), viewers.Devices(a.people)); err != nil {
		t.Fatal(err)
	}
	return a
}

// connectAll opens a live connection for each device, and has them closed with the test.
func connectAll(t *testing.T, base string, devices []*viewers.Device, hears func(n int) viewers.Hears) []*viewers.Live {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), connectIn)
	defer cancel()
	live := make([]*viewers.Live, len(devices))
	next := make(chan int)
	var under sync.WaitGroup
	var failed error
	var once sync.Once
	for range dialers {
		under.Go(func() {
			for i := range next {
				var err error
				if live[i], err = devices[i].Connect(ctx, base, viewers.From(i), hears(i)); err != nil {
					once.Do(func() { failed = fmt.Errorf("device %d: %w", i, err) })
					cancel()
				}
			}
		})
	}
	for i := range devices {
		next <- i
	}
	close(next)
	under.Wait()
	t.Cleanup(func() {
		for _, l := range live {
			if l != nil {
				l.Close()
			}
		}
	})
	if failed != nil {
		t.Fatal(failed)
	}
	return live
}

// aside keeps this process, and what it will start, on the core that is not the server's, for as
// long as the test lasts.
func aside(t *testing.T) {
	t.Helper()
	move := func(cores string) {
		if out, err := exec.Command("taskset", "-acp", cores, fmt.Sprint(os.Getpid())).CombinedOutput(); err != nil {
			t.Errorf("taskset: %v\n%s", err, out)
		}
	}
	move(clientCore)
	t.Cleanup(func() { move(serverCore + "," + clientCore) })
}

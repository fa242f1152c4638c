//go:build bench

package load

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// film is one that a viewer has opened.
type film struct {
	house          *house.House
	client         *house.Client
	id             string
	stream         house.Stream
	picture, sound reel
}

// reel is one rendition as its playlist lists it.
type reel struct {
	id       string
	init     string
	segments []string  // their addresses
	starts   []float64 // in seconds; the last is the end
}

// premiere uploads a film and opens it as soon as it can be played; after is how long that
// took from the answer to its last part.
func premiere(t *testing.T, c *house.Client, h *house.House, long testfilm.Long) (f film, after time.Duration) {
	t.Helper()
	u := uploaded(t, c, long)
	began := time.Now()
	f, err := open(t.Context(), h, c, u)
	if err != nil {
		t.Fatal(err)
	}
	return f, time.Since(began)
}

// uploaded sends all of a film.
func uploaded(t *testing.T, c *house.Client, long testfilm.Long) house.Upload {
	t.Helper()
	file, err := os.Open(long.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	u, err := sendParts(t.Context(), c, long.Name, file, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// open says that an upload is complete, and opens the film as our player does: the playlist
// of all that is planned, then the picture, of the rung that is there at once or else the
// lowest, and the sound.
func open(ctx context.Context, h *house.House, c *house.Client, u house.Upload) (f film, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	v, err := c.Complete(ctx, u.ID)
	if err != nil {
		return f, err
	}
	f = film{house: h, client: c, id: v.ID}
	if _, err = c.Until(ctx, v.ID, house.Playable); err != nil {
		return f, err
	}
	if f.stream, err = c.Stream(ctx, v.ID); err != nil {
		return f, err
	}
	all, err := f.get(ctx, f.stream.PlayerURL)
	if err != nil {
		return f, err
	}
	if len(f.stream.Renditions) == 0 || len(f.stream.Audio) == 0 {
		return f, fmt.Errorf("%d rungs and %d tracks of sound", len(f.stream.Renditions), len(f.stream.Audio))
	}
	picture := f.stream.Renditions[max(0, f.instant())].ID
	for id, reel := range map[string]*reel{picture: &f.picture, f.stream.Audio[0].ID: &f.sound} {
		if !strings.Contains(all, id+"/index.m3u8") {
			return f, fmt.Errorf("the player is not told of %s:\n%s", id, all)
		}
		if *reel, err = f.reel(ctx, id); err != nil {
			return f, err
		}
	}
	return f, nil
}

// instant is the rung that is the source itself; -1 when there is none.
func (f film) instant() int {
	for i, r := range f.stream.Renditions {
		if r.Instant {
			return i
		}
	}
	return -1
}

func (f film) get(ctx context.Context, address string) (string, error) {
	got, err := f.client.Fetch(ctx, http.MethodGet, address, nil)
	if err == nil && got.Status != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", path.Base(address), got.Status, got.Body)
	}
	return string(got.Body), err
}

// reel reads a rendition's playlist.
func (f film) reel(ctx context.Context, id string) (r reel, err error) {
	folder := strings.TrimSuffix(f.stream.PlayerURL, path.Base(f.stream.PlayerURL)) + id + "/"
	text, err := f.get(ctx, folder+"index.m3u8")
	if err != nil {
		return r, err
	}
	r.id = id
	at := 0.0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if after, ok := strings.CutPrefix(line, `#EXT-X-MAP:URI="`); ok {
			r.init = folder + strings.TrimSuffix(after, `"`)
		} else if after, ok := strings.CutPrefix(line, "#EXTINF:"); ok {
			lasts, err := strconv.ParseFloat(strings.TrimSuffix(after, ","), 64)
			if err != nil {
				return r, err
			}
			r.starts = append(r.starts, at)
			at += lasts
		} else if line != "" && !strings.HasPrefix(line, "#") {
			r.segments = append(r.segments, folder+line)
		}
	}
	r.starts = append(r.starts, at)
	if r.init == "" || len(r.segments) == 0 || len(r.starts) != len(r.segments)+1 {
		return r, fmt.Errorf("no segments in the playlist of %s:\n%.1000s", id, text)
	}
	return r, nil
}

// at gets a moment of the film, picture and sound at once, and returns when both are there.
func (f film) at(ctx context.Context, k int) error {
	return atOnce(
		func() error { _, err := f.get(ctx, f.picture.segments[k]); return err },
		func() error { _, err := f.get(ctx, f.sound.segments[k]); return err },
	)
}

// begin gets what a player needs to show the first moment.
func (f film) begin(ctx context.Context) error {
	return atOnce(
		func() error { _, err := f.get(ctx, f.picture.init); return err },
		func() error { _, err := f.get(ctx, f.sound.init); return err },
		func() error { return f.at(ctx, 0) },
	)
}

func atOnce(what ...func() error) error {
	errs := make(chan error, len(what))
	var under sync.WaitGroup
	for _, do := range what {
		under.Go(func() { errs <- do() })
	}
	under.Wait()
	for range what {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

// unmade returns the segments between two moments of which nothing is stored.
func (f film) unmade(from, to time.Duration) []int {
	var found []int
	stored := f.house.Objects("videos/" + f.id)
	for k, start := range f.picture.starts[:len(f.picture.segments)] {
		name := "/" + path.Base(f.picture.segments[k])
		_, picture := stored["videos/"+f.id+"/"+f.picture.id+name]
		_, sound := stored["videos/"+f.id+"/"+f.sound.id+name]
		if start >= from.Seconds() && start < to.Seconds() && !picture && !sound {
			found = append(found, k)
		}
	}
	return found
}

// remove deletes the film and waits until nothing of it is left, on disk or at work.
func (f film) remove(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := f.client.Delete(ctx, f.id); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for len(f.house.Objects("")) > 0 || f.house.Encoders() > 0 {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("a minute after the film was removed %d encoders are at work, and of it there is %v", f.house.Encoders(), f.house.Objects(""))
		}
	}
}

// quantile returns the duration that this part of them do not exceed.
func quantile(took []time.Duration, part float64) time.Duration {
	sorted := slices.Sorted(slices.Values(took))
	return sorted[int(part*float64(len(sorted)-1)+0.5)]
}

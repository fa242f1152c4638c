package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// workshop is a SegmentMaker that makes nothing before it is told to.
type workshop struct {
	mu      sync.Mutex
	asked   []string
	watched []string
	err     error
	open    chan struct{} // closed: everything is made at once; nil: it is
}

func (w *workshop) Make(ctx context.Context, videoID, rendition string, segment int) error {
	w.mu.Lock()
	w.asked = append(w.asked, fmt.Sprintf("%s %s %d", videoID, rendition, segment))
	open, err := w.open, w.err
	w.mu.Unlock()
	if open == nil {
		return err
	}
	select {
	case <-open:
		return err
	case <-ctx.Done():
		return fault.Wrap("workshop", ctx.Err())
	}
}

func (w *workshop) Watched(_ context.Context, videoID, sessionID, rendition string, segment int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watched = append(w.watched, fmt.Sprintf("%s %s %s %d", videoID, sessionID, rendition, segment))
}

// aSegment resolves the ninth segment of a rung.
func aSegment(t *testing.T, shop *workshop) Resource {
	t.Helper()
	d := New(newSigner(t, newKey), &shelf{title: twoRungs(t)}, &signedIn{}, shop)
	t.Cleanup(d.Close)
	return resolved(t, d, "video/720/seg-00009.m4s")
}

func resolved(t *testing.T, d *Delivery, path string) Resource {
	t.Helper()
	token, _ := d.signer.Sign(aSession, aVideo)
	found, err := d.Resolve(t.Context(), token, aVideo, path)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestASegmentNotMadeYetIsAskedFor(t *testing.T) {
	shop := &workshop{}
	found := aSegment(t, shop)
	if want := []string{aVideo + " " + aSession + " video/720 8"}; !slices.Equal(shop.watched, want) {
		t.Errorf("watched %q, want %q", shop.watched, want)
	}
	if len(shop.asked) > 0 {
		t.Fatal("it is made before anybody found it missing")
	}
	if err := found.Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []string{aVideo + " video/720 8"}; !slices.Equal(shop.asked, want) {
		t.Errorf("asked for %q, want %q", shop.asked, want)
	}
	shop.err = fault.New(fault.Internal, "workshop", "broken", "")
	if err := found.Make(t.Context()); fault.CodeOf(err) != "broken" {
		t.Errorf("a failure is told as %v", err)
	}
}

func TestWhatIsMadeInItsOwnTimeIsNotAskedFor(t *testing.T) {
	d, _, _ := newDelivery(t)
	for _, path := range []string{"playlist.m3u8", "video/720/init.mp4", "poster.jpg", "sprite-000.jpg"} {
		if resolved(t, d, path).Make != nil {
			t.Errorf("%s can be made on demand", path)
		}
	}
}

func TestARequestIsNotHeldForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := &workshop{open: make(chan struct{})}
		d := &Delivery{maker: shop, held: waiting{of: map[string]int{}}}
		made := d.making(aSession, aVideo, name{kind: segment, rendition: "video/720", number: 8})
		if err := made(t.Context()); !fault.Is(err, fault.Unavailable) || fault.CodeOf(err) != "not_made_yet" || fault.PublicOf(err) == "" {
			t.Errorf("after a while: %v", err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := made(gone); err == nil || fault.Is(err, fault.Unavailable) || !errors.Is(err, context.Canceled) {
			t.Errorf("whoever goes away is told %v", err)
		}
	})
}

func TestASessionHoldsOnlySoManyRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := &workshop{open: make(chan struct{})}
		d := &Delivery{maker: shop, held: waiting{of: map[string]int{}}}
		segmentOf := func(sessionID string, k int) func(context.Context) error {
			return d.making(sessionID, aVideo, name{kind: segment, rendition: "video/720", number: k})
		}
		var held sync.WaitGroup
		for k := range mostWaiting {
			held.Go(func() {
				if err := segmentOf(aSession, k)(t.Context()); err != nil {
					t.Errorf("segment %d: %v", k, err)
				}
			})
		}
		synctest.Wait()
		if err := segmentOf(aSession, mostWaiting)(t.Context()); !fault.Is(err, fault.TooMany) || fault.PublicOf(err) == "" {
			t.Errorf("one more: %v", err)
		}
		held.Go(func() {
			if err := segmentOf("another", 0)(t.Context()); err != nil {
				t.Errorf("of another session: %v", err)
			}
		})
		synctest.Wait()
		close(shop.open)
		held.Wait()
		if err := segmentOf(aSession, 0)(t.Context()); err != nil || len(d.held.of) > 0 {
			t.Errorf("afterwards: %v, still held %v", err, d.held.of)
		}
	})
}

// A player reads it once: what is missing then would be missing for the whole film.
func TestThePlayersPlaylistWaitsForWhatIsAboutToBeThere(t *testing.T) {
	d, shelf, _ := newDelivery(t)
	all := shelf.title.Made
	shelf.title.Made = map[string]plan.Made{"video/360": all["video/360"], "video/480": {}, "video/720": {}, "audio/0-pt": all["audio/0-pt"]}
	shelf.during = func() {
		shelf.mu.Lock()
		defer shelf.mu.Unlock()
		if shelf.asked > 1 {
			shelf.title.Made = all
		}
	}
	found := resolved(t, d, "player.m3u8")
	if found.Cache != Brief || !strings.Contains(string(found.Body), "video/720/index.m3u8") {
		t.Errorf("kept %d:\n%s", found.Cache, found.Body)
	}
}

func TestThePlayersPlaylistDoesNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, shelf, _ := newDelivery(t)
		shelf.title.Made = map[string]plan.Made{"video/360": shelf.title.Made["video/360"], "video/480": {}, "audio/0-pt": shelf.title.Made["audio/0-pt"]}
		found := resolved(t, d, "player.m3u8")
		if found.Cache != Never || !strings.Contains(string(found.Body), "video/360/index.m3u8") || strings.Contains(string(found.Body), "video/480") {
			t.Errorf("kept %d:\n%s", found.Cache, found.Body)
		}
		d.Close()
	})
}

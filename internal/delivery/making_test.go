package delivery

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

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

func (w *workshop) Make(ctx context.Context, videoID, rendition string, segment int) ([]byte, error) {
	w.mu.Lock()
	w.asked = append(w.asked, fmt.Sprintf("%s %s %d", videoID, rendition, segment))
	open, err := w.open, w.err
	w.mu.Unlock()
	if open == nil {
		return nil, err
	}
	select {
	case <-open:
		return nil, err
	case <-ctx.Done():
		return nil, fault.Wrap("workshop", ctx.Err())
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
	if _, err := found.Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []string{aVideo + " video/720 8"}; !slices.Equal(shop.asked, want) {
		t.Errorf("asked for %q, want %q", shop.asked, want)
	}
	shop.err = fault.New(fault.Internal, "workshop", "broken", "")
	if _, err := found.Make(t.Context()); fault.CodeOf(err) != "broken" {
		t.Errorf("a failure is told as %v", err)
	}
}

func TestWhatIsMadeInItsOwnTimeIsNotAskedFor(t *testing.T) {
	d, _, _ := newDelivery(t)
	for _, path := range []string{"playlist.m3u8", "video/720/index.m3u8", "poster.jpg", "sprite-000.jpg"} {
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
		if _, err := made(t.Context()); !fault.Is(err, fault.Unavailable) || fault.CodeOf(err) != "not_made_yet" || fault.PublicOf(err) == "" {
			t.Errorf("after a while: %v", err)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := made(gone); err == nil || fault.Is(err, fault.Unavailable) || !errors.Is(err, context.Canceled) {
			t.Errorf("whoever goes away is told %v", err)
		}
	})
}

func TestASessionHoldsOnlySoManyRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := &workshop{open: make(chan struct{})}
		d := &Delivery{maker: shop, held: waiting{of: map[string]int{}}}
		segmentOf := func(sessionID string, k int) making {
			return d.making(sessionID, aVideo, name{kind: segment, rendition: "video/720", number: k})
		}
		var held sync.WaitGroup
		for k := range mostWaiting {
			held.Go(func() {
				if _, err := segmentOf(aSession, k)(t.Context()); err != nil {
					t.Errorf("segment %d: %v", k, err)
				}
			})
		}
		synctest.Wait()
		if _, err := segmentOf(aSession, mostWaiting)(t.Context()); !fault.Is(err, fault.TooMany) || fault.PublicOf(err) == "" {
			t.Errorf("one more: %v", err)
		}
		held.Go(func() {
			if _, err := segmentOf("another", 0)(t.Context()); err != nil {
				t.Errorf("of another session: %v", err)
			}
		})
		synctest.Wait()
		close(shop.open)
		held.Wait()
		if _, err := segmentOf(aSession, 0)(t.Context()); err != nil || len(d.held.of) > 0 {
			t.Errorf("afterwards: %v, still held %v", err, d.held.of)
		}
	})
}

// A player reads the playlist of everything once, so a rendition is in it before it is set
// up: what sets up its decoder is waited for.
func TestAnInitialisationSegmentIsWaitedForUntilItsRenditionIsSetUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, shelf, _ := newDelivery(t)
		all := shelf.title.Made
		shelf.title.Made = maps.Clone(all)
		shelf.title.Made["video/720"] = plan.Made{}
		if list := string(resolved(t, d, "player.m3u8").Body); !strings.Contains(list, "video/720/index.m3u8") {
			t.Errorf("not listed:\n%s", list)
		}
		d.Changed(aVideo)
		asked := shelf.asked
		made := resolved(t, d, "video/720/init.mp4").Make
		var held sync.WaitGroup
		for range 5 {
			held.Go(func() {
				if _, err := made(t.Context()); err != nil {
					t.Errorf("once it is there: %v", err)
				}
			})
		}
		synctest.Wait()
		brief, cancel := context.WithTimeout(t.Context(), setUpEvery-time.Millisecond)
		defer cancel()
		if _, err := made(brief); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("whoever gives up is told %v", err)
		}
		if shelf.asked != asked+1 {
			t.Errorf("six who wait ask %d times before anything has changed", shelf.asked-asked)
		}
		shelf.mu.Lock()
		shelf.title.Made = all
		shelf.mu.Unlock()
		began := time.Now()
		d.Changed(aVideo)
		held.Wait()
		if late := time.Since(began); late > 0 {
			t.Errorf("told of it, they wait %v more", late)
		}
		d.Close()
	})
}

func TestASetUpNobodyToldOfIsFoundAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, shelf, _ := newDelivery(t)
		all := shelf.title.Made
		shelf.title.Made = maps.Clone(all)
		shelf.title.Made["video/720"] = plan.Made{}
		made := resolved(t, d, "video/720/init.mp4").Make
		shelf.title.Made = all
		if _, err := made(t.Context()); err != nil {
			t.Errorf("once it is there: %v", err)
		}
		d.Close()
	})
}

func TestAnInitialisationSegmentIsNotWaitedForForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, shelf, _ := newDelivery(t)
		shelf.title.Made = maps.Clone(shelf.title.Made)
		shelf.title.Made["video/720"] = plan.Made{}
		if _, err := resolved(t, d, "video/720/init.mp4").Make(t.Context()); !fault.Is(err, fault.Unavailable) || fault.PublicOf(err) == "" {
			t.Errorf("of a rendition that is never set up: %v", err)
		}
		delete(shelf.title.Made, "video/720")
		d.Changed(aVideo)
		if _, err := resolved(t, d, "video/720/init.mp4").Make(t.Context()); !fault.Is(err, fault.NotFound) {
			t.Errorf("of one that was dropped: %v", err)
		}
		d.Close()
	})
}

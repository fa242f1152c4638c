package delivery

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// shelf is a Titles of one video, and counts how often it is asked.
type shelf struct {
	mu     sync.Mutex
	title  Title
	asked  int
	during func()
}

func (s *shelf) Title(ctx context.Context, videoID string) (Title, error) {
	s.mu.Lock()
	s.asked++
	title, during := s.title, s.during
	s.mu.Unlock()
	if during != nil {
		during()
	}
	if err := ctx.Err(); err != nil {
		return Title{}, err
	}
	if videoID != aVideo {
		return Title{}, fault.New(fault.NotFound, "shelf", "", "")
	}
	return title, nil
}

// signedIn is a Sessions of one session, until it signs out.
type signedIn struct {
	out   bool
	limit catalog.Rating
}

func (s *signedIn) Limit(_ context.Context, sessionID string) (catalog.Rating, error) {
	if s.out || sessionID != aSession {
		return catalog.Rating{}, fault.New(fault.SignedOut, "signedIn", "signed_out", "Sign in again.")
	}
	return s.limit, nil
}

// twoRungs is a film of 70 s with sound and previews, whole up to 480p.
func twoRungs(t testing.TB) Title {
	t.Helper()
	p, err := plan.New(probe.Report{
		Format: "mov",
		Video:  probe.Video{Width: 1280, Height: 720, FrameRateNum: 25, FrameRateDen: 1, EndSeconds: 70},
		Audio:  []probe.Audio{{Stream: 1, SampleRate: 48000, Language: "por"}},
	}, plan.StandardLadder(), nil)
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]plan.Made{}
	for _, r := range p.Renditions {
		made[r.ID] = plan.Made{Codecs: "codec." + strings.ReplaceAll(r.ID, "/", "."), Whole: r.ID != "video/720", PeakBandwidth: r.Bandwidth, AverageBandwidth: r.Bandwidth / 2}
	}
	return Title{Plan: p, Made: made, Sprites: plan.Sprites{EverySeconds: 10, Columns: 3, Rows: 2, TileWidth: 160, TileHeight: 90, Count: 7}}
}

func newDelivery(t testing.TB) (*Delivery, *shelf, *signedIn) {
	t.Helper()
	shelf, session := &shelf{title: twoRungs(t)}, &signedIn{}
	d := New(newSigner(t, newKey), shelf, session, &workshop{})
	t.Cleanup(d.Close)
	return d, shelf, session
}

func TestEveryNameOfATitleResolves(t *testing.T) {
	d, _, _ := newDelivery(t)
	token, _ := d.signer.Sign(aSession, aVideo)
	for path, want := range map[string]Resource{
		"playlist.m3u8":            {ContentType: "application/vnd.apple.mpegurl", Cache: Brief},
		"player.m3u8":              {ContentType: "application/vnd.apple.mpegurl", Cache: Brief},
		"manifest.mpd":             {ContentType: "application/dash+xml", Cache: Brief},
		"video/480/index.m3u8":     {ContentType: "application/vnd.apple.mpegurl", Cache: Brief},
		"video/720/index.m3u8":     {ContentType: "application/vnd.apple.mpegurl", Cache: Brief}, // planned, so our player may have it
		"thumbnails.vtt":           {ContentType: "text/vtt; charset=utf-8", Cache: Private},
		"video/480/init.mp4":       {ContentType: "video/mp4", Key: "videos/" + aVideo + "/video/480/init.mp4"},
		"video/480/seg-00033.m4s":  {ContentType: "video/mp4", Key: "videos/" + aVideo + "/video/480/seg-00033.m4s"},
		"audio/0-pt/seg-00001.m4s": {ContentType: "audio/mp4", Key: "videos/" + aVideo + "/audio/0-pt/seg-00001.m4s"},
		"sprite-001.jpg":           {ContentType: "image/jpeg", Key: "videos/" + aVideo + "/sprite-001.jpg"},
		"poster.jpg":               {ContentType: "image/jpeg", Key: "videos/" + aVideo + "/poster.jpg"},
	} {
		got, err := d.Resolve(t.Context(), token, aVideo, path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if got.ContentType != want.ContentType || got.Cache != want.Cache || got.Key != want.Key || (len(got.Body) > 0) != (want.Key == "") {
			t.Errorf("%s: %+v", path, got)
		}
	}
}

func TestWhatIsNotInThePlanIsNotThere(t *testing.T) {
	d, shelf, _ := newDelivery(t)
	token, _ := d.signer.Sign(aSession, aVideo)
	absent := []string{
		"video/1080/index.m3u8", "video/1080/seg-00001.m4s", "audio/1-en/init.mp4", "audio/480/init.mp4",
		"video/480/seg-00034.m4s", "sprite-002.jpg", "source", "../../originals/" + aVideo + "/source",
	}
	for _, path := range absent {
		if got, err := d.Resolve(t.Context(), token, aVideo, path); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %+v, %v", path, got, err)
		}
	}
	shelf.title.Sprites = plan.Sprites{}
	d.Changed(aVideo)
	for _, path := range []string{"thumbnails.vtt", "sprite-000.jpg"} {
		if _, err := d.Resolve(t.Context(), token, aVideo, path); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s without previews: %v", path, err)
		}
	}
	shelf.title = Title{}
	d.Changed(aVideo)
	for _, path := range []string{"playlist.m3u8", "video/480/init.mp4", "poster.jpg"} {
		if _, err := d.Resolve(t.Context(), token, aVideo, path); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s without a plan: %v", path, err)
		}
	}
}

func TestNothingResolvesWithoutItsTokenOrItsSession(t *testing.T) {
	d, shelf, session := newDelivery(t)
	token, _ := d.signer.Sign(aSession, aVideo)
	if _, err := d.Resolve(t.Context(), token, another, "playlist.m3u8"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("another video: %v", err)
	}
	if _, err := d.Resolve(t.Context(), "x"+token, aVideo, "no such name"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a forged token on a name that is none: %v", err)
	}
	session.out = true
	if _, err := d.Resolve(t.Context(), token, aVideo, "video/480/init.mp4"); !fault.Is(err, fault.SignedOut) || fault.CodeOf(err) != "signed_out" {
		t.Errorf("signed out: %v", err)
	}
	if shelf.asked != 0 {
		t.Errorf("the title was read %d times for nobody", shelf.asked)
	}
}

func TestATitleIsReadOnceUntilItChanges(t *testing.T) {
	d, shelf, _ := newDelivery(t)
	token, _ := d.signer.Sign(aSession, aVideo)
	playlist := func() string {
		r, err := d.Resolve(t.Context(), token, aVideo, "playlist.m3u8")
		if err != nil {
			t.Fatal(err)
		}
		return string(r.Body)
	}
	if p := playlist(); strings.Contains(p, "video/720") || playlist() != p || shelf.asked != 1 {
		t.Fatalf("asked %d times; playlist\n%s", shelf.asked, p)
	}
	m := shelf.title.Made["video/720"]
	m.Whole = true
	shelf.title.Made["video/720"] = m
	d.Changed(aVideo)
	if p := playlist(); !strings.Contains(p, "video/720") || shelf.asked != 2 {
		t.Fatalf("asked %d times; playlist\n%s", shelf.asked, p)
	}
}

func TestAViewerWhoLeavesDoesNotFailTheOthers(t *testing.T) {
	d, shelf, _ := newDelivery(t)
	token, _ := d.signer.Sign(aSession, aVideo)
	ctx, leave := context.WithCancel(t.Context())
	shelf.during = leave
	if _, err := d.Resolve(ctx, token, aVideo, "playlist.m3u8"); err != nil {
		t.Fatalf("the load ended with its first viewer: %v", err)
	}
}

func TestPreviewsPointIntoTheirSheets(t *testing.T) {
	d, _, _ := newDelivery(t)
	token, _ := d.signer.Sign(aSession, aVideo)
	r, err := d.Resolve(t.Context(), token, aVideo, "thumbnails.vtt")
	if err != nil {
		t.Fatal(err)
	}
	root := "/media/" + token + "/" + aVideo + "/"
	cues := strings.Split(strings.TrimSpace(string(r.Body)), "\n\n")
	want := []string{
		"WEBVTT",
		"00:00:00.000 --> 00:00:10.000\n" + root + "sprite-000.jpg#xywh=0,0,160,90",
		"00:00:10.000 --> 00:00:20.000\n" + root + "sprite-000.jpg#xywh=160,0,160,90",
		"00:00:20.000 --> 00:00:30.000\n" + root + "sprite-000.jpg#xywh=320,0,160,90",
		"00:00:30.000 --> 00:00:40.000\n" + root + "sprite-000.jpg#xywh=0,90,160,90",
		"00:00:40.000 --> 00:00:50.000\n" + root + "sprite-000.jpg#xywh=160,90,160,90",
		"00:00:50.000 --> 00:01:00.000\n" + root + "sprite-000.jpg#xywh=320,90,160,90",
		"00:01:00.000 --> 00:01:10.000\n" + root + "sprite-001.jpg#xywh=0,0,160,90",
	}
	if strings.Join(cues, "|") != strings.Join(want, "|") {
		t.Fatalf("got\n%s", r.Body)
	}
}

func BenchmarkResolveASegment(b *testing.B) {
	d, _, _ := newDelivery(b)
	token, _ := d.signer.Sign(aSession, aVideo)
	for b.Loop() {
		if _, err := d.Resolve(b.Context(), token, aVideo, "video/480/seg-00017.m4s"); err != nil {
			b.Fatal(err)
		}
	}
}

// A ticket outlives the profile it was given to: what counts is who the session speaks for
// at each request, and how the film is rated by then.
func TestAFilmStopsWhereItsSessionMayNotSeeItAnyMore(t *testing.T) {
	d, shelf, session := newDelivery(t)
	token, _ := d.signer.Sign(aSession, aVideo)
	rating := func(age int) catalog.Rating {
		r, err := catalog.RatingOf(age)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, c := range []struct {
		film, limit catalog.Rating
		plays       bool
	}{
		{catalog.Rating{}, catalog.Rating{}, true}, {rating(18), catalog.Rating{}, true}, {rating(12), rating(12), true}, {rating(0), rating(0), true},
		{catalog.Rating{}, rating(18), false}, {rating(14), rating(12), false}, {rating(10), rating(0), false},
	} {
		shelf.title.Rating, session.limit = c.film, c.limit
		d.Changed(aVideo)
		for _, path := range []string{"playlist.m3u8", "manifest.mpd", "video/480/seg-00001.m4s", "video/480/init.mp4", "sprite-000.jpg", "poster.jpg", "thumbnails.vtt"} {
			_, err := d.Resolve(t.Context(), token, aVideo, path)
			if c.plays && err != nil {
				t.Errorf("%v for %v: %s: %v", c.film, c.limit, path, err)
			}
			if !c.plays && (!fault.Is(err, fault.Forbidden) || fault.CodeOf(err) != "above_limit") {
				t.Errorf("%v for %v: %s: %v, want it refused", c.film, c.limit, path, err)
			}
		}
	}
}

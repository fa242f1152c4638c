package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/audit"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/delivery"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const playedVideo = "01936f1e-0000-7000-8000-00000000000a"

// cinema is a server with one whole film, one segment of which is stored.
type cinema struct {
	*httptest.Server
	root  string // signed
	out   bool   // the viewer signed out
	blobs blob.Store
}

// Make makes the second segment, and the seventh, which there is no room for, and no other.
func (c *cinema) Make(ctx context.Context, videoID, rendition string, segment int) ([]byte, error) {
	if segment == 6 {
		return []byte(storedSegment), nil
	}
	if segment != 1 {
		return nil, fault.New(fault.Unavailable, "cinema", "not_made_yet", "Try again in a moment.")
	}
	_, err := c.blobs.Put(ctx, plan.Key(videoID, rendition, segment), strings.NewReader(storedSegment), -1)
	return nil, err
}

func (c *cinema) Watched(context.Context, string, string, string, int) {}

func (c *cinema) Limit(context.Context, string) (catalog.Rating, error) {
	if c.out {
		return catalog.Rating{}, fault.New(fault.SignedOut, "cinema", "signed_out", "Sign in again.")
	}
	return catalog.Rating{}, nil
}

func (c *cinema) Title(context.Context, string) (delivery.Title, error) {
	p, err := plan.New(probe.Report{
		Format: "mov",
		Video:  probe.Video{Width: 640, Height: 360, FrameRateNum: 25, FrameRateDen: 1, EndSeconds: 600},
	}, plan.StandardLadder(), nil)
	return delivery.Title{Plan: p, Made: map[string]plan.Made{
		"video/360": {Codecs: "avc1.64001e", Whole: true, PeakBandwidth: 400_000, AverageBandwidth: 300_000},
	}}, err
}

const storedSegment = "0123456789abcdefghij"

func openCinema(t *testing.T) *cinema {
	t.Helper()
	blobs, err := blob.OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = blobs.Close() })
	if _, err := blobs.Put(t.Context(), plan.Key(playedVideo, "video/360", 0), strings.NewReader(storedSegment), -1); err != nil {
		t.Fatal(err)
	}
	signer, err := delivery.NewSigner(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	c := &cinema{}
	c.blobs = blobs
	media := delivery.New(signer, c, c, c)
	t.Cleanup(media.Close)
	handler, err := New(Options{
		Media: media, Blobs: blobs, Version: "test", Logger: slog.New(slog.DiscardHandler),
		Live: http.NotFoundHandler(), Health: func(context.Context) []Check { return nil }, Limits: limitsOf(t), Audit: audit.NewLog(nil, 0),
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Server = httptest.NewServer(handler)
	t.Cleanup(c.Server.Close)
	c.root, _ = signer.Open("a-session", playedVideo)
	return c
}

// ask sends one request exactly as given and returns the answer with its body.
func (c *cinema) ask(t *testing.T, method, path string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, c.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	body, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return w, string(body)
}

func TestASegmentIsSentForGoodToAnyOrigin(t *testing.T) {
	c := openCinema(t)
	w, body := c.ask(t, "GET", c.root+"video/360/seg-00001.m4s", "Origin", "https://player.example")
	if w.StatusCode != 200 || body != storedSegment {
		t.Fatalf("%s: %q", w.Status, body)
	}
	for name, want := range map[string]string{
		"Content-Type":                 "video/mp4",
		"Cache-Control":                "public, max-age=31536000, immutable",
		"Access-Control-Allow-Origin":  "*",
		"Cross-Origin-Resource-Policy": "cross-origin",
		"Accept-Ranges":                "bytes",
		"Content-Length":               "20",
		"Set-Cookie":                   "",
	} {
		if got := w.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestASegmentThatIsNotThereIsMade(t *testing.T) {
	c := openCinema(t)
	for _, again := range []bool{false, true} {
		r, body := c.ask(t, "GET", c.root+"video/360/seg-00002.m4s")
		if r.StatusCode != http.StatusOK || body != storedSegment {
			t.Fatalf("%s: %q", r.Status, body)
		}
		// A player takes what it waited for as the network's time, unless it is told.
		if waited := strings.HasPrefix(r.Header.Get("Server-Timing"), "made;dur="); waited == again {
			t.Errorf("asked again: %v, it says %q", again, r.Header.Get("Server-Timing"))
		}
		if exposed := r.Header.Get("Access-Control-Expose-Headers"); !strings.Contains(exposed, "Server-Timing") {
			t.Errorf("exposed to other origins: %q", exposed)
		}
	}
	if r, _ := c.ask(t, "GET", c.root+"video/360/seg-00003.m4s"); r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("what is still being made: %s", r.Status)
	}
	for range 2 { // what there is no room for is made for everybody
		r, body := c.ask(t, "GET", c.root+"video/360/seg-00007.m4s")
		if r.StatusCode != http.StatusOK || body != storedSegment || !strings.HasPrefix(r.Header.Get("Server-Timing"), "made;dur=") {
			t.Errorf("what there is no room for: %s: %q", r.Status, body)
		}
	}
}

func TestASegmentIsSentInPartsAndNotTwice(t *testing.T) {
	c := openCinema(t)
	path := c.root + "video/360/seg-00001.m4s"
	w, body := c.ask(t, "HEAD", path)
	tag := w.Header.Get("ETag")
	if w.StatusCode != 200 || body != "" || tag == "" || w.ContentLength != 20 {
		t.Fatalf("HEAD: %s, %q, ETag %q, %d bytes", w.Status, body, tag, w.ContentLength)
	}
	if w, body := c.ask(t, "GET", path, "Range", "bytes=10-13"); w.StatusCode != 206 || body != "abcd" || w.Header.Get("Content-Range") != "bytes 10-13/20" {
		t.Errorf("a range: %s, %q, %s", w.Status, body, w.Header.Get("Content-Range"))
	}
	if w, body := c.ask(t, "GET", path, "Range", "bytes=10-13", "If-Range", `"another"`); w.StatusCode != 200 || body != storedSegment {
		t.Errorf("a range of another object: %s, %q", w.Status, body)
	}
	if w, _ := c.ask(t, "GET", path, "Range", "bytes=99-"); w.StatusCode != 416 {
		t.Errorf("a range beyond the end: %s", w.Status)
	}
	if w, body := c.ask(t, "GET", path, "If-None-Match", tag); w.StatusCode != 304 || body != "" {
		t.Errorf("what the client has: %s, %q", w.Status, body)
	}
}

func TestAPlaylistIsSentCompressedAndBriefly(t *testing.T) {
	c := openCinema(t)
	path := c.root + "video/360/index.m3u8"
	plain, text := c.ask(t, "GET", path)
	if plain.StatusCode != 200 || !strings.HasPrefix(text, "#EXTM3U\n") || plain.Header.Get("Content-Encoding") != "" {
		t.Fatalf("%s: %.40q", plain.Status, text)
	}
	if got := plain.Header.Get("Content-Type"); got != "application/vnd.apple.mpegurl" {
		t.Errorf("type %q", got)
	}
	if got := plain.Header.Get("Cache-Control"); got != "public, max-age=300" {
		t.Errorf("cache %q", got)
	}
	packed, body := c.ask(t, "GET", path, "Accept-Encoding", "br, gzip")
	z, err := gzip.NewReader(strings.NewReader(body))
	if err != nil || packed.Header.Get("Content-Encoding") != "gzip" || packed.Header.Get("Vary") != "Accept-Encoding" {
		t.Fatalf("%v, %v", err, packed.Header)
	}
	unpacked, err := io.ReadAll(z)
	if err != nil || string(unpacked) != text || len(body)*4 > len(text) {
		t.Errorf("%v; %d bytes of %d", err, len(body), len(text))
	}
	if packed.Header.Get("ETag") == plain.Header.Get("ETag") {
		t.Error("two encodings have one ETag")
	}
	if w, _ := c.ask(t, "GET", path, "Accept-Encoding", "gzip", "If-None-Match", packed.Header.Get("ETag")); w.StatusCode != 304 {
		t.Errorf("what the client has: %s", w.Status)
	}
}

func TestTheMultivariantPlaylistLeadsToTheSegments(t *testing.T) {
	c := openCinema(t)
	_, multivariant := c.ask(t, "GET", c.root+"playlist.m3u8")
	if !strings.Contains(multivariant, "\nvideo/360/index.m3u8\n") {
		t.Fatalf("got\n%s", multivariant)
	}
	_, media := c.ask(t, "GET", c.root+"video/360/index.m3u8")
	if !strings.Contains(media, "\nseg-00001.m4s\n") {
		t.Fatalf("got\n%.300s", media)
	}
}

func TestWhatMayNotBeSentIsAProblemNobodyKeeps(t *testing.T) {
	c := openCinema(t)
	refused := func(name, method, path string, status int, code string) {
		t.Helper()
		w, body := c.ask(t, method, path)
		if w.StatusCode != status || code != "" && !strings.Contains(body, `"code":"`+code+`"`) {
			t.Errorf("%s: %s %s", name, w.Status, body)
		}
		if strings.Contains(w.Header.Get("Cache-Control"), "public") {
			t.Errorf("%s may be kept: %s", name, w.Header.Get("Cache-Control"))
		}
		if method != "POST" && w.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s cannot be read by the page that asked", name)
		}
	}
	refused("a segment not made yet", "GET", c.root+"video/360/seg-00003.m4s", 503, "not_made_yet")
	refused("a segment that will never be", "GET", c.root+"video/360/seg-99999.m4s", 404, "not_found")
	refused("a rung that is not planned", "GET", c.root+"video/720/init.mp4", 404, "not_found")
	refused("the source", "GET", c.root+"%2e%2e/%2e%2e/originals/"+playedVideo+"/source", 404, "not_found")
	refused("a forged token", "GET", strings.Replace(c.root, "/media/1", "/media/2", 1)+"playlist.m3u8", 403, "bad_token")
	refused("a write", "POST", c.root+"playlist.m3u8", 405, "")
	c.out = true
	refused("a viewer who signed out", "GET", c.root+"video/360/seg-00001.m4s", 401, "signed_out")
}

func TestABrowserMayAskForAPartFromAnyOrigin(t *testing.T) {
	c := openCinema(t)
	w, body := c.ask(t, "OPTIONS", c.root+"video/360/seg-00001.m4s",
		"Origin", "https://player.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "range")
	if w.StatusCode != 204 || body != "" || w.Header.Get("Access-Control-Allow-Origin") != "*" ||
		!strings.Contains(w.Header.Get("Access-Control-Allow-Headers"), "Range") {
		t.Fatalf("%s %v", w.Status, w.Header)
	}
}

//go:build e2e

package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
)

func TestMediaIsServedAsPlayersCachesAndOtherSitesNeedIt(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	v := show(t, c, small)
	s, err := c.Stream(t.Context(), v.ID)
	if err != nil {
		t.Fatal(err)
	}
	stranger := h.Stranger() // whoever has the address plays; no cookie goes along
	segment := strings.Replace(s.HLSURL, "playlist.m3u8", s.Renditions[0].ID+"/seg-00001.m4s", 1)
	ask := func(t *testing.T, method, path string, header ...string) house.Fetched {
		t.Helper()
		h := http.Header{}
		for i := 0; i < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		got, err := stranger.Fetch(within(t, patience), method, path, h)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	whole := ask(t, http.MethodGet, segment)
	if whole.Status != http.StatusOK || !bytes.Equal(whole.Body, h.Object(fmt.Sprintf("videos/%s/%s/seg-00001.m4s", v.ID, s.Renditions[0].ID))) {
		t.Fatalf("the segment is answered %d with %d bytes, not those stored", whole.Status, len(whole.Body))
	}

	t.Run("a segment never changes", func(t *testing.T) {
		if cache := whole.Header.Get("Cache-Control"); !strings.Contains(cache, "public") || !strings.Contains(cache, "immutable") || !strings.Contains(cache, "max-age=31536000") {
			t.Errorf("Cache-Control: %s", cache)
		}
		if kind := whole.Header.Get("Content-Type"); kind != "video/mp4" {
			t.Errorf("Content-Type: %s", kind)
		}
		tag := whole.Header.Get("ETag")
		if tag == "" {
			t.Fatal("no ETag")
		}
		again := ask(t, http.MethodGet, segment, "If-None-Match", tag)
		if again.Status != http.StatusNotModified || len(again.Body) != 0 {
			t.Errorf("with its own ETag: %d, %d bytes", again.Status, len(again.Body))
		}
		if other := ask(t, http.MethodGet, segment, "If-None-Match", `"another"`); other.Status != http.StatusOK {
			t.Errorf("with another ETag: %d", other.Status)
		}
	})
	t.Run("any range of it can be had", func(t *testing.T) {
		size := len(whole.Body)
		for _, r := range []struct {
			asked      string
			first, end int
		}{
			{"bytes=0-99", 0, 100},
			{"bytes=100-", 100, size},
			{"bytes=-64", size - 64, size},
			{fmt.Sprintf("bytes=10-%d", 10*size), 10, size},
		} {
			got := ask(t, http.MethodGet, segment, "Range", r.asked)
			says := fmt.Sprintf("bytes %d-%d/%d", r.first, r.end-1, size)
			if got.Status != http.StatusPartialContent || got.Header.Get("Content-Range") != says || !bytes.Equal(got.Body, whole.Body[r.first:r.end]) {
				t.Errorf("%s: %d, %s, %d bytes", r.asked, got.Status, got.Header.Get("Content-Range"), len(got.Body))
			}
		}
		if got := ask(t, http.MethodGet, segment, "Range", fmt.Sprintf("bytes=%d-", size)); got.Status != http.StatusRequestedRangeNotSatisfiable {
			t.Errorf("a range behind the end: %d", got.Status)
		}
		if got := ask(t, http.MethodGet, segment, "Range", "bytes=0-9", "If-Range", `"another"`); got.Status != http.StatusOK || len(got.Body) != size {
			t.Errorf("a range of another version: %d, %d bytes", got.Status, len(got.Body))
		}
	})
	t.Run("HEAD says the same without the bytes", func(t *testing.T) {
		got := ask(t, http.MethodHead, segment)
		if got.Status != http.StatusOK || len(got.Body) != 0 || got.Header.Get("Content-Length") != fmt.Sprint(len(whole.Body)) || got.Header.Get("ETag") != whole.Header.Get("ETag") {
			t.Errorf("%d, %d bytes, %v", got.Status, len(got.Body), got.Header)
		}
	})
	t.Run("a playlist is kept briefly, and compressed for who asks", func(t *testing.T) {
		plain := ask(t, http.MethodGet, s.HLSURL)
		if cache := plain.Header.Get("Cache-Control"); !strings.Contains(cache, "max-age=300") || strings.Contains(cache, "immutable") {
			t.Errorf("Cache-Control: %s", cache)
		}
		if kind := plain.Header.Get("Content-Type"); kind != "application/vnd.apple.mpegurl" {
			t.Errorf("Content-Type: %s", kind)
		}
		small := ask(t, http.MethodGet, s.HLSURL, "Accept-Encoding", "gzip")
		z, err := gzip.NewReader(bytes.NewReader(small.Body))
		if err != nil || small.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("not compressed: %v, %v", err, small.Header)
		}
		if unpacked, err := io.ReadAll(z); err != nil || !bytes.Equal(unpacked, plain.Body) {
			t.Errorf("compressed, it is another playlist (%v)", err)
		}
		if tag := small.Header.Get("ETag"); ask(t, http.MethodGet, s.HLSURL, "Accept-Encoding", "gzip", "If-None-Match", tag).Status != http.StatusNotModified {
			t.Error("with its own ETag it is sent again")
		}
		if kind := get(t, stranger, s.DASHURL).Header.Get("Content-Type"); kind != "application/dash+xml" {
			t.Errorf("the DASH manifest is %s", kind)
		}
	})
	t.Run("a page of another site may play it", func(t *testing.T) {
		got := ask(t, http.MethodGet, segment, "Origin", "https://elsewhere.example")
		if got.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%v", got.Header)
		}
		asked := ask(t, http.MethodOptions, segment, "Origin", "https://elsewhere.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "range")
		if asked.Status != http.StatusNoContent || !strings.Contains(asked.Header.Get("Access-Control-Allow-Headers"), "Range") {
			t.Errorf("asked first: %d %v", asked.Status, asked.Header)
		}
	})
	t.Run("what is not there is not there", func(t *testing.T) {
		for _, path := range []string{"video/9999/seg-00001.m4s", "seg-00001.m4s", s.Renditions[0].ID + "/seg-99999.m4s", s.Renditions[0].ID + "/seg-1.m4s", "..%2f..%2fkey", "source"} {
			if got := ask(t, http.MethodGet, strings.Replace(s.HLSURL, "playlist.m3u8", path, 1)); got.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, got.Status)
			}
		}
	})
}

func TestOnlyThisVideoAndOnlyWhileSignedIn(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, func(t *testing.T, o house.Options) {
		h := house.Start(t, o)
		c, other := h.Admin(), h.Admin()
		v, another := show(t, c, small), show(t, c, small)
		s, err := c.Stream(t.Context(), v.ID)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := other.Stream(t.Context(), v.ID)
		if err != nil {
			t.Fatal(err)
		}
		stranger := h.Stranger()
		status := func(path string) int {
			t.Helper()
			got, err := stranger.Fetch(t.Context(), http.MethodGet, path, nil)
			if err != nil {
				t.Fatal(err)
			}
			return got.Status
		}
		segment := strings.Replace(s.HLSURL, "playlist.m3u8", s.Renditions[0].ID+"/seg-00001.m4s", 1)
		token := strings.Split(s.HLSURL, "/")[2]
		forged := token[:len(token)-2] + "AA"
		if forged == token {
			forged = token[:len(token)-2] + "BB"
		}

		for _, path := range []string{s.HLSURL, s.DASHURL, s.ThumbnailsURL, segment} {
			if got := status(path); got != http.StatusOK {
				t.Errorf("before: %s answers %d", path, got)
			}
			if got := status(strings.Replace(path, v.ID, another.ID, 1)); got != http.StatusForbidden {
				t.Errorf("for another video: %d", got)
			}
			if got := status(strings.Replace(path, token, forged, 1)); got != http.StatusForbidden {
				t.Errorf("with a forged token: %d", got)
			}
		}
		if err := c.Call(t.Context(), http.MethodPost, "/api/auth/logout", nil, nil); err != nil {
			t.Fatal(err)
		}
		told := time.Duration(0) // the node that was asked knows at once, another as soon as it is told
		if house.Scaled() {
			told = 2 * time.Second
		}
		for _, path := range []string{s.HLSURL, s.DASHURL, s.ThumbnailsURL, segment} {
			eventually(t, told, func() error {
				if got := status(path); got != http.StatusUnauthorized && got != http.StatusForbidden {
					return fmt.Errorf("after signing out %s answers %d", path, got)
				}
				return nil
			})
		}
		if got := status(theirs.HLSURL); got != http.StatusOK {
			t.Errorf("the other session's address answers %d", got)
		}
		_, err = c.Stream(t.Context(), v.ID)
		refused(t, "a ticket after signing out", err, http.StatusUnauthorized, "signed_out")
	})
}

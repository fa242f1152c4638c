package httpapi

import (
	"encoding/base64"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
)

func TestPagesOfTheLibraryMeet(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	if first := read[page](t, viewer.send(t, "GET", "/api/videos", nil)); first.Items == nil || len(first.Items) != 0 || first.NextCursor != "" {
		t.Errorf("an empty library is %+v", first)
	}
	var want []string
	for range 7 {
		want = append(want, s.addVideo(t, "A film"))
	}
	slices.Reverse(want)
	for limit := 1; limit <= 8; limit++ {
		var got []string
		cursor := ""
		for range 10 {
			p := read[page](t, viewer.send(t, "GET", "/api/videos?limit="+strconv.Itoa(limit)+"&cursor="+url.QueryEscape(cursor), nil))
			if len(p.Items) > limit || len(p.Items) == 0 {
				t.Errorf("a page of %d for a limit of %d", len(p.Items), limit)
			}
			for _, v := range p.Items {
				got = append(got, v.ID)
			}
			if cursor = p.NextCursor; cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("by %d: %v\nwant %v", limit, got, want)
		}
	}
}

func TestACursorThatWasNotGivenOutIsRefused(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	id := uuid.NewString()
	for _, cursor := range []string{
		"x", "!!!!", "%00", encode("17"), encode("17 "), encode("x " + id), encode("17 not-an-id"),
		encode("17 " + id + "' OR 1=1"), encode("17 \x00"), encode(strconv.Itoa(math.MinInt64) + " " + id),
		encode(strconv.Itoa(math.MaxInt64) + " " + id), encode("99999999999999999999 " + id),
		formatCursor(catalog.Cursor{CreatedAt: time.Now(), ID: id}) + "=",
	} {
		viewer.send(t, "GET", "/api/videos?cursor="+url.QueryEscape(cursor), nil).wantCode(t, 422, "bad_cursor")
	}
	viewer.send(t, "GET", "/api/videos?cursor="+formatCursor(catalog.Cursor{CreatedAt: time.Now(), ID: id}), nil).want(t, 200)
}

func TestAVideoShowsHowFarItIsAndWhatWentWrong(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	id := s.addVideo(t, "Limite")
	got := read[Video](t, viewer.send(t, "GET", "/api/videos/"+id, nil))
	if got.ID != id || got.Title != "Limite" || got.Status != "processing" || got.Playable || got.Error != nil ||
		got.Renditions == nil || got.SourceBytes != int64(len(mp4)) || got.CreatedAt.Location() != time.UTC {
		t.Errorf("%+v", got)
	}
	failed := read[Video](t, viewer.send(t, "GET", "/api/videos/"+s.addFailed(t), nil))
	if failed.Status != "failed" || failed.Error == nil || failed.Error.Code != "no_picture" || failed.Error.Detail != "This file has no picture." ||
		failed.Error.Words["pt-BR"] != catalog.Reason("no_picture")["pt-BR"] {
		t.Errorf("%+v with %+v", failed, failed.Error)
	}
	viewer.send(t, "GET", "/api/videos/"+uuid.NewString(), nil).wantCode(t, 404, "not_found")
}

func TestAVideoShowsWhatOfItsFileCannotBeUsed(t *testing.T) {
	v := ViewOfVideo(catalog.Video{Status: catalog.Ready, Marks: []catalog.Mark{{Code: "truncated", Detail: "Only 15 s can be read."}}})
	if len(v.Marks) != 1 || v.Marks[0].Detail != "Only 15 s can be read." || v.Marks[0].Words["en"].Sentence == "" || v.Error != nil {
		t.Errorf("%+v", v.Marks)
	}
	if sound := ViewOfVideo(catalog.Video{}); sound.Marks == nil || len(sound.Marks) != 0 {
		t.Errorf("of a sound file: %#v", sound.Marks)
	}
}

func TestViewsSpeakOfProgress(t *testing.T) {
	v := ViewOfVideo(catalog.Video{Status: catalog.Processing, Renditions: []catalog.Rendition{
		{ID: "video/360", Kind: "video", Segments: 10, SegmentsDone: 10, Whole: true},
		{ID: "video/720", Kind: "video", Segments: 10, SegmentsDone: 10},
		{ID: "video/1080", Kind: "video", Segments: 10},
	}})
	if want := 20.0 / 30; v.Progress != want {
		t.Errorf("progress %v, want %v", v.Progress, want)
	}
	for i, want := range []VideoRendition{
		{ID: "video/360", Kind: "video", Status: "ready", Progress: 1},
		{ID: "video/720", Kind: "video", Status: "encoding", Progress: 1},
		{ID: "video/1080", Kind: "video", Status: "queued"},
	} {
		if v.Renditions[i] != want {
			t.Errorf("%+v, want %+v", v.Renditions[i], want)
		}
	}
}

func TestWhatEditorsChangeIsTold(t *testing.T) {
	s := openSite(t)
	editor := s.signedIn(t, account.Editor)
	id, failed := s.addVideo(t, "A film"), s.addFailed(t)
	s.changed = nil

	renamed := read[Video](t, editor.send(t, "PATCH", "/api/videos/"+id, map[string]string{"title": "  A   Margem "}))
	if renamed.Title != "A Margem" || !slices.Equal(s.changed, []string{id}) {
		t.Errorf("renamed to %q, told of %v", renamed.Title, s.changed)
	}
	editor.send(t, "POST", "/api/videos/"+id+"/retry", nil).wantCode(t, 409, "not_failed")
	retried := editor.send(t, "POST", "/api/videos/"+failed+"/retry", nil).want(t, 202)
	if v := read[Video](t, retried); v.Status != "processing" || v.Error != nil {
		t.Errorf("retried, it is %+v", v)
	}
	editor.send(t, "DELETE", "/api/videos/"+id, nil).want(t, 204)
	if !slices.Equal(s.deleted, []string{id}) {
		t.Errorf("told that %v are gone", s.deleted)
	}
	editor.send(t, "GET", "/api/videos/"+id, nil).want(t, 404)
	editor.send(t, "DELETE", "/api/videos/"+id, nil).want(t, 404)
	editor.send(t, "PATCH", "/api/videos/"+id, map[string]string{"title": "B"}).want(t, 404)
}

func TestAPictureIsSentForGoodAndItsAddressChangesOnlyWithIt(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	id := s.addVideo(t, "A film")
	key := "videos/" + id + "/poster.jpg"
	if _, err := s.Blobs.Put(t.Context(), key, strings.NewReader("a poster"), -1); err != nil {
		t.Fatal(err)
	}
	address := func() string { return read[Video](t, viewer.send(t, "GET", "/api/videos/"+id, nil)).PosterURL }
	if got := address(); got != "" {
		t.Errorf("the address of no poster is %q", got)
	}
	viewer.send(t, "GET", "/api/videos/"+id+"/images/poster", nil).want(t, 404)
	if err := s.Catalog.SetPoster(t.Context(), id, key, ""); err != nil {
		t.Fatal(err)
	}
	first := address()
	picture := viewer.send(t, "GET", first, nil).want(t, 200)
	if picture.body != "a poster" || picture.Header.Get("Content-Type") != "image/jpeg" ||
		picture.Header.Get("Cache-Control") != "private, max-age=31536000, immutable" {
		t.Errorf("%q with %v", picture.body, picture.Header)
	}
	if part := viewer.send(t, "GET", first, nil, "Range", "bytes=2-").want(t, 206); part.body != "poster" {
		t.Errorf("a part of it is %q", part.body)
	}
	if err := s.Catalog.Rename(t.Context(), id, "Another"); err != nil {
		t.Fatal(err)
	}
	if again := address(); again != first {
		t.Errorf("renaming the film moved its poster from %s to %s", first, again)
	}
	if err := s.Catalog.SetPoster(t.Context(), id, "videos/"+id+"/other.jpg", ""); err != nil {
		t.Fatal(err)
	}
	if other := address(); other == first {
		t.Error("another poster has the same address")
	}
	viewer.send(t, "GET", address(), nil).want(t, 404) // not stored: no page of nothing, kept for good
}

func TestAPictureOfNoVideoIsNotFound(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	id := s.addVideo(t, "A film")
	for _, path := range []string{uuid.NewString() + "/images/poster", "x/images/poster", "%00/images/poster", id + "/images/..%2f..%2fsource", id + "/images/source", id + "/images/still"} {
		viewer.send(t, "GET", "/api/videos/"+path, nil).want(t, 404)
	}
}

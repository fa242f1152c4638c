// Package catalogtest owns the contract of catalog.Store: one suite that every engine
// runs. It is test code, imports catalog and the tools its Store is given, and knows no
// engine.
package catalogtest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Subject is what the suite is run on: one empty database.
type Subject struct {
	Store catalog.Store
	// Add puts a video there as the other rooms leave it: with its upload, its source,
	// its plan, its renditions and a task.
	Add func(t testing.TB, v catalog.Video)
	// Hanging counts the rows of other tables that belong to a video.
	Hanging func(t testing.TB, videoID string) int
	// Jobs returns the jobs that have not ended, each as its kind and its JSON, keys in
	// order: `catalog.media_gone {"videoId":"…"}`.
	Jobs func(t testing.TB) []string
	// LoseQueue makes every later attempt to enqueue a job fail.
	LoseQueue func(t testing.TB)
}

// Run checks every promise of catalog.Store. Each test opens a subject of its own.
func Run(t *testing.T, open func(t testing.TB) Subject) {
	for name, test := range map[string]func(*testing.T, Subject){
		"a video is read whole":                                 aVideoIsReadWhole,
		"an unknown video is not found":                         anUnknownVideoIsNotFound,
		"an empty library is an empty list":                     anEmptyLibrary,
		"the list goes from the newest, whole":                  theListGoesFromTheNewest,
		"pages meet without a gap or a double":                  pagesMeet,
		"pages meet where many were created at one moment":      pagesMeetAtOneMoment,
		"a page is not moved by what comes and goes before it":  aPageDoesNotMove,
		"a title is changed and nothing else":                   aTitleIsChanged,
		"a rating is given, changed and taken away":             aRatingIsSet,
		"who has a limit is listed what is within it, in pages": pagesWithinALimitMeet,
		"a poster is set and nothing else":                      aPosterIsSet,
		"a video is attached to a film, and taken away":         aVideoIsAttached,
		"a film has one current video":                          aFilmHasOneCurrent,
		"of many attached at once one is current":               oneOfManyIsCurrent,
		"the videos of films are told together":                 videosOfFilms,
		"deleting takes all that hangs on it, and no more":      deletingTakesAll,
		"deleting asks for the media to go, once":               deletingAsksForTheMediaToGo,
		"a video that cannot ask for its media to go stays":     deletingIsOneTransaction,
		"of many who delete at once one does, and one job asks": oneOfManyDeletes,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

var epoch = time.Date(2021, 3, 4, 5, 6, 7, 891_011_000, time.UTC)

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// lastTMDB counts ids of TMDB, beyond 32 bits.
var lastTMDB = func() *atomic.Int64 { n := new(atomic.Int64); n.Store(5 << 32); return n }()

var someRating, _ = catalog.RatingOf(14)

// film is a video with something in every field.
func film(created time.Time) catalog.Video {
	id := newID()
	return catalog.Video{
		ID: id, Title: `Limite — "D'Ávila" 🎬 $1 %`, Status: catalog.Failed, Playable: true, DurationSeconds: 5025.04,
		Width: 1440, Height: 1080, SourceBytes: 5 << 32, Credit: "Mário Peixoto, 1931", Rating: someRating, BlurHash: "LEHV6nWB2yk8",
		PosterKey: "videos/" + id + "/poster.jpg", StillKey: "videos/" + id + "/still.jpg",
		CreatedAt: created, UpdatedAt: created.Add(time.Hour), ErrorCode: "no_index", ErrorDetail: "The end is missing.",
		Marks: []catalog.Mark{{Code: "bitmap_subtitles", Detail: "The \"por\" subtitles are pictures."}, {Code: "truncated", Detail: "O fim está faltando."}},
		Of:    catalog.Belonging{FilmID: newID(), Part: catalog.Current, TMDBID: lastTMDB.Add(1)},
		Renditions: []catalog.Rendition{ // in the plan's order, which is no alphabet's
			{ID: "video/720", Kind: "video", Width: 960, Height: 720, Bandwidth: 2_500_000, Segments: 40, SegmentsDone: 40, Whole: true},
			{ID: "video/1080", Kind: "video", Width: 1440, Height: 1080, Bandwidth: 5 << 32, Segments: 40, SegmentsDone: 3},
			{ID: "audio/0-pt", Kind: "audio", Language: "pt-BR", Bandwidth: 128_000, Segments: 40},
		},
	}
}

// add puts n films there, created a second apart from the oldest to the newest, and
// returns them as the list should: newest first.
func add(t *testing.T, s Subject, n int, apart time.Duration) []catalog.Video {
	t.Helper()
	var list []catalog.Video
	for i := range n {
		v := film(epoch.Add(time.Duration(i) * apart))
		s.Add(t, v)
		list = append(list, v)
	}
	newestFirst(list)
	return list
}

func newestFirst(list []catalog.Video) {
	slices.SortFunc(list, func(a, b catalog.Video) int {
		if c := b.CreatedAt.Compare(a.CreatedAt); c != 0 {
			return c
		}
		return slices.Compare([]byte(b.ID), []byte(a.ID))
	})
}

func page(t *testing.T, s Subject, after *catalog.Cursor, limit int) []catalog.Video {
	t.Helper()
	return pageWithin(t, s, catalog.Rating{}, after, limit)
}

func pageWithin(t *testing.T, s Subject, within catalog.Rating, after *catalog.Cursor, limit int) []catalog.Video {
	t.Helper()
	list, err := s.Store.Videos(t.Context(), within, after, limit)
	if err != nil {
		t.Fatalf("list: %v", err)
	}
	if len(list) > limit {
		t.Errorf("%d videos, when at most %d were asked for", len(list), limit)
	}
	return list
}

func cursor(v catalog.Video) *catalog.Cursor {
	return &catalog.Cursor{CreatedAt: v.CreatedAt, ID: v.ID}
}

// pages reads the whole list, limit by limit.
func pages(t *testing.T, s Subject, limit int) (all []catalog.Video) {
	t.Helper()
	return pagesWithin(t, s, catalog.Rating{}, limit)
}

func pagesWithin(t *testing.T, s Subject, within catalog.Rating, limit int) (all []catalog.Video) {
	t.Helper()
	var after *catalog.Cursor
	for range 1000 {
		list := pageWithin(t, s, within, after, limit)
		all = append(all, list...)
		if len(list) < limit {
			return all
		}
		after = cursor(list[len(list)-1])
	}
	t.Fatal("the list has no end")
	return nil
}

func ids(list []catalog.Video) (ids []string) {
	for _, v := range list {
		ids = append(ids, v.ID)
	}
	return ids
}

func wantIDs(t *testing.T, what string, got, want []catalog.Video) {
	t.Helper()
	if !slices.Equal(ids(got), ids(want)) {
		t.Errorf("%s: %v\nwant %v", what, ids(got), ids(want))
	}
}

func wantFault(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: %v, want the fault %q", what, err, kind)
	}
}

func read(t *testing.T, s Subject, id string) catalog.Video {
	t.Helper()
	v, err := s.Store.Video(t.Context(), id)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return v
}

func wantVideo(t *testing.T, got, want catalog.Video) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// wantGone checks which videos' media were asked to go.
func wantGone(t *testing.T, s Subject, videoIDs ...string) {
	t.Helper()
	var want []string
	for _, id := range videoIDs {
		job := catalog.MediaGone{VideoID: id}
		args, err := json.Marshal(job)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, fmt.Sprintf("%s %s", job.Kind(), args))
	}
	if got := s.Jobs(t); !slices.Equal(got, want) {
		t.Errorf("jobs %q\nwant %q", got, want)
	}
}

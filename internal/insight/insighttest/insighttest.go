// Package insighttest owns the contract of insight.Store: one suite that every engine runs. It is
// test code, imports insight, and knows no engine.
package insighttest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/insight"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Subject is what the suite is run on: one empty database.
type Subject struct {
	Store insight.Store
	Films insight.Films
	// Node opens the same database as another process does.
	Node func(t testing.TB) insight.Store
	// Join makes a profile of somebody new; Leave takes them away with all that is theirs.
	Join  func(t testing.TB) insight.Viewer
	Leave func(t testing.TB, v insight.Viewer)
	// Add brings in a video of 5,400 s; Remove takes it away.
	Add    func(t testing.TB) (videoID string)
	Remove func(t testing.TB, videoID string)
}

// Run checks every promise of insight.Store. Each test opens a subject of its own.
func Run(t *testing.T, open func(t testing.TB) Subject) {
	for name, test := range map[string]func(*testing.T, Subject){
		"a playing is kept as it was sent":                               aPlayingIsKept,
		"what is sent twice, late or in another order is one playing":    batchesAreJoined,
		"a playing that was opened and left counts for nothing":          theUnseenDoNotCount,
		"each viewer is counted once, and each playing":                  viewersAreCounted,
		"another viewer's session is another playing":                    sessionsAreNotShared,
		"a profile that is not theirs, and what is gone, is not written": strangersAreLeftOut,
		"of one viewer and video the latest playings are kept":           oneViewersPlayingsAreBounded,
		"the latest playings come first, so many at most":                theLatestComeFirst,
		"the most watched come first, a page at a time":                  theMostWatchedComeFirst,
		"who leaves takes their playings along, and a video too":         playingsGoWithTheirs,
		"a viewer takes back what is theirs, of some videos or of all":   viewersTakeBack,
		"all that is kept of a user is exported, and nothing of others":  allThatIsTheirsIsExported,
		"the oldest are forgotten, so many at once, and no younger ones": theOldestAreForgotten,
		"of a crowded video the latest are kept":                         crowdsAreThinned,
		"many processes at once lose nothing and count nothing twice":    manyWriteAtOnce,
		"who leaves while others watch keeps nobody from writing":        leavingStopsNobody,
		"a video is found with what it is called":                        videosAreFound,
		"whoever gave up is told so":                                     givingUpIsCancelled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// epoch is a time as stores keep it: UTC, with microseconds that are not all zero.
var epoch = time.Date(2021, 3, 4, 5, 6, 7, 891_011_000, time.UTC)

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func playing(v insight.Viewer, videoID string, at time.Time) insight.Playing {
	return insight.Playing{Viewer: v, VideoID: videoID, SessionID: newID(), Began: at, Parts: insight.Parts{0: 1, 50: 9, 99: 2}}
}

func (s Subject) record(t testing.TB, list ...insight.Playing) {
	t.Helper()
	ok(t, s.Store.Record(t.Context(), list))
}

func (s Subject) playings(t testing.TB, videoID string) []insight.Playing {
	t.Helper()
	list, err := s.Store.Playings(t.Context(), videoID, 10_000)
	ok(t, err)
	return list
}

func (s Subject) want(t testing.TB, videoID string, want ...insight.Playing) {
	t.Helper()
	if got := s.playings(t, videoID); len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Errorf("kept is\n%+v\nwant\n%+v", got, want)
	}
}

func (s Subject) wantCount(t testing.TB, videoID string, viewers, playings int) {
	t.Helper()
	got, err := s.Store.Of(t.Context(), videoID)
	ok(t, err)
	if want := (insight.Watched{VideoID: videoID, Viewers: viewers, Playings: playings}); got != want {
		t.Errorf("counted are %+v, want %+v", got, want)
	}
}

func aPlayingIsKept(t *testing.T, s Subject) {
	p := playing(s.Join(t), s.Add(t), epoch)
	p.Events = []insight.Event{
		{Type: insight.Start, Value: 0.75},
		{Type: insight.Quality, At: 0.1, Value: 1080},
		{Type: insight.Stall, At: 100.001, Position: 99.999, Value: 1.5},
		{Type: insight.Complete, At: 5000, Position: 5300},
	}
	s.record(t, p)
	s.want(t, p.VideoID, p)
	s.wantCount(t, p.VideoID, 1, 1)
	s.wantCount(t, newID(), 0, 0)
}

func batchesAreJoined(t *testing.T, s Subject) {
	whole := playing(s.Join(t), s.Add(t), epoch)
	var batches []insight.Playing
	for i := range 6 {
		b := whole
		b.Began = epoch.Add(time.Duration(5-i) * time.Minute)
		b.Parts[10+i] = uint8(i)
		b.Events = []insight.Event{{Type: insight.Stall, At: float64(10 * i), Value: 1}, {Type: insight.Stop, At: float64(10*i + 5)}}
		batches = append(batches, b)
	}
	want := insight.Playing{}
	for _, b := range batches {
		want = b.Join(want)
	}
	for _, i := range []int{3, 0, 5, 5, 1, 3, 4, 0, 2, 5} {
		s.record(t, batches[i])
	}
	s.want(t, whole.VideoID, want)
	s.wantCount(t, whole.VideoID, 1, 1)
}

func theUnseenDoNotCount(t *testing.T, s Subject) {
	p := playing(s.Join(t), s.Add(t), epoch)
	seen := p.Parts
	p.Parts, p.Events = insight.Parts{}, []insight.Event{{Type: insight.Start}}
	s.record(t, p)
	s.want(t, p.VideoID)
	s.wantCount(t, p.VideoID, 0, 0)
	p.Parts = seen
	s.record(t, p)
	s.record(t, p)
	s.want(t, p.VideoID, p)
	s.wantCount(t, p.VideoID, 1, 1)
}

func viewersAreCounted(t *testing.T, s Subject) {
	video, other := s.Add(t), s.Add(t)
	ana, rui := s.Join(t), s.Join(t)
	s.record(t, playing(ana, video, epoch), playing(ana, video, epoch), playing(rui, video, epoch), playing(ana, other, epoch))
	s.wantCount(t, video, 2, 3)
	s.wantCount(t, other, 1, 1)
	s.record(t, playing(ana, video, epoch))
	s.wantCount(t, video, 2, 4)
}

func sessionsAreNotShared(t *testing.T, s Subject) {
	mine := playing(s.Join(t), s.Add(t), epoch)
	theirs := mine
	theirs.Viewer, theirs.Began, theirs.Parts = s.Join(t), epoch.Add(time.Second), insight.Parts{99: 9}
	s.record(t, mine)
	s.record(t, theirs)
	s.want(t, mine.VideoID, theirs, mine)
	s.wantCount(t, mine.VideoID, 2, 2)
}

func strangersAreLeftOut(t *testing.T, s Subject) {
	ana, rui, video := s.Join(t), s.Join(t), s.Add(t)
	kept := playing(ana, video, epoch)
	s.record(t,
		playing(insight.Viewer{UserID: rui.UserID, ProfileID: ana.ProfileID}, video, epoch),
		playing(insight.Viewer{UserID: ana.UserID, ProfileID: newID()}, video, epoch),
		playing(ana, newID(), epoch), kept)
	s.want(t, video, kept)
	s.wantCount(t, video, 1, 1)
}

func oneViewersPlayingsAreBounded(t *testing.T, s Subject) {
	ana, rui, video := s.Join(t), s.Join(t), s.Add(t)
	first := playing(rui, video, epoch.Add(-time.Hour))
	s.record(t, first)
	var all []insight.Playing
	for i := range insight.MostOfOne + 5 {
		p := playing(ana, video, epoch.Add(time.Duration(i)*time.Second))
		s.record(t, p)
		s.record(t, p)
		all = append([]insight.Playing{p}, all...)
	}
	s.want(t, video, append(all[:insight.MostOfOne], first)...)
	s.wantCount(t, video, 2, insight.MostOfOne+6)
}

func theLatestComeFirst(t *testing.T, s Subject) {
	video := s.Add(t)
	var want []insight.Playing
	for _, at := range []int{3, 1, 4, 0, 2} {
		p := playing(s.Join(t), video, epoch.Add(time.Duration(at)*time.Hour))
		s.record(t, p)
		want = append(want, p)
	}
	slices.SortFunc(want, func(a, b insight.Playing) int { return b.Began.Compare(a.Began) })
	s.want(t, video, want...)
	for _, most := range []int{0, 1, 3} {
		got, err := s.Store.Playings(t.Context(), video, most)
		ok(t, err)
		if len(got) != most || most > 0 && !reflect.DeepEqual(got, want[:most]) {
			t.Errorf("%d of at most %d", len(got), most)
		}
	}
}

func theMostWatchedComeFirst(t *testing.T, s Subject) {
	people := make([]insight.Viewer, 4)
	for i := range people {
		people[i] = s.Join(t)
	}
	viewers := map[string]int{}
	for i := range 10 {
		video := s.Add(t)
		viewers[video] = i % 4
		for _, v := range people[:i%4] {
			s.record(t, playing(v, video, epoch))
		}
	}
	var got []insight.Watched
	var after *insight.Watched
	for {
		page, err := s.Store.Watched(t.Context(), after, 3)
		ok(t, err)
		if len(page) == 0 {
			break
		}
		got = append(got, page...)
		after = &page[len(page)-1]
	}
	if len(got) != 7 { // of ten, three were never watched
		t.Fatalf("%+v", got)
	}
	for i, w := range got {
		if w.Viewers != viewers[w.VideoID] || w.Playings != w.Viewers {
			t.Errorf("%+v, want %d", w, viewers[w.VideoID])
		}
		if i > 0 && (got[i-1].Viewers < w.Viewers || got[i-1].Viewers == w.Viewers && got[i-1].VideoID <= w.VideoID) {
			t.Errorf("%+v before %+v", got[i-1], w)
		}
	}
}

func manyWriteAtOnce(t *testing.T, s Subject) {
	const nodes, viewers, each = 3, 4, 6
	videos := []string{s.Add(t), s.Add(t)}
	people := make([]insight.Viewer, viewers)
	sessions := map[string]string{}
	for i := range people {
		people[i] = s.Join(t)
		for n := range each {
			sessions[fmt.Sprint(i, n)] = newID()
		}
	}
	// Every node is told of every playing, each with a part of it, in an order of its own.
	var wait sync.WaitGroup
	for node := range nodes {
		store := s.Node(t)
		wait.Go(func() {
			for round := range each {
				var list []insight.Playing
				for _, video := range videos {
					for i, v := range people {
						n := (round + node) % each
						p := insight.Playing{Viewer: v, VideoID: video, SessionID: sessions[fmt.Sprint(i, n)], Began: epoch, Events: []insight.Event{{Type: insight.Stall, At: float64(node)}}}
						p.Parts[node] = 1
						list = append(list, p)
					}
				}
				slices.SortFunc(list, insight.Compare)
				if err := store.Record(t.Context(), list); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	for _, video := range videos {
		s.wantCount(t, video, viewers, viewers*each)
		for _, p := range s.playings(t, video) {
			if p.Parts != (insight.Parts{1, 1, 1}) || len(p.Events) != nodes {
				t.Errorf("of a playing %v and %+v are left", p.Parts, p.Events)
			}
		}
	}
}

func videosAreFound(t *testing.T, s Subject) {
	video := s.Add(t)
	f, err := s.Films.Film(t.Context(), video)
	ok(t, err)
	if f.DurationSeconds != 5400 {
		t.Errorf("%+v", f)
	}
	if _, err := s.Films.Film(t.Context(), newID()); !fault.Is(err, fault.NotFound) {
		t.Errorf("of none: %v", err)
	}
	found, err := s.Films.Named(t.Context(), video, newID())
	ok(t, err)
	if len(found) != 1 || found[video].ID != video || found[video].Title == "" {
		t.Errorf("%+v", found)
	}
	if found, err := s.Films.Named(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("of none: %v, %v", found, err)
	}
}

func givingUpIsCancelled(t *testing.T, s Subject) {
	v, video := s.Join(t), s.Add(t)
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	_, read := s.Store.Playings(ctx, video, 1)
	_, watched := s.Store.Watched(ctx, nil, 1)
	_, of := s.Store.Of(ctx, video)
	_, forget := s.Store.Forget(ctx, epoch, 1)
	_, crowded := s.Store.Crowded(ctx, 1, "", 1)
	_, thin := s.Store.Thin(ctx, video, 1, 1)
	for what, err := range map[string]error{
		"record": s.Store.Record(ctx, []insight.Playing{playing(v, video, epoch)}), "leave": s.Store.Leave(ctx, v),
		"read": read, "watched": watched, "of": of, "forget": forget, "crowded": crowded, "thin": thin,
	} {
		if !fault.Is(err, fault.Cancelled) {
			t.Errorf("%s: %v, want the fault %q", what, err, fault.Cancelled)
		}
	}
}

package watchtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/watch"
)

// pages reads all of a viewer's history, so many videos at once; between pages, meanwhile.
func (s Subject) pages(t testing.TB, v watch.Viewer, most int, meanwhile func()) (all [][]watch.Row) {
	t.Helper()
	var after *watch.Place
	for {
		page, err := s.Store.Recent(t.Context(), v, after, most)
		ok(t, err)
		if len(page) > most {
			t.Fatalf("%d videos, asked for %d", len(page), most)
		}
		if all = append(all, page...); len(page) < most {
			return all
		}
		if len(all) > 10_000 {
			t.Fatal("there is no end")
		}
		place := placeOf(page[len(page)-1])
		after = &place
		if meanwhile != nil {
			meanwhile()
		}
	}
}

// placeOf is where the rows of a video are.
func placeOf(rows []watch.Row) (p watch.Place) {
	for _, r := range rows {
		if r.Kind != watch.Forgotten && !r.At.Before(p.At) {
			p = watch.Place{At: r.At, VideoID: r.VideoID}
		}
	}
	return p
}

func videosOf(list [][]watch.Row) (ids []string) {
	for _, rows := range list {
		ids = append(ids, rows[0].VideoID)
	}
	return ids
}

func theLastComesFirst(t *testing.T, s Subject) {
	v, stranger := s.Viewer(t), s.Viewer(t)
	child := s.Profile(t, v.UserID)
	a, b, c, never := s.Video(t), s.Video(t), s.Video(t), s.Video(t)
	at := func(v watch.Viewer, video, device string, after time.Duration) watch.Row {
		r := row(v, video, device, 1, 1)
		r.At = epoch.Add(after)
		return r
	}
	rows := []watch.Row{
		at(v, a, "tv", time.Hour), at(v, a, "phone", time.Minute), // its latest counts, whatever its era
		at(v, b, "phone", 30*time.Minute), at(v, c, "tv", 0), at(v, c, "phone", 59*time.Minute),
		at(child, never, "tv", 2*time.Hour), at(stranger, c, "tv", 2*time.Hour),
	}
	rows[1].Era.At = 99
	s.record(t, rows...)
	list, err := s.Store.Recent(t.Context(), v, nil, 10)
	ok(t, err)
	if got, want := videosOf(list), []string{a, c, b}; !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
	sameRows(t, list[0], rows[:2])
	sameRows(t, list[1], rows[3:5])
	sameRows(t, list[2], rows[2:3])

	again := rows[2]
	again.At = epoch.Add(3 * time.Hour)
	s.record(t, again)
	list, err = s.Store.Recent(t.Context(), v, nil, 2)
	ok(t, err)
	if got, want := videosOf(list), []string{b, a}; !slices.Equal(got, want) {
		t.Errorf("watched again: %v, want %v", got, want)
	}
	wantFault(t, "no such place", func() error {
		_, err := s.Store.Recent(t.Context(), v, &watch.Place{At: epoch, VideoID: "\x00"}, 5)
		return err
	}(), fault.Invalid)
}

// fill records videos of few times: of one moment, of one hour, of other hours, of one device and
// of several; it returns them latest first.
func (s Subject) fill(t testing.TB, v watch.Viewer, n int) [][]watch.Row {
	t.Helper()
	chance := rand.New(rand.NewPCG(uint64(n), 3))
	var all [][]watch.Row
	var batch []watch.Row
	for range n {
		video := s.Video(t)
		var rows []watch.Row
		for device := range 1 + chance.IntN(3) {
			r := row(v, video, strconv.Itoa(device), int64(chance.IntN(3)), 1)
			r.At = epoch.Add(time.Duration(chance.IntN(5))*23*time.Minute + time.Duration(chance.IntN(3))*250*time.Millisecond)
			if chance.IntN(6) == 0 {
				r.At = epoch.Add(-time.Duration(chance.IntN(90*24)) * time.Hour)
			}
			rows = append(rows, r)
		}
		all, batch = append(all, rows), append(batch, rows...)
	}
	s.record(t, batch...)
	slices.SortFunc(all, func(a, b [](watch.Row)) int { return -comparePlaces(placeOf(a), placeOf(b)) })
	return all
}

func comparePlaces(a, b watch.Place) int {
	if order := a.At.Compare(b.At); order != 0 {
		return order
	}
	if a.VideoID < b.VideoID {
		return -1
	}
	return 1
}

func pagesMeet(t *testing.T, s Subject) {
	v := s.Viewer(t)
	s.fill(t, s.Viewer(t), 5)
	want := s.fill(t, v, 40)
	for _, most := range []int{1, 2, 3, 7, 39, 40, 41, 1000} {
		got := s.pages(t, v, most, nil)
		if !slices.Equal(videosOf(got), videosOf(want)) {
			t.Fatalf("by %d: %v\nwant %v", most, videosOf(got), videosOf(want))
		}
		for i := range got {
			sameRows(t, got[i], want[i])
		}
	}
}

func pagesMeetMeanwhile(t *testing.T, s Subject) {
	v := s.Viewer(t)
	want := s.fill(t, v, 30)
	first, n := want[0][0], 0
	got := s.pages(t, v, 4, func() { // a new video, and one of the first page goes on
		n++
		later := row(v, s.Video(t), "tv", 9, 1)
		later.At = epoch.Add(48 * time.Hour)
		going := first
		going.At = epoch.Add(50*time.Hour + time.Duration(n)*time.Second)
		s.record(t, later, going)
	})
	if !slices.Equal(videosOf(got), videosOf(want)) {
		t.Errorf("%v\nwant %v", videosOf(got), videosOf(want))
	}
	if n < 7 {
		t.Errorf("%d pages", n)
	}
}

func aPlaceThatIsGone(t *testing.T, s Subject) {
	v := s.Viewer(t)
	want := s.fill(t, v, 12)
	place := placeOf(want[4])
	s.Remove(t, place.VideoID)
	list, err := s.Store.Recent(t.Context(), v, &place, 3)
	ok(t, err)
	if got := videosOf(list); !slices.Equal(got, videosOf(want[5:8])) {
		t.Errorf("%v, want %v", got, videosOf(want[5:8]))
	}
}

func forgotten(t *testing.T, s Subject) {
	v := s.Viewer(t)
	child := s.Profile(t, v.UserID)
	film, other, after := s.Video(t), s.Video(t), s.Video(t)
	before := []watch.Row{row(v, film, "tv", 5, 100), row(v, film, "phone", 7, 50), row(v, film, "", 6, 50)}
	stays := []watch.Row{row(v, other, "tv", 5, 10), row(v, after, "tv", 30, 10), row(child, film, "tv", 5, 10)}
	s.record(t, slices.Concat(before, stays, []watch.Row{row(v, after, "phone", 3, 7)})...)
	era := watch.Era{At: 20, By: "x"}
	for range 2 { // may be repeated
		ok(t, s.Store.Forget(t.Context(), v, era, film, after))
		rows, err := s.Store.Rows(t.Context(), v, film)
		ok(t, err)
		if len(rows) != 1 || rows[0].DeviceID != "" || rows[0].Device != "" || rows[0].SessionID != "" || rows[0].Era != era || rows[0].Kind != watch.Forgotten || rows[0].Position != 0 {
			t.Fatalf("left are %+v", rows)
		}
		s.want(t, v, []string{other}, stays[0])
		s.want(t, child, []string{film}, stays[2])
		rows, err = s.Store.Rows(t.Context(), v, after)
		ok(t, err)
		if mark, _ := watch.Joined(rows); mark != stays[1].Mark || slices.ContainsFunc(rows, func(r watch.Row) bool { return r.DeviceID == "phone" }) {
			t.Errorf("what was watched since: %+v", rows)
		}
	}
	list, err := s.Store.Recent(t.Context(), v, nil, 10)
	ok(t, err)
	if got := videosOf(list); slices.Contains(got, film) || len(got) != 2 {
		t.Errorf("recent are %v with what was forgotten", got)
	}
	// A device that was away tells of what was before.
	s.record(t, before[0])
	rows, err := s.Store.Rows(t.Context(), v, film)
	ok(t, err)
	if mark, found := watch.Joined(rows); !found || mark.Kind != watch.Forgotten || len(rows) != 2 {
		t.Errorf("it is back: %+v", rows)
	}
	// It is watched again.
	anew := row(v, film, "tv", 21, 3)
	anew.At = epoch.Add(time.Hour)
	s.record(t, anew)
	list, err = s.Store.Recent(t.Context(), v, nil, 1)
	ok(t, err)
	if mark, _ := watch.Joined(list[0]); list[0][0].VideoID != film || mark != anew.Mark {
		t.Errorf("watched anew: %+v", list)
	}
}

func allIsForgotten(t *testing.T, s Subject) {
	v, other := s.Viewer(t), s.Viewer(t)
	s.fill(t, v, 40) // of eras before 3
	theirs := s.fill(t, other, 3)
	since := row(v, s.Video(t), "tv", 30, 5)
	s.record(t, since)
	for range 2 {
		ok(t, s.Store.Forget(t.Context(), v, watch.Era{At: 20, By: "x"}))
		list := s.pages(t, v, 3, nil)
		if len(list) != 1 {
			t.Fatalf("left are %v", list)
		}
		sameRows(t, list[0], []watch.Row{since})
		if got := s.pages(t, other, 10, nil); !slices.Equal(videosOf(got), videosOf(theirs)) {
			t.Errorf("of another: %v", got)
		}
	}
}

// What is reported while it is forgotten is of before or after, by its era alone.
func forgettingMeanwhile(t *testing.T, s Subject) {
	v, stores := s.Viewer(t), []watch.Store{s.Store, s.Join(t)}
	var videos []string
	for range 8 {
		videos = append(videos, s.Video(t))
	}
	errs := make(chan error)
	for n, store := range stores {
		go func() {
			var err error
			for i := range 10 {
				var batch []watch.Row
				for j, video := range videos {
					batch = append(batch, row(v, video, strconv.Itoa(n), int64(i+j), float64(i)), row(v, video, "", int64(i), 0))
				}
				err = errors.Join(err, store.Record(t.Context(), batch))
			}
			errs <- err
		}()
	}
	go func() {
		var err error
		for i := range 5 {
			err = errors.Join(err, stores[i%2].Forget(t.Context(), v, watch.Era{At: 12, By: "x"}, videos[i:]...))
		}
		errs <- err
	}()
	for range len(stores) + 1 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	ok(t, s.Store.Forget(t.Context(), v, watch.Era{At: 12, By: "x"}))
	for j, video := range videos {
		rows, err := s.Store.Rows(t.Context(), v, video)
		ok(t, err)
		mark, _ := watch.Joined(rows)
		want := watch.Mark{Era: watch.Era{At: 12, By: "x"}, Kind: watch.Forgotten}
		if last := int64(9 + j); last > 12 {
			want = row(v, video, "", last, 9).Mark
		}
		if mark.Era != want.Era || mark.Kind != want.Kind || mark.Position != want.Position {
			t.Errorf("%d: %+v, want %+v", j, mark, want)
		}
	}
}

func whoLeaves(t *testing.T, s Subject) {
	v, stays, video := s.Viewer(t), s.Viewer(t), s.Video(t)
	child := s.Profile(t, v.UserID)
	theirs := row(stays, video, "tv", 1, 1)
	mine := row(v, video, "tv", 1, 1)
	s.record(t, mine, row(child, video, "tv", 1, 1), theirs)
	s.LeaveProfile(t, child)
	s.want(t, child, []string{video})
	s.want(t, v, []string{video}, mine)
	s.Leave(t, v)
	s.want(t, v, []string{video})
	s.want(t, stays, []string{video}, theirs)
}

func aVideoGoes(t *testing.T, s Subject) {
	v, other, gone, stays := s.Viewer(t), s.Viewer(t), s.Video(t), s.Video(t)
	kept := row(v, stays, "tv", 1, 1)
	s.record(t, row(v, gone, "tv", 1, 1), row(v, gone, "", 2, 1), row(other, gone, "tv", 1, 1), kept)
	s.Remove(t, gone)
	s.want(t, v, []string{gone, stays}, kept)
	s.want(t, other, []string{gone})
	list, err := s.Store.Recent(t.Context(), v, nil, 5)
	ok(t, err)
	if got := videosOf(list); !slices.Equal(got, []string{stays}) {
		t.Errorf("recent are %v", got)
	}
}

func givingUp(t *testing.T, s Subject) {
	v, video := s.Viewer(t), s.Video(t)
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	_, rowsErr := s.Store.Rows(ctx, v, video)
	_, recentErr := s.Store.Recent(ctx, v, nil, 1)
	for what, err := range map[string]error{
		"record": s.Store.Record(ctx, []watch.Row{row(v, video, "tv", 1, 1)}), "rows": rowsErr, "recent": recentErr,
		"forget": s.Store.Forget(ctx, v, watch.Era{At: 1, By: "x"}),
	} {
		if !fault.Is(err, fault.Cancelled) {
			t.Errorf("%s: %v, want the fault %q", what, fmt.Sprint(err), fault.Cancelled)
		}
	}
	s.want(t, v, []string{video})
	s.record(t, row(v, video, "tv", 1, 1)) // and others go on
}

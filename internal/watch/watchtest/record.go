package watchtest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/watch"
)

func aRowIsKept(t *testing.T, s Subject) {
	v, video := s.Viewer(t), s.Video(t)
	want := watch.Row{
		Viewer: v, VideoID: video, DeviceID: newID(), Device: `Firefox on "São João" 📺'; DROP TABLE watch_history;--`, SessionID: newID(), Counter: math.MaxInt64,
		Mark: watch.Mark{Era: watch.Era{At: 1 << 53, By: newID()}, Kind: watch.Removed, Position: 1.0 / 3, Duration: 5400.25, At: epoch},
	}
	other := row(v, video, "", 0, 0) // the first era, and no device
	other.Era.By, other.Device, other.SessionID, other.Counter, other.Kind = "", "", "", 0, watch.Forgotten
	s.record(t, want, other)
	s.want(t, v, []string{video}, want, other)

	// Finer times than are kept, and of another place, are the same times.
	fine := want
	fine.DeviceID, fine.At = newID(), epoch.Add(999*time.Nanosecond).In(time.FixedZone("there", -3*3600))
	s.record(t, fine)
	fine.At = epoch
	s.want(t, v, []string{video}, want, other, fine)
	for _, at := range []time.Time{
		time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
		time.UnixMicro(0).UTC(), time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
	} {
		r := want
		r.VideoID, r.At = s.Video(t), at
		s.record(t, r)
		s.want(t, v, []string{r.VideoID}, r)
	}
}

func rowsAreApart(t *testing.T, s Subject) {
	v, film, other := s.Viewer(t), s.Video(t), s.Video(t)
	child, stranger := s.Profile(t, v.UserID), s.Viewer(t)
	here, there := row(v, film, "tv", 5, 10), row(v, film, "phone", 7, 20)
	rows := []watch.Row{here, there, row(v, other, "tv", 6, 30), row(child, film, "tv", 5, 40), row(stranger, film, "tv", 5, 50)}
	s.record(t, rows...)
	s.want(t, v, []string{film}, here, there)
	s.want(t, v, []string{other, film}, rows[:3]...)
	s.want(t, v, []string{film, film, newID(), "\x00"}, here, there)
	s.want(t, child, []string{film, other}, rows[3])
	s.want(t, stranger, []string{film, other}, rows[4])
	s.want(t, watch.Viewer{UserID: stranger.UserID, ProfileID: v.ProfileID}, []string{film})
}

func nothingIsThere(t *testing.T, s Subject) {
	v, video := s.Viewer(t), s.Video(t)
	s.record(t)
	s.want(t, v, nil)
	s.want(t, v, []string{video, newID(), "", "%", "\x00", "\xff"})
	s.want(t, watch.Viewer{UserID: "\x00", ProfileID: "\xff"}, []string{video})
	s.want(t, watch.Viewer{}, []string{video})
	for _, most := range []int{-1, 0, 5} {
		if list, err := s.Store.Recent(t.Context(), v, nil, most); err != nil || len(list) != 0 {
			t.Errorf("recent: %v %v", list, err)
		}
	}
	ok(t, s.Store.Forget(t.Context(), v, watch.Era{At: 9, By: "x"}))
	ok(t, s.Store.Forget(t.Context(), v, watch.Era{At: 9, By: "x"}, video, newID(), "\x00"))
	s.want(t, v, []string{video})
}

func aLaterEraWins(t *testing.T, s Subject) {
	v := s.Viewer(t)
	for name, eras := range map[string][2]watch.Era{
		"by time":       {{At: 5, By: "z"}, {At: 6, By: "a"}},
		"by who":        {{At: 5, By: "a"}, {At: 5, By: "b"}},
		"than none":     {{}, {At: 5, By: ""}},
		"letter case":   {{At: 5, By: "Z"}, {At: 5, By: "a"}}, // by bytes, not by the words of a language
		"by its length": {{At: 5, By: "a"}, {At: 5, By: "aa"}},
	} {
		before, after := row(v, s.Video(t), "tv", 0, 900), row(v, "", "tv", 0, 10)
		after.VideoID = before.VideoID
		before.Era, after.Era = eras[0], eras[1]
		before.At, before.Duration, before.SessionID, before.Counter, before.Device = epoch.Add(time.Hour), 9000, "zz", 99, "zz"
		after.Kind, after.Counter = watch.Forgotten, 2
		s.record(t, before)
		s.record(t, after)
		s.want(t, v, []string{after.VideoID}, after)
		s.record(t, before) // late: nothing of it counts but who said it
		after.SessionID, after.Counter, after.Device = before.SessionID, before.Counter, before.Device
		s.want(t, v, []string{after.VideoID}, after)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

func oneEra(t *testing.T, s Subject) {
	v, video := s.Viewer(t), s.Video(t)
	first := row(v, video, "tv", 5, 100)
	s.record(t, first)
	further := first
	further.Position, further.Counter, further.At = 130, 2, epoch.Add(time.Second)
	s.record(t, further)
	s.want(t, v, []string{video}, further)
	s.record(t, first)
	s.want(t, v, []string{video}, further)

	// What is said late but further on counts, and no less what is said later but is not so far.
	skewed := further
	skewed.Position, skewed.Duration, skewed.At = 500, 60, epoch.Add(-24*time.Hour)
	s.record(t, skewed)
	further.Position = 500
	s.want(t, v, []string{video}, further)
	later := further
	later.Position, later.At = 1, epoch.Add(time.Hour)
	s.record(t, later)
	further.At = later.At
	s.want(t, v, []string{video}, further)
	gone := further
	gone.Kind = watch.Removed
	s.record(t, gone)
	s.want(t, v, []string{video}, further)
}

func theSameAgain(t *testing.T, s Subject) {
	v, video := s.Viewer(t), s.Video(t)
	rows := []watch.Row{row(v, video, "tv", 5, 100), row(v, video, "", 9, 50), row(v, video, "phone", 7, 10)}
	for range 3 {
		s.record(t, rows...)
		s.record(t, rows[1])
		s.want(t, v, []string{video}, rows...)
	}
}

func counters(t *testing.T, s Subject) {
	v, video := s.Viewer(t), s.Video(t)
	first, second := row(v, video, "tv", 5, 100), row(v, video, "tv", 4, 90)
	first.Counter, second.Counter, second.Device = 9, 10, "Another name" // not as text
	for _, r := range []watch.Row{first, second, first} {
		s.record(t, r)
	}
	first.Counter = 10
	s.want(t, v, []string{video}, first)
	other := first // the playing that reported last, whatever it counts
	other.SessionID, other.Counter = "A", 1
	s.record(t, other)
	s.want(t, v, []string{video}, other)
}

// anyRow is of few values, so that many meet.
func anyRow(chance *rand.Rand, v watch.Viewer, videoID, deviceID string) watch.Row {
	some := func(texts ...string) string { return texts[chance.IntN(len(texts))] }
	return watch.Row{
		Viewer: v, VideoID: videoID, DeviceID: deviceID, Device: some("TV", "tv", "é", "Z", ""), SessionID: some("", "a", "A", "ab", "b"), Counter: int64(chance.IntN(12)),
		Mark: watch.Mark{
			Era:      watch.Era{At: int64(chance.IntN(4)), By: some("", "a", "B", "b", "é", "zz")},
			Kind:     []watch.Kind{watch.Watching, watch.Watching, watch.Removed, watch.Forgotten}[chance.IntN(4)],
			Position: float64(chance.IntN(6)) / 3, Duration: float64(chance.IntN(3)) * 1.5,
			At: epoch.Add(time.Duration(chance.IntN(5)) * 37 * time.Minute / 2 * time.Duration(1+chance.IntN(3))).Truncate(time.Microsecond),
		},
	}
}

// What is joined by the store is what Go joins, in any batches; and of the marks, what Go joins in
// every other order.
func everyOrder(t *testing.T, s Subject) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 1))
	viewers := []watch.Viewer{s.Viewer(t), s.Viewer(t)}
	for range 6 {
		videos := []string{s.Video(t), s.Video(t)}
		var all []watch.Row
		inOrder, inAnother := map[key]watch.Row{}, map[key]watch.Row{}
		for range 400 {
			all = append(all, anyRow(chance, viewers[chance.IntN(2)], videos[chance.IntN(2)], []string{"", "tv", "phone"}[chance.IntN(3)]))
		}
		add(inAnother, all...)
		for range chance.IntN(100) {
			all = append(all, all[chance.IntN(len(all))]) // told twice
		}
		chance.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		add(inOrder, all...)
		for len(all) > 0 {
			var batch []watch.Row
			for size := 1 + chance.IntN(20); len(all) > 0 && len(batch) < size; all = all[1:] {
				if slices.ContainsFunc(batch, func(r watch.Row) bool { return byKey(r, all[0]) == 0 }) {
					break
				}
				batch = append(batch, all[0])
			}
			s.record(t, batch...)
		}
		for _, v := range viewers {
			var want []watch.Row
			for k, r := range inOrder {
				if r.Mark != inAnother[k].Mark {
					t.Errorf("Go itself joins %+v in one order, and in another %+v", r.Mark, inAnother[k].Mark)
				}
				if k.v == v {
					want = append(want, r)
				}
			}
			s.want(t, v, videos, want...)
		}
		if t.Failed() {
			return
		}
	}
}

func aLargeBatch(t *testing.T, s Subject) {
	v, other := s.Viewer(t), s.Viewer(t)
	videos := []string{s.Video(t), s.Video(t), s.Video(t), s.Video(t), s.Video(t)}
	var rows []watch.Row
	for i := range 5000 {
		who := v
		if i%2 == 1 {
			who = other
		}
		rows = append(rows, row(who, videos[i/2%len(videos)], strconv.Itoa(i), int64(i), float64(i)))
	}
	s.record(t, rows...)
	for i := range rows {
		rows[i].Position++
		rows[i].Counter++
	}
	rand.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	s.record(t, rows...)
	slices.SortFunc(rows, byKey)
	got, err := s.Store.Rows(t.Context(), v, videos...)
	ok(t, err)
	more, err := s.Store.Rows(t.Context(), other, videos...)
	ok(t, err)
	if got = slices.SortedFunc(slices.Values(append(got, more...)), byKey); !slices.Equal(got, rows) {
		t.Errorf("%d rows are not those %d", len(got), len(rows))
	}
}

// Both write the same rows in batches of orders of their own: every mark is joined, and no node
// waits for what waits for it.
func twoNodes(t *testing.T, s Subject) {
	chance := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 2))
	const writers, each = 4, 12
	viewers := []watch.Viewer{s.Viewer(t), s.Viewer(t), s.Viewer(t)}
	videos := []string{s.Video(t), s.Video(t), s.Video(t)}
	want := map[key]watch.Row{}
	batches := make([][][]watch.Row, writers)
	for n := range writers {
		for range each {
			var batch []watch.Row
			for _, v := range viewers {
				for _, video := range videos {
					for _, device := range []string{"", "tv", "phone"} {
						batch = append(batch, anyRow(chance, v, video, device))
					}
				}
			}
			add(want, batch...)
			chance.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
			batches[n] = append(batches[n], batch)
		}
	}
	stores := []watch.Store{s.Store, s.Join(t)}
	errs := make(chan error)
	for n := range writers {
		go func() {
			var err error
			for _, batch := range batches[n] {
				err = errors.Join(err, stores[n%2].Record(t.Context(), batch))
			}
			errs <- err
		}()
	}
	for range writers {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	for _, v := range viewers {
		rows, err := stores[1].Rows(t.Context(), v, videos...)
		ok(t, err)
		if len(rows) != 9 {
			t.Errorf("%d rows", len(rows))
		}
		for _, r := range rows {
			if r.Mark != want[keyOf(r)].Mark {
				t.Errorf("%+v, want %+v", r.Mark, want[keyOf(r)].Mark)
			}
		}
	}
}

func whatIsGone(t *testing.T, s Subject) {
	v, leaver, video, gone := s.Viewer(t), s.Viewer(t), s.Video(t), s.Video(t)
	child := s.Profile(t, v.UserID)
	s.record(t, row(leaver, video, "tv", 1, 1), row(v, gone, "tv", 1, 1), row(child, video, "tv", 1, 1))
	s.Leave(t, leaver)
	s.Remove(t, gone)
	s.LeaveProfile(t, child)
	stays := row(v, video, "tv", 1, 1)
	for range 2 {
		s.record(t, row(leaver, video, "tv", 2, 1), row(v, gone, "tv", 2, 1), row(child, video, "tv", 2, 1), stays,
			row(v, newID(), "tv", 1, 1), row(v, "", "tv", 1, 1), row(watch.Viewer{UserID: v.UserID, ProfileID: newID()}, video, "tv", 1, 1), row(watch.Viewer{}, video, "tv", 1, 1))
		s.want(t, v, []string{video, gone}, stays)
		s.want(t, leaver, []string{video})
		s.want(t, child, []string{video})
		stays.Position++
	}
}

func anothersProfile(t *testing.T, s Subject) {
	v, other, video, unseen := s.Viewer(t), s.Viewer(t), s.Video(t), s.Video(t)
	theirs := row(other, video, "tv", 5, 100)
	s.record(t, theirs)
	mixed := watch.Viewer{UserID: v.UserID, ProfileID: other.ProfileID}
	mine := row(v, video, "tv", 9, 1)
	s.record(t, row(mixed, video, "tv", 9, 1), row(mixed, video, "phone", 9, 1), row(mixed, unseen, "tv", 9, 1), mine)
	s.want(t, other, []string{video, unseen}, theirs)
	s.want(t, v, []string{video, unseen}, mine)
	s.want(t, mixed, []string{video, unseen})
	ok(t, s.Store.Forget(t.Context(), mixed, watch.Era{At: 99, By: "x"}))
	s.want(t, other, []string{video}, theirs)
	if list, err := s.Store.Recent(t.Context(), mixed, nil, 5); err != nil || len(list) != 0 {
		t.Errorf("recent of another's: %v %v", list, err)
	}
}

// Profiles and videos go while their rows are written: the others of each batch are kept.
func goesMeanwhile(t *testing.T, s Subject) {
	const rounds = 12
	v, video := s.Viewer(t), s.Video(t)
	var batches [][]watch.Row
	var leavers []watch.Viewer
	var videos []string
	for i := range rounds {
		leavers, videos = append(leavers, s.Viewer(t)), append(videos, s.Video(t))
		batches = append(batches, []watch.Row{row(leavers[i], video, "tv", 1, 1), row(v, videos[i], "tv", 1, 1), row(v, video, strconv.Itoa(i), 1, 1)})
	}
	recorded := make(chan error)
	go func() {
		var err error
		for range 3 {
			for _, batch := range batches {
				err = errors.Join(err, s.Store.Record(t.Context(), batch))
			}
		}
		recorded <- err
	}()
	for i := range rounds {
		s.Leave(t, leavers[i])
		s.Remove(t, videos[i])
	}
	ok(t, <-recorded)
	var want []watch.Row
	for _, batch := range batches {
		want = append(want, batch[2])
	}
	s.want(t, v, append(videos, video), want...)
}

func wholeOrNot(t *testing.T, s Subject) {
	v, video := s.Viewer(t), s.Video(t)
	for what, spoil := range map[string]func(*watch.Row){
		"no number":    func(r *watch.Row) { r.Position = math.NaN() },
		"an endless":   func(r *watch.Row) { r.Duration = math.Inf(1) },
		"another kind": func(r *watch.Row) { r.Kind = "liked" },
		"no kind":      func(r *watch.Row) { r.Kind = "" },
		"a year":       func(r *watch.Row) { r.At = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"it twice":     func(r *watch.Row) { r.DeviceID = "tv" },
	} {
		bad := row(v, video, "phone", 2, 2)
		spoil(&bad)
		wantFault(t, what, s.Store.Record(t.Context(), []watch.Row{row(v, video, "tv", 1, 1), bad}), fault.Invalid)
	}
	s.want(t, v, []string{video})
}

func oddTexts(t *testing.T, s Subject) {
	v := s.Viewer(t)
	for _, text := range []string{"", " a ", "São João 🎬", `'"\;--`, "e\u0301\u00e9", "\x01\n\t", "\U0010ffff", "null", "{}", `{"a",b}`, strings.Repeat("x", 2000)} {
		r := row(v, s.Video(t), text, 1, 1)
		r.Device, r.SessionID, r.Era.By = text, text, text
		s.record(t, r)
		s.want(t, v, []string{r.VideoID}, r)
	}
	video := s.Video(t)
	for _, text := range []string{"\x00", "a\x00b", "\xff", "\xed\xa0\x80", "\xed\xbf\xbf"} {
		for what, spoil := range map[string]func(*watch.Row){
			"device": func(r *watch.Row) { r.DeviceID = text }, "its name": func(r *watch.Row) { r.Device = text },
			"session": func(r *watch.Row) { r.SessionID = text }, "era": func(r *watch.Row) { r.Era.By = text },
			"video": func(r *watch.Row) { r.VideoID = text }, "profile": func(r *watch.Row) { r.Viewer.ProfileID = text },
		} {
			r := row(v, video, "tv", 1, 1)
			spoil(&r)
			wantFault(t, fmt.Sprintf("%s %q", what, text), s.Store.Record(t.Context(), []watch.Row{r}), fault.Invalid)
		}
	}
	s.want(t, v, []string{video})
}

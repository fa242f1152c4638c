package watch

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// watched records that somebody came so far in a video, so many minutes ago.
func (h *house) watched(t *testing.T, video string, position float64, ago int) {
	t.Helper()
	r := says("tv", position)
	r.VideoID, r.ObservedAt, r.Duration = video, time.Now().Add(-time.Duration(ago)*time.Minute), h.films[video].Video.DurationSeconds
	h.must(t, r)
}

func ids(all []Going) (ids []string) {
	for _, g := range all {
		ids = append(ids, g.VideoID)
	}
	return ids
}

// age is the rating of an age.
func age(t *testing.T, years int) catalog.Rating {
	t.Helper()
	r, err := catalog.RatingOf(years)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheRowHasWhatIsToGoOnWithTheLatestFirst(t *testing.T) {
	h := open(t)
	with := func(id string, change func(*Film)) {
		f := film(id)
		if change != nil {
			change(&f)
		}
		h.films[id] = f
	}
	with("long-ago", nil)
	with("lately", nil)
	with("just-begun", nil)
	with("at-its-credits", nil)
	with("at-its-end", func(f *Film) { f.Credits = 0 })
	with("nearly", func(f *Film) { f.Credits = 0 })
	with("trailer", func(f *Film) { f.Video.Of.Part = catalog.Extra })
	with("not-playable", func(f *Film) { f.Video.Playable = false })
	with("a-clip", func(f *Film) { f.Video.DurationSeconds, f.Credits = 60, 0 })
	with("a-clip-just-begun", func(f *Film) { f.Video.DurationSeconds, f.Credits = 60, 0 })
	with("film-as-shown", func(f *Film) { f.Video.Of = catalog.Belonging{FilmID: "f", Part: catalog.Current} })
	with("film-as-cut", func(f *Film) { f.Video.Of = catalog.Belonging{FilmID: "f", Part: catalog.Edition} })

	h.watched(t, "long-ago", 3000, 900)
	h.watched(t, "lately", 31, 10)
	h.watched(t, "just-begun", 29, 1)
	h.watched(t, "at-its-credits", 5600, 2)
	h.watched(t, "at-its-end", 5700, 3)
	h.watched(t, "nearly", 5699, 4)
	h.watched(t, "trailer", 100, 5)
	h.watched(t, "not-playable", 100, 6)
	h.watched(t, "a-clip", 2, 7)
	h.watched(t, "a-clip-just-begun", 1, 8)
	h.watched(t, "film-as-shown", 100, 9)
	h.watched(t, "film-as-cut", 100, 5)
	gone := says("tv", 100)
	gone.VideoID = "deleted-since"
	h.must(t, gone)

	want := []string{"nearly", "film-as-cut", "a-clip", "lately", "long-ago"}
	if got := ids(h.row(t)); !slices.Equal(got, want) {
		t.Errorf("the row is %q, not %q", got, want)
	}
	if two, err := h.Continue(t.Context(), ana, noLimit, 2); err != nil || !slices.Equal(ids(two), want[:2]) {
		t.Errorf("two of it are %q, %v", ids(two), err)
	}
	for video, finished := range map[string]bool{"at-its-credits": true, "at-its-end": true, "nearly": false} {
		if st, err := h.Standing(t.Context(), ana, video); err != nil || st.Finished != finished {
			t.Errorf("%s: %+v, %v", video, st, err)
		}
	}
}

func TestTheRowIsLookedForBeyondWhatWasFinished(t *testing.T) {
	h := open(t)
	for i := range 2*pageOfRow + 5 {
		id := fmt.Sprintf("finished-%03d", i)
		h.films[id] = film(id)
		h.watched(t, id, 5900, i)
	}
	h.films["begun"] = film("begun")
	h.watched(t, "begun", 100, 100_000)
	if got := ids(h.row(t)); !slices.Equal(got, []string{"begun"}) {
		t.Errorf("the row is %q", got)
	}
}

func TestNobodySeesInTheirRowsWhatIsBeyondTheirLimit(t *testing.T) {
	h := open(t)
	for id, years := range map[string]int{"for-all": 0, "from-16": 16} {
		f := film(id)
		f.Video.Rating = age(t, years)
		h.films[id] = f
		h.watched(t, id, 100, years)
	}
	h.watched(t, "film", 100, 50) // that nobody has rated
	child := age(t, 12)
	if row, err := h.Continue(t.Context(), ana, child, 20); err != nil || !slices.Equal(ids(row), []string{"for-all"}) {
		t.Errorf("the row is %q, %v", ids(row), err)
	}
	if all, next, err := h.History(t.Context(), ana, child, nil, 20); err != nil || next != nil || !slices.Equal(ids(all), []string{"for-all"}) {
		t.Errorf("the history is %q, %v, %v", ids(all), next, err)
	}
	me := account.Principal{UserID: ana.UserID, ProfileID: ana.ProfileID, Limit: child}
	for id, there := range map[string]bool{"for-all": true, "from-16": false, "film": false, "nowhere": false} {
		if _, _, err := h.Resume(t.Context(), me, id, "playing-1"); (err == nil) != there || !there && !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestHistoryIsReadPageByPage(t *testing.T) {
	h := open(t)
	var want []string
	for i := range 25 {
		id := fmt.Sprintf("watched-%02d", i)
		want = append(want, id)
		if i%3 != 1 { // deleted since, the others
			h.films[id] = film(id)
		}
		h.watched(t, id, 5900, i)
	}
	want = slices.DeleteFunc(want, func(id string) bool { _, there := h.films[id]; return !there })
	var got []string
	var after *Place
	for pages := 0; ; pages++ {
		page, next, err := h.History(t.Context(), ana, noLimit, after, 4)
		if err != nil || pages > 10 {
			t.Fatalf("%v, %d pages", err, pages)
		}
		if got = append(got, ids(page)...); next == nil {
			break
		}
		after = next
	}
	if !slices.Equal(got, want) {
		t.Errorf("the history is %q, not %q", got, want)
	}
}

func TestWhatAnotherProfileWatchedIsNotShown(t *testing.T) {
	h := open(t)
	h.must(t, says("tv", 1000))
	ben := Viewer{UserID: ana.UserID, ProfileID: "ben"}
	row, err := h.Continue(t.Context(), ben, noLimit, 20)
	if err != nil || len(row) != 0 {
		t.Errorf("%+v, %v", row, err)
	}
	if st, err := h.Standing(t.Context(), ben, "film"); err != nil || st != (Standing{VideoID: "film"}) {
		t.Errorf("%+v, %v", st, err)
	}
}

func TestRowsAreUnavailableWhileTheDatabaseIsAway(t *testing.T) {
	h := open(t)
	h.must(t, says("tv", 1000))
	h.store.set(errAway)
	if _, err := h.Continue(t.Context(), ana, noLimit, 20); !fault.Is(err, fault.Unavailable) {
		t.Errorf("the row: %v", err)
	}
	if _, _, err := h.History(t.Context(), ana, noLimit, nil, 20); !fault.Is(err, fault.Unavailable) {
		t.Errorf("the history: %v", err)
	}
}

func TestIDsOfNobodyAreRefusedEverywhere(t *testing.T) {
	h := open(t)
	nobody, bad := Viewer{}, "a\x00b"
	for name, call := range map[string]func() error{
		"standing":          func() error { _, err := h.Standing(t.Context(), ana, bad); return err },
		"resume":            func() error { _, _, err := h.Resume(t.Context(), anaSelf, bad, "p"); return err },
		"resume, a playing": func() error { _, _, err := h.Resume(t.Context(), anaSelf, "film", bad); return err },
		"continue":          func() error { _, err := h.Continue(t.Context(), nobody, noLimit, 20); return err },
		"history":           func() error { _, _, err := h.History(t.Context(), nobody, noLimit, nil, 20); return err },
		"remove":            func() error { return h.Remove(t.Context(), ana, bad) },
		"forget":            func() error { return h.Forget(t.Context(), ana, "film", bad) },
		"take over":         func() error { return h.TakeOver(t.Context(), ana, "film", bad) },
	} {
		if err := call(); !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != "bad_id" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := h.Forget(t.Context(), ana, make([]string, mostNamed+1)...); err == nil {
		t.Error("forget: too many were taken")
	}
}

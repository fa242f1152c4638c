package watch

import (
	"fmt"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func TestWhatWasRemovedStaysOffTheRowUntilItIsWatchedAgain(t *testing.T) {
	h := open(t)
	h.must(t, says("tv", 1000))
	if err := h.Remove(t.Context(), ana, "film"); err != nil {
		t.Fatal(err)
	}
	h.must(t, says("tv", 1200)) // late, or of who has not heard of it
	if row := h.row(t); len(row) != 0 {
		t.Fatalf("it is back: %+v", row)
	}
	if all, _, err := h.History(t.Context(), ana, noLimit, nil, 20); err != nil || len(all) != 1 || all[0].Kind != Removed || all[0].Position != 1000 {
		t.Fatalf("the history is %+v, %v", all, err)
	}
	if err := h.Remove(t.Context(), ana, "film"); err != nil || len(h.events) != 2 {
		t.Errorf("removing it again: %v, %d events", err, len(h.events))
	}
	at, era, err := h.Resume(t.Context(), anaSelf, "film", "playing-2")
	if err != nil || at != 1000 {
		t.Fatalf("it resumes at %v, %v", at, err)
	}
	again := says("tv", 1005)
	again.Era = &era
	h.must(t, again)
	if row := h.row(t); len(row) != 1 || row[0].Position != 1005 {
		t.Fatalf("%+v", row)
	}
}

func TestRemovingFollowsEvenAnEraOfAClockThatIsAhead(t *testing.T) {
	h := open(t)
	r := says("tv", 1000)
	r.Era = &Era{time.Now().Add(24 * time.Hour).UnixMilli(), "playing-1"}
	h.must(t, r)
	if err := h.Remove(t.Context(), ana, "film"); err != nil {
		t.Fatal(err)
	}
	if row := h.row(t); len(row) != 0 {
		t.Fatalf("%+v", row)
	}
}

func TestWhatWasForgottenIsNowhereAndBeginsAnew(t *testing.T) {
	h := open(t)
	for i := range pageOfForgetting + 20 {
		id := fmt.Sprint("watched-", i)
		h.films[id] = film(id)
		r := says("tv", 1000)
		r.VideoID, r.Era = id, &Era{time.Now().Add(time.Duration(i) * time.Minute).UnixMilli(), "playing-1"} // of a clock that is ahead
		h.store.put(r.row(*r.Era))
	}
	h.must(t, says("tv", 1000))
	if err := h.Forget(t.Context(), ana, "film"); err != nil {
		t.Fatal(err)
	}
	h.must(t, says("phone", 1500)) // late
	if st, err := h.Standing(t.Context(), ana, "film"); err != nil || st.Kind != Forgotten || st.Position != 0 {
		t.Fatalf("it stands at %+v, %v", st, err)
	}
	if at, era, err := h.Resume(t.Context(), anaSelf, "film", "playing-2"); err != nil || at != 0 || era.Compare(Era{}) <= 0 {
		t.Fatalf("it resumes at %v in %v, %v", at, era, err)
	}
	if all, next, err := h.History(t.Context(), ana, noLimit, nil, 20); err != nil || len(all) == 0 || next == nil {
		t.Fatalf("the others are gone too: %v, %v", all, err)
	}
	if err := h.Forget(t.Context(), ana); err != nil {
		t.Fatal(err)
	}
	if all, next, err := h.History(t.Context(), ana, noLimit, nil, 100); err != nil || len(all) != 0 || next != nil {
		t.Fatalf("the history is %d films, %v, %v", len(all), next, err)
	}
	if n := len(h.events); n > mostTold+4 {
		t.Errorf("open devices were told %d times", n)
	}
}

func TestNothingIsRemovedThatWasNeverWatched(t *testing.T) {
	h := open(t)
	for name, err := range map[string]error{"remove": h.Remove(t.Context(), ana, "film"), "forget": h.Forget(t.Context(), ana, "film"), "forget all": h.Forget(t.Context(), ana)} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(h.store.rows) != 0 || len(h.events) != 0 {
		t.Errorf("%v, %v", h.store.rows, h.events)
	}
}

func TestARemovalThatIsNotKeptIsNotSaidToBe(t *testing.T) {
	h := open(t)
	h.must(t, says("tv", 1000))
	events := len(h.events)
	h.store.set(errAway)
	if err := h.Remove(t.Context(), ana, "film"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("remove: %v", err)
	}
	if err := h.Forget(t.Context(), ana); !fault.Is(err, fault.Unavailable) {
		t.Errorf("forget: %v", err)
	}
	h.store.set(nil)
	if row := h.row(t); len(row) != 1 || len(h.events) != events {
		t.Errorf("%+v, %v", row, h.events)
	}
}

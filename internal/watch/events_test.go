package watch

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestOpenDevicesAreToldAtOnceWhatAViewerDidAndNowAndThenThatTheyWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		told := func(change func(*Report), want bool) {
			t.Helper()
			r := says("tv", 100)
			change(&r)
			before := len(h.events)
			h.must(t, r)
			if got := len(h.events) > before; got != want {
				t.Errorf("told %v, not %v, of %+v", got, want, r)
			}
		}
		plays := func(*Report) {}
		told(plays, true) // it starts
		pass(time.Second)
		told(plays, false)
		told(func(r *Report) { r.State = Paused }, true)
		told(func(r *Report) { r.State = Paused }, false)
		told(plays, true)
		told(func(r *Report) { r.Sought = true }, true)
		told(func(r *Report) { r.Era = &Era{1, "playing-1"} }, true)
		told(func(r *Report) { r.Era = &Era{1, "playing-1"} }, false)
		told(func(r *Report) { r.DeviceID = "phone" }, true)
		pass(toldEvery)
		told(func(r *Report) { r.Era = &Era{1, "playing-1"} }, true)
		told(func(r *Report) { r.State = Stopped }, true)
		pass(3 * forgetLast)
		told(func(r *Report) { r.State = Stopped }, true)
		told(func(r *Report) { r.State, r.DeviceID = Stopped, "phone" }, true)
		if n := len(h.lately.now) + len(h.lately.before); n > 4 {
			t.Errorf("%d devices are remembered", n)
		}
	})
}

func TestEventsAreOfTheShapeThatAppsRead(t *testing.T) {
	h := open(t)
	r := says("tv", 100)
	r.Era, r.State, r.ObservedAt = &Era{1764489600000, "playing-1"}, Paused, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	h.must(t, r)
	if err := h.Remove(t.Context(), ana, "film"); err != nil {
		t.Fatal(err)
	}
	if err := h.TakeOver(t.Context(), ana, "film", "phone"); err != nil {
		t.Fatal(err)
	}
	removed := h.events[1].(Moved)
	era, err := ParseEra(removed.Era)
	if err != nil || era.Compare(*r.Era) <= 0 {
		t.Errorf("it was removed in %q, %v", removed.Era, err)
	}
	removed.Era = "ERA"
	h.events[1] = removed
	for i, want := range []string{
		`{"type":"watch.position","videoId":"film","deviceId":"tv","device":"The tv","era":"1764489600000.playing-1","kind":"watching","positionSeconds":100,"durationSeconds":6000,"state":"paused","at":"2026-01-02T03:04:05Z"}`,
		`{"type":"watch.position","videoId":"film","deviceId":"","device":"","era":"ERA","kind":"removed","positionSeconds":100,"durationSeconds":6000,"at":"2026-01-02T03:04:05Z"}`,
		`{"type":"watch.taken","videoId":"film","deviceId":"phone"}`,
	} {
		if got, err := json.Marshal(h.events[i]); err != nil || string(got) != want {
			t.Errorf("%s\nnot\n%s, %v", got, want, err)
		}
	}
}

func TestWhatAPlainReportMeansIsToldWithItsEra(t *testing.T) {
	h := open(t)
	h.must(t, plainly("s", 1, 1000, false))
	h.must(t, plainly("s", 2, 50, true))
	st, err := h.Standing(t.Context(), ana, "film")
	if err != nil || len(h.events) != 2 || h.events[1].(Moved).Era != st.Era.String() {
		t.Fatalf("%+v, %v, %+v", st, err, h.events)
	}
}

func TestWhoWatchesIsSaidToBeHereEveryTwentySecondsUntilTheyLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := still(t)
		h.Here = func(_ context.Context, videoID, who string, watching bool) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.came = append(h.came, visit{videoID, who, watching})
		}
		h.run(t)
		for range 9 {
			h.must(t, says("tv", 100))
			pass(5 * time.Second)
		}
		left := says("tv", 100)
		left.State = Stopped
		h.must(t, left)
		h.must(t, says("tv", 100))
		synctest.Wait()
		here, gone := visit{"film", "ana/tv", true}, visit{"film", "ana/tv", false}
		if want := []visit{here, here, here, gone, here}; !slices.Equal(h.seen(), want) {
			t.Errorf("%v, not %v", h.seen(), want)
		}
	})
}

func TestPresenceThatHangsHoldsUpNobody(t *testing.T) {
	h := still(t)
	h.Here = func(ctx context.Context, _, _ string, _ bool) { <-ctx.Done() }
	h.run(t)
	r := says("tv", 100)
	r.State = Stopped
	for range mostVisits + 100 {
		h.Report(r, func(error) {})
	}
	h.must(t, r)
}

package watch

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

var (
	noLimit = catalog.Rating{}
	anaSelf = account.Principal{UserID: ana.UserID, ProfileID: ana.ProfileID}
	errAway = fault.New(fault.Unavailable, "test", "database", "")
)

func TestAViewerGoesOnWhereTheyStoppedOnAnotherDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.must(t, says("tv", 1200))
		synctest.Wait()
		at, era, err := h.Resume(t.Context(), anaSelf, "film", "playing-2")
		if err != nil || at != 1200 || era != (Era{}) {
			t.Fatalf("at %v in %v, %v", at, era, err)
		}
		row := h.row(t)
		if len(row) != 1 || row[0].VideoID != "film" || row[0].Position != 1200 || row[0].DeviceID != "tv" || row[0].Device != "The tv" || row[0].State != Playing {
			t.Fatalf("%+v", row)
		}
	})
}

func TestWhatIsReportedMeanwhileIsKeptInOneTransactionARowADevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := still(t)
		kept := make(chan error, 4000)
		for i := range 1000 {
			for _, position := range []float64{300, 100, 200, 250} {
				h.Report(says(fmt.Sprint("device-", i), position), func(err error) { kept <- err })
			}
		}
		h.run(t)
		for range 4000 {
			if err := <-kept; err != nil {
				t.Fatal(err)
			}
		}
		h.store.mu.Lock()
		defer h.store.mu.Unlock()
		if len(h.store.transactions) != 1 || len(h.store.transactions[0]) != 1000 {
			t.Fatalf("%d transactions, the first of %d rows", len(h.store.transactions), len(h.store.transactions[0]))
		}
		for _, r := range h.store.transactions[0] {
			if r.Position != 300 {
				t.Fatalf("%s came to 300 and is kept at %v", r.DeviceID, r.Position)
			}
		}
	})
}

func TestMoreRowsThanATransactionTakesAreKeptInSeveral(t *testing.T) {
	h := still(t)
	const all = mostAtOnce + 10
	kept := make(chan error, all)
	for i := range all {
		h.Report(says(fmt.Sprint("device-", i), 100), func(err error) { kept <- err })
	}
	h.run(t)
	for range all {
		if err := <-kept; err != nil {
			t.Fatal(err)
		}
	}
	if len(h.store.transactions) != 2 || len(h.store.transactions[0]) != mostAtOnce {
		t.Fatalf("%d transactions, the first of %d rows", len(h.store.transactions), len(h.store.transactions[0]))
	}
}

func TestAQuietServerWritesAtOnceAndABusyOneOnceInAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := still(t)
		h.Every = 50 * time.Millisecond
		h.run(t)
		began := time.Now()
		h.must(t, says("tv", 100))
		if waited := time.Since(began); waited != 0 {
			t.Errorf("the first waited %v", waited)
		}
		for range 20 {
			h.must(t, says("tv", 105))
		}
		if waited := time.Since(began); waited != 20*h.Every {
			t.Errorf("twenty more, one after the other, took %v", waited)
		}
	})
}

func TestNobodyHearsThatItIsKeptBeforeItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.store.hang = make(chan struct{})
		var answered []error
		h.Report(says("tv", 100), func(err error) { answered = append(answered, err) })
		pass(time.Second)
		synctest.Wait()
		if len(answered) != 0 {
			t.Fatalf("it was answered %v while it was not kept", answered)
		}
		close(h.store.hang)
		synctest.Wait()
		if len(answered) != 1 || answered[0] != nil || len(h.store.rows) != 1 {
			t.Fatalf("answered %v, %d rows", answered, len(h.store.rows))
		}
	})
}

func TestEverybodyWhoWaitsForATransactionHearsThatItFailed(t *testing.T) {
	h := still(t)
	h.store.away = errAway
	answers := make(chan error, 30)
	for i := range 10 {
		for range 3 {
			h.Report(says(fmt.Sprint("device-", i), 100), func(err error) { answers <- err })
		}
	}
	h.run(t)
	for range 30 {
		if err := <-answers; !fault.Is(err, fault.Unavailable) {
			t.Fatalf("it was answered %v", err)
		}
	}
	if n := len(h.store.transactions); n != 1 {
		t.Errorf("%d transactions were tried of a store that is away", n)
	}
}

func TestADatabaseThatHangsIsNotWaitedForLongerThanTwoSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.store.hang = make(chan struct{})
		type answer struct {
			err   error
			after time.Duration
		}
		answers := make(chan answer, 100)
		for i := range 100 {
			sent := time.Now()
			h.Report(says(fmt.Sprint("device-", i), 100), func(err error) { answers <- answer{err, time.Since(sent)} })
			pass(50 * time.Millisecond)
		}
		for range 100 {
			if a := <-answers; !fault.Is(a.err, fault.Unavailable) || a.after > patience+time.Millisecond {
				t.Errorf("it was answered %v after %v", a.err, a.after)
			}
		}
		close(h.store.hang)
		h.must(t, says("device-0", 100))
	})
}

func TestARowThatCannotBeKeptKeepsOutNoOther(t *testing.T) {
	h := still(t)
	h.store.refuse = func(rows []Row) error {
		for _, r := range rows {
			if r.DeviceID == "device-37" {
				return errors.New("a row that no database would take")
			}
		}
		return nil
	}
	answers := make([]chan error, 100)
	for i := range answers {
		answers[i] = make(chan error, 1)
		h.Report(says(fmt.Sprint("device-", i), 100), func(err error) { answers[i] <- err })
	}
	h.run(t)
	for i, answer := range answers {
		if err := <-answer; (err != nil) != (i == 37) {
			t.Errorf("device %d: %v", i, err)
		}
	}
	if len(h.store.rows) != 99 || len(h.store.transactions) > 20 {
		t.Errorf("%d rows kept in %d transactions", len(h.store.rows), len(h.store.transactions))
	}
}

func TestNoMoreWaitThanThereIsRoomFor(t *testing.T) {
	h := still(t)
	kept := make(chan error, mostWaiting)
	for range mostWaiting {
		h.Report(says("tv", 100), func(err error) { kept <- err })
	}
	if err := h.Record(t.Context(), says("tv", 100)); !fault.Is(err, fault.Unavailable) || fault.CodeOf(err) != "busy" {
		t.Fatalf("one more: %v", err)
	}
	h.run(t)
	for range mostWaiting {
		if err := <-kept; err != nil {
			t.Fatal(err)
		}
	}
	h.must(t, says("tv", 100))
}

func TestWhatWaitsAtTheEndIsKeptAndThenNothing(t *testing.T) {
	h := still(t)
	kept := make(chan error, 1)
	h.Report(says("tv", 100), func(err error) { kept <- err })
	ended, end := context.WithCancel(t.Context())
	end()
	if err := h.Run(ended); err != nil {
		t.Fatal(err)
	}
	if err := <-kept; err != nil || len(h.store.rows) != 1 {
		t.Fatalf("%v, %d rows", err, len(h.store.rows))
	}
	if err := h.Record(t.Context(), says("tv", 105)); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("after the end: %v", err)
	}
}

func TestWhoGivesUpWaitingHearsSo(t *testing.T) {
	h := still(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.Record(ctx, says("tv", 100)); !fault.Is(err, fault.Cancelled) {
		t.Fatalf("%v", err)
	}
}

func TestWhileTheDatabaseIsAwayTheHotStateAnswersAndNothingIsAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.must(t, says("tv", 1000))
		h.store.set(errAway)
		if err := h.Record(t.Context(), says("tv", 1100)); !fault.Is(err, fault.Unavailable) {
			t.Fatalf("said while it was away: %v", err)
		}
		synctest.Wait()
		at, _, err := h.Resume(t.Context(), anaSelf, "film", "playing-2")
		if err != nil || at != 1100 {
			t.Errorf("it resumes at %v, %v", at, err)
		}
		if st, err := h.Standing(t.Context(), ana, "film"); err != nil || st.Position != 1100 || st.DeviceID != "tv" {
			t.Errorf("it stands at %+v, %v", st, err)
		}
		h.hot.empty()
		if _, _, err := h.Resume(t.Context(), anaSelf, "film", "playing-2"); !fault.Is(err, fault.Unavailable) {
			t.Errorf("with nothing hot either: %v", err)
		}
		h.store.set(nil)
		if st, err := h.Standing(t.Context(), ana, "film"); err != nil || st.Position != 1000 {
			t.Errorf("what was not acknowledged is there: %+v, %v", st, err)
		}
		h.must(t, says("tv", 1100)) // the client sends it again
		if st, err := h.Standing(t.Context(), ana, "film"); err != nil || st.Position != 1100 {
			t.Errorf("what was sent again is not there: %+v, %v", st, err)
		}
	})
}

func TestAHotStateThatIsOldOrLostIsNeverWrong(t *testing.T) {
	h := open(t)
	h.must(t, says("tv", 1000))
	old := h.hot.copy()
	back := says("phone", 100)
	back.Era = &Era{time.Now().UnixMilli(), "playing-1"}
	h.must(t, back)
	for name, hot := range map[string]map[string][]byte{"old": old, "lost": {}, "damaged": {noteKey(ana, "film"): []byte("{")}, "of no era": {noteKey(ana, "film"): []byte(`{"era":"x"}`)}} {
		h.hot.put(hot)
		if st, err := h.Standing(t.Context(), ana, "film"); err != nil || st.Position != 100 || st.DeviceID != "phone" {
			t.Errorf("%s: %+v, %v", name, st, err)
		}
	}
}

func TestWhoPlaysIsNoLongerSaidToOnceTheySayNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.must(t, says("tv", 1000))
		pass(stillSaid + time.Second)
		if st, err := h.Standing(t.Context(), ana, "film"); err != nil || st.State != "" || st.DeviceID != "tv" {
			t.Errorf("%+v, %v", st, err)
		}
	})
}

func TestWhatIsRefusedIsToldWhy(t *testing.T) {
	h := open(t)
	for name, c := range map[string]struct {
		change func(*Report)
		code   string
	}{
		"no profile":               {func(r *Report) { r.Viewer.ProfileID = "" }, "bad_id"},
		"no device":                {func(r *Report) { r.DeviceID = "" }, "bad_id"},
		"a long device":            {func(r *Report) { r.DeviceID = strings.Repeat("d", 65) }, "bad_id"},
		"a zero byte":              {func(r *Report) { r.DeviceID = "tv\x00" }, "bad_id"},
		"a video of other letters": {func(r *Report) { r.VideoID = "fílm" }, "bad_id"},
		"a long session":           {func(r *Report) { r.SessionID = strings.Repeat("s", 65) }, "bad_session"},
		"a counter below":          {func(r *Report) { r.Counter = -1 }, "bad_session"},
		"a counter beyond":         {func(r *Report) { r.Counter = math.MaxInt64 }, "bad_session"},
		"a long name":              {func(r *Report) { r.Device = strings.Repeat("é", 101) }, "bad_device"},
		"a name of no letters":     {func(r *Report) { r.Device = "\xff" }, "bad_device"},
		"a name of hidden letters": {func(r *Report) { r.Device = "TV\x00" }, "bad_device"},
		"no number":                {func(r *Report) { r.Position = math.NaN() }, "bad_position"},
		"before it":                {func(r *Report) { r.Position = -0.001 }, "bad_position"},
		"beyond everything":        {func(r *Report) { r.Position = math.Inf(1) }, "bad_position"},
		"an endless film":          {func(r *Report) { r.Duration = 1e7 }, "bad_position"},
		"a film of no length":      {func(r *Report) { r.Duration = math.NaN() }, "bad_position"},
		"a state of its own":       {func(r *Report) { r.State = "dancing" }, "bad_state"},
		"an era of nobody":         {func(r *Report) { r.Era = &Era{1, ""} }, "bad_era"},
		"an era of no time":        {func(r *Report) { r.Era = &Era{0, "p"} }, "bad_era"},
		"an era before all":        {func(r *Report) { r.Era = &Era{-1, "p"} }, "bad_era"},
		"an era of a zero byte":    {func(r *Report) { r.Era = &Era{1, "\x00"} }, "bad_era"},
		"an era in three days":     {func(r *Report) { r.Era = &Era{time.Now().Add(49 * time.Hour).UnixMilli(), "p"} }, "bad_era"},
	} {
		r := says("tv", 100)
		c.change(&r)
		if err := h.Record(t.Context(), r); !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != c.code || fault.PublicOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(h.store.transactions) != 0 || len(h.events) != 0 {
		t.Errorf("%d transactions and %d events of what was refused", len(h.store.transactions), len(h.events))
	}
	r := says("tv", 100)
	r.Era = &Era{time.Now().Add(47 * time.Hour).UnixMilli(), "p"}
	h.must(t, r)
}

func TestNothingWasWatchedInTheFutureOrLongAgo(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for said, want := range map[time.Time]time.Time{
		{}:                       now,
		now.Add(24 * time.Hour):  now,
		now.Add(-24 * time.Hour): now.Add(-24 * time.Hour),
		time.Unix(0, 0):          now.Add(-oldest),
	} {
		r := says("tv", 100)
		r.ObservedAt = said
		if r, err := r.checked(now); err != nil || !r.ObservedAt.Equal(want) {
			t.Errorf("%v became %v, not %v; %v", said, r.ObservedAt, want, err)
		}
	}
}

func TestNobodyIsBeyondTheEndOfAFilm(t *testing.T) {
	h := open(t)
	h.must(t, says("tv", 6000.4))
	if st, err := h.Standing(t.Context(), ana, "film"); err != nil || st.Position != 6000 || !st.Finished {
		t.Errorf("%+v, %v", st, err)
	}
}

func TestManyDevicesAtOnceAreAllAnsweredAndKept(t *testing.T) {
	h := open(t)
	const devices, reports = 50, 40
	answers := make(chan error, devices*reports)
	for d := range devices {
		go func() {
			for i := range reports {
				h.Report(says(fmt.Sprint("device-", d), float64(i)), func(err error) { answers <- err })
			}
		}()
	}
	for range devices * reports {
		if err := <-answers; err != nil {
			t.Fatal(err)
		}
	}
	for key, row := range h.store.rows {
		if row.Position != reports-1 {
			t.Errorf("%s is at %v", key.deviceID, row.Position)
		}
	}
	if len(h.store.rows) != devices {
		t.Errorf("%d rows", len(h.store.rows))
	}
}

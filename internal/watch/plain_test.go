package watch

import (
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// plainly is a report of a client that knows nothing of eras.
func plainly(session string, counter int64, position float64, sought bool) Report {
	r := says("set-top-box", position)
	r.Era, r.SessionID, r.Counter, r.Sought = nil, session, counter, sought
	return r
}

func TestReportsWithoutAnEraAreTakenAsTheyCome(t *testing.T) {
	type say struct {
		session string
		counter int64
		at      float64
		sought  bool
		shown   float64 // afterwards
	}
	for name, says := range map[string][]say{
		"it comes further":                         {{"s", 1, 100, false, 100}, {"s", 2, 105, false, 105}},
		"going back counts":                        {{"s", 1, 1000, false, 1000}, {"s", 2, 50, true, 50}, {"s", 3, 55, false, 55}},
		"being behind without going back does not": {{"s", 1, 1000, false, 1000}, {"s", 2, 50, false, 1000}},
		"going forwards begins nothing":            {{"s", 1, 100, false, 100}, {"s", 2, 900, true, 900}, {"s", 3, 500, false, 900}},
		"an old report says nothing":               {{"s", 3, 1000, false, 1000}, {"s", 2, 50, true, 1000}, {"s", 3, 70, true, 1000}},
		"who does not count goes back too":         {{"s", 0, 1000, false, 1000}, {"s", 0, 50, true, 50}},
		"nor who has no session":                   {{"", 0, 1000, false, 1000}, {"", 0, 50, true, 50}},
		"what was finished begins anew":            {{"s", 1, 5900, false, 5900}, {"t", 1, 5, false, 5}, {"t", 2, 10, false, 10}},
		"at the credits too":                       {{"s", 1, 5610, false, 5610}, {"t", 1, 5, false, 5}},
		"but not in the same playing":              {{"s", 1, 5900, false, 5900}, {"s", 2, 5, false, 5900}},
		"nor is the end seen once more":            {{"s", 1, 5900, false, 5900}, {"t", 1, 5800, false, 5900}},
		"another playing goes on":                  {{"s", 1, 1000, false, 1000}, {"t", 1, 990, false, 1000}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			for _, s := range says {
				h.must(t, plainly(s.session, s.counter, s.at, s.sought))
				if st, err := h.Standing(t.Context(), ana, "film"); err != nil || st.Position != s.shown {
					t.Fatalf("after %+v it is %v, %v", s, st, err)
				}
			}
		})
	}
}

func TestReportsWithoutAnEraThatComeTogetherAreTakenInTheirOrder(t *testing.T) {
	h := still(t)
	kept := make(chan error, 3)
	for _, r := range []Report{plainly("s", 1, 1000, false), plainly("s", 2, 50, true), plainly("s", 3, 55, false)} {
		h.Report(r, func(err error) { kept <- err })
	}
	h.run(t)
	for range 3 {
		if err := <-kept; err != nil {
			t.Fatal(err)
		}
	}
	if st, err := h.Standing(t.Context(), ana, "film"); err != nil || st.Position != 55 {
		t.Fatalf("%v, %v", st, err)
	}
	if len(h.store.transactions) != 1 || len(h.store.transactions[0]) != 1 {
		t.Errorf("%v", h.store.transactions)
	}
}

func TestReportsWithoutAnEraJoinTheEraOfOtherDevices(t *testing.T) {
	h := open(t)
	back := says("phone", 100)
	back.Era = &Era{1, "playing-1"}
	h.must(t, back)
	h.must(t, plainly("s", 1, 130, false))
	if st, err := h.Standing(t.Context(), ana, "film"); err != nil || st.Position != 130 || st.Era != *back.Era || st.DeviceID != "set-top-box" {
		t.Fatalf("%+v, %v", st, err)
	}
}

func TestWhatWasRemovedComesBackByAnotherPlayingAlone(t *testing.T) {
	h := open(t)
	h.must(t, plainly("s", 1, 1000, false))
	if err := h.Remove(t.Context(), ana, "film"); err != nil {
		t.Fatal(err)
	}
	h.must(t, plainly("s", 2, 1005, false))
	if row := h.row(t); len(row) != 0 {
		t.Fatalf("who went on with it brought it back: %+v", row)
	}
	h.must(t, plainly("t", 1, 1010, false))
	if row := h.row(t); len(row) != 1 || row[0].Position != 1010 {
		t.Fatalf("%+v", row)
	}
}

func TestAnEraThatCannotBeKnownIsNotGuessed(t *testing.T) {
	h := open(t)
	h.store.set(errAway)
	if err := h.Record(t.Context(), plainly("s", 1, 100, false)); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("%v", err)
	}
	if len(h.store.transactions) != 0 {
		t.Errorf("%v", h.store.transactions)
	}
}

// Package audittest owns the contract of audit.Store: one suite that every engine runs. It is
// test code, imports audit, and knows no engine.
package audittest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/audit"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Subject is what the suite is run on: one empty database.
type Subject struct {
	Store audit.Store
	// AddUser makes an account with this e-mail and returns its id; RemoveUser deletes it.
	AddUser    func(t testing.TB, email string) (userID string)
	RemoveUser func(t testing.TB, userID string)
}

// Run checks every promise of audit.Store. Each test opens a subject of its own.
func Run(t *testing.T, open func(t testing.TB) Subject) {
	for name, test := range map[string]func(*testing.T, Subject){
		"an entry is kept letter by letter":                                 anEntryIsKept,
		"an entry added again is one":                                       anEntryAddedAgainIsOne,
		"the newest come first, a page at a time, and none is left out":     pagesHoldEverything,
		"entries of one user, or of one action, or both":                    entriesAreChosen,
		"an entry has its user's e-mail while there is one, and then stays": anEntryOutlivesItsUser,
		"the oldest are forgotten, so many at once, and no younger ones":    theOldestAreForgotten,
		"many at once all write":                                            manyWriteAtOnce,
		"whoever gave up is told so":                                        givingUpIsCancelled,
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

func entry(at time.Time) audit.Entry {
	return audit.Entry{ID: newID(), At: at, Action: "deleteVideo", Outcome: audit.Done}
}

func add(t *testing.T, s Subject, list ...audit.Entry) {
	t.Helper()
	for _, e := range list {
		if err := s.Store.Append(t.Context(), e); err != nil {
			t.Fatalf("append: %v", err)
		}
	}
}

func ask(t *testing.T, s Subject, q audit.Query) []audit.Entry {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	list, err := s.Store.Entries(t.Context(), q)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return list
}

func idsOf(list []audit.Entry) (ids []string) {
	for _, e := range list {
		ids = append(ids, e.ID)
	}
	return ids
}

func anEntryIsKept(t *testing.T, s Subject) {
	want := audit.Entry{
		ID: newID(), At: epoch, Action: "renameVideo", Target: "/videos/0193", Detail: `title "São Paulo'; DROP TABLE audit_log;--" 📺`,
		Outcome: audit.Done, UserID: newID(), ProfileID: newID(), SessionID: newID(), Role: "editor",
		From: "2001:db8:1:2::/64", RequestID: newID(),
	}
	add(t, s, want)
	got := ask(t, s, audit.Query{})
	if len(got) != 1 || got[0] != want {
		t.Errorf("kept %+v\nof %+v", got, want)
	}
}

func anEntryAddedAgainIsOne(t *testing.T, s Subject) {
	e := entry(epoch)
	add(t, s, e, e)
	if got := ask(t, s, audit.Query{}); len(got) != 1 {
		t.Errorf("%d", len(got))
	}
}

func pagesHoldEverything(t *testing.T, s Subject) {
	var want []audit.Entry
	for i := range 25 {
		e := entry(epoch.Add(time.Duration(i/3) * time.Second)) // three share a moment
		add(t, s, e)
		want = append(want, e)
	}
	slices.SortFunc(want, func(a, b audit.Entry) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		if a.ID < b.ID {
			return 1
		}
		return -1
	})
	var got []audit.Entry
	var after *audit.Cursor
	for {
		page := ask(t, s, audit.Query{After: after, Limit: 4})
		if len(page) == 0 {
			break
		}
		got = append(got, page...)
		last := page[len(page)-1]
		after = &audit.Cursor{At: last.At, ID: last.ID}
		add(t, s, entry(epoch.Add(time.Hour))) // newer ones are no business of a page that follows
	}
	if !slices.Equal(idsOf(got), idsOf(want)) {
		t.Errorf("read %d of %d:\n%v\n%v", len(got), len(want), idsOf(got), idsOf(want))
	}
}

func entriesAreChosen(t *testing.T, s Subject) {
	ana, rui := newID(), newID()
	var list []audit.Entry
	for i, of := range []struct{ user, action string }{{ana, "signIn"}, {rui, "signIn"}, {ana, "deleteVideo"}, {"", "signIn"}} {
		e := entry(epoch.Add(time.Duration(-i) * time.Second))
		e.UserID, e.Action = of.user, of.action
		list = append(list, e)
	}
	add(t, s, list...)
	for _, c := range []struct {
		q    audit.Query
		want []int
	}{
		{audit.Query{UserID: ana}, []int{0, 2}},
		{audit.Query{Action: "signIn"}, []int{0, 1, 3}},
		{audit.Query{UserID: ana, Action: "signIn"}, []int{0}},
		{audit.Query{UserID: rui, Action: "deleteVideo"}, nil},
		{audit.Query{Action: "' OR 1=1 --"}, nil},
		{audit.Query{UserID: ana, After: &audit.Cursor{At: list[0].At, ID: list[0].ID}}, []int{2}},
	} {
		var want []string
		for _, i := range c.want {
			want = append(want, list[i].ID)
		}
		if got := idsOf(ask(t, s, c.q)); !slices.Equal(got, want) {
			t.Errorf("%+v: %v, want %v", c.q, got, want)
		}
	}
}

func anEntryOutlivesItsUser(t *testing.T, s Subject) {
	user := s.AddUser(t, "ana@example.com")
	e := entry(epoch)
	e.UserID = user
	add(t, s, e)
	if got := ask(t, s, audit.Query{UserID: user}); len(got) != 1 || got[0].Email != "ana@example.com" {
		t.Errorf("%+v", got)
	}
	s.RemoveUser(t, user)
	if got := ask(t, s, audit.Query{UserID: user}); len(got) != 1 || got[0].Email != "" || got[0].UserID != user {
		t.Errorf("afterwards %+v", got)
	}
}

func theOldestAreForgotten(t *testing.T, s Subject) {
	var list []audit.Entry
	for i := range 6 {
		list = append(list, entry(epoch.Add(time.Duration(i)*time.Hour)))
	}
	add(t, s, list...)
	for _, want := range []struct{ most, gone, left int }{{3, 3, 3}, {3, 1, 2}, {3, 0, 2}} {
		n, err := s.Store.Forget(t.Context(), epoch.Add(4*time.Hour), want.most)
		if err != nil || n != want.gone {
			t.Fatalf("forgot %d, %v; want %d", n, err, want.gone)
		}
		got := idsOf(ask(t, s, audit.Query{}))
		slices.Reverse(got)
		if !slices.Equal(got, idsOf(list[len(list)-want.left:])) {
			t.Errorf("left are %v", got)
		}
	}
}

func manyWriteAtOnce(t *testing.T, s Subject) {
	const writers, each = 8, 10
	errs := make(chan error)
	for range writers {
		go func() {
			var err error
			for i := 0; i < each && err == nil; i++ {
				err = s.Store.Append(t.Context(), entry(epoch))
			}
			errs <- err
		}()
	}
	for range writers {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if got := ask(t, s, audit.Query{Limit: 1000}); len(got) != writers*each {
		t.Errorf("%d of %d", len(got), writers*each)
	}
}

func givingUpIsCancelled(t *testing.T, s Subject) {
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	_, readErr := s.Store.Entries(ctx, audit.Query{Limit: 1})
	_, forgetErr := s.Store.Forget(ctx, epoch, 1)
	for what, err := range map[string]error{"append": s.Store.Append(ctx, entry(epoch)), "read": readErr, "forget": forgetErr} {
		if !fault.Is(err, fault.Cancelled) {
			t.Errorf("%s: %v, want the fault %q", what, fmt.Sprint(err), fault.Cancelled)
		}
	}
}

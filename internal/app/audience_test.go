package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
)

// rate sets the rating of a film and tells nobody.
func (n *node) rate(t *testing.T, id string, age int) {
	t.Helper()
	to, err := catalog.RatingOf(age)
	if err == nil {
		err = n.videos.SetRating(t.Context(), id, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func channelUpTo(t *testing.T, age int) string {
	t.Helper()
	limit, err := catalog.RatingOf(age)
	if err != nil {
		t.Fatal(err)
	}
	return channelOf(limit)
}

func TestOnlyWhoMaySeeAFilmHearsOfIt(t *testing.T) {
	one, _, id := nodes(t, everybodysClients)
	one.changed(t.Context(), id) // nobody has rated it
	one.until(t, "who has no limit is told", func() bool { return len(one.published) == 1 })
	one.mu.Lock()
	if len(one.limited) != 0 {
		t.Errorf("of a film that nobody has rated these hear: %v", one.limited)
	}
	one.mu.Unlock()

	one.rate(t, id, 12)
	one.changed(t.Context(), id)
	one.until(t, "who may see it is told", func() bool { return len(one.published) == 2 })
	one.sendDeleted(t.Context(), "the last")
	one.until(t, "all are told", func() bool { return len(one.limited[channelUpTo(t, 18)]) == 2 })
	one.mu.Lock()
	defer one.mu.Unlock()
	for _, age := range catalog.Ages {
		told := one.limited[channelUpTo(t, age)]
		want := 1 // of the last, by its id
		if age >= 12 {
			want = 2
		}
		if len(told) != want {
			t.Errorf("up to %d: %v", age, told)
		}
	}
}

func TestAFilmWhoseRatingRisesLeavesTheScreensOfChildren(t *testing.T) {
	for _, r := range []reach{ownClients, everybodysClients} {
		one, other, id := nodes(t, r)
		one.rate(t, id, 16)
		one.rated(t.Context(), id)
		listening := []*node{one}
		if r == ownClients {
			listening = append(listening, other)
		}
		for _, n := range listening {
			n.until(t, "it leaves", func() bool { return len(n.limited[channelUpTo(t, 14)]) == 1 })
			n.mu.Lock()
			if gone, ok := n.limited[channelUpTo(t, 14)][0].(videoDeleted); !ok || gone.ID != id {
				t.Errorf("told %+v", n.limited)
			}
			for _, may := range []int{16, 18} {
				if told := n.limited[channelUpTo(t, may)]; len(told) != 0 || len(n.published) != 0 {
					t.Errorf("it also leaves those of up to %d: %v", may, told)
				}
			}
			n.mu.Unlock()
		}
		other.until(t, "the other forgets", func() bool { return len(other.forgotten) == 2 })
	}
}

// Who connects hears what the profile may see for which the session speaks at that moment.
func TestAConnectionHearsWhatItsProfileMaySee(t *testing.T) {
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: filepath.Join(t.TempDir(), "kkmovies.db"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	h := &house{db: db, accounts: accountsOf(t, db)}
	h.profiles = account.NewProfiles(h.accounts, db.Accounts())
	if _, err := h.accounts.AddUser(t.Context(), "ana@example.com", "a long password", account.Admin); err != nil {
		t.Fatal(err)
	}
	me, tokens, err := h.accounts.SignIn(t.Context(), "ana@example.com", "a long password", account.Origin{})
	if err != nil {
		t.Fatal(err)
	}
	hears := func() []string {
		r := httptest.NewRequest("GET", "/api/realtime", nil)
		r.AddCookie(&http.Cookie{Name: "kk_session", Value: tokens.Access})
		visitor, err := h.authorise(r)
		if err != nil {
			t.Fatal(err)
		}
		return visitor.Channels
	}
	own := func(profile account.Profile) []string { return []string{"profile-" + profile.ID, "user-" + me.User.ID} }
	if got := hears(); !slices.Equal(got, append([]string{videosChannel}, own(me.Profile)...)) {
		t.Errorf("without a limit it hears %v", got)
	}
	limit, err := catalog.RatingOf(12)
	if err != nil {
		t.Fatal(err)
	}
	kid, err := h.profiles.Add(t.Context(), me, account.NewProfile{Name: "Caio", Limit: limit})
	if err == nil {
		_, err = h.profiles.Select(t.Context(), me, kid.ID, account.Proof{})
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := hears(); !slices.Equal(got, append([]string{channelUpTo(t, 12)}, own(kid)...)) {
		t.Errorf("up to 12 it hears %v", got)
	}
}

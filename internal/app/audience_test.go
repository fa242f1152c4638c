package app

import (
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
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

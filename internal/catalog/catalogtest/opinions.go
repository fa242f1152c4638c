package catalogtest

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// OpinionSubject is what the suite of opinions is run on: one empty database.
type OpinionSubject struct {
	Store catalog.OpinionStore
	// Join makes a profile of somebody new; Leave takes them away with all that is theirs.
	Join  func(t testing.TB) catalog.Viewer
	Leave func(t testing.TB, v catalog.Viewer)
}

// RunOpinions checks every promise of catalog.OpinionStore. Each test opens a subject of its own.
func RunOpinions(t *testing.T, open func(t testing.TB) OpinionSubject) {
	for name, test := range map[string]func(*testing.T, OpinionSubject){
		"an opinion is what was said of a film":          anOpinionIsKept,
		"who has none has an empty one":                  noOpinion,
		"a film on the list keeps its place":             aListedFilmKeepsItsPlace,
		"my list goes from the newest, and pages meet":   pagesOfMyListMeet,
		"what is liked goes from the latest":             whatIsLiked,
		"stars are counted with their mean":              starsAreCounted,
		"films that were begun together are told":        begunTogether,
		"a film that is gone is forgotten, and no other": aGoneFilmIsForgotten,
		"who leaves takes their opinions along":          whoLeaves,
		"a profile that is not theirs is not written":    strangersProfile,
		"many devices at once lose nothing":              manyDevices,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s OpinionSubject) want(t testing.TB, v catalog.Viewer, want catalog.Opinion) {
	t.Helper()
	got, err := s.Store.Opinion(t.Context(), v, want.FilmID)
	ok(t, err)
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func opinionFilms(list []catalog.Opinion) (ids []string) {
	for _, o := range list {
		ids = append(ids, o.FilmID)
	}
	return ids
}

func anOpinionIsKept(t *testing.T, s OpinionSubject) {
	v, other, film := s.Join(t), s.Join(t), newID()
	want := catalog.Opinion{FilmID: film}
	want.ListedAt = epoch
	ok(t, s.Store.SetListed(t.Context(), v, film, epoch))
	s.want(t, v, want)
	want.Stars = 10
	ok(t, s.Store.SetStars(t.Context(), v, film, 10))
	s.want(t, v, want)
	want.StartedAt = epoch.Add(time.Hour)
	ok(t, s.Store.Started(t.Context(), v, film, want.StartedAt))
	ok(t, s.Store.Started(t.Context(), v, film, epoch)) // told late
	s.want(t, v, want)
	want.Stars = 1
	ok(t, s.Store.SetStars(t.Context(), v, film, 1))
	s.want(t, v, want)
	s.want(t, v, catalog.Opinion{FilmID: newID()})
	s.want(t, other, catalog.Opinion{FilmID: film})
	want.ListedAt = time.Time{}
	ok(t, s.Store.SetListed(t.Context(), v, film, time.Time{}))
	s.want(t, v, want)
	want.Stars = 0
	ok(t, s.Store.SetStars(t.Context(), v, film, 0))
	s.want(t, v, want)
}

func noOpinion(t *testing.T, s OpinionSubject) {
	v, film := s.Join(t), newID()
	ok(t, s.Store.SetListed(t.Context(), v, film, time.Time{})) // what is not there is taken off
	ok(t, s.Store.SetStars(t.Context(), v, film, 0))
	for _, id := range []string{film, "", "%", "\x00"} {
		s.want(t, v, catalog.Opinion{FilmID: id})
	}
	if list, err := s.Store.MyList(t.Context(), v, nil, 5); err != nil || len(list) != 0 {
		t.Errorf("my list: %v %v", list, err)
	}
	if list, err := s.Store.Liked(t.Context(), v, 5); err != nil || len(list) != 0 {
		t.Errorf("liked: %v %v", list, err)
	}
	if n, mean, err := s.Store.Stars(t.Context(), film); n != 0 || mean != 0 || err != nil {
		t.Errorf("stars: %d %g %v", n, mean, err)
	}
	wantFault(t, "a zero byte", s.Store.SetListed(t.Context(), v, "\x00", epoch), fault.Invalid)
	wantFault(t, "no film", s.Store.SetStars(t.Context(), v, "", 5), fault.Invalid)
}

func aListedFilmKeepsItsPlace(t *testing.T, s OpinionSubject) {
	v, film := s.Join(t), newID()
	for _, at := range []time.Time{epoch, epoch.Add(time.Hour), epoch.Add(-time.Hour)} {
		ok(t, s.Store.SetListed(t.Context(), v, film, at))
		s.want(t, v, catalog.Opinion{FilmID: film, ListedAt: epoch})
	}
	ok(t, s.Store.SetListed(t.Context(), v, film, time.Time{}))
	ok(t, s.Store.SetListed(t.Context(), v, film, epoch.Add(time.Hour)))
	s.want(t, v, catalog.Opinion{FilmID: film, ListedAt: epoch.Add(time.Hour)})
}

func pagesOfMyListMeet(t *testing.T, s OpinionSubject) {
	v, other := s.Join(t), s.Join(t)
	var want []string
	for i := range 9 { // three of one moment, over whole and broken seconds
		film := newID()
		want = append(want, film)
		ok(t, s.Store.SetListed(t.Context(), v, film, epoch.Add(time.Duration(i/3)*250*time.Millisecond)))
		ok(t, s.Store.SetListed(t.Context(), other, newID(), epoch.Add(time.Duration(i)*time.Second)))
		ok(t, s.Store.SetStars(t.Context(), v, newID(), 9)) // rated and not listed
	}
	slices.Reverse(want) // ids of later are greater
	for most := 1; most <= len(want)+1; most++ {
		var all []string
		var after *catalog.ListPlace
		for range len(want) + 1 {
			page, err := s.Store.MyList(t.Context(), v, after, most)
			ok(t, err)
			if all = append(all, opinionFilms(page)...); len(page) < most {
				break
			}
			last := page[len(page)-1]
			after = &catalog.ListPlace{ListedAt: last.ListedAt, FilmID: last.FilmID}
		}
		if !slices.Equal(all, want) {
			t.Errorf("by %d: %v\nwant %v", most, all, want)
		}
	}
	// The place of one that was taken off is a place still.
	page, err := s.Store.MyList(t.Context(), v, nil, 4)
	ok(t, err)
	last := page[3]
	ok(t, s.Store.SetListed(t.Context(), v, last.FilmID, time.Time{}))
	page, err = s.Store.MyList(t.Context(), v, &catalog.ListPlace{ListedAt: last.ListedAt, FilmID: last.FilmID}, 2)
	ok(t, err)
	if !slices.Equal(opinionFilms(page), want[4:6]) {
		t.Errorf("after one that is gone: %v", opinionFilms(page))
	}
}

func whatIsLiked(t *testing.T, s OpinionSubject) {
	v := s.Join(t)
	begun, rated, disliked, both := newID(), newID(), newID(), newID()
	ok(t, s.Store.Started(t.Context(), v, begun, epoch))
	ok(t, s.Store.Started(t.Context(), v, both, epoch.Add(time.Hour)))
	ok(t, s.Store.SetStars(t.Context(), v, disliked, 6))
	ok(t, s.Store.SetListed(t.Context(), v, newID(), epoch))
	ok(t, s.Store.SetStars(t.Context(), v, rated, 7)) // now, and so the latest
	liked := func(most int, want ...string) {
		t.Helper()
		list, err := s.Store.Liked(t.Context(), v, most)
		ok(t, err)
		if !slices.Equal(opinionFilms(list), want) {
			t.Errorf("%v, want %v", opinionFilms(list), want)
		}
	}
	liked(9, rated, both, begun)
	liked(2, rated, both)
	ok(t, s.Store.SetStars(t.Context(), v, both, 10))
	liked(9, both, rated, begun)
	ok(t, s.Store.SetStars(t.Context(), v, both, 3)) // begun all the same
	ok(t, s.Store.SetStars(t.Context(), v, rated, 0))
	liked(9, both, begun)
	ok(t, s.Store.Started(t.Context(), v, begun, epoch.Add(2*time.Hour)))
	liked(9, begun, both)
}

func starsAreCounted(t *testing.T, s OpinionSubject) {
	film := newID()
	var sum int
	for i := range 5 {
		stars := []int{10, 1, 7, 7, 4}[i]
		v := s.Join(t)
		ok(t, s.Store.SetStars(t.Context(), v, film, 3))
		ok(t, s.Store.SetStars(t.Context(), v, film, stars))
		ok(t, s.Store.SetStars(t.Context(), v, newID(), 2))
		sum += stars
	}
	ok(t, s.Store.SetListed(t.Context(), s.Join(t), film, epoch)) // who did not rate it
	n, mean, err := s.Store.Stars(t.Context(), film)
	if err != nil || n != 5 || math.Abs(mean-float64(sum)/5) > 1e-9 {
		t.Errorf("%d of mean %g %v, want 5 of %g", n, mean, err, float64(sum)/5)
	}
}

func begunTogether(t *testing.T, s OpinionSubject) {
	film, often, once, never := newID(), newID(), newID(), newID()
	for i := range 4 {
		v := s.Join(t)
		ok(t, s.Store.Started(t.Context(), v, often, epoch.Add(time.Duration(i)*time.Second)))
		if i == 0 { // who did not begin the film
			ok(t, s.Store.Started(t.Context(), v, never, epoch))
			continue
		}
		ok(t, s.Store.Started(t.Context(), v, film, epoch))
		ok(t, s.Store.SetListed(t.Context(), v, never, epoch))
		ok(t, s.Store.SetStars(t.Context(), v, never, 9))
		if i == 1 {
			ok(t, s.Store.Started(t.Context(), v, once, epoch))
		}
	}
	list, err := s.Store.Together(t.Context(), film, 5)
	ok(t, err)
	if want := []catalog.Together{{FilmID: often, By: 3}, {FilmID: once, By: 1}}; !slices.Equal(list, want) {
		t.Errorf("%v, want %v", list, want)
	}
	if list, err = s.Store.Together(t.Context(), film, 1); err != nil || len(list) != 1 {
		t.Errorf("one at most: %v %v", list, err)
	}
	if list, err = s.Store.Together(t.Context(), newID(), 5); err != nil || len(list) != 0 {
		t.Errorf("of a film nobody began: %v %v", list, err)
	}
}

func aGoneFilmIsForgotten(t *testing.T, s OpinionSubject) {
	film, stays := newID(), newID()
	var viewers []catalog.Viewer
	for range 3 {
		v := s.Join(t)
		viewers = append(viewers, v)
		for _, id := range []string{film, stays} {
			ok(t, s.Store.SetListed(t.Context(), v, id, epoch))
			ok(t, s.Store.SetStars(t.Context(), v, id, 9))
			ok(t, s.Store.Started(t.Context(), v, id, epoch))
		}
	}
	for range 2 {
		ok(t, s.Store.FilmGone(t.Context(), film))
		for _, v := range viewers {
			s.want(t, v, catalog.Opinion{FilmID: film})
			s.want(t, v, catalog.Opinion{FilmID: stays, ListedAt: epoch, Stars: 9, StartedAt: epoch})
		}
	}
	if list, err := s.Store.Together(t.Context(), stays, 5); err != nil || len(list) != 0 {
		t.Errorf("together with it: %v %v", list, err)
	}
}

func whoLeaves(t *testing.T, s OpinionSubject) {
	v, stays, film := s.Join(t), s.Join(t), newID()
	for _, viewer := range []catalog.Viewer{v, stays} {
		ok(t, s.Store.SetStars(t.Context(), viewer, film, 8))
	}
	s.Leave(t, v)
	s.want(t, v, catalog.Opinion{FilmID: film})
	if n, _, err := s.Store.Stars(t.Context(), film); err != nil || n != 1 {
		t.Errorf("%d stars are left %v", n, err)
	}
	wantFault(t, "who has left", s.Store.SetStars(t.Context(), v, film, 8), fault.NotFound)
}

func strangersProfile(t *testing.T, s OpinionSubject) {
	v, other, film := s.Join(t), s.Join(t), newID()
	ok(t, s.Store.SetStars(t.Context(), other, film, 8))
	mixed := catalog.Viewer{UserID: v.UserID, ProfileID: other.ProfileID}
	wantFault(t, "rate", s.Store.SetStars(t.Context(), mixed, film, 1), fault.NotFound)
	wantFault(t, "list", s.Store.SetListed(t.Context(), mixed, newID(), epoch), fault.NotFound)
	s.want(t, mixed, catalog.Opinion{FilmID: film})
	if list, err := s.Store.Liked(t.Context(), mixed, 5); err != nil || len(list) != 0 {
		t.Errorf("liked: %v %v", list, err)
	}
	s.want(t, other, catalog.Opinion{FilmID: film, Stars: 8})
}

// Devices of one profile say different things of one film at once, some of which leave nothing
// of an opinion.
func manyDevices(t *testing.T, s OpinionSubject) {
	v, film := s.Join(t), newID()
	done := make(chan error)
	say := []func() error{
		func() error { return s.Store.SetListed(t.Context(), v, film, epoch) },
		func() error { return s.Store.SetListed(t.Context(), v, film, time.Time{}) },
		func() error { return s.Store.SetStars(t.Context(), v, film, 0) },
		func() error { return s.Store.SetStars(t.Context(), v, film, 9) },
	}
	for _, one := range say {
		go func() {
			for i := range 15 {
				if err := one(); err != nil {
					done <- fmt.Errorf("%d: %w", i, err)
					return
				}
			}
			done <- nil
		}()
	}
	for range say {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	ok(t, s.Store.Started(t.Context(), v, film, epoch))
	ok(t, s.Store.SetListed(t.Context(), v, film, time.Time{}))
	ok(t, s.Store.SetStars(t.Context(), v, film, 4))
	s.want(t, v, catalog.Opinion{FilmID: film, Stars: 4, StartedAt: epoch})
}

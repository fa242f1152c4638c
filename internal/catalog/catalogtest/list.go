package catalogtest

import (
	"slices"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func aVideoIsReadWhole(t *testing.T, s Subject) {
	for _, want := range add(t, s, 2, time.Second) {
		wantVideo(t, read(t, s, want.ID), want)
	}
	bare := catalog.Video{ID: newID(), Title: "Aruanda", Status: catalog.Uploading, CreatedAt: epoch, UpdatedAt: epoch}
	s.Add(t, bare)
	wantVideo(t, read(t, s, bare.ID), bare)
}

func anUnknownVideoIsNotFound(t *testing.T, s Subject) {
	add(t, s, 1, 0)
	for _, id := range []string{newID(), "", "%"} {
		_, err := s.Store.Video(t.Context(), id)
		wantFault(t, "read", err, fault.NotFound)
		wantFault(t, "rename", s.Store.Rename(t.Context(), id, "Aruanda"), fault.NotFound)
		wantFault(t, "set a poster", s.Store.SetPoster(t.Context(), id, "key", ""), fault.NotFound)
		wantFault(t, "delete", s.Store.Delete(t.Context(), id), fault.NotFound)
	}
	wantGone(t, s)
}

func anEmptyLibrary(t *testing.T, s Subject) {
	if list := page(t, s, nil, 10); len(list) != 0 {
		t.Errorf("%v", list)
	}
}

func theListGoesFromTheNewest(t *testing.T, s Subject) {
	want := add(t, s, 4, time.Microsecond) // the finest difference that is kept
	got := page(t, s, nil, 10)
	wantIDs(t, "the list", got, want)
	for i := range min(len(got), len(want)) {
		wantVideo(t, got[i], want[i])
	}
}

func pagesMeet(t *testing.T, s Subject) {
	// Over whole and broken seconds: an engine that keeps times as text must not sort
	// "07" after "07.5".
	want := add(t, s, 9, 250*time.Millisecond)
	for limit := 1; limit <= len(want)+1; limit++ {
		wantIDs(t, "all pages", pages(t, s, limit), want)
	}
}

func pagesMeetAtOneMoment(t *testing.T, s Subject) {
	want := add(t, s, 7, 0)
	for limit := 1; limit <= len(want); limit++ {
		wantIDs(t, "all pages", pages(t, s, limit), want)
	}
}

func aPageDoesNotMove(t *testing.T, s Subject) {
	all := add(t, s, 6, time.Second)
	first := page(t, s, nil, 3)
	wantIDs(t, "the first page", first, all[:3])
	s.Add(t, film(epoch.Add(time.Hour)))
	for _, gone := range []catalog.Video{all[0], all[2]} { // the last is what the cursor names
		if err := s.Store.Delete(t.Context(), gone.ID); err != nil {
			t.Fatal(err)
		}
	}
	wantIDs(t, "the second page", page(t, s, cursor(first[2]), 3), all[3:])
}

func aTitleIsChanged(t *testing.T, s Subject) {
	list := add(t, s, 2, time.Second)
	want := list[0]
	want.Title = "A Margem"
	if err := s.Store.Rename(t.Context(), want.ID, want.Title); err != nil {
		t.Fatal(err)
	}
	wantChanged(t, s, want)
	wantVideo(t, read(t, s, list[1].ID), list[1])
}

func rated(t *testing.T, age int) catalog.Rating {
	t.Helper()
	r, err := catalog.RatingOf(age)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func aRatingIsSet(t *testing.T, s Subject) {
	list := add(t, s, 2, time.Second)
	want := list[0]
	for _, to := range []catalog.Rating{rated(t, 18), rated(t, 0), {}} {
		want.Rating = to
		if err := s.Store.SetRating(t.Context(), want.ID, to); err != nil {
			t.Fatal(err)
		}
		wantChanged(t, s, want)
		want.UpdatedAt = read(t, s, want.ID).UpdatedAt
	}
	wantVideo(t, read(t, s, list[1].ID), list[1])
	wantFault(t, "of an unknown video", s.Store.SetRating(t.Context(), newID(), rated(t, 10)), fault.NotFound)
}

// Several of each age, of one moment and of different ones, so that every page is made of
// films of different ages.
func pagesWithinALimitMeet(t *testing.T, s Subject) {
	var all []catalog.Video
	for i := range 28 {
		v := film(epoch.Add(time.Duration(i/3) * 250 * time.Millisecond))
		if i%7 < len(catalog.Ages) {
			v.Rating = rated(t, catalog.Ages[i%7])
		}
		s.Add(t, v)
		all = append(all, v)
	}
	newestFirst(all)
	for _, limit := range []catalog.Rating{{}, rated(t, 0), rated(t, 12), rated(t, 18)} {
		want := slices.DeleteFunc(slices.Clone(all), func(v catalog.Video) bool { return !v.Rating.Within(limit) })
		for _, size := range []int{1, 2, 5, 50} {
			wantIDs(t, "all pages", pagesWithin(t, s, limit, size), want)
		}
	}
}

func aPosterIsSet(t *testing.T, s Subject) {
	list := add(t, s, 2, time.Second)
	want := list[0]
	want.PosterKey, want.Credit = "videos/poster.jpg", "Ozualdo Candeias"
	if err := s.Store.SetPoster(t.Context(), want.ID, want.PosterKey, want.Credit); err != nil {
		t.Fatal(err)
	}
	wantChanged(t, s, want)
	wantVideo(t, read(t, s, list[1].ID), list[1])
}

// wantChanged checks a video that was changed just now.
func wantChanged(t *testing.T, s Subject, want catalog.Video) {
	t.Helper()
	got := read(t, s, want.ID)
	if !got.UpdatedAt.After(want.UpdatedAt) {
		t.Errorf("updated at %s, as before", got.UpdatedAt)
	}
	got.UpdatedAt = want.UpdatedAt
	wantVideo(t, got, want)
}

func deletingTakesAll(t *testing.T, s Subject) {
	list := add(t, s, 2, time.Second)
	gone, stays := list[0], list[1]
	before := s.Hanging(t, stays.ID)
	if before == 0 || s.Hanging(t, gone.ID) != before {
		t.Fatal("nothing hangs on the videos of this test")
	}
	if err := s.Store.Delete(t.Context(), gone.ID); err != nil {
		t.Fatal(err)
	}
	_, err := s.Store.Video(t.Context(), gone.ID)
	wantFault(t, "read what is gone", err, fault.NotFound)
	if left := s.Hanging(t, gone.ID); left != 0 {
		t.Errorf("%d rows are left of it", left)
	}
	wantVideo(t, read(t, s, stays.ID), stays)
	if left := s.Hanging(t, stays.ID); left != before {
		t.Errorf("%d of %d rows are left of another", left, before)
	}
	wantIDs(t, "the list", page(t, s, nil, 10), list[1:])
}

func deletingAsksForTheMediaToGo(t *testing.T, s Subject) {
	list := add(t, s, 2, time.Second)
	if err := s.Store.Delete(t.Context(), list[0].ID); err != nil {
		t.Fatal(err)
	}
	wantGone(t, s, list[0].ID)
	wantFault(t, "delete again", s.Store.Delete(t.Context(), list[0].ID), fault.NotFound)
	wantGone(t, s, list[0].ID)
}

func deletingIsOneTransaction(t *testing.T, s Subject) {
	want := add(t, s, 1, 0)[0]
	hanging := s.Hanging(t, want.ID)
	s.LoseQueue(t)
	if err := s.Store.Delete(t.Context(), want.ID); err == nil {
		t.Error("deleted, and its media will stay for good")
	}
	wantVideo(t, read(t, s, want.ID), want)
	if left := s.Hanging(t, want.ID); left != hanging {
		t.Errorf("%d of %d rows are left", left, hanging)
	}
}

func oneOfManyDeletes(t *testing.T, s Subject) {
	gone := add(t, s, 1, 0)[0]
	done := make(chan error)
	for range 6 {
		go func() { done <- s.Store.Delete(t.Context(), gone.ID) }()
	}
	var errs []error
	for range 6 {
		errs = append(errs, <-done)
	}
	if n := len(slices.DeleteFunc(slices.Clone(errs), func(err error) bool { return err != nil })); n != 1 {
		t.Errorf("%d deleted it: %v", n, errs)
	}
	for _, err := range errs {
		if err != nil {
			wantFault(t, "one that was not first", err, fault.NotFound)
		}
	}
	wantGone(t, s, gone.ID)
}

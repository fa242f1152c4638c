package catalogtest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// loose puts n videos there that are of no film.
func loose(t *testing.T, s Subject, n int) (videos []catalog.Video) {
	for i := range n {
		v := film(epoch.Add(time.Duration(i) * time.Second))
		v.Of = catalog.Belonging{}
		s.Add(t, v)
		videos = append(videos, v)
	}
	return videos
}

func attach(t *testing.T, s Subject, id string, to catalog.Belonging) {
	t.Helper()
	if err := s.Store.Attach(t.Context(), id, to); err != nil {
		t.Fatalf("attach: %v", err)
	}
}

func aVideoIsAttached(t *testing.T, s Subject) {
	list := loose(t, s, 2)
	want := list[0]
	for _, to := range []catalog.Belonging{
		{FilmID: newID(), Part: catalog.Current, TMDBID: 155},
		{FilmID: newID(), Part: catalog.Current},
		{FilmID: newID(), Part: catalog.Edition, Edition: `Director's "cut" 🎬`},
		{FilmID: newID(), Part: catalog.Extra},
		{},
	} {
		want.Of = to
		attach(t, s, want.ID, to)
		wantChanged(t, s, want)
		want.UpdatedAt = read(t, s, want.ID).UpdatedAt
	}
	wantVideo(t, read(t, s, list[1].ID), list[1])
	attach(t, s, want.ID, catalog.Belonging{FilmID: newID(), Part: catalog.Edition, TMDBID: 155})
	if got := read(t, s, want.ID).Of.TMDBID; got != 0 {
		t.Errorf("an edition keeps the id %d of TMDB", got)
	}
	wantFault(t, "an unknown video", s.Store.Attach(t.Context(), newID(), catalog.Belonging{FilmID: newID(), Part: catalog.Current}), fault.NotFound)
}

func aFilmHasOneCurrent(t *testing.T, s Subject) {
	list := loose(t, s, 3)
	filmID, other := newID(), newID()
	current := catalog.Belonging{FilmID: filmID, Part: catalog.Current, TMDBID: 155}
	attach(t, s, list[2].ID, catalog.Belonging{FilmID: other, Part: catalog.Current, TMDBID: 156})
	attach(t, s, list[0].ID, current)
	attach(t, s, list[1].ID, current)
	if got := read(t, s, list[0].ID).Of; got != (catalog.Belonging{FilmID: filmID, Part: catalog.Edition}) {
		t.Errorf("the former one is %+v", got)
	}
	for range 2 { // doing it again changes nothing
		if got := read(t, s, list[1].ID).Of; got != current {
			t.Errorf("the current one is %+v", got)
		}
		attach(t, s, list[1].ID, current)
	}
	if got := read(t, s, list[2].ID).Of; got.Part != catalog.Current || got.TMDBID != 156 {
		t.Errorf("that of another film is %+v", got)
	}
	// What cannot be attached makes no other an edition.
	wantFault(t, "an unknown video", s.Store.Attach(t.Context(), newID(), current), fault.NotFound)
	if got := read(t, s, list[1].ID).Of; got != current {
		t.Errorf("the current one is %+v after that", got)
	}
	// TMDB's id goes with the film that has it now.
	attach(t, s, list[2].ID, catalog.Belonging{FilmID: other, Part: catalog.Current, TMDBID: 155})
	if a, b := read(t, s, list[1].ID).Of.TMDBID, read(t, s, list[2].ID).Of.TMDBID; a != 0 || b != 155 {
		t.Errorf("the id of TMDB is with %d and %d", a, b)
	}
}

func oneOfManyIsCurrent(t *testing.T, s Subject) {
	list := loose(t, s, 6)
	filmID := newID()
	for round := range 5 {
		done := make(chan error)
		for _, v := range list {
			go func() {
				done <- s.Store.Attach(t.Context(), v.ID, catalog.Belonging{FilmID: filmID, Part: catalog.Current, TMDBID: 155})
			}()
		}
		for range list {
			if err := <-done; err != nil {
				t.Errorf("round %d: %v", round, err)
			}
		}
		of, err := s.Store.VideosOf(t.Context(), filmID)
		if err != nil {
			t.Fatal(err)
		}
		var parts []string
		for _, v := range of[filmID] {
			parts = append(parts, fmt.Sprint(v.Of.Part, v.Of.TMDBID))
		}
		want := append([]string{"current155"}, slices.Repeat([]string{"edition0"}, len(list)-1)...)
		if !slices.Equal(parts, want) {
			t.Errorf("round %d: %v", round, parts)
		}
	}
}

func videosOfFilms(t *testing.T, s Subject) {
	list := loose(t, s, 6)
	one, two := newID(), newID()
	for i, to := range []catalog.Belonging{
		{FilmID: one, Part: catalog.Extra}, {FilmID: one, Part: catalog.Edition, Edition: "Long"}, {FilmID: two, Part: catalog.Edition},
		{FilmID: one, Part: catalog.Current, TMDBID: 5}, {FilmID: one, Part: catalog.Edition},
	} {
		attach(t, s, list[i].ID, to)
	}
	got, err := s.Store.VideosOf(t.Context(), one, newID(), two, "", "%", "\x00")
	if err != nil || len(got) != 2 {
		t.Fatalf("of two films: %d, %v", len(got), err)
	}
	wantIDs(t, "of one", got[one], []catalog.Video{list[3], list[1], list[4], list[0]})
	wantIDs(t, "of the other", got[two], []catalog.Video{list[2]})
	for _, v := range got[one] {
		wantVideo(t, v, read(t, s, v.ID)) // whole, with its renditions
	}
	if err := s.Store.Delete(t.Context(), list[3].ID); err != nil {
		t.Fatal(err)
	}
	if got, err = s.Store.VideosOf(t.Context(), one); err != nil || len(got[one]) != 3 {
		t.Errorf("after one was deleted: %v %v", ids(got[one]), err)
	}
	if got, err = s.Store.VideosOf(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("of no film: %v %v", got, err)
	}
}

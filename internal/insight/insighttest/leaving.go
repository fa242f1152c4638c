package insighttest

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/insight"
)

func playingsGoWithTheirs(t *testing.T, s Subject) {
	ana, rui, video, other := s.Join(t), s.Join(t), s.Add(t), s.Add(t)
	kept := playing(rui, video, epoch)
	s.record(t, playing(ana, video, epoch), kept, playing(ana, other, epoch), playing(rui, other, epoch))
	s.Leave(t, ana)
	s.want(t, video, kept)
	s.wantCount(t, video, 2, 2) // that it was watched twice names nobody
	s.Remove(t, other)
	s.want(t, other)
	s.wantCount(t, other, 0, 0)
	s.record(t, playing(ana, video, epoch), playing(rui, other, epoch)) // told late
	s.want(t, video, kept)
}

func viewersTakeBack(t *testing.T, s Subject) {
	ana, rui := s.Join(t), s.Join(t)
	videos := []string{s.Add(t), s.Add(t), s.Add(t)}
	var kept []insight.Playing
	for _, video := range videos {
		kept = append(kept, playing(rui, video, epoch))
		s.record(t, kept[len(kept)-1], playing(ana, video, epoch.Add(-time.Minute)))
	}
	left := func(want ...int) {
		t.Helper()
		for i, video := range videos {
			if got := len(s.playings(t, video)); got != want[i] {
				t.Errorf("%d playings of the video %d, want %d", got, i, want[i])
			}
		}
	}
	ok(t, s.Store.Leave(t.Context(), insight.Viewer{UserID: rui.UserID, ProfileID: ana.ProfileID}))
	left(2, 2, 2)
	ok(t, s.Store.Leave(t.Context(), ana, videos[0], newID()))
	left(1, 2, 2)
	ok(t, s.Store.Leave(t.Context(), ana))
	ok(t, s.Store.Leave(t.Context(), ana))
	left(1, 1, 1)
	s.want(t, videos[2], kept[2])
}

func allThatIsTheirsIsExported(t *testing.T, s Subject) {
	ana, rui := s.Join(t), s.Join(t)
	second, first, unseen := playing(ana, s.Add(t), epoch.Add(time.Hour)), playing(ana, s.Add(t), epoch), playing(ana, s.Add(t), epoch.Add(2*time.Hour))
	unseen.Parts, unseen.Events = insight.Parts{}, []insight.Event{{Type: insight.Start, Value: 1}}
	s.record(t, second, first, unseen, playing(rui, first.VideoID, epoch))
	got, err := s.Store.Export(t.Context(), ana.UserID)
	ok(t, err)
	if want := []insight.Playing{first, second, unseen}; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if got, err := s.Store.Export(t.Context(), newID()); err != nil || len(got) != 0 {
		t.Errorf("of nobody: %+v, %v", got, err)
	}
}

func theOldestAreForgotten(t *testing.T, s Subject) {
	video := s.Add(t)
	var list []insight.Playing
	for i := range 6 {
		p := playing(s.Join(t), video, epoch.Add(time.Duration(-i)*time.Hour))
		s.record(t, p)
		list = append(list, p)
	}
	for _, want := range []struct{ most, gone, left int }{{3, 3, 3}, {3, 1, 2}, {3, 0, 2}} {
		n, err := s.Store.Forget(t.Context(), epoch.Add(-time.Hour), want.most)
		if err != nil || n != want.gone {
			t.Fatalf("forgot %d, %v; want %d", n, err, want.gone)
		}
		s.want(t, video, list[:want.left]...)
	}
	s.wantCount(t, video, 6, 6)
}

func crowdsAreThinned(t *testing.T, s Subject) {
	crowded, quiet := s.Add(t), s.Add(t)
	var list []insight.Playing
	for i := range 6 {
		p := playing(s.Join(t), crowded, epoch.Add(time.Duration(-i)*time.Hour))
		s.record(t, p)
		list = append(list, p)
	}
	few := playing(s.Join(t), quiet, epoch)
	s.record(t, few)
	for after, want := range map[string][]string{"": {crowded}, crowded: nil} {
		if got, err := s.Store.Crowded(t.Context(), 5, after, 10); err != nil || !slices.Equal(got, want) {
			t.Errorf("crowded after %q are %v, %v", after, got, err)
		}
	}
	both, err := s.Store.Crowded(t.Context(), 0, "", 10)
	ok(t, err)
	one, err := s.Store.Crowded(t.Context(), 0, "", 1)
	ok(t, err)
	if len(both) != 2 || !slices.IsSorted(both) || !slices.Equal(one, both[:1]) {
		t.Errorf("%v, and one is %v", both, one)
	}
	for _, want := range []struct{ keep, most, gone, left int }{{2, 3, 3, 3}, {2, 3, 1, 2}, {2, 3, 0, 2}} {
		n, err := s.Store.Thin(t.Context(), crowded, want.keep, want.most)
		if err != nil || n != want.gone {
			t.Fatalf("removed %d, %v; want %d", n, err, want.gone)
		}
		if left := s.playings(t, crowded); len(left) != want.left || want.gone == 0 && !reflect.DeepEqual(left, list[:2]) {
			t.Errorf("left are %+v", left)
		}
	}
	s.want(t, quiet, few)
}

func leavingStopsNobody(t *testing.T, s Subject) {
	stays, video := s.Join(t), s.Add(t)
	const rounds = 10
	for range rounds {
		goes, brief := s.Join(t), s.Add(t)
		store := s.Node(t)
		gone := make(chan error)
		go func() {
			var err error
			for i := 0; i < 5 && err == nil; i++ {
				list := []insight.Playing{playing(goes, video, epoch), playing(stays, brief, epoch)}
				slices.SortFunc(list, insight.Compare)
				err = store.Record(t.Context(), list)
			}
			gone <- err
		}()
		s.Leave(t, goes)
		s.Remove(t, brief)
		if err := <-gone; err != nil {
			t.Fatal(err)
		}
	}
	kept := playing(stays, video, epoch)
	s.record(t, kept)
	s.want(t, video, kept)
}

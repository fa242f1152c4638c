package pipelinetest

import (
	"slices"
	"sync"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func readTexts() pipeline.ReadTexts {
	return pipeline.ReadTexts{
		Subtitles: []plan.Subtitle{
			plan.NewSubtitle(0, plan.Subtitle{Language: "por", Default: true}),
			plan.NewSubtitle(1, plan.Subtitle{Language: "eng", Label: "With sounds", SDH: true}),
			plan.NewSubtitle(2, plan.Subtitle{Language: "por", Forced: true}),
		},
		Chapters: []plan.Chapter{{Title: "Início", StartSeconds: 0, EndSeconds: 4.004}, {StartSeconds: 4.004, EndSeconds: 12.04}},
	}
}

func wantTexts(t *testing.T, s Subject, videoID string, want pipeline.ReadTexts, wantRead bool) {
	t.Helper()
	got, read, err := s.Store.Texts(t.Context(), videoID)
	must(t, "read the texts", err)
	wantEqual(t, "the texts", got, want)
	if read != wantRead {
		t.Errorf("read: %v", read)
	}
}

func savingAsksForTexts(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	if jobs, want := s.Jobs(t), jobOf(t, pipeline.Texts{VideoID: id}); !slices.Contains(jobs, want) {
		t.Errorf("jobs %q, want %q among them", jobs, want)
	}
}

func textsAreSavedOnce(t *testing.T, s Subject) {
	id := s.Add(t, catalog.Processing)
	wantTexts(t, s, id, pipeline.ReadTexts{}, false)
	must(t, "save", s.Store.SaveTexts(t.Context(), id, readTexts()))
	wantTexts(t, s, id, readTexts(), true)
	must(t, "save again", s.Store.SaveTexts(t.Context(), id, pipeline.ReadTexts{Subtitles: []plan.Subtitle{plan.NewSubtitle(7, plan.Subtitle{Language: "fr"})}}))
	wantTexts(t, s, id, readTexts(), true)

	none := s.Add(t, catalog.Processing)
	must(t, "save none", s.Store.SaveTexts(t.Context(), none, pipeline.ReadTexts{}))
	wantTexts(t, s, none, pipeline.ReadTexts{}, true)
}

func whatWasNotReadIsReadLater(t *testing.T, s Subject) {
	planned, read, unplanned := addPlanned(t, s), addPlanned(t, s), s.Add(t, catalog.Processing)
	must(t, "save", s.Store.SaveTexts(t.Context(), read, readTexts()))
	count := func(videoID string) (n int) {
		for _, job := range s.Jobs(t) {
			if job == jobOf(t, pipeline.Texts{VideoID: videoID}) {
				n++
			}
		}
		return n
	}
	must(t, "read later", s.Store.ReadLater(t.Context()))
	must(t, "read later, again", s.Store.ReadLater(t.Context()))
	for id, want := range map[string]int{planned: 1, read: 1, unplanned: 0} { // each was asked for by its plan, and is still waiting
		if got := count(id); got != want {
			t.Errorf("%d jobs, want %d", got, want)
		}
	}
}

func aSubtitleIsAddedAtAnyTime(t *testing.T, s Subject) {
	id := s.Add(t, catalog.Ready)
	added := plan.NewSubtitle(3, plan.Subtitle{Language: "de", Added: true})
	must(t, "add", s.Store.AddSubtitle(t.Context(), id, added)) // before the film itself has been read
	must(t, "save", s.Store.SaveTexts(t.Context(), id, readTexts()))
	want := readTexts()
	want.Subtitles = append(want.Subtitles, added)
	wantTexts(t, s, id, want, true)

	must(t, "remove", s.Store.RemoveSubtitle(t.Context(), id, want.Subtitles[1].ID))
	wantFault(t, "remove it again", s.Store.RemoveSubtitle(t.Context(), id, want.Subtitles[1].ID), fault.NotFound)
	want.Subtitles = slices.Delete(want.Subtitles, 1, 2)
	wantTexts(t, s, id, want, true)

	other := s.Add(t, catalog.Ready)
	wantFault(t, "remove another film's", s.Store.RemoveSubtitle(t.Context(), other, added.ID), fault.NotFound)
	wantTexts(t, s, id, want, true)
}

func aFilmHasSoManySubtitles(t *testing.T, s Subject) {
	id := s.Add(t, catalog.Ready)
	for n := range plan.MaxSubtitles {
		must(t, "add", s.Store.AddSubtitle(t.Context(), id, plan.NewSubtitle(n, plan.Subtitle{Language: "pt"})))
	}
	one := plan.NewSubtitle(plan.MaxSubtitles, plan.Subtitle{Language: "pt"})
	wantFault(t, "add one more", s.Store.AddSubtitle(t.Context(), id, one), fault.Conflict)
	must(t, "remove one", s.Store.RemoveSubtitle(t.Context(), id, "0-pt"))
	must(t, "add one more", s.Store.AddSubtitle(t.Context(), id, one))
}

func noNumberIsGivenTwice(t *testing.T, s Subject) {
	id, other := s.Add(t, catalog.Ready), s.Add(t, catalog.Ready)
	if first, err := s.Store.NumberSubtitles(t.Context(), other, 3); err != nil || first != 0 {
		t.Errorf("the first numbers of a film begin at %d, %v", first, err)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	taken := map[int]bool{}
	for range 8 {
		wg.Go(func() {
			first, err := s.Store.NumberSubtitles(t.Context(), id, 2)
			mu.Lock()
			defer mu.Unlock()
			if err != nil || taken[first] || taken[first+1] {
				t.Errorf("given out %d, %v; taken %v", first, err, taken)
			}
			taken[first], taken[first+1] = true, true
		})
	}
	wg.Wait()
	if first, err := s.Store.NumberSubtitles(t.Context(), id, 1); err != nil || first != 16 {
		t.Errorf("after sixteen: %d, %v", first, err)
	}
}

func textsOfNoVideoAreNotFound(t *testing.T, s Subject) {
	id := newID()
	_, _, textsErr := s.Store.Texts(t.Context(), id)
	_, numberErr := s.Store.NumberSubtitles(t.Context(), id, 1)
	for what, err := range map[string]error{
		"texts": textsErr, "number": numberErr,
		"save":   s.Store.SaveTexts(t.Context(), id, readTexts()),
		"add":    s.Store.AddSubtitle(t.Context(), id, plan.NewSubtitle(0, plan.Subtitle{Language: "pt"})),
		"remove": s.Store.RemoveSubtitle(t.Context(), id, "0-pt"),
	} {
		wantFault(t, what, err, fault.NotFound)
	}
	gone := s.Add(t, catalog.Ready)
	must(t, "save", s.Store.SaveTexts(t.Context(), gone, readTexts()))
	s.Delete(t, gone)
	_, _, err := s.Store.Texts(t.Context(), gone)
	wantFault(t, "texts of a deleted video", err, fault.NotFound)
}

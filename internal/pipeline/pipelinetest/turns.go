package pipelinetest

import (
	"fmt"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// addLong puts a processing video there with tasks of one lane, one segment each.
func addLong(t *testing.T, s Subject, tasks int) (videoID string) {
	t.Helper()
	p := film()
	p.Tasks = nil
	for i := range tasks {
		p.Tasks = append(p.Tasks, plan.Task{Seq: i, Lane: plan.LaneFast, Kind: plan.Video, FirstSegment: i, Segments: 1, Renditions: []string{low}})
	}
	videoID = s.Add(t, catalog.Processing)
	must(t, "save the plan", s.Store.SavePlan(t.Context(), planned(videoID, p)))
	return videoID
}

// takes returns the next n tasks as names: "a/0" is the first task of the film named a.
func takes(t *testing.T, s Subject, n int, names map[string]string) (list []string) {
	t.Helper()
	for range n {
		w := take(t, s, "somebody", long)
		list = append(list, fmt.Sprintf("%s/%d", names[w.VideoID], w.Task.Seq))
		done(t, s, w)
	}
	return list
}

func aLaterFilmBeginsWhereOthersAre(t *testing.T, s Subject) {
	names := map[string]string{addLong(t, s, 6): "a"}
	wantEqual(t, "alone", takes(t, s, 3, names), []string{"a/0", "a/1", "a/2"})
	held := take(t, s, "somebody", long) // a/3 is being made
	names[addLong(t, s, 4)] = "b"
	wantEqual(t, "together", takes(t, s, 6, names), []string{"b/0", "a/4", "b/1", "a/5", "b/2", "b/3"})
	done(t, s, held)
}

func aFilmBeginsAfterWhatIsDone(t *testing.T, s Subject) {
	names := map[string]string{addLong(t, s, 3): "a"}
	takes(t, s, 3, names)
	names[addLong(t, s, 4)] = "b"
	takes(t, s, 2, names)
	names[addLong(t, s, 2)] = "c"
	wantEqual(t, "taken", takes(t, s, 4, names), []string{"b/2", "c/0", "b/3", "c/1"})
}

func aRetriedFilmBeginsWhereOthersAre(t *testing.T, s Subject) {
	away := addLong(t, s, 4)
	names := map[string]string{away: "away"}
	takes(t, s, 1, names)
	must(t, "fail", s.Store.SetFailed(t.Context(), away, "code", "Detail."))
	names[addLong(t, s, 6)] = "here"
	takes(t, s, 3, names)
	must(t, "retry", s.Store.Retry(t.Context(), away))
	wantEqual(t, "taken", takes(t, s, 6, names), []string{"here/3", "away/1", "here/4", "away/2", "here/5", "away/3"})
}

func aFailedFilmHoldsNobodyBack(t *testing.T, s Subject) {
	away := addLong(t, s, 4)
	must(t, "fail", s.Store.SetFailed(t.Context(), away, "code", "Detail."))
	names := map[string]string{addLong(t, s, 6): "a"}
	takes(t, s, 3, names)
	names[addLong(t, s, 2)] = "b" // were it to begin where the failed film is, it would overtake
	wantEqual(t, "taken", takes(t, s, 4, names), []string{"a/3", "b/0", "a/4", "b/1"})
}

func nearAViewerComesFirst(t *testing.T, s Subject) {
	names := map[string]string{addLong(t, s, 6): "a"}
	watched := addLong(t, s, 6)
	names[watched] = "b"
	must(t, "watch", s.Store.SetPlayhead(t.Context(), watched, "viewer", 3))
	wantEqual(t, "taken", takes(t, s, 5, names), []string{"b/3", "b/4", "b/5", "a/0", "b/0"})

	// The lane goes before the viewer.
	first := addPlanned(t, s)
	names[first] = "c"
	w := take(t, s, "somebody", long)
	if w.VideoID != first || w.Task.Lane != plan.LaneFirstMinute {
		t.Errorf("took %s/%d", names[w.VideoID], w.Task.Seq)
	}
	wantFault(t, "watch an unknown video", s.Store.SetPlayhead(t.Context(), newID(), "viewer", 3), fault.NotFound)
	wantFault(t, "watch what is whole", s.Store.SetPlayhead(t.Context(), s.Add(t, catalog.Ready), "viewer", 3), fault.NotFound)
}

func aPlayheadMoves(t *testing.T, s Subject) {
	id := addLong(t, s, 6)
	names := map[string]string{id: "a"}
	must(t, "watch", s.Store.SetPlayhead(t.Context(), id, "viewer", 4))
	must(t, "watch on", s.Store.SetPlayhead(t.Context(), id, "viewer", 2))
	wantEqual(t, "one viewer", takes(t, s, 1, names), []string{"a/2"})
	must(t, "another watches", s.Store.SetPlayhead(t.Context(), id, "another", 4))
	wantEqual(t, "two viewers", takes(t, s, 3, names), []string{"a/4", "a/3", "a/5"})
}

package pipelinetest

import (
	"slices"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func playableWithItsBeginning(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	for i, want := range []bool{false, true, true} { // sound, then picture, then more
		done(t, s, take(t, s, "somebody", long))
		if v := s.Video(t, id); v.Playable != want {
			t.Errorf("after task %d of the first minute playable is %t", i+1, v.Playable)
		}
	}
}

func beginningsAreTakenAlone(t *testing.T, s Subject) {
	first := addPlanned(t, s)
	takeBeginning := func() (pipeline.Work, error) { return s.Store.TakeBeginning(t.Context(), "somebody", long) }
	for _, want := range []int{2, 3} { // sound and picture, and no more of it
		w, err := takeBeginning()
		must(t, "take", err)
		if w.VideoID != first || w.Task.Seq != want {
			t.Errorf("task %d of %s, want %d of %s", w.Task.Seq, w.VideoID, want, first)
		}
	}
	_, err := takeBeginning()
	wantFault(t, "with none left", err, fault.NotFound)
	second := addPlanned(t, s)
	w, err := takeBeginning()
	must(t, "take", err)
	if w.VideoID != second {
		t.Errorf("a later film's beginning waits for %s", w.VideoID)
	}
	must(t, "renew", s.Store.Renew(t.Context(), w, lost))
	again, err := takeBeginning()
	must(t, "take what another lost", err)
	if again.VideoID != second || again.Task.Seq != w.Task.Seq {
		t.Errorf("what was lost is not taken again, but %d of %s", again.Task.Seq, again.VideoID)
	}
}

// copied is film, played as it is but for its low rung and its sound.
func copied(videoID string) pipeline.Planned {
	p := film()
	p.Renditions[1].Copy = true
	p.Tasks = slices.DeleteFunc(p.Tasks, func(task plan.Task) bool { return task.Renditions[0] == high })
	for i := range p.Tasks {
		p.Tasks[i].Seq = i
	}
	all := planned(videoID, p)
	all.Codecs = map[string]string{high: "codecs of " + high}
	all.Whole = map[string]pipeline.Measured{high: {Peak: 5 << 32, Average: 4 << 32}}
	return all
}

func begin(t *testing.T, s Subject, id string, renditions ...string) (all bool) {
	t.Helper()
	codecs := map[string]string{}
	for _, r := range renditions {
		codecs[r] = "codecs of " + r
	}
	all, err := s.Store.Begin(t.Context(), id, codecs)
	must(t, "begin", err)
	return all
}

func copiesArePlayable(t *testing.T, s Subject) {
	id := s.Add(t, catalog.Processing)
	must(t, "save the plan", s.Store.SavePlan(t.Context(), copied(id)))
	made, err := s.Store.Made(t.Context(), id)
	must(t, "what is made", err)
	wantEqual(t, "what is made", made, map[string]plan.Made{
		low: {}, sound: {}, high: {Codecs: "codecs of " + high, Whole: true, PeakBandwidth: 5 << 32, AverageBandwidth: 4 << 32},
	})
	if s.Video(t, id).Playable {
		t.Error("playable, and nobody could decode its sound")
	}
	if begin(t, s, id, sound) {
		t.Error("all is whole, with two to make")
	}
	if !s.Video(t, id).Playable {
		t.Error("not playable")
	}
}

func tasksWaitForCodecs(t *testing.T, s Subject) {
	id := s.Add(t, catalog.Processing)
	must(t, "save the plan", s.Store.SavePlan(t.Context(), copied(id)))
	wantNothingToTake(t, s)
	begin(t, s, id, sound)
	wantNothingToTake(t, s)
	begin(t, s, id, low)
	begin(t, s, id, low, sound) // and again changes nothing
	if tasks := takeAll(t, s, "somebody"); len(tasks) != 3 {
		t.Errorf("%d tasks, want 3", len(tasks))
	}
	begin(t, s, id, low)
	wantNothingToTake(t, s)
	_, err := s.Store.Begin(t.Context(), newID(), nil)
	wantFault(t, "of an unknown video", err, fault.NotFound)
}

func copiesAloneAreWhole(t *testing.T, s Subject) {
	id := s.Add(t, catalog.Processing)
	only := copied(id)
	only.Plan.Renditions, only.Plan.Tasks = only.Plan.Renditions[1:2], nil
	must(t, "save the plan", s.Store.SavePlan(t.Context(), only))
	if !s.Video(t, id).Playable {
		t.Error("not playable")
	}
	if !begin(t, s, id) {
		t.Error("something is left to make")
	}
}

func droppedRenditionsAreForgotten(t *testing.T, s Subject) {
	id := s.Add(t, catalog.Processing)
	must(t, "save the plan", s.Store.SavePlan(t.Context(), copied(id)))
	begin(t, s, id, low, sound)
	all, err := s.Store.Drop(t.Context(), id, []string{high})
	must(t, "drop", err)
	if all {
		t.Error("all is whole, with two to make")
	}
	made, err := s.Store.Made(t.Context(), id)
	must(t, "what is made", err)
	wantEqual(t, "what is made", made, map[string]plan.Made{low: {Codecs: "codecs of " + low}, sound: {Codecs: "codecs of " + sound}})
	finishTasks(t, s)
	markWhole(t, s, id, low)
	if !markWhole(t, s, id, sound) {
		t.Error("what was dropped is waited for")
	}
	all, err = s.Store.Drop(t.Context(), id, []string{high})
	must(t, "drop again", err)
	if !all {
		t.Error("something is left to make")
	}
	_, err = s.Store.Drop(t.Context(), newID(), []string{high})
	wantFault(t, "of an unknown video", err, fault.NotFound)
}

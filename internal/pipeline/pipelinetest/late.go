package pipelinetest

import (
	"slices"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// The renditions of lateFilm that are made late.
const (
	late    = "video/360-av1"
	tooLate = "video/720-av1"
)

// lateFilm is film with two renditions that are made late, in three tasks; nothing is known
// of how they are decoded.
func lateFilm() plan.Plan {
	p := film()
	p.Renditions = append(p.Renditions,
		plan.Rendition{ID: late, Kind: plan.Video, Codec: plan.AV1, Width: 640, Height: 360, Rung: 360},
		plan.Rendition{ID: tooLate, Kind: plan.Video, Codec: plan.AV1, Width: 1280, Height: 720, Rung: 720})
	p.Tasks = append(p.Tasks,
		plan.Task{Seq: 5, Lane: plan.LaneAV1, Kind: plan.Video, FirstSegment: 0, Segments: 6, Renditions: []string{late}},
		plan.Task{Seq: 6, Lane: plan.LaneAV1, Kind: plan.Video, FirstSegment: 0, Segments: 3, Renditions: []string{tooLate}},
		plan.Task{Seq: 7, Lane: plan.LaneAV1, Kind: plan.Video, FirstSegment: 3, Segments: 3, Renditions: []string{tooLate}})
	return p
}

func addLate(t *testing.T, s Subject) (videoID string) {
	t.Helper()
	videoID = s.Add(t, catalog.Processing)
	all := planned(videoID, lateFilm())
	delete(all.Codecs, late)
	delete(all.Codecs, tooLate)
	must(t, "save the plan", s.Store.SavePlan(t.Context(), all))
	return videoID
}

// finishAllButLate makes a film ready, and returns the tasks that were left, leased.
func finishAllButLate(t *testing.T, s Subject, id string) (left []pipeline.Work) {
	t.Helper()
	for _, w := range takeAll(t, s, "somebody") {
		if w.Task.Lane == plan.LaneAV1 {
			left = append(left, w)
			continue
		}
		done(t, s, w)
	}
	for _, r := range []string{low, high, sound} {
		markWhole(t, s, id, r)
	}
	must(t, "ready", s.Store.SetReady(t.Context(), id, "key"))
	return left
}

func readyWithoutWhatIsLate(t *testing.T, s Subject) {
	id := addLate(t, s)
	works := takeAll(t, s, "somebody")
	wantEqual(t, "the tasks", seqs(works), append(slices.Clone(takenOrder), 5, 6, 7))
	done(t, s, works[5])
	if markWhole(t, s, id, late) || s.Video(t, id).Playable {
		t.Error("what is made late is enough")
	}
	for _, w := range works[:5] {
		done(t, s, w)
	}
	for i, r := range []string{low, sound, high} {
		if all := markWhole(t, s, id, r); all != (i == 2) {
			t.Errorf("after %s all are whole: %t", r, all)
		}
	}
	if v := s.Video(t, id); !v.Playable || v.Progress() != 1 {
		t.Errorf("playable %t, %v of it made", v.Playable, v.Progress())
	}
}

func lateTasksOfAReadyVideo(t *testing.T, s Subject) {
	id := addLate(t, s)
	left := finishAllButLate(t, s, id)
	wantEqual(t, "what is left", seqs(left), []int{5, 6, 7})
	must(t, "release", s.Store.Release(t.Context(), left[0]))
	other := addPlanned(t, s) // comes before
	for range takenOrder {
		if w := take(t, s, "somebody", long); w.VideoID != other {
			t.Errorf("task %d of the film that is ready comes first", w.Task.Seq)
		}
	}
	w := take(t, s, "somebody", lost)
	again := take(t, s, "another", long)
	if w.Task.Seq != 5 || again.Task.Seq != 5 {
		t.Errorf("took %d, and when that was lost %d", w.Task.Seq, again.Task.Seq)
	}
	begin(t, s, id, late)
	done(t, s, again)
	wantFinished(t, s, pipeline.Finished{VideoID: id, Rendition: low}, pipeline.Finished{VideoID: id, Rendition: high},
		pipeline.Finished{VideoID: id, Rendition: sound}, pipeline.Finished{VideoID: id, Rendition: late})
	markWhole(t, s, id, late)
	if v := s.Video(t, id); v.Status != catalog.Ready || !slices.Contains(wholeOf(v), late) {
		t.Errorf("it is %s, with %v whole", v.Status, wholeOf(v))
	}
}

func lateIsGivenUp(t *testing.T, s Subject) {
	id, other := addLate(t, s), addLate(t, s)
	left := slices.DeleteFunc(finishAllButLate(t, s, id), func(w pipeline.Work) bool { return w.VideoID != id })
	done(t, s, left[0])
	markWhole(t, s, id, late)
	done(t, s, left[1])
	gone, err := s.Store.GiveUpLate(t.Context(), id)
	must(t, "give up", err)
	wantEqual(t, "what was given up", gone, []string{tooLate})
	wantRefused(t, s, left[2])
	made, err := s.Store.Made(t.Context(), id)
	must(t, "what is made", err)
	if _, there := made[late]; !there || len(made) != 4 {
		t.Errorf("there are %v", made)
	}
	if v := s.Video(t, id); v.Status != catalog.Ready {
		t.Errorf("the video is %s", v.Status)
	}
	made, err = s.Store.Made(t.Context(), other)
	must(t, "what is made of the other", err)
	if len(made) != 5 {
		t.Errorf("of the other film there are %v", made)
	}
	begin(t, s, id) // makes none of it again
	wantNothingToTake(t, s)
	gone, err = s.Store.GiveUpLate(t.Context(), id)
	must(t, "give up again", err)
	wantEqual(t, "what was given up again", len(gone), 0)
	_, err = s.Store.GiveUpLate(t.Context(), newID())
	wantFault(t, "of an unknown video", err, fault.NotFound)
}

package pipelinetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// at names segment k of the low picture.
func at(videoID string, k int) pipeline.Segment {
	return pipeline.Segment{VideoID: videoID, Rendition: low, Index: k}
}

func waited(g pipeline.Segment) pipeline.Demand {
	return pipeline.Demand{Segment: g, Kind: pipeline.Waited}
}

func ahead(g pipeline.Segment) pipeline.Demand {
	return pipeline.Demand{Segment: g, Kind: pipeline.Ahead}
}

func ask(t *testing.T, s Subject, asker string, wanted ...pipeline.Demand) []pipeline.Standing {
	t.Helper()
	return askFor(t, s, asker, long, wanted...)
}

func askFor(t *testing.T, s Subject, asker string, lasts time.Duration, wanted ...pipeline.Demand) []pipeline.Standing {
	t.Helper()
	standing, err := s.Store.Ask(t.Context(), asker, lasts, wanted...)
	must(t, "ask", err)
	if len(standing) != len(wanted) {
		t.Fatalf("asked for %d, told of %d", len(wanted), len(standing))
	}
	return standing
}

func wantStanding(t *testing.T, what string, got []pipeline.Standing, want ...pipeline.Standing) {
	t.Helper()
	wantEqual(t, what, got, want)
}

func withdraw(t *testing.T, s Subject, asker string, segments ...pipeline.Segment) {
	t.Helper()
	must(t, "withdraw", s.Store.Withdraw(t.Context(), asker, segments...))
}

func takeDemand(t *testing.T, s Subject, kind pipeline.DemandKind, lease time.Duration) pipeline.DemandWork {
	t.Helper()
	w, err := s.Store.TakeDemand(t.Context(), "maker", kind, lease)
	must(t, "take", err)
	wantEqual(t, "the owner", w.Owner, "maker")
	wantEqual(t, "the kind", w.Kind, kind)
	return w
}

// takeDemands takes what there is to take of a kind and returns the segments' indices.
func takeDemands(t *testing.T, s Subject, kind pipeline.DemandKind) (list []int) {
	t.Helper()
	for range 1000 {
		w, err := s.Store.TakeDemand(t.Context(), "maker", kind, long)
		if fault.Is(err, fault.NotFound) {
			return list
		}
		must(t, "take", err)
		list = append(list, w.Index)
	}
	t.Fatal("there is always one more to take")
	return nil
}

func wantNoDemand(t *testing.T, s Subject) {
	t.Helper()
	for _, kind := range []pipeline.DemandKind{pipeline.Waited, pipeline.Ahead} {
		w, err := s.Store.TakeDemand(t.Context(), "maker", kind, long)
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("took %+v, %v", w, err)
		}
	}
}

func wantDemandLost(t *testing.T, s Subject, w pipeline.DemandWork) {
	t.Helper()
	_, err := s.Store.RenewDemand(t.Context(), w, long)
	wantFault(t, "renew", err, fault.NotFound)
	wantFault(t, "release", s.Store.ReleaseDemand(t.Context(), w), fault.NotFound)
	_, err = s.Store.DemandFailed(t.Context(), w, 3)
	wantFault(t, "failed", err, fault.NotFound)
}

func wantMade(t *testing.T, s Subject, videoID string, want map[string][]int) {
	t.Helper()
	made, err := s.Store.MadeOnDemand(t.Context(), videoID)
	must(t, "made", err)
	wantEqual(t, "made on demand", made, want)
}

func aDemandIsKeptUntilMade(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	wantNoDemand(t, s)
	wantStanding(t, "asked", ask(t, s, "a", waited(at(id, 4))), pipeline.Wanted)
	w := takeDemand(t, s, pipeline.Waited, long)
	wantEqual(t, "taken", w.Segment, at(id, 4))
	wantNoDemand(t, s)
	kind, err := s.Store.RenewDemand(t.Context(), w, long)
	must(t, "renew", err)
	wantEqual(t, "the kind", kind, pipeline.Waited)
	wantStanding(t, "asked while it is made", ask(t, s, "a", waited(at(id, 4))), pipeline.Wanted)
	wantMade(t, s, id, map[string][]int{})

	must(t, "done", s.Store.DemandDone(t.Context(), w.Segment, 5<<32))
	wantDemandLost(t, s, w)
	wantStanding(t, "asked when it is made", ask(t, s, "b", waited(at(id, 4))), pipeline.Made)
	withdraw(t, s, "a", at(id, 4))
	wantNoDemand(t, s)
	wantMade(t, s, id, map[string][]int{low: {4}})
}

func theNewestDemandIsFirst(t *testing.T, s Subject) {
	id, other := addPlanned(t, s), addPlanned(t, s)
	ask(t, s, "a", waited(at(id, 4)))
	ask(t, s, "a", ahead(at(id, 5)))
	ask(t, s, "b", waited(at(other, 1)))
	ask(t, s, "b", ahead(at(other, 2)))
	ask(t, s, "a", waited(at(id, 0)))
	wantEqual(t, "waited", takeDemands(t, s, pipeline.Waited), []int{0, 1, 4})
	wantEqual(t, "ahead", takeDemands(t, s, pipeline.Ahead), []int{2, 5})
}

func oneAskKeepsItsOrder(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	ask(t, s, "a", waited(at(id, 1)), ahead(at(id, 2)), ahead(at(id, 3)), ahead(at(id, 4)))
	wantEqual(t, "waited", takeDemands(t, s, pipeline.Waited), []int{1})
	wantEqual(t, "ahead", takeDemands(t, s, pipeline.Ahead), []int{2, 3, 4})
}

func askingAgainKeepsTheOrder(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	ask(t, s, "a", waited(at(id, 1)))
	ask(t, s, "a", waited(at(id, 2)))
	ask(t, s, "a", waited(at(id, 1)))
	ask(t, s, "a", ahead(at(id, 1)))
	wantEqual(t, "asked again", takeDemands(t, s, pipeline.Waited), []int{2, 1})

	ask(t, s, "a", waited(at(id, 3)))
	ask(t, s, "a", waited(at(id, 4)))
	ask(t, s, "b", waited(at(id, 3))) // another viewer is the newest
	wantEqual(t, "asked by another", takeDemands(t, s, pipeline.Waited), []int{3, 4})
}

func aheadBecomesWaited(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	ask(t, s, "a", ahead(at(id, 1)), ahead(at(id, 2)))
	ask(t, s, "b", waited(at(id, 3)))
	ask(t, s, "b", waited(at(id, 2)))
	wantEqual(t, "waited", takeDemands(t, s, pipeline.Waited), []int{2, 3})

	w := takeDemand(t, s, pipeline.Ahead, long)
	kind, err := s.Store.RenewDemand(t.Context(), w, long)
	must(t, "renew", err)
	wantEqual(t, "before", kind, pipeline.Ahead)
	ask(t, s, "b", waited(at(id, 1)))
	ask(t, s, "c", ahead(at(id, 1)))
	kind, err = s.Store.RenewDemand(t.Context(), w, long)
	must(t, "renew", err)
	wantEqual(t, "while somebody waits", kind, pipeline.Waited)
	withdraw(t, s, "b", at(id, 1))
	kind, err = s.Store.RenewDemand(t.Context(), w, long)
	must(t, "renew", err)
	wantEqual(t, "when nobody waits any more", kind, pipeline.Ahead)
}

func aSegmentIsDemandedOnce(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	for _, err := range atOnce(8, func(i int) error {
		_, err := s.Store.Ask(t.Context(), fmt.Sprintf("asker %d", i%4), long, waited(at(id, 1)), ahead(at(id, 2)))
		return err
	}) {
		must(t, "ask", err)
	}
	wantEqual(t, "waited", takeDemands(t, s, pipeline.Waited), []int{1})
	wantEqual(t, "ahead", takeDemands(t, s, pipeline.Ahead), []int{2})
}

func theLastWithdraws(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	ask(t, s, "a", waited(at(id, 1)))
	ask(t, s, "b", waited(at(id, 1)))
	withdraw(t, s, "a", at(id, 1))
	withdraw(t, s, "a", at(id, 1)) // once more is no error
	w := takeDemand(t, s, pipeline.Waited, long)
	must(t, "release", s.Store.ReleaseDemand(t.Context(), w))
	withdraw(t, s, "b", at(id, 1))
	wantNoDemand(t, s)
	wantDemandLost(t, s, w)

	ask(t, s, "a", waited(at(id, 2)), ahead(at(id, 3)), ahead(at(id, 4)))
	withdraw(t, s, "a", at(id, 2), at(id, 4))
	wantEqual(t, "waited", takeDemands(t, s, pipeline.Waited), nil)
	wantEqual(t, "ahead", takeDemands(t, s, pipeline.Ahead), []int{3})
}

func manyWithdrawAtOnce(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	const askers = 8
	for i := range askers {
		ask(t, s, fmt.Sprint(i), waited(at(id, 1)), ahead(at(id, 2)))
	}
	for _, err := range atOnce(askers, func(i int) error {
		return s.Store.Withdraw(t.Context(), fmt.Sprint(i), at(id, 1), at(id, 2))
	}) {
		must(t, "withdraw", err)
	}
	wantNoDemand(t, s)
}

func withdrawnWhileMade(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	ask(t, s, "a", waited(at(id, 1)))
	w := takeDemand(t, s, pipeline.Waited, long)
	withdraw(t, s, "a", at(id, 1))
	wantDemandLost(t, s, w)
	wantNoDemand(t, s)
	must(t, "done all the same", s.Store.DemandDone(t.Context(), w.Segment, 100))
	wantMade(t, s, id, map[string][]int{low: {1}})
}

func aDeadAskerIsForgotten(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	askFor(t, s, "dead", lost, waited(at(id, 1)), ahead(at(id, 2)))
	wantNoDemand(t, s)

	askFor(t, s, "dead", lost, waited(at(id, 3)))
	ask(t, s, "alive", waited(at(id, 3)))
	wantEqual(t, "what another wants too", takeDemands(t, s, pipeline.Waited), []int{3})

	ask(t, s, "b", waited(at(id, 4)))
	w := takeDemand(t, s, pipeline.Waited, long)
	askFor(t, s, "b", lost, waited(at(id, 4)))
	wantNoDemand(t, s)
	_, err := s.Store.RenewDemand(t.Context(), w, long)
	must(t, "its maker may finish", err)
}

func aDeadWorkersDemandIsTaken(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	ask(t, s, "a", waited(at(id, 1)))
	old := takeDemand(t, s, pipeline.Waited, lost)
	old.Owner = "dead"
	heir := takeDemand(t, s, pipeline.Waited, long)
	wantEqual(t, "taken again", heir.Segment, old.Segment)
	wantDemandLost(t, s, old)
	wantNoDemand(t, s)

	ask(t, s, "a", waited(at(id, 2)))
	abandoned := takeDemand(t, s, pipeline.Waited, lost)
	ask(t, s, "a", waited(at(id, 3)))
	wantEqual(t, "the newest first", takeDemand(t, s, pipeline.Waited, long).Segment, at(id, 3))
	wantEqual(t, "then the abandoned", takeDemand(t, s, pipeline.Waited, long).Segment, abandoned.Segment)

	ask(t, s, "a", waited(at(id, 4)))
	takeDemand(t, s, pipeline.Waited, lost)
	withdraw(t, s, "a", at(id, 4))
	wantNoDemand(t, s)
}

func noDemandIsGivenTwice(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	for k := range filmSegments {
		for _, r := range []string{low, high, sound} {
			ask(t, s, "a", waited(pipeline.Segment{VideoID: id, Rendition: r, Index: k}))
		}
	}
	var mu sync.Mutex
	owners := map[pipeline.Segment]string{}
	for _, err := range atOnce(8, func(i int) error {
		owner := fmt.Sprintf("maker %d", i)
		for {
			w, err := s.Store.TakeDemand(t.Context(), owner, pipeline.Waited, long)
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			mu.Lock()
			before, given := owners[w.Segment]
			owners[w.Segment] = owner
			mu.Unlock()
			if given {
				return fmt.Errorf("%v was given to %s and to %s", w.Segment, before, owner)
			}
		}
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	if want := 3 * filmSegments; len(owners) != want {
		t.Errorf("%d demands were given, of %d", len(owners), want)
	}
}

func aReleasedDemandIsUntouched(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	ask(t, s, "a", waited(at(id, 1)))
	ask(t, s, "a", waited(at(id, 2)))
	w := takeDemand(t, s, pipeline.Waited, long)
	must(t, "release", s.Store.ReleaseDemand(t.Context(), w))
	wantDemandLost(t, s, w)
	wantEqual(t, "taken again", takeDemands(t, s, pipeline.Waited), []int{2, 1})
}

// giveUp fails a demand until it is given up.
func giveUp(t *testing.T, s Subject) {
	t.Helper()
	const most = 3
	for times := 1; times <= most; times++ {
		w := takeDemand(t, s, pipeline.Waited, long)
		gaveUp, err := s.Store.DemandFailed(t.Context(), w, most)
		must(t, "failed", err)
		if gaveUp != (times == most) {
			t.Errorf("after %d failures it is given up: %t", times, gaveUp)
		}
		wantDemandLost(t, s, w)
	}
	wantNoDemand(t, s)
}

func aDemandIsGivenUp(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	ask(t, s, "a", waited(at(id, 1)))
	giveUp(t, s)
	wantStanding(t, "while somebody asks", ask(t, s, "b", waited(at(id, 1))), pipeline.GivenUp)
	withdraw(t, s, "a", at(id, 1))
	wantStanding(t, "while another does", ask(t, s, "b", waited(at(id, 1))), pipeline.GivenUp)
	withdraw(t, s, "b", at(id, 1))
	wantStanding(t, "asked anew", ask(t, s, "b", waited(at(id, 1))), pipeline.Wanted)
	giveUp(t, s)
	withdraw(t, s, "b", at(id, 1))

	askFor(t, s, "dead", lost, waited(at(id, 2)))
	ask(t, s, "a", waited(at(id, 2)))
	giveUp(t, s)
	if v := s.Video(t, id); v.Status != "processing" {
		t.Errorf("the video is %s", v.Status)
	}
}

func aStoredSegmentIsMade(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	for range 2 { // nobody asked
		must(t, "done", s.Store.DemandDone(t.Context(), at(id, 5), 100))
	}
	must(t, "done", s.Store.DemandDone(t.Context(), at(id, 2), 100))
	must(t, "done", s.Store.DemandDone(t.Context(), pipeline.Segment{VideoID: id, Rendition: sound, Index: 0}, 100))
	wantMade(t, s, id, map[string][]int{low: {2, 5}, sound: {0}})
	wantStanding(t, "asked", ask(t, s, "a", waited(at(id, 5)), ahead(at(id, 4))), pipeline.Made, pipeline.Wanted)
	wantEqual(t, "made in the tasks' count", segmentsDone(t, s, id), map[string]int{low: 0, high: 0, sound: 0})
}

func aTaskAnswersDemands(t *testing.T, s Subject) {
	id, other := addPlanned(t, s), addPlanned(t, s)
	for k := range filmSegments {
		ask(t, s, "a", waited(at(id, k)))
	}
	ask(t, s, "a", waited(at(other, 2)))
	must(t, "done", s.Store.DemandDone(t.Context(), at(id, 3), 100))
	for _, w := range takeAll(t, s, "somebody") {
		if w.VideoID == id && w.Task.Seq == 1 { // from segment 2 on
			done(t, s, w)
		}
	}
	wantEqual(t, "left", takeDemands(t, s, pipeline.Waited), []int{2, 1, 0})
	wantMade(t, s, id, map[string][]int{low: {3}})
}

func aWholeRenditionHasNoDemands(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	must(t, "done", s.Store.DemandDone(t.Context(), at(id, 3), 100))
	must(t, "done", s.Store.DemandDone(t.Context(), pipeline.Segment{VideoID: id, Rendition: sound, Index: 1}, 100))
	finishTasks(t, s)
	markWhole(t, s, id, low)
	wantMade(t, s, id, map[string][]int{sound: {1}})
	wantStanding(t, "asked", ask(t, s, "a", waited(at(id, 0))), pipeline.Made)
	must(t, "done late", s.Store.DemandDone(t.Context(), at(id, 0), 100))
	wantMade(t, s, id, map[string][]int{sound: {1}})
	wantNoDemand(t, s)
}

func aRetryForgetsWhatWasGivenUp(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	ask(t, s, "a", waited(at(id, 1)))
	giveUp(t, s)
	must(t, "fail", s.Store.SetFailed(t.Context(), id, "code", "Detail."))
	must(t, "retry", s.Store.Retry(t.Context(), id))
	wantStanding(t, "asked anew", ask(t, s, "b", waited(at(id, 1))), pipeline.Wanted)
}

func reclaimingForgetsAskers(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	ask(t, s, "a", waited(at(id, 1)), ahead(at(id, 2)))
	w := takeDemand(t, s, pipeline.Waited, long)
	must(t, "done", s.Store.DemandDone(t.Context(), at(id, 5), 100))
	must(t, "reclaim", s.Store.Reclaim(t.Context()))
	wantDemandLost(t, s, w)
	wantNoDemand(t, s)
	wantMade(t, s, id, map[string][]int{low: {5}})
}

func unknownSegmentsAreNotFound(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	for what, g := range map[string]pipeline.Segment{
		"a video":          at(newID(), 0),
		"a rendition":      {VideoID: id, Rendition: "video/1"},
		"before the first": at(id, -1),
		"after the last":   at(id, filmSegments),
	} {
		_, err := s.Store.Ask(t.Context(), "a", long, waited(at(id, 0)), waited(g))
		wantFault(t, "ask: "+what, err, fault.NotFound)
		wantFault(t, "done: "+what, s.Store.DemandDone(t.Context(), g, 1), fault.NotFound)
		must(t, "withdraw: "+what, s.Store.Withdraw(t.Context(), "a", g))
	}
	wantNoDemand(t, s) // with one unknown, none is asked for
}

func demandsGoWithTheirVideo(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	ask(t, s, "a", waited(at(id, 1)))
	w := takeDemand(t, s, pipeline.Waited, long)
	ask(t, s, "a", waited(at(id, 2)))
	must(t, "watch", s.Store.SetPlayhead(t.Context(), id, "viewer", 1))
	s.Delete(t, id)
	wantDemandLost(t, s, w)
	wantNoDemand(t, s)
	wantMade(t, s, id, map[string][]int{})
	wantFault(t, "done", s.Store.DemandDone(t.Context(), w.Segment, 1), fault.NotFound)
}

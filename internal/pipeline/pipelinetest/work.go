package pipelinetest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func tasksAreTakenInOrder(t *testing.T, s Subject) {
	first, second := addPlanned(t, s), addPlanned(t, s)
	var got, want []string
	for _, w := range takeAll(t, s, "somebody") {
		got = append(got, fmt.Sprintf("%s/%d", w.VideoID, w.Task.Seq))
		wantEqual(t, "the task", w.Task, film().Tasks[w.Task.Seq])
		wantEqual(t, "the owner", w.Owner, "somebody")
	}
	for _, lane := range [][]int{{2, 3}, {1}, {0, 4}} {
		for _, seq := range lane {
			for _, video := range []string{first, second} {
				want = append(want, fmt.Sprintf("%s/%d", video, seq))
			}
		}
	}
	wantEqual(t, "taken", got, want)
}

func noTaskIsGivenTwice(t *testing.T, s Subject) {
	const videos, takers = 4, 16
	for range videos {
		addPlanned(t, s)
	}
	var mu sync.Mutex
	owners := map[string]string{}
	for _, err := range atOnce(takers, func(i int) error {
		owner := fmt.Sprintf("taker %d", i)
		for {
			w, err := s.Store.Take(t.Context(), owner, long)
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			task := fmt.Sprintf("%s/%d", w.VideoID, w.Task.Seq)
			mu.Lock()
			before, given := owners[task]
			owners[task] = owner
			mu.Unlock()
			if given {
				return fmt.Errorf("%s was given to %s and to %s", task, before, owner)
			}
		}
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	if want := videos * len(film().Tasks); len(owners) != want {
		t.Errorf("%d tasks were given, of %d", len(owners), want)
	}
}

func aLeaseIsKept(t *testing.T, s Subject) {
	addPlanned(t, s)
	held := takeAll(t, s, "first")
	wantNothingToTake(t, s)
	for _, w := range held {
		must(t, "renew", s.Store.Renew(t.Context(), w, long))
	}
	wantNothingToTake(t, s)
}

func aLostLeaseIsHandedOver(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	old := take(t, s, "first", lost)
	heir := take(t, s, "second", long)
	wantEqual(t, "the task handed over", heir.Task, old.Task)
	wantRefused(t, s, old)
	wantEqual(t, "made", segmentsDone(t, s, id), map[string]int{low: 0, high: 0, sound: 0})

	must(t, "the heir renews", s.Store.Renew(t.Context(), heir, long))
	done(t, s, heir)
	wantRefused(t, s, old)
	wantEqual(t, "made", segmentsDone(t, s, id), map[string]int{low: 0, high: 0, sound: 6})
	if times := failed(t, s, take(t, s, "third", long)); times != 1 {
		t.Errorf("a lost lease counted as a failure: %d", times)
	}
}

func renewingSetsANewEnd(t *testing.T, s Subject) {
	addPlanned(t, s)
	first := take(t, s, "first", lost)
	must(t, "renew what ran out and nobody took", s.Store.Renew(t.Context(), first, long))
	if next := take(t, s, "second", long); next.Task.Seq == first.Task.Seq {
		t.Error("a renewed lease was handed over")
	}
	must(t, "renew to a moment ago", s.Store.Renew(t.Context(), first, lost))
	wantEqual(t, "the next task", take(t, s, "second", long).Task, first.Task)
}

func aReleasedTaskIsUntouched(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	w := take(t, s, "first", long)
	must(t, "release", s.Store.Release(t.Context(), w))
	wantRefused(t, s, w)
	wantEqual(t, "made", segmentsDone(t, s, id), map[string]int{low: 0, high: 0, sound: 0})
	again := take(t, s, "second", long)
	wantEqual(t, "the next task", again.Task, w.Task)
	if times := failed(t, s, again); times != 1 {
		t.Errorf("releasing counted as a failure: %d", times)
	}
}

func failed(t *testing.T, s Subject, w pipeline.Work) (times int) {
	t.Helper()
	times, err := s.Store.Failed(t.Context(), w)
	must(t, "failed", err)
	return times
}

func failuresAreCounted(t *testing.T, s Subject) {
	addPlanned(t, s)
	var w pipeline.Work
	for want := 1; want <= 3; want++ {
		w = take(t, s, "somebody", long)
		wantEqual(t, "the task", w.Task.Seq, takenOrder[0])
		if times := failed(t, s, w); times != want {
			t.Errorf("failed %d times, want %d", times, want)
		}
		wantRefused(t, s, w)
	}
	take(t, s, "somebody", long)
	if times := failed(t, s, take(t, s, "somebody", long)); times != 1 {
		t.Errorf("another task failed %d times", times)
	}
}

func anEndWithoutSegmentsIsRefused(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	w := take(t, s, "somebody", long)
	short, none := sizesOf(w.Task), pipeline.Sizes{}
	short[sound] = short[sound][1:]
	for what, sizes := range map[string]pipeline.Sizes{"one missing": short, "none": none} {
		if err := s.Store.Done(t.Context(), w, sizes); err == nil {
			t.Errorf("%s: accepted", what)
		}
	}
	wantEqual(t, "made", segmentsDone(t, s, id), map[string]int{low: 0, high: 0, sound: 0})
	done(t, s, w)
}

func doneCountsOnce(t *testing.T, s Subject) {
	other, id := addPlanned(t, s), addPlanned(t, s)
	for _, w := range takeAll(t, s, "somebody") {
		if w.VideoID == id && w.Task.Seq == 1 {
			done(t, s, w)
			wantRefused(t, s, w)
		}
	}
	wantEqual(t, "made", segmentsDone(t, s, id), map[string]int{low: 4, high: 0, sound: 0})
	wantEqual(t, "made of the other", segmentsDone(t, s, other), map[string]int{low: 0, high: 0, sound: 0})
	wantFinished(t, s)
}

func theLastSegmentFinishes(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	finished := func(renditions ...string) (list []pipeline.Finished) {
		for _, r := range renditions {
			list = append(list, pipeline.Finished{VideoID: id, Rendition: r})
		}
		return list
	}
	want := [][]pipeline.Finished{ // after each task, in the order they are taken
		finished(sound), finished(sound), finished(sound, low), finished(sound, low), finished(sound, low, high),
	}
	for i, w := range takeAll(t, s, "somebody") {
		done(t, s, w)
		wantFinished(t, s, want[i]...)
	}
	wantEqual(t, "made", segmentsDone(t, s, id), map[string]int{low: 6, high: 6, sound: 6})
	wantNothingToTake(t, s)
}

func renditionsFinishOnceAtOnce(t *testing.T, s Subject) {
	var want []pipeline.Finished
	for range 3 {
		id := addPlanned(t, s)
		for _, r := range []string{low, high, sound} {
			want = append(want, pipeline.Finished{VideoID: id, Rendition: r})
		}
	}
	works := takeAll(t, s, "somebody")
	for _, err := range atOnce(2*len(works), func(i int) error { // each is said twice
		w := works[i/2]
		err := s.Store.Done(t.Context(), w, sizesOf(w.Task))
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		return err
	}) {
		must(t, "done", err)
	}
	wantFinished(t, s, want...)
}

func doneIsOneTransaction(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	w := take(t, s, "somebody", long) // all of the sound
	s.LoseQueue(t)
	if err := s.Store.Done(t.Context(), w, sizesOf(w.Task)); err == nil {
		t.Error("done, and its rendition will never be finished")
	}
	wantEqual(t, "made", segmentsDone(t, s, id), map[string]int{low: 0, high: 0, sound: 0})
	must(t, "the task is still held", s.Store.Renew(t.Context(), w, long))
}

func reclaimingGivesBack(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	finished, held := take(t, s, "first", long), take(t, s, "first", long)
	done(t, s, finished)
	must(t, "reclaim", s.Store.Reclaim(t.Context()))
	wantRefused(t, s, held)
	wantEqual(t, "the tasks", seqs(takeAll(t, s, "second")), takenOrder[1:])
	wantEqual(t, "made", segmentsDone(t, s, id), map[string]int{low: 0, high: 0, sound: 6})
}

func failedVideosAreLeftAlone(t *testing.T, s Subject) {
	gone := addPlanned(t, s)
	held := take(t, s, "somebody", long)
	must(t, "fail", s.Store.SetFailed(t.Context(), gone, "code", "Detail."))
	wantNothingToTake(t, s)
	must(t, "release", s.Store.Release(t.Context(), held))
	wantNothingToTake(t, s)

	next := addPlanned(t, s)
	wantEqual(t, "the video worked on", take(t, s, "somebody", long).VideoID, next)
}

func deletedVideosAreTold(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	held := take(t, s, "somebody", long)
	s.Delete(t, id)
	wantRefused(t, s, held)
	wantNothingToTake(t, s)
	wantEqual(t, "what is to be taken of a video that is not planned", s.Video(t, s.Add(t, catalog.Processing)).Renditions, nil)
	wantNothingToTake(t, s)
}

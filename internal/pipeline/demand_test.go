package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// onlyDemand is a process that makes nothing but what viewers wait for.
var onlyDemand = pipeline.Options{DemandSlots: 2, Alone: true}

// namesOf returns events as text: "taken video/360/7".
func namesOf(events []pipeline.Event) (list []string) {
	for _, e := range events {
		list = append(list, fmt.Sprintf("%s %s/%d", e.Kind, e.Rendition, e.Segment))
	}
	return list
}

func TestPictureAndSoundOfASeekAreMadeAtOnceAndReadAhead(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(film, low, high, sound)
	picture, track := c.view(id, low, 20), c.view(id, sound, 20)
	picture.served(t)
	track.served(t)
	for _, r := range []string{low, sound} {
		for k := 21; k <= 23; k++ {
			c.untilSegment(pipeline.DemandMade, r, k)
		}
		if has := s.has(id, r); !slices.Equal(has, []int{20, 21, 22, 23}) {
			t.Errorf("of %s there are %v", r, has)
		}
	}
	both := slices.DeleteFunc(c.said(pipeline.DemandTaken, pipeline.DemandMade), func(e pipeline.Event) bool { return e.Segment != 20 })
	if len(both) != 4 || both[0].Kind != pipeline.DemandTaken || both[1].Kind != pipeline.DemandTaken {
		t.Errorf("not at once: %v", namesOf(both))
	}
	made, err := s.store.MadeOnDemand(t.Context(), id)
	if err != nil || !slices.Equal(made[low], []int{20, 21, 22, 23}) {
		t.Errorf("recorded as made: %v, %v", made, err)
	}
	c.view(id, low, 22).served(t) // what is there is not made again
	if again := c.said(pipeline.DemandAsked); len(again) != 2 {
		t.Errorf("asked %v", namesOf(again))
	}
}

func TestManyWhoWaitForASegmentAreServedByOneEncoder(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(film, low, high, sound)
	var all []*viewing
	for range 50 {
		all = append(all, c.view(id, low, 35)) // the last: nothing to read ahead
	}
	for _, v := range all {
		v.served(t)
	}
	c.untilSegment(pipeline.DemandMade, low, 35)
	if taken := c.said(pipeline.DemandTaken); len(taken) != 1 {
		t.Errorf("taken %v", namesOf(taken))
	}
}

func TestTheNewestDemandIsMadeFirst(t *testing.T) {
	s := newStudio(t)
	o := onlyDemand
	o.DemandSlots = 1
	c := s.start(o)
	id := s.planned(film, low, high, sound)
	recorded := []chan struct{}{}
	for _, k := range []int{10, 30} {
		recorded = append(recorded, s.store.whenAsked(pipeline.Demand{Segment: pipeline.Segment{VideoID: id, Rendition: low, Index: k}, Kind: pipeline.Waited}))
	}
	// The encoder begins with the first only when the others have been asked for.
	begun, goOn := make(chan struct{}), make(chan struct{})
	c.on = func(e pipeline.Event) {
		if e.Kind == pipeline.DemandTaken && e.Segment == 35 {
			close(begun)
			<-goOn
		}
	}
	first := c.view(id, low, 35)
	within(t, "the first is begun", begun)
	second := c.view(id, low, 10)
	within(t, "the second is asked for", recorded[0])
	third := c.view(id, low, 30)
	within(t, "the third is asked for", recorded[1])
	close(goOn)
	for _, v := range []*viewing{first, second, third} {
		v.served(t)
	}
	var order []int
	for _, e := range c.said(pipeline.DemandTaken) {
		if e.Demand == pipeline.Waited {
			order = append(order, e.Segment)
		}
	}
	if !slices.Equal(order, []int{35, 30, 10}) {
		t.Errorf("made in the order %v", order)
	}
}

// A viewer who drags the seek bar asks for twenty places and stays at the last.
func TestAbandonedSeeksCostNothingMore(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(film, low, high, sound)
	var seek *viewing
	for k := 8; k < 28; k++ {
		next := c.view(id, high, k)
		c.untilSegment(pipeline.DemandAsked, high, k)
		if seek != nil {
			seek.leave()
			within(t, "a viewer has left", seek.ended)
			if !fault.Is(seek.err, fault.Cancelled) {
				t.Errorf("a viewer who left was told %v", seek.err)
			}
		}
		seek = next
	}
	seek.served(t)
	for k := 28; k <= 30; k++ {
		c.untilSegment(pipeline.DemandMade, high, k)
	}
	for k := 8; k < 27; k++ {
		c.untilSegment(pipeline.DemandWithdrawn, high, k)
	}
	// Whatever had been taken of the others was cancelled, its encoder with it.
	for _, e := range c.said(pipeline.DemandTaken) {
		if e.Segment < 27 {
			c.untilSegment(pipeline.DemandCancelled, high, e.Segment)
		}
	}
	if has := s.has(id, high); !slices.Equal(has, []int{27, 28, 29, 30}) {
		t.Errorf("there are %v", has)
	}
	s.nothingIsWanted()
}

// A viewer who closes the film is nowhere: nothing is read ahead of where the film was left.
func TestNothingIsReadAheadOfAPlaceThatWasLeft(t *testing.T) {
	s := newStudio(t)
	c := s.start(pipeline.Options{Alone: true}) // makes nothing itself
	id := s.planned(film, low, high, sound)
	ahead := s.store.whenAsked(pipeline.Demand{Segment: pipeline.Segment{VideoID: id, Rendition: low, Index: 23}, Kind: pipeline.Ahead})
	c.Watched(t.Context(), id, "viewer", low, 20)
	seek := c.view(id, low, 20)
	within(t, "the next segments are asked for", ahead)
	seek.leave()
	c.untilSegment(pipeline.DemandWithdrawn, low, 20)
	s.nothingIsWanted()
}

// Who comes while it is being asked for what another is about to need does not ask for it again:
// so it is asked for, though the other leaves meanwhile.
func TestWhatIsReadAheadIsAskedForThoughItsViewerLeaves(t *testing.T) {
	s := newStudio(t)
	asks, goOn := make(chan struct{}), make(chan struct{})
	ofTheFirst := sync.OnceFunc(func() { close(asks); <-goOn })
	s.store.asking = func(wanted []pipeline.Demand) {
		if wanted[0].Kind == pipeline.Ahead && wanted[0].Index == 21 {
			ofTheFirst()
		}
	}
	c := s.start(pipeline.Options{Alone: true}) // makes nothing itself
	id := s.planned(film, low, high, sound)
	ahead := func(k int) chan struct{} {
		return s.store.whenAsked(pipeline.Demand{Segment: pipeline.Segment{VideoID: id, Rendition: low, Index: k}, Kind: pipeline.Ahead})
	}
	first := c.view(id, low, 20)
	within(t, "what follows is asked for", asks)
	c.Watched(t.Context(), id, "second", low, 21)
	within(t, "the second viewer asks for what the first does not", ahead(24))
	first.leave()
	within(t, "the first has left", first.ended)
	close(goOn)
	within(t, "what the second is about to need is asked for", ahead(23))
}

// A viewer who was served and seeks on is elsewhere: what is being read ahead where the
// viewer was is stopped, and the rest of it not begun.
func TestWhoSeeksOnReadsNoMoreWhereTheSeekBegan(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(film, low, high, sound)
	begun, goOn := make(chan struct{}), make(chan struct{})
	c.on = func(e pipeline.Event) {
		if e.Kind == pipeline.DemandTaken && e.Segment == 9 {
			close(begun)
			<-goOn
		}
	}
	c.Watched(t.Context(), id, "viewer", low, 8)
	c.view(id, low, 8).served(t)
	within(t, "it is read ahead", begun)
	withdrawn := s.store.whenWithdrawn(pipeline.Segment{VideoID: id, Rendition: low, Index: 9})
	c.Watched(t.Context(), id, "viewer", low, 30)
	within(t, "what was to be read ahead is withdrawn", withdrawn)
	close(goOn)
	c.untilSegment(pipeline.DemandCancelled, low, 9)
	s.nothingIsWanted()
	if has := s.has(id, low); !slices.Equal(has, []int{8}) {
		t.Errorf("there are %v", has)
	}
}

func TestOfTwoViewersTheOneWhoStaysIsServed(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(film, low, high, sound)
	held := make(chan struct{})
	c.on = func(e pipeline.Event) {
		if e.Kind == pipeline.DemandTaken && e.Demand == pipeline.Waited {
			<-held
		}
	}
	leaves, stays, elsewhere := c.view(id, low, 8), c.view(id, low, 8), c.view(id, low, 25)
	alone := c.view(id, high, 14)
	for _, k := range []int{8, 25} {
		c.untilSegment(pipeline.DemandAsked, low, k)
	}
	c.untilSegment(pipeline.DemandAsked, high, 14)
	leaves.leave()
	alone.leave()
	within(t, "one has left", leaves.ended)
	within(t, "another has left", alone.ended)
	c.untilSegment(pipeline.DemandWithdrawn, high, 14)
	close(held)
	stays.served(t)
	elsewhere.served(t)
	if has := s.has(id, high); has != nil {
		t.Errorf("made for nobody: %v", has)
	}
	for _, e := range c.said(pipeline.DemandWithdrawn) {
		if e.Rendition == low {
			t.Errorf("withdrawn although somebody waits: %s/%d", e.Rendition, e.Segment)
		}
	}
}

func TestBackgroundStandsStillWhileSomebodyWaits(t *testing.T) {
	s := newStudio(t)
	c := s.start(pipeline.Options{Slots: 2, DemandSlots: 2, Alone: true})
	id := s.planned(film, low, high, sound)
	p, err := s.store.Plan(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	running := c.until("a long task is begun", func(e pipeline.Event) bool {
		return e.Kind == pipeline.TaskTaken && p.Tasks[e.Task].Kind == plan.Video && p.Tasks[e.Task].Segments == 8
	})
	c.view(id, high, 35).served(t)
	of := func(kind pipeline.EventKind) pipeline.Event {
		return c.until(string(kind), func(e pipeline.Event) bool { return e.Kind == kind && e.Rendition == "" && e.Task == running.Task })
	}
	held, resumed, done := of(pipeline.EncoderHeld), of(pipeline.EncoderResumed), of(pipeline.TaskDone)
	taken, made := c.untilSegment(pipeline.DemandTaken, high, 35), c.untilSegment(pipeline.DemandMade, high, 35)
	if held.At.Before(taken.At) || made.At.Before(held.At) || resumed.At.Before(held.At) || done.At.Before(resumed.At) {
		t.Errorf("taken at %v, held at %v, made at %v, resumed at %v, done at %v", taken.At, held.At, made.At, resumed.At, done.At)
	}
	if again := slices.DeleteFunc(c.said(pipeline.TaskTaken), func(e pipeline.Event) bool { return e.Task != running.Task }); len(again) != 1 {
		t.Errorf("it was taken %d times: its lease was lost", len(again))
	}
}

func TestAViewerWaitsForASmallTaskThatIsUnderWay(t *testing.T) {
	s := newStudio(t)
	asked := make(chan *viewing, 1)
	c := s.start(pipeline.Options{Slots: 1, DemandSlots: 2, Alone: true})
	c.on = func(e pipeline.Event) {
		if e.Kind == pipeline.TaskTaken && e.Task == 0 {
			asked <- c.view(e.Video, low, 0)
		}
	}
	s.planned(film, low, high, sound)
	c.untilSegment(pipeline.DemandJoined, low, 0)
	(<-asked).served(t)
	if asked := c.said(pipeline.DemandAsked); len(asked) != 0 {
		t.Errorf("asked %v", namesOf(asked))
	}
}

// What was made for a viewer stays, and is what the film is measured by. A task that has
// nothing left to make needs not even the source.
func TestWhatWasMadeOnDemandStays(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(short, small, sound)
	for _, k := range []int{0, 3, 6} {
		c.view(id, small, k).served(t)
		c.view(id, sound, k).served(t)
	}
	before := s.digests(id)
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	ended := s.store.ends()
	s.start(pipeline.Options{Slots: 2, DemandSlots: 2, Alone: true})
	within(t, "the film is ready", ended)
	after := s.digests(id)
	for key, digest := range before {
		if after[key] != digest {
			t.Errorf("%s was replaced", key)
		}
	}
	s.sizesAreThoseInStorage(id, small, sound)
	if made, err := s.store.MadeOnDemand(t.Context(), id); err != nil || len(made) != 0 {
		t.Errorf("still recorded as made on demand: %v, %v", made, err)
	}
}

func TestATaskWithNothingLeftToMakeIsDone(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(film, low, high, sound)
	c.view(id, low, 0).served(t)
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.blobs.Delete(t.Context(), "originals/"+id+"/source"); err != nil {
		t.Fatal(err)
	}
	c = s.start(pipeline.Options{Slots: 1, DemandSlots: 2, Alone: true})
	c.until("the first task is done", func(e pipeline.Event) bool { return e.Kind == pipeline.TaskDone && e.Task == 0 })
}

// The encoder's process ends in the middle of it; another takes what is still waited for.
func TestADemandOutlivesItsMaker(t *testing.T) {
	onEachEngine(t, func(t *testing.T, s *studio) {
		front := s.start(pipeline.Options{}) // makes nothing itself
		id := s.planned(film, low, high, sound)
		first := s.start(pipeline.Options{DemandSlots: 2})
		seek := front.view(id, high, 12)
		first.untilSegment(pipeline.DemandTaken, high, 12)
		if err := first.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if has := s.has(id, high); slices.Contains(has, 12) {
			t.Fatal("it was made before its maker was stopped")
		}
		second := s.start(pipeline.Options{DemandSlots: 2})
		seek.served(t)
		second.untilSegment(pipeline.DemandMade, high, 12)
	})
}

// A process that is alone dies while viewers wait, and they with it: what they asked for
// is not made when it is back, and what they ask for then is.
func TestWhatTheDeadAskedForIsForgotten(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(film, low, high, sound)
	dead := []pipeline.Demand{
		{Segment: pipeline.Segment{VideoID: id, Rendition: low, Index: 5}, Kind: pipeline.Waited},
		{Segment: pipeline.Segment{VideoID: id, Rendition: low, Index: 6}, Kind: pipeline.Ahead},
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.Ask(t.Context(), "dead", patience, dead...); err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.TakeDemand(t.Context(), "dead", pipeline.Waited, patience); err != nil {
		t.Fatal(err)
	}
	c = s.start(onlyDemand)
	c.view(id, low, 32).served(t)
	c.untilSegment(pipeline.DemandMade, low, 35)
	if has := s.has(id, low); !slices.Equal(has, []int{32, 33, 34, 35}) {
		t.Errorf("there are %v", has)
	}
}

func TestADeletedVideoIsNotMade(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(film, low, high, sound)
	begun, gone := make(chan struct{}), make(chan struct{})
	c.on = func(e pipeline.Event) {
		if e.Kind == pipeline.DemandTaken && e.Segment == 35 {
			close(begun)
			<-gone
		}
	}
	seek := c.view(id, low, 35)
	within(t, "it is begun", begun)
	err := s.db.Queue().InTx(t.Context(), func(tx jobs.Tx) error {
		_, err := tx.ExecContext(t.Context(), `DELETE FROM videos WHERE id = $1`, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	close(gone)
	c.untilSegment(pipeline.DemandCancelled, low, 35)
	within(t, "he who waited is told", seek.ended)
	if !fault.Is(seek.err, fault.NotFound) {
		t.Errorf("told %v", seek.err)
	}
}

// A viewer leaves at one process while another makes what he waited for.
func TestAnotherProcessStopsWhatNobodyWaitsFor(t *testing.T) {
	onEachEngine(t, func(t *testing.T, s *studio) {
		front := s.start(pipeline.Options{})
		id := s.planned(film, low, high, sound)
		maker := s.start(pipeline.Options{DemandSlots: 2})
		gone := make(chan struct{})
		maker.on = func(e pipeline.Event) {
			if e.Kind == pipeline.DemandTaken && e.Segment == 12 {
				<-gone
			}
		}
		seek := front.view(id, high, 12)
		maker.untilSegment(pipeline.DemandTaken, high, 12)
		seek.leave()
		front.untilSegment(pipeline.DemandWithdrawn, high, 12)
		close(gone)
		maker.untilSegment(pipeline.DemandCancelled, high, 12)
		if has := s.has(id, high); slices.Contains(has, 12) {
			t.Errorf("made for nobody: %v", has)
		}
		if w, err := s.store.TakeDemand(t.Context(), "another", pipeline.Waited, 0); !fault.Is(err, fault.NotFound) {
			t.Errorf("still to be made: %+v, %v", w, err)
		}
	})
}

func TestWhoWaitsForWhatCannotBeMadeIsTold(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(film, low, high, sound)
	if err := s.blobs.Delete(t.Context(), "originals/"+id+"/source"); err != nil {
		t.Fatal(err)
	}
	seek := c.view(id, low, 12)
	within(t, "he is told", seek.ended)
	if fault.CodeOf(seek.err) != "source_missing" {
		t.Errorf("told %v", seek.err)
	}
	if failed := slices.DeleteFunc(c.said(pipeline.DemandFailed), func(e pipeline.Event) bool { return e.Segment != 12 }); len(failed) != 3 {
		t.Errorf("tried %d times", len(failed))
	}
	if v, err := s.db.Catalog().Video(t.Context(), id); err != nil || v.Status != "processing" {
		t.Errorf("the video is %s, %v", v.Status, err)
	}
	next := c.view(id, low, 12)
	within(t, "the next is told at once", next.ended)
	if fault.CodeOf(next.err) != "segment_failed" {
		t.Errorf("told %v", next.err)
	}
}

// Why it cannot be made is for the log: where it has no words for a viewer, this process's
// viewers are told what those of any other are.
func TestWhoWaitsForWhatFailsWithoutWordsIsToldAsElsewhere(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(film, low, high, sound)
	spoilt := "no decoder is set up with this"
	if err := s.blobs.Delete(t.Context(), plan.InitKey(id, low)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.blobs.Put(t.Context(), plan.InitKey(id, low), strings.NewReader(spoilt), int64(len(spoilt))); err != nil {
		t.Fatal(err)
	}
	seek := c.view(id, low, 12)
	within(t, "he is told", seek.ended)
	if !fault.Is(seek.err, fault.Unavailable) || fault.CodeOf(seek.err) != "segment_failed" || fault.PublicOf(seek.err) == "" {
		t.Errorf("told %v", seek.err)
	}
	if !strings.Contains(seek.err.Error(), "pack.") {
		t.Errorf("the log is not told why: %v", seek.err)
	}
}

func TestSegmentsNoPlanHasAreNotMade(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(film, low, high, sound)
	for _, at := range []struct {
		video, rendition string
		segment          int
	}{{"unknown", low, 0}, {id, "video/1", 0}, {id, low, -1}, {id, low, 36}} {
		if _, err := c.Make(t.Context(), at.video, at.rendition, at.segment); !fault.Is(err, fault.NotFound) {
			t.Errorf("%+v: %v", at, err)
		}
	}
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	if _, err := c.Make(late, id, low, 1); !fault.Is(err, fault.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("at the deadline: %v", err)
	}
}

// A film that is played as it was uploaded has rungs that are encoded from its own segments.
func TestBesideAFilmThatIsPlayedAsItIsRungsAreMadeOnDemand(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(played, low, "video/source", sound)
	p, err := s.store.Plan(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	last := len(p.Grid.Segments) - 1
	for _, k := range []int{0, last / 2, last} {
		for _, r := range []string{low, "video/source", sound} {
			c.view(id, r, k).served(t)
			if has := s.has(id, r); !slices.Contains(has, k) {
				t.Errorf("of %s there are %v, not %d", r, has, k)
			}
		}
	}
	for _, e := range c.said() {
		if e.Rendition == "video/source" || e.Rendition == sound {
			t.Errorf("%s %s: a copy takes no encoder", e.Kind, e.Rendition)
		}
	}
}

// Whoever plays on from where he had to wait finds the next segments there.
func TestReadAheadMovesWithItsViewer(t *testing.T) {
	s := newStudio(t)
	c := s.start(onlyDemand)
	id := s.planned(film, low, high, sound)
	c.view(id, low, 12).served(t)
	for k := 12; k < 18; k++ {
		c.untilSegment(pipeline.DemandMade, low, k)
		c.Watched(t.Context(), id, "viewer", low, k)
	}
	c.untilSegment(pipeline.DemandMade, low, 20)
	if asked := c.said(pipeline.DemandAsked); len(asked) != 1 {
		t.Errorf("had to wait: %v", namesOf(asked))
	}
	c.Watched(t.Context(), id, "viewer", low, 30) // where nobody had to wait, nothing is read ahead
	c.view(id, low, 5).served(t)
	c.untilSegment(pipeline.DemandMade, low, 8)
	if has := s.has(id, low); slices.Contains(has, 31) {
		t.Errorf("there are %v", has)
	}
}

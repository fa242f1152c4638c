package pipeline_test

import (
	"context"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// fullDisk is where a machine has no room for any segment, until there is some.
type fullDisk struct {
	blob.Store
	roomy atomic.Bool
}

func (d *fullDisk) Put(ctx context.Context, key string, body io.Reader, size int64) (bool, error) {
	if strings.Contains(key, "/seg-") && !d.roomy.Load() {
		return false, &fault.Error{Kind: fault.NoSpace, Op: "test.put", Code: "no_space"}
	}
	return d.Store.Put(ctx, key, body, size)
}

// on returns what a process is started with whose disk this is.
func (d *fullDisk) on(f follower) pipeline.Options {
	return pipeline.Options{Slots: 1, DemandSlots: 2, Blobs: d, HasRoom: d.roomy.Load, Changed: f.changed}
}

func says(kind pipeline.EventKind) func(pipeline.Event) bool {
	return func(e pipeline.Event) bool { return e.Kind == kind }
}

// One machine's disk is full: what it takes is made by another, nothing has failed, and it rests
// until it has room again.
func TestWhatThereIsNoRoomForIsMadeByAnotherMachine(t *testing.T) {
	t.Parallel() // it mostly waits
	onEachEngine(t, func(t *testing.T, s *studio) {
		counted := &awayStore{Store: s.store.Store}
		s.store.Store = counted
		f := s.follow()
		front := s.start(pipeline.Options{Changed: f.changed}) // has room, and makes nothing
		disk := &fullDisk{Store: s.blobs}
		full := s.start(disk.on(f))
		id := s.planned(short, small, sound)
		full.until("it lacks room", says(pipeline.RoomLacked))
		if owners, err := s.store.WithoutRoom(t.Context()); err != nil || len(owners) != 1 {
			t.Errorf("without room: %v, %v", owners, err)
		}
		if since, lacks := full.LacksRoom(); !lacks || since.IsZero() {
			t.Errorf("it lacks room since %v: %v", since, lacks)
		}
		seek := front.view(id, small, 6) // the resting one leaves it alone
		roomy := s.start(pipeline.Options{Slots: 1, DemandSlots: 2, Changed: f.changed})
		seek.served(t)
		f.until(id, "the film is ready", isReady)
		if n := counted.failed.Load(); n > 0 {
			t.Errorf("%d failures were recorded", n)
		}
		if len(full.said(pipeline.TaskDone, pipeline.DemandMade)) > 0 || len(roomy.said(pipeline.TaskDone)) == 0 {
			t.Error("it was made where there is no room")
		}
		if taken := full.said(pipeline.TaskTaken, pipeline.DemandTaken); len(taken) > 2 { // what it took at once, before it rested
			t.Errorf("it took %d tasks", len(taken))
		}
		s.sizesAreThoseInStorage(id, small, sound)

		if err := roomy.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		disk.roomy.Store(true)
		full.until("it finds room again", says(pipeline.RoomFound))
		again := s.planned(short, small, sound)
		f.until(again, "it makes the next film", isReady)
		if _, lacks := full.LacksRoom(); lacks {
			t.Error("it still lacks room")
		}
	})
}

// Where no other machine has room, and be it that the last one with some has died, the film is
// told so, and can be tried again.
func TestAFilmLacksRoomWhenNoMachineHasAny(t *testing.T) {
	t.Parallel() // it mostly waits
	onEachEngine(t, func(t *testing.T, s *studio) {
		f := s.follow()
		disk := &fullDisk{Store: s.blobs}
		s.start(disk.on(f))
		other := s.start(disk.on(f))
		if _, err := s.store.Here(t.Context(), "a dead one", false, 3*time.Second); err != nil {
			t.Fatal(err)
		}
		lacksRoom := func(v catalog.Video) bool { return v.Status == catalog.Failed && v.ErrorCode == "no_space" }
		id := s.planned(short, small, sound)
		f.until(id, "it lacks room", lacksRoom)
		disk.roomy.Store(true)
		if err := other.Retry(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		f.until(id, "tried again, it is ready", isReady)
	})
}

// A machine that is alone does not wait for others: it says at once what the film lacks.
func TestAMachineThatIsAloneSaysAtOnceThatThereIsNoRoom(t *testing.T) {
	s := newStudio(t)
	f := s.follow()
	o := (&fullDisk{Store: s.blobs}).on(f)
	o.Alone = true
	alone := s.start(o)
	id := s.planned(short, small, sound)
	f.until(id, "it lacks room", func(v catalog.Video) bool { return v.Status == catalog.Failed })
	if rested := alone.said(pipeline.RoomLacked); len(rested) > 0 {
		t.Errorf("it rested: %v", rested)
	}
}

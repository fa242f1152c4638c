package pipeline_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// awayStore is a store that is away whenever something is to be recorded as made, so many
// times, and counts what is recorded as failed.
type awayStore struct {
	pipeline.Store
	done, demandDone, failed atomic.Int64
}

var errAway = fault.New(fault.Unavailable, "test", "", "")

func (s *awayStore) Done(ctx context.Context, w pipeline.Work, sizes pipeline.Sizes) error {
	if s.done.Add(-1) >= 0 {
		return errAway
	}
	return s.Store.Done(ctx, w, sizes)
}

func (s *awayStore) DemandDone(ctx context.Context, g pipeline.Segment, bytes int64) error {
	if s.demandDone.Add(-1) >= 0 {
		return errAway
	}
	return s.Store.DemandDone(ctx, g, bytes)
}

func (s *awayStore) Failed(ctx context.Context, w pipeline.Work) (int, error) {
	s.failed.Add(1)
	return s.Store.Failed(ctx, w)
}

func (s *awayStore) DemandFailed(ctx context.Context, w pipeline.DemandWork, most int) (bool, error) {
	s.failed.Add(1)
	return s.Store.DemandFailed(ctx, w, most)
}

// A database that is started again meanwhile costs a moment, not what was made, and is no
// failure of the film.
func TestWhatWasMadeIsRecordedWhenTheDatabaseIsBack(t *testing.T) {
	t.Parallel() // it mostly waits
	s := newStudio(t)
	away := &awayStore{Store: s.store.Store}
	away.done.Store(4)
	away.demandDone.Store(2)
	s.store.Store = away
	ended := s.store.ends()
	c := s.start(pipeline.Options{Slots: 1, DemandSlots: 2, Alone: true})
	id := s.planned(short, small, sound)
	c.view(id, small, 6).served(t)
	within(t, "the film is ready", ended)
	if away.failed.Load() != 0 || away.done.Load() >= 0 {
		t.Errorf("%d failures were recorded, %d times it was not away", away.failed.Load(), away.done.Load()+1)
	}
	taken := map[int]int{}
	for _, e := range c.said(pipeline.TaskTaken) {
		if taken[e.Task]++; taken[e.Task] > 1 {
			t.Errorf("task %d was made again", e.Task)
		}
	}
}

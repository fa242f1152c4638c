package pipeline_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline"
)

// BenchmarkDemandAcrossMachines is what it costs a viewer that the segment is made by another
// machine of the same PostgreSQL: from the request to its answer, without the time from when
// the other took the segment to when it had encoded and stored it.
func BenchmarkDemandAcrossMachines(b *testing.B) {
	here, there := apart(b)
	front := here.start(pipeline.Options{})
	stored := &stampedStore{Store: there.store.Store, at: map[pipeline.Segment]time.Time{}}
	there.store.Store = stored
	maker := there.start(pipeline.Options{DemandSlots: 2})
	var extra []time.Duration
	var id string
	next := 36 // of 36 segments of a rendition
	renditions := []string{low, high}
	rendition := 1
	b.ResetTimer()
	for range b.N {
		if next += 5; next >= 36 { // past what is read ahead
			if next, rendition = 0, rendition+1; rendition >= len(renditions) {
				b.StopTimer()
				rendition, id = 0, here.planned(film, low, high, sound)
				b.StartTimer()
			}
		}
		r := renditions[rendition]
		began := time.Now()
		ctx, cancel := context.WithTimeout(b.Context(), patience)
		_, err := front.Make(ctx, id, r, next)
		took := time.Since(began)
		cancel()
		if err != nil {
			b.Fatal(err)
		}
		of := func(kind pipeline.EventKind) time.Time {
			return maker.until(string(kind), func(e pipeline.Event) bool {
				return e.Kind == kind && e.Video == id && e.Rendition == r && e.Segment == next
			}).At
		}
		of(pipeline.DemandMade)
		encoding := stored.when(pipeline.Segment{VideoID: id, Rendition: r, Index: next}).Sub(of(pipeline.DemandTaken))
		extra = append(extra, max(0, took-encoding)) // what is stored is told before its maker goes on
	}
	slices.Sort(extra)
	b.ReportMetric(float64(extra[len(extra)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(extra[(len(extra)-1)*95/100].Microseconds())/1000, "p95-ms")
}

// stampedStore notes when a demand's segment was stored: then that is recorded.
type stampedStore struct {
	pipeline.Store
	mu sync.Mutex
	at map[pipeline.Segment]time.Time
}

func (s *stampedStore) DemandDone(ctx context.Context, g pipeline.Segment, bytes int64) error {
	s.mu.Lock()
	s.at[g] = time.Now()
	s.mu.Unlock()
	return s.Store.DemandDone(ctx, g, bytes)
}

func (s *stampedStore) when(g pipeline.Segment) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at[g]
}

package watch

import (
	"fmt"
	"sync"
	"testing"
)

// BenchmarkRecorder reports of 10,000 devices, one after the other, on a store that costs nothing.
func BenchmarkRecorder(b *testing.B) {
	h := still(b)
	h.Every, h.Options.Tell = New(Options{}).Every, New(Options{}).Tell
	h.run(b)
	reports := make([]Report, 10_000)
	for i := range reports {
		reports[i] = says(fmt.Sprint("device-", i), 0)
		reports[i].Viewer.ProfileID = fmt.Sprint("profile-", i)
		reports[i].SessionID = "playing-1"
	}
	room := make(chan struct{}, 20_000) // that wait at once
	var all sync.WaitGroup
	b.ReportAllocs()
	for i := range b.N {
		room <- struct{}{}
		all.Add(1)
		r := reports[i%len(reports)]
		r.Position, r.Counter = float64(i/len(reports)%6000), int64(i/len(reports)+1)
		h.Report(r, func(err error) {
			if err != nil {
				b.Error(err)
			}
			<-room
			all.Done()
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
}

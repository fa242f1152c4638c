package search

import (
	"slices"
	"testing"
	"time"
)

// measure reports, beside the mean, what half of the inputs take and what the slowest of a hundred
// takes. Each is called several times and its best counts, so that what else runs on the machine
// tells little.
func measure(b *testing.B, inputs int, call func(i int)) {
	b.Helper()
	b.ReportAllocs()
	best := make([]time.Duration, inputs)
	for i := 0; b.Loop(); i++ {
		begun := time.Now()
		call(i % inputs)
		if took := time.Since(begun); best[i%inputs] == 0 || took < best[i%inputs] {
			best[i%inputs] = took
		}
	}
	slices.Sort(best)
	b.ReportMetric(float64(best[inputs*50/100].Microseconds()), "p50-µs")
	b.ReportMetric(float64(best[inputs*99/100].Microseconds()), "p99-µs")
}

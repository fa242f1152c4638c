package search

import (
	"slices"
	"testing"
	"time"
)

// measure reports what the slowest of a hundred calls takes, beside the mean.
func measure(b *testing.B, call func(i int)) {
	b.Helper()
	b.ReportAllocs()
	var times []time.Duration
	for i := 0; b.Loop(); i++ {
		begun := time.Now()
		call(i)
		times = append(times, time.Since(begun))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)*50/100].Microseconds()), "p50-µs")
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "p99-µs")
}

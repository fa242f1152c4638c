package app

import (
	"maps"
	"slices"

	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/insight"
	"github.com/kkmovies/kkmovies/internal/platform/telemetry"
)

// serveMetrics counts what viewers' browsers measured, and shows it with the metrics of the process.
func serveMetrics(o *httpapi.Options) {
	m := telemetry.New(version())
	counts := map[string]func(float64, ...string){}
	for _, name := range slices.Sorted(maps.Keys(insight.Measures)) {
		of := insight.Measures[name]
		counts[name] = m.Histogram("viewer_"+name, of.Help, of.Buckets, "screen")
	}
	o.Metrics = m
	o.Measured = func(one insight.Measure) { counts[one.Name](one.Value, one.Screen) }
}

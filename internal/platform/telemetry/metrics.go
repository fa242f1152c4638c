// Package telemetry owns what an operator's own tools read of a running process: its metrics, in
// the text format of Prometheus. It knows no film: whoever counts says what, and by which labels.
package telemetry

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// prefix is how the name of every metric of ours begins.
const prefix = "kkmovies_"

// Metrics are those of one process. They are safe for use by many goroutines.
type Metrics struct{ registry *prometheus.Registry }

// New returns the metrics of a process of this version: so far those of Go and of the process.
func New(version string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: prefix + "build_info", Help: "1, and which version it is of.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	m.registry.MustRegister(build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Histogram adds a metric that counts values by upper bounds, upwards, and returns what counts one:
// with a value for each label, in their order. Each name is added once, at start; the labels' values
// are few, and never what a stranger sent.
func (m *Metrics) Histogram(name, help string, bounds []float64, labels ...string) (count func(value float64, labels ...string)) {
	of := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: prefix + name, Help: help, Buckets: bounds}, labels)
	m.registry.MustRegister(of)
	return func(value float64, labels ...string) { of.WithLabelValues(labels...).Observe(value) }
}

// ServeHTTP answers with all there is.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}).ServeHTTP(w, r)
}

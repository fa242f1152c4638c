package telemetry

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestMetricsAreReadAsPrometheusReadsThem(t *testing.T) {
	m := New("v1.2.3")
	count := m.Histogram("wait_seconds", "How long it took.", []float64{1, 2}, "screen")
	for _, value := range []float64{0.5, 1.5, 1.5, 9} {
		count(value, "home")
	}
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	for _, line := range []string{
		`kkmovies_build_info{version="v1.2.3"} 1`,
		`kkmovies_wait_seconds_bucket{screen="home",le="1"} 1`,
		`kkmovies_wait_seconds_bucket{screen="home",le="2"} 3`,
		`kkmovies_wait_seconds_count{screen="home"} 4`,
		`kkmovies_wait_seconds_sum{screen="home"} 12.5`,
		`go_goroutines `, `process_resident_memory_bytes `,
	} {
		if !strings.Contains(w.Body.String(), line) {
			t.Errorf("%q is not said", line)
		}
	}
}

package httpapi

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/insight"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Measure is one thing that a browser measured.
type Measure struct {
	Name   string  `json:"name" enum:"lcp,fcp,ttfb,inp,cls,start,stalled,bitrate,dropped,failed" doc:"Web Vitals of a screen; or of one playing, when it ends, how many seconds its first picture took, which part of it stood still, its bits a second, which part of its pictures was not shown, and whether it failed."`
	Value  float64 `json:"value" minimum:"0" maximum:"1000000000" doc:"Seconds; of cls, stalled and dropped a share, of bitrate bits a second, of failed 1 or 0."`
	Screen string  `json:"screen,omitempty" maxLength:"20" example:"home"`
}

// measures are of one user: a page sends what it measured when it is left.
var measures = limit{"rum", cache.PerHour(600)}

const (
	mostMeasures      = 50
	mostMeasuresBytes = 8 << 10
)

func (s *server) rumRoutes() {
	register(s, ForViewers.Unrecorded("what it says is counted, and not of whom"), huma.Operation{
		OperationID: "sendMeasures", Method: http.MethodPost, Path: "/rum", Tags: []string{"insight"},
		Summary:     "What a browser measured",
		Description: "It is added to sums, beside which nothing is kept. The app sends nothing for whoever asked their browser not to be tracked.",
		Middlewares: huma.Middlewares{s.limitedTo(measures, callerUser)}, MaxBodyBytes: mostMeasuresBytes,
		DefaultStatus: http.StatusNoContent, Errors: []int{413, 422, 429},
	}, s.sendMeasures)
}

// sendMeasures counts all of them, or none.
func (s *server) sendMeasures(_ context.Context, in *struct {
	Body struct {
		Measures []Measure `json:"measures" minItems:"1" maxItems:"50"`
	}
}) (*struct{}, error) {
	list := make([]insight.Measure, 0, min(mostMeasures, len(in.Body.Measures)))
	for _, sent := range in.Body.Measures {
		m, err := insight.Measure{Name: sent.Name, Value: sent.Value, Screen: sent.Screen}.Clean()
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	for _, m := range list {
		s.Measured(m)
	}
	return nil, nil
}

// metricsRoute answers who reads metrics from the machine itself, without a proxy between, and
// administrators from anywhere.
func (s *server) metricsRoute() {
	s.handle(Signed, "GET /metrics", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !fromHere(r) {
			if _, err := s.admit(r.Context(), ForAdmins, AccessToken(r)); err != nil {
				s.writeProblem(w, r, err)
				return
			}
		}
		if s.Metrics == nil {
			s.writeProblem(w, r, fault.New(fault.NotFound, "httpapi.metrics", "", ""))
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		s.Metrics.ServeHTTP(w, r)
	}))
}

// fromHere reports whether a request was made on this machine and came straight here.
func fromHere(r *http.Request) bool {
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(header) != "" {
			return false
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback()
}

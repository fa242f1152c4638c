package app

import (
	"context"
	"log/slog"

	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/ga4"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/insight"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/platform/lifecycle"
)

// connectInsight makes what tells how films are watched.
func (h *house) connectInsight() {
	store := h.db.Insight()
	h.insight = insight.New(insight.Options{Store: store, Films: store, Cache: h.cache})
	if h.config.GA4ID != "" {
		h.visits = newVisits(h.config, h.log)
	}
}

// newVisits makes what hands over what viewers agreed to.
func newVisits(c *config.Config, log *slog.Logger) *ga4.Sender {
	return ga4.New(ga4.Options{ID: c.GA4ID, Secret: string(c.GA4Secret), Site: c.PublicURL, Logger: log})
}

// tellVisits runs it for as long as the process serves; without an id there is nothing to run.
func (h *house) tellVisits(g *lifecycle.Group) {
	if h.visits != nil {
		g.Add(lifecycle.Component{Name: "visits", Run: h.visits.Run, Stop: h.visits.Stop})
	}
}

func (h *house) serveVisits(o *httpapi.Options) {
	if h.visits != nil {
		o.Visits = h.visits.Tell
	}
}

func checkVisits(ctx context.Context, c *config.Config) httpapi.Check {
	if c.GA4ID == "" {
		return httpapi.Check{Name: "visits", OK: true, Detail: "nobody is told: KK_GA4_MEASUREMENT_ID is not set"}
	}
	return checkOf("visits", "Google Analytics answers; it is told as "+c.GA4ID+" what viewers agree to", newVisits(c, slog.New(slog.DiscardHandler)).Check(ctx))
}

// registerInsightJobs forgets playings that are no longer read.
func (h *house) registerInsightJobs(q *jobs.Queue) {
	jobs.Handle(q, h.insight.Tend, nil)
	jobs.Every(q, insight.TendEvery, insight.TendArgs{})
}

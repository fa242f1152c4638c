package app

import (
	"github.com/kkmovies/kkmovies/internal/insight"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// connectInsight makes what tells how films are watched.
func (h *house) connectInsight() {
	store := h.db.Insight()
	h.insight = insight.New(insight.Options{Store: store, Films: store, Cache: h.cache})
}

// registerInsightJobs forgets playings that are no longer read.
func (h *house) registerInsightJobs(q *jobs.Queue) {
	jobs.Handle(q, h.insight.Tend, nil)
	jobs.Every(q, insight.TendEvery, insight.TendArgs{})
}

package app

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/audit"
	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
)

// newRecord returns the record of who changed what, kept for as long as the operator says.
func newRecord(c *config.Config, db *sqlstore.DB) *audit.Log {
	return audit.NewLog(db.Audit(), time.Duration(c.AuditDays)*24*time.Hour)
}

// onRecord writes down what an operator did at the command line.
func onRecord(ctx context.Context, record *audit.Log, action, detail string) error {
	return record.Record(ctx, audit.Entry{Action: action, Detail: detail, Outcome: audit.Done, From: "command line"})
}

// registerAuditJobs forgets what is older than the record is kept.
func (h *house) registerAuditJobs(q *jobs.Queue) {
	jobs.Handle(q, h.audit.Forget, nil)
	jobs.Every(q, audit.ForgetEvery, audit.ForgetArgs{})
}

package sqlstore

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/audit"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// Audit is audit.Store on SQL.
type Audit struct{ db *DB }

var _ audit.Store = Audit{}

// Audit returns the store of the record of who changed what.
func (d *DB) Audit() Audit { return Audit{d} }

func (a Audit) Append(ctx context.Context, e audit.Entry) error {
	return a.db.inTx(ctx, "sqlstore.audit", func(tx jobs.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO audit_log (id, at, action, target, detail, outcome, user_id, profile_id, session_id, role, caller, request_id)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING`,
			e.ID, e.At, e.Action, e.Target, e.Detail, e.Outcome, e.UserID, e.ProfileID, e.SessionID, e.Role, e.From, e.RequestID)
		return err
	})
}

// auditQuery returns the query of a page, and what fills it. Each has an index of its order.
func auditQuery(q audit.Query) (query string, args []any) {
	var where []string
	holds := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		where = append(where, condition)
	}
	if q.UserID != "" {
		holds(`a.user_id = ?`, q.UserID)
	}
	if q.Action != "" {
		holds(`a.action = ?`, q.Action)
	}
	after := audit.Cursor{At: beforeAll.CreatedAt}
	if q.After != nil {
		after = *q.After
	}
	holds(`(a.at, a.id) < (?, ?)`, after.At, after.ID)
	args = append(args, q.Limit)
	return `SELECT a.id, a.at, a.action, a.target, a.detail, a.outcome, a.user_id, a.profile_id, a.session_id, a.role, a.caller,
		       a.request_id, COALESCE(u.email, '')
		FROM audit_log a LEFT JOIN users u ON u.id = a.user_id
		WHERE ` + strings.Join(where, ` AND `) + ` ORDER BY a.at DESC, a.id DESC LIMIT $` + strconv.Itoa(len(args)), args
}

func (a Audit) Entries(ctx context.Context, q audit.Query) ([]audit.Entry, error) {
	const op = "sqlstore.audit_entries"
	query, args := auditQuery(q)
	rows, err := a.db.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, a.db.fail(op, err)
	}
	list, err := collect(rows, func(r *sql.Rows) (e audit.Entry, err error) {
		err = r.Scan(&e.ID, &e.At, &e.Action, &e.Target, &e.Detail, &e.Outcome, &e.UserID, &e.ProfileID, &e.SessionID, &e.Role, &e.From,
			&e.RequestID, &e.Email)
		e.At = e.At.UTC()
		return e, err
	})
	return list, a.db.fail(op, err)
}

func (a Audit) Forget(ctx context.Context, before time.Time, most int) (n int, err error) {
	err = a.db.inTx(ctx, "sqlstore.audit_forget", func(tx jobs.Tx) error {
		done, err := tx.ExecContext(ctx, `DELETE FROM audit_log WHERE id IN
			(SELECT id FROM audit_log WHERE at < $1 ORDER BY at, id LIMIT $2)`, before, most)
		if err != nil {
			return err
		}
		removed, err := done.RowsAffected()
		n = int(removed)
		return err
	})
	return n, err
}

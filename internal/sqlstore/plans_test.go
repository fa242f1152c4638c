package sqlstore

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/audit"
	"github.com/kkmovies/kkmovies/internal/catalog"
)

// The queries that every viewer and every worker asks read a bounded number of rows,
// however large the tables are: they search an index that has their order, and sort nothing,
// or little.
func TestFrequentQueriesSearchAnIndexAndSortLittle(t *testing.T) {
	d := open(t, testEngines[0].migrated(t))
	record, recordArgs := auditQuery(audit.Query{Limit: 50})
	ofUser, ofUserArgs := auditQuery(audit.Query{UserID: "u", Limit: 50})
	ofAction, ofActionArgs := auditQuery(audit.Query{Action: "a", Limit: 50})
	for name, ask := range map[string]struct {
		query, index string
		args         []any
		sorts        bool // a few rows
	}{
		"a page of the library":       {videosAfter, "videos_by_created", []any{now(), "", 50}, false},
		"the next task":               {firstQueued, "encode_tasks_to_take", nil, false},
		"the next abandoned task":     {firstAbandoned, "encode_tasks_by_lease", []any{now()}, true},
		"the next demand":             {wantedDemand, "demands_to_take", []any{"waited"}, false},
		"the next abandoned demand":   {abandonedDemand, "demands_to_take", []any{"waited", now()}, false},
		"a page of the record":        {record, "audit_log_by_time", recordArgs, false},
		"what one user did":           {ofUser, "audit_log_by_user", ofUserArgs, false},
		"how often it was done":       {ofAction, "audit_log_by_action", ofActionArgs, false},
		"who has a session":           {selectMe, "sqlite_autoindex_sessions_1", []any{"", now()}, false},
		"a user's sessions":           {selectSessions, "sessions_by_user", []any{"", now()}, true},
		"a page of a child's library": {videosWithin(ratingUpTo(t, 12)), "videos_by_rating", []any{now(), "", 50}, true}, // a page for each age
		"a page of users":             {usersAfter, "users_by_created", []any{now(), "", 50}, false},
		"a page of invitations":       {invitationsAfter, "invitations_by_created", []any{now(), now(), "", 50}, false},
		"a household":                 {selectProfiles, "profiles_by_user", []any{""}, true}, // eight at most
	} {
		found, err := d.read.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+ask.query, ask.args...)
		if err != nil {
			t.Fatal(err)
		}
		steps, err := collect(found, func(r *sql.Rows) (step string, err error) {
			return step, r.Scan(new(int), new(int), new(int), &step)
		})
		if err != nil {
			t.Fatal(err)
		}
		plan := strings.ReplaceAll(strings.Join(steps, "\n"), "SCAN of_", "PAGE of_") // as long as a page
		if !strings.Contains(plan, ask.index) || !ask.sorts && strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "SCAN") {
			t.Errorf("%s:\n%s", name, plan)
		}
	}
}

func ratingUpTo(t *testing.T, age int) catalog.Rating {
	t.Helper()
	r, err := catalog.RatingOf(age)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

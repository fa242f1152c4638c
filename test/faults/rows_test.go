//go:build e2e

package faults

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite"
)

// rows asks the server's database for one number.
func (w *ward) rows(query string) int {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.h.Data(), "kkmovies.db")+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRow(query).Scan(&n); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// leases are the tasks somebody is said to work on.
func (w *ward) leases() int {
	return w.rows(`SELECT COUNT(*) FROM encode_tasks WHERE status = 'leased'`)
}

// rowsOf are the rows of any table that name a video.
func (w *ward) rowsOf(id string) int {
	var all []string
	for _, table := range []string{"uploads", "sources", "plans", "renditions", "encode_tasks", "demands", "demand_askers", "playheads", "subtitles", "chapters", "video_marks"} {
		all = append(all, fmt.Sprintf("(SELECT COUNT(*) FROM %s WHERE video_id = '%s')", table, id))
	}
	return w.rows("SELECT " + strings.Join(all, " + ") + fmt.Sprintf(" + (SELECT COUNT(*) FROM videos WHERE id = '%s')", id))
}

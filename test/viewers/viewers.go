// Package viewers owns viewers in numbers, for tests that need thousands: it writes their
// accounts, sessions and films straight into a house's database, because a sign-up costs a hash
// that is slow on purpose, and gives each device a live connection that costs the test next to
// nothing. What a device is worth is proven as always: by its refresh token, over HTTP.
//
// It knows nothing of internal/ but the names of tables; tests and test packages import it.
package viewers

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib" // so that both databases can be opened
	_ "modernc.org/sqlite"
)

// Duration is how long every seeded film is, in seconds.
const Duration = 7200.0

// Viewer is one user with one profile.
type Viewer struct {
	UserID, ProfileID string
	Devices           []*Device
}

// Device is one session of a viewer. Its id is also what it calls itself in reports.
type Device struct {
	Viewer    *Viewer
	SessionID string
	Token     string // of access, once Enter has run

	refresh string
}

// Open opens a house's database: the address of a PostgreSQL, or the data folder of a house that
// has its own.
func Open(at string) (*sql.DB, error) {
	if strings.HasPrefix(at, "postgres://") {
		return sql.Open("pgx", at)
	}
	q := url.Values{"_pragma": {"busy_timeout(10000)", "foreign_keys(ON)"}, "_time_format": {"sqlite"}, "_timezone": {"UTC"}, "_txlock": {"immediate"}}
	return sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.Join(at, "kkmovies.db")}).EscapedPath()+"?"+q.Encode())
}

// Seed adds so many viewers with so many devices each, and films that they can watch, in one
// transaction, to a database that is laid out. No file belongs to the films.
func Seed(ctx context.Context, db *sql.DB, people, devices, films int) (all []*Viewer, filmIDs []string, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = tx.Rollback() }() // without effect once it is committed
	s := seeding{ctx: ctx, tx: tx, now: time.Now().UTC().Truncate(time.Microsecond)}
	for range films {
		id := newID()
		s.add("videos", "id, title, status, playable, duration_seconds, created_at, updated_at, user_id, profile_id, session_id",
			id, "A film of the tests", "ready", true, Duration, s.now, s.now, "u", "p", "s")
		filmIDs = append(filmIDs, id)
	}
	for range people {
		v := &Viewer{UserID: newID(), ProfileID: newID()}
		s.add("users", "id, email, password_hash, role, created_at, updated_at", v.UserID, v.UserID+"@example.com", "", "viewer", s.now, s.now)
		s.add("profiles", "id, user_id, name, created_at", v.ProfileID, v.UserID, "Somebody", s.now)
		for n := range devices {
			d := &Device{Viewer: v, SessionID: newID(), refresh: rand.Text()}
			digest := sha256.Sum256([]byte(d.refresh))
			s.add("sessions", "id, user_id, profile_id, epoch, device, address, created_at, seen_at, expires_at",
				d.SessionID, v.UserID, v.ProfileID, 0, fmt.Sprintf("Device %d", n+1), "127.0.0.1", s.now, s.now, s.now.Add(24*time.Hour))
			s.add("refresh_tokens", "token_hash, session_id, expires_at", hex.EncodeToString(digest[:]), d.SessionID, s.now.Add(24*time.Hour))
			v.Devices = append(v.Devices, d)
		}
		all = append(all, v)
	}
	if s.err != nil {
		return nil, nil, s.err
	}
	return all, filmIDs, tx.Commit()
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// seeding is a transaction that adds rows until something fails.
type seeding struct {
	ctx context.Context
	tx  *sql.Tx
	now time.Time
	err error
}

func (s *seeding) add(table, columns string, values ...any) {
	if s.err != nil {
		return
	}
	places := make([]string, len(values))
	for i := range places {
		places[i] = fmt.Sprintf("$%d", i+1)
	}
	_, s.err = s.tx.ExecContext(s.ctx, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, columns, strings.Join(places, ", ")), values...)
}

// Devices are those of all viewers, one viewer's after the other's.
func Devices(all []*Viewer) (devices []*Device) {
	for _, v := range all {
		devices = append(devices, v.Devices...)
	}
	return devices
}

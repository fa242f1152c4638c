package app

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
)

// node is the events of one process, and what became of them.
type node struct {
	*events
	mu        sync.Mutex
	forgotten []string
	published []any            // to who has no limit
	limited   map[string][]any // to the others, by channel
	more      chan struct{}
}

func (n *node) Publish(_ context.Context, channel string, message any) error {
	n.note(func() {
		if channel == videosChannel {
			n.published = append(n.published, message)
		} else {
			n.limited[channel] = append(n.limited[channel], message)
		}
	})
	return nil
}

func (n *node) note(what func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	what()
	close(n.more)
	n.more = make(chan struct{})
}

func (n *node) until(t *testing.T, what string, so func() bool) {
	t.Helper()
	timeout := time.After(time.Minute)
	for {
		n.mu.Lock()
		is, more := so(), n.more
		n.mu.Unlock()
		if is {
			return
		}
		select {
		case <-more:
		case <-timeout:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// nodes returns two processes of one database, and a video of it.
func nodes(t *testing.T, r reach) (one, other *node, videoID string) {
	t.Helper()
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: filepath.Join(t.TempDir(), "kkmovies.db"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	videoID = uuid.Must(uuid.NewV7()).String()
	if err := db.Queue().InTx(t.Context(), func(tx jobs.Tx) error {
		_, err := tx.ExecContext(t.Context(), `INSERT INTO videos (id, title, status, created_at, updated_at, user_id, profile_id, session_id)
			VALUES ($1, 'A film', 'processing', $2, $2, 'u', 'p', 's')`, videoID, time.Now().UTC())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	join := func() *node {
		n := &node{events: newEvents(db.Catalog(), nil, slog.New(slog.DiscardHandler)), more: make(chan struct{}), limited: map[string][]any{}}
		n.hub, n.line, n.reach = n, db.Signals(), r
		n.forget = func(id string) { n.note(func() { n.forgotten = append(n.forgotten, id) }) }
		n.forgetAll = func() { n.note(func() { n.forgotten = append(n.forgotten, "all") }) }
		n.listen()
		t.Cleanup(n.close)
		n.until(t, "it listens", func() bool { return len(n.forgotten) == 1 })
		return n
	}
	return join(), join(), videoID
}

func TestWhereHubsAreApartEachTellsItsOwnClientsOnce(t *testing.T) {
	one, other, id := nodes(t, ownClients)
	one.changed(t.Context(), id)
	one.deleted(t.Context(), "another")
	for _, n := range []*node{one, other} {
		n.until(t, "its clients are told", func() bool { return len(n.published) == 2 })
		n.until(t, "it forgets", func() bool { return len(n.forgotten) == 3 })
	}
	// Whatever is told twice would come before this.
	one.deleted(t.Context(), "the last")
	for _, n := range []*node{one, other} {
		n.until(t, "the last is told", func() bool { return len(n.published) > 2 })
		n.mu.Lock()
		if len(n.published) != 3 {
			t.Errorf("clients were told %v", n.published)
		}
		n.mu.Unlock()
	}
}

func TestWhereHubsAreOneOnlyWhoMadeTheChangeTells(t *testing.T) {
	one, other, id := nodes(t, everybodysClients)
	one.changed(t.Context(), id)
	one.until(t, "the clients are told", func() bool { return len(one.published) == 1 })
	other.until(t, "the other forgets", func() bool { return len(other.forgotten) == 2 })
	other.stopListening()
	other.sending.Wait() // all it would have sent is sent
	other.mu.Lock()
	defer other.mu.Unlock()
	if len(other.published) != 0 {
		t.Errorf("clients were told again: %v", other.published)
	}
}

// When changes may have been missed, clients are told how things are now.
func TestAfterALostConnectionClientsAreToldAfresh(t *testing.T) {
	_, other, id := nodes(t, ownClients)
	other.sendChanged("gone since")
	other.lookAfresh()
	other.until(t, "clients are told", func() bool {
		var deleted, changed bool
		for _, p := range other.published {
			switch p := p.(type) {
			case videoDeleted:
				deleted = deleted || p.ID == "gone since"
			case videoChanged:
				changed = changed || p.Video.ID == id && string(p.Video.Status) == string(catalog.Processing)
			}
		}
		return deleted && changed
	})
}

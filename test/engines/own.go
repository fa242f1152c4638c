package engines

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
)

// Own is a PostgreSQL server of one test's own, which may take it down and up again.
type Own struct {
	t testing.TB
	c *cluster
}

var owned atomic.Int64

// OwnPostgres starts a server of the test's own, with one empty database. Settings such as
// "fsync=on" come after those of every test's server, and so before them.
func OwnPostgres(t testing.TB, major int, settings ...string) *Own {
	t.Helper()
	c := &cluster{major: major, settings: settings, templates: map[string]*template{}, idle: map[string][]string{}}
	if err := c.start(filepath.Join(house.folder(t), fmt.Sprintf("own-%d", owned.Add(1)))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.server.stop() })
	if err := c.do("CREATE DATABASE films TEMPLATE template0"); err != nil {
		t.Fatal(err)
	}
	return &Own{t, c}
}

// DSN is the address of its database.
func (o *Own) DSN() string { return o.c.dsn("films") }

// Down ends the server, and with it every connection, and returns when it is gone.
func (o *Own) Down() { o.c.server.stop() }

// Up starts it again on its data and its port, and returns when it answers.
func (o *Own) Up() {
	o.t.Helper()
	s, err := o.c.launch(o.c.port)
	if err != nil {
		o.t.Fatal(err)
	}
	o.c.server = s
}

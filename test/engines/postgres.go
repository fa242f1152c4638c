package engines

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Postgres returns the address of an empty database of the test's own on PostgreSQL 16
// or 18. The two differ on purpose: 16 sorts text by its bytes, 18 as people do, so a
// query that depends on either shows it.
func Postgres(t testing.TB, major int) (dsn string) {
	t.Helper()
	return running(t, major).clone(t, "template0")
}

// Template returns the address of a database of the test's own, cloned from one that
// prepare has filled. Each name is prepared once in a test process: migrations run once,
// not once a test. Prepare must close its connections.
func Template(t testing.TB, major int, name string, prepare func(dsn string) error) (dsn string) {
	t.Helper()
	c := running(t, major)
	return c.clone(t, c.template(t, name, prepare))
}

// Reused is Template where tests are many: making a database costs a third of a second,
// emptying one a hundredth. When the test ends its database is emptied and kept for the
// next; one that cannot be emptied is dropped.
func Reused(t testing.TB, major int, name string, prepare, empty func(dsn string) error) (dsn string) {
	t.Helper()
	c := running(t, major)
	from := c.template(t, name, prepare)
	database, ok := c.takeIdle(name)
	if !ok {
		database = databaseName("reused", name)
		if err := c.do("CREATE DATABASE " + database + " TEMPLATE " + from); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		c.explain(t, database)
		if err := empty(c.dsn(database)); err == nil {
			c.putIdle(name, database)
		} else if err := c.do("DROP DATABASE " + database + " WITH (FORCE)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return c.dsn(database)
}

// template returns the database of this name, filled the first time it is asked for.
func (c *cluster) template(t testing.TB, name string, prepare func(dsn string) error) (database string) {
	t.Helper()
	c.mu.Lock()
	tpl, ok := c.templates[name]
	if !ok {
		tpl = &template{database: databaseName("template", name)}
		c.templates[name] = tpl
	}
	c.mu.Unlock()

	tpl.once.Do(func() { tpl.err = c.prepare(tpl.database, prepare) })
	if tpl.err != nil {
		t.Fatalf("prepare the template %q: %v", name, tpl.err)
	}
	return tpl.database
}

func (c *cluster) takeIdle(name string) (database string, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	idle := c.idle[name]
	if len(idle) == 0 {
		return "", false
	}
	last := len(idle) - 1
	database, c.idle[name] = idle[last], idle[:last]
	return database, true
}

func (c *cluster) putIdle(name, database string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle[name] = append(c.idle[name], database)
}

// cluster is one PostgreSQL server with its data, shared by the tests of a process.
type cluster struct {
	major  int
	once   sync.Once
	err    error
	server *server
	port   int
	launch func(port int) (*server, error) // on the data there is

	settings []string // of its own

	mu        sync.Mutex
	templates map[string]*template
	idle      map[string][]string // emptied databases, by their template's name
}

type template struct {
	database string
	once     sync.Once
	err      error
}

// running returns the cluster of this major version, started when nobody asked before.
func running(t testing.TB, major int) *cluster {
	t.Helper()
	dir := house.folder(t)
	house.mu.Lock()
	c, ok := house.clusters[major]
	if !ok {
		c = &cluster{major: major, templates: map[string]*template{}, idle: map[string][]string{}}
		house.clusters[major] = c
	}
	house.mu.Unlock()

	c.once.Do(func() { c.err = c.start(filepath.Join(dir, "postgres-"+strconv.Itoa(major))) })
	if c.err != nil {
		t.Fatal(c.err)
	}
	return c
}

func (c *cluster) start(dir string) error {
	home, err := installed()
	if err != nil {
		return err
	}
	bin := filepath.Join(home, "node_modules", "postgres-"+strconv.Itoa(c.major), "native", "bin")
	if _, err := os.Stat(filepath.Join(bin, "postgres")); err != nil {
		return fmt.Errorf("PostgreSQL %d is not installed for the tests: run make setup-test (%w)", c.major, err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	who, err := unprivileged(dir)
	if err != nil {
		return err
	}
	command := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.Dir = dir // this process's own may be closed to that user
		cmd.Env = []string{"LC_ALL=C", "TZ=UTC", "PATH=/usr/bin:/bin"}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who}
		return cmd
	}

	data := filepath.Join(dir, "data")
	sorting := []string{"--locale=C"}
	if c.major >= 18 {
		sorting = []string{"--locale=C", "--locale-provider=icu", "--icu-locale=en-US"}
	}
	made, err := command("initdb", append(sorting, "-D", data, "-U", "postgres", "-A", "trust",
		"-E", "UTF8", "--no-sync", "--no-instructions")...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb of PostgreSQL %d: %w\n%s", c.major, err, made)
	}

	c.launch = func(port int) (*server, error) {
		args := []string{"-D", data, "-p", strconv.Itoa(port)}
		for _, setting := range append([]string{
			"listen_addresses=127.0.0.1", "unix_socket_directories=",
			"max_connections=300", "shared_buffers=64MB",
			"fsync=off", "synchronous_commit=off", "full_page_writes=off", // the data may be lost
			"log_line_prefix=%m [%d] ",
		}, c.settings...) {
			args = append(args, "-c", setting)
		}
		return start("PostgreSQL "+strconv.Itoa(c.major), dir, command("postgres", args...),
			"database system is ready to accept connections")
	}
	c.server, c.port, err = startOnFreePort(c.launch)
	return err
}

// unprivileged hands the folder to a user who may run PostgreSQL: it refuses root.
func unprivileged(dir string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return nil, err
	}
	uid, errUID := strconv.ParseUint(nobody.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(nobody.Gid, 10, 32)
	if err := errors.Join(errUID, errGID, os.Chown(dir, int(uid), int(gid))); err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// dsn is the address of one database of the cluster.
func (c *cluster) dsn(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", c.port, database)
}

// do runs statements outside every test's database.
func (c *cluster) do(statements ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.dsn("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// clone gives the test a database like the one named; it is dropped when the test ends.
func (c *cluster) clone(t testing.TB, from string) string {
	t.Helper()
	name := databaseName("test", t.Name())
	if err := c.do("CREATE DATABASE " + name + " TEMPLATE " + from); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.explain(t, name)
		if err := c.do("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return c.dsn(name)
}

// explain logs what the server said of the database of a test that failed.
func (c *cluster) explain(t testing.TB, database string) {
	t.Helper()
	if !t.Failed() {
		return
	}
	if said := c.server.tail("["+database+"]", 30); said != "" {
		t.Logf("PostgreSQL %d said:\n%s", c.major, said)
	}
}

func (c *cluster) prepare(database string, fill func(dsn string) error) error {
	if err := c.do("CREATE DATABASE " + database + " TEMPLATE template0"); err != nil {
		return err
	}
	if err := fill(c.dsn(database)); err != nil {
		return err
	}
	// A template cannot be cloned while somebody is connected to it.
	return c.do("ALTER DATABASE " + database + " WITH ALLOW_CONNECTIONS false")
}

var (
	databases   atomic.Int64
	unspeakable = regexp.MustCompile(`[^a-z0-9]+`)
)

// databaseName returns a name of its own that still tells, in a log, whose it is.
func databaseName(kind, about string) string {
	about = unspeakable.ReplaceAllString(strings.ToLower(about), "_")
	name := fmt.Sprintf("%s_%d_%s", kind, databases.Add(1), about)
	return name[:min(len(name), 63)] // the longest PostgreSQL tells apart
}

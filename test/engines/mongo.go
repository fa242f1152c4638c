package engines

import (
	"crypto/rand"
	_ "embed"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// There is no MongoDB to be had for tests, only servers that speak its protocol. Each does
// what the other does not: jongodb keeps what several write at once, FerretDB keeps to
// projections and knows more updates. A real one is tested where its address is given.

// Jongodb returns the address of an empty database of the test's own on jongodb, which keeps
// it in memory.
func Jongodb(t testing.TB) (address string) { t.Helper(); return jongodb.database(t, "") }

// FerretDB returns the address of an empty database of the test's own on FerretDB, which
// keeps it in SQLite.
func FerretDB(t testing.TB) (address string) { t.Helper(); return ferretdb.database(t, "") }

// realMongoDB names the MongoDB that tests may use, where somebody has one.
const realMongoDB = "KK_TEST_MONGODB_URL"

// HasMongoDB reports whether there is a MongoDB itself.
func HasMongoDB() bool { return os.Getenv(realMongoDB) != "" }

// MongoDB returns the address of an empty database of the test's own on it.
func MongoDB(t testing.TB) (address string) {
	t.Helper()
	return withDatabase(t, os.Getenv(realMongoDB))
}

// MortalMongo starts a jongodb for a test that is about its end, which stop makes come.
func MortalMongo(t testing.TB) (address string, stop func()) {
	t.Helper()
	m := &mongoServer{launch: jongodb.launch}
	address = m.database(t, "mortal-")
	ended := sync.OnceFunc(m.server.stop)
	t.Cleanup(ended)
	return address, ended
}

var (
	jongodb  = &mongoServer{launch: startJongodb}
	ferretdb = &mongoServer{launch: startFerretDB}
)

// mongoServer is one running server of the protocol, shared by a process's tests.
type mongoServer struct {
	launch func(dir string) (s *server, address string, err error)

	once    sync.Once
	server  *server
	address string
	err     error
}

func (m *mongoServer) database(t testing.TB, own string) string {
	t.Helper()
	dir := house.folder(t)
	m.once.Do(func() {
		if dir, m.err = os.MkdirTemp(dir, own+"mongo-"); m.err != nil {
			return
		}
		m.server, m.address, m.err = m.launch(dir)
		if m.err == nil && own == "" {
			house.mu.Lock()
			defer house.mu.Unlock()
			house.shared = append(house.shared, m.server)
		}
	})
	if m.err != nil {
		t.Fatal(m.err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server said:\n%s", m.server.tail("", 20))
		}
	})
	return withDatabase(t, m.address)
}

// withDatabase is an address with a database that nobody else has.
func withDatabase(t testing.TB, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/test_" + strings.ToLower(rand.Text())
	return u.String()
}

func startJongodb(dir string) (*server, string, error) {
	folder, err := installed()
	if err != nil {
		return nil, "", err
	}
	program := filepath.Join(folder, "node_modules/@jongodb/memory-server-bin-linux-x64-gnu/bin/jongodb")
	if _, err := os.Stat(program); err != nil {
		return nil, "", fmt.Errorf("jongodb is not installed for the tests: run make setup-test (%w)", err)
	}
	s, port, err := startOnFreePort(func(port int) (*server, error) {
		return startListening("jongodb", dir, exec.Command(program, "--host=127.0.0.1", "--port="+strconv.Itoa(port)), "JONGODB_URI=", port)
	})
	return s, fmt.Sprintf("mongodb://127.0.0.1:%d", port), err
}

// ferretdbVersion is FerretDB's, and how often the program around it has changed since.
//
//go:embed ferretdb.version
var ferretdbVersion string

func startFerretDB(dir string) (*server, string, error) {
	cache, err := engineCache()
	if err != nil {
		return nil, "", err
	}
	program := filepath.Join(cache, "ferretdb-"+strings.TrimSpace(ferretdbVersion), "ferretdb")
	if _, err := os.Stat(program); err != nil {
		return nil, "", fmt.Errorf("FerretDB is not installed for the tests: run make setup-test (%w)", err)
	}
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		return nil, "", err
	}
	s, port, err := startOnFreePort(func(port int) (*server, error) {
		return startListening("FerretDB", dir, exec.Command(program, fmt.Sprintf("127.0.0.1:%d", port), data), "ready", port)
	})
	return s, fmt.Sprintf("mongodb://127.0.0.1:%d", port), err
}

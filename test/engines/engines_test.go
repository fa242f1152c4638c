package engines

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

func TestMain(m *testing.M) { Main(m) }

var majors = []int{16, 18}

func onEachMajor(t *testing.T, test func(t *testing.T, major int)) {
	t.Helper()
	for _, major := range majors {
		t.Run(fmt.Sprintf("PostgreSQL %d", major), func(t *testing.T) {
			t.Parallel()
			test(t, major)
		})
	}
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func execute(t *testing.T, dsn, statement string) {
	t.Helper()
	if _, err := connect(t, dsn).Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func ask[T any](t *testing.T, dsn, query string) (answer T) {
	t.Helper()
	if err := connect(t, dsn).QueryRow(t.Context(), query).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return answer
}

func TestTheServerIsOfTheMajorVersionAskedForAndOnLoopbackOnly(t *testing.T) {
	onEachMajor(t, func(t *testing.T, major int) {
		dsn := Postgres(t, major)
		if got := ask[int](t, dsn, "SELECT current_setting('server_version_num')::int / 10000"); got != major {
			t.Errorf("major version %d, want %d", got, major)
		}
		if got := ask[string](t, dsn, "SHOW listen_addresses"); got != "127.0.0.1" {
			t.Errorf("listens on %q", got)
		}
	})
}

func TestEachTestHasAnEmptyDatabaseOfItsOwn(t *testing.T) {
	const tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
	onEachMajor(t, func(t *testing.T, major int) {
		mine, yours := Postgres(t, major), Postgres(t, major)
		execute(t, mine, "CREATE TABLE films (id text)")
		if got := ask[int](t, mine, tables); got != 1 {
			t.Errorf("%d tables in the database that made one", got)
		}
		if got := ask[int](t, yours, tables); got != 0 {
			t.Errorf("%d tables in the other test's database, want none", got)
		}
	})
}

func TestADatabaseIsGoneAfterItsTestEvenWithSomebodyConnected(t *testing.T) {
	var dsn string
	var stay *pgx.Conn
	t.Run("the test that has it", func(t *testing.T) {
		dsn = Postgres(t, 18)
		var err error
		if stay, err = pgx.Connect(t.Context(), dsn); err != nil {
			t.Fatal(err)
		}
	})
	defer stay.Close(t.Context())

	_, err := pgx.Connect(t.Context(), dsn)
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || refused.Code != "3D000" {
		t.Errorf("connecting to a dropped database: %v, want SQLSTATE 3D000", err)
	}
}

func TestTextIsSortedByBytesOn16AndAsPeopleDoOn18(t *testing.T) {
	const sorted = "SELECT string_agg(w, ' ' ORDER BY w) FROM unnest(ARRAY['b', 'A', 'a', 'B']) AS w"
	for major, want := range map[int]string{16: "A B a b", 18: "a A b B"} {
		if got := ask[string](t, Postgres(t, major), sorted); got != want {
			t.Errorf("PostgreSQL %d sorts %q, want %q", major, got, want)
		}
	}
}

func TestATemplateIsPreparedOnceAndEveryCloneIsItsOwn(t *testing.T) {
	onEachMajor(t, func(t *testing.T, major int) {
		var prepared atomic.Int32
		prepare := func(dsn string) error {
			prepared.Add(1)
			conn, err := pgx.Connect(t.Context(), dsn)
			if err != nil {
				return err
			}
			defer conn.Close(t.Context())
			_, err = conn.Exec(t.Context(), "CREATE TABLE films (id text); INSERT INTO films VALUES ('bunny')")
			return err
		}
		t.Run("clones", func(t *testing.T) {
			for range 4 {
				t.Run("one", func(t *testing.T) {
					t.Parallel()
					dsn := Template(t, major, "films", prepare)
					execute(t, dsn, "INSERT INTO films VALUES ('mine')")
					if got := ask[int](t, dsn, "SELECT count(*) FROM films"); got != 2 {
						t.Errorf("%d films, want the template's and this test's", got)
					}
				})
			}
		})
		if got := prepared.Load(); got != 1 {
			t.Errorf("prepared %d times for 4 tests, want once", got)
		}
	})
}

// failing is a test that records how it failed.
type failing struct {
	testing.TB
	said string
}

func (f *failing) Helper() {}
func (f *failing) Fatal(args ...any) {
	f.said = fmt.Sprint(args...)
	runtime.Goexit()
}
func (f *failing) Fatalf(format string, args ...any) { f.Fatal(fmt.Sprintf(format, args...)) }

// failure runs the body as a test and returns what it failed with, "" when it passed.
func failure(t *testing.T, body func(t testing.TB)) string {
	f := &failing{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		body(f)
	}()
	<-done
	return f.said
}

func TestATemplateThatCannotBePreparedFailsEveryTestThatWantsIt(t *testing.T) {
	for range 2 {
		said := failure(t, func(t testing.TB) {
			Template(t, 18, "broken", func(string) error { return errors.New("no such column") })
		})
		if !strings.Contains(said, "no such column") {
			t.Errorf("failed with %q, want the cause", said)
		}
	}
}

func TestAnEngineThatIsNotInstalledFailsWithTheCommandThatInstallsIt(t *testing.T) {
	said := failure(t, func(t testing.TB) { Postgres(t, 99) })
	if !strings.Contains(said, "make setup-test") {
		t.Errorf("PostgreSQL 99 failed with %q", said)
	}
	t.Setenv("PATH", t.TempDir())
	said = failure(t, func(t testing.TB) { Redis(t) })
	if !strings.Contains(said, "make setup-test") {
		t.Errorf("a missing redis-server failed with %q", said)
	}
}

// command sends one inline Redis command and returns the first line of the answer.
func command(t *testing.T, address, line string) string {
	t.Helper()
	conn := dial(t, address)
	if _, err := fmt.Fprintf(conn, "%s\r\n", line); err != nil {
		t.Fatal(err)
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(answer)
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialTimeout("tcp", u.Host, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestEachTestHasAnEmptyRedisOfItsOwn(t *testing.T) {
	t.Parallel()
	mine, yours := Redis(t), Redis(t)
	if got := command(t, mine, "SET film bunny"); got != "+OK" {
		t.Fatalf("SET answered %q", got)
	}
	if got := command(t, mine, "DBSIZE"); got != ":1" {
		t.Errorf("my Redis holds %q, want one key", got)
	}
	if got := command(t, yours, "DBSIZE"); got != ":0" {
		t.Errorf("the other test's Redis holds %q, want nothing", got)
	}
}

func TestARedisIsGoneAfterItsTest(t *testing.T) {
	t.Parallel()
	var address string
	t.Run("the test that has it", func(t *testing.T) { address = Redis(t) })
	u, _ := url.Parse(address)
	if conn, err := net.Dial("tcp", u.Host); err == nil {
		conn.Close()
		t.Error("it still answers")
	}
}

func TestAKilledRedisComesBackEmptyWhereItWas(t *testing.T) {
	t.Parallel()
	r := MortalRedis(t)
	if got := command(t, r.URL, "SET film bunny"); got != "+OK" {
		t.Fatalf("SET answered %q", got)
	}
	r.Kill()
	u, _ := url.Parse(r.URL)
	if conn, err := net.Dial("tcp", u.Host); err == nil {
		conn.Close()
		t.Error("it answers after it was killed")
	}
	r.Restart()
	if got := command(t, r.URL, "DBSIZE"); got != ":0" {
		t.Errorf("it came back with %q keys", got)
	}
}

func TestARedisClusterIsThreeNodesThatServeEverySlot(t *testing.T) {
	t.Parallel()
	hosts := strings.Split(strings.TrimPrefix(RedisCluster(t), "redis://"), ",")
	if len(hosts) != 3 {
		t.Fatalf("hosts %v", hosts)
	}
	stored, moved := 0, 0
	for _, host := range hosts {
		switch got := command(t, "redis://"+host, "SET film bunny"); {
		case got == "+OK":
			stored++
		case strings.HasPrefix(got, "-MOVED "):
			moved++
		default:
			t.Errorf("%s answered %q", host, got)
		}
		if info, err := inline(host, "CLUSTER INFO", time.Now().Add(10*time.Second)); err != nil || !strings.Contains(info, "cluster_slots_ok:16384") {
			t.Errorf("%s says %q, %v", host, info, err)
		}
	}
	if stored != 1 || moved != 2 {
		t.Errorf("%d nodes took the key and %d sent elsewhere", stored, moved)
	}
}

func TestEachTestHasAnEmptyBucketOfItsOwnWhichIsGoneAfterIt(t *testing.T) {
	t.Parallel()
	var mine Bucket
	signed := func(method string, b Bucket, key, body string) int {
		u, err := url.Parse(b.Endpoint + "/" + b.Name + "/" + key)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(method, u.String(), strings.NewReader(body))
		r.RequestURI = ""
		sum := sha256.Sum256([]byte(body))
		digest := hex.EncodeToString(sum[:])
		r.Header.Set("X-Amz-Content-Sha256", digest)
		who := aws.Credentials{AccessKeyID: S3AccessKey, SecretAccessKey: S3SecretKey}
		if err := v4.NewSigner().SignHTTP(t.Context(), who, r, digest, "s3", "us-east-1", time.Now()); err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	t.Run("the test that has it", func(t *testing.T) {
		mine = S3(t)
		yours := S3(t)
		if got := signed("PUT", mine, "films/bunny", "film"); got != http.StatusOK {
			t.Fatalf("a PUT was answered %d", got)
		}
		if got := signed("GET", mine, "films/bunny", ""); got != http.StatusOK {
			t.Errorf("a GET was answered %d", got)
		}
		if got := signed("GET", yours, "films/bunny", ""); got != http.StatusNotFound {
			t.Errorf("the other test's bucket answered %d", got)
		}
		answer, err := http.Get(mine.Endpoint + "/" + mine.Name + "/films/bunny")
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusForbidden {
			t.Errorf("whoever signs nothing was answered %d", answer.StatusCode)
		}
	})
	if got := signed("GET", mine, "films/bunny", ""); got != http.StatusNotFound {
		t.Errorf("after its test the bucket answered %d", got)
	}
}

// asVictim makes the test below start engines and wait to be killed.
const asVictim = "KKMOVIES_ENGINES_VICTIM"

func TestVictim(t *testing.T) {
	if os.Getenv(asVictim) == "" {
		return // only the test below has work for it
	}
	fmt.Println(Postgres(t, 16))
	fmt.Println(Redis(t))
	fmt.Println(S3(t).Endpoint)
	fmt.Println(house.dir)
	select {}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}

func TestEnginesDieWithAKilledTestProcessAndTheNextOneSweepsUp(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	victim := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestVictim$")
	victim.Env = append(os.Environ(), asVictim+"=1")
	victim.Stderr = os.Stderr
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	defer victim.Wait()
	defer victim.Process.Kill()

	var said []string
	for lines := bufio.NewScanner(out); len(said) < 4 && lines.Scan(); {
		said = append(said, lines.Text())
	}
	if len(said) < 4 {
		t.Fatalf("the victim only said %q", said)
	}
	postgres, redis, s3, dir := connect(t, said[0]), dial(t, said[1]), dial(t, said[2]), said[3]

	if err := victim.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	// The end of a session is the end of the server that holds it.
	if _, err := postgres.WaitForNotification(ctx); ctx.Err() != nil {
		t.Errorf("PostgreSQL outlived its test process: %v", err)
	}
	for name, conn := range map[string]net.Conn{"Redis": redis, "versitygw": s3} {
		if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s outlived its test process", name)
		}
	}

	_ = victim.Wait() // its locks are free only now
	// Another test process may hold it to sweep it too, or a dying server still write to it: who
	// comes next finds what was left.
	for sweep(house.base); exists(dir) && ctx.Err() == nil; sweep(house.base) {
		<-time.After(100 * time.Millisecond)
	}
	if exists(dir) {
		t.Error("the killed process's folder is still there")
	}
	if _, err := os.Stat(house.dir); err != nil {
		t.Errorf("the sweep took a living process's folder: %v", err)
	}
}

func TestAReusedDatabaseIsEmptiedForTheNextTestAndNeverShared(t *testing.T) {
	alone := func(statement string) func(dsn string) error { // leaves no connection behind
		return func(dsn string) error {
			conn, err := pgx.Connect(context.Background(), dsn)
			if err != nil {
				return err
			}
			defer conn.Close(context.Background())
			_, err = conn.Exec(context.Background(), statement)
			return err
		}
	}
	prepare, empty := alone("CREATE TABLE films (id text)"), alone("DELETE FROM films")
	const films = "SELECT count(*) FROM films"
	var before []string
	for _, name := range []string{"first", "second"} {
		t.Run(name, func(t *testing.T) {
			mine, yours := Reused(t, 16, "reused", prepare, empty), Reused(t, 16, "reused", prepare, empty)
			if mine == yours {
				t.Error("two tests have one database")
			}
			for _, dsn := range []string{mine, yours} {
				if got := ask[int](t, dsn, films); got != 0 {
					t.Errorf("begins with %d rows", got)
				}
				if before != nil && !slices.Contains(before, dsn) {
					t.Error("a database that was free was not used again")
				}
				execute(t, dsn, "INSERT INTO films VALUES ('Limite')")
			}
			before = []string{mine, yours}
			if name == "second" { // one that cannot be emptied is not handed on
				execute(t, mine, "DROP TABLE films")
			}
		})
	}
	t.Run("third", func(t *testing.T) {
		if got := ask[int](t, Reused(t, 16, "reused", prepare, empty), films); got != 0 {
			t.Errorf("begins with %d rows", got)
		}
		if got := ask[int](t, Reused(t, 16, "reused", prepare, empty), films); got != 0 {
			t.Errorf("begins with %d rows", got)
		}
	})
}

package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/test/engines"
)

// Whoever starts with a wrong address is told within five seconds which it is, what is wrong
// with it and what to do, and never the password.
func TestAWrongAddressIsExplained(t *testing.T) {
	good, err := url.Parse(engines.Postgres(t, 18))
	if err != nil {
		t.Fatal(err)
	}
	database := strings.TrimPrefix(good.Path, "/")
	user := strings.ReplaceAll(database, "test", "user")
	askForPasswords(t, good.String(), user)
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()

	const password = "hunter2"
	at := func(host, user, database string) string {
		return fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable", user, password, host, database)
	}
	said := map[string]bool{}
	_, err = PrepareMove(t.Context(), Place{Address: at(gone.Addr().String(), user, "films"), Setting: "--from"}, Place{Address: t.TempDir() + "/kkmovies.db"})
	if words := fault.PublicOf(err); !strings.Contains(words, "where --from looks for PostgreSQL") || strings.Contains(words, "KK_DATABASE_URL") {
		t.Errorf("of the source of a move: %v", err)
	}
	for name, c := range map[string]struct {
		address string
		words   []string
	}{
		"an unknown host":  {at("database.invalid:5432", user, "films"), []string{"database.invalid", "5432", "films", user, "is unknown"}},
		"nobody there":     {at(gone.Addr().String(), user, "films"), []string{"127.0.0.1", fmt.Sprint(gone.Addr().(*net.TCPAddr).Port), "films", user, "Nothing accepts"}},
		"a wrong password": {at(good.Host, user, database), []string{"127.0.0.1", good.Port(), database, user, "refuses the password"}},
		"no such database": {at(good.Host, "postgres", "films"), []string{"127.0.0.1", good.Port(), "films", "postgres", "has no database"}},
		"no such user":     {at(good.Host, "nobody", database), []string{"127.0.0.1", good.Port(), database, "nobody", "does not let"}},
		"no answer":        {at(silent.Addr().String(), user, "films"), []string{"127.0.0.1", fmt.Sprint(silent.Addr().(*net.TCPAddr).Port), "films", user, "does not answer"}},
	} {
		began := time.Now()
		d, err := Open(t.Context(), Options{URL: c.address, Logger: discard})
		if err == nil {
			d.Close()
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: said only after %v", name, took)
		}
		sentence := fault.PublicOf(err)
		if !fault.Is(err, fault.Unavailable) || said[sentence] {
			t.Errorf("%s: %v", name, err)
		}
		said[sentence] = true
		for _, word := range c.words {
			if !strings.Contains(sentence, word) {
				t.Errorf("%s: %q does not say %q", name, sentence, word)
			}
		}
		if all := fmt.Sprintf("%v %+v %#v", err, err, sentence); strings.Contains(all, password) {
			t.Errorf("%s: shows the password: %s", name, all)
		}
	}
}

// askForPasswords makes the server ask one user, new, for a password.
func askForPasswords(t *testing.T, address, user string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	var file, rules string
	if err := conn.QueryRow(ctx, `SELECT current_setting('hba_file'), pg_read_file(current_setting('hba_file'))`).Scan(&file, &rules); err != nil {
		t.Fatal(err)
	}
	all := []string{"host all " + user + " 127.0.0.1/32 scram-sha-256"} // the first that fits counts
	for rule := range strings.Lines(rules) {
		if rule = strings.TrimSpace(rule); rule != "" && rule[0] != '#' {
			all = append(all, rule)
		}
	}
	for _, statement := range []string{
		`CREATE ROLE ` + user + ` LOGIN PASSWORD 'another'`,
		fmt.Sprintf(`COPY (SELECT unnest(ARRAY['%s'])) TO '%s'`, strings.Join(all, `', '`), file),
		`SELECT pg_reload_conf()`,
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	t.Cleanup(func() {
		conn, err := pgx.Connect(ctx, address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(ctx)
		if _, err := conn.Exec(ctx, `DROP ROLE `+user); err != nil {
			t.Error(err)
		}
	})
	// The server reads the file in its own time.
	for asked := false; !asked; {
		if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_hba_file_rules WHERE user_name = ARRAY[$1] AND error IS NULL)`, user).Scan(&asked); err != nil {
			t.Fatal(err)
		}
	}
}

func TestThePoolAndItsTimesArePartsOfTheAddress(t *testing.T) {
	address := engines.Postgres(t, 16)
	show := func(d *DB, name string) string { return rows[string](t, d, `SELECT current_setting($1)`, name)[0] }
	pool := func(d *DB) int { return int(d.engine.(*postgresEngine).pool.Config().MaxConns) }

	plain, err := Open(t.Context(), Options{URL: address, Conns: 7, Name: "kkmovies worker@there", Logger: discard})
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	if pool(plain) != 7 || show(plain, "statement_timeout") != "30s" || show(plain, "idle_in_transaction_session_timeout") != "1min" ||
		show(plain, "application_name") != "kkmovies worker@there" || show(plain, "timezone") != "UTC" {
		t.Errorf("%d connections, %s, %s, %s", pool(plain), show(plain, "statement_timeout"),
			show(plain, "idle_in_transaction_session_timeout"), show(plain, "application_name"))
	}

	said := open(t, address+"&pool_max_conns=3&statement_timeout=5s&idle_in_transaction_session_timeout=7s")
	if pool(said) != 3 || show(said, "statement_timeout") != "5s" || show(said, "idle_in_transaction_session_timeout") != "7s" {
		t.Errorf("%d connections, %s, %s", pool(said), show(said, "statement_timeout"), show(said, "idle_in_transaction_session_timeout"))
	}

	// What takes too long ends, and is no fault of what was asked.
	short := open(t, address+"&statement_timeout=50ms")
	err = short.inTx(t.Context(), "too_long", func(tx jobs.Tx) error {
		_, err := tx.ExecContext(t.Context(), `SELECT pg_sleep(20)`)
		return err
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("after the time of a statement: %v", err)
	}
}

// Two transactions that wait for each other: the server ends one, which then runs again.
func TestADeadlockIsNoError(t *testing.T) {
	for _, e := range testEngines[1:] {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			d := open(t, e.migrated(t))
			one, other := addUploaded(t, d, "processing"), addUploaded(t, d, "processing")
			var both sync.WaitGroup // each holds one and wants the other's
			both.Add(2)
			var ran [2]int
			for _, err := range atOnce(2, func(i int) error {
				ids := []string{one, other}
				if i == 1 {
					ids = []string{other, one}
				}
				return d.inTx(t.Context(), "deadlock", func(tx jobs.Tx) error {
					ran[i]++
					for k, id := range ids {
						if _, err := tx.ExecContext(t.Context(), `UPDATE videos SET width = width + 1 WHERE id = $1`, id); err != nil {
							return err
						}
						if k == 0 && ran[i] == 1 {
							both.Done()
							both.Wait()
						}
					}
					return nil
				})
			}) {
				if err != nil {
					t.Error(err)
				}
			}
			if ran[0]+ran[1] < 3 { // more where who was ended came back too soon
				t.Errorf("run %v times: there was no deadlock", ran)
			}
			if widths := rows[int](t, d, `SELECT width FROM videos`); len(widths) != 2 || widths[0] != 2 || widths[1] != 2 {
				t.Errorf("counted %v", widths)
			}
		})
	}
}

// atOnce runs fn at the same time, with 0, 1 and so on.
func atOnce(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = fn(i) })
	}
	all.Wait()
	return errs
}

// A connection that the server ends in the middle is a part that is away, not a bug; the
// next transaction has another.
func TestALostConnectionIsAPartThatIsAway(t *testing.T) {
	d := open(t, testEngines[1].migrated(t))
	err := d.inTx(t.Context(), "lost", func(tx jobs.Tx) error {
		if _, err := tx.ExecContext(t.Context(), `SELECT pg_terminate_backend(pg_backend_pid())`); err == nil {
			return errors.New("it was not ended")
		} else if !fault.Is(d.fail("lost", err), fault.Unavailable) {
			t.Errorf("the statement: %v", err)
		}
		_, err := tx.ExecContext(t.Context(), `SELECT 1`)
		return err
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("the transaction: %v", err)
	}
	addUploaded(t, d, "processing")
}

package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// What an address does not say. Each is a part of it by the same name, such as
// postgres://…/kkmovies?pool_max_conns=40&statement_timeout=60s.
const (
	defaultConns           = 10
	defaultConnIdle        = 5 * time.Minute
	defaultConnLife        = time.Hour
	defaultConnectTimeout  = 4 * time.Second
	defaultStatement       = "30s" // no request takes so long; what was begun for one that is gone ends
	defaultIdleTransaction = "60s" // a process that froze holds nobody up for longer
)

// openWithin bounds how long a start waits for a database that is not there.
const openWithin = 4500 * time.Millisecond

// setting is what an address was read from.
func (o Options) setting() string { return cmp.Or(o.Setting, "KK_DATABASE_URL") }

// postgresConfig reads an address and adds what it does not say.
func postgresConfig(address string, o Options) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, badAddress(o.setting(), err)
	}
	says := func(string) bool { return false }
	if u, err := url.Parse(address); err == nil {
		says = u.Query().Has
	}
	if !says("pool_max_conns") {
		config.MaxConns = int32(cmp.Or(o.Conns, defaultConns))
	}
	if !says("pool_max_conn_idle_time") {
		config.MaxConnIdleTime = defaultConnIdle
	}
	if !says("pool_max_conn_lifetime") {
		config.MaxConnLifetime = defaultConnLife
	}
	if !says("pool_max_conn_lifetime_jitter") {
		config.MaxConnLifetimeJitter = config.MaxConnLifetime / 6 // not all at once
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = defaultConnectTimeout
	}
	if !says("pool_ping_timeout") {
		config.PingTimeout = pingWithin
	}
	if !says("statement_timeout") {
		config.ConnConfig.Tracer = silence{answerWithin}
	}
	parameters := config.ConnConfig.RuntimeParams
	for name, value := range map[string]string{
		"application_name":                    cmp.Or(o.Name, "kkmovies"),
		"statement_timeout":                   defaultStatement,
		"idle_in_transaction_session_timeout": defaultIdleTransaction,
		// A machine that vanishes closes nothing: the server must notice by itself, and this
		// process below.
		"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3",
	} {
		if parameters[name] == "" {
			parameters[name] = value
		}
	}
	parameters["timezone"] = "UTC"
	config.ConnConfig.DialFunc = (&net.Dialer{KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3,
	}}).DialContext
	config.AfterConnect = func(_ context.Context, c *pgx.Conn) error {
		// Times are UTC here as on SQLite; pgx would make them the machine's local time.
		c.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
		return nil
	}
	return config, nil
}

// reach returns when the database answers, or cannot be reached as the address says. One
// that is just starting is given the time there is.
func reach(ctx context.Context, pool *pgxpool.Pool) error {
	ctx, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	var pause backOff
	for {
		err := pool.Ping(ctx)
		if sqlState(err) != cannotConnectNow || ctx.Err() != nil {
			return err
		}
		pause.wait(ctx)
	}
}

// SQLSTATE codes that are told apart.
const (
	wrongPassword        = "28P01"
	notLetIn             = "28000"
	noSuchDatabase       = "3D000"
	tooManyConnections   = "53300"
	cannotConnectNow     = "57P03"
	serialisationFailure = "40001"
	deadlock             = "40P01"
)

func sqlState(err error) string {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code
	}
	return ""
}

// unreachable says which database cannot be reached, why, and what to do. The password is
// in none of it.
func unreachable(err error, setting string, c *pgx.ConnConfig) error {
	where := fmt.Sprintf("%s, port %d", c.Host, c.Port)
	which := fmt.Sprintf("(database %s, user %s)", c.Database, c.User)
	var unknown *net.DNSError
	var public string
	switch state := sqlState(err); {
	case errors.As(err, &unknown):
		public = fmt.Sprintf("The host %s of %s is unknown: no PostgreSQL can be found at %s %s. Correct the host, or the name service of this machine.", c.Host, setting, where, which)
	case errors.Is(err, syscall.ECONNREFUSED):
		public = fmt.Sprintf("Nothing accepts connections at %s, where %s looks for PostgreSQL %s. Start it there, or correct the host and port.", where, setting, which)
	case state == wrongPassword:
		public = fmt.Sprintf("PostgreSQL at %s refuses the password of user %s (database %s). Correct the user or the password in %s.", where, c.User, c.Database, setting)
	case state == notLetIn:
		public = fmt.Sprintf("PostgreSQL at %s does not let user %s into database %s from here. Create the user, or let it in (pg_hba.conf).", where, c.User, c.Database)
	case state == noSuchDatabase:
		public = fmt.Sprintf("PostgreSQL at %s has no database named %s (user %s). Create it, or correct the name at the end of %s.", where, c.Database, c.User, setting)
	case state == tooManyConnections:
		public = fmt.Sprintf("PostgreSQL at %s has no connection left %s. Raise its max_connections, or lower pool_max_conns in the KK_DATABASE_URL of its clients.", where, which)
	case state == cannotConnectNow:
		public = fmt.Sprintf("PostgreSQL at %s is still starting %s. Start again when it is up.", where, which)
	case errors.Is(err, context.DeadlineExceeded) || isTimeout(err):
		public = fmt.Sprintf("PostgreSQL at %s does not answer %s. Look whether it runs and a firewall lets this machine through.", where, which)
	default:
		public = fmt.Sprintf("PostgreSQL at %s cannot be used %s.", where, which)
	}
	return &fault.Error{Kind: fault.Unavailable, Op: "sqlstore.open", Code: "database", Public: public, Cause: redacted{err, c.Password}}
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}

// redacted is an error of a driver without the password, should it ever say it.
type redacted struct {
	error
	password string
}

func (r redacted) Error() string {
	if r.password == "" {
		return r.error.Error()
	}
	return strings.ReplaceAll(r.error.Error(), r.password, "…")
}

func (r redacted) Unwrap() error { return r.error }

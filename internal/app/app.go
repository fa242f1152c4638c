// Package app is the one place that knows every part: it turns addresses into stores,
// stores into services, services into routes and workers, and is the command line. It
// may import everything; nothing but cmd imports it.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Version is set when a release is built (-ldflags -X).
var Version = ""

func version() string {
	if Version != "" {
		return Version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "development"
}

type commands struct {
	config.Config

	Serve   serveCommand   `cmd:"" help:"Run the server."`
	Migrate migrateCommand `cmd:"" help:"Bring the database's schema up to date, or move the database and the media to another place."`
	User    struct {
		Add   userAddCommand   `cmd:"" help:"Add a user; asks for the password, or reads it from standard input."`
		Reset userResetCommand `cmd:"" help:"Print a link by which a user chooses another password."`
	} `cmd:"" help:"Manage users."`
	Keys struct {
		Rotate keysRotateCommand `cmd:"" help:"Throw away the keys that access tokens are signed with, because they may have become known, and sign with a new one. Nobody is signed out."`
	} `cmd:"" help:"Manage signing keys."`
	Import  importCommand  `cmd:"" help:"Bring films in from files and folders."`
	Demo    demoCommand    `cmd:"" help:"Fill the catalogue with the demo's sixty films, or with any number of made-up ones to try a large catalogue."`
	Doctor  doctorCommand  `cmd:"" help:"Check everything the server needs, a line each."`
	OpenAPI openAPICommand `cmd:"" name:"openapi" help:"Print the API's OpenAPI document."`
	Show    versionCommand `cmd:"" name:"version" help:"Print the version."`
}

// Exit codes are part of the contract.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// Main runs the command line and returns its exit code.
func Main(args []string) int {
	var c commands
	parser, err := kong.New(&c, kong.Name("kkmovies"),
		kong.Description("A film streaming service in one program. `kkmovies serve` starts it; settings are flags or KK_ variables."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}))
	if err != nil {
		panic(err) // the commands above are wrong, not the user
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parsed, err := parser.Parse(args)
	if err == nil {
		err = config.CheckEnvironment()
	}
	if err == nil {
		err = c.Validate()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "kkmovies: "+err.Error())
		return exitUsage
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.Bind(&c.Config, newLogger(&c.Config))
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "kkmovies: "+explain(err))
		if errors.As(err, new(usageError)) {
			return exitUsage
		}
		return exitFailed
	}
	return exitOK
}

// usageError is a mistake in how a command was called.
type usageError struct{ error }

// explain prefers the sentence for people and keeps the cause, which an operator at a
// terminal may see.
func explain(err error) string {
	public := fault.PublicOf(err)
	if public == "" {
		return err.Error()
	}
	cause := err
	for f := (*fault.Error)(nil); errors.As(cause, &f); cause = f.Cause {
		if f.Cause == nil { // the sentence says it all
			return public
		}
	}
	return public + "\n  cause: " + cause.Error()
}

func newLogger(c *config.Config) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // the flag's enum allows only levels
	options := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewTextHandler(os.Stderr, options)
	if c.LogFormat == "json" {
		h = slog.NewJSONHandler(os.Stderr, options)
	}
	return slog.New(withRequestID{h})
}

// withRequestID adds the id of the request a line belongs to.
type withRequestID struct{ slog.Handler }

func (h withRequestID) Handle(ctx context.Context, r slog.Record) error {
	if id := httpapi.RequestID(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h withRequestID) WithAttrs(attrs []slog.Attr) slog.Handler {
	return withRequestID{h.Handler.WithAttrs(attrs)}
}

func (h withRequestID) WithGroup(name string) slog.Handler {
	return withRequestID{h.Handler.WithGroup(name)}
}

type versionCommand struct{}

func (versionCommand) Run() error {
	fmt.Println("kkmovies " + version())
	return nil
}

type openAPICommand struct {
	Access bool `help:"Print who may use which route instead, as a page of the reference."`
}

func (c openAPICommand) Run() error {
	doc, err := httpapi.Document("1")
	if c.Access {
		doc = httpapi.AccessReference()
	}
	if err == nil {
		_, err = os.Stdout.Write(doc)
	}
	return err
}

package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
)

type doctorCommand struct{}

// littleSpace is when doctor warns: about one film of two hours with its ladder.
const littleSpace = 20 << 30

// Run checks each part on its own, so that one that fails does not hide the others.
func (doctorCommand) Run(ctx context.Context, c *config.Config) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	quiet := slog.New(slog.DiscardHandler)
	failed := false
	for _, check := range []httpapi.Check{
		checkTools(ctx, c, quiet), checkDatabase(ctx, c), checkCatalogue(ctx, c, quiet), checkRedis(ctx, c, quiet), checkMedia(ctx, c), checkMail(ctx, c), checkData(c), checkPlaces(c), checkVisits(ctx, c), checkClock(),
	} {
		word := "ok  "
		switch {
		case !check.OK:
			word, failed = "FAIL", true
		case check.Warning != "":
			word = "WARN"
		}
		fmt.Printf("%s  %-9s %s\n", word, check.Name, check.Detail)
		if check.Warning != "" {
			fmt.Printf("                 %s\n", check.Warning)
		}
	}
	if failed {
		return errors.New("something needs attention: see the lines marked FAIL")
	}
	return nil
}

func checkTools(ctx context.Context, c *config.Config, log *slog.Logger) httpapi.Check {
	tools, err := ffmpeg.Find(ctx, toolsOf(c, log))
	if err != nil {
		return checkOf("encoder", "", err)
	}
	return toolsCheck(tools.Status())
}

func checkDatabase(ctx context.Context, c *config.Config) httpapi.Check {
	steps, err := sqlstore.Migrations(ctx, c.Database())
	if err != nil {
		return checkOf("database", "", err)
	}
	pending := 0
	for _, s := range steps {
		if s.Applied.IsZero() {
			pending++
		}
	}
	engine := "PostgreSQL"
	if c.DatabaseURL == "" {
		engine = c.Database()
	}
	detail := engine + " answers, its schema is up to date"
	if pending > 0 {
		detail = fmt.Sprintf("%s answers; %d schema steps are applied at the next start", engine, pending)
	}
	return httpapi.Check{Name: "database", OK: true, Detail: detail}
}

func checkData(c *config.Config) httpapi.Check {
	if _, err := os.Stat(c.DataDir); errors.Is(err, fs.ErrNotExist) {
		return httpapi.Check{Name: "data", OK: true, Detail: c.DataDir + " is made at the first start"}
	}
	check := dataCheck(c)
	check.Detail = c.DataDir + " is " + check.Detail
	return ill(check)
}

// ill makes a check of room fail that warns: here it is what somebody came to know.
func ill(check httpapi.Check) httpapi.Check {
	check.OK = check.OK && check.Warning == ""
	return check
}

// checkClock knows only what cannot be right: a machine that lost the time says 1970,
// or the day its system was built.
func checkClock() httpapi.Check {
	now := time.Now()
	if now.Year() < 2026 {
		return httpapi.Check{Name: "clock", Detail: "the clock says " + now.Format(time.RFC3339) + ": set it, or signed links are refused"}
	}
	return httpapi.Check{Name: "clock", OK: true, Detail: now.UTC().Format(time.RFC3339)}
}

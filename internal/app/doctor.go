package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
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
	ill := false
	for _, check := range []httpapi.Check{
		checkTools(ctx, quiet), checkDatabase(ctx, c), checkMedia(ctx, c), checkClock(),
	} {
		word := "ok  "
		if !check.OK {
			word, ill = "FAIL", true
		}
		fmt.Printf("%s  %-9s %s\n", word, check.Name, check.Detail)
	}
	if ill {
		return errors.New("something needs attention: see the lines marked FAIL")
	}
	return nil
}

func checkTools(ctx context.Context, log *slog.Logger) httpapi.Check {
	tools, err := ffmpeg.Find(ctx, ffmpeg.Options{Log: log})
	if err != nil {
		return checkOf("ffmpeg", "", err)
	}
	s := tools.Status()
	detail := fmt.Sprintf("%s, version %s, in a sandbox", s.FFmpeg, s.Version)
	if !s.Sandboxed {
		detail = fmt.Sprintf("%s, version %s; uploads are read WITHOUT a sandbox (%s): install bubblewrap", s.FFmpeg, s.Version, s.SandboxDetail)
	}
	return httpapi.Check{Name: "ffmpeg", OK: true, Detail: detail}
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

func checkMedia(ctx context.Context, c *config.Config) httpapi.Check {
	files, err := blob.OpenFiles(c.Media())
	if err != nil {
		return checkOf("media", "", err)
	}
	defer files.Close()
	free, err := files.Free(ctx)
	if err != nil {
		return checkOf("media", "", err)
	}
	detail := c.Media() + " is writable"
	if free != math.MaxInt64 {
		detail += fmt.Sprintf(", %.1f GB free", float64(free)/1e9)
	}
	return httpapi.Check{Name: "media", OK: free >= littleSpace, Detail: detail}
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

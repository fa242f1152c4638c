package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"path/filepath"
	"syscall"
	"time"

	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

const megabyte = 1_000_000

// keptOf is the room that the making of films leaves free, for the database to write and the
// disk to breathe. Uploads leave more: what was taken in should also be made.
func keptOf(c *config.Config) int64 { return c.KeepFree * megabyte / 4 }

// toolsOf is how the programs are run that read films.
func toolsOf(c *config.Config, log *slog.Logger) ffmpeg.Options {
	within := time.Duration(c.StepMinutes) * time.Minute
	return ffmpeg.Options{
		Limits:   ffmpeg.Limits{Wall: within, CPU: within / 2, Memory: c.StepMemory << 20},
		KeepFree: keptOf(c), Log: log,
	}
}

// health asks every part how it is.
func (h *house) health(ctx context.Context) []httpapi.Check {
	checks := []httpapi.Check{
		checkOf("database", "answers", h.db.Check(ctx)),
		mediaCheck(ctx, h.config, h.blobs),
		dataCheck(h.config),
	}
	if h.tools != nil {
		checks = append(checks, toolsCheck(h.tools.Status()))
	}
	return checks
}

func checkOf(name, ok string, err error) httpapi.Check {
	if err != nil {
		return httpapi.Check{Name: name, Detail: explain(err)}
	}
	return httpapi.Check{Name: name, OK: true, Detail: ok}
}

// dataCheck looks at the disk of the data folder, where the embedded database is, and at that
// of what is being made, which may be another.
func dataCheck(c *config.Config) httpapi.Check {
	least := int64(math.MaxInt64)
	for _, folder := range []string{c.DataDir, scratchOf(c)} {
		var disk syscall.Statfs_t
		switch err := syscall.Statfs(folder, &disk); {
		case errors.Is(err, fs.ErrNotExist): // nothing was ever made
		case err != nil:
			return checkOf("data", "", err)
		default:
			least = min(least, int64(disk.Bavail)*int64(disk.Bsize))
		}
	}
	return roomCheck("data", c, least)
}

func scratchOf(c *config.Config) string { return filepath.Join(c.DataDir, "scratch") }

func roomCheck(name string, c *config.Config, free int64) httpapi.Check {
	check := httpapi.Check{Name: name, OK: true, Detail: "writable"}
	if free != math.MaxInt64 {
		check.Detail = fmt.Sprintf("writable, %.1f GB free", float64(free)/1e9)
	}
	switch {
	case free <= keptOf(c):
		check.Warning = "the disk is FULL: no film is made and no upload taken; make room, then try the films again that failed"
	case free <= c.KeepFree*megabyte:
		check.Warning = "the disk is almost full: no upload is taken; make room"
	}
	return check
}

// toolsCheck says aloud what keeps an uploaded film from being read as safely as it should be.
func toolsCheck(s ffmpeg.Status) httpapi.Check {
	check := httpapi.Check{Name: "encoder", OK: true, Detail: fmt.Sprintf("%s, version %s, in a sandbox", s.FFmpeg, s.Version)}
	switch {
	case !s.Sandboxed:
		check.Detail = fmt.Sprintf("%s, version %s, WITHOUT a sandbox: %s", s.FFmpeg, s.Version, s.SandboxDetail)
		check.Warning = "uploaded films are read WITHOUT a sandbox; " + s.SandboxRemedy
	case !s.Limited:
		check.Detail += ", WITHOUT limits"
		check.Warning = "uploaded films are read WITHOUT limits on time and memory; install util-linux"
	}
	return check
}

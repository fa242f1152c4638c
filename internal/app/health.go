package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"path/filepath"
	"strings"
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
		h.dataCheck(),
	}
	if check, ok := h.filmsCheck(ctx); ok {
		checks = append(checks, check)
	}
	if h.cache.Shared() {
		checks = append(checks, redisCheck(h.cache.Check(ctx)))
	}
	if check, ok := h.workersCheck(ctx); ok {
		checks = append(checks, check)
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

// dataCheck looks at the disks of this machine, and names the folder of the one with the least
// room.
func dataCheck(c *config.Config) httpapi.Check {
	folder, least, err := leastRoom(c)
	if err != nil {
		return checkOf("data", "", err)
	}
	check := roomCheck("data", c, least)
	if folder != c.DataDir {
		check.Detail += " where " + folder + " is"
	}
	return check
}

// leastRoom looks at the disk of the data folder, where the embedded database is, and at those
// of what is being made and of what is kept of a bucket, which may be others.
func leastRoom(c *config.Config) (folder string, least int64, err error) {
	folder, least = c.DataDir, math.MaxInt64
	for _, on := range []string{c.DataDir, scratchOf(c), cacheOf(c)} {
		var disk syscall.Statfs_t
		switch err := syscall.Statfs(on, &disk); {
		case errors.Is(err, fs.ErrNotExist): // nothing was ever made
		case err != nil:
			return on, 0, err
		case int64(disk.Bavail)*int64(disk.Bsize) < least:
			folder, least = on, int64(disk.Bavail)*int64(disk.Bsize)
		}
	}
	return folder, least, nil
}

// hasRoom is whether the disks of this machine have more room than the making of films leaves.
func hasRoom(c *config.Config) bool {
	_, least, err := leastRoom(c)
	return err != nil || least > keptOf(c)
}

func scratchOf(c *config.Config) string { return filepath.Join(c.DataDir, "scratch") }

func cacheOf(c *config.Config) string { return filepath.Join(c.DataDir, "cache") }

// dataCheck also tells that this process leaves its work to others.
func (h *house) dataCheck() httpapi.Check {
	check := dataCheck(h.config)
	if since, lacks := h.pipeline.LacksRoom(); lacks {
		check.Detail += "; without room for films since " + since.UTC().Format(time.RFC3339)
		if free, _, _ := strings.Cut(check.Warning, ":"); free != "" {
			check.Warning = free + ": films are left to other workers; make room"
		} else {
			check.Warning = "a film does not fit on the disk: films are left to other workers; make room, or raise KK_CACHE_SIZE"
		}
	}
	return check
}

// workersCheck names the machines whose disks lack room for films, at each node: whoever looks
// at one learns of all.
func (h *house) workersCheck(ctx context.Context) (check httpapi.Check, ok bool) {
	if h.config.DatabaseURL == "" {
		return check, false
	}
	owners, err := h.db.Pipeline().WithoutRoom(ctx)
	if err != nil { // what the database lacks it says itself
		return check, false
	}
	check = httpapi.Check{Name: "workers", OK: true, Detail: "all have room for films"}
	if len(owners) > 0 {
		check.Detail = "without room for films: " + strings.Join(owners, ", ")
		check.Warning = fmt.Sprintf("%d without room for films: make room on the disk there; other workers make them meanwhile", len(owners))
	}
	return check, true
}

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

//go:build e2e

package faults

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// Whoever runs a server may set what a film may take of it.
func TestAFilmBeyondWhatTheServerTakesIsRefusedInWords(t *testing.T) {
	t.Parallel()
	w := newWardIn(t, house.Options{Env: map[string]string{"KK_LARGEST_SIDE": "160"}})
	e, err := w.take("beyond the picture's limit", "film.mp4", testfilm.PAL.Path(t))
	if err != nil || e.how != failed || e.code != "huge_picture" {
		t.Errorf("it ended %s %s: %v", e.how, e.code, err)
	}
	w.closes()
}

// A machine that cannot keep uploaded films apart works, and says so wherever somebody looks.
func TestAServerWithoutASandboxSaysSoWithWhatToDo(t *testing.T) {
	t.Parallel()
	for name, sandbox := range map[string]struct{ script, remedy string }{
		"missing": {"", "install bubblewrap"},
		"broken":  {"#!/bin/sh\necho 'bwrap: no permissions to create a new namespace' >&2\nexit 1\n", "user namespaces"},
	} {
		t.Run(name, func(t *testing.T) {
			bin := t.TempDir()
			for _, program := range []string{"ffmpeg", "ffprobe", "prlimit", "sh"} {
				real, err := exec.LookPath(program)
				if err == nil {
					err = os.Symlink(real, filepath.Join(bin, program))
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if sandbox.script != "" {
				if err := os.WriteFile(filepath.Join(bin, "bwrap"), []byte(sandbox.script), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			w := newWardIn(t, house.Options{Env: map[string]string{"PATH": bin}})
			got, err := w.c.Fetch(t.Context(), http.MethodGet, "/readyz", nil)
			if want := "WARN   encoder: uploaded films are read WITHOUT a sandbox; "; err != nil || got.Status != http.StatusOK ||
				!strings.Contains(string(got.Body), want) || !strings.Contains(string(got.Body), sandbox.remedy) {
				t.Errorf("/readyz answers %d, %v:\n%s", got.Status, err, got.Body)
			}
			said, _ := w.h.Run("", "doctor")
			if !strings.Contains(said, "WARN  encoder") || !strings.Contains(said, "WITHOUT a sandbox") || !strings.Contains(said, sandbox.remedy) {
				t.Errorf("doctor says:\n%s", said)
			}
			if loud := w.h.Logged("WITHOUT a sandbox"); len(loud) == 0 || !strings.Contains(loud[0], sandbox.remedy) {
				t.Errorf("the log says %q", loud)
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			id := w.send(ctx, testfilm.PAL)
			if _, err := w.c.Until(ctx, id, house.Ready); err != nil {
				t.Error(fmt.Errorf("and makes no film: %w", err))
			}
			w.closes()
		})
	}
}

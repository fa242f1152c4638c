// Package testplan gives tests of the steps after planning what comes before them: a film
// that has been probed, remuxed when it must be, and planned, by the real steps. Only
// tests import it.
package testplan

import (
	"os"
	"sync"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// Film is a source that is ready to be encoded.
type Film struct {
	Source string
	Plan   plan.Plan
}

// reports holds what was probed before in this process: a probe is four processes.
var reports sync.Map // path → probe.Report

// Of probes and plans a film for the standard ladder.
func Of(t testing.TB, path string) Film {
	t.Helper()
	report, source := probed(t, path)
	p, err := plan.New(report, plan.StandardLadder(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return Film{Source: source, Plan: p}
}

func probed(t testing.TB, path string) (probe.Report, string) {
	t.Helper()
	if report, ok := reports.Load(path); ok {
		return report.(probe.Report), path
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	prober := probe.New(testfilm.Tools(t))
	report, err := prober.Run(t.Context(), probe.In{Path: path, Bytes: info.Size()})
	if err != nil {
		t.Fatal(err)
	}
	if !report.NeedsRemux {
		reports.Store(path, report)
		return report, path
	}
	source, report, err := prober.Remux(t.Context(), path, t.TempDir(), report)
	if err != nil {
		t.Fatal(err)
	}
	return report, source
}

// Package testplan gives tests of the steps after planning what comes before them: a film
// that has been probed, remuxed when it must be, and planned, by the real steps. Only
// tests import it.
package testplan

import (
	"context"
	"io"
	"os"
	"sync"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// Film is a source that is ready to be encoded.
type Film struct {
	Source string
	Plan   plan.Plan
	Index  *source.Index // of a film that is played as it is
}

// reports holds what was probed before in this process: a probe is four processes.
var reports sync.Map // path → probe.Report

// Of probes and plans a film for the standard ladder, and these codecs too.
func Of(t testing.TB, path string, late ...plan.Codec) Film {
	t.Helper()
	report, source := probed(t, path)
	p, err := plan.New(report, plan.StandardLadder(), nil, late...)
	if err != nil {
		t.Fatal(err)
	}
	return Film{Source: source, Plan: p}
}

// AsItIs probes a film and plans it on its own segments, for a ladder that fits below the
// small films of the tests.
func AsItIs(t testing.TB, path string, late ...plan.Codec) Film {
	t.Helper()
	return AsItIsOn(t, path, plan.Ladder{{Height: 90, Bitrate: 200_000}, {Height: 120, Bitrate: 400_000}}, late...)
}

// AsItIsOn does the same for another ladder.
func AsItIsOn(t testing.TB, path string, ladder plan.Ladder, late ...plan.Codec) Film {
	t.Helper()
	report, path := probed(t, path)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	index, err := source.Open(file, report.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	rung, err := index.Rung()
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(report, ladder, &rung, late...)
	if err != nil {
		t.Fatal(err)
	}
	if !p.Grid.OfSource {
		t.Fatalf("%s is not planned on its own segments", path)
	}
	return Film{Source: path, Plan: p, Index: index}
}

// Feed gives an encoder the film's own segments.
func (f Film) Feed(ctx context.Context, w io.Writer, first, n int) error {
	var segments []source.Segment
	for _, s := range f.Plan.Grid.Segments[first : first+n] {
		segments = append(segments, s.Source())
	}
	return f.Index.Feed(ctx, w, segments)
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
	source, report, err := prober.Remux(t.Context(), path, t.TempDir(), report, probe.Matroska)
	if err != nil {
		t.Fatal(err)
	}
	return report, source
}

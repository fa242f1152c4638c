package encode

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// part is one command of ours on a film: its own input, its own graph, and its own outputs,
// whose files no other part writes.
type part struct {
	input   []string
	graph   string
	outputs []string
}

var label = regexp.MustCompile(`\[([a-z]\w*)\]`)

// together runs commands as one process, in which none reads what another does: starting
// ffmpeg in its sandbox costs more than a span of a small film, and there are a thousand
// spans. It returns the folder of the outputs.
func together(t *testing.T, source string, p plan.Plan, parts []part) (dir string) {
	t.Helper()
	job := ffmpeg.Job{Dir: t.TempDir()}
	var graphs, outputs []string
	for i, c := range parts {
		job.Inputs = append(job.Inputs, ffmpeg.Input{Path: source, Demuxer: p.Picture.Demuxer, Args: c.input})
		own := func(text string) string { return label.ReplaceAllString(text, fmt.Sprintf("[${1}of%d]", i)) }
		graphs = append(graphs, strings.ReplaceAll(own(c.graph), "[0:", fmt.Sprintf("[%d:", i)))
		for _, arg := range c.outputs {
			outputs = append(outputs, own(arg))
		}
	}
	job.Args = append([]string{"-filter_complex", strings.Join(graphs, ";")}, outputs...)
	if err := testfilm.Tools(t).Run(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	return job.Dir
}

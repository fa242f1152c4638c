package ffmpeg

import (
	"io"
	"os"
	"strings"
)

// firstPipe is the number of a child's first descriptor after its standard streams.
const firstPipe = 3

// pipes join a child to us besides its standard streams.
type pipes struct {
	progress *os.File   // where it reports, as its descriptor 3; nil when nobody wants to know
	rules    *os.File   // where the sandbox learns what the program may see; nil without a sandbox
	theirs   []*os.File // the other ends, as the child has them from descriptor 3 on
}

// newPipes makes those that l needs.
func (t *Tools) newPipes(l launch) (*pipes, error) {
	p := &pipes{}
	if l.progress != nil {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		p.progress, p.theirs = r, append(p.theirs, w)
	}
	if t.bwrap != nil {
		r, w, err := os.Pipe()
		if err != nil {
			p.handOver()
			p.close()
			return nil, err
		}
		p.rules, p.theirs = w, append(p.theirs, r)
	}
	return p, nil
}

// rulesAt is the descriptor the child reads its rules from: the last.
func (p *pipes) rulesAt() int { return firstPipe + len(p.theirs) - 1 }

// handOver closes the ends that the child, if there is one, now has.
func (p *pipes) handOver() {
	for _, end := range p.theirs {
		end.Close()
	}
}

// tell gives the sandbox its rules. That it has ended meanwhile is told by its exit.
func (p *pipes) tell(rules []string) {
	if p.rules == nil {
		return
	}
	var all strings.Builder
	for _, rule := range rules {
		all.WriteString(rule)
		all.WriteByte(0)
	}
	_, _ = io.WriteString(p.rules, all.String())
	_ = p.rules.Close()
}

// close closes our ends.
func (p *pipes) close() {
	for _, end := range []*os.File{p.progress, p.rules} {
		if end != nil {
			_ = end.Close()
		}
	}
}

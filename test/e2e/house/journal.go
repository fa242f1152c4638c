package house

import (
	"context"
	"errors"
	"strings"
	"sync"
)

// journal keeps what a server prints, line by line, and lets tests wait for a line.
type journal struct {
	mu    sync.Mutex
	kept  []string
	rest  string // of a line that is not whole yet
	since int    // the first line of this life
	more  chan struct{}
}

var errEnded = errors.New("the process ended")

// Write implements io.Writer for the server's output.
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	whole := strings.Split(j.rest+string(p), "\n")
	j.rest = whole[len(whole)-1]
	j.kept = append(j.kept, whole[:len(whole)-1]...)
	if j.more != nil {
		close(j.more)
		j.more = nil
	}
	return len(p), nil
}

// mark begins another life.
func (j *journal) mark() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.since = len(j.kept)
}

// await returns the first line of this life that is wanted, however long ago it came.
func (j *journal) await(ctx context.Context, ended <-chan struct{}, wanted func(string) bool) (string, error) {
	next, last := -1, false
	for {
		j.mu.Lock()
		if next < 0 {
			next = j.since
		}
		lines := j.kept[next:]
		next = len(j.kept)
		if j.more == nil {
			j.more = make(chan struct{})
		}
		more := j.more
		j.mu.Unlock()
		for _, line := range lines {
			if wanted(line) {
				return line, nil
			}
		}
		if last {
			return "", errEnded
		}
		select {
		case <-more:
		case <-ended:
			last = true // what it printed before it ended is still to be read
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func (j *journal) lines() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]string(nil), j.kept...)
}

func (j *journal) tail(n int) string {
	lines := j.lines()
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

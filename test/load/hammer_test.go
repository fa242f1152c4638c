//go:build bench

package load

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// hammer asks as fast as it is answered. It speaks
// HTTP by hand: an ordinary client costs as much as the server that is struck, and would
// measure itself.
type hammer struct {
	address string
	cookies []string // of one session each
}

// struck is what a hammer saw.
type struck struct {
	perSecond float64
	took      []time.Duration
	bytes     int      // of one answer's body, the last
	slowest   []waited // a few of those that took longest, the worst first
}

// waited is what one who asks waited for.
type waited struct {
	took time.Duration
	path string
}

// remembered is how many of the slowest are kept.
const remembered = 5

func (m *struck) slow(w ...waited) {
	m.slowest = append(m.slowest, w...)
	slices.SortFunc(m.slowest, func(a, b waited) int { return cmp.Compare(b.took, a.took) })
	m.slowest = m.slowest[:min(len(m.slowest), remembered)]
}

// latencies says how long the half, 99 in a hundred and all of the answers took at most.
func (m struck) latencies() string {
	return fine(m.at(0.5)) + ", " + fine(m.at(0.99)) + ", " + fine(m.at(1))
}

func fine(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/1e6) }

// at is how long the fastest part of the answers took at most.
func (m struck) at(part float64) time.Duration {
	return m.took[int(part*float64(len(m.took)-1))]
}

// strike sends what path says for a time, on so many connections, and wants 200 of each.
func (h hammer) strike(t *testing.T, connections int, lasting time.Duration, path func() string) (m struck) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), lasting+30*time.Second)
	defer cancel()
	var mu sync.Mutex
	var failed error
	var under sync.WaitGroup
	began := time.Now()
	for i := range connections {
		under.Go(func() {
			one, err := h.one(ctx, i, connections, began.Add(lasting), path)
			mu.Lock()
			defer mu.Unlock()
			m.took, m.bytes, failed = append(m.took, one.took...), one.bytes, errors.Join(failed, err)
			m.slow(one.slowest...)
		})
	}
	under.Wait()
	if failed != nil {
		t.Fatal(failed)
	}
	m.perSecond = float64(len(m.took)) / time.Since(began).Seconds()
	slices.Sort(m.took)
	return m
}

// one connection's sessions take turns: what each may ask in a second is limited.
func (h hammer) one(ctx context.Context, first, step int, until time.Time, path func() string) (m struck, err error) {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", h.address)
	if err != nil {
		return m, err
	}
	defer c.Close()
	if deadline, bound := ctx.Deadline(); bound {
		_ = c.SetDeadline(deadline)
	}
	in := textproto.NewReader(bufio.NewReaderSize(c, 256<<10))
	var ask bytes.Buffer
	for turn := first; time.Now().Before(until); turn += step {
		ask.Reset()
		what := path()
		fmt.Fprintf(&ask, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", what, h.address, h.cookies[turn%len(h.cookies)])
		began := time.Now()
		if _, err := c.Write(ask.Bytes()); err != nil {
			return m, err
		}
		if m.bytes, err = answered(in); err != nil {
			return m, fmt.Errorf("%s: %w", what, err)
		}
		took := time.Since(began)
		m.took = append(m.took, took)
		if len(m.slowest) < remembered || took > m.slowest[remembered-1].took {
			m.slow(waited{took, what})
		}
	}
	return m, nil
}

// answered reads one answer of which the length is told, or that comes in chunks.
func answered(in *textproto.Reader) (size int, err error) {
	line, err := in.ReadLineBytes()
	if err != nil {
		return 0, err
	}
	status := string(line)
	length, chunked := -1, false
	for {
		line, err := in.ReadLineBytes()
		if err != nil {
			return 0, err
		}
		if len(line) == 0 {
			break
		}
		if name, value, _ := bytes.Cut(line, []byte(": ")); bytes.EqualFold(name, []byte("Content-Length")) {
			length, err = strconv.Atoi(string(value))
			if err != nil {
				return 0, err
			}
		} else if bytes.EqualFold(name, []byte("Transfer-Encoding")) {
			chunked = true
		}
	}
	switch {
	case chunked:
		for {
			line, err := in.ReadLine()
			if err != nil {
				return size, err
			}
			n, err := strconv.ParseInt(line, 16, 32)
			if err != nil {
				return size, err
			}
			if _, err := in.R.Discard(int(n) + 2); err != nil { // and the line's end
				return size, err
			}
			if size += int(n); n == 0 {
				break
			}
		}
	case length >= 0:
		size = length
		if !strings.Contains(status, " 200 ") {
			body, err := io.ReadAll(io.LimitReader(in.R, int64(length)))
			return size, errors.Join(fmt.Errorf("%s %s", status, body), err)
		}
		if _, err := in.R.Discard(length); err != nil {
			return size, err
		}
	default:
		return 0, errors.New("an answer without a length")
	}
	if !strings.Contains(status, " 200 ") {
		return size, errors.New(status)
	}
	return size, nil
}

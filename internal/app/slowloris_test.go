package app

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// listening is the server on a port of its own, with the timeouts it has in earnest and
// nothing behind it: what it bounds comes before any route.
func listening(t *testing.T) (address string) {
	t.Helper()
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := httpComponent(listener, handler)
	ended := make(chan error, 1)
	go func() { ended <- server.Run(context.Background()) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := server.Stop(ctx); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// Slowloris: many connections, each sending a little of its headers now and then, so that
// all are busy and none is finished. They are given up, and meanwhile everybody is answered.
func TestHeadersThatDripHoldNothing(t *testing.T) {
	t.Parallel()
	const many = 200
	address := listening(t)
	closed := make(chan time.Duration, many)
	began := time.Now()
	for range many {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		fmt.Fprint(c, "GET /api/setup HTTP/1.1\r\nHost: films\r\n")
		gone := make(chan struct{})
		go func() {
			_, _ = io.Copy(io.Discard, c) // until the server has had enough
			close(gone)
			closed <- time.Since(began)
		}()
		go func() {
			tick := time.NewTicker(500 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-tick.C:
					_, _ = fmt.Fprint(c, "X-A: b\r\n")
				case <-gone:
					return
				}
			}
		}()
	}
	client := &http.Client{Timeout: 2 * time.Second}
	for range 100 {
		res, err := client.Get("http://" + address + "/api/setup")
		if err != nil {
			t.Fatalf("an honest request fails meanwhile: %v", err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Fatalf("an honest request is answered %s", res.Status)
		}
	}
	deadline := time.After(30 * time.Second)
	for n := range many {
		select {
		case after := <-closed:
			if after < 9*time.Second {
				t.Errorf("given up after %s, which a slow network may need", after)
			}
		case <-deadline:
			t.Fatalf("%d of %d connections are still held", many-n, many)
		}
	}
}

func TestHeadersThatAreTooLongAreRefused(t *testing.T) {
	t.Parallel()
	address := listening(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/api/setup", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Long", strings.Repeat("a", 64<<10))
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("answered %s", res.Status)
	}
}

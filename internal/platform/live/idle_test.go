package live_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/live"
)

// idleClients is set in the process that plays the clients of a benchmark: where to, and how
// many.
const idleClients = "KK_LIVE_IDLE_CLIENTS"

// playClients opens so many connections, says so, and answers their pings until it is ended.
func playClients(task string) {
	address, count, _ := strings.Cut(task, " ")
	many, err := strconv.Atoi(count)
	if err != nil {
		panic(err)
	}
	turns := make(chan struct{}, 64)
	var open sync.WaitGroup
	for n := range many {
		open.Add(1)
		turns <- struct{}{}
		go func() {
			err := idle(address, n, func() { <-turns; open.Done() })
			fmt.Println("lost", n, err)
		}()
	}
	open.Wait()
	fmt.Println("open")
	_, _ = io.Copy(io.Discard, os.Stdin) // until whoever started this has enough
}

// idle is a client that connects, and from then on only says that it is there.
func idle(address string, n int, opened func()) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /?user=%d HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"+
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36\r\n"+
		"Accept-Language: pt-BR,pt;q=0.9,en;q=0.8\r\nCookie: kk_session=%s\r\nOrigin: http://%s\r\n\r\n", n, address, strings.Repeat("t", 600), address)
	in := bufio.NewReaderSize(conn, 512)
	for line := "-"; line != "\r\n"; {
		if line, err = in.ReadString('\n'); err != nil {
			return err
		}
	}
	say := func(text string) error {
		frame := binary.BigEndian.AppendUint32([]byte{0x81, 0x80 | byte(len(text))}, 0) // a mask of nothing
		_, err := conn.Write(append(frame, text...))
		return err
	}
	if err := say(`{"id":1,"connect":{}}`); err != nil {
		return err
	}
	for first := true; ; first = false {
		var head [2]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return err
		}
		size := int64(head[1])
		if size == 126 {
			var long [2]byte
			if _, err := io.ReadFull(in, long[:]); err != nil {
				return err
			}
			size = int64(binary.BigEndian.Uint16(long[:]))
		}
		if _, err := io.CopyN(io.Discard, in, size); err != nil {
			return err
		}
		if first {
			opened()
		} else if err := say("{}"); err != nil { // all that comes is pings
			return err
		}
	}
}

// resident is the memory of this process that is in use, in bytes.
func resident(b *testing.B) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Skip("only Linux says how much memory a process uses")
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		b.Fatal(err)
	}
	return float64(pages * os.Getpagesize())
}

// BenchmarkAnIdleConnection says what one of many connections costs in memory, of which each
// is of a user of its own that hears three channels: just after all came, when each has been
// asked once whether it is there, and of the last how much Go would give back.
func BenchmarkAnIdleConnection(b *testing.B) {
	const many = 10_000
	hub, err := live.New(live.Options{
		Logger: slog.New(slog.DiscardHandler), Explain: explain, Call: func(_ context.Context, c live.Call) { c.Answer(nil, nil) },
		Here: func(context.Context, live.Visitor, bool) {},
		Authorise: func(r *http.Request) (live.Visitor, error) {
			user := r.FormValue("user")
			return live.Visitor{User: "user " + user, Who: user, Channels: []string{"videos", "profile of " + user, "user " + user}}, nil
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := hub.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	web := httptest.NewServer(hub)
	defer web.Close()
	defer func() { _ = hub.Stop(context.Background()) }()
	runtime.GC()
	debug.FreeOSMemory()
	before := resident(b)

	clients := exec.CommandContext(b.Context(), os.Args[0])
	clients.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", idleClients, strings.TrimPrefix(web.URL, "http://"), many))
	clients.Stderr = os.Stderr
	hold, err := clients.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	said, err := clients.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := clients.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = hold.Close(); _ = clients.Wait() }()
	lines := bufio.NewScanner(said)
	if !lines.Scan() || lines.Text() != "open" {
		b.Fatalf("the clients say %q", lines.Text())
	}
	each := func(name string) { b.ReportMetric((resident(b)-before)/many/1024, name) }
	each("KiB-at-first")
	for range b.N {
		<-time.After(30 * time.Second) // they are asked every 25 s
	}
	each("KiB-idle")
	b.ReportMetric(float64(runtime.NumGoroutine())/many, "goroutines")
	b.ReportMetric(0, "ns/op")
	runtime.GC()
	debug.FreeOSMemory()
	each("KiB-after-GC")
}

package house

import (
	"errors"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
)

// front stands before several nodes as a load balancer does: each request goes to the next
// of them, whoever it is from, so that nothing can lean on being answered by the same node
// twice. WebSockets pass.
type front struct {
	nodes []*node
	turn  atomic.Uint64
	base  string
}

func newFront(t testing.TB, nodes []*node) *front {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &front{nodes: nodes, base: "http://" + listener.Addr().String()}
	server := &http.Server{Handler: &httputil.ReverseProxy{
		Rewrite:       f.next,
		FlushInterval: -1, // an answer reaches the viewer as the node gives it
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { // as when the node itself is gone
			if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
				conn.Close()
			}
		},
	}}
	served := make(chan struct{})
	go func() {
		defer close(served)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("the front ended: %v", err)
		}
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-served
	})
	return f
}

func (f *front) next(r *httputil.ProxyRequest) {
	n := f.nodes[f.turn.Add(1)%uint64(len(f.nodes))]
	to, err := url.Parse(n.base)
	if err != nil {
		panic(err) // it is what the node said
	}
	r.SetURL(to)
	r.Out.Host = r.In.Host // a node sees the address its viewers use
	r.SetXForwarded()
}

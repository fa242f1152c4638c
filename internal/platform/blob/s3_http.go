package blob

import (
	"context"
	"net"
	"net/http"
	"time"
)

const (
	dialWithin      = 3 * time.Second
	handshakeWithin = 5 * time.Second
	idleConnections = 64
)

// newHTTP returns a client whose connections fail when nothing has moved on them for so
// long, in either direction. An object of any size has all the time it needs.
func newHTTP(stall time.Duration) *http.Client {
	dialer := net.Dialer{Timeout: dialWithin, KeepAlive: 30 * time.Second}
	return &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := dialer.DialContext(ctx, network, address)
				if err != nil {
					return nil, err
				}
				return &watched{conn, stall}, nil
			},
			TLSHandshakeTimeout:   handshakeWithin,
			ExpectContinueTimeout: time.Second,
			MaxIdleConnsPerHost:   idleConnections,
			IdleConnTimeout:       stall,
			DisableCompression:    true,
		},
		// A store that sends us elsewhere has another region or name than the address says.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// watched is a connection that may not stand still. What moves one way gives time both
// ways: an answer is waited for while its request is still being sent.
type watched struct {
	net.Conn
	stall time.Duration
}

func (c *watched) Read(p []byte) (int, error) {
	if err := c.Conn.SetDeadline(time.Now().Add(c.stall)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func (c *watched) Write(p []byte) (int, error) {
	if err := c.Conn.SetDeadline(time.Now().Add(c.stall)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// Package fetch owns getting a file from an address that other people gave: over HTTP, from
// public addresses only, to a limit of time and size. It knows nothing of what it fetches, and
// imports nothing of KKMovies but fault.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	wholeTime  = time.Minute
	headerTime = 20 * time.Second
	dialTime   = 10 * time.Second
	redirects  = 5
	maxAddress = 2000
)

// Options are what a Client is made of.
type Options struct {
	// Allow are networks that may be reached though they are not public: a picture server of
	// one's own.
	Allow []netip.Prefix
}

// Client fetches. It is safe for use by many goroutines.
type Client struct {
	http  *http.Client
	allow []netip.Prefix
}

// New returns a client.
func New(o Options) *Client {
	c := &Client{allow: o.Allow}
	dialer := &net.Dialer{Timeout: dialTime, Control: c.mayDial}
	c.http = &http.Client{
		Timeout: wholeTime,
		Transport: &http.Transport{ // no proxy: it would dial for us, wherever it is told
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second,
			TLSHandshakeTimeout: dialTime, ResponseHeaderTimeout: headerTime, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if len(via) > redirects {
				return errors.New("it leads on and on")
			}
			return fit(req.URL)
		},
	}
	return c
}

// Get returns what is at an address, most bytes of it at the most. The fault is Invalid for an
// address that may not be asked or refuses, NotFound where nothing is there, TooLarge for what
// is over the limit; what may do better another time is Internal.
func (c *Client) Get(ctx context.Context, address string, most int64) ([]byte, error) {
	const op = "fetch.get"
	at, err := url.Parse(address)
	if err != nil || len(address) > maxAddress {
		return nil, bad(op, nil)
	}
	if err := fit(at); err != nil {
		return nil, bad(op, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, bad(op, err)
	}
	req.Header.Set("User-Agent", "KKMovies")
	res, err := c.http.Do(req)
	switch {
	case errors.Is(err, errPrivate), errors.Is(err, errUnfit):
		return nil, bad(op, err)
	case err != nil && ctx.Err() != nil:
		return nil, &fault.Error{Kind: fault.Cancelled, Op: op, Cause: ctx.Err()}
	case err != nil:
		return nil, failed(op, at, err)
	}
	defer res.Body.Close()
	switch status := res.StatusCode; {
	case status == http.StatusNotFound, status == http.StatusGone:
		return nil, &fault.Error{Kind: fault.NotFound, Op: op, Code: "nothing_there", Public: "There is nothing at that address of " + at.Host + "."}
	case status == http.StatusTooManyRequests, status >= 500, status < 200:
		return nil, failed(op, at, fmt.Errorf("status %d", status))
	case status != http.StatusOK:
		return nil, &fault.Error{Kind: fault.Invalid, Op: op, Code: "fetch_refused", Public: fmt.Sprintf("%s does not give what is at that address (status %d).", at.Host, status)}
	case res.ContentLength > most:
		return nil, tooLarge(op, most)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, most+1))
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, &fault.Error{Kind: fault.Cancelled, Op: op, Cause: ctx.Err()}
	case err != nil:
		return nil, failed(op, at, err)
	case int64(len(body)) > most:
		return nil, tooLarge(op, most)
	}
	return body, nil
}

func bad(op string, cause error) error {
	return &fault.Error{Kind: fault.Invalid, Op: op, Code: "bad_address", Cause: cause,
		Public: "Only public http and https addresses are fetched from, without a name and password in them."}
}

func failed(op string, at *url.URL, cause error) error {
	return &fault.Error{Kind: fault.Internal, Op: op, Code: "fetch_failed", Public: at.Host + " does not answer as it should; try again later.", Cause: cause}
}

func tooLarge(op string, most int64) error {
	return &fault.Error{Kind: fault.TooLarge, Op: op, Code: "fetch_too_large", Public: fmt.Sprintf("What is at that address has more than %d MB.", most>>20)}
}

var (
	errUnfit   = errors.New("not an address that is fetched from")
	errPrivate = errors.New("not a public address")
)

func fit(at *url.URL) error {
	if at.Scheme != "http" && at.Scheme != "https" || at.Hostname() == "" || at.User != nil || at.Opaque != "" {
		return errUnfit
	}
	return nil
}

// mayDial judges the address that is about to be dialled, whatever name or redirect led there.
func (c *Client) mayDial(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return errPrivate
	}
	to := at.Addr().WithZone("").Unmap()
	if Public(to) || slices.ContainsFunc(c.allow, func(p netip.Prefix) bool { return p.Contains(to) }) {
		return nil
	}
	return errPrivate
}

// notPublic are networks that netip does not tell from others, after the registries of special
// addresses (RFC 6890). Those that carry an IPv4 address inside are among them.
var notPublic = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10")

func prefixes(all ...string) (out []netip.Prefix) {
	for _, p := range all {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

// Public reports whether an address is one of the open Internet.
func Public(at netip.Addr) bool {
	at = at.Unmap()
	return at.IsGlobalUnicast() && !at.IsPrivate() && !slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(at) })
}

package fetch

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

var loopback = Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}

func serve(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s.URL
}

func TestWhatIsThereIsFetchedToALimit(t *testing.T) {
	at := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ten":
			fmt.Fprint(w, "0123456789")
		case "/on":
			http.Redirect(w, r, "/ten", http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/drip": // of no length said before
			w.(http.Flusher).Flush()
			fmt.Fprint(w, strings.Repeat("x", 100))
		case "/cut":
			w.Header().Set("Content-Length", "10")
			fmt.Fprint(w, "0123")
		case "/teapot":
			w.WriteHeader(http.StatusTeapot)
		case "/down":
			w.WriteHeader(http.StatusBadGateway)
		case "/away":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	})
	c := New(loopback)
	for path, want := range map[string]fault.Kind{"/none": fault.NotFound, "/round": fault.Internal, "/drip": fault.TooLarge, "/cut": fault.Internal, "/teapot": fault.Invalid, "/down": fault.Internal, "/away": fault.Invalid} {
		if got, err := c.Get(t.Context(), at+path, 10); !fault.Is(err, want) || fault.PublicOf(err) == "" || got != nil {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
	for _, path := range []string{"/ten", "/on"} {
		if got, err := c.Get(t.Context(), at+path, 10); err != nil || string(got) != "0123456789" {
			t.Errorf("%s: %q, %v", path, got, err)
		}
		if _, err := c.Get(t.Context(), at+path, 9); !fault.Is(err, fault.TooLarge) {
			t.Errorf("%s, of 9 bytes: %v", path, err)
		}
	}
}

func TestNothingIsAskedOfAPrivateAddress(t *testing.T) {
	asked := false
	at := serve(t, func(http.ResponseWriter, *http.Request) { asked = true })
	_, port, _ := strings.Cut(strings.TrimPrefix(at, "http://"), ":")
	c := New(Options{})
	for _, address := range []string{at, "http://localhost:" + port, "http://[::1]:" + port, "http://[::ffff:127.0.0.1]:" + port, "http://0.0.0.0:" + port, "http://2130706433:" + port, "http://0x7f.1:" + port} {
		if _, err := c.Get(t.Context(), address, 10); err == nil || asked {
			t.Errorf("%s was asked: %v", address, err)
		}
	}
	// And not by way of a public one either.
	if err := c.mayDial("tcp4", "169.254.169.254:80", nil); err == nil {
		t.Error("the address of cloud credentials may be dialled")
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	c := New(loopback)
	for _, address := range []string{"", "x", "//h/x", "/etc/passwd", "file:///etc/passwd", "ftp://h/x", "data:image/png;base64,xx", "http://", "http://u:p@h/", "http://h\x00/", "https:h", "http://" + strings.Repeat("h", maxAddress)} {
		if _, err := c.Get(t.Context(), address, 10); !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != "bad_address" {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestPublicAddressesAreThoseOfTheOpenInternet(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "104.16.0.1": true, "::ffff:8.8.8.8": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false,
		"0.0.0.0": false, "255.255.255.255": false, "224.0.0.1": false, "198.18.0.1": false, "::": false, "::1": false, "fe80::1": false, "fd00:ec2::254": false,
		"::ffff:10.0.0.1": false, "::7f00:1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001:0:1::": false, "ff02::1": false, "fec0::1": false,
	} {
		if got := Public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func TestAFetchEndsWithWhoWantedIt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	at := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if _, err := New(loopback).Get(ctx, at, 10); !fault.Is(err, fault.Cancelled) {
		t.Error(err)
	}
}

//go:build e2e

package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
)

const googleHost = "www.google-analytics.com"

// google stands in for Google's servers: the house reaches it through a proxy, as it would reach
// Google's through one, and trusts its certificate.
type google struct {
	site  *httptest.Server
	proxy *httptest.Server
	came  chan string // the bodies of what it is told
}

func newGoogle(t testing.TB) *google {
	t.Helper()
	g := &google{came: make(chan string, 1000)}
	g.site = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Host != googleHost || r.URL.Path != "/mp/collect" || r.URL.RawQuery != "api_secret=told-to-nobody&measurement_id=G-TEST123" {
			t.Errorf("asked for %s%s", r.Host, r.URL)
		}
		g.came <- string(body)
		w.WriteHeader(http.StatusNoContent)
	}))
	g.site.TLS = &tls.Config{Certificates: []tls.Certificate{certificateOf(t, googleHost)}}
	g.site.StartTLS()
	t.Cleanup(g.site.Close)
	g.proxy = httptest.NewServer(http.HandlerFunc(g.connect))
	t.Cleanup(g.proxy.Close)
	return g
}

// connect leads whoever asks for any host to the stand-in.
func (g *google) connect(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
		return
	}
	there, err := net.Dial("tcp", g.site.Listener.Addr().String())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	here, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		there.Close()
		return
	}
	_, _ = io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
	go func() { _, _ = io.Copy(there, here); there.Close() }()
	go func() { _, _ = io.Copy(here, there); here.Close() }()
}

// trusted is a file of the stand-in's certificate.
func (g *google) trusted(t testing.TB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "google.pem")
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: g.site.TLS.Certificates[0].Certificate[0]})
	if err := os.WriteFile(file, cert, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// certificateOf makes one of a host that nobody else trusts.
func certificateOf(t testing.TB, host string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	like := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	signed, err := x509.CreateCertificate(rand.Reader, like, like, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{signed}, PrivateKey: key}
}

func TestGoogleIsToldWhatAViewerAgreedTo(t *testing.T) {
	t.Parallel()
	g := newGoogle(t)
	h := house.Start(t, house.Options{Env: map[string]string{
		"KK_GA4_MEASUREMENT_ID": "G-TEST123", "KK_GA4_SECRET": "told-to-nobody", "KK_PUBLIC_URL": "http://films.example",
		"HTTPS_PROXY": g.proxy.URL, "SSL_CERT_FILE": g.trusted(t),
	}})
	show(t, h.Admin(), small)
	s := browser.Start(t, browserPatience, "visits.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword)
	s.Await(t, "nobody agreed")
	if len(g.came) > 0 {
		t.Fatalf("told before anybody agreed: %s", <-g.came)
	}
	t.Log(s.Wait(t))
	h.Stop() // on which what waits is told
	close(g.came)
	var names []string
	for body := range g.came {
		var said struct {
			ClientID string `json:"client_id"`
			Events   []struct {
				Name   string
				Params map[string]any
			}
		}
		if err := json.Unmarshal([]byte(body), &said); err != nil || len(said.ClientID) != 36 {
			t.Errorf("%v in %s", err, body)
		}
		for _, e := range said.Events {
			names = append(names, e.Name+" "+e.Params["page_location"].(string))
		}
		for _, secret := range []string{house.AdminEmail, "operator", "small", "127.0.0.1", "looked-for"} {
			if strings.Contains(body, secret) {
				t.Errorf("%q is told: %s", secret, body)
			}
		}
	}
	told := strings.Join(names, ", ")
	for _, want := range []string{"page_view http://films.example/search", "page_view http://films.example/watch", "video_start http://films.example/watch"} {
		if !strings.Contains(told, want) {
			t.Errorf("told is %s, not %s", told, want)
		}
	}
	if strings.Contains(told, "/list") {
		t.Errorf("told after the viewer took it back: %s", told)
	}
}

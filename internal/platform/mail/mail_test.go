package mail

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// office is a real SMTP server, which keeps what it takes.
type office struct {
	*smtp.Server
	at     string
	roots  *x509.CertPool
	refuse error // every recipient

	listener net.Listener

	mu    sync.Mutex
	taken []taken
}

type taken struct {
	user, from, to string
	encrypted      bool
	letter         []byte
}

const officePassword = "p@ss/word?"

// openOffice starts one until the test ends.
func openOffice(t *testing.T, implicit bool, change ...func(*office)) *office {
	t.Helper()
	o := &office{}
	certificate, roots := certificateOf(t)
	o.roots = roots
	o.Server = smtp.NewServer(o)
	o.Domain, o.AllowInsecureAuth = "mail.test", true
	o.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
	for _, c := range change {
		c(o)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.at, o.listener = listener.Addr().String(), listener
	if implicit {
		listener = tls.NewListener(listener, o.TLSConfig)
	}
	done := make(chan error, 1)
	go func() { done <- o.Serve(listener) }()
	t.Cleanup(func() {
		_ = o.Close()
		_ = listener.Close() // where it was closed before it began
		<-done
	})
	return o
}

// sender sends by way of the office, whose certificate it trusts.
func (o *office) sender(t *testing.T, address string) *Sender {
	t.Helper()
	a, err := Parse(strings.ReplaceAll(address, "HOST", o.at))
	if err != nil {
		t.Fatal(err)
	}
	s := NewSender(a)
	s.tls.RootCAs = o.roots
	return s
}

func (o *office) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, encrypted := c.TLSConnectionState()
	return &visit{office: o, taken: taken{encrypted: encrypted}}, nil
}

type visit struct {
	office *office
	taken
}

func (v *visit) AuthMechanisms() []string { return []string{sasl.Plain} }

func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "films@example.com" || password != officePassword {
			return errors.New("unknown")
		}
		v.user = user
		return nil
	}), nil
}

func (v *visit) Mail(from string, _ *smtp.MailOptions) error { v.from = from; return nil }
func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error   { v.to = to; return v.office.refuse }
func (v *visit) Reset()                                      {}
func (v *visit) Logout() error                               { return nil }

func (v *visit) Data(r io.Reader) (err error) {
	v.letter, err = io.ReadAll(r)
	v.office.mu.Lock()
	defer v.office.mu.Unlock()
	v.office.taken = append(v.office.taken, v.taken)
	return err
}

func certificateOf(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// read returns a letter's subject and text as its reader sees them.
func read(t *testing.T, letter []byte) (header netmail.Header, subject, text string) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(letter))
	if err != nil {
		t.Fatal(err)
	}
	subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header, subject, strings.ReplaceAll(string(body), "\r\n", "\n")
}

const login = "films%40example.com:p%40ss%2Fword%3F@"

func TestALetterArrivesAsItWasWritten(t *testing.T) {
	const subject, text = "Você recebeu um convite — KKMovies", "Olá,\n\nabra este link:\n\nhttps://films.example/join?token=a-b_c=d\n\n.\nfim\n"
	for how, implicit := range map[string]bool{"smtp://": false, "smtps://": true} {
		o := openOffice(t, implicit)
		s := o.sender(t, how+login+"HOST?from=KKMovies%20<films@example.com>")
		if err := s.Check(t.Context()); err != nil {
			t.Errorf("%s: %v", how, err)
		}
		if err := s.Send(t.Context(), "ana@example.com", subject, text); err != nil {
			t.Errorf("%s: %v", how, err)
			continue
		}
		got := o.taken[0]
		if got.user != "films@example.com" || got.from != "films@example.com" || got.to != "ana@example.com" || !got.encrypted {
			t.Errorf("%s: taken as %+v", how, got)
		}
		header, gotSubject, gotText := read(t, got.letter)
		if gotSubject != subject || strings.TrimRight(gotText, "\n") != strings.TrimRight(text, "\n") {
			t.Errorf("%s: reads %q\n%q", how, gotSubject, gotText)
		}
		if header.Get("From") != `"KKMovies" <films@example.com>` || !strings.Contains(header.Get("To"), "ana@example.com") || header.Get("Date") == "" ||
			header.Get("Auto-Submitted") != "auto-generated" || !strings.HasSuffix(header.Get("Message-ID"), "@example.com>") {
			t.Errorf("%s: header %v", how, header)
		}
	}
}

func TestWhatWillNeverBeTakenIsToldFromWhatMayBeLater(t *testing.T) {
	for what, c := range map[string]struct {
		refuse error
		kind   fault.Kind
	}{
		"an unknown mailbox": {&smtp.SMTPError{Code: 550, Message: "no such mailbox"}, fault.Invalid},
		"a full mailbox":     {&smtp.SMTPError{Code: 452, Message: "full"}, fault.Internal},
	} {
		o := openOffice(t, false, func(o *office) { o.refuse = c.refuse })
		err := o.sender(t, "smtp://HOST?from=films@example.com").Send(t.Context(), "ana@example.com", "s", "t")
		if !fault.Is(err, c.kind) {
			t.Errorf("%s: %v, want %s", what, err, c.kind)
		}
	}
	s := openOffice(t, false).sender(t, "smtp://HOST?from=films@example.com")
	for _, to := range []string{"", "ana", "ana@example.com\r\nBcc: all@example.com", "ana@example.com, bia@example.com"} {
		if err := s.Send(t.Context(), to, "s", "t"); err == nil {
			t.Errorf("sent to %q", to)
		}
	}
}

func TestAHeaderIsNotWrittenByWhoWritesTheSubject(t *testing.T) {
	o := openOffice(t, false)
	if err := o.sender(t, "smtp://HOST?from=films@example.com").Send(t.Context(), "ana@example.com", "a\r\nBcc: all@example.com", "t"); err != nil {
		return // refused is as well
	}
	if header, _, _ := read(t, o.taken[0].letter); header.Get("Bcc") != "" {
		t.Errorf("the header is %v", header)
	}
}

func TestAServerThatIsAwayOrRefusesIsNamedWithoutThePassword(t *testing.T) {
	o := openOffice(t, false)
	away := openOffice(t, false)
	_ = away.listener.Close()
	for what, s := range map[string]*Sender{
		"a wrong password": o.sender(t, "smtp://films%40example.com:hunter2@HOST?from=films@example.com"),
		"nobody there":     away.sender(t, "smtp://films%40example.com:hunter2@HOST?from=films@example.com"),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		for _, err := range []error{s.Check(ctx), s.Send(ctx, "ana@example.com", "s", "t")} {
			if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), "hunter2") {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := s.Check(ctx); !fault.Is(err, fault.Unavailable) || fault.PublicOf(err) == "" {
			t.Errorf("%s: %v", what, err)
		}
		cancel()
	}
	if len(o.taken) != 0 {
		t.Error("a letter went out")
	}
}

// A certificate that nobody trusts is a server that somebody stands before.
func TestAPasswordIsNotToldToWhoeverAnswers(t *testing.T) {
	for _, how := range []string{"smtp://", "smtps://"} {
		o := openOffice(t, how == "smtps://")
		s := o.sender(t, how+login+"HOST?from=films@example.com")
		s.tls.RootCAs = x509.NewCertPool()
		if err := s.Send(t.Context(), "ana@example.com", "s", "t"); err == nil || len(o.taken) != 0 {
			t.Errorf("%s: %v", how, err)
		}
	}
}

func TestAPasswordIsEncryptedOnItsWay(t *testing.T) {
	for host, want := range map[string]string{"mail.example": "TLSMandatory", "127.0.0.1": "TLSOpportunistic", "localhost": "TLSOpportunistic", "192.168.1.7": "TLSMandatory"} {
		a, err := Parse("smtp://u:p@" + host + "?from=films@example.com")
		if err != nil || a.policy().String() != want {
			t.Errorf("to %s: %s, %v", host, a.policy(), err)
		}
	}
}

func TestAnAddressIsReadOrRefused(t *testing.T) {
	for text, want := range map[string]Address{
		"smtp://mail.example?from=films@example.com":                       {Host: "mail.example", Port: 587, From: "<films@example.com>"},
		"smtps://u:p%40@mail.example/?from=KKMovies%20<films@example.com>": {Host: "mail.example", Port: 465, User: "u", Password: "p@", From: `"KKMovies" <films@example.com>`, TLS: true},
		"smtp://[::1]:2525?from=films@example.com":                         {Host: "::1", Port: 2525, From: "<films@example.com>"},
	} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"", "mail.example", "http://mail.example?from=films@example.com", "smtp://?from=films@example.com", "smtp://mail.example", "smtp://mail.example?from=films",
		"smtp://mail.example:0?from=films@example.com", "smtp://mail.example:99999?from=films@example.com", "smtp://u@mail.example?from=films@example.com",
		"smtp://mail.example/x?from=films@example.com", "smtp://mail.example?from=films@example.com&tls=off", "smtp://mail.example?from=films@example.com#x",
		"smtp://mail.example?from=films@example.com%0d%0aBcc:a@example.com", "smtp://u:hunter2@mail.example:x?from=films@example.com",
	} {
		if a, err := Parse(text); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %+v, %v", text, a, err)
		}
	}
}

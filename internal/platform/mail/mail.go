// Package mail owns the way letters leave: by SMTP to the server of an address. It knows
// neither who writes nor what, and imports nothing of KKMovies but fault.
//
// Send hands a letter over and returns when the server has taken it, so a caller that must
// not lose one sends it from a job. A letter that the server will never take is
// fault.Invalid; whatever may go better later is any other fault.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Example is what an address looks like.
const Example = "smtps://user:password@mail.example:465?from=KKMovies <films@example.com>, or smtp:// for STARTTLS, by default on 587"

// within bounds one letter, from the first byte to the last.
const within = 30 * time.Second

// Its errors quote nothing of an address, which may hold a password.
var (
	errScheme = errors.New("it begins with smtp:// or smtps://")
	errHost   = errors.New("it names a host, and a port if not the usual one")
	errFrom   = errors.New("it ends in ?from= and the address that letters are from")
	errMore   = errors.New("nothing but from= follows the host")
	errUser   = errors.New("user and password stand together before the host, with special characters %-encoded")
)

// Address is where letters are handed over, and in whose name.
type Address struct {
	Host           string
	Port           int
	User, Password string
	From           string // "Name <address>", or an address alone
	TLS            bool   // from the first byte; else STARTTLS
}

// Parse reads an address.
func Parse(text string) (Address, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return Address{}, errScheme
	}
	a := Address{Host: u.Hostname(), Port: 587, TLS: u.Scheme == "smtps"}
	if a.TLS {
		a.Port = 465
	}
	if port := u.Port(); port != "" {
		if a.Port, err = strconv.Atoi(port); err != nil || a.Port < 1 || a.Port > 65535 {
			return Address{}, errHost
		}
	}
	if a.Host == "" {
		return Address{}, errHost
	}
	if u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return Address{}, errMore
	}
	if u.User != nil {
		a.User = u.User.Username()
		a.Password, _ = u.User.Password()
		if a.User == "" || a.Password == "" {
			return Address{}, errUser
		}
	}
	query := u.Query()
	from, err := mail.ParseAddress(query.Get("from"))
	if err != nil || strings.ContainsAny(query.Get("from"), "\r\n") {
		return Address{}, errFrom
	}
	if query.Del("from"); len(query) > 0 {
		return Address{}, errMore
	}
	a.From = from.String()
	return a, nil
}

// policy says what has to be encrypted: a password always is, but to this very machine.
func (a Address) policy() gomail.TLSPolicy {
	if a.Password == "" || isHere(a.Host) {
		return gomail.TLSOpportunistic
	}
	return gomail.TLSMandatory
}

func isHere(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Sender sends letters.
type Sender struct {
	address Address
	tls     *tls.Config
}

// NewSender returns a sender by way of this address. It connects with each letter.
func NewSender(a Address) *Sender {
	return &Sender{a, &tls.Config{MinVersion: tls.VersionTLS12, ServerName: a.Host}}
}

// Send sends one plain text to one address.
func (s *Sender) Send(ctx context.Context, to, subject, text string) error {
	const op = "mail.send"
	m := gomail.NewMsg()
	if err := m.From(s.address.From); err != nil {
		return &fault.Error{Kind: fault.Internal, Op: op, Cause: err}
	}
	if err := m.To(to); err != nil {
		return &fault.Error{Kind: fault.Invalid, Op: op, Code: "bad_email", Cause: err}
	}
	m.Subject(subject)
	m.SetDate()
	m.SetMessageIDWithValue(uuid.NewString() + "@" + domainOf(s.address.From)) // not this machine's name
	m.SetGenHeader("Auto-Submitted", "auto-generated")                         // RFC 3834: nobody's holiday answers
	m.SetBodyString(gomail.TypeTextPlain, text)

	client, err := s.client()
	if err != nil {
		return &fault.Error{Kind: fault.Internal, Op: op, Cause: err}
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if err := client.DialAndSendWithContext(ctx, m); err != nil {
		return refusal(op, err)
	}
	return nil
}

// Check reports whether the server answers and takes this sender's word for who it is.
func (s *Sender) Check(ctx context.Context) error {
	const op = "mail.check"
	client, err := s.client()
	if err != nil {
		return &fault.Error{Kind: fault.Internal, Op: op, Cause: err}
	}
	if err := client.DialWithContext(ctx); err != nil {
		return &fault.Error{Kind: fault.Unavailable, Op: op, Code: "mail",
			Public: "The mail server of KK_SMTP_URL does not answer, or refuses its user.", Cause: err}
	}
	return fault.Wrap(op, client.Close())
}

func (s *Sender) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(s.address.Port), gomail.WithTimeout(within), gomail.WithTLSConfig(s.tls)}
	if s.address.TLS {
		options = append(options, gomail.WithSSL())
	} else {
		options = append(options, gomail.WithTLSPolicy(s.address.policy()))
	}
	if s.address.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(s.address.User), gomail.WithPassword(s.address.Password))
	}
	return gomail.NewClient(s.address.Host, options...)
}

// refusal tells what will never be taken from what may be later.
func refusal(op string, err error) error {
	var refused *gomail.SendError
	kind := fault.Internal
	if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
		kind = fault.Invalid
	}
	return &fault.Error{Kind: kind, Op: op, Code: "not_sent", Cause: err}
}

func domainOf(from string) string {
	a, err := mail.ParseAddress(from)
	if err != nil {
		return "localhost"
	}
	_, domain, _ := strings.Cut(a.Address, "@")
	return domain
}

package app

import (
	"bytes"
	"encoding/base64"
	"io"
	"log/slog"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/keys"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
)

// office is a real SMTP server, which hands over what it takes; it refuses the first letter,
// for a moment.
type office struct {
	letters chan string
	busy    chan bool // once
}

func (o *office) NewSession(*smtp.Conn) (smtp.Session, error) { return &visit{office: o}, nil }

type visit struct{ office *office }

func (*visit) Mail(string, *smtp.MailOptions) error { return nil }
func (*visit) Reset()                               {}
func (*visit) Logout() error                        { return nil }

func (v *visit) Rcpt(string, *smtp.RcptOptions) error {
	select {
	case <-v.office.busy:
		return &smtp.SMTPError{Code: 451, Message: "come again"}
	default:
		return nil
	}
}

func (v *visit) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	v.office.letters <- m.Header.Get("To") + "\n" + string(text)
	return err
}

// From the moment somebody asks, through the job, a mail server that is busy the first time,
// and the link in the letter, to the new password.
func TestALetterBringsWhoForgotBackIn(t *testing.T) {
	o := &office{letters: make(chan string, 1), busy: make(chan bool, 1)}
	o.busy <- true
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(o)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		_ = listener.Close()
		<-served
	})

	c := &config.Config{
		DataDir: t.TempDir(), SignUp: "invitation", PublicURL: "https://films.example",
		SMTPURL: config.Secret("smtp://" + listener.Addr().String() + "?from=KKMovies%20<films@example.com>"),
	}
	if check := checkMail(t.Context(), c); !check.OK || !strings.Contains(check.Detail, "answers") {
		t.Errorf("doctor says %+v", check)
	}
	log := slog.New(slog.DiscardHandler)
	h := &house{config: c, log: log}
	if h.db, err = sqlstore.Open(t.Context(), sqlstore.Options{URL: c.Database(), Workers: 2, Logger: log}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.db.Close)
	h.accounts = accountsOf(t, h.db)
	h.people = peopleOf(c, h.accounts, h.db.Accounts(), log)
	h.registerPeopleJobs(h.db.Queue())
	if err := h.db.Queue().Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.db.Queue().Stop(t.Context()) })

	if _, err := h.accounts.AddUser(t.Context(), "ana@example.com", "the old password", account.Viewer); err != nil {
		t.Fatal(err)
	}
	if err := h.people.Forgot(t.Context(), "ana@example.com", "pt-BR"); err != nil {
		t.Fatal(err)
	}
	var letter string
	select {
	case letter = <-o.letters:
	case <-time.After(time.Minute):
		t.Fatal("no letter came")
	}
	_, token, _ := strings.Cut(letter, "https://films.example/reset?token=")
	token, _, _ = strings.Cut(token, "\r\n")
	if !strings.Contains(letter, "ana@example.com") || !strings.Contains(letter, "escolher outra senha") {
		t.Errorf("the letter is %s", letter)
	}
	if err := h.people.Reset(t.Context(), token, "the new password"); err != nil {
		t.Errorf("with %q: %v", token, err)
	}
	if _, _, err := h.accounts.SignIn(t.Context(), "ana@example.com", "the new password", account.Origin{}); err != nil {
		t.Error(err)
	}
	if _, _, err := h.accounts.SignIn(t.Context(), "ana@example.com", "the old password", account.Origin{}); !fault.Is(err, fault.SignedOut) {
		t.Errorf("with the old password: %v", err)
	}
}

// accountsOf makes the part that knows who is signed in, with keys of its own.
func accountsOf(t *testing.T, db *sqlstore.DB) *account.Service {
	t.Helper()
	keeper, err := keys.Open("base64key://"+base64.URLEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32)), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keeper.Close() })
	store := db.Accounts()
	s := account.NewService(account.Options{Store: store, Signals: store.Signals(), Secrets: db.Secrets(keeper)})
	t.Cleanup(s.Close)
	return s
}

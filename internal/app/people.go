package app

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/platform/mail"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
)

// peopleOf makes the room of who gets an account and how.
func peopleOf(c *config.Config, accounts *account.Service, store account.PeopleStore, log *slog.Logger) *account.People {
	o := account.PeopleOptions{
		Accounts: accounts, Store: store, SignUp: account.SignUp(c.SignUp), PublicURL: c.PublicURL, Logger: log,
	}
	if at, ok := c.Mail(); ok {
		o.Post = mail.NewSender(at)
	}
	return account.NewPeople(o)
}

// registerPeopleJobs gives letters their writers.
func (h *house) registerPeopleJobs(q *jobs.Queue) {
	jobs.Handle(q, h.people.SendInvitation, nil)
	jobs.Handle(q, h.people.SendSignUp, nil)
	jobs.Handle(q, h.people.SendPassword, nil)
	jobs.Handle(q, h.people.SendWelcome, nil)
	jobs.Handle(q, h.people.SendVerification, nil)
	jobs.Handle(q, h.people.Prune, nil)
	jobs.Every(q, account.PruneEvery, account.PruneArgs{})
}

// checkMail is how the way of letters is.
func checkMail(ctx context.Context, c *config.Config) httpapi.Check {
	at, ok := c.Mail()
	if !ok {
		return httpapi.Check{Name: "mail", OK: true, Detail: "none is sent: KK_SMTP_URL is not set; `kkmovies user reset` and administrators make links"}
	}
	return checkOf("mail", fmt.Sprintf("%s:%d answers", at.Host, at.Port), mail.NewSender(at).Check(ctx))
}

type userResetCommand struct {
	Email string `arg:"" help:"Whose password is to be chosen anew."`
}

// Run prints a link by which a user chooses another password: for whoever runs the machine,
// where no mail is sent or nobody else can get in.
func (u userResetCommand) Run(ctx context.Context, c *config.Config, log *slog.Logger) error {
	db, err := sqlstore.Open(ctx, sqlstore.Options{URL: c.Database(), Logger: log})
	if err != nil {
		return err
	}
	defer db.Close()
	store := db.Accounts()
	user, _, err := store.UserByEmail(ctx, strings.ToLower(strings.TrimSpace(u.Email)))
	if err != nil {
		return fmt.Errorf("there is no user %s: %w", u.Email, err)
	}
	accounts := account.NewService(account.Options{Store: store})
	defer accounts.Close()
	link, err := peopleOf(c, accounts, store, log).ResetLink(ctx, user.ID)
	if err != nil {
		return err
	}
	base := strings.TrimSuffix(c.PublicURL, "/")
	if base == "" {
		base = "http://localhost" + c.Listen[strings.LastIndexByte(c.Listen, ':'):]
	}
	fmt.Printf("Good once, until %s:\n\n  %s%s\n", link.ExpiresAt.Local().Format("15:04"), base, link.Path)
	return nil
}

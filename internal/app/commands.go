package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/mongostore"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
)

type migrateCommand struct {
	Status bool `help:"Only list the schema's steps and which are applied."`
	moveFlags
}

func (m migrateCommand) Run(ctx context.Context, c *config.Config, log *slog.Logger) error {
	if m.asked() {
		return m.run(ctx, c)
	}
	if !m.Status {
		db, err := sqlstore.Open(ctx, sqlstore.Options{URL: c.Database(), Logger: log})
		if err != nil {
			return err
		}
		defer db.Close()
		fmt.Println("The schema is up to date.")
		if c.CatalogURL == "" {
			return nil
		}
		return moveFilms(ctx, db, mongostore.Options{URL: string(c.CatalogURL), Logger: log}, os.Stdout)
	}
	steps, err := sqlstore.Migrations(ctx, c.Database())
	if err != nil {
		return err
	}
	for _, s := range steps {
		state := "pending"
		if !s.Applied.IsZero() {
			state = "applied " + s.Applied.UTC().Format("2006-01-02 15:04")
		}
		fmt.Printf("%04d  %-28s %s\n", s.Version, s.Name, state)
	}
	return nil
}

type userAddCommand struct {
	Email string `arg:"" help:"The new user's e-mail."`
	Admin bool   `help:"Make them an administrator."`
}

func (u userAddCommand) Run(ctx context.Context, c *config.Config, log *slog.Logger) error {
	password, err := askPassword()
	if err != nil {
		return usageError{err}
	}
	db, err := sqlstore.Open(ctx, sqlstore.Options{URL: c.Database(), Logger: log})
	if err != nil {
		return err
	}
	defer db.Close()
	role := account.Viewer
	if u.Admin {
		role = account.Admin
	}
	accounts := account.NewService(account.Options{Store: db.Accounts(), Logger: log})
	defer accounts.Close()
	user, err := accounts.AddUser(ctx, u.Email, password, role)
	if err != nil {
		return err
	}
	if err := onRecord(ctx, newRecord(c, db), "addUser", "user "+user.ID+" as "+string(user.Role)); err != nil {
		return err
	}
	fmt.Printf("Added %s as %s.\n", user.Email, user.Role)
	return nil
}

// askPassword reads a password without showing it, or the first line of a pipe.
func askPassword() (string, error) {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(os.Stdin, 1024)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	fmt.Fprint(os.Stderr, "Password: ")
	first, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return "", err
	}
	fmt.Fprint(os.Stderr, "Again: ")
	second, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Fprintln(os.Stderr)
	if err == nil && string(first) != string(second) {
		err = errors.New("the two passwords differ")
	}
	return string(first), err
}

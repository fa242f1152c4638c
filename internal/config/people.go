package config

import (
	"fmt"

	"github.com/kkmovies/kkmovies/internal/platform/mail"
)

// people checks who may make an account, and the way letters go.
func (c *Config) people() error {
	if c.SMTPURL == "" {
		if c.SignUp == "open" {
			return fmt.Errorf("KK_SIGN_UP=open needs KK_SMTP_URL: without mail nobody can prove that an address is theirs; set both, or KK_SIGN_UP=invitation")
		}
		return nil
	}
	if _, err := mail.Parse(string(c.SMTPURL)); err != nil {
		return fmt.Errorf("KK_SMTP_URL is not an address this server understands: %w; it looks like %s", err, mail.Example)
	}
	if c.PublicURL == "" {
		return fmt.Errorf("KK_SMTP_URL needs KK_PUBLIC_URL, such as https://films.example: it is where the links in letters lead")
	}
	return nil
}

// Mail returns where letters are handed over; ok is false when none go out.
func (c *Config) Mail() (at mail.Address, ok bool) {
	if c.SMTPURL == "" {
		return at, false
	}
	at, err := mail.Parse(string(c.SMTPURL))
	return at, err == nil // Validate has seen to it
}

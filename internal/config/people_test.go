package config

import (
	"strings"
	"testing"
)

func TestWhoMayComeInAndHowLettersGoIsChecked(t *testing.T) {
	const server = "smtps://u:hunter2@mail.example?from=films@example.com"
	for what, c := range map[string]struct {
		signUp, smtp, public string
		says                 string // "" for nothing
	}{
		"by invitation, without mail": {"invitation", "", "", ""},
		"closed, with mail":           {"closed", server, "https://films.example", ""},
		"open, with mail":             {"open", server, "https://films.example", ""},
		"open, without mail":          {"open", "", "https://films.example", "KK_SMTP_URL"},
		"mail that leads nowhere":     {"invitation", server, "", "KK_PUBLIC_URL"},
		"no address of a mail server": {"invitation", "smtps://u:hunter2@mail.example", "https://films.example", "?from="},
	} {
		err := (&Config{SignUp: c.signUp, SMTPURL: Secret(c.smtp), PublicURL: c.public}).people()
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", what, err)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: shows the password: %v", what, err)
		}
	}
	if _, ok := (&Config{}).Mail(); ok {
		t.Error("mail goes out to nowhere")
	}
	if at, ok := (&Config{SMTPURL: server}).Mail(); !ok || at.Host != "mail.example" {
		t.Errorf("it goes to %+v", at)
	}
}

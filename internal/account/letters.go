package account

import (
	"context"
	"strings"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// A letter is a job, so that none goes out of what was not kept, and none is lost. Its token
// is made when it is written and kept hashed: it lies nowhere but in the letter. A letter that
// is written twice has two tokens, of which the later is good, or both.
type (
	// InvitationLetter carries an invitation.
	InvitationLetter struct {
		InvitationID string `json:"invitationId"`
	}
	// SignUpLetter asks who signed up whether the e-mail is theirs.
	SignUpLetter struct {
		SignUpID string `json:"signUpId"`
	}
	// PasswordLetter lets somebody choose another password, if there is somebody.
	PasswordLetter struct {
		Email    string `json:"email"`
		Language string `json:"language"`
	}
	// WelcomeLetter lets somebody choose their first.
	WelcomeLetter struct {
		UserID string `json:"userId"`
	}
	// EmailLetter asks a user whether the e-mail is theirs.
	EmailLetter struct {
		UserID string `json:"userId"`
	}
)

// Kind is the job's name.
func (InvitationLetter) Kind() string { return "account.invitation_letter" }

// Kind is the job's name.
func (SignUpLetter) Kind() string { return "account.sign_up_letter" }

// Kind is the job's name.
func (PasswordLetter) Kind() string { return "account.password_letter" }

// Kind is the job's name.
func (WelcomeLetter) Kind() string { return "account.welcome_letter" }

// Kind is the job's name.
func (EmailLetter) Kind() string { return "account.email_letter" }

// The pages of the app that links lead to.
func joinPath(token string) string    { return "/join?token=" + token }
func confirmPath(token string) string { return "/confirm?token=" + token }
func resetPath(token string) string   { return "/reset?token=" + token }
func verifyPath(token string) string  { return "/verify?token=" + token }

// SendInvitation writes an InvitationLetter.
func (p *People) SendInvitation(ctx context.Context, l InvitationLetter) error {
	const op = "account.send_invitation"
	i, err := p.Store.Invitation(ctx, l.InvitationID, p.now())
	if err != nil { // taken back, or expired: nothing is to be sent
		return fault.Wrap(op, err)
	}
	token := randomToken()
	if err := p.Store.NameInvitation(ctx, i.ID, hashToken(token)); err != nil {
		return fault.Wrap(op, err)
	}
	return p.send(ctx, op, i.Email, i.Language, invitationWords, joinPath(token))
}

// SendSignUp writes a SignUpLetter; to who has an account already one that says so.
func (p *People) SendSignUp(ctx context.Context, l SignUpLetter) error {
	const op = "account.send_sign_up"
	w, err := p.Store.Waiting(ctx, l.SignUpID, p.now())
	if err != nil {
		return fault.Wrap(op, err)
	}
	_, _, known, err := p.Accounts.find(ctx, w.Email)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if known {
		if err := p.send(ctx, op, w.Email, w.Language, knownWords, "/"); err != nil {
			return err
		}
		return fault.Wrap(op, p.Store.DeleteWaiting(ctx, w.ID))
	}
	token := randomToken()
	if err := p.Store.NameWaiting(ctx, w.ID, hashToken(token)); err != nil {
		return fault.Wrap(op, err)
	}
	return p.send(ctx, op, w.Email, w.Language, signUpWords, confirmPath(token))
}

// SendPassword writes a PasswordLetter. To who has no account nothing is sent: they asked in
// vain, or somebody else did.
func (p *People) SendPassword(ctx context.Context, l PasswordLetter) error {
	const op = "account.send_password"
	user, _, known, err := p.Accounts.find(ctx, l.Email)
	if err != nil || !known || user.Disabled {
		return fault.Wrap(op, err)
	}
	if !p.Mails() {
		p.Logger.InfoContext(ctx, "somebody asked for a new password, and no mail is sent since KK_SMTP_URL is not set: `kkmovies user reset` makes them a link", "email", user.Email)
		return nil
	}
	return p.sendLink(ctx, op, user, l.Language, ForPassword, passwordWords)
}

// SendWelcome writes a WelcomeLetter.
func (p *People) SendWelcome(ctx context.Context, l WelcomeLetter) error {
	return p.sendTo(ctx, "account.send_welcome", l.UserID, ForPassword, welcomeWords)
}

// SendVerification writes an EmailLetter.
func (p *People) SendVerification(ctx context.Context, l EmailLetter) error {
	return p.sendTo(ctx, "account.send_verification", l.UserID, ForEmail, verifyWords)
}

func (p *People) sendTo(ctx context.Context, op, userID string, purpose Purpose, w words) error {
	user, err := p.Store.User(ctx, userID)
	if err != nil {
		return fault.Wrap(op, err)
	}
	return p.sendLink(ctx, op, user, "", purpose, w)
}

func (p *People) sendLink(ctx context.Context, op string, to User, language string, purpose Purpose, w words) error {
	life := LinkLife
	if w == welcomeWords {
		life = WelcomeLife
	}
	link, err := p.link(ctx, to.ID, purpose, life)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if to.Language != "" {
		language = to.Language
	}
	return p.send(ctx, op, to.Email, language, w, link.Path)
}

func (p *People) send(ctx context.Context, op, to, language string, w words, path string) error {
	if !p.Mails() { // it was asked for where there is one
		return fault.New(fault.Conflict, op, "no_mail", "")
	}
	if language == "" {
		language = Languages[0]
	}
	letter := w.in(language)
	link := strings.TrimSuffix(p.PublicURL, "/") + path
	return fault.Wrap(op, p.Post.Send(ctx, to, letter.subject, strings.ReplaceAll(letter.text, "{link}", link)))
}

// words is one letter in every language there is.
type words struct{ en, ptBR letter }

type letter struct{ subject, text string }

func (w words) in(language string) letter {
	if language == "pt-BR" {
		return w.ptBR
	}
	return w.en
}

var (
	invitationWords = words{
		en:   letter{"You are invited to KKMovies", "Hello,\n\nyou are invited to watch films on KKMovies. Open this link within a week to make your account:\n\n{link}\n\nIf you expected no invitation, you can ignore this letter.\n"},
		ptBR: letter{"Você recebeu um convite para o KKMovies", "Olá,\n\nvocê recebeu um convite para ver filmes no KKMovies. Abra este link em até uma semana para criar sua conta:\n\n{link}\n\nSe você não esperava um convite, ignore esta mensagem.\n"},
	}
	signUpWords = words{
		en:   letter{"Confirm your e-mail for KKMovies", "Hello,\n\nto finish making your account, open this link within a day:\n\n{link}\n\nIf you did not sign up, ignore this letter: there is no account without it.\n"},
		ptBR: letter{"Confirme seu e-mail no KKMovies", "Olá,\n\npara terminar de criar sua conta, abra este link em até um dia:\n\n{link}\n\nSe você não se cadastrou, ignore esta mensagem: sem ela não existe conta.\n"},
	}
	knownWords = words{
		en:   letter{"You already have a KKMovies account", "Hello,\n\nsomebody, perhaps you, tried to sign up with this address, which has an account already. Sign in here, or choose another password there if you forgot it:\n\n{link}\n\nIf that was not you, there is nothing to do.\n"},
		ptBR: letter{"Você já tem uma conta no KKMovies", "Olá,\n\nalguém, talvez você, tentou se cadastrar com este endereço, que já tem uma conta. Entre por aqui, ou escolha ali outra senha se você a esqueceu:\n\n{link}\n\nSe não foi você, não é preciso fazer nada.\n"},
	}
	passwordWords = words{
		en:   letter{"Choose another password for KKMovies", "Hello,\n\nto choose another password, open this link within an hour. All your devices are signed out then:\n\n{link}\n\nIf you did not ask for this, ignore this letter: your password stays as it is.\n"},
		ptBR: letter{"Escolha outra senha no KKMovies", "Olá,\n\npara escolher outra senha, abra este link em até uma hora. Todos os seus aparelhos serão desconectados:\n\n{link}\n\nSe você não pediu isto, ignore esta mensagem: sua senha continua a mesma.\n"},
	}
	welcomeWords = words{
		en:   letter{"Your KKMovies account", "Hello,\n\nan account was made for you on KKMovies. Open this link within a week to choose its password:\n\n{link}\n"},
		ptBR: letter{"Sua conta no KKMovies", "Olá,\n\numa conta foi criada para você no KKMovies. Abra este link em até uma semana para escolher a senha:\n\n{link}\n"},
	}
	verifyWords = words{
		en:   letter{"Confirm your e-mail for KKMovies", "Hello,\n\nto confirm that this address is yours, open this link within an hour:\n\n{link}\n\nIf you did not ask for this, ignore this letter.\n"},
		ptBR: letter{"Confirme seu e-mail no KKMovies", "Olá,\n\npara confirmar que este endereço é seu, abra este link em até uma hora:\n\n{link}\n\nSe você não pediu isto, ignore esta mensagem.\n"},
	}
)

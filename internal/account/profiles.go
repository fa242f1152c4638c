package account

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// MaxProfiles is how many profiles a user has at most: a household, not a village.
const MaxProfiles = 8

// KidsUpTo is the highest limit by which a profile counts as a child's.
const KidsUpTo = 12

const maxName = 40

var (
	// Avatars are the drawings a profile chooses from; apps draw them.
	Avatars = []string{"comet", "compass", "kite", "lantern", "mask", "moon", "owl", "parrot", "reel", "sail", "star", "wave"}
	// Languages are those that apps and letters speak.
	Languages = []string{"en", "pt-BR"}
)

// Kids reports whether this is a child's profile.
func (p Profile) Kids() bool {
	age, limited := p.Limit.Age()
	return limited && age <= KidsUpTo
}

// Limited reports whether some films are kept from this profile, and with them the account.
func (p Profile) Limited() bool {
	_, limited := p.Limit.Age()
	return limited
}

// ProfileStore keeps the profiles of users. There is always one without a limit: every change
// that would leave none is fault.Conflict, last_unlimited.
type ProfileStore interface {
	// Profiles lists a user's profiles, the oldest first.
	Profiles(ctx context.Context, userID string) ([]Profile, error)
	Profile(ctx context.Context, userID, profileID string) (Profile, error)
	// AddProfile adds a profile; fault.Conflict, too_many_profiles, to MaxProfiles of them.
	AddProfile(ctx context.Context, p Profile) error
	// ChangeProfile writes what change makes of a profile as it is at that moment, unless it
	// returns an error. It may be called more than once.
	ChangeProfile(ctx context.Context, userID, profileID string, change func(*Profile) error) (Profile, error)
	// DeleteProfile removes a profile and ends the sessions that speak for it.
	DeleteProfile(ctx context.Context, userID, profileID string) error
	// SpeakFor makes a session speak for another profile of its user.
	SpeakFor(ctx context.Context, sessionID, profileID string) error
}

// Profiles are the viewers of each account. Who has a limit can neither pass it nor lift it.
type Profiles struct {
	accounts *Service
	store    ProfileStore
}

// NewProfiles returns the profiles of these accounts.
func NewProfiles(accounts *Service, store ProfileStore) *Profiles {
	return &Profiles{accounts, store}
}

// Proof is what somebody knows who may go past a PIN or a limit.
type Proof struct {
	PIN      string // of the profile in question
	Password string // of the account, which opens everything in it
}

// NewProfile is a profile to be made.
type NewProfile struct {
	Name     string
	Avatar   string // "" for one that nobody has yet
	Language string
	Limit    catalog.Rating
	PIN      string // "" for none
}

// ProfileChange is what to change of a profile; what is nil stays.
type ProfileChange struct {
	Name, Avatar, Language *string
	Limit                  *catalog.Rating
	PIN                    *string // "" takes it away
	Proof                  Proof   // needed to change a PIN that is set
}

// List returns the profiles of who is acting, the oldest first.
func (p *Profiles) List(ctx context.Context, by Me) ([]Profile, error) {
	list, err := p.store.Profiles(ctx, by.User.ID)
	return list, fault.Wrap("account.profiles", err)
}

// Limit returns up to which films a session may see now; fault.SignedOut when it has ended.
// Media paths are bound to it.
func (s *Service) Limit(ctx context.Context, sessionID string) (catalog.Rating, error) {
	const op = "account.limit"
	m, err := s.checks.session(ctx, sessionID, s.now(), s.checks.look())
	switch {
	case fault.Is(err, fault.NotFound):
		return catalog.Rating{}, signedOut(op)
	case err != nil:
		return catalog.Rating{}, fault.Wrap(op, err)
	}
	s.Seen(ctx, m, m.Session.Address) // whoever watches is here
	return m.Profile.Limit, nil
}

// Add makes a profile.
func (p *Profiles) Add(ctx context.Context, by Me, n NewProfile) (Profile, error) {
	const op = "account.add_profile"
	if err := whole(op, by); err != nil {
		return Profile{}, err
	}
	made := Profile{
		ID: newID(), UserID: by.User.ID, Name: n.Name, Avatar: n.Avatar, Language: n.Language, Limit: n.Limit,
		CreatedAt: p.accounts.now().UTC().Truncate(time.Microsecond),
	}
	if made.Avatar == "" {
		others, err := p.store.Profiles(ctx, by.User.ID)
		if err != nil {
			return Profile{}, fault.Wrap(op, err)
		}
		made.Avatar = freeAvatar(others)
	}
	err := checkProfile(op, &made)
	if err == nil && n.PIN != "" {
		made.PINHash, err = p.hashPIN(ctx, op, n.PIN)
	}
	if err == nil {
		err = p.store.AddProfile(ctx, made)
	}
	return made, fault.Wrap(op, err)
}

// Change changes a profile. Who has a limit may change their own looks, and nothing else.
func (p *Profiles) Change(ctx context.Context, by Me, profileID string, c ProfileChange) (Profile, error) {
	const op = "account.change_profile"
	if profileID != by.Profile.ID || c.Limit != nil || c.PIN != nil {
		if err := whole(op, by); err != nil {
			return Profile{}, err
		}
	}
	var pin, was string
	if c.PIN != nil {
		old, err := p.store.Profile(ctx, by.User.ID, profileID)
		if err != nil {
			return Profile{}, fault.Wrap(op, err)
		}
		if was = old.PINHash; was != "" {
			if err := p.prove(ctx, op, by, old, c.Proof); err != nil {
				return Profile{}, err
			}
		}
		if *c.PIN != "" {
			if pin, err = p.hashPIN(ctx, op, *c.PIN); err != nil {
				return Profile{}, err
			}
		}
	}
	changed, err := p.store.ChangeProfile(ctx, by.User.ID, profileID, func(to *Profile) error {
		set(&to.Name, c.Name)
		set(&to.Avatar, c.Avatar)
		set(&to.Language, c.Language)
		set(&to.Limit, c.Limit)
		if c.PIN != nil {
			if to.PINHash != was { // it was changed since it was proved
				return fault.New(fault.Conflict, op, "pin_changed", "The PIN was changed meanwhile. Try again.")
			}
			to.PINHash = pin
		}
		return checkProfile(op, to)
	})
	return changed, fault.Wrap(op, p.accounts.changes(ctx, by.User.ID, err))
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// Delete removes a profile with all that is kept of it. Devices that speak for it are
// signed out.
func (p *Profiles) Delete(ctx context.Context, by Me, profileID string) error {
	const op = "account.delete_profile"
	if err := whole(op, by); err != nil {
		return err
	}
	if profileID == by.Profile.ID {
		return fault.New(fault.Conflict, op, "profile_in_use", "Change to another profile first: this one is in use here.")
	}
	return fault.Wrap(op, p.accounts.changes(ctx, by.User.ID, p.store.DeleteProfile(ctx, by.User.ID, profileID)))
}

// Select makes a session speak for another profile. A PIN is asked for where one is set, and
// who goes from a profile with a limit to one that sees more shows that they may: by that
// PIN, or where there is none by the account's password. The password opens every profile.
func (p *Profiles) Select(ctx context.Context, by Me, profileID string, proof Proof) (Me, error) {
	const op = "account.select_profile"
	to, err := p.store.Profile(ctx, by.User.ID, profileID)
	if err != nil {
		return Me{}, fault.Wrap(op, err)
	}
	if to.ID != by.Profile.ID && (to.PINHash != "" || seesMore(to, by.Profile)) {
		if err := p.prove(ctx, op, by, to, proof); err != nil {
			return Me{}, err
		}
	}
	if err := p.accounts.changes(ctx, by.User.ID, p.store.SpeakFor(ctx, by.Session.ID, to.ID)); err != nil {
		return Me{}, fault.Wrap(op, err)
	}
	by.Profile, by.Session.ProfileID = to, to.ID
	by.Profile.PINHash = ""
	return by, nil
}

// seesMore reports whether a profile sees films that another does not.
func seesMore(one, other Profile) bool { return other.Limited() && !one.Limit.Within(other.Limit) }

// prove checks that somebody knows a profile's PIN or the account's password.
func (p *Profiles) prove(ctx context.Context, op string, by Me, of Profile, proof Proof) error {
	switch {
	case proof.Password != "":
		return p.accounts.Confirm(ctx, by, proof.Password)
	case proof.PIN != "" && of.PINHash != "":
		right, err := p.accounts.password.matches(ctx, shorten(proof.PIN, maxPIN+1), of.PINHash, true)
		if err != nil {
			return fault.Wrap(op, err)
		}
		if !right {
			return fault.New(fault.Forbidden, op, "wrong_pin", "This is not the profile's PIN.")
		}
		return nil
	case of.PINHash != "":
		return fault.New(fault.Forbidden, op, "pin_needed", "This profile asks for its PIN, or for the account's password.")
	}
	return fault.New(fault.Forbidden, op, "password_needed", "From a profile with a limit, this one opens by the account's password. Give it a PIN to open it by that.")
}

// Confirm checks the password of who is acting, again.
func (s *Service) Confirm(ctx context.Context, by Me, password string) error {
	const op = "account.confirm"
	user, _, known, err := s.find(ctx, by.User.Email)
	if err == nil && (!known || len(password) > maxPassword) {
		password = ""
	}
	right := false
	if err == nil {
		right, err = s.password.matches(ctx, password, user.PasswordHash, known)
	}
	if err == nil && !(right && known && user.ID == by.User.ID) {
		return fault.New(fault.Forbidden, op, "wrong_password", "This is not the account's password.")
	}
	return fault.Wrap(op, err)
}

// whole refuses who speaks for a profile with a limit.
func whole(op string, by Me) error {
	if by.Profile.Limited() {
		return fault.New(fault.Forbidden, op, "profile_limited",
			"This profile has a limit. Change to one without, by its PIN or the account's password, to do this.")
	}
	return nil
}

// Whole refuses, with fault.Forbidden, who speaks for a profile with a limit: films have an
// age, the account and the place have none.
func Whole(by Me) error { return whole("account.whole", by) }

const minPIN, maxPIN = 4, 8

func (p *Profiles) hashPIN(ctx context.Context, op, pin string) (string, error) {
	if len(pin) < minPIN || len(pin) > maxPIN || strings.ContainsFunc(pin, func(r rune) bool { return r < '0' || r > '9' }) {
		return "", fault.New(fault.Invalid, op, "bad_pin", "A PIN has 4 to 8 digits.")
	}
	hash, err := p.accounts.password.hash(ctx, pin)
	return hash, fault.Wrap(op, err)
}

// checkProfile trims what people wrote and refuses what cannot be.
func checkProfile(op string, p *Profile) error {
	name, err := cleanName(op, p.Name)
	if err != nil {
		return err
	}
	p.Name = name
	if !slices.Contains(Avatars, p.Avatar) {
		return fault.New(fault.Invalid, op, "bad_avatar", "There is no such avatar.")
	}
	return checkLanguage(op, p.Language)
}

func checkLanguage(op, language string) error {
	if language != "" && !slices.Contains(Languages, language) {
		return fault.New(fault.Invalid, op, "bad_language", "The languages are en and pt-BR.")
	}
	return nil
}

func cleanName(op, name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || utf8.RuneCountInString(name) > maxName || !utf8.ValidString(name) || strings.ContainsFunc(name, hidden) {
		return "", fault.New(fault.Invalid, op, "bad_name", "A name has 1 to 40 characters, none of them hidden.")
	}
	return name, nil
}

// hidden is a character that nobody sees, or that turns the ones around it about.
func hidden(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }

// freeAvatar returns the first avatar that none of these has.
func freeAvatar(profiles []Profile) string {
	for _, avatar := range Avatars {
		if !slices.ContainsFunc(profiles, func(p Profile) bool { return p.Avatar == avatar }) {
			return avatar
		}
	}
	return Avatars[0]
}

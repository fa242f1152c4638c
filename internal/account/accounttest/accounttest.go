// Package accounttest owns the contract of account.Store and account.Secrets: one suite
// that every engine runs. It is test code, imports account and the tools its Store is
// given, and knows no engine.
package accounttest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Subject is what the suite is run on: one empty database.
type Subject struct {
	Store account.Store
	// Join returns the store of another process of this database, and what it hears.
	Join     func(t testing.TB) (account.Store, account.Signals)
	Profiles account.ProfileStore
	People   account.PeopleStore
	// Bring puts a video of a user there, whose upload is open, and Owner tells whose both are
	// and whether the upload is to be given up.
	Bring func(t testing.TB, userID string) (videoID string)
	Owner func(t testing.TB, videoID string) (userID string, givenUp bool)
	// Watch lets a profile have watched something, and have an opinion of a film.
	Watch func(t testing.TB, userID, profileID string) (account.Watched, account.Opined)
	// Jobs returns the jobs that have not ended, each as its kind and its JSON, and LoseQueue
	// makes every later attempt to enqueue one fail.
	Jobs      func(t testing.TB) []string
	LoseQueue func(t testing.TB)
	// Secrets returns the secrets of this very database as a node holding key sees them.
	Secrets func(key Key) account.Secrets
}

// Key is one of two keys that seal secrets.
type Key int

const (
	OneKey Key = iota
	AnotherKey
)

// Run checks every promise of account.Store and account.Secrets. Each test opens a
// subject of its own.
func Run(t *testing.T, open func(t testing.TB) Subject) {
	for name, test := range map[string]func(*testing.T, Subject){
		"a user is found by e-mail, with its profile":                         aUserIsFoundByEmail,
		"an unknown e-mail is not found":                                      anUnknownEmailIsNotFound,
		"an e-mail is taken once":                                             anEmailIsTakenOnce,
		"of many users with one e-mail at once one is made":                   oneUserOfManyAtOnce,
		"only an administrator counts as one":                                 onlyAnAdministratorCounts,
		"there is one first administrator":                                    thereIsOneFirstAdministrator,
		"of many first administrators at once one is made":                    oneFirstAdministratorOfManyAtOnce,
		"of many first administrators at once, with a link waiting, one is":   oneFirstAdministratorOfManyWithALink,
		"the set-up link ends with the first administrator":                   theLinkEndsWithTheFirstAdministrator,
		"a first administrator whose e-mail is taken leaves all as it was":    aFailedFirstAdministratorChangesNothing,
		"a session is found, and whose it is":                                 aSessionIsFound,
		"a session is there until it expires, and not after":                  aSessionExpires,
		"an ended session is gone at once, and only that one":                 anEndedSessionIsGone,
		"a session is ended by its user alone":                                aSessionIsItsUsers,
		"a session of another epoch has never begun":                          aSessionOfAnotherEpoch,
		"all sessions end at once, but for one":                               allSessionsEnd,
		"a user's sessions are listed, the last seen first":                   sessionsAreListed,
		"a session is ended by any of its refresh tokens":                     aSessionEndsByItsToken,
		"two sessions cannot have one token":                                  aTokenIsOfOneSession,
		"a new session clears the same user's expired ones, and no others":    aNewSessionClearsExpiredOnes,
		"a refresh token is used once, and its session goes on":               aRefreshTokenIsUsed,
		"a token that was used comes again in the grace, and goes on too":     aTokenComesAgainInTheGrace,
		"a token that comes again later ends its session, and only that one":  aTokenComesAgainLater,
		"of tokens given out in the grace one goes on":                        oneOfTheGraceGoesOn,
		"many who use one token at once all go on, or are all told":           manyUseOneToken,
		"a token that expired, or of a session that ended, is unknown":        aTokenThatIsNoneAnyMore,
		"a session does not outlast its longest, however often refreshed":     aSessionHasAnEnd,
		"what ends a session is heard by all others, and by them alone":       theEndOfASessionIsHeard,
		"what is whole has been heard":                                        whatIsWholeWasHeard,
		"signing keys are kept in order, and the old dropped":                 signingKeysAreKept,
		"of many nodes that add a signing key one does":                       nodesAgreeOnASigningKey,
		"a signing key sealed with another key is refused":                    aSigningKeyOfAnotherKey,
		"a profile is kept whole, and is its user's alone":                    aProfileIsKeptWhole,
		"a user has a bounded number of profiles":                             aHouseholdHasABound,
		"a profile is changed as it is at that moment":                        aProfileIsChangedAsItIs,
		"one profile stays without a limit":                                   oneProfileStaysWithoutALimit,
		"a deleted profile takes the sessions that speak for it, and no more": aDeletedProfileTakesItsSessions,
		"a session speaks for one of its user's profiles":                     aSessionSpeaksForOneOfItsUsersProfiles,
		"a sign-in speaks for the oldest profile without a limit":             aSignInSpeaksForWhoHasNoLimit,
		"users are listed from the newest, in pages that meet":                usersAreListedFromTheNewest,
		"a user is changed as they are at that moment":                        aUserIsChangedAsTheyAre,
		"who is disabled is signed out, and stays so":                         whoIsDisabledIsSignedOut,
		"of many administrators who leave at once one stays":                  oneAdministratorStays,
		"a deleted user is gone with all that is theirs, but for films":       aDeletedUserIsGone,
		"all that is kept of a user is exported, and nothing of others":       allThatIsKeptIsExported,
		"an invitation waits for its day":                                     anInvitationWaitsForItsDay,
		"of many who take up an invitation one does":                          anInvitationIsTakenUpOnce,
		"a sign-up waits for its confirmation":                                aSignUpWaitsForItsConfirmation,
		"what cannot ask for its letter is not kept":                          whatCannotAskForItsLetterIsNotKept,
		"a password is reset by a link once, and all sessions end":            aPasswordIsResetByALinkOnce,
		"a password is set, and all sessions end but one":                     aPasswordIsSet,
		"an address is verified by a link once":                               anAddressIsVerifiedByALinkOnce,
		"what has expired is pruned":                                          whatHasExpiredIsPruned,
		"a user is added with their letter, or not at all":                    aUserIsAddedWithTheirLetter,
		"a letter that waits is not asked for twice":                          aLetterIsAskedForOnce,
		"what people write is kept letter by letter":                          textIsKept,
		"whoever gave up is told so":                                          givingUpIsCancelled,
		"a secret is made once and kept":                                      aSecretIsMadeOnce,
		"many nodes at once get the same secret":                              nodesAgreeOnASecret,
		"secrets of different names are different":                            secretsHaveNames,
		"a secret sealed with another key is refused, and stays as it was":    anotherKeyIsRefused,
		"a secret that could not be made is not there, and is made next time": aFailedSecretIsNotKept,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// epoch is a time as stores keep it: UTC, with microseconds that are not all zero.
var epoch = time.Date(2021, 3, 4, 5, 6, 7, 891_011_000, time.UTC)

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func person(email string, role account.Role) (account.User, account.Profile) {
	u := account.User{ID: newID(), Email: email, PasswordHash: "$argon2id$of " + email, Role: role, CreatedAt: epoch}
	return u, account.Profile{ID: newID(), UserID: u.ID, Name: "of " + email, CreatedAt: epoch}
}

// add creates a user and returns them as a Me without a session.
func add(t *testing.T, s account.Store, email string, role account.Role) account.Me {
	t.Helper()
	u, p := person(email, role)
	if err := s.CreateUser(t.Context(), u, p); err != nil {
		t.Fatalf("create %s: %v", email, err)
	}
	return account.Me{User: u, Profile: p}
}

// signIn opens a session that expires a day after epoch.
func signIn(t *testing.T, s account.Store, m account.Me, token string) account.Session {
	t.Helper()
	session := sessionOf(m)
	if err := s.CreateSession(t.Context(), session, token); err != nil {
		t.Fatalf("open a session: %v", err)
	}
	return session
}

func sessionOf(m account.Me) account.Session {
	return account.Session{
		ID: newID(), UserID: m.User.ID, ProfileID: m.Profile.ID, Epoch: m.User.Epoch, Device: "a television", Address: "192.0.2.1",
		CreatedAt: epoch, SeenAt: epoch, ExpiresAt: epoch.Add(24 * time.Hour),
	}
}

func wantFault(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: %v, want the fault %q", what, err, kind)
	}
}

func wantNoError(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// atOnce calls fn n times at the same moment and returns what each answered.
func atOnce(n int, fn func(i int) error) []error {
	start, done := make(chan struct{}), make(chan struct{})
	errs := make([]error, n)
	for i := range n {
		go func() {
			<-start
			errs[i] = fn(i)
			done <- struct{}{}
		}()
	}
	close(start)
	for range n {
		<-done
	}
	return errs
}

// wantOneOf checks that one call of many succeeded and the others were told Conflict.
func wantOneOf(t *testing.T, errs []error) {
	t.Helper()
	succeeded := 0
	for _, err := range errs {
		if err == nil {
			succeeded++
		} else {
			wantFault(t, "one that was not first", err, fault.Conflict)
		}
	}
	if succeeded != 1 {
		t.Errorf("%d of %d succeeded, want 1", succeeded, len(errs))
	}
}

func wantAdmin(t *testing.T, s account.Store, want bool) {
	t.Helper()
	has, err := s.HasAdmin(t.Context())
	wantNoError(t, "ask for an administrator", err)
	if has != want {
		t.Errorf("there is an administrator: %t, want %t", has, want)
	}
}

func givingUpIsCancelled(t *testing.T, s Subject) {
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	u, p := person("ana@example.com", account.Viewer)
	_, _, findErr := s.Store.UserByEmail(ctx, u.Email)
	_, adminErr := s.Store.HasAdmin(ctx)
	for what, err := range map[string]error{
		"find a user":           findErr,
		"ask for an admin":      adminErr,
		"create a user":         s.Store.CreateUser(ctx, u, p),
		"create the first user": s.Store.CreateFirstAdmin(ctx, u, p),
		"end a session":         s.Store.EndSession(ctx, newID(), newID()),
		"refresh":               errOf(s.Store.Refresh(ctx, account.Refreshing{Used: "a", Next: "b", Now: epoch, Expires: epoch})),
	} {
		wantFault(t, what, err, fault.Cancelled)
	}
	wantAdmin(t, s.Store, false)
}

func errOf[T any](_ T, err error) error { return err }

func numbered(i int) string { return fmt.Sprintf("person-%d@example.com", i) }

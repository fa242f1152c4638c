package accounttest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// secret returns the secret of this name, which is made as given if it is not there.
func secret(t *testing.T, s account.Secrets, name, made string) string {
	t.Helper()
	got, err := s.Secret(t.Context(), name, func() ([]byte, error) { return []byte(made), nil })
	wantNoError(t, "the secret "+name, err)
	return string(got)
}

func aSecretIsMadeOnce(t *testing.T, s Subject) {
	secrets := s.Secrets(OneKey)
	if got := secret(t, secrets, "signing", "first \x00\xff"); got != "first \x00\xff" {
		t.Errorf("made %q", got)
	}
	_, err := secrets.Secret(t.Context(), "signing", func() ([]byte, error) {
		t.Error("asked to make a secret that is there")
		return []byte("second"), nil
	})
	wantNoError(t, "the second time", err)
	if got := secret(t, s.Secrets(OneKey), "signing", "second"); got != "first \x00\xff" {
		t.Errorf("another node reads %q", got)
	}
}

func nodesAgreeOnASecret(t *testing.T, s Subject) {
	const nodes = 8
	got := make([]string, nodes)
	for i, err := range atOnce(nodes, func(i int) error {
		value, err := s.Secrets(OneKey).Secret(t.Context(), "signing", func() ([]byte, error) {
			return fmt.Appendf(nil, "of node %d", i), nil
		})
		got[i] = string(value)
		return err
	}) {
		wantNoError(t, fmt.Sprintf("node %d", i), err)
	}
	kept := secret(t, s.Secrets(OneKey), "signing", "of a late node")
	for i, value := range got {
		if value != kept {
			t.Errorf("node %d got %q, and %q is kept", i, value, kept)
		}
	}
}

func secretsHaveNames(t *testing.T, s Subject) {
	secrets := s.Secrets(OneKey)
	secret(t, secrets, "one", "first")
	if got := secret(t, secrets, "two", "second"); got != "second" {
		t.Errorf("the second is %q", got)
	}
	if got := secret(t, secrets, "one", "third"); got != "first" {
		t.Errorf("the first is now %q", got)
	}
}

func anotherKeyIsRefused(t *testing.T, s Subject) {
	secret(t, s.Secrets(OneKey), "signing", "ours")
	got, err := s.Secrets(AnotherKey).Secret(t.Context(), "signing", func() ([]byte, error) { return []byte("theirs"), nil })
	wantFault(t, "with another key", err, fault.Unavailable)
	if len(got) != 0 {
		t.Errorf("and yet returned %q", got)
	}
	if fault.PublicOf(err) == "" {
		t.Error("no sentence says what to do")
	}
	if got := secret(t, s.Secrets(OneKey), "signing", "theirs"); got != "ours" {
		t.Errorf("with the first key it is now %q", got)
	}
}

func aFailedSecretIsNotKept(t *testing.T, s Subject) {
	secrets := s.Secrets(OneKey)
	broken := errors.New("no randomness")
	if _, err := secrets.Secret(t.Context(), "signing", func() ([]byte, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("the maker's error became %v", err)
	}
	if got := secret(t, secrets, "signing", "at last"); got != "at last" {
		t.Errorf("made %q", got)
	}
}

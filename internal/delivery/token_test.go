package delivery

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	aSession = "01936f1e-0000-7000-8000-000000000001"
	aVideo   = "01936f1e-0000-7000-8000-00000000000a"
	another  = "01936f1e-0000-7000-8000-00000000000b"
)

var (
	oldKey = bytes.Repeat([]byte{1}, 32)
	newKey = bytes.Repeat([]byte{2}, 32)
)

func newSigner(t testing.TB, keys ...[]byte) *Signer {
	t.Helper()
	s, err := NewSigner(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestATokenProvesItsSessionForItsVideoUntilItExpires(t *testing.T) {
	s := newSigner(t, newKey)
	start := time.Date(2026, 11, 23, 20, 0, 0, 500, time.UTC)
	s.now = func() time.Time { return start }
	token, expires := s.Sign(aSession, aVideo)
	if want := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC); !expires.Equal(want) {
		t.Fatalf("expires %v", expires)
	}
	grant, err := s.Verify(token, aVideo)
	if err != nil || grant.SessionID != aSession || !grant.Expires.Equal(expires) {
		t.Fatalf("%+v, %v", grant, err)
	}
	s.now = func() time.Time { return expires.Add(-time.Nanosecond) }
	if _, err := s.Verify(token, aVideo); err != nil {
		t.Fatalf("just before its end: %v", err)
	}
	s.now = func() time.Time { return expires }
	if _, err := s.Verify(token, aVideo); fault.CodeOf(err) != "token_expired" || !fault.Is(err, fault.Forbidden) {
		t.Fatalf("at its end: %v", err)
	}
}

func TestATokenOpensNoOtherVideo(t *testing.T) {
	s := newSigner(t, newKey)
	token, _ := s.Sign(aSession, aVideo)
	if _, err := s.Verify(token, another); fault.CodeOf(err) != "bad_token" {
		t.Fatalf("got %v", err)
	}
}

func TestNoByteOfATokenCanBeChanged(t *testing.T) {
	s := newSigner(t, newKey)
	token, _ := s.Sign(aSession, aVideo)
	for i := range len(token) {
		for _, c := range []byte("A0.-_~/") {
			forged := token[:i] + string(c) + token[i+1:]
			if forged == token {
				continue
			}
			if _, err := s.Verify(forged, aVideo); fault.CodeOf(err) != "bad_token" {
				t.Fatalf("%q: %v", forged, err)
			}
		}
	}
	for _, forged := range []string{"", ".", "..", token[:len(token)-1], token + "A", token + "=", " " + token, strings.Repeat("A", 5000)} {
		if _, err := s.Verify(forged, aVideo); fault.CodeOf(err) != "bad_token" {
			t.Fatalf("%q: %v", forged, err)
		}
	}
}

func TestWhatIsSignedCannotBeDividedAnotherWay(t *testing.T) {
	s := newSigner(t, newKey)
	token, _ := s.Sign("a", "b\nc") // an id that would move the line ends
	if _, err := s.Verify(token, "b\nc"); err == nil {
		t.Fatal("an id with a line end was accepted")
	}
	token, _ = s.Sign("a.b", aVideo)
	if _, err := s.Verify(token, aVideo); err == nil {
		t.Fatal("a session with a dot was accepted")
	}
}

func TestAReplacedKeyPlaysOnUntilItIsTakenAway(t *testing.T) {
	token, _ := newSigner(t, oldKey).Sign(aSession, aVideo)
	if _, err := newSigner(t, newKey, oldKey).Verify(token, aVideo); err != nil {
		t.Fatalf("both keys: %v", err)
	}
	if _, err := newSigner(t, newKey).Verify(token, aVideo); fault.CodeOf(err) != "bad_token" {
		t.Fatalf("the new key alone: %v", err)
	}
}

func TestASignerNeedsARealKey(t *testing.T) {
	if _, err := NewSigner(); err == nil {
		t.Error("no key")
	}
	if _, err := NewSigner(newKey, newKey[:31]); err == nil {
		t.Error("a short key")
	}
}

// A verified token is exactly one that this signer wrote.
func FuzzToken(f *testing.F) {
	s, err := NewSigner(newKey)
	if err != nil {
		f.Fatal(err)
	}
	s.now = func() time.Time { return time.Unix(1_800_000_000, 0) }
	good, _ := s.Sign(aSession, aVideo)
	for _, seed := range []string{good, "", "1800021600." + aSession + ".", strings.Repeat(".", 9), good + "\x00"} {
		f.Add(seed, aVideo)
	}
	f.Add(good, another)
	f.Fuzz(func(t *testing.T, token, videoID string) {
		if _, err := s.Verify(token, videoID); err == nil && (token != good || videoID != aVideo) {
			t.Fatalf("%q opens %q", token, videoID)
		}
	})
}

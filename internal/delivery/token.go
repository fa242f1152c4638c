package delivery

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// TokenLife is how long a token plays. Asking for a new ticket renews it.
const TokenLife = 6 * time.Hour

const (
	minKey   = 32  // bytes of a signing key
	maxToken = 200 // characters
	maxID    = 64
)

// Signer signs and checks media tokens. A token is text, "expiry.session.signature", so
// that a few lines of script at an edge can check it: the signature is HMAC-SHA-256
// over "kk-media-1", session, video and expiry, one a line, in base64url.
type Signer struct {
	keys [][]byte
	now  func() time.Time
}

// Grant is what a token proves.
type Grant struct {
	SessionID string
	Expires   time.Time
}

// NewSigner returns a signer that signs with the first key and accepts all of them, so
// that a key can be replaced without stopping anybody's film.
func NewSigner(keys ...[]byte) (*Signer, error) {
	if len(keys) == 0 {
		return nil, fault.Wrap("delivery.signer", errors.New("no signing key"))
	}
	for _, key := range keys {
		if len(key) < minKey {
			return nil, fault.Wrap("delivery.signer", errors.New("a signing key has at least 32 bytes"))
		}
	}
	return &Signer{keys: keys, now: time.Now}, nil
}

// Sign returns a token by which the session plays the video, and when it ends.
func (s *Signer) Sign(sessionID, videoID string) (token string, expires time.Time) {
	expires = s.now().Add(TokenLife).Truncate(time.Second).UTC()
	at := strconv.FormatInt(expires.Unix(), 10)
	return at + "." + sessionID + "." + mac(s.keys[0], sessionID, videoID, at), expires
}

// Open returns the path below which the session finds the video's files.
func (s *Signer) Open(sessionID, videoID string) (path string, expires time.Time) {
	token, expires := s.Sign(sessionID, videoID)
	return root(token, videoID), expires
}

// root is the path below which a token opens a video.
func root(token, videoID string) string { return "/media/" + token + "/" + videoID + "/" }

// Verify returns what a token grants for this video; fault.Forbidden when it grants
// nothing. A forged token is told from an expired one only if its signature is right.
func (s *Signer) Verify(token, videoID string) (Grant, error) {
	at, rest, _ := strings.Cut(token, ".")
	sessionID, signature, _ := strings.Cut(rest, ".")
	if len(token) > maxToken || !plainID(sessionID) || !plainID(videoID) {
		return Grant{}, refused("bad_token", "This link is not one of ours.")
	}
	right := false
	for _, key := range s.keys {
		right = hmac.Equal([]byte(signature), []byte(mac(key, sessionID, videoID, at))) || right
	}
	unix, err := strconv.ParseInt(at, 10, 64)
	if !right || err != nil {
		return Grant{}, refused("bad_token", "This link is not one of ours.")
	}
	expires := time.Unix(unix, 0).UTC()
	if !s.now().Before(expires) {
		return Grant{}, refused("token_expired", "This link has expired. Start playing again for a new one.")
	}
	return Grant{SessionID: sessionID, Expires: expires}, nil
}

func mac(key []byte, sessionID, videoID, at string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("kk-media-1\n" + sessionID + "\n" + videoID + "\n" + at))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// plainID keeps ids to characters that cannot be taken for a separator.
func plainID(id string) bool {
	if id == "" || len(id) > maxID {
		return false
	}
	return !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

func refused(code, public string) error {
	return fault.New(fault.Forbidden, "delivery.verify", code, public)
}

package upload

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// URLLife is how long the address of a part may be used.
const URLLife = 24 * time.Hour

// SignPart returns the proof that whoever shows it may deliver this part until expires:
// what a presigned address is on S3, so that clients need no other.
func (s *Service) SignPart(uploadID string, number int, expires time.Time) string {
	mac := hmac.New(sha256.New, s.SigningKey)
	fmt.Fprintf(mac, "upload part\n%s\n%d\n%d", uploadID, number, expires.Unix())
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// VerifyPart checks such a proof.
func (s *Service) VerifyPart(uploadID string, number int, expires time.Time, signature string) error {
	if !hmac.Equal([]byte(signature), []byte(s.SignPart(uploadID, number, expires))) {
		return fault.New(fault.Forbidden, "upload.verify", "bad_signature", "This address was not given out by this server.")
	}
	if !expires.After(s.now()) {
		return fault.New(fault.Forbidden, "upload.verify", "url_expired", "This address has expired. Ask for a fresh one.")
	}
	return nil
}

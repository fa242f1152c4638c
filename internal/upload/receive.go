package upload

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Delivery is one part as it arrives.
type Delivery struct {
	UploadID string
	Number   int
	Size     int64  // as announced; -1 when it is not known
	Digest   string // SHA-256, hex, that the bytes must have; "" when the client does not say
	Body     io.Reader
}

// ReceivePart stores one part, verified, and returns its digest. A part that is stored
// already is compared, not written: sending the same again is fine, another is refused.
// Of two deliveries of one part at once, the later one wins.
func (s *Service) ReceivePart(ctx context.Context, d Delivery) (digest string, err error) {
	const op = "upload.receive"
	u, err := s.Store.Upload(ctx, d.UploadID)
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	switch {
	case u.statusAt(s.now()) == Expired:
		return "", expired(op)
	case u.Status != Open:
		return "", fault.New(fault.Conflict, op, "complete", "This upload is complete.")
	}
	part, ok := u.part(d.Number)
	if !ok || u.Multipart == "" || u.Direct {
		return "", fault.New(fault.NotFound, op, "no_such_part", "This upload has no such part.")
	}
	if d.Size >= 0 && d.Size != part.Size {
		return "", wrongSize(op)
	}

	key := flightKey{u.ID, part.Number}
	flight := s.flights.begin(key, d.Body)
	defer s.flights.end(key, flight)
	hash := sha256.New()
	body := io.TeeReader(flight, hash)
	known, err := s.Store.Part(ctx, u.ID, part.Number)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", fault.Wrap(op, err)
	}
	if err == nil {
		if _, err := io.Copy(io.Discard, io.LimitReader(body, part.Size+1)); err != nil {
			return "", fault.Wrap(op, err)
		}
		return compare(op, known.Digest, hex.EncodeToString(hash.Sum(nil)))
	}

	if part.Number == 1 {
		if body, err = checkFilm(op, body); err != nil {
			return "", err
		}
	}
	err = s.Blobs.WritePart(ctx, SourceKey(u.VideoID), u.Multipart, part, body)
	if code := fault.CodeOf(err); code == "too_short" || code == "too_long" {
		return "", wrongSize(op)
	}
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	digest = hex.EncodeToString(hash.Sum(nil))
	if d.Digest != "" && !strings.EqualFold(d.Digest, digest) {
		return "", fault.New(fault.Invalid, op, "wrong_digest", "This part was damaged on its way. Send it again.")
	}
	now := s.now()
	on, err := s.Store.AddPart(ctx, u.ID, Received{part.Number, part.Size, digest, now}, now.Add(life))
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	return compare(op, on.Digest, digest)
}

func compare(op, known, digest string) (string, error) {
	if known != digest {
		return "", fault.New(fault.Conflict, op, "part_differs", "This part has arrived already, with other bytes.")
	}
	return digest, nil
}

func wrongSize(op string) error {
	return fault.New(fault.Invalid, op, "wrong_size", "The part does not have the size it should have.")
}

// checkFilm looks at the first bytes of a file and returns all of it again.
func checkFilm(op string, body io.Reader) (io.Reader, error) {
	head, err := io.ReadAll(io.LimitReader(body, sniffed))
	switch {
	case err != nil:
		return nil, fault.Wrap(op, err)
	case len(head) == 0:
		return nil, emptyFile(op)
	case !looksLikeFilm(head):
		return nil, notAVideo(op)
	}
	return io.MultiReader(bytes.NewReader(head), body), nil
}

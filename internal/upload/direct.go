package upload

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	// directLife is how long the address of a part of a direct upload may be used. It is
	// asked for when the part is about to be sent, so it need not last.
	directLife = time.Hour
	// quietAfter is for how long a client that is there may say nothing: with nothing left to
	// send it completes at once.
	quietAfter = 10 * time.Minute
	// maxTold is how many parts may be told of at once.
	maxTold = 1000
)

// Told is what a sender says of a part before it sends it.
type Told struct {
	Number int
	Digest string // SHA-256, hex
}

// Address is where a part goes, and how.
type Address struct {
	blob.Part
	blob.PartRequest
}

// Addresses returns where the parts of a direct upload go, straight to the store, good for
// these very bytes. Asking keeps the upload alive.
func (s *Service) Addresses(ctx context.Context, by account.Principal, id string, told []Told) ([]Address, error) {
	const op = "upload.addresses"
	u, err := s.own(ctx, op, by, id)
	switch {
	case err != nil:
		return nil, err
	case u.Status == Expired:
		return nil, expired(op)
	case u.Status == Complete:
		return nil, fault.New(fault.Conflict, op, "complete", "This upload is complete.")
	case !u.Direct:
		return nil, fault.New(fault.Conflict, op, "not_direct", "The parts of this upload are sent to this server.")
	case len(told) > maxTold:
		return nil, fault.New(fault.Invalid, op, "too_many_parts", "Ask for the addresses of fewer parts at once.")
	}
	list := make([]Address, len(told))
	for i, t := range told {
		part, ok := u.part(t.Number)
		if !ok {
			return nil, fault.New(fault.NotFound, op, "no_such_part", "This upload has no such part.")
		}
		signed, err := s.Direct.PresignPart(ctx, SourceKey(u.VideoID), u.Multipart, part, t.Digest, directLife)
		if err != nil {
			return nil, fault.Wrap(op, err)
		}
		list[i] = Address{part, signed}
	}
	now := s.now()
	return list, fault.Wrap(op, s.Store.Renew(ctx, u.ID, now, now.Add(life)))
}

// isDigest reports whether a text can be a SHA-256 in hexadecimal.
func isDigest(text string) bool {
	sum, err := hex.DecodeString(text)
	return err == nil && len(sum) == 32
}

// goesDirect reports whether the store takes parts from elsewhere: only one that verifies
// them, and from a page only one that lets its origin in. Where it does not, they come
// through this server, as if there were no other way.
func (s *Service) goesDirect(ctx context.Context, origin string) (bool, error) {
	if s.Direct == nil {
		return false, nil
	}
	if ok, err := s.Direct.Verifies(ctx); err != nil || !ok {
		return false, err
	}
	if origin == "" {
		return true, nil
	}
	return s.origins.admitted(ctx, origin, s.now(), func(ctx context.Context) (bool, error) {
		ok, err := s.Direct.Admits(ctx, origin)
		if err == nil && !ok {
			s.Logger.WarnContext(ctx, "uploads of this page pass through this server: the bucket's CORS rules do not let it in; kkmovies doctor says how to allow it", "origin", origin)
		}
		return ok, err
	})
}

// TakesDirect reports whether parts may be sent straight to the store from a program.
func (s *Service) TakesDirect(ctx context.Context) (bool, error) {
	ok, err := s.goesDirect(ctx, "")
	return ok, fault.Wrap("upload.takes_direct", err)
}

// origins remembers which pages a store lets in.
type origins struct {
	mu   sync.Mutex
	said map[string]admission
}

type admission struct {
	ok    bool
	until time.Time
}

const (
	admittedFor = 5 * time.Minute
	mostOrigins = 100 // one, mostly
	maxOrigin   = 300
)

func (o *origins) admitted(ctx context.Context, origin string, now time.Time, ask func(context.Context) (bool, error)) (bool, error) {
	if len(origin) > maxOrigin || !strings.HasPrefix(origin, "http://") && !strings.HasPrefix(origin, "https://") {
		return false, nil
	}
	o.mu.Lock()
	known, found := o.said[origin]
	o.mu.Unlock()
	if found && now.Before(known.until) {
		return known.ok, nil
	}
	ok, err := ask(ctx)
	if err != nil {
		return false, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.said == nil || len(o.said) >= mostOrigins {
		o.said = map[string]admission{}
	}
	o.said[origin] = admission{ok, now.Add(admittedFor)}
	return ok, nil
}

// statusOf is the status as of now. Of parts in a store that is not this server's any more
// nothing becomes.
func (s *Service) statusOf(u Upload) Status {
	if u.Direct && s.Direct == nil && u.Status == Open {
		return Expired
	}
	return u.statusAt(s.now())
}

// progressOfDirect asks the store what has arrived. An upload the store knows nothing of
// any more is expired, unless its file is whole already.
func (s *Service) progressOfDirect(ctx context.Context, u Upload) (Progress, error) {
	stored, err := s.Direct.Parts(ctx, SourceKey(u.VideoID), u.Multipart)
	if err == nil {
		return Progress{u, arrived(u, stored)}, nil
	}
	if !fault.Is(err, fault.NotFound) {
		return Progress{}, err
	}
	parts, err := s.recorded(ctx, u)
	if err != nil || parts != nil {
		return Progress{u, parts}, err
	}
	if _, err = s.Blobs.Stat(ctx, SourceKey(u.VideoID)); fault.Is(err, fault.NotFound) {
		u.Status, err = Expired, nil
	}
	return Progress{Upload: u}, err
}

// recorded returns the parts of a direct upload that somebody began to join; nil when
// nobody did.
func (s *Service) recorded(ctx context.Context, u Upload) ([]Received, error) {
	parts, err := s.Store.Parts(ctx, u.ID)
	if err != nil || len(parts) != len(u.Parts()) {
		return nil, err
	}
	return parts, nil
}

// beingJoined is what a store says that is about to have the whole file, for somebody else.
func beingJoined(op string) error {
	return fault.New(fault.Unavailable, op, "being_joined", "The storage is putting the parts of this file together. Ask again in a moment.")
}

// isRight reports whether a part that a store lists is one of this upload: others are sent
// again.
func isRight(u Upload, p blob.StoredPart) bool {
	part, ok := u.part(p.Number)
	return ok && p.Size == part.Size && isDigest(p.Digest)
}

// arrived returns of what a store lists the parts that are right.
func arrived(u Upload, stored []blob.StoredPart) []Received {
	var list []Received
	for _, p := range stored {
		if isRight(u, p) {
			list = append(list, Received{p.Number, p.Size, p.Digest, p.At})
		}
	}
	return list
}

// completeDirect makes a Source of what the store says has arrived.
func (s *Service) completeDirect(ctx context.Context, op string, u Upload) error {
	key := SourceKey(u.VideoID)
	stored, err := s.Direct.Parts(ctx, key, u.Multipart)
	if fault.Is(err, fault.NotFound) {
		return s.completeJoined(ctx, op, u)
	}
	if err != nil {
		return fault.Wrap(op, err)
	}
	stored = slices.DeleteFunc(stored, func(p blob.StoredPart) bool { return !isRight(u, p) })
	parts := arrived(u, stored)
	if missing := len(u.Parts()) - len(parts); missing > 0 {
		return partsMissing(op, missing)
	}
	// Once they are one object nobody tells their digests any more.
	if err := s.Store.SetParts(ctx, u.ID, parts, s.now()); err != nil {
		return fault.Wrap(op, err)
	}
	err = s.Direct.CompleteDirect(ctx, key, u.Multipart, stored)
	if fault.Is(err, fault.NotFound) {
		return beingJoined(op)
	}
	if err != nil {
		return fault.Wrap(op, err)
	}
	return s.finishDirect(ctx, op, u, parts)
}

// completeJoined goes on where somebody had the parts joined and could not finish, or where
// the whole file was put in its place by other means.
func (s *Service) completeJoined(ctx context.Context, op string, u Upload) error {
	parts, err := s.recorded(ctx, u)
	if err != nil {
		return fault.Wrap(op, err)
	}
	info, err := s.Blobs.Stat(ctx, SourceKey(u.VideoID))
	switch {
	case fault.Is(err, fault.NotFound) && parts != nil:
		return beingJoined(op)
	case fault.Is(err, fault.NotFound):
		return fault.New(fault.Conflict, op, "upload_expired", "The storage gave this upload up. Start it again.")
	case err != nil:
		return fault.Wrap(op, err)
	case info.Size != u.Size:
		return fault.New(fault.Conflict, op, "other_file", "Another file is stored in the place of this one.")
	}
	return s.finishDirect(ctx, op, u, parts)
}

// finishDirect looks at the first bytes of a file that is whole, of which this server has
// seen nothing so far, and finishes.
func (s *Service) finishDirect(ctx context.Context, op string, u Upload, parts []Received) error {
	head, err := s.Direct.Head(ctx, SourceKey(u.VideoID), sniffed)
	if fault.Is(err, fault.NotFound) { // some stores say that it is done while they do it for somebody else
		return beingJoined(op)
	}
	if err != nil {
		return fault.Wrap(op, err)
	}
	if !looksLikeFilm(head) {
		s.giveUp(context.WithoutCancel(ctx), u)
		return notAVideo(op)
	}
	digests := make([]string, len(parts))
	for i, p := range parts {
		digests[i] = p.Digest
	}
	return s.finish(ctx, op, u, u.Size, digests)
}

// Follow completes what a bucket's events say is there, whole. Events of other buckets, and
// of other things, are none of ours.
func (s *Service) Follow(ctx context.Context, bucket string, events []blob.Event) error {
	for _, e := range events {
		if !e.Created() || e.Bucket != bucket {
			continue
		}
		if err := s.Arrived(ctx, e.Key); err != nil {
			return fault.Wrap("upload.follow", err)
		}
	}
	return nil
}

// Arrived is told that an object is there, whole. When it is the file of an upload that is
// still open, that is completed; of anything else nothing is done.
func (s *Service) Arrived(ctx context.Context, key string) error {
	const op = "upload.arrived"
	folder, ok := strings.CutSuffix(key, "/source")
	videoID, ours := strings.CutPrefix(folder, "originals/")
	if !ok || !ours || key != SourceKey(videoID) {
		return nil
	}
	u, err := s.Store.OpenOf(ctx, videoID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return fault.Wrap(op, err)
	}
	if u.Status = s.statusOf(u); u.Multipart == "" || u.Status != Open {
		return nil // a stream is finished by whoever takes it in
	}
	_, err = s.complete(ctx, op, u)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Unsupported) || fault.Is(err, fault.NotFound) {
		s.Logger.InfoContext(ctx, "a stored file did not complete its upload", "upload", u.ID, "video", videoID, "why", err)
		return nil // told again, it would be the same
	}
	return err
}

// completeQuiet completes direct uploads all of whose parts have arrived and whose client
// is gone. One that cannot be completed does not keep others from it.
func (s *Service) completeQuiet(ctx context.Context, batch int) error {
	if s.Direct == nil {
		return nil
	}
	now := s.now()
	for after := ""; ; {
		list, err := s.Store.Quiet(ctx, now, now.Add(life-quietAfter), after, batch)
		if err != nil {
			return err
		}
		for _, u := range list {
			after = u.ID
			_, err := s.complete(ctx, "upload.sweep", u)
			switch code := fault.CodeOf(err); {
			case err == nil:
				s.Logger.InfoContext(ctx, "an upload was completed for a client that is gone", "upload", u.ID, "video", u.VideoID)
			case ctx.Err() != nil:
				return err
			case code == "parts_missing" || code == "upload_expired" || code == "being_joined": // it is waited for, or removed in time
			default:
				s.Logger.WarnContext(ctx, "an upload could not be completed", "upload", u.ID, "video", u.VideoID, "error", err)
			}
		}
		if len(list) < batch {
			return nil
		}
	}
}

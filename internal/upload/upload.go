// Package upload owns the way of a file from somebody's machine into the store: parts
// that may arrive in any order, over a bad network and over days, or one stream. What
// comes out is an immutable Source and its first job, in one transaction. It knows no
// HTTP and no SQL, and nothing of what is done with a Source.
//
// An upload is open until it is complete, cancelled or expired:
//
//	open ──all parts, complete──▶ complete (the video is processing, the Source exists)
//	  │ cancelled, or a day without a part
//	  ▼
//	removed, with its video
//
// Parts come through this server, or, of an upload that is Direct, go straight from
// whoever sends them to the store. Then the store is the truth of what arrived: it was
// told each part's digest before the part came and took no other bytes, and it is asked
// (Progress) instead of being counted along. This server is still who completes: it lists
// the parts, records their digests, has the store join these very parts, looks at the
// first bytes of the whole, and only then makes the Source. Each of these may be done
// twice, so it matters little who asks and how often. Three do:
//
//   - the client, when its last part was taken: the usual way;
//   - an event of the store that the whole file is there (Arrived): the process that had it
//     joined died before it could say so, or somebody put the file there by other means;
//   - Sweep, which finds uploads that are quiet and lack nothing: the client was closed
//     right after its last part. A client that goes away earlier leaves an open upload to
//     come back to, and one that never comes back is given up as any other, a day after it
//     last asked where to send a part.
package upload

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// Status is where an upload is on its way.
type Status string

const (
	Open     Status = "open"
	Complete Status = "complete"
	Expired  Status = "expired" // nothing arrived for too long; it is removed soon
)

// Upload is one file on its way.
type Upload struct {
	ID           string
	VideoID      string
	By           account.Principal
	FileName     string
	LastModified int64 // of the file, ms since 1970 as browsers tell it; 0 unknown
	Size         int64 // 0 for a stream whose end is not known yet
	PartSize     int64
	Multipart    string // the blob store's name for it; "" for a stream, which cannot be resumed
	Direct       bool   // its parts go straight to the store
	Status       Status
	CreatedAt    time.Time
	ExpiresAt    time.Time
}

// Parts returns how the file is cut: parts of PartSize, the last one shorter.
func (u Upload) Parts() []blob.Part {
	var parts []blob.Part
	for offset := int64(0); offset < u.Size; offset += u.PartSize {
		parts = append(parts, blob.Part{
			Number: len(parts) + 1, Offset: offset, Size: min(u.PartSize, u.Size-offset),
		})
	}
	return parts
}

// part returns the part of this number; false when there is none.
func (u Upload) part(number int) (blob.Part, bool) {
	offset := int64(number-1) * u.PartSize
	if number < 1 || number > maxParts || offset >= u.Size {
		return blob.Part{}, false
	}
	return blob.Part{Number: number, Offset: offset, Size: min(u.PartSize, u.Size-offset)}, true
}

// statusAt is the status as of now: the database does not watch the clock.
func (u Upload) statusAt(now time.Time) Status {
	if u.Status == Open && !u.ExpiresAt.After(now) {
		return Expired
	}
	return u.Status
}

// Received is a part that has arrived, whole and verified.
type Received struct {
	Number int
	Size   int64
	Digest string // SHA-256, hex
	At     time.Time
}

// Progress is an upload and what has arrived of it, by number.
type Progress struct {
	Upload
	Received []Received
}

// Source is a film file as uploaded: whole, stored and never changed.
type Source struct {
	ID          string
	VideoID     string
	BlobKey     string
	Size        int64
	PartSize    int64
	PartDigests []string // SHA-256, hex, of each part in order; none when nobody told them
	SHA256      string   // hex, of the whole file; "" until it has been worked out
	CreatedAt   time.Time
}

// SourceKey is where a video's source is stored.
func SourceKey(videoID string) string { return sourceFolder(videoID) + "source" }

func sourceFolder(videoID string) string { return "originals/" + videoID + "/" }

// Store keeps uploads and sources. Missing ones are fault.NotFound; every method may be
// retried. now is passed in, so that an upload expires at one instant for everyone:
// after it, none of these methods changes the upload but Remove.
type Store interface {
	// Create adds an upload and its video, of this title and with status uploading, in one
	// transaction.
	Create(ctx context.Context, u Upload, title string) error
	Upload(ctx context.Context, id string) (Upload, error)
	// Resumable lists a user's open uploads that have parts, newest first.
	Resumable(ctx context.Context, userID string, now time.Time, limit int) ([]Upload, error)
	// Part returns a part that has arrived.
	Part(ctx context.Context, uploadID string, number int) (Received, error)
	// Parts lists what has arrived, by number.
	Parts(ctx context.Context, uploadID string) ([]Received, error)
	// Pending is how many bytes all open resumable uploads still lack.
	Pending(ctx context.Context, now time.Time) (int64, error)
	// AddPart records a part and moves the expiry. Of the same part twice the first stays;
	// the answer is what is on record. NotFound unless the upload is open.
	AddPart(ctx context.Context, uploadID string, part Received, expires time.Time) (Received, error)
	// SetParts records all parts of a direct upload, in place of what it recorded of them
	// before. NotFound unless the upload is open at now.
	SetParts(ctx context.Context, uploadID string, parts []Received, now time.Time) error
	// Renew moves the expiry of an open upload; NotFound unless it is open at now.
	Renew(ctx context.Context, uploadID string, now, expires time.Time) error
	// Complete makes, in one transaction, the upload complete, its video processing, the
	// source exist and the jobs enqueued. When the upload is complete already, nothing is
	// changed and it is no error; NotFound unless it was open at the source's CreatedAt.
	Complete(ctx context.Context, uploadID string, source Source, next ...jobs.Args) error
	// OpenOf returns the open upload of a video.
	OpenOf(ctx context.Context, videoID string) (Upload, error)
	// Quiet lists direct uploads that are open at now and expire by then, by id, from the
	// one after an id on ("" for all).
	Quiet(ctx context.Context, now, by time.Time, after string, limit int) ([]Upload, error)
	// Expired lists uploads that were open when they expired.
	Expired(ctx context.Context, now time.Time, limit int) ([]Upload, error)
	// Remove deletes an upload that is not complete, expired or not, with its video.
	Remove(ctx context.Context, uploadID string) error
	// HasMultipart reports whether an open upload, expired or not, owns this multipart write.
	HasMultipart(ctx context.Context, multipart string) (bool, error)
	Source(ctx context.Context, videoID string) (Source, error)
	// SetSHA256 records the digest of the whole file.
	SetSHA256(ctx context.Context, videoID, sha256 string) error
}

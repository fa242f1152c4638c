// Package blob owns objects: immutable bytes under a key, written once and read by
// range. It knows nothing of films and imports nothing of KKMovies but fault.
//
// There are two engines: Files, a folder, and S3, a bucket. Each stands on its own
// technology and not on a portable blob library, because three things matter more here
// than portability and such a library hides all three: a local object is an *os.File (so
// net/http sends it by sendfile and ffmpeg opens it by path), a write never replaces, and
// an upload's parts arrive in any order, in parallel.
package blob

import (
	"context"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Store keeps objects. It is safe for use by many goroutines, and by many processes on
// the same place.
//
// Errors are faults: NotFound for an absent object or multipart write, Invalid for a
// bad key or a reader whose length is not the size promised, NoSpace when the place is
// full, Unavailable when it is away or refuses us, Cancelled when ctx ended; anything else
// is Internal. A failed write leaves nothing that a reader could see.
//
// Keys are relative paths of plain characters, MaxKey bytes at most. No key may be a
// folder of another: where "a" is an object, "a/b" is refused as Invalid.
//
// Nothing here retries: an engine that talks over a network retries inside, and callers
// may repeat every call, for each is idempotent.
type Store interface {
	// Put stores what r yields under key, which becomes visible whole and durable or not
	// at all. An object is never replaced: when key exists, Put reads nothing more from r,
	// leaves the object as it is and returns false without error. A size of -1 takes
	// everything up to the end of r.
	Put(ctx context.Context, key string, r io.Reader, size int64) (written bool, err error)

	// Open returns the object for reading; the caller closes it. It stays readable when
	// the object is deleted meanwhile, but for a large one of another machine: what was not
	// read yet is NotFound then. Where reading needs the network, ctx bounds it too.
	Open(ctx context.Context, key string) (Object, error)

	// Local is Open of an object that a program is to read by its Path, which is set. An
	// object of another machine is fetched whole first, once for all who want it, and stays
	// while it is open; what can never fit is refused as NoSpace, what must wait for others
	// as Unavailable. tell may be nil; it is called now and then while bytes arrive.
	Local(ctx context.Context, key string, tell func()) (Object, error)

	// Stat describes an object without opening it.
	Stat(ctx context.Context, key string) (Info, error)

	// List yields the objects whose keys begin with prefix ("" for all), in no promised
	// order. What is put or deleted meanwhile may or may not be among them. It ends after
	// the first error.
	List(ctx context.Context, prefix string) iter.Seq2[Info, error]

	// Delete removes an object. That it is gone already is no error.
	Delete(ctx context.Context, key string) error

	// DeletePrefix removes every object below a folder: a prefix that ends in "/". It is
	// not atomic; repeat it after an error.
	DeletePrefix(ctx context.Context, prefix string) error

	// Free returns how many bytes may still be stored, math.MaxInt64 when there is no
	// telling.
	Free(ctx context.Context) (int64, error)

	// Check asks the place whether it serves. What keeps it from doing so is in the fault's
	// sentence, for whoever runs it.
	Check(ctx context.Context) error

	// CreateMultipart begins an object of a known size that arrives in parts, over many
	// calls, perhaps over restarts. Nothing is visible under key before CompleteMultipart.
	// The pair of key and id names it from now on.
	CreateMultipart(ctx context.Context, key string, size int64) (id string, err error)

	// WritePart stores one part and returns when it is durable. Different parts may be
	// written at once. The same part may be written again, but not at the same time, and
	// a call that failed leaves the part's bytes undefined until one succeeds. Nothing is
	// written once r has failed: a caller stops a write for good by making r fail.
	WritePart(ctx context.Context, key, id string, part Part, r io.Reader) error

	// CompleteMultipart makes the object visible under key. The caller has seen WritePart
	// succeed for every part. As with Put, an object that exists is left as it is and the
	// parts are dropped. Completing what is complete is no error.
	CompleteMultipart(ctx context.Context, key, id string) error

	// AbortMultipart drops the parts. That they are gone already is no error.
	AbortMultipart(ctx context.Context, key, id string) error

	// ListMultipart yields the multipart writes that are neither complete nor aborted, as
	// List does.
	ListMultipart(ctx context.Context) iter.Seq2[Multipart, error]

	// Close releases the engine. No call may be under way or follow.
	Close() error
}

// Info describes an object.
type Info struct {
	Key     string
	Size    int64
	ModTime time.Time
}

// Object is an open object. Give http.ServeContent its ReadSeekCloser, not the Object:
// of a local file that is the *os.File, which the kernel can send by itself.
type Object struct {
	io.ReadSeekCloser
	Info
	Path string // of a local file, "" elsewhere; only for reading. It may go once Local's is closed
}

// Part is a run of bytes of a multipart write. Parts are numbered from 1 in the order
// of their offsets, 10,000 at most, and all but the last are of one size, at least
// 5 MiB: the rules of S3, which the engines do not check twice.
type Part struct {
	Number int
	Offset int64
	Size   int64
}

// Multipart is a multipart write under way.
type Multipart struct {
	Key     string
	ID      string
	Started time.Time // or later: when its last part arrived
}

// MaxKey is how many bytes a key may have.
const MaxKey = 200

// checkKey accepts relative, slash-separated names of plain characters. No element may
// begin with a dot: that rules out "." and ".." and leaves such names to the engine.
func checkKey(op, key string) error {
	if len(key) == 0 || len(key) > MaxKey {
		return fault.New(fault.Invalid, op, "bad_key", "")
	}
	for element := range strings.SplitSeq(key, "/") {
		if element == "" || element[0] == '.' || strings.ContainsFunc(element, unfit) {
			return fault.New(fault.Invalid, op, "bad_key", "")
		}
	}
	return nil
}

func unfit(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
		return false
	}
	return true
}

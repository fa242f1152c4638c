package blob

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	small       = 32 << 20 // what is no larger is kept whole when it is opened
	firstAnswer = 8 << 20  // of which this much comes with the first answer
	chunk       = 16 << 20 // what is larger is fetched by so much
	chunksOnWay = 4        // at once
)

// openKept returns an object as a file of this machine, which it is from the first time
// it is opened on. ok is false when it cannot be kept: it is too large, or there is no
// room. Then it is read where it is.
func (s *S3) openKept(ctx context.Context, op, key string) (o Object, ok bool, err error) {
	for range 3 { // a file may make room for another before it is opened
		if file, v, ok := s.cache.open(key); ok {
			return Object{file, v.Info, file.Name()}, true, nil
		}
		k, err := s.cache.bring(ctx, op, key, s.fetchSmall(key), nil)
		if notKept(err) {
			return Object{}, false, nil
		}
		if err != nil {
			return Object{}, false, err
		}
		file, err := os.Open(k.path)
		s.cache.unpin(k)
		if err == nil {
			return Object{file, k.Info, k.path}, true, nil
		}
	}
	return Object{}, false, nil
}

// notKept reports whether it is this machine that cannot have an object, not the store.
func notKept(err error) bool {
	return errors.Is(err, errLarge) || errors.Is(err, errNoRoom) || errors.Is(err, errInUse) || fault.Is(err, fault.NoSpace) || errors.Is(err, errDisk)
}

// errDisk is of a disk that does not take what is written.
var errDisk = errors.New("the local disk")

// fetchSmall fetches a small object by one request, or two.
func (s *S3) fetchSmall(key string) fetch {
	const op = "blob.read"
	return func(ctx context.Context, in *incomingFile) (version, error) {
		v, body, err := s.get(ctx, version{Info: Info{Key: key}}, 0, firstAnswer)
		if err != nil {
			return v, s.classify(ctx, op, err)
		}
		r := &stretch{s: s, ctx: ctx, version: v, end: v.Size, body: body, bodyEnd: min(firstAnswer, v.Size)}
		defer r.close()
		if v.Size > small {
			return v, errLarge
		}
		if err := in.setAside(v.Size); err != nil {
			return v, err
		}
		return v, in.take(r, 0)
	}
}

// take writes what a stretch yields at an offset of the file.
func (in *incomingFile) take(r *stretch, offset int64) error {
	buffer := buffers.Get().(*[256 << 10]byte)
	defer buffers.Put(buffer)
	for {
		n, err := r.Read(buffer[:])
		if n > 0 {
			if _, err := in.WriteAt(buffer[:n], offset); err != nil {
				return errors.Join(errDisk, classify("blob.read", err))
			}
			offset += int64(n)
			in.moved(int64(n))
		}
		if r.at >= r.end {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Local implements Store: the object is fetched whole, once for all who want it, and
// stays while it is open.
func (s *S3) Local(ctx context.Context, key string, tell func()) (Object, error) {
	const op = "blob.local"
	if err := checkKey(op, key); err != nil {
		return Object{}, err
	}
	v, _, err := s.head(ctx, key)
	if err != nil {
		return Object{}, s.classify(ctx, op, err)
	}
	k, ok := s.cache.pin(v)
	if !ok {
		name := key + whole
		if v.Size <= small { // whoever opens it fetches it the same way
			name = key
		}
		k, err = s.cache.bring(ctx, op, name, s.fetchWhole(v), tell)
	}
	switch {
	case errors.Is(err, errInUse):
		return Object{}, &fault.Error{Kind: fault.Unavailable, Op: op, Code: "no_room_yet", Cause: err,
			Public: "The server works on other films and has no room for this one yet. It waits for its turn."}
	case notKept(err):
		return Object{}, &fault.Error{Kind: fault.NoSpace, Op: op, Code: "no_room_to_fetch", Cause: err, Public: fmt.Sprintf(
			"This file has %.1f GB and does not fit on the server that works on it. Whoever runs it can raise KK_CACHE_SIZE, or make room on its disk.", float64(v.Size)/1e9)}
	case err != nil:
		return Object{}, fault.Wrap(op, err)
	}
	file, err := os.Open(k.path)
	if err != nil { // deleted meanwhile
		s.cache.unpin(k)
		return Object{}, classify(op, err)
	}
	return Object{&pinned{File: file, cache: s.cache, kept: k}, k.Info, k.path}, nil
}

// pinned is a file that stays where it is until it is closed.
type pinned struct {
	*os.File
	cache *cache
	kept  *kept
	once  sync.Once
}

func (p *pinned) Close() error {
	p.once.Do(func() { p.cache.unpin(p.kept) })
	return p.File.Close()
}

// fetchWhole fetches an object of any size, several parts of it at once.
func (s *S3) fetchWhole(v version) fetch {
	return func(ctx context.Context, in *incomingFile) (version, error) {
		if err := in.setAside(v.Size); err != nil {
			return v, err
		}
		on, fetching := errgroup.WithContext(ctx)
		on.SetLimit(chunksOnWay)
		for at := int64(0); at < v.Size && fetching.Err() == nil; at += chunk {
			on.Go(func() error {
				r := &stretch{s: s, ctx: fetching, version: v, at: at, end: min(at+chunk, v.Size)}
				defer r.close()
				return in.take(r, at)
			})
		}
		err := on.Wait()
		if ctx.Err() != nil { // perhaps before the last part was begun
			err = cancelled(ctx, "blob.local")
		}
		return v, err
	}
}

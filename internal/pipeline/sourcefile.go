package pipeline

import (
	"context"
	"errors"
	"sync"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// sourceFile is what encoders read of a video. A path is there once it is asked for: where
// films are on another machine, most of what is made of one is fed the few ranges it needs,
// and only a program that must seek by itself makes the whole of it come.
type sourceFile struct {
	blob.Info
	blobs blob.Store
	tell  func() // while it comes; may be nil

	mu   sync.Mutex
	held blob.Object // open from the first time its path was asked for
}

// openSource finds what encoders read of a video; the caller closes it. That it is what was
// uploaded is seen by its size.
func (p *Pipeline) openSource(ctx context.Context, src Source, tell func()) (*sourceFile, error) {
	info, err := p.Blobs.Stat(ctx, src.EncodeKey)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, errSourceMissing
	case err != nil:
		return nil, err
	case src.EncodeKey == src.BlobKey && info.Size != src.Size:
		return nil, errSourceChanged
	}
	return &sourceFile{Info: info, blobs: p.Blobs, tell: tell}, nil
}

// path returns the path of the whole of it, which stays until it is closed.
func (f *sourceFile) path(ctx context.Context) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held.ReadSeekCloser != nil {
		return f.held.Path, nil
	}
	object, err := f.blobs.Local(ctx, f.Key, f.tell)
	switch {
	case fault.Is(err, fault.NotFound):
		return "", errSourceMissing
	case err != nil:
		return "", err
	case object.Size != f.Size:
		return "", errors.Join(errSourceChanged, object.Close())
	}
	f.held = object
	return object.Path, nil
}

func (f *sourceFile) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held.ReadSeekCloser != nil {
		f.held.Close() // it was only read
		f.held = blob.Object{}
	}
}

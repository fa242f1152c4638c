package pipeline

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Where films are on another machine, one that is looked at in part comes in part: as a file with
// holes, since the program that looks must seek in it.
const (
	partsOnWay = 8       // ranges fetched at once
	partBlock  = 1 << 20 // read at once of each
	mostOfFilm = 3       // quarters of a film at most: to fetch more, the whole of it does better
)

// part makes a file in a folder that has a part of a stored film, and returns its path: "" where
// the whole film is as near, or which bytes are looked at cannot be told.
func (p *Pipeline) part(ctx context.Context, key string, of source.Part, folder string) (path string, err error) {
	const op = "pipeline.part"
	if near, err := p.isNear(ctx, key); near || err != nil {
		return "", err
	}
	t, err := p.copies.tables(ctx, key)
	if err != nil {
		return "", nil // it is no such file, or whoever reads the whole of it is told
	}
	ranges, err := t.Ranges(of)
	if err != nil {
		return "", nil
	}
	var bytes int64
	for _, r := range ranges {
		bytes += r.Bytes
	}
	if bytes > t.object.info.Size/4*mostOfFilm {
		return "", nil
	}
	if p.HasRoom != nil && !p.HasRoom() {
		return "", &fault.Error{Kind: fault.NoSpace, Op: op, Code: "no_space"}
	}
	file, err := os.Create(filepath.Join(folder, "part"))
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	defer file.Close()
	if err := file.Truncate(t.object.info.Size); err != nil {
		return "", fault.Wrap(op, err)
	}
	defer t.object.hold()()
	on, fetching := errgroup.WithContext(ctx)
	on.SetLimit(partsOnWay)
	for _, r := range ranges {
		on.Go(func() error { return fetchRange(fetching, file, t.object, r) })
	}
	if err := on.Wait(); err != nil {
		return "", fault.Wrap(op, fromSource(err))
	}
	return file.Name(), nil
}

// isNear tells whether the whole of an object is on this machine, or soon is.
func (p *Pipeline) isNear(ctx context.Context, key string) (bool, error) {
	object, err := p.Blobs.Open(ctx, key)
	if err != nil {
		return false, fromSource(err)
	}
	defer object.Close()
	return object.Path != "", nil
}

func fetchRange(ctx context.Context, to io.WriterAt, from io.ReaderAt, r source.Range) error {
	block := make([]byte, min(r.Bytes, partBlock))
	for at, end := r.From, r.From+r.Bytes; at < end; {
		if err := ctx.Err(); err != nil {
			return err
		}
		some := block[:min(int64(len(block)), end-at)]
		n, err := from.ReadAt(some, at)
		if n < len(some) {
			if err == nil || errors.Is(err, io.EOF) {
				return errSourceChanged
			}
			return err
		}
		if _, err := to.WriteAt(some, at); err != nil {
			return err
		}
		at += int64(n)
	}
	return nil
}

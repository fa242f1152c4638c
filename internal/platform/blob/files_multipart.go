package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// A multipart write is one sparse file of the final size in the folder multipart, named
// by its id and its key, whose slashes are written as "+", a character no key has.

func multipartName(op, key, id string) (string, error) {
	if err := checkKey(op, key); err != nil {
		return "", err
	}
	if id == "" || len(id) > 40 || strings.ContainsFunc(id, unfit) || strings.Contains(id, ".") {
		return "", fault.New(fault.NotFound, op, "", "")
	}
	return path.Join(multipart, id+"."+strings.ReplaceAll(key, "/", "+")), nil
}

// CreateMultipart implements Store.
func (f *Files) CreateMultipart(_ context.Context, key string, size int64) (string, error) {
	const op = "blob.create_multipart"
	id := rand.Text()
	name, err := multipartName(op, key, id)
	if err != nil {
		return "", err
	}
	if size <= 0 {
		return "", fault.New(fault.Invalid, op, "bad_size", "")
	}
	file, err := f.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", classify(op, err)
	}
	err = file.Truncate(size)
	if err == nil {
		err = file.Sync()
	}
	if err == nil {
		err = f.syncDir(multipart)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		f.root.Remove(name)
		return "", classify(op, err)
	}
	return id, nil
}

// WritePart implements Store. Each part is synced as it ends: the disk writes while the
// next part is on its way, and completing even a very large file takes no time.
func (f *Files) WritePart(ctx context.Context, key, id string, part Part, r io.Reader) error {
	const op = "blob.write_part"
	name, err := multipartName(op, key, id)
	if err != nil {
		return err
	}
	file, err := f.root.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return classify(op, err)
	}
	defer file.Close()
	whole, err := file.Stat()
	if err != nil {
		return classify(op, err)
	}
	if part.Offset < 0 || part.Size <= 0 || part.Offset > whole.Size()-part.Size {
		return fault.New(fault.Invalid, op, "bad_part", "")
	}
	if err := copyExactly(ctx, op, io.NewOffsetWriter(file, part.Offset), r, part.Size); err != nil {
		return err
	}
	return classify(op, file.Sync())
}

// CompleteMultipart implements Store.
func (f *Files) CompleteMultipart(ctx context.Context, key, id string) error {
	const op = "blob.complete_multipart"
	name, err := multipartName(op, key, id)
	if err != nil {
		return err
	}
	_, err = f.publish(name, key)
	if missing(err) {
		if _, err := f.Stat(ctx, key); err != nil {
			return fault.Wrap(op, err)
		}
		return nil
	}
	if err != nil {
		return classify(op, err)
	}
	return f.AbortMultipart(ctx, key, id) // the object has its own name now
}

// AbortMultipart implements Store.
func (f *Files) AbortMultipart(_ context.Context, key, id string) error {
	const op = "blob.abort_multipart"
	name, err := multipartName(op, key, id)
	if fault.Is(err, fault.NotFound) { // of another store
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.root.Remove(name); err != nil && !missing(err) {
		return classify(op, err)
	}
	return nil
}

// ListMultipart implements Store.
func (f *Files) ListMultipart(ctx context.Context) iter.Seq2[Multipart, error] {
	const op = "blob.list_multipart"
	return func(yield func(Multipart, error) bool) {
		entries, err := fs.ReadDir(f.root.FS(), multipart)
		if err != nil {
			yield(Multipart{}, classify(op, err))
			return
		}
		for _, entry := range entries {
			if ctx.Err() != nil {
				yield(Multipart{}, cancelled(ctx, op))
				return
			}
			id, key, _ := strings.Cut(entry.Name(), ".")
			key = strings.ReplaceAll(key, "+", "/")
			info, err := entry.Info()
			if err != nil || checkKey(op, key) != nil {
				continue // gone meanwhile, or none of ours
			}
			if !yield(Multipart{key, id, info.ModTime()}, nil) {
				return
			}
		}
	}
}

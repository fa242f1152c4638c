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
	"path/filepath"
	"strings"
	"syscall"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Files keeps each object as a file at its key below one folder. What is not whole yet
// lives in two folders no key can name: incoming for Put, multipart for uploads. All
// are on one file system, so a finished file gets its name by link(2), which, unlike
// rename, never replaces.
type Files struct {
	root *os.Root // confines every access, symbolic links included
}

const (
	incoming  = ".incoming"
	multipart = ".multipart"
)

// OpenFiles opens the folder dir, which is made when absent, and sweeps out what
// writers that died left behind. Multipart writes stay: they outlive their process.
func OpenFiles(dir string) (*Files, error) {
	const op = "blob.open"
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, classify(op, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, classify(op, err)
	}
	f := &Files{root}
	for _, name := range []string{incoming, multipart} {
		if err := f.mkdir(name); err != nil {
			return nil, errors.Join(classify(op, err), root.Close())
		}
	}
	if err := f.sweep(); err != nil {
		return nil, errors.Join(classify(op, err), root.Close())
	}
	return f, nil
}

// Close implements Store.
func (f *Files) Close() error { return f.root.Close() }

// Put implements Store.
func (f *Files) Put(ctx context.Context, key string, r io.Reader, size int64) (bool, error) {
	const op = "blob.put"
	if err := checkKey(op, key); err != nil {
		return false, err
	}
	if exists, err := f.exists(key); exists || err != nil {
		return false, classify(op, err)
	}
	file, temp, err := f.create()
	if err != nil {
		return false, classify(op, err)
	}
	defer file.Close()
	defer f.root.Remove(temp)
	settling := newSettling(file)
	copyErr := copyExactly(ctx, op, settling, r, size)
	settleErr := settling.wait()
	if copyErr != nil {
		return false, copyErr
	}
	if err := errors.Join(settleErr, file.Sync()); err != nil {
		return false, classify(op, err)
	}
	written, err := f.publish(temp, key)
	return written, classify(op, err)
}

// create opens a new file in incoming and locks it: the lock says that its writer is
// alive, and the kernel drops it when the writer dies, however it dies.
func (f *Files) create() (*os.File, string, error) {
	for {
		name := path.Join(incoming, rand.Text())
		file, err := f.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err != nil {
			return nil, "", err
		}
		// A sweep may have come between the two calls and taken the file for a leftover.
		if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			if _, err := f.root.Lstat(name); err == nil {
				return file, name, nil
			}
		}
		file.Close()
	}
}

// sweep removes the files in incoming that no living writer holds.
func (f *Files) sweep() error {
	entries, err := fs.ReadDir(f.root.FS(), incoming)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := path.Join(incoming, entry.Name())
		file, err := f.root.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			err = f.root.Remove(name)
		}
		file.Close()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// publish gives the whole file temp its final name, unless that is taken.
func (f *Files) publish(temp, key string) (written bool, err error) {
	dir := path.Dir(key)
	for range 3 { // the folder may be deleted between the two calls
		if err := f.mkdir(dir); err != nil {
			return false, err
		}
		if err = f.root.Link(temp, key); !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err == nil {
		return true, f.syncDir(dir)
	}
	if exists, refused := f.exists(key); exists || refused != nil {
		return false, refused
	}
	return false, err
}

// exists reports whether key is an object. A key that is a folder of others, or has an
// object for a folder, is refused: another engine could keep both, this one cannot.
func (f *Files) exists(key string) (bool, error) {
	info, err := f.root.Lstat(key)
	switch {
	case errors.Is(err, syscall.ENOTDIR), err == nil && !info.Mode().IsRegular():
		return false, fault.New(fault.Invalid, "blob.exists", "bad_key", "")
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	}
	return err == nil, err
}

// mkdir makes a folder and those above it, durably.
func (f *Files) mkdir(dir string) error {
	err := f.root.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrNotExist) {
		if err := f.mkdir(path.Dir(dir)); err != nil {
			return err
		}
		err = f.root.Mkdir(dir, 0o700)
	}
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.syncDir(path.Dir(dir))
}

func (f *Files) syncDir(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Open implements Store.
func (f *Files) Open(_ context.Context, key string) (Object, error) {
	const op = "blob.read"
	if err := checkKey(op, key); err != nil {
		return Object{}, err
	}
	file, err := f.root.Open(key)
	if err != nil {
		return Object{}, classify(op, err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist // a folder on the way to objects is none itself
	}
	if err != nil {
		file.Close()
		return Object{}, classify(op, err)
	}
	return Object{file, Info{key, info.Size(), info.ModTime()}, filepath.Join(f.root.Name(), filepath.FromSlash(key))}, nil
}

// Local implements Store: every object is local.
func (f *Files) Local(ctx context.Context, key string, _ func()) (Object, error) {
	return f.Open(ctx, key)
}

// Check implements Store.
func (f *Files) Check(ctx context.Context) error {
	_, err := f.Free(ctx)
	return err
}

// Stat implements Store.
func (f *Files) Stat(_ context.Context, key string) (Info, error) {
	const op = "blob.stat"
	if err := checkKey(op, key); err != nil {
		return Info{}, err
	}
	info, err := f.root.Lstat(key)
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return Info{}, classify(op, err)
	}
	return Info{key, info.Size(), info.ModTime()}, nil
}

// List implements Store.
func (f *Files) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	const op = "blob.list"
	return func(yield func(Info, error) bool) {
		walk := func(key string, entry fs.DirEntry, err error) error {
			switch {
			case missing(err): // deleted meanwhile, or never there
				return nil
			case err != nil:
				return err
			case ctx.Err() != nil:
				return cancelled(ctx, op)
			case entry.IsDir():
				apart := !strings.HasPrefix(key, prefix) && !strings.HasPrefix(prefix, key+"/")
				if key != "." && (apart || checkKey(op, key) != nil) {
					return fs.SkipDir
				}
				return nil
			case !strings.HasPrefix(key, prefix), !entry.Type().IsRegular(), checkKey(op, key) != nil:
				return nil
			}
			info, err := entry.Info()
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			if !yield(Info{key, info.Size(), info.ModTime()}, nil) {
				return fs.SkipAll
			}
			return nil
		}
		if err := fs.WalkDir(f.root.FS(), path.Dir(prefix+"*"), walk); err != nil {
			yield(Info{}, classify(op, err))
		}
	}
}

// Delete implements Store.
func (f *Files) Delete(_ context.Context, key string) error {
	const op = "blob.delete"
	if err := checkKey(op, key); err != nil {
		return err
	}
	if info, err := f.root.Lstat(key); err == nil && info.IsDir() {
		return nil
	}
	err := f.root.Remove(key)
	if err != nil && !missing(err) {
		return classify(op, err)
	}
	return nil
}

// DeletePrefix implements Store.
func (f *Files) DeletePrefix(_ context.Context, prefix string) error {
	const op = "blob.delete_prefix"
	dir, isDir := strings.CutSuffix(prefix, "/")
	if !isDir {
		return fault.New(fault.Invalid, op, "bad_key", "")
	}
	if err := checkKey(op, dir); err != nil {
		return err
	}
	if info, err := f.root.Lstat(dir); err != nil || !info.IsDir() {
		return nil
	}
	return classify(op, f.root.RemoveAll(dir))
}

// Free implements Store.
func (f *Files) Free(context.Context) (int64, error) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(f.root.Name(), &disk); err != nil {
		return 0, fault.Wrap("blob.free", err)
	}
	return int64(disk.Bavail) * int64(disk.Bsize), nil
}

// missing reports whether err says that a file is not there, its folder included.
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// classify makes a fault of what the file system says.
func classify(op string, err error) error {
	kind := fault.Internal
	var known *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return fault.Wrap(op, err)
	case missing(err):
		kind = fault.NotFound
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return full(op, err)
	}
	return &fault.Error{Kind: kind, Op: op, Cause: err}
}

var _ Store = (*Files)(nil)

package blob

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// standing is how an object of the source is at the target.
type standing int

const (
	absent standing = iota
	unsure          // of the same size, and not on the list
	listed
	different // of another size
)

// keyHash stands for a key: of a thousand million objects no two share one.
type keyHash [16]byte

func hashOf(key string) keyHash {
	sum := sha256.Sum256([]byte(key))
	return keyHash(sum[:16])
}

// share tells which of so many shares a key belongs to.
func (h keyHash) share(of int) int { return (int(h[0])<<16 | int(h[1])<<8 | int(h[2])) % of }

type atTarget struct {
	size   int64
	listed bool
}

// each calls do with every object of the source and how it is at the target. Neither side
// lists in any order, so the target's objects are remembered; of a target with more than fit,
// both sides are listed once for each share. Extra are the objects that only the target has.
func (m *Move) each(ctx context.Context, do func(Info, standing) error) (extra int64, err error) {
	shares, err := m.shares(ctx)
	if err != nil {
		return 0, err
	}
	for share := range shares {
		known, err := m.known(ctx, share, shares)
		if err != nil {
			return 0, err
		}
		for o, err := range m.From.List(ctx, "") {
			if err != nil {
				return 0, err
			}
			h := hashOf(o.Key)
			if h.share(shares) != share {
				continue
			}
			at := absent
			if there, ok := known[h]; ok {
				switch {
				case there.size != o.Size:
					at = different
				case there.listed:
					at = listed
				default:
					at = unsure
				}
				delete(known, h)
			}
			if err := do(o, at); err != nil {
				return 0, err
			}
		}
		extra += int64(len(known))
	}
	return extra, nil
}

// shares is how many are made of all objects.
func (m *Move) shares(ctx context.Context) (int, error) {
	if m.To == nil {
		return 1, nil
	}
	count := 0
	for _, err := range m.To.List(ctx, "") {
		if err != nil {
			return 0, err
		}
		count++
	}
	most := m.most
	if most == 0 {
		most = mostKnown
	}
	return count/most + 1, nil
}

// known is what the target has of a share of all objects.
func (m *Move) known(ctx context.Context, share, shares int) (map[keyHash]atTarget, error) {
	known := map[keyHash]atTarget{}
	if m.To == nil {
		return known, nil
	}
	for o, err := range m.To.List(ctx, "") {
		if err != nil {
			return nil, err
		}
		if h := hashOf(o.Key); h.share(shares) == share {
			known[h] = atTarget{size: o.Size}
		}
	}
	file, err := os.Open(m.List)
	if errors.Is(err, fs.ErrNotExist) {
		return known, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	lines := bufio.NewReader(file)
	for {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) { // the last line may have been cut off
			return known, nil
		}
		if err != nil {
			return nil, err
		}
		if _, key, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  "); ok {
			if there, ok := known[hashOf(key)]; ok {
				there.listed = true
				known[hashOf(key)] = there
			}
		}
	}
}

// moveList is the list while it is written.
type moveList struct {
	mu    sync.Mutex
	file  *os.File
	lines int
}

const syncLines = 500 // what is not on the disk yet is compared once more after a power cut

// openMoveList opens a list, or begins one. A line that was cut off is taken away.
func openMoveList(path string) (*moveList, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	end, err := lastLine(file)
	if err == nil {
		err = file.Truncate(end)
	}
	if err == nil {
		_, err = file.Seek(end, io.SeekStart)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return &moveList{file: file}, nil
}

// lastLine is where the last whole line ends: a line is not longer than a key and a digest.
func lastLine(file *os.File) (int64, error) {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	tail := make([]byte, min(size, MaxKey+2+2*sha256.Size+1))
	if _, err := file.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	return size - int64(len(tail)) + int64(bytes.LastIndexByte(tail, '\n')+1), nil
}

func (l *moveList) add(key, digest string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.file.WriteString(digest + "  " + key + "\n"); err != nil {
		return err
	}
	if l.lines++; l.lines%syncLines == 0 {
		return l.file.Sync()
	}
	return nil
}

func (l *moveList) close() error { return errors.Join(l.file.Sync(), l.file.Close()) }

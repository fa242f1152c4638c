package source

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	// maxBoxes bounds the boxes on one level: a real moov has a dozen, a real file a few.
	maxBoxes = 1 << 16
	// maxTable bounds what is read of one box: the largest table of a day at 60 frames a
	// second fits.
	maxTable = 64 << 20
	// maxSamples bounds the samples of all tracks read together: a day at 24 frames a second
	// with two sound tracks. It is what an index holds in memory, at most 24 bytes each.
	maxSamples = 12 << 20
)

// box is where the body of a box lies in the file.
type box struct {
	kind    string
	at, end int64
}

// header reads the box that begins at an offset and must end at another, at the latest.
func header(r io.ReaderAt, from, to int64) (box, error) {
	raw := make([]byte, min(to-from, 16))
	if err := readAt(r, raw, from); err != nil {
		return box{}, err
	}
	size, head := int64(binary.BigEndian.Uint32(raw)), int64(8)
	switch {
	case size == 0:
		size = to - from
	case size == 1 && len(raw) == 16:
		size, head = int64(binary.BigEndian.Uint64(raw[8:])), 16
	}
	if size < head || size > to-from {
		return box{}, refuse(DamagedTables, "box %q of %d bytes at %d", raw[4:8], size, from)
	}
	return box{string(raw[4:8]), from + head, from + size}, nil
}

// list reads the headers of the boxes between two offsets. Less than a header at the end is
// no box: QuickTime ends some lists with four zero bytes.
func list(r io.ReaderAt, from, to int64) ([]box, error) {
	var boxes []box
	for to-from >= 8 {
		if len(boxes) == maxBoxes {
			return nil, refuse(DamagedTables, "more than %d boxes in a row", maxBoxes)
		}
		b, err := header(r, from, to)
		if err != nil {
			return nil, err
		}
		boxes, from = append(boxes, b), b.end
	}
	return boxes, nil
}

// find returns the first box of a kind.
func find(boxes []box, kind string) (box, bool) {
	for _, b := range boxes {
		if b.kind == kind {
			return b, true
		}
	}
	return box{}, false
}

// descend follows a path of boxes, and lists what is in the last one. A missing box is an
// empty list.
func descend(r io.ReaderAt, boxes []box, path ...string) ([]box, error) {
	for _, kind := range path {
		b, ok := find(boxes, kind)
		if !ok {
			return nil, nil
		}
		var err error
		if boxes, err = list(r, b.at, b.end); err != nil {
			return nil, err
		}
	}
	return boxes, nil
}

// body reads a box of the list, nil when there is none.
func body(r io.ReaderAt, boxes []box, kind string) ([]byte, error) {
	b, ok := find(boxes, kind)
	if !ok {
		return nil, nil
	}
	if b.end-b.at > maxTable {
		return nil, refuse(MoovTooLarge, "%s of %d bytes", kind, b.end-b.at)
	}
	data := make([]byte, b.end-b.at)
	return data, readAt(r, data, b.at)
}

// rows reads a table that says how many rows it has, after version and flags.
func rows(r io.ReaderAt, boxes []box, kind string, width int) ([]byte, error) {
	data, err := body(r, boxes, kind)
	if err != nil || data == nil {
		return nil, err
	}
	if len(data) < 8 {
		return nil, refuse(DamagedTables, "%s of %d bytes", kind, len(data))
	}
	count := int64(binary.BigEndian.Uint32(data[4:]))
	if count*int64(width) > int64(len(data)-8) {
		return nil, refuse(DamagedTables, "%s says %d rows and has %d bytes", kind, count, len(data))
	}
	return data[8 : 8+count*int64(width)], nil
}

// readAt reads all of p. A file that ends early is not the one that was measured.
func readAt(r io.ReaderAt, p []byte, at int64) error {
	n, err := r.ReadAt(p, at)
	switch {
	case n == len(p):
		return nil
	case err == nil, errors.Is(err, io.EOF):
		return changed("%d bytes at %d, wanted %d", n, at, len(p))
	default:
		return fault.Wrap(op, err)
	}
}

package probe

import (
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
	"os"
)

// maxElements bounds a walk over a file's top level: far more than any real film has.
const maxElements = 1 << 20

// layout is what the first bytes of a file, and the headers of its top level, tell.
type layout struct {
	mp4     bool // MP4, MOV and their kin
	cut     bool // an MP4 that promises more than there is of its index
	indexed bool // it can be entered anywhere at no cost
}

// layoutOf walks the headers of a file's top level. An MP4 or MOV has an index when its
// sample table is whole, a Matroska or WebM file when it is complete and has cues. No
// other container has one.
func layoutOf(path string) (layout, error) {
	f, err := os.Open(path)
	if err != nil {
		return layout{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return layout{}, err
	}
	magic := make([]byte, 8)
	if _, err := io.ReadFull(f, magic); err != nil {
		return layout{}, nil // shorter than any film
	}
	if binary.BigEndian.Uint32(magic) == idEBML {
		return layout{indexed: hasCues(f, info.Size())}, nil
	}
	switch string(magic[4:]) {
	case "ftyp", "moov", "mdat", "free", "skip", "wide", "pnot", "styp", "uuid":
		return layout{mp4: true, indexed: hasSampleTable(f, info.Size()), cut: indexCut(f, info.Size())}, nil
	}
	return layout{}, nil
}

// hasSampleTable finds a moov that is not the beginning of a fragmented file.
func hasSampleTable(f io.ReaderAt, size int64) bool {
	at, end, ok := findBox(f, 0, size, "moov")
	if !ok {
		return false
	}
	_, _, fragmented := findBox(f, at, end, "mvex")
	return !fragmented
}

// indexCut finds a moov that the file ends in.
func indexCut(f io.ReaderAt, size int64) bool {
	at, _, whole := findBox(f, 0, size, "moov")
	return at > 0 && !whole
}

// findBox returns the body of the first box of this type between two offsets.
func findBox(f io.ReaderAt, from, to int64, kind string) (body, end int64, ok bool) {
	header := make([]byte, 16)
	for range maxElements {
		if to-from < 8 {
			break
		}
		if n, _ := f.ReadAt(header, from); n < 8 {
			break
		}
		size, head := int64(binary.BigEndian.Uint32(header)), int64(8)
		switch size {
		case 0:
			size = to - from
		case 1:
			size, head = int64(binary.BigEndian.Uint64(header[8:])), 16
		}
		if size < head {
			break
		}
		if string(header[4:8]) == kind {
			return from + head, from + min(size, to-from), size <= to-from
		}
		if size > to-from {
			break
		}
		from += size
	}
	return 0, 0, false
}

// The Matroska elements a walk needs to know.
const (
	idEBML    = 0x1A45DFA3
	idSegment = 0x18538067
	idCues    = 0x1C53BB6B
	idCluster = 0x1F43B675
)

// hasCues finds the cues of a Matroska file whose every element lies within it. A live
// recording, whose elements do not say how long they are, has none that matter.
func hasCues(f io.ReaderAt, size int64) bool {
	at, err := int64(0), error(nil)
	inside, found := false, false
	for range maxElements {
		if at >= size {
			return found
		}
		var id, length, head int64
		if id, length, head, err = element(f, at); err != nil {
			return false
		}
		if id == idSegment && !inside {
			inside = true
			at += head // go in
			continue
		}
		if length < 0 || at+head+length > size {
			return false
		}
		found = found || inside && id == idCues
		at += head + length
	}
	return false
}

// element reads the header of an EBML element; length is -1 when it does not say.
func element(f io.ReaderAt, at int64) (id, length, head int64, err error) {
	buf := make([]byte, 12)
	n, err := f.ReadAt(buf, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, 0, 0, err
	}
	buf = buf[:n]
	id, idBytes, ok := vint(buf, 4, false)
	if !ok {
		return 0, 0, 0, io.ErrUnexpectedEOF
	}
	length, lengthBytes, ok := vint(buf[idBytes:], 8, true)
	if !ok {
		return 0, 0, 0, io.ErrUnexpectedEOF
	}
	if length == 1<<(7*lengthBytes)-1 {
		length = -1
	}
	return id, length, int64(idBytes + lengthBytes), nil
}

// vint reads a number that says its own length in its leading zero bits.
func vint(b []byte, most int, strip bool) (value int64, size int, ok bool) {
	if len(b) == 0 || b[0] == 0 {
		return 0, 0, false
	}
	size = bits.LeadingZeros8(b[0]) + 1
	if size > most || size > len(b) {
		return 0, 0, false
	}
	for _, c := range b[:size] {
		value = value<<8 | int64(c)
	}
	if strip {
		value &^= 1 << (7 * size)
	}
	return value, size, true
}

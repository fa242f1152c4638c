package upload

import (
	"bytes"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// extensions are those of film files. A name without an extension says nothing and
// passes; then the first bytes decide alone.
var extensions = map[string]bool{
	".mp4": true, ".m4v": true, ".mov": true, ".qt": true, ".3gp": true, ".3g2": true, ".f4v": true,
	".mkv": true, ".mk3d": true, ".webm": true, ".avi": true, ".divx": true,
	".ts": true, ".m2ts": true, ".mts": true, ".mpg": true, ".mpeg": true, ".vob": true,
	".wmv": true, ".asf": true, ".flv": true, ".ogv": true, ".ogm": true, ".mxf": true,
}

func notAVideo(op string) error {
	return fault.New(fault.Unsupported, op, "not_a_video",
		"This file is not a film we can read. Upload an MP4, MOV, MKV, WebM, AVI or MPEG file.")
}

// maxFileName is what file systems allow, in bytes.
const maxFileName = 255

// cleanFileName drops a path some clients send along and refuses names that are none.
func cleanFileName(op, name string) (string, error) {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.TrimSpace(name)
	if name == "" || len(name) > maxFileName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return "", fault.New(fault.Invalid, op, "bad_file_name", "A file name has 1 to 255 characters, none of them hidden.")
	}
	if ext := strings.ToLower(path.Ext(name)); !extensions[ext] && looksLikeExtension(ext) {
		return "", notAVideo(op)
	}
	return name, nil
}

// looksLikeExtension tells ".txt" from what follows the last dot of "Dr. Strangelove".
func looksLikeExtension(ext string) bool {
	return len(ext) > 1 && len(ext) <= 6 && !strings.ContainsFunc(ext[1:], func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// sniffed is how many first bytes looksLikeFilm wants: five packets of a transport
// stream with timestamps.
const sniffed = 5 * 192

// looksLikeFilm reports whether a file that begins so may be a film. It only keeps out
// what certainly is none, before it fills the disk; probing judges properly.
func looksLikeFilm(head []byte) bool {
	at := func(offset int, magic string) bool {
		return len(head) >= offset+len(magic) && string(head[offset:offset+len(magic)]) == magic
	}
	switch {
	case at(4, "ftyp"), at(4, "styp"), at(4, "moov"), at(4, "mdat"), at(4, "wide"), at(4, "free"), at(4, "skip"),
		at(4, "pnot"), at(4, "udta"), at(4, "uuid"), at(4, "junk"): // MP4, MOV and their kin
		return true
	case at(0, "\x1a\x45\xdf\xa3"): // Matroska, WebM
		return true
	case at(0, "RIFF") && at(8, "AVI "):
		return true
	case at(0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11"): // ASF, WMV
		return true
	case at(0, "FLV\x01"), at(0, "OggS"):
		return true
	case at(0, "\x00\x00\x01\xba"), at(0, "\x00\x00\x01\xb3"): // MPEG program stream, or bare video
		return true
	}
	return transportStream(head) || bytes.Contains(head, []byte("\x06\x0e\x2b\x34\x02\x05\x01\x01")) // MXF, after its run-in
}

// transportStream looks for the sync byte of MPEG-TS at the start of each packet, which
// are 188 bytes apart, or 192 with timestamps before them. A recording may begin within a
// packet; then it takes more of them to be believed.
func transportStream(head []byte) bool {
	const sync = 0x47
	for _, apart := range []int{188, 192} {
		for first := range min(apart, len(head)) {
			packets, all := 0, true
			for i := first; i < len(head); i += apart {
				packets, all = packets+1, all && head[i] == sync
			}
			atStart := first == 0 || apart == 192 && first == 4
			if all && (packets >= 4 || atStart && packets >= 2) {
				return true
			}
		}
	}
	return false
}

// IsFilm reports whether a file's name ends like a film's.
func IsFilm(name string) bool { return extensions[strings.ToLower(path.Ext(name))] }

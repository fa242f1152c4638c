package upload

import (
	"bytes"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func TestFileNamesOfFilmsPassAndOthersAreRefused(t *testing.T) {
	for name, want := range map[string]string{
		"O Farol.mkv":           "O Farol.mkv",
		"FILM.MP4":              "FILM.MP4",
		"/home/ana/film.mov":    "film.mov",
		`C:\Videos\film.avi`:    "film.avi",
		"film":                  "film",
		"Dr. Strangelove":       "Dr. Strangelove",
		"blob":                  "blob",
		" spaced.webm ":         "spaced.webm",
		"中文.ts":                 "中文.ts",
		"archive.tar.mp4":       "archive.tar.mp4",
		"../../etc/film.mpeg":   "film.mpeg",
		"Mission - No. 5 Lives": "Mission - No. 5 Lives",
	} {
		if got, err := cleanFileName("test", name); got != want || err != nil {
			t.Errorf("%q: %q, error %v", name, got, err)
		}
	}
	for name, code := range map[string]string{
		"notes.txt": "not_a_video", "photo.JPEG": "not_a_video", "film.mp4.exe": "not_a_video", "song.mp3": "not_a_video",
		"playlist.m3u8": "not_a_video",
		"":              "bad_file_name", "/": "bad_file_name", "a\x00.mp4": "bad_file_name", "a\n.mp4": "bad_file_name",
		"\xff\xfe.mp4": "bad_file_name", strings.Repeat("a", 252) + ".mp4": "bad_file_name",
	} {
		if _, err := cleanFileName("test", name); fault.CodeOf(err) != code {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestTheFirstBytesTellFilmsFromOtherFiles(t *testing.T) {
	packets := func(first, apart int, n int) []byte {
		b := make([]byte, n)
		for i := first; i < n; i += apart {
			b[i] = 0x47
		}
		return b
	}
	for name, head := range map[string][]byte{
		"mp4":                            []byte("\x00\x00\x00\x20ftypisom\x00\x00\x02\x00"),
		"old mov":                        []byte("\x00\x00\x10\x00moov\x00\x00\x00\x6cmvhd"),
		"mov, mdat":                      []byte("\x00\x00\x00\x08wide\x00\x00\x10\x00mdat"),
		"matroska":                       []byte("\x1a\x45\xdf\xa3\x01\x00\x00\x00"),
		"avi":                            []byte("RIFF\x00\x00\x00\x00AVI LIST"),
		"wmv":                            []byte("\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9"),
		"flv":                            []byte("FLV\x01\x05"),
		"ogg":                            []byte("OggS\x00\x02"),
		"mpeg-ps":                        []byte("\x00\x00\x01\xba\x44"),
		"mpeg-ts":                        packets(0, 188, sniffed),
		"mpeg-ts, begun within a packet": packets(101, 188, sniffed),
		"m2ts":                           packets(4, 192, sniffed),
		"mpeg-ts, tiny":                  packets(0, 188, 2*188),
		"mxf":                            append(make([]byte, 40), "\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02"...),
	} {
		if !looksLikeFilm(head) {
			t.Errorf("%s is taken for none", name)
		}
	}
	for name, head := range map[string][]byte{
		"nothing":   nil,
		"text":      []byte("Good morning. " + strings.Repeat("This is a letter. ", 60)),
		"jpeg":      []byte("\xff\xd8\xff\xe0\x00\x10JFIF"),
		"png":       []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
		"gif":       append([]byte("GIF89a"), make([]byte, sniffed)...),
		"zip":       []byte("PK\x03\x04\x14\x00"),
		"wav":       []byte("RIFF\x00\x00\x00\x00WAVEfmt "),
		"pdf":       []byte("%PDF-1.7"),
		"elf":       []byte("\x7fELF\x02\x01\x01"),
		"hls":       []byte("#EXTM3U\n#EXT-X-VERSION:3\n"),
		"zeros":     make([]byte, sniffed),
		"all syncs": bytes.Repeat([]byte{0x48}, sniffed),
	} {
		if looksLikeFilm(head) {
			t.Errorf("%s is taken for a film", name)
		}
	}
}

func TestPartsCoverTheFileAndStayWithinTheirNumber(t *testing.T) {
	s := NewService(Options{})
	for _, size := range []int64{1, 5, 16 << 20, 16<<20 + 1, 160e9, 10_000 * 16 << 20, 10_000*16<<20 + 1, 200e9} {
		u := Upload{Size: size, PartSize: s.partSize(size)}
		parts := u.Parts()
		if len(parts) > maxParts || u.PartSize < 16<<20 {
			t.Errorf("%d bytes: %d parts of %d", size, len(parts), u.PartSize)
		}
		next := int64(0)
		for i, p := range parts {
			if p.Number != i+1 || p.Offset != next || p.Size <= 0 || p.Size > u.PartSize || (i < len(parts)-1 && p.Size != u.PartSize) {
				t.Fatalf("%d bytes: part %+v at %d", size, p, next)
			}
			if one, ok := u.part(p.Number); !ok || one != p {
				t.Fatalf("%d bytes: part %d is %+v alone, %+v among all", size, p.Number, one, p)
			}
			next += p.Size
		}
		if next != size {
			t.Errorf("%d bytes: parts hold %d", size, next)
		}
		for _, number := range []int{0, -1, len(parts) + 1, 1 << 40} {
			if p, ok := u.part(number); ok {
				t.Errorf("%d bytes: part %d is %+v", size, number, p)
			}
		}
	}
}

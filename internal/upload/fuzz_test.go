package upload

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/catalog/metadata"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Whatever a client calls its file, the name that is kept is one: of no folder, of no hidden
// character, and the same when it is cleaned again. It is a film's, or could be, and has a
// title that is as fit to be seen.
func FuzzFileName(f *testing.F) {
	for _, seed := range []string{
		"", ".", "a.mp4", "[x].mkv", "(2008)", "1999 2000 2001", "-.-", "\xff", `C:\fakepath\a.mp4`, "../../etc/passwd", "a.mp4/", " .mp4 ", "\u202ea.mp4",
		"O.Farol.de.Vidro.2023.1080p.mkv", "film.exe", strings.Repeat("é", 130) + ".mkv", "a\u00a0/ b.mov", "a.mp4\u0085", "- .mp4",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, said string) {
		name, err := cleanFileName("test", said)
		if err != nil {
			if fault.PublicOf(err) == "" {
				t.Errorf("no sentence: %v", err)
			}
			return
		}
		if name == "" || len(name) > maxFileName || !utf8.ValidString(name) || strings.ContainsAny(name, "/\\\x00") || strings.ContainsFunc(name, unicode.IsControl) {
			t.Fatalf("%q is kept as %q", said, name)
		}
		if again, err := cleanFileName("test", name); err != nil || again != name {
			t.Fatalf("%q is kept as %q, then as %q: %v", said, name, again, err)
		}
		title := metadata.Guess(name).Title
		if title == "" || len(title) > len(name) || !utf8.ValidString(title) || title != strings.TrimSpace(title) {
			t.Fatalf("%q has the title %q", name, title)
		}
		if _, err := catalog.CleanTitle(title); err != nil {
			t.Fatalf("%q has the title %q, which no film may have: %v", name, title, err)
		}
	})
}

// Looking at a file's first bytes takes none of them away, and what lies further in does not
// change what is thought of it.
func FuzzCheckFilm(f *testing.F) {
	for _, head := range []string{"", "\x00\x00\x00\x18ftypisom", "\x1a\x45\xdf\xa3", "RIFF....AVI ", "FLV\x01", "OggS", "#!/bin/sh\n"} {
		f.Add([]byte(head), []byte("more"))
	}
	f.Add(bytes.Repeat(append([]byte{0x47}, make([]byte, 187)...), 5), []byte{0x47})
	f.Add(append(make([]byte, 100), bytes.Repeat(append([]byte{0, 0, 0, 0, 0x47}, make([]byte, 187)...), 5)...), []byte{})
	f.Fuzz(func(t *testing.T, head, more []byte) {
		whole := append(bytes.Clone(head), more...)
		body, err := checkFilm("test", bytes.NewReader(whole))
		if err != nil {
			if code := fault.CodeOf(err); fault.PublicOf(err) == "" || (code == "empty_file") != (len(whole) == 0) {
				t.Errorf("%d bytes: %v", len(whole), err)
			}
		} else if all, err := io.ReadAll(body); err != nil || !bytes.Equal(all, whole) {
			t.Errorf("%d bytes of %d, %v", len(all), len(whole), err)
		}
		_, longer := checkFilm("test", bytes.NewReader(append(bytes.Clone(whole), 0xFF)))
		if len(whole) >= sniffed && fault.CodeOf(err) != fault.CodeOf(longer) {
			t.Errorf("%v, with a byte more %v", err, longer)
		}
	})
}

// However large a file is, its parts are all of it, one after the other, and each is found by
// its number alone.
func FuzzParts(f *testing.F) {
	f.Add(int64(1), int64(1))
	f.Add(int64(25<<20+1), int64(8<<20))
	f.Fuzz(func(t *testing.T, size, partSize int64) {
		if size < 1 || partSize < 1 || size > 1<<50 || size/partSize > 20_000 {
			return // no upload is larger, or cut into more
		}
		u := Upload{Size: size, PartSize: partSize}
		next := int64(0)
		for i, p := range u.Parts() {
			if p.Number != i+1 || p.Offset != next || p.Size < 1 || p.Size > partSize {
				t.Fatalf("part %d is %+v, the one before ends at %d", i+1, p, next)
			}
			if found, ok := u.part(p.Number); p.Number <= maxParts && (!ok || found != p) {
				t.Fatalf("part %d is %+v, found is %+v", i+1, p, found)
			}
			next += p.Size
		}
		if next != size {
			t.Fatalf("the parts hold %d of %d bytes", next, size)
		}
	})
}

package metadata

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// plain returns a file's text as UTF-8, whatever the program that wrote it preferred: by its
// mark where it has one, as UTF-8 where it is that, else as Windows-1252, which holds Latin-1.
func plain(file []byte) []byte {
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(file, []byte("\xef\xbb\xbf")):
		return bytes.ToValidUTF8(file[3:], []byte("\uFFFD"))
	case bytes.HasPrefix(file, []byte("\xff\xfe")):
		from = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case bytes.HasPrefix(file, []byte("\xfe\xff")):
		from = unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
	case utf8.Valid(file):
		return file
	default:
		from = charmap.Windows1252
	}
	text, err := from.NewDecoder().Bytes(file)
	if err != nil {
		return bytes.ToValidUTF8(file, []byte("\uFFFD"))
	}
	return text
}

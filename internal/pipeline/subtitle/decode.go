package subtitle

import (
	"bytes"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/language"
)

// decode returns a text as UTF-8 without a byte order mark, whatever it was written in.
// What says so of itself, or can be nothing else, is taken at its word; of older
// encodings the text's language tells most, and its letters the rest.
func decode(raw []byte, said string) ([]byte, error) {
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		raw = raw[3:]
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		from = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case zeros(raw, 1) > len(raw)/8:
		from = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case zeros(raw, 0) > len(raw)/8:
		from = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case !utf8.Valid(raw):
		from = olderEncoding(raw, said)
	}
	if from != nil {
		decoded, err := from.NewDecoder().Bytes(raw)
		if err != nil {
			return nil, refuse("not_text", "This subtitle file is not text we can read. Save it as UTF-8 and send it again.")
		}
		raw = decoded
	}
	if bytes.IndexByte(raw, 0) >= 0 || !utf8.Valid(raw) {
		return nil, refuse("not_text", "This subtitle file is not text we can read. Save it as UTF-8 and send it again.")
	}
	return raw, nil
}

// zeros counts the zero bytes at odd or even places: half of an English text in UTF-16.
func zeros(raw []byte, from int) (n int) {
	for i := from; i < len(raw); i += 2 {
		if raw[i] == 0 {
			n++
		}
	}
	return n
}

// writtenIn is what texts of a language were written in before UTF-8.
var writtenIn = map[string]string{
	"ru": "windows-1251", "uk": "windows-1251", "bg": "windows-1251", "sr": "windows-1251", "mk": "windows-1251", "be": "windows-1251",
	"pl": "windows-1250", "cs": "windows-1250", "sk": "windows-1250", "hu": "windows-1250", "ro": "windows-1250", "sl": "windows-1250", "hr": "windows-1250", "bs": "windows-1250",
	"el": "windows-1253", "tr": "windows-1254", "he": "windows-1255", "ar": "windows-1256", "fa": "windows-1256",
	"et": "windows-1257", "lv": "windows-1257", "lt": "windows-1257", "vi": "windows-1258", "th": "windows-874",
	"pt": "windows-1252", "en": "windows-1252", "es": "windows-1252", "fr": "windows-1252", "de": "windows-1252", "it": "windows-1252",
	"nl": "windows-1252", "sv": "windows-1252", "da": "windows-1252", "nb": "windows-1252", "no": "windows-1252", "fi": "windows-1252", "ca": "windows-1252", "gl": "windows-1252",
	"ja": "shift_jis", "ko": "euc-kr", "zh": "gb18030",
}

// olderEncoding is the one a text that is not UTF-8 is most likely in.
func olderEncoding(raw []byte, said string) encoding.Encoding {
	tag := language.Make(said)
	base, _ := tag.Base()
	name := writtenIn[base.String()]
	if tag == language.Und || name == "gb18030" { // Chinese was written in two
		if best, err := chardet.NewTextDetector().DetectBest(raw); err == nil && best.Confidence > 20 {
			name = best.Charset
		}
	}
	found, err := htmlindex.Get(name) // which knows Latin-1 as Windows-1252, as everybody meant it
	if err != nil {
		found, _ = htmlindex.Get("windows-1252")
	}
	return found
}

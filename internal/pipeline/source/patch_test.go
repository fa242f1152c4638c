package source

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// patched returns a film with the body of one box changed. The index must come last, so that
// it may become longer. The path begins in the moov; "trak" is the first one.
func patched(t testing.TB, film testfilm.Film, path []string, change func(body []byte) []byte) []byte {
	t.Helper()
	whole, err := os.ReadFile(film.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	return patch(t, whole, path, change)
}

func patch(t testing.TB, whole []byte, path []string, change func(body []byte) []byte) []byte {
	t.Helper()
	from, to := 0, len(whole)
	var heads []int // where the boxes of the path begin
	for _, kind := range append([]string{"moov"}, path...) {
		for string(whole[from+4:from+8]) != kind {
			if from += int(binary.BigEndian.Uint32(whole[from:])); from >= to {
				t.Fatalf("no %s", kind)
			}
		}
		heads = append(heads, from)
		to = from + int(binary.BigEndian.Uint32(whole[from:]))
		from += 8 + map[string]int{"stsd": 8, "avc1": 78, "mp4a": 28}[kind]
	}
	last := heads[len(heads)-1]
	body := change(bytes.Clone(whole[last+8 : to]))
	out := append(append(bytes.Clone(whole[:last+8]), body...), whole[to:]...)
	for _, head := range heads {
		size := int(binary.BigEndian.Uint32(out[head:])) + len(body) - (to - last - 8)
		binary.BigEndian.PutUint32(out[head:], uint32(size))
	}
	if len(out) != len(whole) && heads[0]+int(binary.BigEndian.Uint32(out[heads[0]:])) != len(out) {
		t.Fatal("the index is not at the end, so it cannot grow")
	}
	return out
}

var stbl = []string{"trak", "mdia", "minf", "stbl"}

func in(path []string, more ...string) []string {
	return append(append([]string(nil), path...), more...)
}

// set overwrites a number at an offset of a body.
func set(at int, value uint32) func([]byte) []byte {
	return func(body []byte) []byte {
		binary.BigEndian.PutUint32(body[at:], value)
		return body
	}
}

// reasonFor says why a file cannot be played as it is, "" when it can.
func reasonFor(t testing.TB, film []byte) string {
	t.Helper()
	x, err := Open(bytes.NewReader(film), int64(len(film)))
	if err == nil {
		_, err = x.Rung()
	}
	if err != nil && (fault.PublicOf(err) == "" || fault.KindOf(err) == fault.Internal) {
		t.Errorf("%v has no sentence", err)
	}
	return fault.CodeOf(err)
}

// delays writes a ctts with a row for each sample.
func delays(t *table, delay func(i int64) int64) func([]byte) []byte {
	return func([]byte) []byte {
		out := binary.BigEndian.AppendUint32([]byte{1, 0, 0, 0}, uint32(t.len()))
		for i := range t.len() {
			out = binary.BigEndian.AppendUint32(out, 1)
			out = binary.BigEndian.AppendUint32(out, uint32(int32(delay(i))))
		}
		return out
	}
}

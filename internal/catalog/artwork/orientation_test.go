package artwork

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"io"
	"testing"
)

const secret = "Rua do Segredo 7, 22.9S 43.2W"

// exif is what a camera says: how it was held, and something that nobody else is to know.
func exif(lies int) []byte {
	var b bytes.Buffer
	b.WriteString("MM\x00\x2a\x00\x00\x00\x08")
	entry := func(tag, kind uint16, count uint32, value any) {
		for _, v := range []any{tag, kind, count, value} {
			_ = binary.Write(&b, binary.BigEndian, v)
		}
	}
	_ = binary.Write(&b, binary.BigEndian, uint16(2))
	entry(0x010e, 2, uint32(len(secret)+1), uint32(8+2+2*12+4)) // ImageDescription
	entry(0x0112, 3, 1, uint32(lies)<<16)                       // Orientation
	b.Write([]byte{0, 0, 0, 0})
	b.WriteString(secret + "\x00")
	return b.Bytes()
}

// heldJPEG and heldPNG are pictures that say how they lie.
func heldJPEG(img image.Image, lies int) []byte {
	body := append([]byte("Exif\x00\x00"), exif(lies)...)
	file := asJPEG(img)
	head := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(body)+2))...)
	return append(append(head, body...), file[2:]...)
}

func heldPNG(img image.Image, lies int) []byte {
	chunk := append([]byte("eXIf"), exif(lies)...)
	whole := binary.BigEndian.AppendUint32(nil, uint32(len(chunk)-4))
	whole = binary.BigEndian.AppendUint32(append(whole, chunk...), crc32.ChecksumIEEE(chunk))
	file := asPNG(img)
	const header = 8 + 25 // the signature and IHDR
	return append(append(append([]byte{}, file[:header]...), whole...), file[header:]...)
}

// The four quarters of a picture, as they are seen when it lies so: by their places in
// fourColours, from the top left in the order one reads.
var seen = map[int][4]int{
	1: {0, 1, 2, 3}, 2: {1, 0, 3, 2}, 3: {3, 2, 1, 0}, 4: {2, 3, 0, 1},
	5: {0, 2, 1, 3}, 6: {2, 0, 3, 1}, 7: {3, 1, 2, 0}, 8: {1, 3, 0, 2},
}

func TestAPictureIsSetUpAsItWasTakenAndTellsNothingElse(t *testing.T) {
	t.Parallel()
	s := open(t)
	taken := quarters(240, 160)
	files := map[string][]byte{"PNG 6": heldPNG(taken, 6)}
	for lies := range seen {
		files[fmt.Sprintf("JPEG %d", lies)] = heldJPEG(taken, lies)
	}
	for name, file := range files {
		var lies int
		if _, err := fmt.Sscanf(name[len(name)-1:], "%d", &lies); err != nil {
			t.Fatal(err)
		}
		p, err := s.Make(t.Context(), filmID, Poster, file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := image.Pt(240, 160)
		if lies >= firstOnItsSide {
			want = image.Pt(160, 240)
		}
		as := formats[lies%len(formats)] // one filter makes all
		img := shown(t, s, fmt.Sprintf("%s-%d%s", p.Key, p.Widths[len(p.Widths)-1], as))
		if size := img.Bounds().Size(); size != want {
			t.Errorf("%s, %s: it is %v", name, as, size)
		}
		for i, at := range []image.Point{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
			if got := img.At(at.X*want.X/4, at.Y*want.Y/4); !near(got, fourColours[seen[lies][i]]) {
				t.Errorf("%s, %s: quarter %d is %v, not %v", name, as, i, got, fourColours[seen[lies][i]])
			}
		}
	}
	for _, key := range objects(t, s) {
		o, err := s.Blobs.Open(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := io.ReadAll(o)
		o.Close()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(kept, []byte(secret)) || bytes.Contains(kept, []byte("Exif\x00\x00")) {
			t.Errorf("%s tells where it was taken", key)
		}
	}
}

func TestHowAPictureLiesIsReadOfNoBrokenFile(t *testing.T) {
	t.Parallel()
	whole := heldJPEG(quarters(64, 48), 6)
	if got := orientation("jpeg", whole); got != 6 {
		t.Errorf("it lies as %d", got)
	}
	for i := range 200 {
		for _, file := range [][]byte{whole[:i], append(append(append([]byte{}, whole[:i]...), byte(i)), whole[min(len(whole), i+1):]...)} {
			for format := range containers {
				if got := orientation(format, file); got < 1 || got > 8 {
					t.Errorf("%s cut at %d lies as %d", format, i, got)
				}
			}
		}
	}
	for _, lies := range []int{0, 9, 65535} {
		if got := orientation("jpeg", heldJPEG(quarters(64, 48), lies)); got != asItIs {
			t.Errorf("%d is taken for %d", lies, got)
		}
	}
}

package source

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"io"
	"slices"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"
)

// What is understood of a decoder's set-up is bounded, and what is written of it is
// understood as the same.
func FuzzDecoder(f *testing.F) {
	for _, avcC := range []string{
		"0164001effe1001b6764001eacd940a02ff97011000003000100000300320f162d9601000468ef8fcbfdf8f800", // high, with colours
		"0142c00dffe100196742c00dd901426fe4a100000303e90000ea60e0a141cb01000568cb83cb20",             // baseline
		"016e001fffe1002267 6e001fa6cd940500 5bb011000003000100000300328f18319601000568eb8fcb22fdfafa00",
		"01640016ffe1", "00",
	} {
		raw, err := hex.DecodeString(string(bytes.ReplaceAll([]byte(avcC), []byte(" "), nil)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, avcC []byte) {
		d, err := parseDecoder(avcC)
		if err != nil {
			hasReason(t, err)
			return
		}
		if d.width < 1 || d.height < 1 || max(d.width, d.height) > maxSide || d.lengthSize == 3 || d.lengthSize > 4 || len(d.sps) != 1 || len(d.pps) == 0 {
			t.Fatalf("%+v", d)
		}
		if name := d.codecs(); len(name) != len("avc1.640028") {
			t.Fatalf("the codec is %q", name)
		}
		again, err := parseDecoder(d.record())
		if err != nil || !slices.EqualFunc(again.sps, d.sps, bytes.Equal) || !slices.EqualFunc(again.pps, d.pps, bytes.Equal) ||
			again.lengthSize != d.lengthSize || again.width != d.width || again.height != d.height || again.matrix != d.matrix {
			t.Fatalf("written and read again it is %+v, was %+v: %v", again, d, err)
		}
	})
}

// However a frame's first slice is reached, through windows of the file or in one piece, it
// is the same one; and no byte outside of the frame is read.
func FuzzSlices(f *testing.F) {
	d := decoder{sps: [][]byte{{0x67, 1, 2, 3}}, pps: [][]byte{{0x68, 1}, {0x68, 2, 3}}}
	f.Add(byte(4), uint16(0), []byte("\x00\x00\x00\x04\x67\x01\x02\x03\x00\x00\x00\x03\x68\x02\x03\x00\x00\x00\x02\x65\x88"))
	f.Add(byte(4), uint16(4090), []byte("\x00\x00\x00\x04\x67\x01\x02\x04\x00\x00\x00\x02\x65\x88"))
	f.Add(byte(2), uint16(9000), []byte("\x00\x00\x00\x02\x41\x9a\x00\x01\x01"))
	f.Add(byte(4), uint16(0), []byte("\x00\x00\x00\x02\x65\x88\x00\x00\x00\x02\x01\x9a")) // a slice that no other needs behind one that opens
	f.Add(byte(1), uint16(1), []byte("\x02\x68\x01\x05\x01\x9a"))
	f.Fuzz(func(t *testing.T, lengthSize byte, before uint16, rest []byte) {
		d := d
		if d.lengthSize = int(lengthSize); d.lengthSize != 1 && d.lengthSize != 2 && d.lengthSize != 4 {
			return
		}
		frame := append(unit(d.lengthSize, before), rest...)
		const apart = 7
		file := slices.Concat(bytes.Repeat([]byte{0xFF}, apart), frame, bytes.Repeat([]byte{0xFF}, apart))
		within := io.NewSectionReader(bytes.NewReader(file), 0, int64(apart+len(frame)))
		idr, same, err := d.opens(within, apart, int64(len(frame)))
		wantIDR, wantSame, ok := plainly(d, frame)
		if (err == nil) != ok || ok && (idr != wantIDR || same != wantSame) {
			t.Errorf("IDR %v, the same sets %v, %v; want %v, %v, %v", idr, same, err, wantIDR, wantSame, ok)
		}
		if disposable(frame, d.lengthSize) && (!ok || wantIDR) {
			t.Error("a frame without a slice, or one to begin with, can be left out")
		}
	})
}

// unit is a NAL unit of a kind nobody looks into, with so many bytes.
func unit(lengthSize int, n uint16) []byte {
	if lengthSize == 1 {
		n &= 0xFF
	}
	length := binary.BigEndian.AppendUint32(nil, uint32(n))
	body := make([]byte, n)
	if n > 0 {
		body[0] = 6
	}
	return append(length[4-lengthSize:], body...)
}

// plainly does what opens does, with the whole frame at hand.
func plainly(d decoder, frame []byte) (idr, same, ok bool) {
	same = true
	for len(frame) > d.lengthSize {
		length := 0
		for _, b := range frame[:d.lengthSize] {
			length = length<<8 | int(b)
		}
		if frame = frame[d.lengthSize:]; length > len(frame) {
			return false, false, false
		}
		if length == 0 {
			continue
		}
		is := func(set []byte) bool { return bytes.Equal(set, frame[:length]) }
		switch frame[0] & 31 {
		case 1, 2, 3, 4:
			return false, same, true
		case 5:
			return true, same, true
		case 7:
			same = same && slices.ContainsFunc(d.sps, is)
		case 8:
			same = same && slices.ContainsFunc(d.pps, is)
		}
		frame = frame[length:]
	}
	return false, same, false
}

// A sound's set-up is found as it was put in, and never anything that is not of the box.
func FuzzSoundConfig(f *testing.F) {
	f.Add([]byte{0x11, 0x90, 0x56, 0xe5, 0})
	f.Add([]byte("\x00\x00\x00\x00\x03\x80\x80\x80\x22\x00\x02\x00\x04\x80\x80\x80\x14\x40\x15\x00\x00\x00\x00\x01\xf4\x00\x00\x01\xf4\x00\x05\x80\x80\x80\x02\x11\x90\x06\x80\x80\x80\x01\x02"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if found := decoderConfig(raw); found != nil && (len(found) < 2 || len(found) > maxConfig || !bytes.Contains(raw, found)) {
			t.Errorf("%x in %x", found, raw)
		}
		if len(raw) < 2 || len(raw) > maxConfig {
			return
		}
		var box bytes.Buffer
		if err := mp4.CreateEsdsBox(raw).Encode(&box); err != nil {
			t.Fatal(err)
		}
		if found := decoderConfig(box.Bytes()[8:]); !bytes.Equal(found, raw) {
			t.Errorf("%x was put in, %x is found", raw, found)
		}
	})
}

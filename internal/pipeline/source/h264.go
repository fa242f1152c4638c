package source

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/Eyevinn/mp4ff/avc"
	"github.com/Eyevinn/mp4ff/bits"
)

// decoder is what an H.264 decoder is set up with, out of an avcC.
type decoder struct {
	lengthSize    int // of what says how long a NAL unit is
	sps, pps      [][]byte
	profile       uint32
	chroma, depth uint
	progressive   bool
	width, height int
	squarePixels  bool
	matrix        string // of colours, as ffmpeg names it; "" when it does not say
}

// maxSide bounds a picture: what a sample description can say.
const maxSide = 1<<16 - 1

// parseDecoder reads an AVCDecoderConfigurationRecord. mp4ff's own reader takes lengths of
// four bytes only.
func parseDecoder(avcC []byte) (decoder, error) {
	if len(avcC) < 7 || avcC[0] != 1 {
		return decoder{}, refuse(DamagedTables, "avcC %x", avcC[:min(len(avcC), 7)])
	}
	d := decoder{lengthSize: int(avcC[4]&3) + 1}
	if d.lengthSize == 3 {
		return decoder{}, refuse(NALLength, "%d bytes", d.lengthSize)
	}
	rest := avcC[5:]
	for i, sets := range []*[][]byte{&d.sps, &d.pps} {
		if len(rest) == 0 {
			return decoder{}, refuse(DamagedTables, "avcC ends early")
		}
		count := int(rest[0])
		if i == 0 {
			count &= 31
		}
		rest = rest[1:]
		for range count {
			if len(rest) < 2 || len(rest)-2 < int(binary.BigEndian.Uint16(rest)) {
				return decoder{}, refuse(DamagedTables, "avcC ends early")
			}
			n := 2 + int(binary.BigEndian.Uint16(rest))
			*sets, rest = append(*sets, rest[2:n]), rest[n:]
		}
	}
	if len(d.sps) != 1 || len(d.pps) == 0 {
		return decoder{}, refuse(ParameterSets, "%d SPS and %d PPS", len(d.sps), len(d.pps))
	}
	if err := d.readSPS(); err != nil {
		return decoder{}, refuse(ParameterSets, "SPS: %w", err)
	}
	return d, nil
}

// codecs names the codec as RFC 6381 does.
func (d decoder) codecs() string { return fmt.Sprintf("avc1.%X", d.sps[0][1:4]) }

// readSPS reads as much of the sequence parameter set as there are questions about it.
// mp4ff's own reader takes a set's word for how much memory it needs.
func (d *decoder) readSPS() error {
	r := bits.NewEBSPReader(bytes.NewReader(d.sps[0]))
	if avc.GetNaluType(byte(r.Read(8))) != avc.NALU_SPS {
		return avc.ErrNotSPS
	}
	d.profile = uint32(r.Read(8))
	r.Read(16)        // constraints, level
	r.ReadExpGolomb() // its number
	d.chroma, d.depth = 1, 8
	switch d.profile {
	case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135:
		d.readChroma(r)
	}
	r.ReadExpGolomb() // frame numbers
	if order := r.ReadExpGolomb(); order == 0 {
		r.ReadExpGolomb()
	} else if order == 1 {
		r.ReadFlag()
		r.ReadExpGolomb()
		r.ReadExpGolomb()
		cycle := r.ReadExpGolomb()
		if cycle > 255 {
			return fmt.Errorf("a cycle of %d frames", cycle)
		}
		for range cycle {
			r.ReadExpGolomb()
		}
	}
	r.ReadExpGolomb() // reference frames
	r.ReadFlag()
	if err := d.readSize(r); err != nil {
		return err
	}
	d.squarePixels = true
	if looks := r.ReadFlag(); looks {
		d.readPixels(r)
		d.readColours(r)
	}
	return r.AccError()
}

func (d *decoder) readChroma(r *bits.EBSPReader) {
	if d.chroma = r.ReadExpGolomb(); d.chroma == 3 {
		r.ReadFlag()
	}
	luma, chroma := r.ReadExpGolomb(), r.ReadExpGolomb()
	d.depth = 8 + max(luma, chroma)
	r.ReadFlag()
	if !r.ReadFlag() {
		return
	}
	lists := 8
	if d.chroma == 3 {
		lists = 12
	}
	for i := range lists {
		if !r.ReadFlag() {
			continue
		}
		size, last, next := 16, 8, 8
		if i >= 6 {
			size = 64
		}
		for j := 0; j < size && next != 0; j++ {
			if next = (last + r.ReadSignedGolomb()) & 255; next != 0 {
				last = next
			}
		}
	}
}

func (d *decoder) readSize(r *bits.EBSPReader) error {
	across, down := r.ReadExpGolomb()+1, r.ReadExpGolomb()+1
	if d.progressive = r.ReadFlag(); !d.progressive {
		r.ReadFlag()
		down *= 2
	}
	r.ReadFlag()
	var crop [4]uint // left, right, top, bottom
	if r.ReadFlag() {
		for i := range crop {
			crop[i] = r.ReadExpGolomb()
		}
	}
	// Cropping counts in pairs: of pixels, and of lines, twice as many where there are fields.
	unit := uint(2)
	if !d.progressive {
		unit = 4
	}
	if max(across, down, crop[0], crop[1], crop[2], crop[3]) > maxSide {
		return fmt.Errorf("%d by %d macroblocks, cropped by %d", across, down, crop)
	}
	d.width = int(16*across) - int(2*(crop[0]+crop[1]))
	d.height = int(16*down) - int(unit*(crop[2]+crop[3]))
	if d.width <= 0 || d.height <= 0 || max(d.width, d.height) > maxSide {
		return fmt.Errorf("%dx%d", d.width, d.height)
	}
	return nil
}

func (d *decoder) readPixels(r *bits.EBSPReader) {
	if pixels := r.ReadFlag(); !pixels {
		return
	}
	const unspecified, square, extended = 0, 1, 255
	switch r.Read(8) {
	case unspecified, square:
	case extended:
		across, down := r.Read(16), r.Read(16)
		d.squarePixels = across == down || across == 0 || down == 0
	default:
		d.squarePixels = false
	}
}

func (d *decoder) readColours(r *bits.EBSPReader) {
	if overscan := r.ReadFlag(); overscan {
		r.ReadFlag()
	}
	if signal := r.ReadFlag(); !signal {
		return
	}
	r.Read(4) // of what kind, and whether in full range
	if colours := r.ReadFlag(); !colours {
		return
	}
	r.Read(16) // primaries, transfer
	d.matrix = matrices[r.Read(8)]
}

// matrices are those of films of 8 bits; ISO/IEC 23091-2 numbers them.
var matrices = map[uint]string{1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020nc"}

// probeBytes is how much of a keyframe is read first: up to its first slice, nearly always.
const probeBytes = 1 << 10

// errNoSlice is a frame without a picture in it.
var errNoSlice = errors.New("no slice")

// opens walks the NAL units of a frame up to its first slice. It tells whether that is an
// IDR picture's, and whether the parameter sets before it are those of the avcC.
func (d decoder) opens(r io.ReaderAt, at, size int64) (idr, sameSets bool, err error) {
	window, from := []byte(nil), at
	end := at + size
	// seen returns a stretch of the frame, read with what follows when it is not there yet.
	seen := func(at, n int64) ([]byte, error) {
		if at < from || at+n > from+int64(len(window)) {
			window, from = make([]byte, min(max(n, probeBytes), end-at)), at
			if err := readAt(r, window, at); err != nil {
				return nil, err
			}
		}
		return window[at-from:][:n], nil
	}
	sameSets = true
	for head := int64(d.lengthSize); end-at > head; {
		prefix, err := seen(at, head+1)
		if err != nil {
			return false, false, err
		}
		length := int64(0)
		for _, b := range prefix[:head] {
			length = length<<8 | int64(b)
		}
		kind := avc.GetNaluType(prefix[head])
		at += head
		if length > end-at {
			return false, false, fmt.Errorf("a NAL unit of %d bytes where %d are left", length, end-at)
		}
		if length == 0 {
			continue
		}
		switch kind {
		case avc.NALU_NON_IDR, 2, 3, 4: // 2 to 4 are slices in parts
			return false, sameSets, nil
		case avc.NALU_IDR:
			return true, sameSets, nil
		case avc.NALU_SPS, avc.NALU_PPS:
			known := d.sps
			if kind == avc.NALU_PPS {
				known = d.pps
			}
			same, err := d.among(known, seen, at, length)
			if err != nil {
				return false, false, err
			}
			sameSets = sameSets && same
		}
		at += length
	}
	return false, sameSets, errNoSlice
}

// among tells whether a NAL unit of the frame is one of these.
func (d decoder) among(sets [][]byte, seen func(at, n int64) ([]byte, error), at, length int64) (bool, error) {
	for _, set := range sets {
		if int64(len(set)) != length {
			continue
		}
		unit, err := seen(at, length)
		if err != nil || bytes.Equal(unit, set) {
			return err == nil, err
		}
	}
	return false, nil
}

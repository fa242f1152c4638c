package testfilm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Clapped films that ffmpeg cannot make: their bytes are changed here.
var (
	// Spliced is a transport stream that breaks off in the middle of a frame and begins
	// again, clock and all.
	Spliced = Film{Name: "k-spliced.ts", From: &TSMPEG2, Args: []string{"six tenths of it, then all of it"}, Edit: func(b []byte) ([]byte, error) {
		const packet = 188
		return append(bytes.Clone(b[:len(b)*6/10/packet*packet]), b...), nil
	}}

	// SoftTelecine is a DVD of 24 frames a second, which a player is told to show as 60
	// fields: every other frame for three.
	SoftTelecine = onDisc("k-soft-telecine.vob", &flagged)
	unflagged    = Film{Name: "k-unflagged.m2v", Args: clappedOf("320x192", "24000/1001", with(mpeg2, []string{"-bf", "0", "-map", "0:v", "-f", "mpeg2video"})...)}
	flagged      = Film{Name: "k-flagged.m2v", From: &unflagged, Args: []string{"repeat-field flags, at 29.97"}, Edit: flagFields(math.MaxInt)}

	// PartlyFilm begins as SoftTelecine does. From its third second on it is video: every
	// frame is shown for two fields.
	PartlyFilm    = onDisc("partly-film.vob", &partlyFlagged)
	partlyFlagged = Film{Name: "partly-flagged.m2v", From: &unflagged, Args: []string{"repeat-field flags up to frame 48, at 29.97"}, Edit: flagFields(48)}

	// DolbyVision is an HDR10 film that says it is Dolby Vision of profile 8.1, whose base
	// is HDR10. The enhancements themselves are not in it: who knows only the base, as we
	// do, leaves them out anyway.
	DolbyVision = Film{Name: "k-dolby-vision.mp4", From: &HDR10, Args: []string{"dvvC: profile 8.1"}, Edit: sayDolbyVision(8, 1)}
)

// onDisc puts a picture at 29.97 on a DVD, with the sound of a clapped film.
func onDisc(name string, picture *Film) Film {
	return Film{Name: name, From: picture, Args: with([]string{"-itsoffset", "-0.05005", "-fflags", "+genpts", "-f", "mpegvideo", "-framerate", "30000/1001", "-i", "FROM"}, clapped("24000/1001"),
		[]string{"-map", "0:v", "-map", "2:a", "-c:v", "copy", "-c:a", "ac3", "-f", "vob"})}
}

// flagFields sets, in MPEG-2 with no B-frames, what a player needs to make 60 fields of 24
// frames, in the first frames.
func flagFields(first int) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) {
		b = bytes.Clone(b)
		frame := 0
		for i := 0; i+9 < len(b); i++ {
			if !bytes.HasPrefix(b[i:], []byte{0, 0, 1}) {
				continue
			}
			switch b[i+3] {
			case 0xB3: // sequence header
				b[i+7] = b[i+7]&0xF0 | 4 // 30000/1001
			case 0xB5: // an extension
				switch b[i+4] >> 4 {
				case 1: // of the sequence
					b[i+5] &^= 0x08 // not progressive
				case 8: // of a picture
					const topFirst, repeat = 0x80, 0x02
					flags := byte(topFirst)
					if frame < first {
						flags = []byte{topFirst | repeat, 0, repeat, topFirst}[frame%4]
					}
					b[i+7] = b[i+7]&^(topFirst|repeat) | flags
					frame++
				}
			}
		}
		if frame == 0 {
			return nil, errors.New("no pictures")
		}
		return b, nil
	}
}

// Dolby is a film that says it is Dolby Vision of a profile, with a base that can be shown
// without it as its number says: 0 as nothing, 1 HDR10, 2 SDR, 4 HLG, 6 HDR10 with a second
// layer.
func Dolby(from *Film, profile, base byte) Film {
	says := fmt.Sprintf("dolby-%d-%d", profile, base)
	return Film{Name: says + "-of-" + from.Name, From: from, Args: []string{says}, Edit: sayDolbyVision(profile, base)}
}

// sayDolbyVision adds a configuration record to the sample entry of an HEVC track whose moov
// is at the end of the file.
func sayDolbyVision(profile, base byte) func([]byte) ([]byte, error) {
	const level = 1
	record := make([]byte, 32)
	binary.BigEndian.PutUint32(record, uint32(len(record)))
	copy(record[4:], "dvvC")
	if profile <= 7 {
		copy(record[4:], "dvcC")
	}
	layers := byte(0b101) // metadata and a base
	if profile == 7 {
		layers |= 0b010 // and a second layer
	}
	copy(record[8:], []byte{1, 0, profile << 1, level<<3 | layers, base << 4})
	return func(b []byte) ([]byte, error) { return insertBehindHVCC(b, record) }
}

// insertBehindHVCC puts a box behind that which sets a decoder of HEVC up.
func insertBehindHVCC(b, record []byte) ([]byte, error) {
	b = bytes.Clone(b)
	at, end := 0, len(b)
	for _, box := range []struct {
		kind string
		head int
	}{{"moov", 8}, {"trak", 8}, {"mdia", 8}, {"minf", 8}, {"stbl", 8}, {"stsd", 16}, {"hvc1", 86}, {"hvcC", 8}} {
		for at < end && string(b[at+4:at+8]) != box.kind {
			at += int(binary.BigEndian.Uint32(b[at:]))
		}
		if at >= end {
			return nil, fmt.Errorf("no %s", box.kind)
		}
		size := int(binary.BigEndian.Uint32(b[at:]))
		if end = at + size; box.kind == "hvcC" {
			break
		}
		binary.BigEndian.PutUint32(b[at:], uint32(size+len(record)))
		at += box.head
	}
	return append(append(bytes.Clone(b[:end]), record...), b[end:]...), nil
}

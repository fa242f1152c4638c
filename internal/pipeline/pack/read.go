package pack

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/Eyevinn/mp4ff/mp4"
)

// maxEncoded bounds the file of one task: a minute of the top rung fits several times.
const maxEncoded = 1 << 30

// encoded is a task's file, read.
type encoded struct {
	trackID uint32
	samples []mp4.FullSample
}

// open reads an encoded file, and makes sure that it can be decoded with the stored
// initialisation segment. mp4ff believes what a file says of itself, and panics where that is
// wrong; a film that takes over an encoder could make it write such a file.
func open(path string, stored []byte) (out encoded, err error) {
	defer func() {
		if wrong := recover(); wrong != nil {
			out, err = encoded{}, fmt.Errorf("not what an encoder writes: %v", wrong)
		}
	}()
	info, err := os.Stat(path)
	if err != nil {
		return encoded{}, err
	}
	if info.Size() > maxEncoded {
		return encoded{}, fmt.Errorf("encoded file of %d bytes", info.Size())
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return encoded{}, err
	}
	file, err := mp4.DecodeFile(bytes.NewReader(raw))
	if err != nil {
		return encoded{}, err
	}
	if file.Init == nil || file.Init.Moov.Mvex == nil {
		return encoded{}, errors.New("not a fragmented file")
	}
	if err := sameDecoder(file.Init, stored); err != nil {
		return encoded{}, err
	}
	out.trackID = file.Init.Moov.Trak.Tkhd.TrackID
	held := 0
	for _, segment := range file.Segments {
		for _, fragment := range segment.Fragments {
			samples, err := fragment.GetFullSamples(file.Init.Moov.Mvex.Trex)
			if err != nil {
				return encoded{}, err
			}
			for _, s := range samples {
				held += len(s.Data)
			}
			if held > len(raw) {
				return encoded{}, fmt.Errorf("%d bytes of samples in a file of %d", held, len(raw))
			}
			out.samples = append(out.samples, samples...)
		}
	}
	return out, nil
}

// sameDecoder fails when a file needs another decoder set-up than the stored one.
func sameDecoder(init *mp4.InitSegment, stored []byte) error {
	file, err := mp4.DecodeFile(bytes.NewReader(stored))
	if err != nil {
		return fmt.Errorf("stored init: %w", err)
	}
	if file.Init == nil {
		return errors.New("stored init: not one")
	}
	want, err := decoder(file.Init)
	if err != nil {
		return fmt.Errorf("stored init: %w", err)
	}
	got, err := decoder(init)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("decoder configuration %x is not the stored one, %x", got, want)
	}
	return nil
}

// decoder returns what a decoder is set up with, and the clock its samples are on.
func decoder(init *mp4.InitSegment) ([]byte, error) {
	trak := init.Moov.Trak
	out := bytes.NewBuffer(fmt.Appendf(nil, "%d/%d ", trak.Tkhd.TrackID, trak.Mdia.Mdhd.Timescale))
	switch stsd := trak.Mdia.Minf.Stbl.Stsd; {
	case stsd.AvcX != nil && stsd.AvcX.AvcC != nil:
		err := stsd.AvcX.AvcC.Encode(out)
		return out.Bytes(), err
	case stsd.Av01 != nil && stsd.Av01.Av1C != nil:
		err := stsd.Av01.Av1C.Encode(out)
		return out.Bytes(), err
	case stsd.Mp4a != nil && stsd.Mp4a.Esds != nil && stsd.Mp4a.Esds.DecConfigDescriptor != nil && stsd.Mp4a.Esds.DecConfigDescriptor.DecSpecificInfo != nil:
		out.Write(stsd.Mp4a.Esds.DecConfigDescriptor.DecSpecificInfo.DecConfig)
		return out.Bytes(), nil
	}
	return nil, errors.New("neither H.264, AV1 nor AAC")
}

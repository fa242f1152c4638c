package source

import (
	"bytes"
	"io"
	"math"

	"github.com/Eyevinn/mp4ff/aac"
	"github.com/Eyevinn/mp4ff/bits"
)

const (
	// notCopied is the code of a sound track that is to be encoded. It stays in the package:
	// the film is played as it is all the same.
	notCopied = "not_copied"
	// soundJitter is how far a packet may be from its place in an even row of packets, in
	// seconds. Containers that count milliseconds round; gaps are never that short.
	soundJitter = 0.002
	// rounding is how far apart two tracks may be put, in seconds, by a container that counts
	// milliseconds: each is half of one off.
	rounding = 0.001
	// maxPriming bounds the samples an edit list may hide at the start. More than any
	// encoder needs was cut off by somebody, and stays cut off.
	maxPriming = 4096
)

// sound is a track of AAC-LC whose packets come evenly.
type sound struct {
	track
	config   []byte // AudioSpecificConfig
	rate     int
	channels int
	kept     [2]int64 // first packet that is kept, and the one after the last
	offset   int64    // when the first kept packet is decoded, in samples on the film's time
	priming  int64
}

// readSound looks whether a track can be copied.
func (x *Index) readSound(t track, budget *int64) (sound, error) {
	s := sound{track: t}
	if t.descriptions != 1 || t.entry.kind != "mp4a" || t.edit.cut {
		return sound{}, refuse(notCopied, "%d descriptions, %q, cut %v", t.descriptions, t.entry.kind, t.edit.cut)
	}
	if err := s.readConfig(x.r); err != nil {
		return sound{}, err
	}
	var err error
	if s.table, err = readTable(x.r, t.stbl, x.size, budget); err != nil {
		return sound{}, err
	}
	if err := s.place(x.start(), x.movie.scale); err != nil {
		return sound{}, err
	}
	// That packets come evenly is known now; when each is due follows.
	s.table.dts, s.table.cto, s.table.sync, s.stbl = nil, nil, nil, nil
	return s, nil
}

// readConfig finds the decoder's set-up: in an esds, which QuickTime keeps in a wave.
func (s *sound) readConfig(r io.ReaderAt) error {
	boxes := s.entry.boxes
	if wave, err := descend(r, boxes, "wave"); err == nil && wave != nil {
		boxes = wave
	}
	esds, err := body(r, boxes, "esds")
	if err != nil {
		return err
	}
	if s.config = decoderConfig(esds); s.config == nil {
		return refuse(notCopied, "no AAC in esds %x", esds)
	}
	b := bits.NewReader(bytes.NewReader(s.config))
	object, frequency := b.Read(5), b.Read(4)
	s.rate = aac.FrequencyTable[byte(frequency)]
	if frequency == 15 {
		s.rate = int(b.Read(24))
	}
	s.channels = int(b.Read(4))
	short := b.Read(1) == 1 // 960 samples a packet
	if b.AccError() != nil || object != aac.AAClc || s.rate < 8000 || s.rate > 96000 || s.channels < 1 || s.channels > 2 || short || doubled(b) {
		return refuse(notCopied, "AAC %x", s.config)
	}
	return nil
}

// doubled tells whether the set-up goes on to say that a decoder which knows how finds
// twice the rate in the packets.
func doubled(b *bits.Reader) bool {
	const extension, sbr = 0x2b7, 5
	b.Read(2) // core coder, extension
	found := b.Read(11) == extension && b.Read(5) == sbr && b.Read(1) == 1
	return b.AccError() == nil && found
}

// The descriptors of an esds, each in the one before it.
const (
	streamDescriptor   = 3
	decoderDescriptor  = 4
	specificDescriptor = 5
	objectAAC          = 0x40
	maxConfig          = 64
)

// decoderConfig digs the decoder's set-up out of the body of an esds, nil when it is not
// AAC's.
func decoderConfig(esds []byte) []byte {
	if len(esds) < 4 {
		return nil
	}
	stream := descriptor(esds[4:], streamDescriptor)
	if len(stream) < 3 || stream[2]&0xE0 != 0 { // fields no file of ours needs
		return nil
	}
	decoder := descriptor(stream[3:], decoderDescriptor)
	if len(decoder) < 13 || decoder[0] != objectAAC {
		return nil
	}
	config := descriptor(decoder[13:], specificDescriptor)
	if len(config) < 2 || len(config) > maxConfig {
		return nil
	}
	return config
}

// descriptor returns the body of a descriptor with this tag, nil when it is another or cut
// off.
func descriptor(data []byte, tag byte) []byte {
	if len(data) < 2 || data[0] != tag {
		return nil
	}
	length := 0
	for i := 1; i < min(len(data), 5); i++ {
		length = length<<7 | int(data[i]&0x7f)
		if data[i]&0x80 == 0 {
			if length > len(data)-i-1 {
				return nil
			}
			return data[i+1:][:length]
		}
	}
	return nil
}

// place finds out when packets are due on the film's time, and which of them are kept:
// those before the first picture have nobody to hear them.
func (s *sound) place(start float64, movieScale uint32) error {
	scale := float64(s.scale)
	for i := range s.table.len() {
		even := float64(i) * PacketSamples / float64(s.rate)
		if math.Abs(float64(s.table.dts[i])/scale-even) > soundJitter {
			return refuse(notCopied, "packet %d is due at tick %d of %d a second", i, s.table.dts[i], s.scale)
		}
		if s.table.delay(i) != 0 || s.table.size[i] == 0 {
			return refuse(notCopied, "packet %d has %d bytes, delayed by %d", i, s.table.size[i], s.table.delay(i))
		}
	}
	samples := func(seconds float64) int64 { return int64(math.Round(seconds * float64(s.rate))) }
	s.priming = samples(float64(s.edit.from) / scale)
	if s.priming > maxPriming {
		return refuse(notCopied, "%d samples hidden at the start", s.priming)
	}
	s.offset = s.fromRounding(samples(float64(s.edit.delay)/float64(movieScale) - start))
	s.kept = [2]int64{0, s.table.len()}
	if s.offset < 0 {
		s.kept[0] = (-s.offset + PacketSamples - 1) / PacketSamples
	}
	if s.edit.length > 0 {
		end := samples(float64(s.edit.length)/float64(movieScale)) + s.priming
		s.kept[1] = min(s.kept[1], (end+PacketSamples-1)/PacketSamples)
	}
	if s.kept[0] >= s.kept[1] {
		return refuse(notCopied, "no packet is left")
	}
	s.offset += s.kept[0] * PacketSamples
	return nil
}

// fromRounding takes a sound that begins with the picture, or whole packets before it, but
// for what containers round, to begin exactly there: so its first segment begins at 0, as the
// picture's does and the playlist says.
func (s *sound) fromRounding(offset int64) int64 {
	exact := int64(math.Round(float64(offset)/PacketSamples)) * PacketSamples
	if off := math.Abs(float64(offset - exact)); exact <= 0 && off <= rounding*float64(s.rate) {
		return exact
	}
	return offset
}

// packets is how many packets are kept.
func (s *sound) packets() int64 { return s.kept[1] - s.kept[0] }

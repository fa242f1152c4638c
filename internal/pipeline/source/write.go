package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// trackID is the one track of everything that is written.
const trackID = 1

// VideoInit writes the picture's initialisation segment. Of the source's own words only
// what a decoder needs is in it, and no edit list: times are the film's already.
func (x *Index) VideoInit() ([]byte, error) {
	if x.unfit != nil {
		return nil, x.unfit
	}
	d := x.decoder
	init := mp4.CreateEmptyInit()
	trak := init.AddEmptyTrack(x.video.scale, "video", "und")
	trak.Tkhd.Width, trak.Tkhd.Height = mp4.Fixed32(d.width<<16), mp4.Fixed32(d.height<<16)
	record := d.record()
	entry := mp4.CreateVisualSampleEntryBox("avc1", uint16(d.width), uint16(d.height), mp4.CreateUnknownBox("avcC", uint64(8+len(record)), record))
	entry.CompressorName = ""
	if c := x.video.colours; c != nil && c.ColorType == mp4.ColorTypeOnScreenColors {
		entry.AddChild(c)
	} else if d.matrix == "" { // or each player would guess, and not as the rungs that are encoded say
		n := uint16(6)
		if GuessedMatrix(d.width, d.height) == "bt709" {
			n = 1
		}
		entry.AddChild(&mp4.ColrBox{ColorType: mp4.ColorTypeOnScreenColors, ColorPrimaries: n, TransferCharacteristics: n, MatrixCoefficients: n})
	}
	trak.Mdia.Minf.Stbl.Stsd.AddChild(entry)
	return encode(init)
}

// GuessedMatrix is what the colours of a picture that does not say are taken to be in, as
// ffmpeg names it: by its size, as most players do.
func GuessedMatrix(width, height int) string {
	if max(width, height) >= 1280 || min(width, height) >= 720 {
		return "bt709"
	}
	return "smpte170m"
}

// record writes the avcC of a decoder of 8 bits and 4:2:0.
func (d decoder) record() []byte {
	sps := d.sps[0]
	out := []byte{1, sps[1], sps[2], sps[3], 0xFC | byte(d.lengthSize-1), 0xE0 | 1}
	out = append(binary.BigEndian.AppendUint16(out, uint16(len(sps))), sps...)
	out = append(out, byte(len(d.pps)))
	for _, pps := range d.pps {
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(pps))), pps...)
	}
	if d.profile == 100 {
		out = append(out, 0xFC|1, 0xF8, 0xF8, 0) // 4:2:0, 8 bits twice, no extension
	}
	return out
}

// SoundInit writes the initialisation segment of a sound track. An edit list tells players
// what the encoder needed to get started, and they leave that out.
func (x *Index) SoundInit(stream int) ([]byte, error) {
	s, err := x.sound(stream)
	if err != nil {
		return nil, err
	}
	init := mp4.CreateEmptyInit()
	trak := init.AddEmptyTrack(uint32(s.rate), "audio", "und")
	entry := mp4.CreateAudioSampleEntryBox("mp4a", uint16(s.channels), 16, uint16(min(s.rate, math.MaxUint16)), mp4.CreateEsdsBox(s.config))
	trak.Mdia.Minf.Stbl.Stsd.AddChild(entry)
	if s.priming > 0 {
		edts := &mp4.EdtsBox{}
		edts.AddChild(&mp4.ElstBox{Entries: []mp4.ElstEntry{{MediaTime: s.priming, MediaRateInteger: 1}}})
		trak.AddChild(edts)
		trak.Children[1], trak.Children[2] = trak.Children[2], trak.Children[1] // before the media it is about
	}
	return encode(init)
}

func encode(init *mp4.InitSegment) ([]byte, error) {
	var out bytes.Buffer
	if err := init.Encode(&out); err != nil {
		return nil, fault.Wrap(op, err)
	}
	return out.Bytes(), nil
}

// sound returns a track that can be copied.
func (x *Index) sound(stream int) (*sound, error) {
	for i := range x.sounds {
		if x.sounds[i].stream == stream {
			return &x.sounds[i], nil
		}
	}
	return nil, changed("stream %d is no sound that can be copied", stream)
}

// Video writes a segment of the picture. Its number is its place in the playlist, from 0.
func (x *Index) Video(ctx context.Context, w io.Writer, s Segment, number int) error {
	return x.write(ctx, w, s, number, x.video.table.delay(0))
}

// Feed writes the picture's initialisation segment and some segments, for an encoder to
// read: no frame in it is shown before it is decoded, which its reader would take badly.
// So its times are the film's plus a constant.
func (x *Index) Feed(ctx context.Context, w io.Writer, segments []Segment) error {
	init, err := x.VideoInit()
	if err != nil {
		return err
	}
	if _, err := w.Write(init); err != nil {
		return fault.Wrap(op, err)
	}
	least := int64(math.MaxInt64)
	for i := range x.video.table.len() {
		least = min(least, x.video.table.delay(i))
	}
	for i, s := range segments {
		if err := x.write(ctx, w, s, i, least); err != nil {
			return err
		}
	}
	return nil
}

// write writes a segment whose frames' delays are counted from a base.
func (x *Index) write(ctx context.Context, w io.Writer, s Segment, number int, base int64) error {
	if x.unfit != nil {
		return x.unfit
	}
	t := &x.video.table
	next := s.First + s.Frames
	if s.First < 0 || s.Frames < 1 || s.Frames > t.len()-s.First || t.shown(s.First) != s.Start || next < t.len() && t.shown(next) != s.Start+s.Ticks {
		return changed("no segment of frames %d+%d at %d+%d", s.First, s.Frames, s.Start, s.Ticks)
	}
	trun := mp4.CreateTrun(0)
	for i := s.First; i < next; i++ {
		trun.AddSample(mp4.Sample{
			Flags: mp4.NonSyncSampleFlags, Dur: uint32(t.ticks(i)), Size: t.size[i], CompositionTimeOffset: int32(t.delay(i) - base),
		})
	}
	trun.Samples[0].Flags = mp4.SyncSampleFlags
	head, err := head(number, mp4.CreateTfhd(trackID), t.dts[s.First], trun)
	if err != nil {
		return err
	}
	if buffer, ok := w.(*bytes.Buffer); ok {
		buffer.Grow(int(x.videoBytes(s))) // twice the memory, step by step, takes twice the time
	}
	return x.copy(ctx, w, head, t, s.First, s.Frames, func(frame []byte) error {
		if idr, _, err := x.decoder.opens(bytes.NewReader(frame), 0, int64(t.size[s.First])); !idr || err != nil {
			return changed("frame %d is no IDR picture: %w", s.First, err)
		}
		return nil
	})
}

// Sound writes packets of a sound track as a segment; they are counted from the first kept
// one.
func (x *Index) Sound(ctx context.Context, w io.Writer, stream int, first, packets int64, number int) error {
	s, err := x.sound(stream)
	if err != nil {
		return err
	}
	if first < 0 || packets < 1 || packets > s.packets()-first {
		return changed("no packets %d+%d of %d", first, packets, s.packets())
	}
	at := s.kept[0] + first
	trun := mp4.CreateTrun(0)
	trun.Flags = mp4.TrunDataOffsetPresentFlag | mp4.TrunSampleSizePresentFlag // they are alike in all else
	for _, size := range s.table.size[at:][:packets] {
		trun.AddSample(mp4.Sample{Size: size})
	}
	head, err := head(number, soundDefaults(), s.offset+first*PacketSamples, trun)
	if err != nil {
		return err
	}
	return x.copy(ctx, w, head, &s.table, at, packets, func([]byte) error { return nil })
}

// SoundBytes returns the size of what Sound writes.
func (x *Index) SoundBytes(stream int, first, packets int64) (int64, error) {
	s, err := x.sound(stream)
	if err != nil {
		return 0, err
	}
	if first < 0 || packets < 1 || packets > s.packets()-first {
		return 0, changed("no packets %d+%d of %d", first, packets, s.packets())
	}
	return s.soundBytes(first, packets), nil
}

// soundDefaults says once what holds for every packet.
func soundDefaults() *mp4.TfhdBox {
	const duration, flags = 0x08, 0x20
	tfhd := mp4.CreateTfhd(trackID)
	tfhd.Flags |= duration | flags
	tfhd.DefaultSampleDuration, tfhd.DefaultSampleFlags = PacketSamples, mp4.SyncSampleFlags
	return tfhd
}

// head writes a segment up to where its samples begin.
func head(number int, tfhd *mp4.TfhdBox, decode int64, trun *mp4.TrunBox) ([]byte, error) {
	moof, traf := &mp4.MoofBox{}, &mp4.TrafBox{}
	tfdt := &mp4.TfdtBox{}
	tfdt.SetBaseMediaDecodeTime(uint64(decode))
	tfdt.Version = 1 // so that size does not depend on time
	for _, b := range []mp4.Box{tfhd, tfdt, trun} {
		if err := traf.AddChild(b); err != nil {
			return nil, fault.Wrap(op, err)
		}
	}
	for _, b := range []mp4.Box{mp4.CreateMfhd(uint32(number) + 1), traf} {
		if err := moof.AddChild(b); err != nil {
			return nil, fault.Wrap(op, err)
		}
	}
	payload := 8 + trun.SizeOfData()
	if payload > math.MaxInt32 {
		return nil, changed("a segment of %d bytes", payload)
	}
	trun.DataOffset = int32(moof.Size()) + 8
	var out bytes.Buffer
	for _, b := range []mp4.Box{mp4.NewStyp("cmfs", 0, []string{"cmfs", "msdh"}), moof} {
		if err := b.Encode(&out); err != nil {
			return nil, fault.Wrap(op, err)
		}
	}
	out.Write(append(binary.BigEndian.AppendUint32(nil, uint32(payload)), "mdat"...))
	return out.Bytes(), nil
}

// How many bytes a segment has besides its samples: styp, moof, mfhd, traf, tfhd, tfdt,
// trun and mdat, and a row of trun for each sample.
const (
	videoHead, videoRow = 24 + 8 + 16 + 8 + 16 + 20 + 20 + 8, 16
	soundHead, soundRow = videoHead + 8, 4
)

// videoBytes is how large a segment of the picture is.
func (x *Index) videoBytes(s Segment) int64 {
	sum := videoHead + videoRow*s.Frames
	for _, size := range x.video.table.size[s.First:][:s.Frames] {
		sum += int64(size)
	}
	return sum
}

// soundBytes is how large a segment of sound is.
func (s *sound) soundBytes(first, packets int64) int64 {
	sum := soundHead + soundRow*packets
	for _, size := range s.table.size[s.kept[0]+first:][:packets] {
		sum += int64(size)
	}
	return sum
}

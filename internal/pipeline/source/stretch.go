package source

import (
	"context"
	"io"
	"math"
	"time"

	"github.com/Eyevinn/mp4ff/avc"
	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// settled is how many frames before the first that is wanted are all left in: a decoder
// that is not told how far frames are out of order finds out from them, of which there are
// never more than this.
const settled = 16

// maxFrame bounds a frame that is held in memory.
const maxFrame = 64 << 20

// Stretch writes, for an encoder to read, the pictures shown from one time until another,
// and before them what they are decoded from: all since the keyframe, but for pictures that
// no other is decoded from. Those are about half, and decoding them is most of what somebody
// waits for who asks for a few seconds far behind a keyframe. Unlike a segment it need not be
// of a film that is played as it is. Times are the file's own, as is what is written; begins
// is what they are there of the first picture. It refuses what it may not understand.
func (x *Index) Stretch(ctx context.Context, w io.Writer, begins, from, to time.Duration) error {
	s, err := x.stretch(begins, from, to)
	if err != nil {
		return err
	}
	init, err := x.rawInit()
	if err != nil {
		return err
	}
	if _, err := w.Write(init); err != nil {
		return fault.Wrap(op, err)
	}
	t := &x.video.table
	var block []byte
	for number, i := 0, s.first; i < s.end; number++ {
		if err := ctx.Err(); err != nil {
			return &fault.Error{Kind: fault.Cancelled, Op: op, Cause: err}
		}
		next := t.near(i, s.end)
		length := t.offset[next-1] + int64(t.size[next-1]) - t.offset[i]
		if length > maxFrame {
			return refuse(BitRate, "a frame of %d bytes", length)
		}
		if int64(cap(block)) < length {
			block = make([]byte, max(length, blockBytes))
		}
		block = block[:length]
		if err := readAt(x.r, block, t.offset[i]); err != nil {
			return err
		}
		if err := x.writeStretch(w, s, number, i, next, block); err != nil {
			return err
		}
		i = next
	}
	return nil
}

// reach is a run of frames, in the order they are decoded in.
type reach struct {
	first, end int64
	whole      int64 // from this one on no frame is left out
	least      int64 // the least delay of them
	clock      int64 // of the file, at our 0
	lengthSize int   // of what says how long a NAL unit is
}

func (x *Index) stretch(begins, from, to time.Duration) (reach, error) {
	v, t := &x.video, &x.video.table
	avcC, err := body(x.r, v.entry.boxes, "avcC")
	switch {
	case err != nil:
		return reach{}, err
	case v.descriptions != 1 || v.entry.kind != "avc1" || len(avcC) < 7:
		return reach{}, refuse(NotH264, "it is %d times %q", v.descriptions, v.entry.kind)
	case v.turned || x.movie.turned:
		return reach{}, refuse(Rotated, "by its matrix")
	}
	if err := x.uncut(); err != nil {
		return reach{}, err
	}
	if off := time.Duration(x.start()*float64(time.Second)) - begins; off.Abs() > time.Millisecond {
		return reach{}, refuse(EditList, "the film begins %v off", off)
	}
	s := reach{lengthSize: int(avcC[4]&3) + 1, first: -1, least: math.MaxInt64}
	s.clock = int64(math.Round(x.start() * float64(v.scale)))
	since, until := v.ticksOf(from)-s.clock, v.ticksOf(to)-s.clock
	for _, k := range t.syncSamples() {
		if t.shown(k.sample) <= since {
			s.first = k.sample
		}
	}
	if s.first < 0 {
		return reach{}, refuse(NoIDR, "no keyframe before %v", from)
	}
	// The frame that is seen when it begins, and the one that ends the last that is seen.
	shown, after := t.shown(s.first), int64(math.MaxInt64)
	for i := s.first; i < t.len(); i++ {
		switch at := t.shown(i); {
		case at <= since:
			shown = max(shown, at)
		case at >= until:
			after = min(after, at)
		}
	}
	s.whole = t.len()
	for i := s.first; i < t.len(); i++ {
		at := t.shown(i)
		if at >= shown {
			s.whole = min(s.whole, i)
		}
		if at <= after {
			s.end = i + 1
		}
	}
	s.whole = max(s.first, s.whole-settled)
	for i := s.first; i < s.end; i++ {
		s.least = min(s.least, t.delay(i))
	}
	if s.end <= s.first || s.decoded(t, s.first) < 0 {
		return reach{}, refuse(EditList, "nothing to decode from %v to %v", from, to)
	}
	return s, nil
}

// decoded is when a frame is decoded on the file's clock: late enough for none to be shown
// before that, which a reader would take badly.
func (s reach) decoded(t *table, i int64) int64 { return t.dts[i] - t.delay(0) + s.least + s.clock }

func (v *track) ticksOf(d time.Duration) int64 {
	return int64(math.Round(d.Seconds() * float64(v.scale)))
}

// writeStretch writes the frames from one until another, which lie in a block.
func (x *Index) writeStretch(w io.Writer, s reach, number int, i, next int64, block []byte) error {
	t := &x.video.table
	trun := mp4.CreateTrun(0)
	var kept [][]byte
	var begin, last int64
	for from := t.offset[i]; i < next; i++ {
		frame := block[t.offset[i]-from:][:t.size[i]]
		if i < s.whole && disposable(frame, s.lengthSize) {
			continue
		}
		if kept == nil {
			begin = i
		} else {
			trun.Samples[len(kept)-1].Dur = uint32(t.dts[i] - t.dts[last])
		}
		flags := uint32(mp4.NonSyncSampleFlags)
		if i == s.first {
			flags = mp4.SyncSampleFlags
		}
		trun.AddSample(mp4.Sample{Flags: flags, Dur: uint32(t.ticks(i)), Size: t.size[i], CompositionTimeOffset: int32(t.delay(i) - s.least)})
		kept, last = append(kept, frame), i
	}
	if kept == nil {
		return nil
	}
	head, err := head(number, mp4.CreateTfhd(trackID), s.decoded(t, begin), trun)
	if err != nil {
		return err
	}
	for _, part := range append([][]byte{head}, kept...) {
		if _, err := w.Write(part); err != nil {
			return fault.Wrap(op, err)
		}
	}
	return nil
}

// disposable tells whether no other frame is decoded from this one, as its first slice says.
func disposable(frame []byte, lengthSize int) bool {
	for len(frame) > lengthSize {
		length := 0
		for _, b := range frame[:lengthSize] {
			length = length<<8 | int(b)
		}
		frame = frame[lengthSize:]
		if length < 1 || length > len(frame) {
			return false
		}
		switch avc.GetNaluType(frame[0]) {
		case avc.NALU_NON_IDR:
			const references = 3 << 5
			return frame[0]&references == 0
		case 2, 3, 4, avc.NALU_IDR: // 2 to 4 are slices in parts
			return false
		}
		frame = frame[length:]
	}
	return false
}

// rawInit is an initialisation segment with the file's own description of its picture.
func (x *Index) rawInit() ([]byte, error) {
	description, err := body(x.r, x.video.stbl, "stsd")
	if err != nil {
		return nil, err
	}
	init := mp4.CreateEmptyInit()
	trak := init.AddEmptyTrack(x.video.scale, "video", "und")
	for i, b := range trak.Mdia.Minf.Stbl.Children {
		if b.Type() == "stsd" {
			trak.Mdia.Minf.Stbl.Children[i] = mp4.CreateUnknownBox("stsd", uint64(8+len(description)), description)
		}
	}
	return encode(init)
}

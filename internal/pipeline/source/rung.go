package source

import (
	"io"
	"math"
)

const (
	maxAverage = 8_000_000  // bits a second over the film
	maxPeak    = 16_000_000 // bits a second, as a player counts its peak
)

// Fit reports whether the picture is of a kind that plays everywhere: as much as can be told
// before the keyframes are read.
func (x *Index) Fit() bool { return x.unfit == nil }

// Rung looks whether the film may be played as it is, and says how. The fault it returns
// has the reason as its code. It reads the beginning of every keyframe.
func (x *Index) Rung() (Rung, error) {
	if x.unfit != nil {
		return Rung{}, x.unfit
	}
	for _, check := range []func() error{x.upright, x.uncut, x.even, x.light} {
		if err := check(); err != nil {
			return Rung{}, err
		}
	}
	keys, err := x.keyframes()
	if err != nil {
		return Rung{}, err
	}
	segments, err := x.cut(keys)
	if err != nil {
		return Rung{}, err
	}
	r := Rung{
		Timescale: x.video.scale, FrameTicks: uint32(x.video.table.usual()), Stream: x.video.stream,
		Width: x.decoder.width, Height: x.decoder.height, Codecs: x.decoder.codecs(), Matrix: x.decoder.matrix, Bytes: x.size, Start: x.start(), Segments: segments,
	}
	if err := r.measure(); err != nil {
		return Rung{}, err
	}
	for i := range x.sounds {
		r.Sounds = append(r.Sounds, x.sounds[i].describe(segments, x.video.scale))
	}
	return r, nil
}

// readDecoder reads what the picture is decoded with, and refuses what not every player
// can.
func (v *track) readDecoder(r io.ReaderAt) (decoder, error) {
	if v.descriptions != 1 {
		return decoder{}, refuse(SeveralDescriptions, "%d of them", v.descriptions)
	}
	if v.entry.kind != "avc1" {
		return decoder{}, refuse(NotH264, "it is %q", v.entry.kind)
	}
	avcC, err := body(r, v.entry.boxes, "avcC")
	if err != nil {
		return decoder{}, err
	}
	d, err := parseDecoder(avcC)
	if err != nil {
		return decoder{}, err
	}
	const baseline, main, high = 66, 77, 100
	if d.chroma != 1 || d.depth != 8 || d.profile != baseline && d.profile != main && d.profile != high {
		return decoder{}, refuse(Profile, "profile %d, chroma format %d, %d bits", d.profile, d.chroma, d.depth)
	}
	if !d.progressive {
		return d, refuse(Interlaced, "frames may be coded as fields")
	}
	return d, nil
}

// upright refuses a picture that has to be turned or stretched to be shown.
func (x *Index) upright() error {
	v, d := x.video, x.decoder
	if v.turned || x.movie.turned {
		return refuse(Rotated, "by its matrix")
	}
	if !d.squarePixels || v.pixels != nil && v.pixels.HSpacing != v.pixels.VSpacing {
		return refuse(Anamorphic, "by its description")
	}
	// Older files only say how large the track is shown. It may be rounded to a pixel.
	if v.width > 0 && v.height > 0 {
		stretch := v.width / v.height * float64(d.height) / float64(d.width)
		if math.Abs(stretch-1) > 0.01 {
			return refuse(Anamorphic, "%dx%d shown as %vx%v", d.width, d.height, v.width, v.height)
		}
	}
	return nil
}

// uncut refuses a film of which an edit list hides a part: whoever cut it off does not want
// it seen.
func (x *Index) uncut() error {
	v, t := x.video, &x.video.table
	if v.edit.cut {
		return refuse(EditList, "several edits, or one at another speed")
	}
	hidden := int64(math.MaxInt64)
	last := int64(math.MinInt64)
	for i := range t.len() {
		at := t.dts[i] + t.delay(i)
		hidden, last = min(hidden, at), max(last, at)
	}
	if hidden < v.edit.from {
		return refuse(EditList, "the first picture is due at %d, shown are those from %d on", hidden, v.edit.from)
	}
	// The movie's clock is coarse, and some files count a frame too few.
	shown := float64(v.edit.from)/float64(v.scale) + float64(v.edit.length+1)/float64(x.movie.scale)
	if v.edit.length > 0 && float64(last-t.usual())/float64(v.scale) > shown {
		return refuse(EditList, "the last picture is due at %d, shown are those until %.3f s", last, shown)
	}
	return nil
}

// light refuses early what measure would: before every keyframe is read.
func (x *Index) light() error {
	t := &x.video.table
	sum := int64(0)
	for _, size := range t.size {
		sum += int64(size)
	}
	if rate := bitRate(sum, t.dts[t.len()-1]+t.usual(), int64(x.video.scale)); rate > maxAverage {
		return refuse(BitRate, "%d bit/s on average", rate)
	}
	return nil
}

// measure sets the bit rates, and refuses those that a usual connection does not carry.
func (r *Rung) measure() error {
	bytes, ticks := make([]int64, len(r.Segments)), make([]int64, len(r.Segments))
	for i, s := range r.Segments {
		bytes[i], ticks[i] = s.Bytes, s.Ticks
	}
	r.Peak, r.Average = rates(bytes, ticks, int64(r.Timescale))
	if r.Average > maxAverage || r.Peak > maxPeak {
		return refuse(BitRate, "%d bit/s on average, %d at most", r.Average, r.Peak)
	}
	return nil
}

// rates returns the peak and the average of segments in a row. The peak is RFC 8216's: over
// any of them that last between half and one and a half of the longest, in whole seconds.
// A single picture at the end of a film is no peak: nobody plays it alone.
func rates(bytes, ticks []int64, scale int64) (peak, average int64) {
	longest := scale
	for _, d := range ticks {
		longest = max(longest, (2*d+scale)/(2*scale)*scale)
	}
	var allBytes, allTicks int64
	for i := range ticks {
		allBytes, allTicks = allBytes+bytes[i], allTicks+ticks[i]
		var b, d int64
		for j := i; j < len(ticks) && 2*(d+ticks[j]) <= 3*longest; j++ {
			b, d = b+bytes[j], d+ticks[j]
			if 2*d >= longest {
				peak = max(peak, bitRate(b, d, scale))
			}
		}
	}
	average = bitRate(allBytes, allTicks, scale)
	return max(peak, average), average
}

// bitRate rounds up: a peak that is declared is kept.
func bitRate(bytes, ticks, scale int64) int64 {
	if ticks <= 0 {
		return 0
	}
	return int64(math.Ceil(8 * float64(bytes) * float64(scale) / float64(ticks)))
}

// describe says what the plan needs to know of a sound track. A segment of it holds the
// packets that begin during one of the picture's.
func (s *sound) describe(segments []Segment, scale uint32) Sound {
	out := Sound{
		Stream: s.stream, Codecs: "mp4a.40.2", Rate: s.rate, Channels: s.channels,
		Packets: s.packets(), Offset: s.offset, Priming: s.priming,
	}
	first := int64(0)
	var bytes, ticks []int64
	for k, segment := range segments {
		next := first
		for next < out.Packets && (k == len(segments)-1 || (s.offset+next*PacketSamples)*int64(scale) < (segment.Start+segment.Ticks)*int64(s.rate)) {
			next++
		}
		if packets := next - first; packets > 0 {
			bytes, ticks = append(bytes, s.soundBytes(first, packets)), append(ticks, packets*PacketSamples)
		}
		first = next
	}
	out.Peak, out.Average = rates(bytes, ticks, int64(s.rate))
	return out
}

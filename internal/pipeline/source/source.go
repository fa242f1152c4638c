// Package source owns the source rung: a film that is played as it was uploaded, cut into
// segments by byte range and not encoded at all. It reads the sample tables of an MP4 or
// QuickTime file, says whether the film may be played this way and if not why, and writes
// its segments.
//
// Only H.264, 8 bits, 4:2:0, progressive, with closed groups of pictures is let through,
// because only that plays everywhere and joins everywhere. What is not plainly so is refused
// and encoded instead.
//
// It knows no plan and no storage, starts no process and imports no other step.
package source

// Rung is what the plan needs to know of a film that is played as it is. Its times are
// ticks of the picture's clock; 0 is when the first picture is shown.
type Rung struct {
	Timescale  uint32    `json:"timescale"` // ticks a second
	FrameTicks uint32    `json:"frameTicks"`
	Stream     int       `json:"stream"` // counted over all of the file's tracks, as ffprobe does
	Width      int       `json:"width"`
	Height     int       `json:"height"`
	Codecs     string    `json:"codecs"`           // RFC 6381
	Matrix     string    `json:"matrix,omitempty"` // of colours, as ffmpeg names it; "" when the picture does not say
	Bytes      int64     `json:"bytes"`            // of the whole file
	Start      float64   `json:"start"`            // where the film's own clock has our 0, in seconds
	Segments   []Segment `json:"segments"`
	Peak       int64     `json:"peak"`    // bits a second, as RFC 8216 counts it
	Average    int64     `json:"average"` // bits a second, over the film
	Sounds     []Sound   `json:"sounds,omitempty"`
}

// Segment is a run of frames that begins with one that needs no other. Frames are counted
// in the order they are decoded in.
type Segment struct {
	First  int64 `json:"first"` // number of its first frame in the film
	Frames int64 `json:"frames"`
	Start  int64 `json:"start"`
	Ticks  int64 `json:"ticks"`
	Bytes  int64 `json:"bytes"` // as it is served, boxes and all
}

// Sound is a track that is played as it is: AAC-LC, one or two channels.
type Sound struct {
	Stream   int    `json:"stream"` // counted over all of the file's tracks, as ffprobe does
	Codecs   string `json:"codecs"`
	Rate     int    `json:"rate"`
	Channels int    `json:"channels"`
	Packets  int64  `json:"packets"` // kept ones, of PacketSamples each
	Offset   int64  `json:"offset"`  // where the first kept packet is decoded, in samples
	Priming  int64  `json:"priming"` // samples a decoder puts out before the sound begins
	Peak     int64  `json:"peak"`
	Average  int64  `json:"average"`
}

// PacketSamples is how many samples a packet of AAC-LC holds.
const PacketSamples = 1024

// Frame is when a frame is decoded, when it is shown, and how long its turn lasts.
type Frame struct{ DTS, PTS, Ticks int64 }

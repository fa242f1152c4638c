// Package plan owns the decision of what a source becomes: the segment grid, the
// renditions, the tasks that make them, and the complete playlists, all fixed before
// anything is encoded. Everything here is pure: same report and ladder in, same plan
// out, byte for byte. It imports probe and source, and no later step.
package plan

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind tells picture from sound.
type Kind string

const (
	Video Kind = "video"
	Audio Kind = "audio"
)

// Lane orders the work on one film; a lower lane is taken first.
type Lane int

const (
	LaneFirstMinute Lane = 10 // the first minute in small tasks, lowest rung and sound
	LaneFast        Lane = 20 // the lowest rung and the sound, whole film
	LaneQuality     Lane = 30 // the other rungs, all from one decode
	LaneAV1         Lane = 40 // the same rungs in AV1, which nobody waits for
)

// Codec is what a rendition is encoded with: pictures in H.264 and sound in AAC, unless
// said otherwise.
type Codec string

// AV1 holds the same picture in fewer bits, and takes longer to make.
const AV1 Codec = "av1"

// Plan is a source's whole future. It is stored as JSON beside the video and never
// changes: a new plan is a new generation of the video.
type Plan struct {
	Version         int         `json:"version"` // of this document's shape
	DurationSeconds float64     `json:"durationSeconds"`
	Picture         Picture     `json:"picture"`
	Grid            Grid        `json:"grid"`
	Renditions      []Rendition `json:"renditions"` // video from the lowest rung up, a copy last, then audio, then what is made late
	Tasks           []Task      `json:"tasks"`      // in the order they should be done
}

// Picture is how the source's frames become the grid's frames.
type Picture struct {
	Stream      int    `json:"stream"`
	Demuxer     string `json:"demuxer"` // named to ffmpeg, never guessed again
	Width       int    `json:"width"`   // as shown: upright, square pixels
	Height      int    `json:"height"`
	Rotation    int    `json:"rotation,omitempty"`
	Deinterlace bool   `json:"deinterlace,omitempty"`
	Tonemap     bool   `json:"tonemap,omitempty"`
	HLG         bool   `json:"hlg,omitempty"`      // how bright it is depends on the screen: not HDR10
	Colours     string `json:"colours,omitempty"`  // as ffmpeg names them, of a source that does not say: every rung must
	OriginTicks int64  `json:"originTicks"`        // the source time of frame 0, in the grid's ticks
	Late        int64  `json:"late,omitempty"`     // ticks after its own time that a decoder gives a frame
	SeekBack    int64  `json:"seekBack,omitempty"` // ticks to aim before a time, to land on a keyframe before it
}

// Grid is the film's time, cut into segments, the same for every rendition; all times are
// in ticks of 1/Timescale s. A fixed grid is ours: every frame lasts FrameTicks. A grid of
// the source has the source's frames, each with its own time, and its own segments.
type Grid struct {
	OfSource   bool      `json:"ofSource,omitempty"`
	Timescale  uint32    `json:"timescale"`  // of a fixed grid the frame rate's numerator, at least 1000
	FrameTicks uint32    `json:"frameTicks"` // how long a frame lasts, of the source's usually
	Frames     int64     `json:"frames"`
	GOP        int64     `json:"gop"` // frames of about 2 s: between IDR pictures of a fixed grid
	Segments   []Segment `json:"segments"`
}

// Segment is one entry of the grid: it starts with an IDR picture.
type Segment struct {
	FirstFrame int64 `json:"firstFrame"` // in the order of decoding
	Frames     int64 `json:"frames"`
	Start      int64 `json:"start"` // when its first frame is shown
	Ticks      int64 `json:"ticks"` // how long it lasts
}

// Rendition is one stream a player can choose.
type Rendition struct {
	ID        string `json:"id"` // "video/720", "audio/0-pt": also its folder below videos/{videoId}/
	Kind      Kind   `json:"kind"`
	Copy      bool   `json:"copy,omitempty"`  // the source's own samples, whole from the start: no task makes it
	Codec     Codec  `json:"codec,omitempty"` // "" of H.264 and AAC
	Width     int    `json:"width,omitempty"`
	Height    int    `json:"height,omitempty"`   // real height of the picture
	Rung      int    `json:"rung,omitempty"`     // the ladder's name for it: 720
	Bandwidth int64  `json:"bandwidth"`          // declared ceiling, bits per second
	MaxRate   int64  `json:"maxRate,omitempty"`  // the encoder's cap
	Codecs    string `json:"codecs,omitempty"`   // RFC 6381; "" in plans that leave the level to the encoder
	Stream    int    `json:"stream"`             // of the source
	Language  string `json:"language,omitempty"` // BCP 47: "pt", "en", "und"
	Label     string `json:"label,omitempty"`    // what a menu shows
	Role      Role   `json:"role,omitempty"`     // of a sound track: what it is for
	Channels  int    `json:"channels,omitempty"`
	Rate      int    `json:"rate,omitempty"`    // audio samples per second: 44100 or 48000
	Samples   int64  `json:"samples,omitempty"` // audio samples in the whole track
	Origin    int64  `json:"origin,omitempty"`  // source time of sample 0, in samples
	Default   bool   `json:"default,omitempty"`

	// Of sound whose container rounds its times: the source time of its first sample in
	// seconds, and the source's samples that every packet holds a multiple of.
	Start float64 `json:"start,omitempty"`
	Step  int     `json:"step,omitempty"`

	// Of copied sound, in samples: when packet 0 is decoded, and what decoders put out
	// before the sound begins.
	Offset  int64 `json:"offset,omitempty"`
	Priming int64 `json:"priming,omitempty"`
}

// Task is one row of work: a run of segments of one kind, for the renditions that come
// out of the same decode.
type Task struct {
	Seq          int      `json:"seq"`
	Lane         Lane     `json:"lane"`
	Kind         Kind     `json:"kind"`
	FirstSegment int      `json:"firstSegment"`
	Segments     int      `json:"segments"`
	Renditions   []string `json:"renditions"`
}

// The names of a video's files, in its own folder.
const (
	MultivariantName = "playlist.m3u8" // of what is whole
	PlayerName       = "player.m3u8"   // of everything that is planned
	ManifestName     = "manifest.mpd"
	ThumbnailsName   = "thumbnails.vtt"
	PosterName       = "poster.jpg"
)

// SpriteName returns the name of a sheet of small pictures, from 0.
func SpriteName(sheet int) string { return fmt.Sprintf("sprite-%03d.jpg", sheet) }

// The names of a rendition's files, in its folder below the video's.
const (
	MediaName = "index.m3u8"
	InitName  = "init.mp4"
)

// SegmentName returns the name of segment k, from 0; in the name they count from 1.
func SegmentName(k int) string {
	digits := strconv.Itoa(k + 1)
	return "seg-" + strings.Repeat("0", max(0, 5-len(digits))) + digits + ".m4s"
}

// Key returns the object key of segment k (from 0) of a rendition.
func Key(videoID, rendition string, k int) string {
	return FileKey(videoID, rendition+"/"+SegmentName(k))
}

// InitKey returns the object key of a rendition's initialisation segment.
func InitKey(videoID, rendition string) string {
	return FileKey(videoID, rendition+"/"+InitName)
}

// FileKey returns the object key of a file by its name below the video's folder.
func FileKey(videoID, name string) string { return "videos/" + videoID + "/" + name }

// Made is what is known of a rendition beyond its plan: filled in as it is made.
type Made struct {
	Codecs           string `json:"codecs"`                     // RFC 6381, read from the init segment; "" until that is stored
	Whole            bool   `json:"whole"`                      // every segment is stored
	PeakBandwidth    int64  `json:"peakBandwidth,omitempty"`    // measured once whole, bits per second
	AverageBandwidth int64  `json:"averageBandwidth,omitempty"` // measured once whole

	Loudness *Loudness `json:"loudness,omitempty"` // of a sound; nil until it is measured
}

// Sprites is how small pictures of the film are laid out on sheets, row by row, one
// every so many seconds from its start. It is stored as JSON beside the video.
type Sprites struct {
	EverySeconds float64 `json:"everySeconds"`
	Count        int     `json:"count"` // of all pictures
	TileWidth    int     `json:"tileWidth"`
	TileHeight   int     `json:"tileHeight"`
	Columns      int     `json:"columns"` // of one sheet
	Rows         int     `json:"rows"`
}

// Sheets is how many sheets hold the pictures.
func (s Sprites) Sheets() int {
	each := s.Columns * s.Rows
	if each <= 0 || s.Count <= 0 || !(s.EverySeconds > 0) {
		return 0
	}
	return (s.Count + each - 1) / each
}

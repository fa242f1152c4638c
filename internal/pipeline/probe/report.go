// Package probe owns the first look at a source: it reads the file's index, and all of the
// film only where nothing less will do (film.go), and writes down what is in it. It decides
// nothing. It may not import the steps after it.
package probe

// Report is what is known of a source after probing, as stored: every duration in
// seconds, every time on the source's own clock.
type Report struct {
	Format          string  `json:"format"`          // the demuxer, as ffmpeg names it: "mov,mp4,m4a,3gp,3g2,mj2"
	DurationSeconds float64 `json:"durationSeconds"` // measured from the packets, never the header's word alone
	Bytes           int64   `json:"bytes"`
	Video           Video   `json:"video"`
	Audio           []Audio `json:"audio"`                // empty for a silent film
	NeedsRemux      bool    `json:"needsRemux,omitempty"` // no index to seek by: Remux first, and probe the result
	Faults          []Fault `json:"faults,omitempty"`
}

// Video describes the picture track that will be shown.
type Video struct {
	Stream       int     `json:"stream"` // index in the file
	Codec        string  `json:"codec"`
	Profile      string  `json:"profile,omitempty"`
	PixelFormat  string  `json:"pixelFormat"`
	Width        int     `json:"width"`              // as coded
	Height       int     `json:"height"`             // as coded
	Rotation     int     `json:"rotation,omitempty"` // degrees clockwise to show it upright: 0, 90, 180, 270
	SARNum       int     `json:"sarNum,omitempty"`   // sample aspect ratio, 1:1 when zero
	SARDen       int     `json:"sarDen,omitempty"`
	FrameRateNum int     `json:"frameRateNum"` // the grid's rate, r_frame_rate: 24000/1001
	FrameRateDen int     `json:"frameRateDen"`
	VariableRate bool    `json:"variableRate,omitempty"`
	Interlaced   bool    `json:"interlaced,omitempty"`
	StartSeconds float64 `json:"startSeconds"`       // first presentation time
	EndSeconds   float64 `json:"endSeconds"`         // end of the last frame
	SeekBack     float64 `json:"seekBack,omitempty"` // seconds to aim before a time, to land on a keyframe before it
	Late         float64 `json:"late,omitempty"`     // seconds after its own time that a decoder gives a frame
	Matrix       string  `json:"matrix,omitempty"`   // of colours: "bt709"; "gbr" has none, "" does not say
	Transfer     string  `json:"transfer,omitempty"` // colour transfer: "smpte2084" is HDR10, "arib-std-b67" HLG
	BitRate      int64   `json:"bitRate,omitempty"`
}

// Audio describes one sound track.
type Audio struct {
	Stream       int     `json:"stream"`
	Codec        string  `json:"codec"`
	Channels     int     `json:"channels"`
	SampleRate   int     `json:"sampleRate"`
	Language     string  `json:"language,omitempty"` // ISO 639-2 as the file says it; "" or "und" when it does not
	Title        string  `json:"title,omitempty"`
	Default      bool    `json:"default,omitempty"`
	Marks        []Mark  `json:"marks,omitempty"` // what the file says it is for
	StartSeconds float64 `json:"startSeconds"`
	EndSeconds   float64 `json:"endSeconds"`
	Step         int     `json:"step,omitempty"` // samples: times are coarse, packets really end at multiples of this from the start on
}

// Mark is something a file says of a sound track, by ffprobe's own word.
type Mark string

const (
	Original        Mark = "original" // in the language the film was made in
	Dub             Mark = "dub"
	Comment         Mark = "comment"
	VisualImpaired  Mark = "visual_impaired"
	HearingImpaired Mark = "hearing_impaired"
	Descriptions    Mark = "descriptions"
)

// marks are all there are, in the order they are written down.
var marks = []Mark{Original, Dub, Comment, VisualImpaired, HearingImpaired, Descriptions}

// Fault is something the uploader should know that does not stop the film.
type Fault struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

package probe

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// answer is ffprobe's, as it writes it.
type answer struct {
	Format   format    `json:"format"`
	Streams  []stream  `json:"streams"`
	Chapters []chapter `json:"chapters"`
	Packets  []packet  `json:"packets"`
	Frames   []frame   `json:"frames"`

	// Asked for both, ffprobe writes them as they come; parse sorts them.
	Mixed []json.RawMessage `json:"packets_and_frames"`
}

type format struct {
	Name     string `json:"format_name"`
	Duration string `json:"duration"`
	BitRate  string `json:"bit_rate"`
}

type chapter struct {
	Start string            `json:"start_time"`
	End   string            `json:"end_time"`
	Tags  map[string]string `json:"tags"`
}

type stream struct {
	Index       int               `json:"index"`
	Kind        string            `json:"codec_type"`
	Codec       string            `json:"codec_name"`
	Tag         string            `json:"codec_tag_string"`
	Profile     string            `json:"profile"`
	PixelFormat string            `json:"pix_fmt"`
	Width       int               `json:"width"`
	Height      int               `json:"height"`
	Reordered   int               `json:"has_b_frames"` // how many frames are decoded before the first one is shown
	SAR         string            `json:"sample_aspect_ratio"`
	FieldOrder  string            `json:"field_order"`
	Matrix      string            `json:"color_space"`
	Transfer    string            `json:"color_transfer"`
	RealRate    string            `json:"r_frame_rate"`
	AverageRate string            `json:"avg_frame_rate"`
	TimeBase    string            `json:"time_base"`
	StartPTS    int64             `json:"start_pts"`
	Duration    string            `json:"duration"`
	FrameCount  string            `json:"nb_frames"`
	BitRate     string            `json:"bit_rate"`
	SampleRate  string            `json:"sample_rate"`
	Channels    int               `json:"channels"`
	Tags        map[string]string `json:"tags"`
	Disposition map[string]int    `json:"disposition"`
	SideData    []sideData        `json:"side_data_list"`
}

type sideData struct {
	Type     string  `json:"side_data_type"`
	Rotation float64 `json:"rotation"` // degrees anticlockwise

	// Of Dolby Vision: how its picture is built, and as what it can be shown without it.
	DolbyProfile int        `json:"dv_profile"`
	DolbyBase    *dolbyBase `json:"dv_bl_signal_compatibility_id"`
}

type packet struct {
	Stream   int        `json:"stream_index"`
	PTS      *int64     `json:"pts"`
	DTS      *int64     `json:"dts"`
	Duration int64      `json:"duration"`
	Flags    string     `json:"flags"` // "K" key, "D" read but never shown
	SideData []sideData `json:"side_data_list"`
}

type frame struct {
	PTS        *int64 `json:"pts"`
	BestEffort *int64 `json:"best_effort_timestamp"`
	Interlaced int    `json:"interlaced_frame"`
	Samples    int    `json:"nb_samples"`
}

func parse(out []byte) (answer, error) {
	var a answer
	if err := json.Unmarshal(out, &a); err != nil {
		return answer{}, fmt.Errorf("ffprobe's answer: %w", err)
	}
	for _, raw := range a.Mixed {
		var kind struct {
			Type string `json:"type"`
		}
		var p packet
		var f frame
		if err := errors.Join(json.Unmarshal(raw, &kind), json.Unmarshal(raw, &p), json.Unmarshal(raw, &f)); err != nil {
			return answer{}, fmt.Errorf("ffprobe's answer: %w", err)
		}
		if kind.Type == "packet" {
			a.Packets = append(a.Packets, p)
		} else {
			a.Frames = append(a.Frames, f)
		}
	}
	a.Mixed = nil
	return a, nil
}

// shows tells whether any packet of a stream is among those read.
func (a answer) shows(stream int) bool {
	return slices.ContainsFunc(a.Packets, func(p packet) bool { return p.Stream == stream && p.shown() })
}

func (p packet) shown() bool { return p.PTS != nil && !strings.Contains(p.Flags, "D") }

// timeByDecoding gives the packets of a stream that only say when they are decoded that
// time to be shown at. So the last of them ends when the last frame does.
func (a answer) timeByDecoding(stream int) {
	for i, p := range a.Packets {
		if p.Stream == stream && p.PTS == nil {
			a.Packets[i].PTS = p.DTS
		}
	}
}

// seconds turns a time of the stream's own clock into seconds, as exactly as a float can.
func (s stream) seconds(pts int64) float64 {
	num, den := ratio(s.TimeBase, "/")
	if den == 0 {
		return 0
	}
	return float64(pts) * float64(num) / float64(den)
}

// rotation is how far clockwise the picture must be turned, to the nearest quarter.
func (s stream) rotation() int {
	turn := 0.0
	for _, d := range s.SideData {
		if d.Rotation != 0 {
			turn = -d.Rotation
		}
	}
	if said, err := strconv.ParseFloat(s.Tags["rotate"], 64); err == nil && turn == 0 {
		turn = said
	}
	if turn = math.Mod(turn, 360); math.IsNaN(turn) {
		return 0 // by no angle
	}
	return (int(math.Round(turn/90))*90%360 + 360) % 360
}

// encrypted tells whether a track says it is.
func (s stream) encrypted() bool {
	switch s.Tag {
	case "drmi", "drms", "encv", "enca":
		return true
	}
	return slices.ContainsFunc(s.SideData, sideData.encryption)
}

// encrypted tells whether any packet carries what a decryptor would need.
func (a answer) encrypted() bool {
	return slices.ContainsFunc(a.Packets, func(p packet) bool { return slices.ContainsFunc(p.SideData, sideData.encryption) })
}

func (d sideData) encryption() bool { return strings.HasPrefix(d.Type, "Encryption") }

// ratio reads "24000/1001" and "4:3"; 0, 0 when it is neither.
func ratio(text, sep string) (num, den int) {
	a, b, ok := strings.Cut(text, sep)
	if !ok {
		return 0, 0
	}
	num, err1 := strconv.Atoi(a)
	den, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil || num < 0 || den < 0 {
		return 0, 0
	}
	return num, den
}

// most is more than any number of a film: what is reckoned with it stays a number.
const most = 1e15

func number(text string) float64 {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || math.Abs(x) > most {
		return 0
	}
	return x
}

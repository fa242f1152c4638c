package plan

import (
	"math"
	"strings"

	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// version is the shape of the document New writes.
const version = 2

// Limits of what is planned at all.
const (
	maxSeconds = 24 * 60 * 60
	maxStart   = 1e8 // a broadcast recording may start days into its clock
	maxSide    = 16384
	maxAudio   = 32 // sound tracks; the rest are left out
)

// New decides what the source of this report becomes on this ladder, and with this rung
// when it may be played as it is; nil when it may not. The rungs are made once more, late, in
// each of these codecs. It is pure.
func New(report probe.Report, ladder Ladder, rung *source.Rung, late ...Codec) (Plan, error) {
	if err := check(report); err != nil {
		return Plan{}, err
	}
	p := Plan{Version: version}
	if rung != nil && (rung.Stream != report.Video.Stream || rung.Timescale > mostTicks) {
		rung = nil // of another picture, or on a clock we cannot count on
	}
	var err error
	if rung == nil {
		p.Grid, err = newGrid(report)
	} else {
		p.Grid, err = gridOfSource(*rung)
		report.Video.StartSeconds = rung.Start
	}
	if err != nil {
		return Plan{}, err
	}
	p.DurationSeconds = p.Grid.seconds(p.Grid.end())
	p.Picture = newPicture(report, p.Grid)
	p.Renditions = append(
		videoRenditions(p.Picture, ladder, rung),
		p.audioRenditions(report.Audio, rung)...,
	)
	for _, codec := range late {
		p.Renditions = append(p.Renditions, lateRenditions(p.Picture, ladder, codec)...)
	}
	for i, r := range p.Renditions {
		if !r.Copy && !r.Late() {
			p.Renditions[i].Codecs = p.Grid.codecs(r)
		}
	}
	p.Tasks = newTasks(p)
	return p, nil
}

// Rendition returns the rendition of this id.
func (p Plan) Rendition(id string) (Rendition, bool) {
	for _, r := range p.Renditions {
		if r.ID == id {
			return r, true
		}
	}
	return Rendition{}, false
}

// Of returns the renditions of one kind, in the plan's order.
func (p Plan) Of(kind Kind) []Rendition {
	var of []Rendition
	for _, r := range p.Renditions {
		if r.Kind == kind {
			of = append(of, r)
		}
	}
	return of
}

// check refuses what no plan can be made of, in words for the uploader.
func check(report probe.Report) error {
	const op = "plan.new"
	v := report.Video
	switch width, _ := squarePixels(v); {
	case v.Width < 2 || v.Height < 2:
		return fault.New(fault.Invalid, op, "no_picture", "This file has no picture we can read.")
	case width > maxSide || v.Height > maxSide:
		return fault.New(fault.TooLarge, op, "huge_picture", "The picture of this file is larger than 16,384 pixels a side.")
	case !(pictureSeconds(report) > 0):
		return fault.New(fault.Invalid, op, "no_duration", "This file has no picture that lasts: it may be cut off at its start.")
	case pictureSeconds(report) > maxSeconds:
		return fault.New(fault.TooLarge, op, "too_long", "This film is longer than 24 hours.")
	case !(math.Abs(v.StartSeconds) <= maxStart):
		return fault.New(fault.Invalid, op, "bad_clock", "The times in this file make no sense.")
	}
	return nil
}

// pictureSeconds is how long the picture really lasts. Sound that outlives it is cut
// with it, and sound that ends before it is followed by silence.
func pictureSeconds(report probe.Report) float64 {
	if v := report.Video; v.EndSeconds > v.StartSeconds {
		return v.EndSeconds - v.StartSeconds
	}
	return report.DurationSeconds
}

// squarePixels is the coded frame at the shape it is shown in. A pixel over eight times
// as long as it is wide is a mistake in the file, not a shape.
func squarePixels(v probe.Video) (width, height int) {
	num, den := v.SARNum, v.SARDen
	if num <= 0 || den <= 0 || num > 8*den || den > 8*num {
		return v.Width, v.Height
	}
	return max(2, int(math.Round(float64(v.Width)*float64(num)/float64(den)))), v.Height
}

// colours are what a picture that does not say is taken to be in. Left to players, the small
// rungs of a large film would look other than the large ones.
func colours(v probe.Video) string {
	if v.Matrix != "" && v.Matrix != "gbr" {
		return ""
	}
	return source.GuessedMatrix(v.Width, v.Height)
}

// newPicture turns the coded frame upright with square pixels.
func newPicture(report probe.Report, grid Grid) Picture {
	v := report.Video
	width, height := squarePixels(v)
	if v.Rotation%180 != 0 {
		width, height = height, width
	}
	demuxer, _, _ := strings.Cut(report.Format, ",") // any one of a demuxer's names opens it
	return Picture{
		Stream:      v.Stream,
		Demuxer:     demuxer,
		Width:       width,
		Height:      height,
		Rotation:    v.Rotation,
		Deinterlace: v.Interlaced,
		Tonemap:     v.Transfer == "smpte2084" || v.Transfer == "arib-std-b67",
		HLG:         v.Transfer == "arib-std-b67",
		Colours:     colours(v),
		OriginTicks: int64(math.Round(v.StartSeconds * float64(grid.Timescale))),
		Late:        int64(math.Round(min(max(v.Late, 0), maxSeconds) * float64(grid.Timescale))),
		SeekBack:    int64(math.Ceil(min(max(v.SeekBack, 0), maxSeconds) * float64(grid.Timescale))),
	}
}

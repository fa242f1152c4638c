package plan

import (
	"math"
	"slices"

	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// SourceID is the rendition that is the source's own picture.
const SourceID = "video/source"

const maxSoundRate = 192_000

// gridOfSource takes over the segments the source already has.
func gridOfSource(r source.Rung) (Grid, error) {
	const op = "plan.grid"
	g := Grid{OfSource: true, Timescale: r.Timescale, FrameTicks: r.FrameTicks}
	if r.Timescale == 0 || r.FrameTicks == 0 || len(r.Segments) == 0 {
		return Grid{}, fault.New(fault.Internal, op, "bad_rung", "")
	}
	for _, s := range r.Segments {
		if s.First != g.Frames || s.Start != g.end() || s.Frames <= 0 || s.Ticks <= 0 {
			return Grid{}, fault.New(fault.Internal, op, "bad_rung", "")
		}
		g.Frames += s.Frames
		// A rest under half a second would be a request for nothing.
		if n := len(g.Segments); n > 0 && 2*s.Ticks < int64(r.Timescale) {
			g.Segments[n-1].Frames += s.Frames
			g.Segments[n-1].Ticks += s.Ticks
			continue
		}
		g.Segments = append(g.Segments, Segment{FirstFrame: s.First, Frames: s.Frames, Start: s.Start, Ticks: s.Ticks})
	}
	if g.seconds(g.end()) > maxSeconds {
		return Grid{}, fault.New(fault.TooLarge, op, "too_long", "This film is longer than 24 hours.")
	}
	g.GOP = max(1, int64(math.Round(2*float64(g.Timescale)/float64(g.FrameTicks))))
	return g, nil
}

// Source is a segment of a grid of the source as the source knows it.
func (s Segment) Source() source.Segment {
	return source.Segment{First: s.FirstFrame, Frames: s.Frames, Start: s.Start, Ticks: s.Ticks}
}

// copiedVideo is the source's own picture.
func copiedVideo(r source.Rung) Rendition {
	return Rendition{
		ID: SourceID, Kind: Video, Copy: true,
		Width: r.Width, Height: r.Height, Rung: rungName(r),
		Bandwidth: r.Peak, Stream: r.Stream,
	}
}

// rungName is the ladder's nearest name for a picture; one below the whole ladder has
// its own, as an encoded one would.
func rungName(r source.Rung) int {
	long, short := sides(Picture{Width: r.Width, Height: r.Height})
	height := max(short, (9*long+8)/16)
	if height < standard[0].Height {
		return short
	}
	nearest := standard[0].Height
	for _, rung := range standard {
		if abs(rung.Height-height) < abs(nearest-height) {
			nearest = rung.Height
		}
	}
	return nearest
}

func abs(n int) int { return max(n, -n) }

// copiedAudio is the rendition as the source's own packets, when they are there for all of
// the film: within a tenth of a second of its first picture and half a second of its last.
// A player waits for sound that is not there; encoded, it would be silence. What outlives
// the picture is left out.
func (p Plan) copiedAudio(r Rendition, played *source.Rung) (Rendition, bool) {
	if played == nil {
		return Rendition{}, false
	}
	i := slices.IndexFunc(played.Sounds, func(s source.Sound) bool { return s.Stream == r.Stream })
	if i < 0 {
		return Rendition{}, false
	}
	s := played.Sounds[i]
	if s.Rate <= 0 || s.Rate > maxSoundRate || s.Offset < 0 || 10*s.Offset > int64(s.Rate) {
		return Rendition{}, false
	}
	scale, rate := int64(p.Grid.Timescale), int64(s.Rate)
	end := p.Grid.end() * rate // as every time here, in ticks * samples
	packets := min(s.Packets, ceilDiv(end-s.Offset*scale, PacketSamples*scale))
	if missing := end - (s.Offset+packets*PacketSamples)*scale; 2*missing > rate*scale {
		return Rendition{}, false
	}
	r.Copy, r.Bandwidth, r.Channels, r.Rate = true, s.Peak, s.Channels, s.Rate
	r.Samples, r.Offset, r.Priming = packets*PacketSamples, s.Offset, s.Priming
	r.Origin, r.Start, r.Step = 0, 0, 0
	for k := range p.Grid.Segments {
		if _, count := p.AudioSegment(r, k); count == 0 {
			return Rendition{}, false
		}
	}
	return r, true
}

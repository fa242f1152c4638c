package plan

import (
	"fmt"
	"slices"

	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Rung is one step of the ladder: a picture that fits 16:9 of this height, upright or
// on its side, at no more than this rate.
type Rung struct {
	Height  int
	Bitrate int64 // bits per second
}

// Ladder is the rungs wanted, lowest first.
type Ladder []Rung

// standard is the ladder a server has unless told otherwise.
var standard = Ladder{
	{360, 500_000},
	{480, 1_000_000},
	{720, 2_500_000},
	{1080, 5_000_000},
	{2160, 16_000_000},
}

// SoundBitrate is the rate of an AAC track of this many channels.
func SoundBitrate(channels int) int64 {
	if channels > 2 {
		return 384_000
	}
	return 128_000
}

// StandardLadder returns every rung there is.
func StandardLadder() Ladder { return slices.Clone(standard) }

// LadderFrom returns the rungs of these heights; none means all.
func LadderFrom(resolutions []int) (Ladder, error) {
	if len(resolutions) == 0 {
		return StandardLadder(), nil
	}
	var ladder Ladder
	for _, rung := range standard {
		if slices.Contains(resolutions, rung.Height) {
			ladder = append(ladder, rung)
		}
	}
	for _, height := range resolutions {
		if !slices.ContainsFunc(ladder, func(r Rung) bool { return r.Height == height }) {
			return nil, fault.New(fault.Invalid, "plan.ladder", "bad_resolution",
				fmt.Sprintf("There is no resolution %d: choose from 360, 480, 720, 1080 and 2160.", height))
		}
	}
	return ladder, nil
}

// videoRenditions are the rungs this picture can fill, never larger than it is. The
// last one holds the picture whole, unless the ladder ends below it. A source that may be
// played as it is stands above them.
func videoRenditions(p Picture, ladder Ladder, played *source.Rung) []Rendition {
	if len(ladder) == 0 {
		ladder = standard
	}
	own := smaller(p, ladder[0])
	var renditions []Rendition
	for _, rung := range ladder {
		width, height := fit(p, rung.Height)
		fitted := fits(p, rung.Height)
		if own {
			rung = ownRung(min(width, height))
		}
		if len(renditions) > 0 {
			below := renditions[len(renditions)-1]
			if 5*height < 6*below.Height {
				break // under a fifth taller than the rung below: nobody would see it
			}
		}
		if played != nil && 5*played.Height < 6*height {
			if 2*played.Average <= 3*rung.Bitrate {
				break // the source is this rung
			}
			fitted = true // the source is this rung for faster networks
		}
		maxRate := rung.Bitrate * 9 / 10
		renditions = append(renditions, Rendition{
			ID:     fmt.Sprintf("video/%d", rung.Height),
			Kind:   Video,
			Width:  width,
			Height: height,
			Rung:   rung.Height,
			// A chunk starts with a full buffer of one second at the cap, so its first
			// two seconds may carry three seconds' worth.
			Bandwidth: maxRate * 3 / 2,
			MaxRate:   maxRate,
			Stream:    p.Stream,
		})
		if fitted {
			break
		}
	}
	if played != nil {
		renditions = append(renditions, copiedVideo(*played))
	}
	return renditions
}

// ownRung is the one rung of a picture smaller than its whole ladder, named by its own
// height, at the rate of the first rung that would hold it.
func ownRung(height int) Rung {
	i, _ := slices.BinarySearchFunc(standard, height, func(r Rung, h int) int { return r.Height - h })
	return Rung{Height: height, Bitrate: standard[min(i, len(standard)-1)].Bitrate}
}

// sides returns the long and the short side: a rung is a box that lies or stands as
// the picture does.
func sides(p Picture) (long, short int) {
	return max(p.Width, p.Height), min(p.Width, p.Height)
}

// fits reports whether the picture needs no shrinking for this rung.
func fits(p Picture, rung int) bool {
	long, short := sides(p)
	return short <= rung && 9*long <= 16*rung
}

// smaller reports whether the picture touches no side of the rung's box.
func smaller(p Picture, rung Rung) bool {
	long, short := sides(p)
	return short < rung.Height && 9*long < 16*rung.Height
}

// fit returns the size of the picture on a rung: its own, or shrunk into the box with
// its shape kept, in even numbers because 4:2:0 has half as many colour samples.
func fit(p Picture, rung int) (width, height int) {
	long, short := sides(p)
	switch {
	case fits(p, rung):
		long, short = even(long), even(short)
	case 9*long > 16*short: // wider than 16:9: the long side meets the box first
		boxed := nearestEven(16*rung, 9)
		long, short = boxed, nearestEven(short*boxed, long)
	default:
		long, short = nearestEven(long*rung, short), even(rung)
	}
	if p.Width < p.Height {
		return short, long
	}
	return long, short
}

func even(n int) int { return max(2, n&^1) }

// nearestEven is the even number nearest to num/den.
func nearestEven(num, den int) int { return max(2, 2*((num+den)/(2*den))) }

package probe

import (
	"context"
	"math"
	"slices"
	"strconv"
)

// A film on an NTSC disc has 24000/1001 frames a second. Every other frame is marked to be
// shown for three fields of a television instead of two, which makes 30000/1001. On a grid of
// that rate every fourth frame is there twice, and motion stutters. On the film's own grid
// each frame is there once.
const filmNum, filmDen = 24000, 1001

// inPlace is how far from its place on the grid a frame may be, in frames. The marks move it
// by a fifth; from a half on it would be in the next one's place.
const inPlace = 0.45

// filmFrames is how many frames at the beginning are looked at first. It is fewer than are
// read there: among the last of those, frames are missing that are decoded later.
const filmFrames = 16

// mayBeFilm tells whether a picture of 30 or 60 frames a second begins with as many as a film
// has.
func (r Report) mayBeFilm(head answer, s stream) bool {
	v := r.Video
	rate := float64(v.FrameRateNum) / float64(max(v.FrameRateDen, 1))
	shown := head.shownTimes()
	if v.Interlaced || !near(rate, 30) && !near(rate, 60) || len(shown) < filmFrames {
		return false
	}
	lasted := s.seconds(shown[filmFrames-1] - shown[0])
	return near(float64(filmFrames-1)/lasted, float64(filmNum)/filmDen)
}

// asFilm gives a picture the grid of a film if each of its frames has a place of its own there,
// so that none is lost: it would be, where a part of the picture is video. That takes a look at
// every packet. Where that fails, or takes too long, the picture keeps the grid it has.
func (p *Prober) asFilm(ctx context.Context, path string, s stream, r *Report) error {
	all, err := p.look(ctx, path, "-select_streams", strconv.Itoa(s.Index), "-show_packets", "-show_entries", "packet=pts")
	if ctx.Err() != nil {
		return unreadable(ctx, ctx.Err())
	}
	v := &r.Video
	frames, ok := placesOnFilm(all.shownTimes(), s, v.StartSeconds)
	if err != nil || !ok {
		return nil
	}
	v.FrameRateNum, v.FrameRateDen, v.VariableRate = filmNum, filmDen, false
	r.DurationSeconds = float64(frames) * filmDen / filmNum
	v.EndSeconds = v.StartSeconds + r.DurationSeconds
	return nil
}

// placesOnFilm returns how many places frames take on the grid of a film that begins at a
// time, and whether each has one of its own. What comes before that time is not shown.
func placesOnFilm(shown []int64, s stream, begins float64) (places int64, ok bool) {
	for _, pts := range shown {
		at := (s.seconds(pts) - begins) * filmNum / filmDen
		if at < -inPlace {
			continue
		}
		place := math.Round(at)
		if int64(place) < places || math.Abs(at-place) > inPlace {
			return 0, false
		}
		places = int64(place) + 1
	}
	return places, places > 0
}

// shownTimes are when packets are shown, in that order.
func (a answer) shownTimes() []int64 {
	var shown []int64
	for _, p := range a.Packets {
		if p.shown() {
			shown = append(shown, *p.PTS)
		}
	}
	slices.Sort(shown)
	return shown
}

package insight

import (
	"cmp"
	"math"
	"slices"
)

// Figures is what the latest playings of a video say together. A viewer counts once, however
// often they watched.
type Figures struct {
	Viewers        int       // profiles that watched any of it
	Playings       int       // in which any of it was watched
	Completed      int       // viewers who saw it to the end
	Stalls         int       // in all playings
	StalledSeconds float64   // likewise
	StartSeconds   float64   // until the first picture, of half the playings at most; 0 when unknown
	AverageSeconds float64   // of the film that a viewer saw, what they saw again not counted
	Retention      []float64 // which part of the viewers came that far or further, 0 to 1, by hundredths
	Heat           []float64 // how often each hundredth was watched, of the most watched one, 0 to 1
	Qualities      []Shown   // by height, the highest first
}

// Shown is which part of all that was watched was shown in one quality, 0 to 1.
type Shown struct {
	Height int
	Share  float64
}

// Heat is which parts of a video are watched most. Below FewestViewers there is none, and
// nobody is told how many watched.
type Heat struct {
	Viewers int
	Parts   []float64 // as Figures.Heat
}

// Summarise counts. The order of the playings is of no matter, and those that were not seen
// count for nothing. Of fewer viewers than FewestViewers there are no curves.
func Summarise(playings []Playing, durationSeconds float64) Figures {
	viewers := map[Viewer]Parts{}
	completed := map[Viewer]bool{}
	var f Figures
	var starts []float64
	shown, shownAll := map[int]float64{}, 0.0
	for _, p := range inOrder(playings) {
		if !p.Seen() {
			continue
		}
		f.Playings++
		viewers[p.Viewer] = viewers[p.Viewer].and(p.Parts)
		for _, e := range p.Events {
			switch e.Type {
			case Start:
				starts = append(starts, e.Value)
			case Stall:
				f.Stalls++
				f.StalledSeconds += e.Value
			case Complete:
				completed[p.Viewer] = true
			}
		}
		_, times := p.Parts.covered()
		shares := p.shares(float64(times) * durationSeconds / Hundredths)
		for height, share := range shares {
			shown[height] += share * float64(times)
		}
		if shares != nil {
			shownAll += float64(times)
		}
	}
	f.Viewers, f.Completed = len(viewers), len(completed)
	f.StalledSeconds = rounded(f.StalledSeconds)
	f.StartSeconds = median(starts)
	for height, watched := range shown {
		f.Qualities = append(f.Qualities, Shown{height, rounded(watched / shownAll)})
	}
	slices.SortFunc(f.Qualities, func(a, b Shown) int { return cmp.Compare(b.Height, a.Height) })
	f.drawCurves(viewers, durationSeconds)
	return f
}

// drawCurves counts what viewers watched, by parts.
func (f *Figures) drawCurves(viewers map[Viewer]Parts, durationSeconds float64) {
	if len(viewers) == 0 {
		return
	}
	var came, watched [Hundredths]int
	saw := 0
	for _, parts := range viewers {
		covered, _ := parts.covered()
		saw += covered
		for i := range parts.reached() {
			came[i]++
			watched[i] += int(parts[i])
		}
	}
	f.AverageSeconds = rounded(durationSeconds * float64(saw) / float64(Hundredths*len(viewers)))
	if len(viewers) < FewestViewers {
		return
	}
	most := slices.Max(watched[:])
	for i := range Hundredths {
		f.Retention = append(f.Retention, rounded(float64(came[i])/float64(len(viewers))))
		f.Heat = append(f.Heat, rounded(float64(watched[i])/float64(most)))
	}
}

// inOrder sorts playings, so that sums of numbers with fractions are the same to the last digit.
func inOrder(playings []Playing) []Playing {
	return slices.SortedFunc(slices.Values(playings), Compare)
}

// Compare orders playings by video, viewer and session: the order in which stores are given them.
func Compare(a, b Playing) int {
	return cmp.Or(cmp.Compare(a.VideoID, b.VideoID), cmp.Compare(a.Viewer.ProfileID, b.Viewer.ProfileID), cmp.Compare(a.SessionID, b.SessionID))
}

// median is the middle one, of two the lower; 0 of none.
func median(numbers []float64) float64 {
	if len(numbers) == 0 {
		return 0
	}
	slices.Sort(numbers)
	return numbers[(len(numbers)-1)/2]
}

// rounded keeps three digits behind the point.
func rounded(n float64) float64 { return math.Round(n*1000) / 1000 }

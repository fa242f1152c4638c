package probe

import (
	"context"
	"fmt"
	"math"
	"strings"
)

// settleFrames is how many frames of sound tell when it begins.
const settleFrames = 64

func (a Audio) isPCM() bool { return strings.HasPrefix(a.Codec, "pcm_") }

// plainPCM is the kind of PCM every container takes that holds what this one does.
func (a Audio) plainPCM() string {
	switch a.Codec {
	case "pcm_s16le", "pcm_s16be", "pcm_u8", "pcm_s8", "pcm_alaw", "pcm_mulaw":
		return "pcm_s16le"
	}
	return "pcm_s24le"
}

// needsSettling tells whether the container rounds times to milliseconds, and the codec
// alone does not tell well enough what to: packets of PCM have any length, those of Vorbis
// hardly more than the rounding.
func (a Audio) needsSettling(format string) bool {
	return strings.HasPrefix(format, "matroska") && (a.isPCM() || a.Codec == "vorbis")
}

// settle finds when a track begins more exactly than its container says: of its first
// frames each, counted in samples, must begin within half a millisecond of the time it is
// given. It also finds what samples packets of PCM hold a multiple of.
func (p *Prober) settle(ctx context.Context, path string, said answer, a Audio) (Audio, error) {
	head, err := p.look(ctx, path, "-select_streams", fmt.Sprint(a.Stream), "-show_frames", "-show_entries", "frame=pts,nb_samples",
		"-read_intervals", fmt.Sprintf("%%+#%d", settleFrames))
	if err != nil {
		if ctx.Err() != nil {
			return a, unreadable(ctx, err)
		}
		return a, nil // damaged: what is said of it will do
	}
	const half = 0.0005
	earliest, latest := math.Inf(-1), math.Inf(1)
	samples, step := 0, 0
	for _, f := range head.Frames {
		if f.PTS == nil || f.Samples <= 0 {
			return a, nil
		}
		at := said.Streams[a.Stream].seconds(*f.PTS) - float64(samples)/float64(a.SampleRate)
		earliest, latest = max(earliest, at-half), min(latest, at+half)
		samples, step = samples+f.Samples, gcd(f.Samples, step)
	}
	if samples == 0 || earliest > latest {
		return a, nil // it has gaps: its own word is as good as any
	}
	a.StartSeconds = (earliest + latest) / 2
	if a.isPCM() && float64(step) > 4*half*float64(a.SampleRate) {
		a.Step = step
	}
	return a, nil
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

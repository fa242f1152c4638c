package encode

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

// svtAV1 are the options of one rendition in AV1. Every segment starts with a key frame, and
// there is no other. The encoder gives the same bytes with any number of threads; one leaves
// the other cores to what somebody waits for. The cap is in kilobits a second.
func svtAV1(g plan.Grid, r plan.Rendition, s span) []string {
	var starts []string
	for _, start := range s.starts {
		starts = append(starts, fmt.Sprintf("eq(n,%d)", start))
	}
	return []string{
		"-fps_mode", "passthrough", "-c:v", "libsvtav1", "-preset", "10", "-crf", "42",
		"-g", strconv.Itoa(never), "-force_key_frames", "expr:" + strings.Join(starts, "+"),
		"-svtav1-params", fmt.Sprintf("lp=1:enable-force-key-frames=1:mbr=%d", r.MaxRate/1000),
		"-video_track_timescale", strconv.FormatUint(uint64(g.Timescale), 10),
	}
}

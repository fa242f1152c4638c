package ffmpeg

import (
	"io"
	"strings"
	"testing"
)

// Whatever a program writes, all of it is read, so that it is never blocked, and one report
// is given for each that was closed.
func FuzzProgress(f *testing.F) {
	f.Add("frame=12\nfps=0.0\nout_time_us=480000\ntotal_size=1234\nspeed=1.5x\nprogress=continue\nframe=N/A\nprogress=end\n")
	f.Add("progress=end")
	f.Add("frame=99999999999999999999\nspeed=nanx\nprogress=\n" + strings.Repeat("x", 70_000) + "\nprogress=end\n")
	f.Fuzz(func(t *testing.T, said string) {
		r, reports := strings.NewReader(said), 0
		readProgress(r, func(Progress) { reports++ })
		if n, _ := io.Copy(io.Discard, r); n > 0 {
			t.Errorf("%d bytes are left", n)
		}
		if most := strings.Count(said, "progress"); reports > most {
			t.Errorf("%d reports of %d", reports, most)
		}
	})
}

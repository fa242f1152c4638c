package probe

import (
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// Whoever knows no Dolby Vision sees its base, in the colours that one has. A film without a
// base is not shown in wrong ones.
func TestDolbyVisionIsShownByItsBaseOrNotAtAll(t *testing.T) {
	silent := testfilm.Film{Name: "hdr-silent.mp4", Args: []string{"-f", "lavfi", "-i", "testsrc2=s=320x180:d=1:r=24", "-pix_fmt", "yuv420p10le",
		"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1"}}
	hdr10 := &testfilm.HDR10
	for name, c := range map[string]struct {
		film     testfilm.Film
		refused  bool
		transfer string
	}{
		"5":                          {film: testfilm.Dolby(&silent, 5, 0), refused: true},
		"5 that says it has a base":  {film: testfilm.Dolby(hdr10, 5, 1), refused: true},
		"10.0":                       {film: testfilm.Dolby(hdr10, 10, 0), refused: true},
		"8.1":                        {film: testfilm.Dolby(hdr10, 8, 1), transfer: "smpte2084"},
		"8.1 that says no transfer":  {film: testfilm.Dolby(&silent, 8, 1), transfer: "smpte2084"},
		"8.4 that says no transfer":  {film: testfilm.Dolby(&silent, 8, 4), transfer: "arib-std-b67"},
		"8.2, whose base is no HDR":  {film: testfilm.Dolby(&silent, 8, 2), transfer: ""},
		"7":                          {film: testfilm.Dolby(hdr10, 7, 6), transfer: "smpte2084"},
		"7 with a record of old":     {film: testfilm.Dolby(hdr10, 7, 0), transfer: "smpte2084"},
		"none, but a transfer alone": {film: *hdr10, transfer: "smpte2084"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := run(t, c.film.Path(t))
			if c.refused {
				if !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != "dolby_vision_only" || fault.PublicOf(err) == "" {
					t.Errorf("not refused, or not in words: %v", err)
				}
				return
			}
			if err != nil || r.Video.Transfer != c.transfer {
				t.Errorf("transfer %q, want %q; %v", r.Video.Transfer, c.transfer, err)
			}
		})
	}
}

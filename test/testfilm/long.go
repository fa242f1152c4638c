package testfilm

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Long is a real film of any length: Big Buck Bunny over and over, copied and not encoded,
// but for two minutes of sound. It has 1920x1080 at 24 frames a second, about 6 Mb/s, and a
// keyframe at most 10.4 s after the one before. Two hours take 5.5 GB of the cache.
type Long struct {
	Name      string
	Seconds   int  // 0 for the first shot of 10.4 s; else a multiple of unitSeconds
	TenBits   bool // the picture is H.264 of 10 bits, which no browser plays: it must be encoded
	OpenGOP   bool // pictures before a keyframe need those after it: it must be encoded, too
	FiveToOne bool // the sound is 5.1, which is encoded, and not stereo, which is copied
}

// Films a person may play as they are, sound and all.
var (
	TwoHours   = Long{Name: "two-hours.mp4", Seconds: 7200}
	TenMinutes = Long{Name: "ten-minutes.mp4", Seconds: 600}
	TenSeconds = Long{Name: "ten-seconds.mp4"}
)

// The same with another sound, and with a picture that must be encoded.
var (
	TwoHoursFiveToOne = Long{Name: "two-hours-5.1.mp4", Seconds: 7200, FiveToOne: true}
	TwoHoursTenBits   = Long{Name: "two-hours-10bit.mp4", Seconds: 7200, TenBits: true}
	TwoHoursOpenGOP   = Long{Name: "two-hours-open-gop.mp4", Seconds: 7200, OpenGOP: true}
	TenMinutesTenBits = Long{Name: "ten-minutes-10bit.mp4", Seconds: 600, TenBits: true}
	TenSecondsTenBits = Long{Name: "ten-seconds-10bit.mp4", TenBits: true}
)

// In two minutes there are a whole number of frames and of packets of sound, so copies of
// them follow each other without a gap.
const (
	unitSeconds = 120
	unitPackets = unitSeconds * 48000 / 1024
	shotSeconds = 30 // of Big Buck Bunny
	// The frames of Big Buck Bunny before its second keyframe, and the packets beside them.
	firstFrames, firstPackets = "250", "488"
)

// Path returns the film's file, made if it is not there yet.
func (l Long) Path(t testing.TB) string {
	t.Helper()
	unit := l.unit(t)
	if l.Seconds == 0 {
		return Film{Name: l.Name, Args: []string{"-i", unit, "-frames:v", firstFrames, "-frames:a", firstPackets, "-c", "copy", "-movflags", "+faststart"}}.Path(t)
	}
	if l.Seconds%unitSeconds != 0 {
		t.Fatalf("a film of %d s is not made of units of %d s", l.Seconds, unitSeconds)
	}
	return repeated(t, l.Name, unit, unitSeconds, l.Seconds/unitSeconds, "-map", "0", "-c", "copy", "-movflags", "+faststart")
}

// unit returns two minutes of it.
func (l Long) unit(t testing.TB) string {
	t.Helper()
	bunny, name, channels := BigBuckBunny(t), "unit", "2"
	picture := []string{"-c:v", "copy"}
	switch {
	case l.TenBits:
		name += "-10bit"
		picture = []string{"-c:v", "libx264", "-preset", "superfast", "-crf", "21", "-pix_fmt", "yuv420p10le"}
	case l.OpenGOP:
		name += "-open-gop"
		picture = []string{"-c:v", "libx264", "-preset", "superfast", "-crf", "21", "-x264-params", "open-gop=1"}
	}
	shot := Film{Name: "shot-" + name + ".mp4", Args: slices.Concat([]string{"-i", bunny, "-an"}, picture)}.Path(t)
	if l.FiveToOne {
		name, channels = name+"-5.1", "6"
	}
	sound := repeated(t, "sound-"+channels+".aac", bunny, shotSeconds, unitSeconds/shotSeconds+1,
		"-map", "0:a", "-af", "aresample=async=1:first_pts=0", "-ac", channels, "-c:a", "aac", "-b:a", "64k", "-frames:a", fmt.Sprint(unitPackets))
	return repeated(t, name+".mp4", shot, shotSeconds, unitSeconds/shotSeconds, "-i", sound, "-map", "0:v", "-map", "1:a", "-c", "copy")
}

// repeated plays a file of so many seconds several times in a row, into what the rest of the
// line says.
func repeated(t testing.TB, name, file string, seconds, times int, args ...string) string {
	t.Helper()
	return cached(t, name, append([]string{file, fmt.Sprint(seconds, times)}, args...), 15*time.Minute, func(ctx context.Context, dir string) {
		list := filepath.Join(dir, "list.txt")
		if err := os.WriteFile(list, []byte(strings.Repeat(fmt.Sprintf("file '%s'\nduration %d\n", file, seconds), times)), 0o644); err != nil {
			t.Fatal(err)
		}
		ffmpegIn(ctx, t, dir, append(append([]string{"-f", "concat", "-safe", "0", "-i", list}, args...), name)...)
	})
}

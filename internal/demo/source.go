package demo

import (
	"fmt"
	"strconv"
	"strings"
)

// source says how ffmpeg makes a film: a picture and a sound, each a filter graph that
// reads nothing.
//
// Whatever stands still is computed for one frame and held; whatever moves slowly and
// softly is computed small and enlarged. That is what keeps a film within seconds of
// processor time.
type source struct {
	picture func() []string // chains; the last ends in [picture]
	tones   string          // what aevalsrc evaluates, left|right
	hush    hush
	grain   int    // of the noise filter
	fade    string // the colour the film comes from and goes to
}

// hush is the noise under the tones: sea, wind, tape.
type hush struct {
	colour string
	below  int // Hz
	swell  float64
	volume float64
}

func (s source) args(title string, seconds int, out string) []string {
	chains := append(s.picture(),
		fmt.Sprintf("[picture]format=yuv420p,colormatrix=bt601:bt709,setsar=1,noise=c0s=%d:c0f=t,"+
			"fade=t=in:d=1:c=%s,fade=t=out:st=%d:d=2:c=%[2]s[v]", s.grain, s.fade, seconds-2),
		fmt.Sprintf("aevalsrc='%s':s=48000[tones]", s.tones),
		fmt.Sprintf("anoisesrc=c=%s:r=48000:seed=1,lowpass=f=%d,tremolo=f=%.2f:d=0.7,volume=%.3f,aformat=channel_layouts=stereo[hush]",
			s.hush.colour, s.hush.below, s.hush.swell, s.hush.volume),
		fmt.Sprintf("[tones][hush]amix=inputs=2:normalize=0,aecho=0.8:0.8:170|290:0.30|0.20,"+
			"afade=t=in:d=1.5,afade=t=out:st=%d:d=2.5,alimiter=limit=0.9[a]", seconds-3),
	)
	return []string{
		"-filter_complex", strings.Join(chains, ";"), "-map", "[v]", "-map", "[a]", "-t", strconv.Itoa(seconds),
		"-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-g", "48", "-pix_fmt", "yuv420p",
		"-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
		"-c:a", "aac", "-b:a", "160k", "-ar", "48000", "-ac", "2",
		"-metadata", "title=" + title, "-movflags", "+faststart", "-f", "mp4", out,
	}
}

// still opens a chain of one frame.
func still(w, h int, format string) string {
	return fmt.Sprintf("nullsrc=s=%dx%d:r=24,trim=end_frame=1,format=%s", w, h, format)
}

// hold shows a chain's one frame for ever.
const hold = ",loop=-1:1,setpts=N/24/TB"

// random is white noise on a grid by a hash of the place, the same on every machine.
// Enlarged smoothly it is the noise that clouds, water and fire are made of.
func random(w, h, seed int) string {
	return still(w, h, "gray") +
		fmt.Sprintf(",geq=lum='255*mod(abs(sin((X+1)*12.9898+(Y+1)*78.233+%d)*43758.5453),1)'", seed)
}

// disc is a round sprite of a colour with a soft rim, ready to be laid over a picture.
func disc(radius int, rgb [3]int) string {
	side := 2*radius + 4
	return still(side, side, "gbrap") + fmt.Sprintf(
		",geq=r=%d:g=%d:b=%d:a='255*clip(%d.5-hypot(X-%[4]d-1.5,Y-%[4]d-1.5),0,1)',format=yuva420p",
		rgb[0], rgb[1], rgb[2], radius) + hold
}

// ground is a flat colour.
func ground(w, h int, rgb [3]int) string {
	return fmt.Sprintf("color=0x%02X%02X%02X:s=%dx%d:r=24,format=yuv420p", rgb[0], rgb[1], rgb[2], w, h)
}

// chord is sines that swell and fade each at its own slow pace, and a little apart on
// the two sides.
func chord(level float64, hertz ...float64) string {
	side := func(phase float64) string {
		var voices []string
		for i, f := range hertz {
			voices = append(voices, fmt.Sprintf("%.4f*sin(2*PI*%.2f*t)*(0.62+0.38*sin(2*PI*%.3f*t+%.2f))",
				level/float64(len(hertz)), f, 0.07+0.031*float64(i), phase+1.7*float64(i)))
		}
		return strings.Join(voices, "+")
	}
	return side(0) + "|" + side(1.1)
}

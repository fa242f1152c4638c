package encode

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

// span is a run of grid frames; starts holds where segments begin in it, from its first
// frame on.
type span struct {
	first  int64
	frames int64
	starts []int64
}

func videoSpan(g plan.Grid, task plan.Task) span {
	s := span{first: g.Segments[task.FirstSegment].FirstFrame}
	for _, segment := range g.Segments[task.FirstSegment : task.FirstSegment+task.Segments] {
		s.starts = append(s.starts, segment.FirstFrame-s.first)
		s.frames += segment.Frames
	}
	return s
}

// videoCommand encodes a span of the grid to every rendition from one decode, which starts
// at a keyframe and back before it.
func videoCommand(p plan.Plan, renditions []plan.Rendition, s span, back time.Duration) command {
	c := command{
		input:  videoInput(p, s, back),
		args:   []string{"-filter_complex", videoGraph(p, renditions, s)},
		frames: s.frames,
	}
	for i, r := range renditions {
		c.args = append(c.args, "-map", fmt.Sprintf("[v%d]", i))
		c.args = append(c.args, x264(p.Grid, r, s)...)
		c.args = append(c.args, fragmented(fileName(r))...)
	}
	return c
}

// preroll is how far before its first frame a deinterlaced span is read: the filter looks
// at the frames around each one.
const preroll = 500 * time.Millisecond

// videoInput seeks to the source's keyframe at or before the span. Every frame from there
// on reaches the filters (noaccurate_seek): of a film with a variable rate, the frame
// shown when the span begins may have started long before. Times stay the file's own.
func videoInput(p plan.Plan, s span, back time.Duration) []string {
	args := []string{"-threads", "4", "-copyts", "-max_error_rate", "1"}
	if s.first == 0 {
		return args
	}
	at := ticks(p.Grid, p.Picture.OriginTicks+s.first*int64(p.Grid.FrameTicks)-p.Picture.SeekBack)
	if p.Picture.Deinterlace {
		at -= preroll
	}
	return append(args, "-noaccurate_seek", "-seek_timestamp", "1", "-ss", seconds(at-back))
}

// videoGraph puts the source's frames on the grid and scales them for each rendition.
// Rounding to grid frames is done in whole ticks counted from the span's first frame, so
// it does not depend on where the span starts. A source that ends, or breaks, before the
// span does holds its last frame: a segment is never short.
func videoGraph(p plan.Plan, renditions []plan.Rendition, s span) string {
	g := p.Grid
	origin := p.Picture.OriginTicks + s.first*int64(g.FrameTicks)
	var b strings.Builder
	fmt.Fprintf(&b, "[0:%d]", p.Picture.Stream)
	if p.Picture.Deinterlace {
		b.WriteString("bwdif=mode=send_frame:deint=all,")
	}
	fmt.Fprintf(&b, "settb=1/%d,setpts=PTS-(%d),fps=%d/%d:start_time=0:round=near,", g.Timescale, origin, g.Timescale, g.FrameTicks)
	fmt.Fprintf(&b, "tpad=stop=-1:stop_mode=clone,trim=end_frame=%d,split=%d", s.frames, len(renditions))
	for i := range renditions {
		fmt.Fprintf(&b, "[s%d]", i)
	}
	for i, r := range renditions {
		fmt.Fprintf(&b, ";[s%d]%s[v%d]", i, Upright(p.Picture, r.Width, r.Height), i)
	}
	return b.String()
}

// Upright is the filter that brings the source's frames, which ffmpeg has turned the right
// way up, to a size as they are to be seen: square pixels, 8 bit, standard range. Its
// rounding is exact, so that machines with other vector units make the same picture. HDR
// is scaled before it is toned down: that is most of the work. Its primaries are BT.2020
// even when the file forgets to say so.
func Upright(pic plan.Picture, width, height int) string {
	if pic.Tonemap {
		return fmt.Sprintf("setparams=color_primaries=bt2020:colorspace=bt2020nc,zscale=w=%d:h=%d,zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,"+
			"tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p,setsar=1", width, height)
	}
	return fmt.Sprintf("scale=%d:%d:flags=bicubic+accurate_rnd+bitexact:out_range=tv,format=yuv420p,setsar=1", width, height)
}

// x264 are the options of one rendition. One thread: with a rate cap, x264's frame
// threads give other bytes on every run; cores are used by running several tasks.
func x264(g plan.Grid, r plan.Rendition, s span) []string {
	gop, cap := strconv.FormatInt(g.GOP, 10), strconv.FormatInt(r.MaxRate, 10)
	args := []string{
		"-fps_mode", "passthrough", "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high",
		"-crf", "23", "-maxrate", cap, "-bufsize", cap,
		"-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-bf", "3", "-threads", "1",
		"-x264-params", "open-gop=0:rc-lookahead=24:cpu-independent=1",
		"-video_track_timescale", strconv.FormatUint(uint64(g.Timescale), 10),
	}
	var forced []string
	for _, start := range s.starts {
		if start%g.GOP != 0 {
			forced = append(forced, fmt.Sprintf("eq(n,%d)", start))
		}
	}
	if forced != nil {
		args = append(args, "-forced-idr", "1", "-force_key_frames", "expr:"+strings.Join(forced, "+"))
	}
	return args
}

// ticks returns the time of n grid ticks.
func ticks(g plan.Grid, n int64) time.Duration {
	scale := int64(g.Timescale)
	return time.Duration(n/scale)*time.Second + time.Duration(n%scale)*time.Second/time.Duration(scale)
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 6, 64) }

package encode

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

// span is a run of grid frames; starts holds where segments begin in it, from its first
// frame on.
type span struct {
	segment int   // the first one
	first   int64 // its first frame
	frames  int64
	start   int64 // ticks
	ticks   int64
	starts  []int64
}

func videoSpan(g plan.Grid, task plan.Task) span {
	first := g.Segments[task.FirstSegment]
	s := span{segment: task.FirstSegment, first: first.FirstFrame, start: first.Start}
	for _, segment := range g.Segments[task.FirstSegment : task.FirstSegment+task.Segments] {
		s.starts = append(s.starts, segment.FirstFrame-s.first)
		s.frames += segment.Frames
		s.ticks += segment.Ticks
	}
	return s
}

// firstFrame is the first frame of the film alone.
func firstFrame(g plan.Grid) span {
	return span{frames: 1, ticks: int64(g.FrameTicks), starts: []int64{0}}
}

// videoCommand encodes a span of the grid to every rendition from one decode, which starts
// at a keyframe before it.
func videoCommand(w work, renditions []plan.Rendition, s span) command {
	input := hurried(w, renditions, videoInput(w.plan, s, 0))
	return encodeSpan(w, renditions, s, input, videoGraph(w.plan, w.plan.Picture.Stream, renditions, s))
}

// farBack is how far before a damaged span its last good frame is looked for.
const farBack = time.Minute

// heldCommand encodes a span of which nothing can be decoded: the last frame before it, if
// there is one, is held through it.
func heldCommand(w work, renditions []plan.Rendition, s span) command {
	input := hurried(w, renditions, videoInput(w.plan, s, farBack))
	graph := fmt.Sprintf("[0:%d]%s[held];[held]", w.plan.Picture.Stream, hold) +
		strings.TrimPrefix(videoGraph(w.plan, w.plan.Picture.Stream, renditions, s), fmt.Sprintf("[0:%d]", w.plan.Picture.Stream))
	return encodeSpan(w, renditions, s, input, graph)
}

// blackCommand encodes a span before which nothing can be decoded either.
func blackCommand(w work, renditions []plan.Rendition, s span) command {
	g, pic := w.plan.Grid, w.plan.Picture
	pic.Tonemap = false
	graph := fmt.Sprintf("color=c=black:s=%dx%d:r=%d/%d,settb=1/%[3]d,setpts=N*%[4]d", even(pic.Width), even(pic.Height), g.Timescale, g.FrameTicks)
	c := encodeSpan(w, renditions, s, nil, graph+scaled(pic, renditions, s))
	c.drawn = true
	return c
}

func even(n int) int { return max(2, n&^1) }

// stretchCommand encodes a span of a fixed grid from what it is decoded from, alone.
func stretchCommand(w work, renditions []plan.Rendition, s span) command {
	input := hurried(w, renditions, slices.Concat(decoding, []string{"-copyts"}))
	return encodeSpan(w, renditions, s, input, videoGraph(w.plan, 0, renditions, s))
}

// hurried are the options of an input that somebody may wait for.
func hurried(w work, renditions []plan.Rendition, input []string) []string {
	if w.urgent && shrunk(w.plan.Picture, renditions) {
		return slices.Concat([]string{"-skip_loop_filter", "all"}, input)
	}
	return input
}

// shrunk tells that every rendition has at most half the source's lines. The smoothing of
// the source's blocks is hardly seen then, and to leave it out saves a sixth of what is
// decoded between the keyframe and the segment that somebody waits for (SSIM 0.972, not
// 0.981).
func shrunk(pic plan.Picture, renditions []plan.Rendition) bool {
	return !slices.ContainsFunc(renditions, func(r plan.Rendition) bool { return 2*r.Height > pic.Height })
}

// fedCommand encodes a span of a grid of the source. What it reads holds the frames of the
// span and no others.
func fedCommand(w work, renditions []plan.Rendition, s span) command {
	return encodeSpan(w, renditions, s, decoding, fedGraph(w.plan, renditions, s))
}

func encodeSpan(w work, renditions []plan.Rendition, s span, input []string, graph string) command {
	c := command{input: input, args: []string{"-filter_complex", graph}, frames: s.frames}
	for i, r := range renditions {
		c.args = append(c.args, "-map", fmt.Sprintf("[v%d]", i))
		if r.Codec == plan.AV1 {
			c.args = append(c.args, svtAV1(w.plan.Grid, r, s)...)
		} else {
			c.args = append(c.args, x264(w.plan.Grid, r, s, w.urgent)...)
		}
		c.args = append(c.args, fragmented(fileName(r))...)
	}
	return c
}

// decoding are the options of every picture that is read.
var decoding = []string{"-threads", "4"}

// preroll is how far before its first frame a deinterlaced span is read: the filter looks
// at the frames around each one.
const preroll = 500 * time.Millisecond

// videoInput seeks to the source's keyframe at or before the span. Every frame from there
// on reaches the filters (noaccurate_seek): of a film with a variable rate, the frame
// shown when the span begins may have started long before. Times stay the file's own.
func videoInput(p plan.Plan, s span, back time.Duration) []string {
	args := slices.Concat(decoding, []string{"-copyts"})
	if s.first == 0 {
		return args
	}
	at := ticks(p.Grid, p.Picture.OriginTicks+s.start-p.Picture.SeekBack)
	if p.Picture.Deinterlace {
		at -= preroll
	}
	return append(args, "-noaccurate_seek", "-seek_timestamp", "1", "-ss", seconds(at-back))
}

// hold repeats the last frame for as long as frames are wanted.
const hold = "tpad=stop=-1:stop_mode=clone"

// videoGraph puts the source's frames on the grid and scales them for each rendition.
// Rounding to grid frames is done in whole ticks counted from the span's first frame, so
// it does not depend on where the span starts. A source that ends, or breaks, before the
// span does holds its last frame: a segment is never short.
func videoGraph(p plan.Plan, stream int, renditions []plan.Rendition, s span) string {
	time := fmt.Sprintf("PTS-(%d)", p.Picture.OriginTicks+p.Picture.Late+s.start)
	if even := s.frames * int64(p.Grid.FrameTicks); even != s.ticks {
		time = fmt.Sprintf("(%s)*%d/%d", time, even, s.ticks) // frames of the source, a little early or late
	}
	var b strings.Builder
	fmt.Fprintf(&b, "[0:%d]", stream)
	if p.Picture.Deinterlace {
		b.WriteString("bwdif=mode=send_frame:deint=all,")
	}
	b.WriteString(onGrid(p.Grid, time))
	b.WriteString("," + hold)
	b.WriteString(scaled(p.Picture, renditions, s))
	return b.String()
}

// fedGraph counts frames and does not look at their times, which pack gives back to them:
// so the encoder's own clock is the same for every span, and with it what a decoder is set
// up with.
func fedGraph(p plan.Plan, renditions []plan.Rendition, s span) string {
	return "[0:0]" + onGrid(p.Grid, fmt.Sprintf("N*%d", p.Grid.FrameTicks)) + scaled(p.Picture, renditions, s)
}

// onGrid gives frames their time in ticks, from the span's first frame on, rounded to whole
// frames.
func onGrid(g plan.Grid, time string) string {
	return fmt.Sprintf("settb=1/%d,setpts=%s,fps=%[1]d/%[3]d:start_time=0:round=near", g.Timescale, time, g.FrameTicks)
}

// scaled ends a graph: the span's frames and no more, in the size of each rendition.
func scaled(pic plan.Picture, renditions []plan.Rendition, s span) string {
	var b strings.Builder
	fmt.Fprintf(&b, ",trim=end_frame=%d,split=%d", s.frames, len(renditions))
	for i := range renditions {
		fmt.Fprintf(&b, "[s%d]", i)
	}
	for i, r := range renditions {
		fmt.Fprintf(&b, ";[s%d]%s[v%d]", i, Upright(pic, r.Width, r.Height), i)
	}
	return b.String()
}

// Upright is the filter that brings the source's frames, which ffmpeg has turned the right
// way up, to a size as they are to be seen: square pixels, 8 bit, standard range. Its
// rounding is exact, so that machines with other vector units make the same picture. HDR
// is scaled before it is toned down: that is most of the work. Its primaries are BT.2020
// even when the file forgets to say so. White paper, 203 cd/m² (ITU-R BT.2408), is nearly
// white; up to three tenths of its light nothing changes, above it all up to the brightest
// is brought closer together.
func Upright(pic plan.Picture, width, height int) string {
	if pic.Tonemap {
		linear := "zscale=t=linear:npl=203"
		if pic.HLG {
			linear += ":agamma=false" // else each channel is taken alone, and colours are too strong
		}
		return fmt.Sprintf("setparams=color_primaries=bt2020:colorspace=bt2020nc,zscale=w=%d:h=%d,%s,format=gbrpf32le,zscale=p=bt709,"+
			"tonemap=mobius:param=0.3:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p,setsar=1", width, height, linear)
	}
	said, matrix := "", ""
	if pic.Colours != "" {
		matrix = fmt.Sprintf(":in_color_matrix=%[1]s:out_color_matrix=%[1]s", pic.Colours)
		said = fmt.Sprintf(",setparams=colorspace=%[1]s:color_primaries=%[1]s:color_trc=%[1]s", pic.Colours)
	}
	return fmt.Sprintf("scale=%d:%d:flags=bicubic+accurate_rnd+bitexact:out_range=tv%s,format=yuv420p%s,setsar=1", width, height, matrix, said)
}

// x264 are the options of one rendition. One thread: with a rate cap, x264's frame
// threads give other bytes on every run; cores are used by running several tasks. An
// urgent span takes all cores and looks at each frame less, but for what a decoder is
// set up with: references, B-frames and tools stay what they are.
func x264(g plan.Grid, r plan.Rendition, s span, urgent bool) []string {
	preset, threads, lookahead := "veryfast", "1", "24"
	if urgent {
		preset, threads, lookahead = "superfast", "0", "0"
	}
	every := g.GOP
	if g.OfSource {
		every = never
	}
	gop, cap := strconv.FormatInt(every, 10), strconv.FormatInt(r.MaxRate, 10)
	args := []string{
		"-fps_mode", "passthrough", "-c:v", "libx264", "-preset", preset, "-profile:v", "high",
		"-crf", "23", "-maxrate", cap, "-bufsize", cap,
		"-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-bf", "3", "-threads", threads,
		"-x264-params", "open-gop=0:rc-lookahead=" + lookahead + ":cpu-independent=1",
		"-video_track_timescale", strconv.FormatUint(uint64(g.Timescale), 10),
	}
	if level := r.Level(); level > 0 {
		args = append(args, "-level", strconv.Itoa(level))
	}
	var forced []string
	for _, start := range s.starts {
		if start%every != 0 {
			forced = append(forced, fmt.Sprintf("eq(n,%d)", start))
		}
	}
	if forced != nil {
		args = append(args, "-forced-idr", "1", "-force_key_frames", "expr:"+strings.Join(forced, "+"))
	}
	return args
}

// never is more frames than a segment of the source has: it holds one IDR picture, as the
// source's own does.
const never = 100_000

// ticks returns the time of n grid ticks.
func ticks(g plan.Grid, n int64) time.Duration {
	scale := int64(g.Timescale)
	return time.Duration(n/scale)*time.Second + time.Duration(n%scale)*time.Second/time.Duration(scale)
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 6, 64) }

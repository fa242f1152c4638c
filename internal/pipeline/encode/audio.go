package encode

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

// Preroll is how many packets are encoded, and thrown away by pack, before the first one
// of a task: the encoder's rate control and the overlap of its windows have settled by
// then, and a join cannot be heard.
const Preroll = 16

// AudioLead returns how many packets of an encoded file come before packet first of the
// track: the preroll, which the start of the film does not have, and the encoder's own
// priming packet.
func AudioLead(first int64) int64 { return min(first, Preroll) + 1 }

// audioTail is how many packets more than are kept are encoded after the last one of a task.
// A packet's window reaches into the next, and has to fit that one's, which is short where
// the sound sets in: the encoder knows only when it has seen the packet after it, too.
const audioTail = 2

// packets is a run of packets of one rendition.
type packets struct{ first, count int64 }

func audioSpans(p plan.Plan, task plan.Task, renditions []plan.Rendition) []packets {
	spans := make([]packets, len(renditions))
	for i, r := range renditions {
		first, _ := p.AudioSegment(r, task.FirstSegment)
		start, count := p.AudioSegment(r, task.FirstSegment+task.Segments-1)
		spans[i] = packets{first: first, count: start + count - first}
	}
	return spans
}

// warmup is how far before its first sample sound is read: decoders need a few packets,
// and some files keep sound well behind the picture that a seek lands on.
const warmup = 2 * time.Second

// audioCommand encodes a run of packets of each rendition.
func audioCommand(p plan.Plan, renditions []plan.Rendition, spans []packets) command {
	var graph []string
	var outputs []string
	var c command
	begin := time.Duration(1<<63 - 1)
	for i, r := range renditions {
		lead := AudioLead(spans[i].first) - 1
		from := (spans[i].first - lead) * plan.PacketSamples
		samples := (lead + spans[i].count + audioTail) * plan.PacketSamples
		begin = min(begin, sampleTime(r, r.Origin+from))
		c.duration = max(c.duration, sampleTime(r, samples))
		graph = append(graph, fmt.Sprintf("[0:%d]%s[a%d]", r.Stream, soundGraph(r, r.Origin+from, samples), i))
		outputs = append(outputs, "-map", fmt.Sprintf("[a%d]", i),
			"-c:a", "aac", "-b:a", strconv.FormatInt(plan.SoundBitrate(r.Channels), 10), "-flags:a", "+bitexact", "-frag_duration", "1000000")
		outputs = append(outputs, fragmented(fileName(r))...)
	}
	c.input = []string{"-copyts"}
	if begin > warmup {
		// Without noaccurate_seek everything up to that time after the file's first is cut off.
		c.input = append(c.input, "-noaccurate_seek", "-seek_timestamp", "1", "-ss", seconds(begin-warmup))
	}
	c.args = append([]string{"-filter_complex", strings.Join(graph, ";")}, outputs...)
	return c
}

// soundGraph gives exactly n samples from source time at (in samples) on. The first
// aresample changes the rate and mixes the channels down, each of them the less the more of
// them there are: the loudest sum is no louder than the loudest channel can be, and nothing
// is clipped. Speech keeps its place in the mix; how loud that is, is measured and made up
// for where it is played. The second, at one rate, holds sound to the source's clock:
// silence where the source has none, before its first sample too, and dropped samples where
// it has too many. From there on samples are counted, not timed.
func soundGraph(r plan.Rendition, at, n int64) string {
	layout := "stereo"
	if r.Surround() {
		layout = "5.1"
	}
	return exactTimes(r) + fmt.Sprintf("aresample=osr=%[1]d:ocl=%[2]s:rematrix_maxval=1,aformat=sample_fmts=fltp:channel_layouts=%[2]s,"+
		"aresample=async=1:first_pts=%[3]d:min_comp=0:min_hard_comp=0.03,"+
		"asettb=1/%[1]d,asetpts=N,apad,atrim=end_sample=%[4]d", r.Rate, layout, at, n)
}

// WholeSound is the filters that a sound goes through from its first sample to its last;
// of a copy, those that make it what its listeners hear.
func WholeSound(p plan.Plan, r plan.Rendition) string {
	at := r.Origin
	if r.Copy {
		at = p.Picture.OriginTicks * int64(r.Rate) / int64(p.Grid.Timescale)
	}
	return soundGraph(r, at, r.Samples)
}

// exactTimes undoes the rounding of a container that counts in milliseconds: what ends
// near a whole number of steps from the start on, ends there. Else tasks would begin up
// to a millisecond apart from where the one before ended.
func exactTimes(r plan.Rendition) string {
	if r.Step == 0 {
		return ""
	}
	return fmt.Sprintf("asetpts='round(%[1]f*SR)+%[2]d*round((PTS+NB_SAMPLES-round(%[1]f*SR))/%[2]d)-NB_SAMPLES',", r.Start, r.Step)
}

func sampleTime(r plan.Rendition, n int64) time.Duration {
	rate := int64(r.Rate)
	return time.Duration(n/rate)*time.Second + time.Duration(n%rate)*time.Second/time.Duration(rate)
}

package probe

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

// packetsFrom reads every packet from the keyframe at or before a time to the end. Where that
// are more than a tail needs, the last of them are returned: a recording of a screen may have
// hours without a keyframe.
func (p *Prober) packetsFrom(ctx context.Context, path string, at float64) (answer, error) {
	out, _, err := p.tools.Probe(ctx, ffmpeg.ProbeJob{
		Input: ffmpeg.Input{Path: path},
		Args: []string{"-show_packets", "-show_entries", "packet=stream_index,pts,dts,duration,flags",
			"-read_intervals", fmt.Sprintf("%.3f%%", at), "-of", "compact=p=0"},
		Limits: ffmpeg.Limits{Wall: maxWait, CPU: maxWait},
		Last:   true,
	})
	if err != nil {
		return answer{}, err
	}
	return answer{Packets: packetsOf(out)}, nil
}

// packetsOf reads "stream_index=0|pts=512|dts=N/A|duration=512|flags=K__", a packet a line.
func packetsOf(lines []byte) (packets []packet) {
	for line := range strings.Lines(string(lines)) {
		p := packet{Stream: -1}
		for field := range strings.SplitSeq(strings.TrimSpace(line), "|") {
			name, value, _ := strings.Cut(field, "=")
			if name == "flags" {
				p.Flags = value
				continue
			}
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				continue // N/A
			}
			switch name {
			case "stream_index":
				p.Stream = int(n)
			case "pts":
				p.PTS = &n
			case "dts":
				p.DTS = &n
			case "duration":
				p.Duration = n
			}
		}
		if p.Stream >= 0 {
			packets = append(packets, p)
		}
	}
	return packets
}

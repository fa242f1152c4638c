package plan

import (
	"fmt"
	"testing"
)

func TestEveryPacketIsInTheSegmentWhoseTimeItStartsIn(t *testing.T) {
	for _, fps := range []struct{ scale, ticks uint32 }{{24000, 1001}, {24000, 1000}, {25000, 1000}, {30000, 1001}, {60000, 1001}} {
		for _, hz := range []int64{44100, 48000} {
			t.Run(fmt.Sprintf("%d/%d at %d", fps.scale, fps.ticks, hz), func(t *testing.T) {
				g := Grid{Timescale: fps.scale, FrameTicks: fps.ticks, Frames: 2*3600*int64(fps.scale)/int64(fps.ticks) + 7}
				g.Segments = cut(g.Frames, 2*int64(fps.scale)/int64(fps.ticks), int64(fps.ticks))
				p := Plan{Grid: g}
				r := Rendition{Kind: Audio, Rate: int(hz), Samples: 2*3600*hz + 5*hz}
				var next int64
				for k, s := range g.Segments {
					first, count := p.AudioSegment(r, k)
					if first != next || count <= 0 {
						t.Fatalf("segment %d holds packets %d+%d, want from %d", k, first, count, next)
					}
					next = first + count
					// first*1024/hz >= T_k > (first-1)*1024/hz, without a division
					start, scale := s.FirstFrame*int64(g.FrameTicks)*hz, PacketSamples*int64(g.Timescale)
					if first*scale < start || (first-1)*scale >= start {
						t.Fatalf("segment %d begins at packet %d", k, first)
					}
				}
				if next*PacketSamples < r.Samples || (next-1)*PacketSamples >= r.Samples {
					t.Errorf("%d packets for %d samples", next, r.Samples)
				}
			})
		}
	}
}

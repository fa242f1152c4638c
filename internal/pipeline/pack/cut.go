package pack

import (
	"fmt"
	"slices"

	"github.com/Eyevinn/mp4ff/avc"
	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

// cutVideo deals a task's frames out to its segments. The encoder counts time from the
// task's start, in frames that all last the same, and shows the first one a little late, to
// leave room for frames decoded out of order. Here each frame gets the time the film has
// for it: the i-th decoded when the film decodes its i-th, the r-th shown when the film
// shows its r-th.
func cutVideo(g plan.Grid, due Frames, task plan.Task, frames []mp4.FullSample) ([]part, error) {
	segments := g.Segments[task.FirstSegment : task.FirstSegment+task.Segments]
	first := segments[0].FirstFrame
	last := segments[len(segments)-1]
	if want := last.FirstFrame + last.Frames - first; int64(len(frames)) != want {
		return nil, fmt.Errorf("%d frames encoded, %d planned", len(frames), want)
	}
	delay := frames[0].CompositionTimeOffset
	var parts []part
	for i, s := range segments {
		part := part{index: task.FirstSegment + i, samples: frames[s.FirstFrame-first:][:s.Frames]}
		film := due(s.FirstFrame, s.Frames)
		if int64(len(film)) != s.Frames {
			return nil, fmt.Errorf("segment %d: the film has %d frames, %d planned", part.index, len(film), s.Frames)
		}
		shown := make([]int64, len(film))
		for j := range film {
			shown[j] = film[j].PTS
		}
		slices.Sort(shown)
		if shown[0] != s.Start {
			return nil, fmt.Errorf("segment %d: the film shows it from %d on, not from %d", part.index, shown[0], s.Start)
		}
		seen := make([]bool, len(film))
		for j := range part.samples {
			f := &part.samples[j]
			if f.Dur != g.FrameTicks && j+1 < len(part.samples) {
				return nil, fmt.Errorf("segment %d: frame %d lasts %d ticks, not %d", part.index, j, f.Dur, g.FrameTicks)
			}
			later := int64(f.CompositionTimeOffset - delay)
			rank := int64(j) + later/int64(g.FrameTicks)
			if later%int64(g.FrameTicks) != 0 || rank < 0 || rank >= s.Frames || seen[rank] {
				return nil, fmt.Errorf("segment %d: frame %d is shown %d ticks late, among %d frames", part.index, j, later, s.Frames)
			}
			seen[rank] = true
			f.DecodeTime, f.Dur = uint64(film[j].DTS), uint32(film[j].Ticks)
			f.CompositionTimeOffset = int32(shown[rank] - film[j].DTS)
			if f.IsSync() {
				f.Flags = mp4.SyncSampleFlags
			} else {
				f.Flags = mp4.NonSyncSampleFlags
			}
		}
		if err := standsAlone(s, part.samples[0]); err != nil {
			return nil, fmt.Errorf("segment %d: %w", part.index, err)
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// standsAlone fails unless a segment starts with an IDR picture that is shown first.
func standsAlone(s plan.Segment, first mp4.FullSample) error {
	if !first.IsSync() || !avc.ContainsNaluType(first.Data, avc.NALU_IDR) {
		return fmt.Errorf("does not start with an IDR picture")
	}
	if at := first.PresentationTime(); at != s.Start {
		return fmt.Errorf("first frame shown at %d, not at %d", at, s.Start)
	}
	return nil
}

// cutAudio deals a task's packets out to its segments, after dropping those that only
// warmed the encoder up.
func cutAudio(p plan.Plan, r plan.Rendition, task plan.Task, packets []mp4.FullSample) ([]part, error) {
	begin, _ := p.AudioSegment(r, task.FirstSegment)
	lead := encode.AudioLead(begin)
	var parts []part
	for k := task.FirstSegment; k < task.FirstSegment+task.Segments; k++ {
		first, count := p.AudioSegment(r, k)
		from := lead + first - begin
		if from+count > int64(len(packets)) {
			return nil, fmt.Errorf("segment %d: %d packets encoded, %d needed", k, len(packets), from+count)
		}
		part := part{index: k, samples: packets[from : from+count]}
		for j := range part.samples {
			packet := &part.samples[j]
			packet.DecodeTime = uint64(first+int64(j)) * plan.PacketSamples
			packet.Dur = plan.PacketSamples
			packet.CompositionTimeOffset = 0
			packet.Flags = mp4.SyncSampleFlags
		}
		parts = append(parts, part)
	}
	return parts, nil
}

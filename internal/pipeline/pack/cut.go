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
// task's start and shows the first frame a little late, to leave room for frames decoded
// out of order; here the first frame of the film is shown at 0 and decode times are the
// grid's.
func cutVideo(g plan.Grid, task plan.Task, frames []mp4.FullSample) ([]part, error) {
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
		for j := range part.samples {
			f := &part.samples[j]
			if f.Dur != g.FrameTicks && j+1 < len(part.samples) {
				return nil, fmt.Errorf("segment %d: frame %d lasts %d ticks, not %d", part.index, j, f.Dur, g.FrameTicks)
			}
			f.DecodeTime = uint64(s.FirstFrame+int64(j)) * uint64(g.FrameTicks)
			f.Dur = g.FrameTicks
			f.CompositionTimeOffset -= delay
			if f.IsSync() {
				f.Flags = mp4.SyncSampleFlags
			} else {
				f.Flags = mp4.NonSyncSampleFlags
			}
		}
		if err := standsAlone(g, s, part.samples); err != nil {
			return nil, fmt.Errorf("segment %d: %w", part.index, err)
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// standsAlone fails unless a segment starts with an IDR picture and shows each frame of
// its stretch of the grid exactly once.
func standsAlone(g plan.Grid, s plan.Segment, frames []mp4.FullSample) error {
	if !frames[0].IsSync() || !avc.ContainsNaluType(frames[0].Data, avc.NALU_IDR) {
		return fmt.Errorf("does not start with an IDR picture")
	}
	shown := make([]int64, len(frames))
	for i := range frames {
		shown[i] = frames[i].PresentationTime()
	}
	if shown[0] != s.FirstFrame*int64(g.FrameTicks) {
		return fmt.Errorf("first frame shown at %d, not at %d", shown[0], s.FirstFrame*int64(g.FrameTicks))
	}
	slices.Sort(shown)
	for i, at := range shown {
		if want := (s.FirstFrame + int64(i)) * int64(g.FrameTicks); at != want {
			return fmt.Errorf("frame %d shown at %d, not at %d", i, at, want)
		}
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

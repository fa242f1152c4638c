package pack

import (
	"fmt"
	"slices"

	"github.com/Eyevinn/mp4ff/av1"
	"github.com/Eyevinn/mp4ff/avc"
	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
)

// cutVideo deals a task's frames out to its segments. The encoder counts time from the
// task's start, in frames that all last the same, and shows the first one a little late, to
// leave room for frames decoded out of order. Here each frame gets the time the film has
// for it: the i-th decoded when the film decodes its i-th, the r-th shown when the film
// shows its r-th.
func cutVideo(g plan.Grid, due Frames, task plan.Task, codec plan.Codec, frames []mp4.FullSample) ([]part, error) {
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
		if codec == plan.AV1 {
			film = inOrder(shown, s)
		}
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
		if err := standsAlone(s, codec, part.samples[0]); err != nil {
			return nil, fmt.Errorf("segment %d: %w", part.index, err)
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// inOrder are the frames of a segment for a decoder that gets them as they are shown, as one
// of AV1 does: what is decoded earlier is in the same sample as what is shown.
func inOrder(shown []int64, s plan.Segment) []source.Frame {
	frames := make([]source.Frame, len(shown))
	for i, at := range shown {
		next := s.Start + s.Ticks
		if i+1 < len(shown) {
			next = shown[i+1]
		}
		frames[i] = source.Frame{DTS: at, PTS: at, Ticks: next - at}
	}
	return frames
}

// standsAlone fails unless a segment starts with a picture that needs no other and is shown
// first.
func standsAlone(s plan.Segment, codec plan.Codec, first mp4.FullSample) error {
	alone := avc.ContainsNaluType(first.Data, avc.NALU_IDR)
	if codec == plan.AV1 {
		alone = startsSequence(first.Data)
	}
	if !first.IsSync() || !alone {
		return fmt.Errorf("does not start with a picture that needs no other")
	}
	if at := first.PresentationTime(); at != s.Start {
		return fmt.Errorf("first frame shown at %d, not at %d", at, s.Start)
	}
	return nil
}

// startsSequence tells whether a sample is where a decoder of AV1 may begin: its first frame is
// a key frame that is shown, after a sequence header (binding of AV1 to ISOBMFF, 2.4).
func startsSequence(sample []byte) bool {
	obus, err := av1.SplitOBUs(sample)
	if err != nil {
		return false
	}
	var sequence *av1.SequenceHeader
	for _, o := range obus {
		switch o.Header.Type {
		case av1.OBUSequenceHeader:
			if sequence, err = av1.ParseSequenceHeader(o.Payload); err != nil {
				return false
			}
		case av1.OBUFrame, av1.OBUFrameHeader:
			frame, err := av1.ParseFrameHeaderStart(o.Payload, sequence)
			return err == nil && frame.FrameType == av1.FrameTypeKey && frame.ShowFrame
		}
	}
	return false
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

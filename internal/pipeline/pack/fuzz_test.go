package pack

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/Eyevinn/mp4ff/aac"
	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
)

// encodedAs writes what an encoder does for the first segment of a rendition: an
// initialisation segment, alone too, and all frames, or packets with those before them.
func encodedAs(f *testing.F, p plan.Plan, r plan.Rendition) (init, whole []byte) {
	f.Helper()
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			f.Fatal(err)
		}
		return b
	}
	scale, _ := p.Durations(r)
	head := mp4.CreateEmptyInit()
	track := head.AddEmptyTrack(scale, string(r.Kind), "und")
	n, ticks := p.Grid.Segments[0].Frames, p.Grid.FrameTicks
	var err error
	if r.Kind == plan.Video {
		err = track.SetAVCDescriptor("avc1", [][]byte{unhex("6764001eacd940a02ff97011000003000100000300320f162d96")}, [][]byte{unhex("68ef8fcb")}, true)
	} else {
		err = track.SetAACDescriptor(aac.AAClc, r.Rate)
		_, n = p.AudioSegment(r, 0)
		n, ticks = n+encode.AudioLead(0), plan.PacketSamples
	}
	if err != nil {
		f.Fatal(err)
	}
	fragment, err := mp4.CreateFragment(1, 1)
	if err != nil {
		f.Fatal(err)
	}
	for i := range n {
		sample := mp4.Sample{Flags: mp4.SyncSampleFlags, Dur: ticks, Size: 8}
		data := []byte{0, 0, 0, 4, 0x65, 0x88, 0x84, byte(i)}
		if i > 0 && r.Kind == plan.Video {
			sample.Flags, data[4] = mp4.NonSyncSampleFlags, 0x41
		}
		fragment.AddFullSample(mp4.FullSample{Sample: sample, DecodeTime: uint64(i) * uint64(ticks), Data: data})
	}
	segment := mp4.NewMediaSegment()
	segment.AddFragment(fragment)
	var out bytes.Buffer
	if err := head.Encode(&out); err != nil {
		f.Fatal(err)
	}
	init = bytes.Clone(out.Bytes())
	if err := segment.Encode(&out); err != nil {
		f.Fatal(err)
	}
	return init, out.Bytes()
}

// Whatever an encoder that was fed a hostile film leaves behind, it is refused, or its samples
// are no more than its bytes and become segments that hold every frame planned.
func FuzzEncoded(f *testing.F) {
	p, err := plan.New(probe.Report{
		Format: "mov",
		Video:  probe.Video{Width: 640, Height: 360, FrameRateNum: 25, FrameRateDen: 1, EndSeconds: 1},
		Audio:  []probe.Audio{{Stream: 1, SampleRate: 48000}},
	}, plan.StandardLadder(), nil)
	if err != nil {
		f.Fatal(err)
	}
	stored, tasks := map[string][]byte{}, map[plan.Kind]plan.Task{}
	for _, kind := range []plan.Kind{plan.Video, plan.Audio} {
		r := p.Of(kind)[0]
		init, whole := encodedAs(f, p, r)
		task := plan.Task{Kind: kind, Segments: 1, Renditions: []string{r.ID}}
		stored[r.ID], tasks[kind] = init, task
		path := filepath.Join(f.TempDir(), "encoded.mp4")
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			f.Fatal(err)
		}
		encoded, err := open(path, init)
		if err != nil || len(encoded.samples) == 0 {
			f.Fatalf("what is well is refused: %v", err)
		}
		for _, raw := range [][]byte{
			whole, init, whole[:bytes.Index(whole, []byte("mdat"))-4],
			bytes.ReplaceAll(whole, []byte("traf"), []byte("free")), bytes.ReplaceAll(whole, []byte("mdia"), []byte("free")),
		} {
			f.Add(raw, kind == plan.Video)
		}
	}
	f.Add([]byte("\x00\x00\x00\x08moov"), true)
	f.Fuzz(func(t *testing.T, raw []byte, video bool) {
		kind := plan.Audio
		if video {
			kind = plan.Video
		}
		task, ok := tasks[kind]
		if !ok {
			return
		}
		path := filepath.Join(t.TempDir(), "encoded.mp4")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		r, _ := p.Rendition(task.Renditions[0])
		encoded, err := open(path, stored[r.ID])
		if err != nil {
			return
		}
		held := 0
		for _, s := range encoded.samples {
			held += len(s.Data)
		}
		if held > len(raw) {
			t.Fatalf("%d bytes of samples in a file of %d", held, len(raw))
		}
		var parts []part
		if video {
			parts, err = cutVideo(p.Grid, In{Plan: p}.due(), task, r.Codec, encoded.samples)
		} else {
			parts, err = cutAudio(p, r, task, encoded.samples)
		}
		if err != nil {
			return
		}
		if len(parts) != task.Segments {
			t.Fatalf("%d segments of %d", len(parts), task.Segments)
		}
		for _, part := range parts {
			want := p.Grid.Segments[part.index].Frames
			if !video {
				_, want = p.AudioSegment(r, part.index)
			}
			if int64(len(part.samples)) != want {
				t.Fatalf("segment %d has %d samples, planned are %d", part.index, len(part.samples), want)
			}
			if _, err := part.encode(encoded.trackID); err != nil {
				t.Fatal(err)
			}
		}
	})
}

package hlsrules_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/Eyevinn/mp4ff/aac"
	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
)

// Parameter sets of x264 at 25 frames a second, by the height of the picture.
var (
	sps = map[int]string{
		360: "6764001eacd940a02ff97011000003000100000300320f162d96",
		480: "6764001eacd940d83de6f011000003000100000300320f162d96",
	}
	pps = "68ef8fcb"
)

const root = "/media/token/video/"

// served is a title as a server would send it: real boxes round frames of noise.
type served struct {
	t     *testing.T
	plan  plan.Plan
	files map[string][]byte
	made  map[string]plan.Made
	// how to make media, changed by the cases
	first  func(rendition string, k int) uint64 // decode time of segment k, as it should be
	idr    func(rendition string, k int) bool
	offset func(rendition string, k int) int32 // composition offset of the first frame
	tracks int                                 // in an initialisation segment
	frames map[string][]int                    // how many frames the segments hold, where not as planned

	subtitles []plan.Subtitle
}

// spoken is what every subtitle of the title says: one cue lasts through several segments.
const spoken = "WEBVTT\n\nSTYLE\n::cue(.c12ab9f) { color: #12ab9f; }\n\n00:00:01.000 --> 00:00:02.500\nOne\n\n00:00:03.000 --> 00:00:21.000 line:0\nTwo\n\n00:01:09.000 --> 00:01:09.900\nThree\n"

// newServed plans a film of 70 s with two languages, one of them also in 5.1 and one also described,
// on two rungs.
func newServed(t *testing.T) *served {
	t.Helper()
	p, err := plan.New(probe.Report{
		Format: "mov",
		Video:  probe.Video{Width: 854, Height: 480, FrameRateNum: 25, FrameRateDen: 1, EndSeconds: 70},
		Audio: []probe.Audio{
			{Stream: 1, SampleRate: 48000, Language: "por", Default: true},
			{Stream: 2, Channels: 6, SampleRate: 44100, Language: "eng"},
			{Stream: 3, SampleRate: 48000, Language: "por", Marks: []probe.Mark{probe.VisualImpaired}},
		},
	}, plan.StandardLadder(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return &served{
		t: t, plan: p, files: map[string][]byte{}, tracks: 1, frames: map[string][]int{},
		first:  func(string, int) uint64 { return 0 },
		idr:    func(string, int) bool { return true },
		offset: func(string, int) int32 { return 0 },
		subtitles: []plan.Subtitle{
			plan.NewSubtitle(0, plan.Subtitle{Language: "por", Default: true}),
			plan.NewSubtitle(1, plan.Subtitle{Language: "eng", Default: true}),
			plan.NewSubtitle(2, plan.Subtitle{Language: "eng", SDH: true}),
			plan.NewSubtitle(3, plan.Subtitle{Language: "por", Forced: true}),
			plan.NewSubtitle(4, plan.Subtitle{Language: "pt", Added: true}),
		},
	}
}

// make fills the files: media, then the playlists that follow from it.
func (s *served) make() *served {
	s.t.Helper()
	made := map[string]plan.Made{}
	for _, r := range s.plan.Renditions {
		s.files[root+r.ID+"/init.mp4"] = s.initSegment(r)
		s.files[root+r.ID+"/index.m3u8"] = plan.MediaPlaylist(s.plan, r)
		var sizes []int64
		var decode uint64
		for k := range s.plan.Grid.Segments {
			body, lasting := s.segment(r, k, decode)
			decode += lasting
			s.files[root+r.ID+"/"+plan.SegmentName(k)] = body
			sizes = append(sizes, int64(len(body)))
		}
		m := plan.Made{Codecs: "mp4a.40.2", Whole: true}
		if r.Kind == plan.Video {
			m.Codecs = "avc1.64001e"
		}
		m.PeakBandwidth, m.AverageBandwidth = s.plan.Measure(r, sizes)
		made[r.ID] = m
	}
	for _, words := range s.subtitles {
		s.files[root+plan.SubtitlePlaylistName(words.ID)] = plan.SubtitlePlaylist(s.plan, words)
		for k := range s.plan.SubtitleSegments() {
			s.files[root+plan.SubtitleSegmentName(words.ID, k)] = plan.SubtitleSegment(s.plan, []byte(spoken), k)
		}
	}
	s.made = made
	multivariant, err := plan.Multivariant(s.plan, made, s.subtitles...)
	if err != nil {
		s.t.Fatal(err)
	}
	s.files[root+"playlist.m3u8"] = multivariant
	return s
}

func (s *served) fetch(path string) ([]byte, error) {
	if b, ok := s.files[path]; ok {
		return b, nil
	}
	return nil, fmt.Errorf("404")
}

// edit changes a playlist, and fails the test when there is nothing to change.
func (s *served) edit(name, old, new string) {
	s.t.Helper()
	before := string(s.files[root+name])
	after := strings.Replace(before, old, new, 1)
	if before == after {
		s.t.Fatalf("%s holds no %q:\n%.2000s", name, old, before)
	}
	s.files[root+name] = []byte(after)
}

func (s *served) initSegment(r plan.Rendition) []byte {
	s.t.Helper()
	start := mp4.CreateEmptyInit()
	for range s.tracks {
		scale, _ := s.plan.Durations(r)
		track := start.AddEmptyTrack(scale, string(r.Kind), "und")
		var err error
		if r.Kind == plan.Video {
			err = track.SetAVCDescriptor("avc1", [][]byte{unhex(s.t, sps[r.Height])}, [][]byte{unhex(s.t, pps)}, true)
		} else {
			err = track.SetAACDescriptor(aac.AAClc, r.Rate)
			config := track.Mdia.Minf.Stbl.Stsd.Mp4a.Esds.DecConfigDescriptor.DecSpecificInfo.DecConfig
			config[1] = config[1]&^0x78 | byte(r.Channels)<<3
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := start.Encode(&b); err != nil {
		s.t.Fatal(err)
	}
	return b.Bytes()
}

// segment returns segment k and how long it lasts. Pictures are I P B B, as an encoder
// orders them, so that some are shown before they are decoded.
func (s *served) segment(r plan.Rendition, k int, decode uint64) ([]byte, uint64) {
	s.t.Helper()
	fragment, err := mp4.CreateFragment(uint32(k+1), 1)
	if err != nil {
		s.t.Fatal(err)
	}
	fragment.Moof.Traf.Trun.Version = 1
	n, step, size := int(s.plan.Grid.Segments[k].Frames), s.plan.Grid.FrameTicks, 400+r.Height+37*(k%5)
	if r.Kind == plan.Audio {
		_, packets := s.plan.AudioSegment(r, k)
		n, step, size = int(packets), plan.PacketSamples, 320
	}
	if changed := s.frames[r.ID]; changed != nil {
		n = changed[k]
	}
	decode += s.first(r.ID, k)
	reorder := []int32{2, -1, -1}
	for i := range n {
		sample := mp4.Sample{Flags: mp4.SyncSampleFlags, Dur: step}
		data := make([]byte, size)
		if r.Kind == plan.Video {
			kind := byte(0x41) // a slice of a picture that needs others
			if i == 0 && s.idr(r.ID, k) {
				kind = 0x65
			} else {
				sample.Flags = mp4.NonSyncSampleFlags
			}
			if i > 0 && (i-1)/3*3+3 < n {
				sample.CompositionTimeOffset = reorder[(i-1)%3] * int32(step)
			}
			if i == 0 {
				sample.CompositionTimeOffset = s.offset(r.ID, k)
			}
			copy(data, []byte{0, 0, byte((size - 4) >> 8), byte(size - 4), kind})
		}
		sample.Size = uint32(size)
		fragment.AddFullSample(mp4.FullSample{Sample: sample, DecodeTime: decode + uint64(i)*uint64(step), Data: data})
	}
	segment := mp4.NewMediaSegment()
	segment.AddFragment(fragment)
	var b bytes.Buffer
	if err := segment.Encode(&b); err != nil {
		s.t.Fatal(err)
	}
	return b.Bytes(), uint64(n) * uint64(step)
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

package hlsrules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/test/hlsrules"
)

func TestATitleAsItIsServedBreaksNoRule(t *testing.T) {
	s := newServed(t).make()
	for _, v := range hlsrules.Check(s.fetch, root+"playlist.m3u8") {
		t.Error(v)
	}
}

// broken holds, for each rule, ways to break it. A case may break other rules with it;
// it must break its own.
var broken = map[string][]func(s *served){
	"there": {
		func(s *served) { delete(s.files, root+"video/480/seg-00033.m4s") },
		func(s *served) { delete(s.files, root+"audio/1-en/index.m3u8") },
		func(s *served) { s.files[root+"video/360/init.mp4"] = []byte("<html>") },
		func(s *served) {
			s.files[root+"video/360/seg-00002.m4s"] = s.files[root+"video/360/seg-00002.m4s"][:60]
		},
		func(s *served) { s.files = nil },
	},
	"text": {
		func(s *served) { s.edit("playlist.m3u8", "Português", "Portugu\xeas") },
		func(s *served) { s.edit("video/360/index.m3u8", "#EXTM3U", "\ufeff#EXTM3U") },
		func(s *served) { s.edit("playlist.m3u8", "English", "Eng\x07lish") },
	},
	"first-line": {func(s *served) { s.edit("video/360/index.m3u8", "#EXTM3U\n", "") }},
	"version": {
		func(s *served) { s.edit("playlist.m3u8", "#EXT-X-VERSION:7\n", "") },
		func(s *served) { s.edit("video/360/index.m3u8", "#EXT-X-VERSION:7\n", "#EXT-X-VERSION:5\n") },
		func(s *served) {
			s.edit("audio/0-pt/index.m3u8", "#EXT-X-VERSION:7\n", "#EXT-X-VERSION:7\n#EXT-X-VERSION:7\n")
		},
	},
	"one-kind": {
		func(s *served) { s.edit("playlist.m3u8", "#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-TARGETDURATION:4") },
		func(s *served) { s.files[root+"video/360/index.m3u8"] = s.files[root+"playlist.m3u8"] },
	},
	"attributes": {
		func(s *served) { s.edit("playlist.m3u8", `GROUP-ID="audio"`, `GROUP-ID=audio`) },
		func(s *served) { s.edit("playlist.m3u8", `FRAME-RATE=25.000`, `FRAME-RATE="25.000"`) },
		func(s *served) { s.edit("playlist.m3u8", `NAME="English"`, `NAME="Eng"lish"`) },
		func(s *served) { s.edit("playlist.m3u8", `DEFAULT=NO`, `DEFAULT=NO,DEFAULT=NO`) },
		func(s *served) { s.edit("playlist.m3u8", `,RESOLUTION=`, `, RESOLUTION=`) },
		func(s *served) { s.edit("video/360/index.m3u8", `URI="init.mp4"`, `URI="init.mp4`) },
	},
	"subtitle-attributes": {
		func(s *served) { s.edit("playlist.m3u8", ",FORCED=YES", "") },
		func(s *served) { s.edit("playlist.m3u8", "CHANNELS", "FORCED=NO,CHANNELS") },
		func(s *served) {
			s.edit("playlist.m3u8", "DEFAULT=NO,AUTOSELECT=YES,FORCED=YES", "DEFAULT=YES,AUTOSELECT=YES,FORCED=YES")
		},
	},
	"every-variant": {func(s *served) { s.edit("playlist.m3u8", `,SUBTITLES="subtitles"`, "") }},
	"webvtt": {
		func(s *served) { s.edit("subtitles/0-pt/seg-00001.vtt", "MPEGTS:0", "MPEGTS:900000") },
		func(s *served) { s.edit("subtitles/1-en/seg-00001.vtt", "WEBVTT", "VTT") },
		func(s *served) { s.edit("subtitles/1-en/seg-00001.vtt", "00:00:01.000 -->", "00:00:02.500 -->") },
	},
	"cues-in-time": {
		func(s *served) {
			s.files[root+"subtitles/0-pt/seg-00003.vtt"] = plan.SubtitleSegment(s.plan, []byte("WEBVTT\n"), 2)
		},
		func(s *served) {
			s.files[root+"subtitles/0-pt/seg-00002.vtt"] = s.files[root+"subtitles/0-pt/seg-00001.vtt"]
		},
	},
	"subtitle-length": {func(s *served) { s.edit("subtitles/0-pt.m3u8", "#EXTINF:4.000000,\n0-pt/seg-00005.vtt\n", "") }},
	"map":             {func(s *served) { s.edit("video/360/index.m3u8", "#EXT-X-MAP:URI=\"init.mp4\"\n", "") }},
	"vod": {
		func(s *served) { s.edit("video/360/index.m3u8", "TYPE:VOD", "TYPE:EVENT") },
		func(s *served) { s.edit("audio/0-pt/index.m3u8", "#EXT-X-ENDLIST\n", "") },
	},
	"segments": {
		func(s *served) { s.edit("video/360/index.m3u8", "#EXTINF:2.000000,\n", "") },
		func(s *served) { s.edit("video/360/index.m3u8", "#EXTINF:2.000000,\n", "#EXTINF:0,\n") },
	},
	"target-duration": {
		func(s *served) { s.edit("video/360/index.m3u8", "#EXT-X-TARGETDURATION:4\n", "") },
		func(s *served) { s.edit("video/360/index.m3u8", "#EXT-X-TARGETDURATION:4", "#EXT-X-TARGETDURATION:3") },
		func(s *served) { s.edit("video/360/index.m3u8", "#EXTINF:4.000000", "#EXTINF:4.500000") },
	},
	"same-target": {func(s *served) { s.edit("audio/1-en/index.m3u8", "#EXT-X-TARGETDURATION:4", "#EXT-X-TARGETDURATION:6") }},
	"variants": {
		func(s *served) { s.edit("playlist.m3u8", "\nvideo/360/index.m3u8\n", "\n") },
		func(s *served) { s.edit("playlist.m3u8", "\nvideo/360/index.m3u8\n", "\nvideo/480/index.m3u8\n") },
		func(s *served) { s.files[root+"playlist.m3u8"] = []byte("#EXTM3U\n#EXT-X-VERSION:7\n") },
	},
	"variant-attributes": {
		func(s *served) { s.edit("playlist.m3u8", ",FRAME-RATE=25.000", "") },
		func(s *served) { s.edit("playlist.m3u8", "AVERAGE-BANDWIDTH", "MEAN-BANDWIDTH") },
	},
	"independent": {func(s *served) { s.edit("playlist.m3u8", "#EXT-X-INDEPENDENT-SEGMENTS\n", "") }},
	"media-attributes": {
		func(s *served) { s.edit("playlist.m3u8", `,LANGUAGE="en"`, "") },
		func(s *served) { s.edit("playlist.m3u8", `NAME="English",`, "") },
		func(s *served) { s.edit("playlist.m3u8", `,CHANNELS="2"`, "") },
		func(s *served) { s.edit("playlist.m3u8", `DEFAULT=YES,AUTOSELECT=YES`, `DEFAULT=YES,AUTOSELECT=NO`) },
	},
	"group-names": {
		func(s *served) { s.edit("playlist.m3u8", `NAME="English"`, `NAME="Português"`) },
		func(s *served) { s.edit("playlist.m3u8", `DEFAULT=NO`, `DEFAULT=YES`) },
	},
	"same-members": {
		func(s *served) {
			s.edit("playlist.m3u8", `GROUP-ID="surround",NAME="English"`, `GROUP-ID="surround",NAME="Inglês"`)
		},
		func(s *served) {
			s.edit("playlist.m3u8", `GROUP-ID="surround",NAME="Português",LANGUAGE="pt",DEFAULT=YES`, `GROUP-ID="surround",NAME="Português",LANGUAGE="pt",DEFAULT=NO`)
		},
		func(s *served) {
			s.edit("playlist.m3u8", `CHARACTERISTICS="public.accessibility.describes-video",`, "")
		},
	},
	"channels": {
		func(s *served) { s.edit("playlist.m3u8", `CHANNELS="6"`, `CHANNELS="2"`) },
		func(s *served) { s.edit("playlist.m3u8", `CHANNELS="2"`, `CHANNELS="1"`) },
	},
	"describes": {func(s *served) {
		s.edit("playlist.m3u8", `AUTOSELECT=YES,CHARACTERISTICS`, `AUTOSELECT=NO,CHARACTERISTICS`)
	}},
	"autoselect": {func(s *served) { s.edit("playlist.m3u8", `LANGUAGE="en"`, `LANGUAGE="pt"`) }},
	"group-exists": {
		func(s *served) { s.edit("playlist.m3u8", `AUDIO="audio"`, `AUDIO="sound"`) },
		func(s *served) {
			s.edit("playlist.m3u8", `GROUP-ID="audio",NAME="English"`, `GROUP-ID="other",NAME="English"`)
		},
	},
	"codecs": {
		func(s *served) { s.edit("playlist.m3u8", "avc1.64001e", "avc1.640028") },
		func(s *served) { s.edit("playlist.m3u8", ",mp4a.40.2", "") },
		func(s *served) { s.edit("playlist.m3u8", ",mp4a.40.2", ",mp4a.40.2,ec-3") },
	},
	"resolution": {func(s *served) { s.edit("playlist.m3u8", "640x360", "640x362") }},
	"frame-rate": {func(s *served) { s.edit("playlist.m3u8", "25.000", "24.000") }},
	"bandwidth":  {func(s *served) { s.edit("playlist.m3u8", ":BANDWIDTH=", ":BANDWIDTH=100,WAS=") }},
	"bandwidth-close": {
		func(s *served) { s.edit("playlist.m3u8", ":BANDWIDTH=", ":BANDWIDTH=9") },
		func(s *served) { s.edit("playlist.m3u8", ":BANDWIDTH=", ":BANDWIDTH=100,WAS=") },
	},
	"average-bandwidth": {func(s *served) { s.edit("playlist.m3u8", "AVERAGE-BANDWIDTH=", "AVERAGE-BANDWIDTH=9") }},
	"header":            {func(s *served) { s.tracks = 2; s.make() }},
	"idr": {func(s *served) {
		s.idr = func(id string, k int) bool { return id != "video/480" || k != 12 }
		s.make()
	}},
	"decode-time": {
		func(s *served) { // every segment begins at 0, as an encoder of chunks would leave it
			body, _ := s.segment(s.plan.Renditions[0], 3, 0)
			s.files[root+"video/360/seg-00004.m4s"] = body
		},
		func(s *served) { s.first = func(string, int) uint64 { return 90_000 }; s.make() },
	},
	"presentation-time": {func(s *served) { // two frames late, as an encoder with B pictures leaves it
		s.offset = func(id string, k int) int32 { return 2000 }
		s.make()
	}},
	"durations": {
		func(s *served) { s.edit("video/360/index.m3u8", "#EXTINF:2.000000", "#EXTINF:2.050000") },
		func(s *served) { // hundreds of roundings that each look harmless
			text := string(s.files[root+"audio/0-pt/index.m3u8"])
			s.files[root+"audio/0-pt/index.m3u8"] = []byte(strings.NewReplacer("#EXTINF:2.005333", "#EXTINF:2.01", "#EXTINF:1.984000", "#EXTINF:1.99").Replace(text))
		},
	},
	"too-long": {func(s *served) { s.cut("video/480", 31, 25) }},
	"alignment": {
		func(s *served) { s.cut("video/480", 10, 5) },
		func(s *served) { s.cut("audio/1-en", 10, 5) },
		func(s *served) {
			s.edit("video/480/index.m3u8", "#EXTINF:2.000000,\nseg-00030.m4s\n", "")
		},
	},
	"same-length": {func(s *served) { s.cut("video/480", len(s.plan.Grid.Segments)-1, -3) }},
}

// cut gives a segment some frames more, taken from the next one, and makes all again.
func (s *served) cut(id string, k, more int) {
	frames := make([]int, len(s.plan.Grid.Segments))
	r, ok := s.plan.Rendition(id)
	if !ok {
		s.t.Fatalf("no %s", id)
	}
	for i := range frames {
		if _, packets := s.plan.AudioSegment(r, i); r.Rate > 0 {
			frames[i] = int(packets)
		} else {
			frames[i] = int(s.plan.Grid.Segments[i].Frames)
		}
	}
	frames[k] += more
	if k+1 < len(frames) {
		frames[k+1] -= more
	}
	s.frames[id] = frames
	s.make()
}

func TestEveryRuleCanBeBroken(t *testing.T) {
	for _, rule := range hlsrules.Rules {
		t.Run(rule.ID, func(t *testing.T) {
			cases := broken[rule.ID]
			if len(cases) == 0 {
				t.Fatal("nothing shows that this rule can be broken")
			}
			for i, breakIt := range cases {
				s := newServed(t).make()
				breakIt(s)
				violations := hlsrules.Check(s.fetch, root+"playlist.m3u8")
				if !slices.ContainsFunc(violations, func(v hlsrules.Violation) bool { return v.Rule.ID == rule.ID }) {
					t.Errorf("case %d goes unnoticed; found %v", i+1, violations)
				}
			}
		})
	}
	for id := range broken {
		if !slices.ContainsFunc(hlsrules.Rules, func(r hlsrules.Rule) bool { return r.ID == id }) {
			t.Errorf("there is no rule %s", id)
		}
	}
}

func TestRulesAreNamedAndSourced(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range hlsrules.Rules {
		if seen[r.ID] || r.ID == "" || r.Says == "" || !strings.Contains(r.Section, "RFC") && !strings.Contains(r.Section, "Apple") {
			t.Errorf("%+v", r)
		}
		seen[r.ID] = true
	}
}

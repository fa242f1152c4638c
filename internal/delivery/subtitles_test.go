package delivery

import (
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func TestSubtitlesStandBesideTheRenditions(t *testing.T) {
	title := twoRungs(t)
	title.Subtitles = []plan.Subtitle{plan.NewSubtitle(2, plan.Subtitle{Language: "pt-BR"})}
	k := known{Title: title, manifest: func() ([]byte, error) { return plan.MPD(title.Plan, title.Made, title.Subtitles...) }}
	find := func(path string) (Resource, error) {
		t.Helper()
		n, ok := parseName(path)
		if !ok {
			t.Fatalf("%s is no name", path)
		}
		return k.resource(n, "v", "/root/")
	}
	for path, says := range map[string]string{
		plan.MultivariantName:    `SUBTITLES="subtitles"`,
		plan.ManifestName:        `<BaseURL>subtitles/2-pt-br.vtt</BaseURL>`,
		"subtitles/2-pt-br.m3u8": "\n2-pt-br/seg-00001.vtt\n",
	} {
		if r, err := find(path); err != nil || r.Cache != Brief || !strings.Contains(string(r.Body), says) {
			t.Errorf("%s: %v without %q\n%s", path, err, says, r.Body)
		}
	}
	if r, err := find(plan.PlayerName); err != nil || strings.Contains(string(r.Body), "SUBTITLES") {
		t.Errorf("our own player shows subtitles itself: %v\n%s", err, r.Body)
	}
	whole, err := find("subtitles/2-pt-br.vtt")
	if err != nil || whole.Key != "videos/v/subtitles/2-pt-br.vtt" || whole.Cache != Immutable || whole.Cut != nil {
		t.Errorf("%+v, %v", whole, err)
	}
	last := plan.SubtitleSegmentName("2-pt-br", title.Plan.SubtitleSegments()-1)
	segment, err := find(last)
	if err != nil || segment.Key != whole.Key || segment.Cut == nil {
		t.Fatalf("%+v, %v", segment, err)
	}
	if cut := string(segment.Cut([]byte("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nA\n\n00:01:08.000 --> 00:01:09.000\nB\n"))); strings.Contains(cut, "A\n") || !strings.Contains(cut, "\nB\n") {
		t.Errorf("the last segment is\n%s", cut)
	}
	for _, path := range []string{"subtitles/0-pt.vtt", "subtitles/2-pt.m3u8", "subtitles/2-pt-br/seg-09999.vtt"} {
		if r, err := find(path); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %+v, %v", path, r, err)
		}
	}
}

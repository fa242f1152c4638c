package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/Eyevinn/dash-mpd/mpd"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
)

// surround is a film in three languages, two of them in 5.1 or more, with a commentary and
// a description.
func surround() probe.Report {
	return with(func(r *probe.Report) {
		r.Video.StartSeconds, r.Video.EndSeconds = 0, 66.4
		r.Audio = []probe.Audio{
			{Stream: 1, Channels: 2, SampleRate: 48000, Language: "eng", Title: "Director's commentary", Default: true},
			{Stream: 2, Channels: 8, SampleRate: 48000, Language: "eng", Title: "Surround 7.1", Marks: []probe.Mark{probe.Original}},
			{Stream: 3, Channels: 6, SampleRate: 48000, Language: "por", Marks: []probe.Mark{probe.Dub}, Default: true},
			{Stream: 4, Channels: 2, SampleRate: 48000, Language: "por", Marks: []probe.Mark{probe.VisualImpaired, probe.Descriptions}},
			{Stream: 5, Channels: 1, SampleRate: 48000, Language: "por", Marks: []probe.Mark{probe.Comment}},
		}
	})
}

func TestATrackIsCalledWhatTheFileSaysItIs(t *testing.T) {
	for _, c := range []struct {
		title string
		marks []probe.Mark
		want  plan.Role
	}{
		{"", nil, ""},
		{"Surround 5.1", nil, ""},
		{"", []probe.Mark{probe.Original}, plan.RoleOriginal},
		{"", []probe.Mark{probe.Dub}, plan.RoleDub},
		{"", []probe.Mark{probe.Original, probe.Comment}, plan.RoleCommentary},
		{"", []probe.Mark{probe.VisualImpaired}, plan.RoleDescription},
		{"", []probe.Mark{probe.Descriptions}, plan.RoleDescription},
		{"", []probe.Mark{probe.HearingImpaired}, plan.RoleClear},
		{"Commentary by the director", nil, plan.RoleCommentary},
		{"Comentários do diretor", nil, plan.RoleCommentary},
		{"Audiodescrição", nil, plan.RoleDescription},
		{"English Audio Description", []probe.Mark{probe.Original}, plan.RoleDescription},
	} {
		p := newPlan(t, with(func(r *probe.Report) { r.Audio[0].Title, r.Audio[0].Marks = c.title, c.marks }))
		if got := p.Of(plan.Audio)[0].Role; got != c.want {
			t.Errorf("%q, %v: %q, want %q", c.title, c.marks, got, c.want)
		}
	}
}

func TestATrackOfSixChannelsIsThereInStereoAndInSurround(t *testing.T) {
	p := newPlan(t, surround())
	var got []string
	for _, r := range p.Of(plan.Audio) {
		got = append(got, fmt.Sprintf("%s %q %d %q %v", r.ID, r.Label, r.Channels, r.Role, r.Default))
	}
	want := []string{
		`audio/0-en "Director's commentary" 2 "commentary" false`, // whatever the file says: nobody asked for it
		`audio/1-en "English" 2 "original" false`,
		`audio/2-pt "Português" 2 "dub" true`,
		`audio/3-pt "Português (2)" 2 "description" false`,
		`audio/4-pt "Português (3)" 2 "commentary" false`,
		`audio/1-en-51 "English 5.1" 6 "original" false`,
		`audio/2-pt-51 "Português 5.1" 6 "dub" false`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	for _, task := range p.Tasks {
		for _, id := range task.Renditions {
			if r, _ := p.Rendition(id); r.Surround() != (task.Kind == plan.Audio && task.Lane == plan.LaneQuality) {
				t.Errorf("%s is made in lane %d", id, task.Lane)
			}
		}
	}
}

func TestSurroundIsAGroupOfItsOwnWithTheSameMembers(t *testing.T) {
	p := newPlan(t, surround())
	b, err := plan.Multivariant(p, madeOf(p))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "surround.m3u8", b)
	list := parseMultivariant(t, b)
	groups := map[string][]string{}
	for _, a := range list.GetAllAlternatives() {
		groups[a.GroupId] = append(groups[a.GroupId], fmt.Sprint(a.Name, a.Language, a.Default, a.Autoselect, a.Characteristics))
		if a.Autoselect && strings.Contains(strings.ToLower(a.Name), "commentary") {
			t.Errorf("a player may choose %s by itself", a.Name)
		}
	}
	if len(groups) != 2 || !slices.Equal(groups["audio"], groups["surround"]) {
		t.Errorf("the groups differ in more than what is heard: %v", groups)
	}
	rates := map[string]map[string]uint32{"audio": {}, "surround": {}}
	for _, v := range list.Variants {
		rates[v.Audio][v.URI] = v.Bandwidth
	}
	for uri, rate := range rates["audio"] {
		// Beside the picture the one carries 480,000 bit/s at most, the other 160,000; both
		// were measured at eight tenths.
		if more := rates["surround"][uri]; more != rate+256_000 {
			t.Errorf("%s takes %d with stereo and %d with 5.1", uri, rate, more)
		}
	}
	if first := list.Variants[0]; first.Audio != "audio" {
		t.Errorf("a player begins with the group %s", first.Audio)
	}
}

func TestSurroundIsListedOnlyOnceItIsWhole(t *testing.T) {
	p := newPlan(t, surround())
	stereo := []string{"video/360", "audio/1-en", "audio/2-pt"}
	b, err := plan.Multivariant(p, madeOf(p, stereo...))
	if err != nil || strings.Contains(string(b), "surround") || strings.Contains(string(b), "-51") {
		t.Errorf("%v\n%s", err, b)
	}
	b, err = plan.Multivariant(p, madeOf(p, append(stereo, "audio/1-en-51")...))
	if err != nil || strings.Count(string(b), "audio/1-en-51/") != 1 || strings.Count(string(b), "audio/2-pt/") != 2 || strings.Contains(string(b), "audio/2-pt-51") {
		t.Errorf("%v\n%s", err, b)
	}
	if _, err := plan.Multivariant(p, madeOf(p, "video/360", "audio/1-en-51")); err == nil {
		t.Error("a film is playable that only some can hear")
	}
}

// Our own player chooses the sound itself, so no picture is there twice.
func TestOurPlayerIsGivenOneGroup(t *testing.T) {
	p := newPlan(t, surround())
	list := parseMultivariant(t, plan.Player(p, madeOf(p, "none")))
	seen := map[string]bool{}
	for _, v := range list.Variants {
		if seen[v.URI] || v.Audio != "audio" {
			t.Errorf("%s with %s", v.URI, v.Audio)
		}
		seen[v.URI] = true
	}
	sounds := map[string]bool{}
	for _, a := range list.GetAllAlternatives() {
		sounds[a.URI] = a.Autoselect
	}
	if len(sounds) != len(p.Of(plan.Audio)) || sounds["audio/2-pt-51/index.m3u8"] || !sounds["audio/2-pt/index.m3u8"] {
		t.Errorf("sounds: %v", sounds)
	}
}

func TestDASHTellsWhatASoundIsFor(t *testing.T) {
	p := newPlan(t, surround())
	b, err := plan.MPD(p, madeOf(p))
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := mpd.MPDFromBytes(b)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, set := range manifest.Periods[0].AdaptationSets {
		if set.ContentType != "audio" {
			continue
		}
		r := set.Representations[0]
		said := set.Lang + " " + string(set.Roles[0].Value) + " " + string(r.AudioChannelConfigurations[0].Value)
		for _, a := range set.Accessibilities {
			said += " " + string(a.Value)
		}
		got[r.Id] = said
	}
	for id, want := range map[string]string{
		"audio/0-en": "en commentary 2", "audio/1-en": "en alternate 2", "audio/2-pt": "pt main 2", "audio/3-pt": "pt description 2 1",
		"audio/4-pt": "pt commentary 2", "audio/1-en-51": "en alternate 6", "audio/2-pt-51": "pt main 6",
	} {
		if got[id] != want {
			t.Errorf("%s: %q, want %q", id, got[id], want)
		}
	}
}

func TestSoundTracksThatAreLeftOutAreToldOf(t *testing.T) {
	tracks := func(count int) probe.Report {
		return with(func(r *probe.Report) {
			r.Audio = nil
			for i := range count {
				r.Audio = append(r.Audio, probe.Audio{Stream: i + 1, Channels: 2, SampleRate: 48000})
			}
		})
	}
	for _, count := range []int{1, 32} {
		if kept := newPlan(t, tracks(count)).Of(plan.Audio); len(kept) != count || len(plan.LeftOut(tracks(count))) > 0 {
			t.Errorf("of %d tracks %d are kept, and told of is %v", count, len(kept), plan.LeftOut(tracks(count)))
		}
	}
	if kept := newPlan(t, tracks(40)).Of(plan.Audio); len(kept) != 32 {
		t.Errorf("%d of 40 tracks are kept", len(kept))
	}
	told := plan.LeftOut(tracks(40))
	if len(told) != 1 || told[0].Detail != "This file has 40 sound tracks: the first 32 are there, the others are left out." {
		t.Errorf("told %+v", told)
	}
}

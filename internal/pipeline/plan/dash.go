package plan

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/Eyevinn/dash-mpd/mpd"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// minBuffer is how much a DASH player should hold before it starts: one segment.
const minBuffer = 4 * time.Second

// MPD returns the DASH manifest of everything that is whole, over the same segments as
// the HLS playlists. It holds no time of day: the same plan gives the same bytes.
func MPD(p Plan, made map[string]Made, subtitles ...Subtitle) ([]byte, error) {
	video, audio, err := Whole(p, made)
	if err != nil {
		return nil, err
	}
	period := mpd.NewPeriod()
	period.Id = "0"
	period.Start = mpd.Ptr(mpd.Duration(0))

	// A player steps freely within a set, so there is one for each codec (DASH-IF IOP, 3.2.4).
	for _, pictures := range byCodec(video) {
		set := p.adaptationSet(period, pictures[0])
		set.Roles = []*mpd.DescriptorType{mpd.NewRole("main")}
		for _, v := range pictures {
			r := mpd.NewVideoRepresentation(v.ID, made[v.ID].Codecs, "", p.Grid.dashRate(), int(made[v.ID].PeakBandwidth), v.Width, v.Height)
			r.Sar = "1:1"
			set.AppendRepresentation(r)
		}
	}
	for _, a := range audio {
		p.addSound(period, a, audio, made[a.ID])
	}

	addSubtitles(period, subtitles)

	m := mpd.NewMPD(mpd.STATIC_TYPE)
	m.Profiles = mpd.PROFILE_LIVE
	m.MediaPresentationDuration = dashDuration(p.DurationSeconds)
	m.MaxSegmentDuration = dashDuration(float64(p.targetDuration()) + 0.5)
	m.MinBufferTime = mpd.Ptr(mpd.Duration(minBuffer))
	m.AppendPeriod(period)

	var b bytes.Buffer
	if _, err := m.Write(&b, " ", true); err != nil {
		return nil, fault.Wrap("plan.mpd", err)
	}
	return b.Bytes(), nil
}

// addSound adds a sound in a set of its own: a player changes language or channels only
// when it is told to.
func (p Plan) addSound(period *mpd.Period, a Rendition, all []Rendition, made Made) {
	set := p.adaptationSet(period, a)
	set.Lang = a.Language
	set.Labels = []*mpd.LabelType{{Value: a.Label}}
	first := a.Default || slices.ContainsFunc(all, func(r Rendition) bool { return r.Default && r.inSurround(a) })
	role := a.Role.dashRole()
	if first && (role == "alternate" || role == "dub") {
		role = "main"
	}
	set.Roles = []*mpd.DescriptorType{mpd.NewRole(role)}
	if purpose := a.Role.purpose(); purpose != "" {
		set.Accessibilities = []*mpd.DescriptorType{mpd.NewDescriptor("urn:tva:metadata:cs:AudioPurposeCS:2007", purpose, "")}
	}
	if a.Default {
		set.SelectionPriority = mpd.Ptr(uint32(2)) // before the same in 5.1, which not everybody can play
	}
	r := mpd.NewAudioRepresentation(a.ID, made.Codecs, "", int(made.PeakBandwidth), a.Rate)
	r.AudioChannelConfigurations = []*mpd.DescriptorType{mpd.NewDescriptor(
		"urn:mpeg:dash:23003:3:audio_channel_configuration:2011", fmt.Sprint(a.Channels), "")}
	set.AppendRepresentation(r)
}

// adaptationSet adds an empty set to the period, with the timeline all of its
// representations share with r. Their ids are their folders.
func (p Plan) adaptationSet(period *mpd.Period, r Rendition) *mpd.AdaptationSetType {
	set := mpd.NewAdaptationSetWithParams(string(r.Kind), string(r.Kind)+"/mp4", true, 1)
	set.Id = mpd.Ptr(uint32(len(period.AdaptationSets)))
	scale, ticks := p.Durations(r)
	set.SegmentTemplate = mpd.NewSegmentTemplate()
	set.SegmentTemplate.SetTimescale(scale)
	set.SegmentTemplate.StartNumber = mpd.Ptr(uint32(1))
	set.SegmentTemplate.Initialization = "$RepresentationID$/" + InitName
	set.SegmentTemplate.Media = "$RepresentationID$/seg-$Number%05d$.m4s"
	set.SegmentTemplate.SegmentTimeline = timeline(ticks)
	period.AppendAdaptationSet(set)
	return set
}

// timeline writes runs of equal durations once.
func timeline(ticks []int64) *mpd.SegmentTimelineType {
	line := mpd.NewSegmentTimeline()
	for _, d := range ticks {
		if n := len(line.S); n > 0 && line.S[n-1].D == uint64(d) {
			line.S[n-1].R++
			continue
		}
		s := &mpd.S{D: uint64(d)}
		if len(line.S) == 0 {
			s.T = mpd.Ptr(uint64(0))
		}
		line.S = append(line.S, s)
	}
	return line
}

// dashRate is the frame rate as DASH writes it: "24000/1001", "25".
func (g Grid) dashRate() string {
	d := gcd(int64(g.Timescale), int64(g.FrameTicks))
	num, den := int64(g.Timescale)/d, int64(g.FrameTicks)/d
	if den == 1 {
		return fmt.Sprint(num)
	}
	return fmt.Sprintf("%d/%d", num, den)
}

func dashDuration(seconds float64) *mpd.Duration {
	return mpd.Ptr(mpd.Duration(math.Round(seconds*1000) * float64(time.Millisecond)))
}

package hlsrules

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/Eyevinn/mp4ff/aac"
	"github.com/Eyevinn/mp4ff/av1"
	"github.com/Eyevinn/mp4ff/avc"
	"github.com/Eyevinn/mp4ff/mp4"
)

// title is everything a multivariant playlist leads to.
type title struct {
	multivariant *playlist
	variants     []variant
	renditions   []rendition
	streams      []*stream // each media playlist of picture and sound once
	texts        []*stream // and each of subtitles
	missing      []missing
}

// variant is one EXT-X-STREAM-INF with what it points at.
type variant struct {
	attributes
	*stream
}

// rendition is one EXT-X-MEDIA with what it points at; the stream is nil without URI.
type rendition struct {
	attributes
	*stream
}

// stream is a media playlist with what its segments hold.
type stream struct {
	*playlist
	target   float64 // -1 when it says none
	header   header
	segments []segment
}

// header is what an initialisation segment says.
type header struct {
	path          string
	kind          string // "video", "audio"
	codec         string // RFC 6381
	timescale     uint32
	width, height int
	channels      int // 0 when it does not say
	tracks        int
	samples       bool // it holds media, which belongs in segments
	trex          *mp4.TrexBox
}

// segment is one media segment, without its media.
type segment struct {
	path      string
	said      float64 // EXTINF
	bytes     int64
	decode    uint64 // tfdt
	duration  uint64 // of all samples
	earliest  int64  // first presentation time
	shortest  uint32 // of the samples
	tracks    int
	startsIDR bool   // the first sample is an IDR picture, or a key frame of AV1, and says so
	text      string // of subtitles, all of it
}

// missing is something listed that is not there, or not what it should be.
type missing struct{ path, why string }

// loader reads a title.
type loader struct {
	fetch  Fetch
	title  *title
	byPath map[string]*stream
}

func load(fetch Fetch, path string) *title {
	l := &loader{fetch: fetch, title: &title{}, byPath: map[string]*stream{}}
	l.title.multivariant = parsePlaylist(path, string(l.get(path)))
	for _, t := range l.title.multivariant.all("EXT-X-STREAM-INF") {
		a, _ := parseAttributes(t.value) // judged by a rule of its own
		l.title.variants = append(l.title.variants, variant{a, l.stream(path, t.uri)})
	}
	for _, t := range l.title.multivariant.all("EXT-X-MEDIA") {
		a, _ := parseAttributes(t.value)
		r := rendition{attributes: a}
		switch {
		case a["URI"] == "":
		case a["TYPE"] == "SUBTITLES":
			r.stream = l.text(path, a["URI"])
		default:
			r.stream = l.stream(path, a["URI"])
		}
		l.title.renditions = append(l.title.renditions, r)
	}
	return l.title
}

func (l *loader) get(path string) []byte {
	b, err := l.fetch(path)
	if err != nil {
		l.lacks(path, err)
	}
	return b
}

func (l *loader) lacks(path string, why error) {
	l.title.missing = append(l.title.missing, missing{path, why.Error()})
}

// resolve returns where a relative URI of a playlist leads.
func resolve(base, uri string) string {
	b, err := url.Parse(base)
	if err != nil {
		return uri
	}
	r, err := b.Parse(uri)
	if err != nil {
		return uri
	}
	return r.String()
}

// stream reads a media playlist and all it lists, once.
func (l *loader) stream(base, uri string) *stream {
	path := resolve(base, uri)
	if s := l.byPath[path]; s != nil {
		return s
	}
	text := l.get(path)
	s := &stream{playlist: parsePlaylist(path, string(text)), target: -1}
	l.byPath[path] = s
	if text == nil {
		return s // not there, and so not judged
	}
	l.title.streams = append(l.title.streams, s)
	s.list()
	if v, ok := s.value("EXT-X-MAP"); ok {
		a, _ := parseAttributes(v)
		l.header(s, resolve(path, a["URI"]))
	}
	for i := range s.segments {
		l.segment(s, &s.segments[i])
	}
	return s
}

// text reads a media playlist of subtitles and all it lists, once.
func (l *loader) text(base, uri string) *stream {
	path := resolve(base, uri)
	if s := l.byPath[path]; s != nil {
		return s
	}
	text := l.get(path)
	s := &stream{playlist: parsePlaylist(path, string(text)), target: -1}
	l.byPath[path] = s
	if text == nil {
		return s
	}
	l.title.texts = append(l.title.texts, s)
	s.list()
	for i := range s.segments {
		g := &s.segments[i]
		g.text = string(l.get(g.path))
		g.bytes = int64(len(g.text))
	}
	return s
}

// list reads what a media playlist says of its segments.
func (s *stream) list() {
	if v, ok := s.value("EXT-X-TARGETDURATION"); ok {
		if n, err := strconv.ParseUint(v, 10, 32); err == nil {
			s.target = float64(n)
		}
	}
	for _, t := range s.all("EXTINF") {
		said, _, _ := strings.Cut(t.value, ",")
		seconds, err := strconv.ParseFloat(said, 64)
		if err != nil {
			seconds = -1
		}
		s.segments = append(s.segments, segment{path: resolve(s.path, t.uri), said: seconds})
	}
}

// media are all media playlists.
func (t *title) media() []*stream { return slices.Concat(t.streams, t.texts) }

// header reads an initialisation segment.
func (l *loader) header(s *stream, path string) {
	s.header.path = path
	b := l.get(path)
	if b == nil {
		return
	}
	file, err := mp4.DecodeFile(bytes.NewReader(b))
	if err == nil && (file.Init == nil || file.Init.Moov == nil || file.Init.Moov.Mvex == nil || len(file.Init.Moov.Traks) == 0) {
		err = fmt.Errorf("not an initialisation segment: no moov, mvex or trak")
	}
	if err != nil {
		l.lacks(path, err)
		return
	}
	moov := file.Init.Moov
	h := &s.header
	h.tracks = len(moov.Traks)
	h.samples = len(file.Segments) > 0 || file.Mdat != nil
	h.trex = moov.Mvex.Trex
	h.timescale = moov.Trak.Mdia.Mdhd.Timescale
	stsd := moov.Trak.Mdia.Minf.Stbl.Stsd
	switch {
	case stsd.AvcX != nil && stsd.AvcX.AvcC != nil:
		c := stsd.AvcX.AvcC
		h.kind = "video"
		h.codec = fmt.Sprintf("%s.%02x%02x%02x", stsd.AvcX.Type(), c.AVCProfileIndication, c.ProfileCompatibility, c.AVCLevelIndication)
		if len(c.SPSnalus) > 0 {
			if sps, err := avc.ParseSPSNALUnit(c.SPSnalus[0], true); err == nil {
				h.width, h.height = int(sps.Width), int(sps.Height)
			}
		}
	case stsd.Av01 != nil && stsd.Av01.Av1C != nil:
		h.kind = "video"
		h.width, h.height = int(stsd.Av01.Width), int(stsd.Av01.Height)
		sequence, err := stsd.Av01.Av1C.SequenceHeader()
		if err != nil {
			l.lacks(path, err)
			return
		}
		h.codec = strings.ToLower(sequence.CodecString("av01"))
	case stsd.Mp4a != nil && stsd.Mp4a.Esds != nil:
		h.kind = "audio"
		h.codec = "mp4a.40"
		asc, err := aac.DecodeAudioSpecificConfig(bytes.NewReader(stsd.Mp4a.Esds.DecConfigDescriptor.DecSpecificInfo.DecConfig))
		if err != nil {
			l.lacks(path, err)
			return
		}
		h.codec = fmt.Sprintf("mp4a.40.%d", asc.ObjectType)
		if n := int(asc.ChannelConfiguration); n < 7 { // ISO/IEC 14496-3, table 1.19
			h.channels = n
		}
	default:
		l.lacks(path, fmt.Errorf("neither H.264, AV1 nor AAC"))
	}
}

// segment reads a media segment and keeps its times.
func (l *loader) segment(s *stream, g *segment) {
	b := l.get(g.path)
	g.bytes = int64(len(b))
	if b == nil || s.header.trex == nil {
		return
	}
	file, err := mp4.DecodeFile(bytes.NewReader(b))
	if err != nil {
		l.lacks(g.path, err)
		return
	}
	var samples []mp4.FullSample
	for _, part := range file.Segments {
		for _, fragment := range part.Fragments {
			g.tracks = max(g.tracks, len(fragment.Moof.Trafs))
			if len(samples) == 0 && fragment.Moof.Traf.Tfdt != nil {
				g.decode = fragment.Moof.Traf.Tfdt.BaseMediaDecodeTime()
			}
			full, err := fragment.GetFullSamples(s.header.trex)
			if err != nil {
				l.lacks(g.path, err)
				return
			}
			samples = append(samples, full...)
		}
	}
	if len(samples) == 0 {
		l.lacks(g.path, fmt.Errorf("no samples"))
		return
	}
	g.earliest, g.shortest = samples[0].PresentationTime(), samples[0].Dur
	for _, sample := range samples {
		g.duration += uint64(sample.Dur)
		g.earliest = min(g.earliest, sample.PresentationTime())
		g.shortest = min(g.shortest, sample.Dur)
	}
	alone := avc.IsIDRSample(samples[0].Data)
	if strings.HasPrefix(s.header.codec, "av01") {
		alone, _ = av1.IsRAPSample(samples[0].Data, nil)
	}
	g.startsIDR = samples[0].IsSync() && alone
}

// seconds turns ticks into seconds.
func (s *stream) seconds(ticks uint64) float64 {
	return float64(ticks) / float64(max(1, s.header.timescale))
}

// total is how long the stream really lasts.
func (s *stream) total() float64 {
	var ticks uint64
	for _, g := range s.segments {
		ticks += g.duration
	}
	return s.seconds(ticks)
}

// rates measures the stream as RFC section 4.4.6.2 defines: the average over all, and
// the peak over any segments in a row lasting half to one and a half target durations.
func (s *stream) rates() (peak, average float64) {
	var bytes, lasting float64
	for i := range s.segments {
		bytes, lasting = bytes+float64(s.segments[i].bytes), lasting+s.segments[i].said
		var b, d float64
		for _, g := range s.segments[i:] {
			b, d = b+float64(g.bytes), d+g.said
			if d > 1.5*s.target {
				break
			}
			if d >= 0.5*s.target && d > 0 {
				peak = max(peak, 8*b/d)
			}
		}
	}
	if lasting > 0 {
		average = 8 * bytes / lasting
	}
	return max(peak, average), average
}

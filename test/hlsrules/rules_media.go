package hlsrules

import "math"

// mediaRules are true of the segments themselves.
var mediaRules = []Rule{
	{"header", "RFC 3.1.2; Apple 2.17", "an initialisation segment holds one track and no media, and segments that track alone", func(t *title, report reporter) {
		for _, s := range t.streams {
			if s.header.trex == nil {
				continue // not there: another rule's
			}
			if s.header.tracks != 1 || s.header.samples {
				report(s.header.path, "%d tracks, media %v", s.header.tracks, s.header.samples)
			}
			for _, g := range s.segments {
				if g.tracks > 1 {
					report(g.path, "%d tracks", g.tracks)
				}
			}
		}
	}},
	{"idr", "Apple 7.4; RFC 4.4.2.1", "every segment of picture starts with an IDR picture marked as one", func(t *title, report reporter) {
		for _, s := range t.video() {
			for _, g := range s.segments {
				if !g.startsIDR {
					report(g.path, "it does not")
				}
			}
		}
	}},
	{"decode-time", "Apple 7.1, 7.3", "a segment's decode time is the end of the segment before, from 0", func(t *title, report reporter) {
		for _, s := range t.streams {
			var next uint64
			for _, g := range s.segments {
				if g.decode != next {
					report(g.path, "it is %d, the segment before ends at %d", g.decode, next)
				}
				next = g.decode + g.duration
			}
		}
	}},
	{"presentation-time", "RFC 6.2.4", "what is shown first in a segment is shown when the segment starts", func(t *title, report reporter) {
		for _, s := range t.streams {
			for _, g := range s.segments {
				if g.earliest != int64(g.decode) {
					report(g.path, "it starts at %d, shows from %d", g.decode, g.earliest)
				}
			}
		}
	}},
	{"durations", "Apple 8.1", "the EXTINF of any segments in a row are within a frame of what they hold", func(t *title, report reporter) {
		for _, s := range t.streams {
			if len(s.segments) == 0 || s.header.timescale == 0 {
				continue
			}
			var said, held, least, most float64
			frame := math.Inf(1)
			for _, g := range s.segments {
				said, held = said+g.said, held+s.seconds(g.duration)
				least, most = min(least, said-held), max(most, said-held)
				frame = min(frame, s.seconds(uint64(g.shortest)))
			}
			if most-least > frame {
				report(s.path, "they drift by %.4f s, a frame lasts %.4f s", most-least, frame)
			}
		}
	}},
	{"too-long", "Apple 7.7", "no segment is over half a second longer than the target", func(t *title, report reporter) {
		for _, s := range t.streams {
			for _, g := range s.segments {
				if real := s.seconds(g.duration); real > s.target+0.5 {
					report(g.path, "it lasts %.3f s, the target is %v s", real, s.target)
				}
			}
		}
	}},
	{"alignment", "RFC 6.2.4; Apple 8.22", "segments of picture start at the same times in every variant, those of sound within a packet", func(t *title, report reporter) {
		video := t.video()
		if len(video) == 0 {
			return
		}
		first := video[0]
		for _, s := range t.streams {
			if s == first || s.header.timescale == 0 {
				continue
			}
			if len(s.segments) != len(first.segments) {
				report(s.path, "%d segments, elsewhere %d", len(s.segments), len(first.segments))
				continue
			}
			slack := 1e-6
			if s.header.kind == "audio" {
				slack += 1024 / float64(s.header.timescale)
			}
			for k, g := range s.segments {
				if off := math.Abs(s.seconds(g.decode) - first.seconds(first.segments[k].decode)); off > slack {
					report(g.path, "it starts %.4f s apart", off)
				}
			}
		}
	}},
	{"same-length", "Apple 8.3, 8.7", "all streams last equally long, to a packet of sound", func(t *title, report reporter) {
		for _, s := range t.streams {
			if s.header.timescale == 0 {
				continue
			}
			slack := 1e-6
			if s.header.kind == "audio" {
				slack += 1024 / float64(s.header.timescale)
			}
			if off := math.Abs(s.total() - t.streams[0].total()); off > slack {
				report(s.path, "it lasts %.4f s more or less", off)
			}
		}
	}},
}

// video are the streams of picture.
func (t *title) video() []*stream {
	var streams []*stream
	for _, s := range t.streams {
		if s.header.kind == "video" {
			streams = append(streams, s)
		}
	}
	return streams
}

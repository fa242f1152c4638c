package source

import (
	"cmp"
	"slices"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// A program that looks at some of a film, and seeks in it by itself, may be given a file with
// holes: as long as the film, so that everything lies where the tables say, and empty where
// nobody looks.

// Part is what of a film somebody looks at.
type Part int

// The parts of a film.
const (
	Keyframes Part = iota // of the picture
	Sounds                // every one of them
	Words                 // whatever is neither picture nor sound
)

// Range is a run of bytes in a film.
type Range struct{ From, Bytes int64 }

// Whoever opens a film decodes some of each track, to find out what headers do not say: five
// seconds, and five megabytes of all of them together.
const (
	openedSeconds = 6
	openedBytes   = 6 << 20 // of each
)

// maxAround bounds what is read of a film beside its samples: an index of a day fits.
const maxAround = 256 << 20

// Ranges returns where the bytes lie that are read by whoever looks at a part of the film, in
// order: the headers, how every track begins, and the part itself. The fault it returns says why
// that cannot be told; the film may be fine all the same.
func (x *Index) Ranges(part Part) ([]Range, error) {
	ranges, err := x.around()
	if err != nil {
		return nil, err
	}
	for i, t := range x.tracks {
		opened, scale, err := x.tableOf(i, openedSeconds)
		if err != nil {
			return nil, err
		}
		var bytes int64
		for k := range opened.size {
			if opened.dts[k] > openedSeconds*scale || bytes > openedBytes {
				break
			}
			bytes += int64(opened.size[k])
			ranges = append(ranges, opened.sample(k))
		}
		more, err := x.ofPart(part, i, t)
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, more...)
	}
	return joined(ranges), nil
}

// around returns all of a file but its media data.
func (x *Index) around() (ranges []Range, err error) {
	boxes, err := list(x.r, 0, x.size)
	if err != nil {
		return nil, err
	}
	var from, bytes int64
	for _, b := range boxes {
		end := b.end
		switch b.kind {
		case "mdat", "free", "skip", "wide":
			end = b.at // its header
		}
		ranges = append(ranges, Range{from, end - from})
		if bytes += end - from; bytes > maxAround {
			return nil, refuse(MoovTooLarge, "more than %d bytes beside the media data", maxAround)
		}
		from = b.end
	}
	return append(ranges, Range{from, x.size - from}), nil
}

// ofPart returns the samples of a track that belong to a part.
func (x *Index) ofPart(part Part, stream int, t track) (ranges []Range, err error) {
	switch {
	case part == Keyframes && stream == x.video.stream:
		return x.keyframeRanges()
	case part == Sounds && t.kind == "soun":
		return x.allOf(stream, t.stbl)
	case part == Words && t.kind != "soun" && t.kind != "vide":
		stbl, err := x.tablesOfOther(stream)
		if err != nil {
			return nil, err
		}
		return x.allOf(stream, stbl)
	}
	return nil, nil
}

// keyframeRanges fails where it is not plain which pictures are keyframes.
func (x *Index) keyframeRanges() (ranges []Range, err error) {
	v := &x.video
	if v.table.all { // then it is all of them
		return nil, fault.New(fault.Unsupported, op, "no_part", "")
	}
	for _, b := range v.stbl {
		if b.kind == "sbgp" { // a group of samples may be keyframes too
			return nil, fault.New(fault.Unsupported, op, "no_part", "")
		}
	}
	for _, k := range v.table.sync {
		ranges = append(ranges, v.table.sample(int(k)))
	}
	return ranges, nil
}

// allOf returns every sample of a track.
func (x *Index) allOf(stream int, stbl []box) (ranges []Range, err error) {
	var t table
	for _, s := range x.sounds {
		if s.stream == stream {
			t = s.table
		}
	}
	if t.len() == 0 {
		stsz, err := body(x.r, stbl, "stsz")
		if err != nil || len(stsz) < 12 || string(stsz[8:12]) == "\x00\x00\x00\x00" { // it has none
			return nil, err
		}
		budget := int64(maxSamples)
		if err := t.readSizes(x.r, stbl, &budget); err != nil {
			return nil, err
		}
		if err := t.readOffsets(x.r, stbl, x.size); err != nil {
			return nil, err
		}
	}
	for k := range t.size {
		ranges = append(ranges, t.sample(k))
	}
	return ranges, nil
}

// tablesOfOther finds the tables of a track that is neither picture nor sound.
func (x *Index) tablesOfOther(stream int) ([]box, error) {
	boxes, err := moov(x.r, x.size)
	if err != nil {
		return nil, err
	}
	for _, b := range boxes {
		if b.kind != "trak" {
			continue
		}
		if stream--; stream >= 0 {
			continue
		}
		trak, err := list(x.r, b.at, b.end)
		if err != nil {
			return nil, err
		}
		return descend(x.r, trak, "mdia", "minf", "stbl")
	}
	return nil, changed("a track of %d", len(x.tracks))
}

func (t *table) sample(k int) Range { return Range{t.offset[k], int64(t.size[k])} }

// joined puts ranges in order, and together where little lies between them.
func joined(ranges []Range) []Range {
	slices.SortFunc(ranges, func(a, b Range) int { return cmp.Compare(a.From, b.From) })
	var out []Range
	for _, r := range ranges {
		if r.Bytes <= 0 {
			continue
		}
		if n := len(out); n > 0 && r.From-(out[n-1].From+out[n-1].Bytes) <= maxGap {
			last := &out[n-1]
			last.Bytes = max(last.Bytes, r.From+r.Bytes-last.From)
			continue
		}
		out = append(out, r)
	}
	return out
}

package source

import (
	"bytes"
	"encoding/binary"
	"io"

	"github.com/Eyevinn/mp4ff/bits"
	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// movie is what the header says of all tracks together.
type movie struct {
	scale  uint32 // ticks a second, in edit lists
	turned bool
}

// track is what the headers say of one track; its table is read only when it is needed.
type track struct {
	stream        int
	kind          string // of its handler: "vide", "soun"
	enabled       bool
	scale         uint32
	turned        bool
	width, height float64 // as it is to be shown, 0 when not said
	edit          edit
	descriptions  uint32 // how many decoders it needs
	entry         entry
	pixels        *mp4.PaspBox // nil when nothing is said of them
	colours       *mp4.ColrBox // likewise
	stbl          []box
	table         table
}

// entry is a sample description: what a decoder is set up with.
type entry struct {
	kind  string
	boxes []box
}

// edit is what an edit list does to a track.
type edit struct {
	delay  uint64 // of the movie's ticks: what comes before the track
	from   int64  // of the track's ticks: where in the track it begins
	length uint64 // of the movie's ticks: how much of it is shown, 0 for all
	cut    bool   // it does more than that
}

// readLeaf reads a box that mp4ff can decode. It is nil when there is none.
func readLeaf[T mp4.Box](r io.ReaderAt, boxes []box, kind string) (leaf T, err error) {
	data, err := body(r, boxes, kind)
	if err != nil || data == nil {
		return leaf, err
	}
	raw := append(binary.BigEndian.AppendUint32(nil, uint32(len(data)+8)), kind...)
	decoded, err := mp4.DecodeBoxSR(0, bits.NewFixedSliceReader(append(raw, data...)))
	if err != nil {
		return leaf, refuse(DamagedTables, "%w", err)
	}
	leaf, ok := decoded.(T)
	if !ok {
		return leaf, refuse(DamagedTables, "%s is %T", kind, decoded)
	}
	return leaf, nil
}

func readMovie(r io.ReaderAt, moov []box) (movie, error) {
	mvhd, err := body(r, moov, "mvhd")
	if err != nil {
		return movie{}, err
	}
	scaleAt, matrixAt := 12, 36
	if len(mvhd) > 0 && mvhd[0] == 1 {
		scaleAt, matrixAt = 20, 48
	}
	if len(mvhd) < matrixAt+36 {
		return movie{}, refuse(DamagedTables, "mvhd of %d bytes", len(mvhd))
	}
	m := movie{scale: binary.BigEndian.Uint32(mvhd[scaleAt:])}
	if m.scale == 0 {
		return movie{}, refuse(DamagedTables, "a movie without a clock")
	}
	var matrix [9]int32
	if err := binary.Read(bytes.NewReader(mvhd[matrixAt:]), binary.BigEndian, &matrix); err != nil {
		return movie{}, err
	}
	m.turned = turns(matrix)
	return m, nil
}

// turns tells whether a matrix does more than move the picture.
func turns(matrix [9]int32) bool {
	upright := mp4.UnityMatrix()
	upright[6], upright[7] = matrix[6], matrix[7]
	return matrix != upright
}

func readTrack(r io.ReaderAt, b box) (t track, err error) {
	trak, err := list(r, b.at, b.end)
	if err != nil {
		return track{}, err
	}
	mdia, err := descend(r, trak, "mdia")
	if err != nil {
		return track{}, err
	}
	hdlr, err := body(r, mdia, "hdlr")
	if err != nil || len(hdlr) < 12 {
		return track{}, err // without a handler it is no track of ours
	}
	if t.kind = string(hdlr[8:12]); t.kind != "vide" && t.kind != "soun" {
		return t, nil
	}
	if err := t.readClock(r, trak, mdia); err != nil {
		return track{}, err
	}
	if t.stbl, err = descend(r, mdia, "minf", "stbl"); err != nil {
		return track{}, err
	}
	dref, err := descend(r, mdia, "minf", "dinf")
	if err != nil {
		return track{}, err
	}
	if err := selfContained(r, dref); err != nil {
		return track{}, err
	}
	return t, t.readEntry(r)
}

func (t *track) readClock(r io.ReaderAt, trak, mdia []box) error {
	tkhd, err := readLeaf[*mp4.TkhdBox](r, trak, "tkhd")
	if err != nil {
		return err
	}
	mdhd, err := readLeaf[*mp4.MdhdBox](r, mdia, "mdhd")
	if err != nil {
		return err
	}
	if tkhd == nil || mdhd == nil || mdhd.Timescale == 0 {
		return refuse(DamagedTables, "a track without a clock")
	}
	t.scale = mdhd.Timescale
	t.enabled = tkhd.Flags&1 != 0
	t.turned = turns(tkhd.Matrix)
	t.width, t.height = float64(tkhd.Width)/(1<<16), float64(tkhd.Height)/(1<<16)

	edts, err := descend(r, trak, "edts")
	if err != nil {
		return err
	}
	elst, err := readLeaf[*mp4.ElstBox](r, edts, "elst")
	if err != nil || elst == nil {
		return err
	}
	t.edit, err = readEdit(elst.Entries)
	return err
}

// readEdit understands what nearly every edit list says: wait, then show the track from
// here on. What is more than that is only noted.
func readEdit(entries []mp4.ElstEntry) (edit, error) {
	var e edit
	for ; len(entries) > 0 && entries[0].MediaTime == -1; entries = entries[1:] {
		if e.delay += entries[0].SegmentDuration; e.delay > 1<<40 {
			return edit{}, refuse(DamagedTables, "a track that begins after %d ticks", e.delay)
		}
	}
	if len(entries) == 0 {
		return e, nil
	}
	e.from, e.length = entries[0].MediaTime, entries[0].SegmentDuration
	e.cut = len(entries) > 1 || e.from < 0 || entries[0].MediaRateInteger != 1 || entries[0].MediaRateFraction != 0
	return e, nil
}

// selfContained refuses a track whose samples are in another file.
func selfContained(r io.ReaderAt, dinf []box) error {
	b, ok := find(dinf, "dref")
	if !ok || b.end-b.at < 8 {
		return nil
	}
	references, err := list(r, b.at+8, b.end)
	if err != nil {
		return err
	}
	for _, reference := range references {
		flags := make([]byte, 4)
		if reference.end-reference.at < 4 {
			continue
		}
		if err := readAt(r, flags, reference.at); err != nil {
			return err
		}
		if flags[3]&1 == 0 {
			return refuse(DamagedTables, "samples are in another file")
		}
	}
	return nil
}

// readEntry reads the first sample description.
func (t *track) readEntry(r io.ReaderAt) error {
	stsd, ok := find(t.stbl, "stsd")
	if !ok || stsd.end-stsd.at < 8 {
		return refuse(DamagedTables, "a track without a sample description")
	}
	raw := make([]byte, 8)
	if err := readAt(r, raw, stsd.at); err != nil {
		return err
	}
	t.descriptions = binary.BigEndian.Uint32(raw[4:])
	descriptions, err := list(r, stsd.at+8, stsd.end)
	if err != nil {
		return err
	}
	if len(descriptions) == 0 {
		return refuse(DamagedTables, "a track without a sample description")
	}
	first := descriptions[0]
	t.entry.kind = first.kind
	fixed := fixedFields[t.kind]
	if t.kind == "soun" && first.end-first.at >= fixed {
		version := make([]byte, 2)
		if err := readAt(r, version, first.at+8); err != nil {
			return err
		}
		// QuickTime has longer sound descriptions, by version.
		fixed += map[byte]int64{1: 16, 2: 36}[version[1]]
	}
	if first.end-first.at < fixed {
		return nil // raw sound may have none: it is not copied
	}
	t.entry.boxes, err = list(r, first.at+fixed, first.end)
	if t.kind == "soun" && fault.CodeOf(err) == DamagedTables {
		return nil // nothing a decoder could be set up with
	}
	return err
}

// fixedFields is how long the fields of a sample description are, before its boxes.
var fixedFields = map[string]int64{"vide": 78, "soun": 28}

// readLooks reads what a picture's description says besides how to decode it.
func (t *track) readLooks(r io.ReaderAt) (err error) {
	if t.pixels, err = readLeaf[*mp4.PaspBox](r, t.entry.boxes, "pasp"); err != nil {
		return err
	}
	t.colours, err = readLeaf[*mp4.ColrBox](r, t.entry.boxes, "colr")
	return err
}

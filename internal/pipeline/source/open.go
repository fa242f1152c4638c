package source

import (
	"io"
	"unsafe"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Index is what is known of a film from its sample tables. It never changes, so many may
// use it at once, as far as its reader lets them.
type Index struct {
	r       io.ReaderAt
	size    int64
	movie   movie
	tracks  []track // all of them, without tables
	video   track
	decoder decoder // of the picture
	unfit   error   // why there is none
	sounds  []sound // those that can be copied
}

// Open reads the index of an MP4 or QuickTime file of this size. The fault it returns has
// the reason as its code.
func Open(r io.ReaderAt, size int64) (*Index, error) {
	boxes, err := moov(r, size)
	if err != nil {
		return nil, err
	}
	x := &Index{r: r, size: size}
	if x.movie, err = readMovie(r, boxes); err != nil {
		return nil, err
	}
	for _, b := range boxes {
		if b.kind != "trak" {
			continue
		}
		t, err := readTrack(r, b)
		if err != nil {
			return nil, err
		}
		t.stream = len(x.tracks)
		x.tracks = append(x.tracks, t)
	}
	if x.video, err = picture(x.tracks); err != nil {
		return nil, err
	}
	budget := int64(maxSamples)
	if x.video.table, err = readTable(r, x.video.stbl, size, &budget); err != nil {
		return nil, err
	}
	if err := x.video.readLooks(r); err != nil {
		return nil, err
	}
	x.decoder, x.unfit = x.video.readDecoder(r)
	if fault.KindOf(x.unfit) != fault.Unsupported && x.unfit != nil {
		return nil, x.unfit
	}
	for _, t := range x.tracks {
		if t.kind != "soun" {
			continue
		}
		s, err := x.readSound(t, &budget)
		switch fault.CodeOf(err) {
		case "":
			x.sounds = append(x.sounds, s)
		case notCopied, DamagedTables, Fragmented, MoovTooLarge: // it is encoded, and the picture copied all the same
		default:
			return nil, err
		}
	}
	return x, nil
}

// picture returns the one track that is the film. One that is switched off is a picture of
// the chapters, or the like.
func picture(tracks []track) (track, error) {
	var on, off []track
	for _, t := range tracks {
		switch {
		case t.kind == "vide" && t.enabled:
			on = append(on, t)
		case t.kind == "vide":
			off = append(off, t)
		}
	}
	if len(on) == 0 {
		on = off
	}
	switch len(on) {
	case 0:
		return track{}, refuse(NoVideo, "%d tracks", len(tracks))
	case 1:
		return on[0], nil
	}
	return track{}, refuse(SeveralVideos, "%d of %d tracks", len(on), len(tracks))
}

// tableOf returns the samples of a stream, at least those of so many seconds, and its
// clock; none of one that is neither picture nor sound.
func (x *Index) tableOf(stream int, seconds int64) (t table, scale int64, err error) {
	if stream >= len(x.tracks) {
		return table{}, 0, changed("stream %d of %d", stream, len(x.tracks))
	}
	track := x.tracks[stream]
	scale = int64(track.scale)
	if stream == x.video.stream {
		return x.video.table, scale, nil
	}
	for _, s := range x.sounds {
		if s.stream == stream { // whose times are not kept, since they are so even
			t = s.table
			n := min(len(t.size), int(seconds*scale/PacketSamples)+beginningSamples)
			t.size, t.offset, t.dts = t.size[:n], t.offset[:n], make([]int64, n+1)
			for i := range t.dts {
				t.dts[i] = int64(i) * PacketSamples
			}
			return t, scale, nil
		}
	}
	if track.kind != "soun" {
		return table{}, 0, nil
	}
	budget := int64(maxSamples)
	t, err = readTable(x.r, track.stbl, x.size, &budget)
	return t, scale, err
}

// Size is how many bytes of memory an index holds, for whoever keeps several.
func (x *Index) Size() int64 {
	held := int64(unsafe.Sizeof(*x)) + x.video.table.memory()
	for _, s := range x.sounds {
		held += int64(unsafe.Sizeof(s)) + s.table.memory()
	}
	return held
}

// moov returns the boxes in a file's index.
func moov(r io.ReaderAt, size int64) ([]box, error) {
	at := int64(0)
	for range maxBoxes {
		if size-at < 8 {
			break
		}
		b, err := header(r, at, size)
		if fault.CodeOf(err) == DamagedTables {
			break // no MP4 at all, or cut off
		}
		if err != nil {
			return nil, err
		}
		if b.kind == "moov" {
			boxes, err := list(r, b.at, b.end)
			if _, ok := find(boxes, "mvex"); ok {
				return nil, refuse(Fragmented, "there is an mvex")
			}
			return boxes, err
		}
		at = b.end
	}
	return nil, refuse(NoMoov, "none in %d bytes", size)
}

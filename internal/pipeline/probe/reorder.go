package probe

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxTable bounds one sample table: a day at 60 frames a second takes a third of it.
const maxTable = 128 << 20

// maxSeekBack is how much further back than asked a seek may have to go. A film that
// needs more is remuxed into a container that is indexed by when frames are shown.
const maxSeekBack = 1.0

// seekBack measures how wrong an MP4 or MOV is about where its keyframes are. Its index
// says when they are decoded, and ffmpeg takes them to be shown a constant while later.
// Where the rate varies they are shown later than that, by up to this many seconds, and a
// seek must aim that much earlier not to land behind its target.
func seekBack(path string, stream int) (float64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return seekBackOf(f, info.Size(), stream)
}

func seekBackOf(f io.ReaderAt, size int64, stream int) (float64, error) {
	at, end, ok := findBox(f, 0, size, "moov")
	for n := 0; ok; n++ {
		var track, trackEnd int64
		if track, trackEnd, ok = findBox(f, at, end, "trak"); !ok {
			break
		}
		if n == stream {
			return trackSeekBack(f, track, trackEnd)
		}
		at = trackEnd
	}
	return 0, fmt.Errorf("no track %d", stream)
}

func trackSeekBack(f io.ReaderAt, at, end int64) (float64, error) {
	mdia, mdiaEnd, ok := findBox(f, at, end, "mdia")
	if !ok {
		return 0, errors.New("no mdia")
	}
	mdhd, err := readBox(f, mdia, mdiaEnd, "mdhd")
	if err != nil {
		return 0, err
	}
	at, end = mdia, mdiaEnd
	for _, kind := range []string{"minf", "stbl"} {
		if at, end, ok = findBox(f, at, end, kind); !ok {
			return 0, fmt.Errorf("no %s", kind)
		}
	}
	if _, _, ok := findBox(f, at, end, "ctts"); !ok {
		return 0, nil // every frame is shown when it is decoded
	}
	ctts, err := readBox(f, at, end, "ctts")
	if err != nil {
		return 0, err
	}
	keyframes := []byte(nil) // without a table every frame is one
	if _, _, ok := findBox(f, at, end, "stss"); ok {
		if keyframes, err = readBox(f, at, end, "stss"); err != nil {
			return 0, err
		}
	}
	scaleAt := 12
	if len(mdhd) > 0 && mdhd[0] == 1 {
		scaleAt = 20
	}
	if len(mdhd) < scaleAt+4 || binary.BigEndian.Uint32(mdhd[scaleAt:]) == 0 {
		return 0, errors.New("no timescale")
	}
	spread := delaySpread(entries(ctts, 8), entries(keyframes, 4))
	return float64(spread) / float64(binary.BigEndian.Uint32(mdhd[scaleAt:])), nil
}

// delaySpread returns how much longer than the first keyframe any other one waits between
// being decoded and being shown. delays are runs (count, delay); keyframes number samples
// from 1, in order.
func delaySpread(delays, keyframes []byte) int64 {
	var first, most int64
	seen := false
	sample := uint64(1)
	for ; len(delays) > 0; delays = delays[8:] {
		next := sample + uint64(binary.BigEndian.Uint32(delays))
		delay := int64(int32(binary.BigEndian.Uint32(delays[4:])))
		holdsKeyframe := keyframes == nil
		for len(keyframes) > 0 && uint64(binary.BigEndian.Uint32(keyframes)) < next {
			keyframes, holdsKeyframe = keyframes[4:], true
		}
		if holdsKeyframe && !seen {
			first, most, seen = delay, delay, true
		}
		if holdsKeyframe {
			most = max(most, delay)
		}
		sample = next
	}
	return most - first
}

// entries returns the rows of a table: after version, flags and count.
func entries(table []byte, row int) []byte {
	if len(table) < 8 {
		return nil
	}
	count := int64(binary.BigEndian.Uint32(table[4:]))
	return table[8 : 8+min(count, int64(len(table)-8)/int64(row))*int64(row)]
}

func readBox(f io.ReaderAt, from, to int64, kind string) ([]byte, error) {
	at, end, ok := findBox(f, from, to, kind)
	if !ok || end-at > maxTable {
		return nil, fmt.Errorf("no %s that can be read", kind)
	}
	body := make([]byte, end-at)
	_, err := f.ReadAt(body, at)
	return body, err
}

package source

import (
	"encoding/binary"
	"io"
	"math"
)

// table is where the samples of a track lie and when they are due, unpacked from the runs
// a file keeps them in, so that any of them is found at once.
type table struct {
	offset []int64
	size   []uint32
	dts    []int64 // one more than there are samples: when the last one ends
	cto    []int32 // nil when every sample is shown when it is decoded
	sync   []uint32
	all    bool // without a table of them, all are sync samples
}

func (t *table) len() int64 { return int64(len(t.offset)) }

// delay is how long after it is decoded a sample is shown.
func (t *table) delay(i int64) int64 {
	if t.cto == nil {
		return 0
	}
	return int64(t.cto[i])
}

// memory is how many bytes a table holds.
func (t *table) memory() int64 {
	return int64(8*cap(t.offset) + 4*cap(t.size) + 8*cap(t.dts) + 4*cap(t.cto) + 4*cap(t.sync))
}

// readTable unpacks a track's tables from the boxes of its stbl, taking the samples from a
// budget. They must agree with each other and lie in the file.
func readTable(r io.ReaderAt, stbl []box, fileSize int64, budget *int64) (table, error) {
	var t table
	if err := t.readSizes(r, stbl, budget); err != nil {
		return table{}, err
	}
	if err := t.readOffsets(r, stbl, fileSize); err != nil {
		return table{}, err
	}
	if err := t.readTimes(r, stbl); err != nil {
		return table{}, err
	}
	if err := t.readDelays(r, stbl); err != nil {
		return table{}, err
	}
	return t, t.readSync(r, stbl)
}

func (t *table) readSizes(r io.ReaderAt, stbl []box, budget *int64) error {
	data, err := body(r, stbl, "stsz")
	if err != nil {
		return err
	}
	if len(data) < 12 {
		return refuse(DamagedTables, "stsz of %d bytes", len(data))
	}
	uniform, count := binary.BigEndian.Uint32(data[4:]), int64(binary.BigEndian.Uint32(data[8:]))
	if count == 0 {
		return refuse(Fragmented, "no samples in the index")
	}
	if *budget -= count; *budget < 0 {
		return refuse(MoovTooLarge, "more than %d samples", maxSamples)
	}
	data = data[12:]
	if uniform == 0 && int64(len(data)) < 4*count {
		return refuse(DamagedTables, "stsz says %d samples and has %d bytes", count, len(data))
	}
	t.size = make([]uint32, count)
	for i := range t.size {
		t.size[i] = uniform
		if uniform == 0 {
			t.size[i] = binary.BigEndian.Uint32(data[4*i:])
		}
	}
	return nil
}

// readOffsets lays the samples out chunk by chunk. Rows of stsc say from which chunk on
// every chunk holds how many samples.
func (t *table) readOffsets(r io.ReaderAt, stbl []box, fileSize int64) error {
	width := 4
	chunks, err := rows(r, stbl, "stco", 4)
	if err == nil && chunks == nil {
		width = 8
		chunks, err = rows(r, stbl, "co64", 8)
	}
	if err != nil {
		return err
	}
	runs, err := rows(r, stbl, "stsc", 12)
	if err != nil {
		return err
	}
	count := len(chunks) / width
	t.offset = make([]int64, 0, len(t.size))
	for ; len(runs) > 0; runs = runs[12:] {
		from, each, entry := int(binary.BigEndian.Uint32(runs)), int(binary.BigEndian.Uint32(runs[4:])), binary.BigEndian.Uint32(runs[8:])
		to := count + 1
		if len(runs) > 12 {
			to = int(binary.BigEndian.Uint32(runs[12:]))
		}
		if from < 1 || to <= from || to > count+1 || len(t.offset) == 0 && from != 1 || entry != 1 {
			return refuse(DamagedTables, "stsc: chunks %d to %d of %d, description %d", from, to, count, entry)
		}
		for chunk := from - 1; chunk < to-1; chunk++ {
			at := int64(0)
			if width == 4 {
				at = int64(binary.BigEndian.Uint32(chunks[4*chunk:]))
			} else {
				at = int64(binary.BigEndian.Uint64(chunks[8*chunk:]))
			}
			if each > len(t.size)-len(t.offset) {
				return refuse(DamagedTables, "stsc: more than %d samples", len(t.size))
			}
			for range each {
				size := int64(t.size[len(t.offset)])
				if at < 0 || size > fileSize-at {
					return refuse(DamagedTables, "sample %d of %d bytes at %d, beyond the end of the file", len(t.offset), size, at)
				}
				t.offset = append(t.offset, at)
				at += size
			}
		}
	}
	if len(t.offset) != len(t.size) {
		return refuse(DamagedTables, "stsc places %d of %d samples", len(t.offset), len(t.size))
	}
	return nil
}

func (t *table) readTimes(r io.ReaderAt, stbl []box) error {
	runs, err := rows(r, stbl, "stts", 8)
	if err != nil {
		return err
	}
	t.dts = make([]int64, 1, len(t.size)+1)
	for ; len(runs) > 0; runs = runs[8:] {
		count, ticks := int64(binary.BigEndian.Uint32(runs)), int64(binary.BigEndian.Uint32(runs[4:]))
		if count > int64(cap(t.dts)-len(t.dts)) {
			return refuse(DamagedTables, "stts: more than %d samples", len(t.size))
		}
		for range count {
			t.dts = append(t.dts, t.dts[len(t.dts)-1]+ticks)
		}
	}
	if len(t.dts) != len(t.size)+1 {
		return refuse(DamagedTables, "stts times %d of %d samples", len(t.dts)-1, len(t.size))
	}
	return nil
}

// readDelays takes the delays as signed whatever the version says, as every player does.
func (t *table) readDelays(r io.ReaderAt, stbl []box) error {
	runs, err := rows(r, stbl, "ctts", 8)
	if err != nil || runs == nil {
		return err
	}
	t.cto = make([]int32, 0, len(t.size))
	for ; len(runs) > 0; runs = runs[8:] {
		count, delay := int64(binary.BigEndian.Uint32(runs)), int32(binary.BigEndian.Uint32(runs[4:]))
		if count > int64(cap(t.cto)-len(t.cto)) {
			return refuse(DamagedTables, "ctts: more than %d samples", len(t.size))
		}
		if delay > math.MaxInt32/4 || delay < math.MinInt32/4 {
			return refuse(DamagedTables, "a delay of %d ticks", delay)
		}
		for range count {
			t.cto = append(t.cto, delay)
		}
	}
	if len(t.cto) != len(t.size) {
		return refuse(DamagedTables, "ctts times %d of %d samples", len(t.cto), len(t.size))
	}
	return nil
}

func (t *table) readSync(r io.ReaderAt, stbl []box) error {
	numbers, err := rows(r, stbl, "stss", 4)
	if err != nil {
		return err
	}
	t.all = numbers == nil
	t.sync = make([]uint32, 0, len(numbers)/4)
	last := uint32(0)
	for ; len(numbers) > 0; numbers = numbers[4:] {
		n := binary.BigEndian.Uint32(numbers)
		if n <= last || int64(n) > int64(len(t.size)) {
			return refuse(DamagedTables, "stss: sample %d after %d, of %d", n, last, len(t.size))
		}
		t.sync, last = append(t.sync, n-1), n
	}
	return nil
}

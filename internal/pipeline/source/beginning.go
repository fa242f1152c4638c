package source

import (
	"context"
	"encoding/binary"
	"io"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// The bounds of a film's beginning. A film that does not fit has none.
const (
	beginningSeconds = 3
	beginningSamples = 32       // of each track that has as many
	maxBeginning     = 48 << 20 // bytes of samples
	maxHeaders       = 16 << 20 // bytes of all that is no table: a poster may be in it
)

// Beginning writes a short film: the first seconds of every track, with all that the file
// says of them, and without the tables of what follows. Readers unpack all tables before
// anything else; of a short film that is quick, however long the whole one is. Where this
// fails, the film may be fine all the same.
func (x *Index) Beginning(ctx context.Context, w io.Writer) error {
	boxes, err := list(x.r, 0, x.size)
	if err != nil {
		return err
	}
	index, ok := find(boxes, "moov")
	if !ok {
		return changed("no moov in %d bytes", x.size)
	}
	for _, t := range x.tracks {
		if t.edit.cut || t.edit.from > int64(t.scale) {
			return refuse(EditList, "what is shown first lies further in")
		}
	}
	e := excerpt{x: x}
	var head []byte
	if ftyp, ok := find(boxes, "ftyp"); ok { // QuickTime may have none
		if head, err = e.verbatim(ftyp); err != nil {
			return err
		}
	}
	e.at = int64(len(head)) + 16
	moov, err := e.movie(index)
	if err != nil {
		return err
	}
	head = append(binary.BigEndian.AppendUint32(head, 1), "mdat"...)
	head = binary.BigEndian.AppendUint64(head, uint64(16+e.bytes))
	if _, err := w.Write(head); err != nil {
		return fault.Wrap(op, err)
	}
	for _, run := range e.runs {
		if err := ctx.Err(); err != nil {
			return fault.Wrap(op, err)
		}
		n, err := io.Copy(w, io.NewSectionReader(x.r, run.from, run.bytes))
		if err != nil {
			return fault.Wrap(op, err)
		}
		if n < run.bytes {
			return changed("%d bytes at %d, wanted %d", n, run.from, run.bytes)
		}
	}
	_, err = w.Write(moov)
	return fault.Wrap(op, err)
}

// excerpt is a beginning that is being put together.
type excerpt struct {
	x     *Index
	at    int64 // where in the new file the next sample lies
	bytes int64 // of all samples
	runs  []stretch
	other int64 // bytes of all that is no table
}

// stretch is samples that lie side by side in the source.
type stretch struct{ from, bytes int64 }

// movie returns the index, with the tables of all tracks cut.
func (e *excerpt) movie(moov box) ([]byte, error) {
	stream := 0
	return e.rewritten(moov, func(child box) ([]byte, error) {
		if child.kind != "trak" {
			return e.verbatim(child)
		}
		stream++
		return e.within(child, stream-1)
	})
}

// within returns a box on the way from a track to its tables.
func (e *excerpt) within(from box, stream int) ([]byte, error) {
	return e.rewritten(from, func(child box) ([]byte, error) {
		switch child.kind {
		case "mdia", "minf":
			return e.within(child, stream)
		case "stbl":
			return e.tables(child, stream)
		}
		return e.verbatim(child)
	})
}

// rewritten returns a box of others, each as it is given.
func (e *excerpt) rewritten(from box, give func(box) ([]byte, error)) ([]byte, error) {
	children, err := list(e.x.r, from.at, from.end)
	if err != nil {
		return nil, err
	}
	var body []byte
	for _, child := range children {
		part, err := give(child)
		if err != nil {
			return nil, err
		}
		body = append(body, part...)
	}
	return appendBox(nil, from.kind, body), nil
}

// tables returns a track's stbl with the rows of its first samples, which lie side by side
// from now on. Tables that say nothing of how to decode are left out.
func (e *excerpt) tables(from box, stream int) ([]byte, error) {
	stbl, err := list(e.x.r, from.at, from.end)
	if err != nil {
		return nil, err
	}
	var out []byte
	if stsd, ok := find(stbl, "stsd"); ok {
		if out, err = e.verbatim(stsd); err != nil {
			return nil, err
		}
	}
	t, scale, err := e.x.tableOf(stream, beginningSeconds)
	if err != nil {
		return nil, err
	}
	count, at := 0, e.at
	for count < len(t.size) && (count < beginningSamples || t.dts[count] < beginningSeconds*scale) {
		from, size := t.offset[count], int64(t.size[count])
		if e.bytes += size; e.bytes > maxBeginning {
			return nil, refuse(MoovTooLarge, "more than %d bytes in the first seconds", maxBeginning)
		}
		if n := len(e.runs); n > 0 && e.runs[n-1].from+e.runs[n-1].bytes == from {
			e.runs[n-1].bytes += size
		} else {
			e.runs = append(e.runs, stretch{from, size})
		}
		e.at += size
		count++
	}
	return appendBox(nil, "stbl", appendTables(out, t, count, at)), nil
}

// appendTables writes the tables of a track's first samples, all in one chunk.
func appendTables(out []byte, t table, count int, at int64) []byte {
	row := binary.BigEndian.AppendUint32
	full := func(kind string, values ...uint32) {
		body := make([]byte, 4, 4+4*len(values)) // version and flags
		for _, v := range values {
			body = row(body, v)
		}
		out = appendBox(out, kind, body)
	}
	if count == 0 {
		full("stts", 0)
		full("stsc", 0)
		full("stsz", 0, 0)
		full("stco", 0)
		return out
	}
	times, delays := []uint32{uint32(count)}, []uint32{uint32(count)}
	sizes, syncs := []uint32{0, uint32(count)}, []uint32{0}
	for i := range count {
		times = append(times, 1, uint32(t.dts[i+1]-t.dts[i]))
		delays = append(delays, 1, uint32(int32(t.delay(int64(i)))))
		sizes = append(sizes, t.size[i])
	}
	for _, i := range t.sync {
		if int(i) < count {
			syncs = append(syncs, i+1)
		}
	}
	syncs[0] = uint32(len(syncs) - 1)
	full("stts", times...)
	if t.cto != nil {
		full("ctts", delays...)
	}
	if !t.all {
		full("stss", syncs...)
	}
	full("stsc", 1, 1, uint32(count), 1)
	full("stsz", sizes...)
	full("co64", 1, uint32(uint64(at)>>32), uint32(at))
	return out
}

// verbatim returns a box as it is.
func (e *excerpt) verbatim(from box) ([]byte, error) {
	n := from.end - from.at
	if e.other += n; e.other > maxHeaders {
		return nil, refuse(MoovTooLarge, "more than %d bytes beside its tables", maxHeaders)
	}
	data := make([]byte, n)
	if err := readAt(e.x.r, data, from.at); err != nil {
		return nil, err
	}
	return appendBox(nil, from.kind, data), nil
}

func appendBox(out []byte, kind string, body []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(8+len(body)))
	return append(append(out, kind...), body...)
}

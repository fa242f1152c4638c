package pipeline

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// The bounds of the sources whose sample tables are remembered: those of a two-hour film
// take tens of milliseconds to read, and some ten megabytes to keep.
const (
	rememberedIndexes = 256 << 20 // bytes
	rememberedFor     = 10 * time.Minute
)

// copies cuts segments of films that are played as they are.
type copies struct {
	blobs   blob.Store
	indexes *otter.Cache[string, tables]
}

func newCopies(blobs blob.Store) *copies {
	return &copies{blobs: blobs, indexes: otter.Must(&otter.Options[string, tables]{
		MaximumWeight:    rememberedIndexes,
		Weigher:          func(_ string, x tables) uint32 { return uint32(min(x.Size(), rememberedIndexes)) },
		ExpiryCalculator: otter.ExpiryAccessing[string, tables](rememberedFor),
	})}
}

// tables are a source's sample tables, and where they were read.
type tables struct {
	*source.Index
	object *objectReader
}

// index returns the sample tables of a stored source. The first to ask reads them for all.
func (c *copies) index(ctx context.Context, key string) (*source.Index, error) {
	t, err := c.tables(ctx, key)
	return t.Index, err
}

func (c *copies) tables(ctx context.Context, key string) (tables, error) {
	return c.indexes.Get(ctx, key, otter.LoaderFunc[string, tables](func(ctx context.Context, key string) (tables, error) {
		ctx = context.WithoutCancel(ctx)
		info, err := c.blobs.Stat(ctx, key)
		if err != nil {
			return tables{}, err
		}
		object := &objectReader{blobs: c.blobs, info: info}
		defer object.hold()()
		index, err := source.Open(object, info.Size)
		return tables{index, object}, err
	}))
}

// reader reads a stored source by range.
func (c *copies) reader(ctx context.Context, key string) (io.ReaderAt, error) {
	t, err := c.tables(ctx, key)
	return t.object, err
}

// rung returns how a source is played as it is. The fault says why it is not.
func (c *copies) rung(ctx context.Context, key string) (*source.Rung, error) {
	t, err := c.tables(ctx, key)
	if err != nil {
		return nil, err
	}
	defer t.object.hold()()
	rung, err := t.Rung()
	if err != nil {
		return nil, err
	}
	return &rung, nil
}

// objectReader reads an object by range, opening it at each read, since an index outlives
// any file that could be held open for it, except while it is held.
type objectReader struct {
	blobs blob.Store
	info  blob.Info

	mu   sync.RWMutex
	held blob.Object
}

// hold keeps the object open for the many reads that are about to come.
func (r *objectReader) hold() (release func()) {
	object, err := r.open()
	if err != nil {
		return func() {} // whoever reads it is told
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held.ReadSeekCloser != nil {
		object.Close()
		return func() {}
	}
	r.held = object
	if object.Path == "" { // it holds nothing but what was read: it is as good the next time
		return func() {}
	}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		object.Close()
		r.held = blob.Object{}
	}
}

func (r *objectReader) open() (blob.Object, error) {
	object, err := r.blobs.Open(context.Background(), r.info.Key)
	if err != nil {
		return object, err
	}
	if object.Size != r.info.Size || !object.ModTime.Equal(r.info.ModTime) {
		object.Close()
		return object, io.EOF // it is another file now: as good as ended
	}
	return object, nil
}

func (r *objectReader) ReadAt(p []byte, off int64) (int, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if at, ok := r.held.ReadSeekCloser.(io.ReaderAt); ok {
		return at.ReadAt(p, off)
	}
	object, err := r.open()
	if err != nil {
		return 0, err
	}
	defer object.Close()
	if at, ok := object.ReadSeekCloser.(io.ReaderAt); ok {
		return at.ReadAt(p, off)
	}
	if _, err := object.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(object, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

// sourceIndex returns a source's tables; nil when they cannot be read, which is no fault of
// the film's.
func (p *Pipeline) sourceIndex(ctx context.Context, src Source) *source.Index {
	index, err := p.copies.index(ctx, src.EncodeKey)
	if err != nil {
		p.noCopy(ctx, src, err)
		return nil
	}
	return index
}

// sourceRung returns how a source is played as it is; nil when it must be encoded, which
// is no fault of the film's.
func (p *Pipeline) sourceRung(ctx context.Context, src Source) *source.Rung {
	rung, err := p.copies.rung(ctx, src.EncodeKey)
	if err != nil {
		p.noCopy(ctx, src, err)
	}
	return rung
}

func (p *Pipeline) noCopy(ctx context.Context, src Source, why error) {
	p.Logger.InfoContext(ctx, "the source is encoded, not played as it is", "video", src.VideoID, "reason", fault.CodeOf(why), "error", why)
}

// playsAsItIs fails unless the film in this file can be.
func playsAsItIs(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	index, err := source.Open(file, info.Size())
	if err == nil {
		_, err = index.Rung()
	}
	return err
}

// offerCopies stores the initialisation segments of what is played as it is, and adds
// what is known of it.
func (p *Pipeline) offerCopies(ctx context.Context, planned *Planned, index *source.Index, rung *source.Rung) error {
	for _, r := range planned.Plan.Renditions {
		if !r.Copy {
			continue
		}
		init, codecs, err := []byte(nil), rung.Codecs, error(nil)
		if r.Kind == plan.Video {
			init, err = index.VideoInit()
		} else {
			i := slices.IndexFunc(rung.Sounds, func(s source.Sound) bool { return s.Stream == r.Stream })
			codecs = rung.Sounds[i].Codecs
			init, err = index.SoundInit(r.Stream)
		}
		if err != nil {
			return err
		}
		sizes, err := copiedSizes(planned.Plan, r, index, rung)
		if err != nil {
			return err
		}
		var measured Measured
		measured.Peak, measured.Average = planned.Plan.Measure(r, sizes)
		if err := p.putText(ctx, plan.InitKey(planned.Source.VideoID, r.ID), init); err != nil {
			return err
		}
		planned.Codecs[r.ID], planned.Whole[r.ID] = codecs, measured
	}
	return nil
}

// copiedSizes are the bytes of each segment of a copied rendition, which is known before
// any is cut. Of sound, what outlives the picture is in none.
func copiedSizes(planned plan.Plan, r plan.Rendition, index *source.Index, rung *source.Rung) ([]int64, error) {
	sizes := make([]int64, len(planned.Grid.Segments))
	if r.Kind == plan.Video {
		for k, s := range rung.Segments {
			sizes[min(k, len(sizes)-1)] += s.Bytes // the plan may have joined a short rest to the last
		}
		return sizes, nil
	}
	for k := range sizes {
		var err error
		first, count := planned.AudioSegment(r, k)
		if sizes[k], err = index.SoundBytes(r.Stream, first, count); err != nil {
			return nil, err
		}
	}
	return sizes, nil
}

// aboutToBegin is how long whoever waited for a film is given to get its beginning, before other
// work goes on.
const aboutToBegin = 300 * time.Millisecond

// cutBeginning stores the first segments of what is played as it is, which whoever waits for
// the film asks for next: before anything else takes the cores, since it takes no time. Where
// it cannot, they find that out.
func (p *Pipeline) cutBeginning(ctx context.Context, videoID string, planned plan.Plan) {
	first := map[plan.Kind]string{} // of picture and sound, one is played
	for _, r := range planned.Renditions {
		if _, found := first[r.Kind]; r.Copy && !found {
			first[r.Kind] = r.ID
		}
	}
	if len(first) == 0 {
		return
	}
	defer time.AfterFunc(aboutToBegin, p.waitedFor(videoID))
	var cuts sync.WaitGroup
	for _, id := range first {
		cuts.Go(func() { _, _ = p.Make(ctx, videoID, id, 0) })
	}
	cuts.Wait()
}

// copySegment cuts one segment of a copied rendition out of the source, and stores it. Where
// there is no room for it, it is played all the same: then it is returned.
func (p *Pipeline) copySegment(ctx context.Context, videoID string, planned plan.Plan, r plan.Rendition, k int) (unstored []byte, err error) {
	const op = "pipeline.copy"
	src, err := p.Store.Source(ctx, videoID)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	index, err := p.copies.index(ctx, src.EncodeKey)
	if err == nil {
		var body bytes.Buffer
		if r.Kind == plan.Video {
			err = index.Video(ctx, &body, planned.Grid.Segments[k].Source(), k)
		} else {
			first, count := planned.AudioSegment(r, k)
			err = index.Sound(ctx, &body, r.Stream, first, count, k)
		}
		if err == nil {
			err = p.put(ctx, plan.Key(videoID, r.ID, k), bytes.NewReader(body.Bytes()), int64(body.Len()))
			if fault.Is(err, fault.NoSpace) {
				return body.Bytes(), nil
			}
			p.clearIfGone(context.WithoutCancel(ctx), videoID)
			return nil, fault.Wrap(op, err)
		}
	}
	if err = p.lost(ctx, videoID, r, err); ofSource(err) {
		p.dropCopies(context.WithoutCancel(ctx), videoID, planned, err)
	}
	return nil, fault.Wrap(op, err)
}

// lost tells a source that is not there from a storage that is not: what was stored with it
// would not be found either.
func (p *Pipeline) lost(ctx context.Context, videoID string, r plan.Rendition, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	if there, _ := p.isStored(ctx, plan.InitKey(videoID, r.ID)); !there {
		return err
	}
	return errSourceMissing
}

// ofSource reports whether the source is not what it was.
func ofSource(err error) bool {
	code := fault.CodeOf(err)
	return code == source.SourceChanged || code == errSourceMissing.Code
}

// dropCopies takes back what was offered of a source that is not the file it was. What is
// encoded of it remains; with nothing left to see, the film has failed.
func (p *Pipeline) dropCopies(ctx context.Context, videoID string, planned plan.Plan, cause error) {
	p.Logger.ErrorContext(ctx, "the source has changed: it is no longer played as it is", "video", videoID, "error", cause)
	reason := errSourceChanged
	if fault.CodeOf(cause) == errSourceMissing.Code {
		reason = errSourceMissing
	}
	if err := p.Store.Mark(ctx, videoID, catalog.Mark{Code: reason.Code, Detail: reason.Public}); err != nil {
		p.Logger.WarnContext(ctx, "could not record that the source has changed", "video", videoID, "error", err)
	}
	var ids []string
	left := false
	for _, r := range planned.Renditions {
		if r.Copy {
			ids = append(ids, r.ID)
		}
		left = left || !r.Copy && r.Kind == plan.Video
	}
	if !left {
		_ = p.failed(ctx, videoID, reason)
		p.Changed(ctx, videoID)
		return
	}
	all, err := p.Store.Drop(ctx, videoID, ids)
	if err == nil && all {
		err = p.publish(ctx, videoID, planned)
	}
	if err != nil {
		p.Logger.ErrorContext(ctx, "could not take back what is played as it is", "video", videoID, "error", err)
	}
	p.Changed(ctx, videoID)
}

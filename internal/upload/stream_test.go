package upload_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/iotest"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/upload"
)

func TestAStreamBecomesASource(t *testing.T) {
	b := start(t, func(o *upload.Options) { o.MaxSize = 8 * mib })
	data := film(3*mib + 17)
	video, err := b.Stream(t.Context(), ana, upload.File{Name: "O.Farol.2023.mkv", Size: -1}, iotest.HalfReader(bytes.NewReader(data)))
	must(t, err)
	if !bytes.Equal(b.stored(t, video), data) {
		t.Fatal("the stored file differs")
	}
	v, err := b.db.Catalog().Video(t.Context(), video)
	must(t, err)
	if v.Status != catalog.Processing || v.Title != "O Farol" || v.SourceBytes != int64(len(data)) {
		t.Fatalf("video %+v", v)
	}
	s, err := b.db.Uploads().Source(t.Context(), video)
	must(t, err)
	if s.Size != int64(len(data)) || s.PartSize != mib || len(s.PartDigests) != 4 ||
		s.PartDigests[0] != digest(data[:mib]) || s.PartDigests[3] != digest(data[3*mib:]) {
		t.Fatalf("source %+v", s)
	}
	must(t, b.Digest(t.Context(), upload.DigestArgs{VideoID: video}))
}

func TestAStreamOfExactlyWholePartsHasNoEmptyOne(t *testing.T) {
	b := start(t, func(o *upload.Options) { o.MaxSize = 8 * mib })
	data := film(2 * mib)
	video, err := b.Stream(t.Context(), ana, upload.File{Name: "film.mp4", Size: -1}, bytes.NewReader(data))
	must(t, err)
	s, err := b.db.Uploads().Source(t.Context(), video)
	must(t, err)
	if len(s.PartDigests) != 2 {
		t.Fatalf("source %+v", s)
	}
	must(t, b.Digest(t.Context(), upload.DigestArgs{VideoID: video}))
}

func TestAStreamThatFailsLeavesNothing(t *testing.T) {
	data := film(3 * mib)
	reset := errors.New("connection reset")
	for name, c := range map[string]struct {
		change func(*upload.Options)
		body   func(b *bench, cancel func()) io.Reader
		kind   fault.Kind
		code   string
	}{
		"too large": {
			func(o *upload.Options) { o.MaxSize = 3*mib - 1 },
			func(*bench, func()) io.Reader { return bytes.NewReader(data) }, fault.TooLarge, "too_large",
		},
		"broken": {
			func(*upload.Options) {},
			func(*bench, func()) io.Reader { return io.MultiReader(bytes.NewReader(data), iotest.ErrReader(reset)) },
			fault.Internal, "internal",
		},
		"the request ended": {
			func(*upload.Options) {},
			func(_ *bench, cancel func()) io.Reader {
				return io.MultiReader(bytes.NewReader(data), call(cancel), bytes.NewReader(data))
			}, fault.Cancelled, "cancelled",
		},
		"the disk filled up": {
			func(o *upload.Options) {
				free := int64(1 << 40)
				o.Blobs = small{o.Blobs.(*blob.Files), func() int64 { free /= 1 << 20; return free }}
			},
			func(*bench, func()) io.Reader { return io.MultiReader(bytes.NewReader(data), &endless{}) }, fault.NoSpace, "no_space",
		},
		"cancelled by its owner": {
			func(*upload.Options) {},
			func(b *bench, _ func()) io.Reader {
				return io.MultiReader(bytes.NewReader(data), call(func() {
					b.clock = b.clock.Add(2 * time.Minute) // time to renew
					videos, err := b.db.Catalog().Videos(context.Background(), catalog.Rating{}, nil, 1)
					if err == nil {
						err = b.db.Catalog().Delete(context.Background(), videos[0].ID)
					}
					if err != nil {
						panic(err)
					}
				}), bytes.NewReader(data))
			}, fault.Conflict, "cancelled",
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := start(t, c.change)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			_, err := b.Stream(ctx, ana, upload.File{Name: "film.mp4", Size: -1}, c.body(b, cancel))
			wantCode(t, err, c.kind, c.code)
			b.empty(t)
		})
	}
}

func TestAStreamThatGoesOnForLongStaysAlive(t *testing.T) {
	b := start(t)
	data := film(mib)
	sweep := func() {
		b.clock = b.clock.Add(9 * time.Minute)
		if err := b.Sweep(context.Background(), upload.SweepArgs{}); err != nil {
			panic(err)
		}
	}
	body := io.MultiReader(bytes.NewReader(data), call(sweep), bytes.NewReader(data), call(sweep), bytes.NewReader(data))
	video, err := b.Stream(t.Context(), ana, upload.File{Name: "film.mp4", Size: -1}, body)
	must(t, err)
	if got := b.stored(t, video); len(got) != 3*mib {
		t.Fatalf("%d bytes stored", len(got))
	}
}

func TestAStreamWhoseProcessDiedIsRemovedSoon(t *testing.T) {
	b := start(t)
	r, w := io.Pipe()
	done := make(chan error)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		_, err := b.Stream(ctx, ana, upload.File{Name: "film.mp4", Size: -1}, r)
		done <- err
	}()
	_, err := w.Write(film(mib))
	must(t, err)

	// Another process, which knows of the stream only what the database says.
	other := upload.NewService(b.options)
	clock := b.clock.Add(11 * time.Minute)
	other.SetClock(func() time.Time { return clock })
	must(t, other.Sweep(t.Context(), upload.SweepArgs{}))
	if videos, err := b.db.Catalog().Videos(t.Context(), catalog.Rating{}, nil, 1); err != nil || len(videos) != 0 {
		t.Fatalf("%+v, error %v", videos, err)
	}
	// Should it live after all, it finds out and cleans up.
	w.Close()
	wantCode(t, <-done, fault.NotFound, "not_found")
	b.empty(t)
}

func TestAStreamIsNotOfferedForResumption(t *testing.T) {
	b := start(t)
	body := io.MultiReader(bytes.NewReader(film(mib)), call(func() {
		open, err := b.Resumable(context.Background(), ana)
		if err != nil || len(open) != 0 {
			t.Errorf("%+v, error %v", open, err)
		}
	}))
	_, err := b.Stream(t.Context(), ana, upload.File{Name: "film.mp4", Size: -1}, body)
	must(t, err)
}

// call is an empty reader that calls when it is read.
type call func()

func (c call) Read([]byte) (int, error) {
	c()
	return 0, io.EOF
}

// endless yields zeros.
type endless struct{}

func (*endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

package upload_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/catalog/metadata"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
	"github.com/kkmovies/kkmovies/internal/upload"
)

const mib = 1 << 20

var ana = account.Principal{UserID: "ana", ProfileID: "p", SessionID: "s", Role: account.Editor}

// bench is a service on a real database and a real folder, which outlive a restart.
type bench struct {
	*upload.Service
	dir     string
	db      *sqlstore.DB
	blobs   *blob.Files
	options upload.Options
	clock   time.Time

	mu      sync.Mutex
	changed []string
	deleted []string
}

func start(t *testing.T, change ...func(*upload.Options)) *bench {
	t.Helper()
	b := &bench{dir: t.TempDir(), clock: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	b.open(t, change...)
	t.Cleanup(func() { b.close(t) })
	return b
}

func (b *bench) open(t *testing.T, change ...func(*upload.Options)) {
	t.Helper()
	var err error
	b.db, err = sqlstore.Open(context.Background(), sqlstore.Options{
		URL: filepath.Join(b.dir, "kkmovies.db"), Logger: slog.New(slog.DiscardHandler),
	})
	must(t, err)
	b.blobs, err = blob.OpenFiles(filepath.Join(b.dir, "media"))
	must(t, err)
	b.options = upload.Options{
		Store: b.db.Uploads(), Blobs: b.blobs, SigningKey: []byte("key"), Logger: slog.New(slog.DiscardHandler),
		Next:    func(s upload.Source) jobs.Args { return probe{s.VideoID} },
		TitleOf: func(name string) string { return metadata.Guess(name).Title },
		Changed: func(_ context.Context, id string) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.changed = append(b.changed, id)
		},
		Deleted: func(_ context.Context, id string) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.deleted = append(b.deleted, id)
		},
	}
	for _, c := range change {
		c(&b.options)
	}
	b.Service = upload.NewService(b.options)
	b.SetLeastPart(mib)
	b.SetClock(func() time.Time { return b.clock })
}

func (b *bench) close(t *testing.T) {
	t.Helper()
	b.db.Close()
	must(t, b.blobs.Close())
}

type probe struct {
	VideoID string `json:"videoId"`
}

func (probe) Kind() string { return "test.probe" }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if !fault.Is(err, kind) || fault.CodeOf(err) != code {
		t.Fatalf("error %v, want %v %s", err, kind, code)
	}
}

// film returns bytes that begin as an MP4 does.
func film(size int) []byte {
	data := make([]byte, size)
	for i := 0; i+8 <= size; i += 8 {
		word := rand.Uint64()
		for j := range 8 {
			data[i+j] = byte(word >> (8 * j))
		}
	}
	copy(data, "\x00\x00\x00\x20ftypisom")
	return data
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func (b *bench) create(t *testing.T, data []byte) upload.Progress {
	t.Helper()
	p, err := b.Create(t.Context(), ana, upload.File{Name: "film.mp4", Size: int64(len(data))})
	must(t, err)
	return p
}

func slice(data []byte, p blob.Part) []byte { return data[p.Offset : p.Offset+p.Size] }

func (b *bench) send(t *testing.T, u upload.Progress, number int, body io.Reader, want string) (string, error) {
	t.Helper()
	return b.ReceivePart(t.Context(), upload.Delivery{UploadID: u.ID, Number: number, Size: -1, Digest: want, Body: body})
}

func (b *bench) sendAll(t *testing.T, u upload.Progress, data []byte) {
	t.Helper()
	for _, p := range u.Parts() {
		_, err := b.send(t, u, p.Number, bytes.NewReader(slice(data, p)), "")
		must(t, err)
	}
}

func (b *bench) stored(t *testing.T, videoID string) []byte {
	t.Helper()
	o, err := b.blobs.Open(t.Context(), upload.SourceKey(videoID))
	must(t, err)
	defer o.Close()
	data, err := io.ReadAll(o)
	must(t, err)
	return data
}

// empty checks that neither bytes nor rows are left of anything.
func (b *bench) empty(t *testing.T) {
	t.Helper()
	videos, err := b.db.Catalog().Videos(t.Context(), catalog.Rating{}, nil, 10)
	must(t, err)
	if len(videos) != 0 {
		t.Errorf("videos left: %+v", videos)
	}
	err = filepath.WalkDir(filepath.Join(b.dir, "media"), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("a file left: %s", path)
		}
		return err
	})
	must(t, err)
}

func TestPartsInAnyOrderBecomeASource(t *testing.T) {
	b := start(t)
	data := film(3*mib + 123)
	u := b.create(t, data)
	if len(u.Parts()) != 4 || u.Status != upload.Open {
		t.Fatalf("created as %+v", u)
	}
	for _, p := range slices.Backward(u.Parts()) {
		got, err := b.send(t, u, p.Number, bytes.NewReader(slice(data, p)), digest(slice(data, p)))
		if err != nil || got != digest(slice(data, p)) {
			t.Fatalf("part %d: %s, error %v", p.Number, got, err)
		}
	}
	for range 2 { // completing twice is no error
		video, err := b.Complete(t.Context(), ana, u.ID)
		if err != nil || video != u.VideoID {
			t.Fatalf("video %s, error %v", video, err)
		}
	}
	if !bytes.Equal(b.stored(t, u.VideoID), data) {
		t.Fatal("the stored file differs")
	}
	s, err := b.db.Uploads().Source(t.Context(), u.VideoID)
	must(t, err)
	if s.Size != int64(len(data)) || s.BlobKey != "originals/"+u.VideoID+"/source" || len(s.PartDigests) != 4 || s.PartDigests[3] != digest(data[3*mib:]) {
		t.Fatalf("source %+v", s)
	}
	v, err := b.db.Catalog().Video(t.Context(), u.VideoID)
	must(t, err)
	if v.Status != catalog.Processing || v.Title != "film" {
		t.Fatalf("video %+v", v)
	}
	_, err = b.send(t, u, 1, bytes.NewReader(data[:mib]), "")
	wantCode(t, err, fault.Conflict, "complete")
}

func TestAnUploadGoesOnAfterARestart(t *testing.T) {
	b := start(t)
	data := film(3 * mib)
	u := b.create(t, data)
	_, err := b.send(t, u, 2, bytes.NewReader(data[mib:2*mib]), "")
	must(t, err)
	_, err = b.send(t, u, 1, io.MultiReader(bytes.NewReader(data[:mib/2]), iotest.ErrReader(errors.New("killed"))), "")
	if err == nil {
		t.Fatal("half a part was accepted")
	}

	b.close(t)
	b.open(t)
	open, err := b.Resumable(t.Context(), ana)
	must(t, err)
	if len(open) != 1 || open[0].ID != u.ID || len(open[0].Received) != 1 || open[0].Received[0].Number != 2 {
		t.Fatalf("after the restart: %+v", open)
	}
	for _, number := range []int{1, 3} {
		_, err := b.send(t, u, number, bytes.NewReader(data[(number-1)*mib:number*mib]), "")
		must(t, err)
	}
	_, err = b.Complete(t.Context(), ana, u.ID)
	must(t, err)
	if !bytes.Equal(b.stored(t, u.VideoID), data) {
		t.Fatal("the stored file differs")
	}
}

func TestCompletingGoesOnWhenItsProcessDiedInTheMiddle(t *testing.T) {
	b := start(t)
	data := film(mib)
	u := b.create(t, data)
	b.sendAll(t, u, data)
	// The bytes have their name, the rows do not know yet.
	must(t, b.blobs.CompleteMultipart(t.Context(), upload.SourceKey(u.VideoID), u.Multipart))
	_, err := b.Complete(t.Context(), ana, u.ID)
	must(t, err)
	if !bytes.Equal(b.stored(t, u.VideoID), data) {
		t.Fatal("the stored file differs")
	}
}

func TestAPartMayBeSentAgainButNotChanged(t *testing.T) {
	b := start(t)
	data := film(2 * mib)
	u := b.create(t, data)
	for range 2 {
		if got, err := b.send(t, u, 1, bytes.NewReader(data[:mib]), ""); err != nil || got != digest(data[:mib]) {
			t.Fatalf("%s, error %v", got, err)
		}
	}
	for name, other := range map[string][]byte{"other bytes": film(mib), "fewer": data[:mib-1], "more": data[:mib+1]} {
		if _, err := b.send(t, u, 1, bytes.NewReader(other), ""); fault.CodeOf(err) != "part_differs" {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := b.send(t, u, 2, bytes.NewReader(data[mib:]), "")
	must(t, err)
	_, err = b.Complete(t.Context(), ana, u.ID)
	must(t, err)
	if !bytes.Equal(b.stored(t, u.VideoID), data) {
		t.Fatal("what was refused reached the file")
	}
}

func TestADamagedOrIllSizedPartDoesNotCount(t *testing.T) {
	b := start(t)
	data := film(2 * mib)
	u := b.create(t, data)
	_, err := b.send(t, u, 1, bytes.NewReader(data[:mib]), digest(data[mib:]))
	wantCode(t, err, fault.Invalid, "wrong_digest")
	_, err = b.send(t, u, 1, bytes.NewReader(data[:mib-1]), "")
	wantCode(t, err, fault.Invalid, "wrong_size")
	_, err = b.send(t, u, 1, bytes.NewReader(data[:mib+1]), "")
	wantCode(t, err, fault.Invalid, "wrong_size")
	_, err = b.ReceivePart(t.Context(), upload.Delivery{UploadID: u.ID, Number: 1, Size: mib + 1, Body: iotest.ErrReader(errors.New("was read"))})
	wantCode(t, err, fault.Invalid, "wrong_size")
	for _, number := range []int{0, 3, -1} {
		_, err = b.send(t, u, number, bytes.NewReader(data[:mib]), "")
		wantCode(t, err, fault.NotFound, "no_such_part")
	}
	_, err = b.Complete(t.Context(), ana, u.ID)
	wantCode(t, err, fault.Conflict, "parts_missing")

	_, err = b.send(t, u, 1, bytes.NewReader(data[:mib]), strings.ToUpper(digest(data[:mib])))
	must(t, err)
	_, err = b.Complete(t.Context(), ana, u.ID)
	wantCode(t, err, fault.Conflict, "parts_missing")
}

func TestANewerDeliveryOfAPartOvertakesOneThatHangs(t *testing.T) {
	b := start(t)
	data := film(mib)
	u := b.create(t, data)

	stale, sender := io.Pipe()
	first := make(chan error)
	go func() {
		_, err := b.send(t, u, 1, stale, "")
		first <- err
	}()
	// A write to a pipe returns when its bytes were read: now the delivery waits for more.
	other := film(mib)
	for _, piece := range [][]byte{other[:mib/2], other[mib/2 : mib/2+1]} {
		if _, err := sender.Write(piece); err != nil {
			t.Fatal(err)
		}
	}

	_, err := b.send(t, u, 1, bytes.NewReader(data), "")
	must(t, err)
	go sender.Write(other[mib/2+1:]) // the connection that hung comes back
	wantCode(t, <-first, fault.Conflict, "overtaken")
	stale.Close()

	_, err = b.Complete(t.Context(), ana, u.ID)
	must(t, err)
	if !bytes.Equal(b.stored(t, u.VideoID), data) {
		t.Fatal("the older delivery still wrote")
	}
}

func TestTheSamePartManyTimesAtOnceArrivesOnce(t *testing.T) {
	b := start(t)
	data := film(mib)
	u := b.create(t, data)
	var all sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		all.Go(func() { _, errs[i] = b.send(t, u, 1, bytes.NewReader(data), digest(data)) })
	}
	all.Wait()
	fine := 0
	for _, err := range errs {
		switch {
		case err == nil:
			fine++
		case fault.CodeOf(err) != "overtaken":
			t.Error(err)
		}
	}
	if fine == 0 {
		t.Fatal("no delivery got through")
	}
	_, err := b.Complete(t.Context(), ana, u.ID)
	must(t, err)
	if !bytes.Equal(b.stored(t, u.VideoID), data) {
		t.Fatal("the stored file differs")
	}
}

func TestWhatIsNoFilmIsRefused(t *testing.T) {
	b := start(t)
	_, err := b.Create(t.Context(), ana, upload.File{Name: "notes.txt", Size: 10})
	wantCode(t, err, fault.Unsupported, "not_a_video")
	_, err = b.Create(t.Context(), ana, upload.File{Name: "film.mp4", Size: 0})
	wantCode(t, err, fault.Invalid, "empty_file")
	_, err = b.Create(t.Context(), ana, upload.File{Name: "film.mp4", Size: 200e9 + 1})
	wantCode(t, err, fault.TooLarge, "too_large")
	_, err = b.Stream(t.Context(), ana, upload.File{Name: "film.mp4", Size: -1}, strings.NewReader("This is a letter."))
	wantCode(t, err, fault.Unsupported, "not_a_video")
	_, err = b.Stream(t.Context(), ana, upload.File{Name: "film.mp4", Size: -1}, strings.NewReader(""))
	wantCode(t, err, fault.Invalid, "empty_file")
	b.empty(t)

	letter := bytes.Repeat([]byte("letter "), mib)
	u := b.create(t, letter)
	_, err = b.send(t, u, 1, bytes.NewReader(letter[:mib]), "")
	wantCode(t, err, fault.Unsupported, "not_a_video")
}

// small is a store with this much free space.
type small struct {
	*blob.Files
	free func() int64
}

func (s small) Free(context.Context) (int64, error) { return s.free(), nil }

func TestSpaceIsPromisedOnce(t *testing.T) {
	b := start(t, func(o *upload.Options) {
		files := o.Blobs.(*blob.Files)
		o.Blobs = small{files, func() int64 { return 14 * mib }}
		o.KeepFree = 2 * mib
	})
	data := film(8 * mib)
	u := b.create(t, data)
	_, err := b.Create(t.Context(), ana, upload.File{Name: "b.mp4", Size: 4*mib + 1})
	wantCode(t, err, fault.NoSpace, "no_space")
	_, err = b.Create(t.Context(), ana, upload.File{Name: "b.mp4", Size: 4 * mib})
	must(t, err)
	_, err = b.Stream(t.Context(), ana, upload.File{Name: "c.mp4", Size: 1}, bytes.NewReader(data))
	wantCode(t, err, fault.NoSpace, "no_space")

	must(t, b.Cancel(t.Context(), ana, u.ID))
	_, err = b.Create(t.Context(), ana, upload.File{Name: "d.mp4", Size: 8 * mib})
	must(t, err)
}

func TestAnUploadOfSomebodyElseIsNotFound(t *testing.T) {
	b := start(t)
	data := film(mib)
	u := b.create(t, data)
	rui := account.Principal{UserID: "rui"}
	_, err := b.Progress(t.Context(), rui, u.ID)
	wantCode(t, err, fault.NotFound, "not_found")
	_, err = b.Complete(t.Context(), rui, u.ID)
	wantCode(t, err, fault.NotFound, "not_found")
	must(t, b.Cancel(t.Context(), rui, u.ID))
	if open, err := b.Resumable(t.Context(), rui); err != nil || len(open) != 0 {
		t.Fatalf("%+v, error %v", open, err)
	}
	if p, err := b.Progress(t.Context(), ana, u.ID); err != nil || p.Status != upload.Open {
		t.Fatalf("%+v, error %v", p, err)
	}
}

func TestCancellingLeavesNothing(t *testing.T) {
	b := start(t)
	data := film(2 * mib)
	u := b.create(t, data)
	_, err := b.send(t, u, 1, bytes.NewReader(data[:mib]), "")
	must(t, err)
	for range 2 {
		must(t, b.Cancel(t.Context(), ana, u.ID))
	}
	b.empty(t)
	if !slices.Equal(b.deleted, []string{u.VideoID}) {
		t.Errorf("told of %q", b.deleted)
	}
	_, err = b.send(t, u, 2, bytes.NewReader(data[mib:]), "")
	wantCode(t, err, fault.NotFound, "not_found")

	whole := b.create(t, data)
	b.sendAll(t, whole, data)
	_, err = b.Complete(t.Context(), ana, whole.ID)
	must(t, err)
	wantCode(t, b.Cancel(t.Context(), ana, whole.ID), fault.Conflict, "complete")
	b.stored(t, whole.VideoID)
}

func TestAnAbandonedUploadIsRemovedADayAfterItsLastPart(t *testing.T) {
	b := start(t)
	data := film(2 * mib)
	u := b.create(t, data)
	b.clock = b.clock.Add(20 * time.Hour)
	_, err := b.send(t, u, 1, bytes.NewReader(data[:mib]), "")
	must(t, err)
	b.clock = b.clock.Add(23 * time.Hour)
	must(t, b.Sweep(t.Context(), upload.SweepArgs{}))
	if p, err := b.Progress(t.Context(), ana, u.ID); err != nil || p.Status != upload.Open {
		t.Fatalf("swept too early: %+v, error %v", p, err)
	}

	b.clock = b.clock.Add(time.Hour)
	if p, err := b.Progress(t.Context(), ana, u.ID); err != nil || p.Status != upload.Expired {
		t.Fatalf("a day later: %+v, error %v", p, err)
	}
	_, err = b.send(t, u, 2, bytes.NewReader(data[mib:]), "")
	wantCode(t, err, fault.Conflict, "upload_expired")
	_, err = b.Complete(t.Context(), ana, u.ID)
	wantCode(t, err, fault.Conflict, "upload_expired")
	must(t, b.Sweep(t.Context(), upload.SweepArgs{}))
	b.empty(t)
	if !slices.Equal(b.deleted, []string{u.VideoID}) {
		t.Errorf("told of %q", b.deleted)
	}
}

func TestPartsThatNoUploadOwnsAreSweptWhenOld(t *testing.T) {
	b := start(t)
	data := film(mib)
	u := b.create(t, data)
	_, err := b.blobs.CreateMultipart(t.Context(), "originals/orphan/source", mib)
	must(t, err)
	underWay := func() (keys []string) {
		for m, err := range b.blobs.ListMultipart(t.Context()) {
			must(t, err)
			keys = append(keys, m.Key)
		}
		return keys
	}
	b.clock = time.Now() // the files are of today
	must(t, b.db.Uploads().Renew(t.Context(), u.ID, u.CreatedAt, b.clock.Add(24*time.Hour)))
	must(t, b.Sweep(t.Context(), upload.SweepArgs{}))
	if got := underWay(); len(got) != 2 {
		t.Fatalf("left: %q", got)
	}
	b.clock = b.clock.Add(2 * time.Hour)
	must(t, b.Sweep(t.Context(), upload.SweepArgs{}))
	if got := underWay(); !slices.Equal(got, []string{upload.SourceKey(u.VideoID)}) {
		t.Fatalf("left: %q", got)
	}
}

func TestTheDigestOfAWholeSourceIsRecordedAndDamageIsFound(t *testing.T) {
	b := start(t)
	data := film(2*mib + 5)
	u := b.create(t, data)
	b.sendAll(t, u, data)
	_, err := b.Complete(t.Context(), ana, u.ID)
	must(t, err)

	file := filepath.Join(b.dir, "media", upload.SourceKey(u.VideoID))
	damaged := bytes.Clone(data)
	damaged[mib+7] ^= 1
	must(t, os.WriteFile(file, damaged, 0o600))
	args := upload.DigestArgs{VideoID: u.VideoID}
	wantCode(t, b.Digest(t.Context(), args), fault.Conflict, "source_damaged")

	must(t, os.WriteFile(file, data, 0o600))
	for range 2 {
		must(t, b.Digest(t.Context(), args))
	}
	s, err := b.db.Uploads().Source(t.Context(), u.VideoID)
	must(t, err)
	if s.SHA256 != digest(data) {
		t.Fatalf("recorded %s, want %s", s.SHA256, digest(data))
	}
}

func TestAPartsAddressProvesItself(t *testing.T) {
	b := start(t)
	expires := b.clock.Add(time.Hour)
	good := b.SignPart("u1", 7, expires)
	must(t, b.VerifyPart("u1", 7, expires, good))
	for name, err := range map[string]error{
		"another upload": b.VerifyPart("u2", 7, expires, good),
		"another part":   b.VerifyPart("u1", 8, expires, good),
		"a later expiry": b.VerifyPart("u1", 7, expires.Add(time.Second), good),
		"none":           b.VerifyPart("u1", 7, expires, ""),
		"another key":    upload.NewService(upload.Options{SigningKey: []byte("other")}).VerifyPart("u1", 7, expires, good),
	} {
		if fault.CodeOf(err) != "bad_signature" {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.clock = expires
	wantCode(t, b.VerifyPart("u1", 7, expires, good), fault.Forbidden, "url_expired")
}

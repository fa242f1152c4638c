package upload_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/upload"
	"github.com/kkmovies/kkmovies/test/engines"
)

func TestMain(m *testing.M) {
	os.Setenv("AWS_ACCESS_KEY_ID", engines.S3AccessKey)
	os.Setenv("AWS_SECRET_ACCESS_KEY", engines.S3SecretKey)
	engines.Main(m)
}

const direct = 5 * mib // the least part of a bucket

// bucketOf returns a bucket as films are stored in it.
func bucketOf(t *testing.T) *blob.S3 {
	t.Helper()
	at, err := blob.ParseS3(engines.S3(t).Address())
	must(t, err)
	s, err := blob.OpenS3(t.Context(), at, blob.S3Options{Folder: t.TempDir(), CacheSize: 1 << 30})
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// startDirect is a service whose films are in a bucket, on the clock of its store.
func startDirect(t *testing.T, s *blob.S3, change ...func(*upload.Options)) *bench {
	t.Helper()
	b := start(t, append([]func(*upload.Options){func(o *upload.Options) { o.Blobs, o.Direct = s, s }}, change...)...)
	b.SetLeastPart(direct)
	b.clock = time.Now().UTC().Truncate(time.Microsecond)
	return b
}

func (b *bench) createDirect(t *testing.T, data []byte) upload.Progress {
	t.Helper()
	p, err := b.Create(t.Context(), ana, upload.File{Name: "film.mp4", Size: int64(len(data)), TellsDigests: true})
	must(t, err)
	if !p.Direct {
		t.Fatal("it does not go straight to the store")
	}
	return p
}

// sendDirect sends parts as a client does, and returns the status of the last.
func (b *bench) sendDirect(t *testing.T, u upload.Progress, data []byte, numbers ...int) int {
	t.Helper()
	status := 0
	for _, p := range u.Parts() {
		if !slices.Contains(numbers, p.Number) {
			continue
		}
		list, err := b.Addresses(t.Context(), ana, u.ID, []upload.Told{{Number: p.Number, Digest: digest(slice(data, p))}})
		must(t, err)
		status = deliver(t, list[0].PartRequest, slice(data, p))
	}
	return status
}

func deliver(t *testing.T, to blob.PartRequest, body []byte) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), to.Method, to.URL, bytes.NewReader(body))
	must(t, err)
	r.Header = to.Headers.Clone()
	answer, err := http.DefaultClient.Do(r)
	must(t, err)
	must(t, answer.Body.Close())
	return answer.StatusCode
}

func numbersOf(list []upload.Received) (numbers []int) {
	for _, r := range list {
		numbers = append(numbers, r.Number)
	}
	return numbers
}

// isSource checks that a video's source is there once, with these bytes.
func (b *bench) isSource(t *testing.T, videoID string, data []byte) {
	t.Helper()
	source, err := b.db.Uploads().Source(t.Context(), videoID)
	must(t, err)
	if source.Size != int64(len(data)) {
		t.Errorf("the source: %+v", source)
	}
	o, err := b.options.Blobs.Open(t.Context(), source.BlobKey)
	must(t, err)
	defer o.Close()
	if got, err := io.ReadAll(o); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes are stored, %v", len(got), err)
	}
	must(t, b.Digest(t.Context(), upload.DigestArgs{VideoID: videoID}))
	if source, err = b.db.Uploads().Source(t.Context(), videoID); err != nil || source.SHA256 != digest(data) {
		t.Errorf("the digest of the whole is %q, %v", source.SHA256, err)
	}
}

// bare checks that a bucket and the database hold nothing.
func (b *bench) bare(t *testing.T) {
	t.Helper()
	b.empty(t)
	for info, err := range b.options.Blobs.List(t.Context(), "") {
		must(t, err)
		t.Errorf("an object left: %s", info.Key)
	}
	for m, err := range b.options.Blobs.ListMultipart(t.Context()) {
		must(t, err)
		t.Errorf("parts left: %s", m.Key)
	}
}

func TestAFileGoesStraightToTheStoreAndBecomesASource(t *testing.T) {
	t.Parallel()
	s := bucketOf(t)
	b := startDirect(t, s)
	data := film(2*direct + 1000)
	u := b.createDirect(t, data)
	if status := b.sendDirect(t, u, data, 3, 1); status != http.StatusOK {
		t.Fatalf("a part is answered with %d", status)
	}
	_, err := b.Complete(t.Context(), ana, u.ID)
	wantCode(t, err, fault.Conflict, "parts_missing")

	// Closed and opened again, by the server and by who sends.
	b.close(t)
	b.open(t, func(o *upload.Options) { o.Blobs, o.Direct = s, s })
	b.SetLeastPart(direct)
	open, err := b.Resumable(t.Context(), ana)
	must(t, err)
	if len(open) != 1 || !slices.Equal(numbersOf(open[0].Received), []int{1, 3}) || open[0].Received[0].Digest != digest(data[:direct]) {
		t.Fatalf("to go on with: %+v", open)
	}
	b.sendDirect(t, open[0], data, 2)
	for range 2 {
		video, err := b.Complete(t.Context(), ana, u.ID)
		must(t, err)
		if video != u.VideoID {
			t.Errorf("completed as %s", video)
		}
	}
	b.isSource(t, u.VideoID, data)
	source, err := b.db.Uploads().Source(t.Context(), u.VideoID)
	must(t, err)
	if len(source.PartDigests) != 3 || source.PartDigests[2] != digest(data[2*direct:]) {
		t.Errorf("digests of its parts: %q", source.PartDigests)
	}
	if p, err := b.Progress(t.Context(), ana, u.ID); err != nil || p.Status != upload.Complete || len(p.Received) != 3 {
		t.Errorf("once it is complete: %+v, %v", p, err)
	}
}

func TestADamagedPartOfADirectUploadNeverArrives(t *testing.T) {
	t.Parallel()
	b := startDirect(t, bucketOf(t))
	data := film(direct + 1000)
	u := b.createDirect(t, data)
	b.sendDirect(t, u, data, 1)
	list, err := b.Addresses(t.Context(), ana, u.ID, []upload.Told{{Number: 2, Digest: digest(data[direct:])}})
	must(t, err)
	damaged := bytes.Clone(data[direct:])
	damaged[500] ^= 1
	if status := deliver(t, list[0].PartRequest, damaged); status != http.StatusBadRequest {
		t.Errorf("the store answers a damaged part with %d", status)
	}
	_, err = b.Complete(t.Context(), ana, u.ID)
	wantCode(t, err, fault.Conflict, "parts_missing")
	if status := deliver(t, list[0].PartRequest, data[direct:]); status != http.StatusOK {
		t.Errorf("sent again: %d", status)
	}
	_, err = b.Complete(t.Context(), ana, u.ID)
	must(t, err)
	b.isSource(t, u.VideoID, data)
}

func TestADirectUploadThatIsNoFilmIsRefusedInWordsAndLeavesNothing(t *testing.T) {
	t.Parallel()
	b := startDirect(t, bucketOf(t))
	data := bytes.Repeat([]byte("Not a film at all. "), direct/19)
	u := b.createDirect(t, data)
	b.sendDirect(t, u, data, 1, 2)
	_, err := b.Complete(t.Context(), ana, u.ID)
	wantCode(t, err, fault.Unsupported, "not_a_video")
	b.bare(t)
	if !slices.Equal(b.deleted, []string{u.VideoID}) {
		t.Errorf("told of %q", b.deleted)
	}
}

func TestTheAddressesOfADirectUploadAreItsOwners(t *testing.T) {
	t.Parallel()
	b := startDirect(t, bucketOf(t))
	data := film(direct)
	u := b.createDirect(t, data)
	told := []upload.Told{{Number: 1, Digest: digest(data)}}
	rui := ana
	rui.UserID = "rui"
	_, err := b.Addresses(t.Context(), rui, u.ID, told)
	wantCode(t, err, fault.NotFound, "not_found")
	_, err = b.Addresses(t.Context(), ana, u.ID, []upload.Told{{Number: 2, Digest: digest(data)}})
	wantCode(t, err, fault.NotFound, "no_such_part")
	_, err = b.Addresses(t.Context(), ana, u.ID, []upload.Told{{Number: 1, Digest: "abc"}})
	wantCode(t, err, fault.Invalid, "bad_digest")
	_, err = b.Addresses(t.Context(), ana, u.ID, make([]upload.Told, 1001))
	wantCode(t, err, fault.Invalid, "too_many_parts")
	_, err = b.send(t, u, 1, bytes.NewReader(data), "") // through this server, that is
	wantCode(t, err, fault.NotFound, "no_such_part")

	must(t, b.Cancel(t.Context(), ana, u.ID))
	b.bare(t)
	_, err = b.Addresses(t.Context(), ana, u.ID, told)
	wantCode(t, err, fault.NotFound, "not_found")
}

func TestAnUploadWhoseClientDiedAfterItsLastPartIsCompletedByTheSweep(t *testing.T) {
	t.Parallel()
	b := startDirect(t, bucketOf(t))
	data, text := film(direct+1000), bytes.Repeat([]byte("no film "), direct/8)
	u, left, no := b.createDirect(t, data), b.createDirect(t, data), b.createDirect(t, text)
	b.sendDirect(t, u, data, 1, 2)
	b.sendDirect(t, left, data, 2)
	b.sendDirect(t, no, text, 1)
	sweep := func(after time.Duration) {
		t.Helper()
		b.clock = b.clock.Add(after)
		must(t, b.Sweep(t.Context(), upload.SweepArgs{}))
	}
	status := func(p upload.Progress) upload.Status {
		t.Helper()
		got, err := b.Progress(t.Context(), ana, p.ID)
		must(t, err)
		return got.Status
	}
	sweep(9 * time.Minute)
	if s := status(u); s != upload.Open {
		t.Errorf("%s while its client may be about to complete it", s)
	}
	sweep(2 * time.Minute)
	if a, c := status(u), status(left); a != upload.Complete || c != upload.Open {
		t.Errorf("the whole one is %s, the one that lacks a part %s", a, c)
	}
	b.isSource(t, u.VideoID, data)
	if _, err := b.Progress(t.Context(), ana, no.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("what is no film: %v", err)
	}
	sweep(23 * time.Hour)
	if s := status(left); s != upload.Open {
		t.Errorf("given up too early: %s", s)
	}
	sweep(time.Hour)
	if _, err := b.Progress(t.Context(), ana, left.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("given up: %v", err)
	}
	for m, err := range b.options.Blobs.ListMultipart(t.Context()) {
		must(t, err)
		t.Errorf("parts left: %s", m.Key)
	}
}

func TestAnEventFinishesWhatADeadProcessHadJoined(t *testing.T) {
	t.Parallel()
	s := bucketOf(t)
	died := errors.New("the process died")
	b := startDirect(t, s, func(o *upload.Options) { o.Direct = dying{s, died} })
	data := film(direct + 1000)
	u := b.createDirect(t, data)
	b.sendDirect(t, u, data, 1, 2)
	if _, err := b.Complete(t.Context(), ana, u.ID); !errors.Is(err, died) {
		t.Fatalf("completed: %v", err)
	}
	b.close(t)
	b.open(t, func(o *upload.Options) { o.Blobs, o.Direct = s, s })
	for range 2 {
		must(t, b.Arrived(t.Context(), upload.SourceKey(u.VideoID)))
	}
	b.isSource(t, u.VideoID, data)
	source, err := b.db.Uploads().Source(t.Context(), u.VideoID)
	must(t, err)
	if len(source.PartDigests) != 2 {
		t.Errorf("the digests told before are lost: %q", source.PartDigests)
	}
}

// dying has parts joined, and then the process dies.
type dying struct {
	*blob.S3
	err error
}

func (d dying) CompleteDirect(ctx context.Context, key, id string, parts []blob.StoredPart) error {
	return errors.Join(d.S3.CompleteDirect(ctx, key, id, parts), d.err)
}

func TestAFilePutInItsPlaceByOtherMeansFinishesAnUpload(t *testing.T) {
	t.Parallel()
	s := bucketOf(t)
	b := startDirect(t, s)
	data := film(direct + 1000)
	put := func(u upload.Progress, data []byte) {
		t.Helper()
		must(t, s.AbortMultipart(t.Context(), upload.SourceKey(u.VideoID), u.Multipart))
		_, err := s.Put(t.Context(), upload.SourceKey(u.VideoID), bytes.NewReader(data), int64(len(data)))
		must(t, err)
		must(t, b.Arrived(t.Context(), upload.SourceKey(u.VideoID)))
	}
	u, other := b.createDirect(t, data), b.createDirect(t, data)
	put(u, data)
	put(other, data[:direct])
	b.isSource(t, u.VideoID, data)
	if p, err := b.Progress(t.Context(), ana, other.ID); err != nil || p.Status != upload.Open {
		t.Errorf("one of another size: %+v, %v", p, err)
	}
	for _, key := range []string{"originals/nobody/source", "originals//source", "originals/" + other.VideoID + "/poster", "videos/x/source", "source", ""} {
		must(t, b.Arrived(t.Context(), key))
	}
}

func TestWhoeverCompletesFirstADirectUploadIsCompleteOnce(t *testing.T) {
	t.Parallel()
	b := startDirect(t, bucketOf(t))
	data := film(direct + 1000)
	u := b.createDirect(t, data)
	b.sendDirect(t, u, data, 1, 2)
	b.clock = b.clock.Add(11 * time.Minute)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			again(t, func() error {
				_, err := b.Complete(t.Context(), ana, u.ID)
				return err
			})
		})
		all.Go(func() {
			again(t, func() error { return b.Arrived(t.Context(), upload.SourceKey(u.VideoID)) })
		})
		all.Go(func() {
			if err := b.Sweep(t.Context(), upload.SweepArgs{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	b.isSource(t, u.VideoID, data)
}

// again asks for as long as the store says that it is at it.
func again(t *testing.T, ask func() error) {
	for {
		switch err := ask(); {
		case err == nil:
			return
		case fault.CodeOf(err) != "being_joined" || t.Context().Err() != nil:
			t.Error(err)
			return
		}
	}
}

func TestAnUploadTheStoreGaveUpIsStartedAgain(t *testing.T) {
	t.Parallel()
	s := bucketOf(t)
	b := startDirect(t, s)
	data := film(direct)
	u := b.createDirect(t, data)
	must(t, s.AbortMultipart(t.Context(), upload.SourceKey(u.VideoID), u.Multipart)) // as a rule of the bucket does
	if p, err := b.Progress(t.Context(), ana, u.ID); err != nil || p.Status != upload.Expired {
		t.Errorf("%+v, %v", p, err)
	}
	_, err := b.Complete(t.Context(), ana, u.ID)
	wantCode(t, err, fault.Conflict, "upload_expired")
}

// picky is a store that does not take parts from everywhere.
type picky struct {
	*blob.S3
	verifies bool
	origin   string
	asked    *int
}

func (p picky) Verifies(context.Context) (bool, error) { return p.verifies, nil }

func (p picky) Admits(_ context.Context, origin string) (bool, error) {
	*p.asked++
	return origin == p.origin, nil
}

func TestPartsComeThroughThisServerWhereTheStoreDoesNotTakeThem(t *testing.T) {
	t.Parallel()
	s := bucketOf(t)
	const page = "https://films.example"
	for name, c := range map[string]struct {
		file    upload.File
		direct  blob.Direct
		want    bool
		asked   int
		creates int
	}{
		"a store that verifies":                    {upload.File{TellsDigests: true}, picky{S3: s, verifies: true}, true, 0, 1},
		"a store that does not":                    {upload.File{TellsDigests: true}, picky{S3: s}, false, 0, 1},
		"a folder":                                 {upload.File{TellsDigests: true}, nil, false, 0, 1},
		"a sender that tells no digests":           {upload.File{}, picky{S3: s, verifies: true}, false, 0, 1},
		"a page the bucket lets in, asked once":    {upload.File{TellsDigests: true, Origin: page}, picky{S3: s, verifies: true, origin: page}, true, 1, 3},
		"a page it does not let in, asked once":    {upload.File{TellsDigests: true, Origin: page}, picky{S3: s, verifies: true, origin: "http://other"}, false, 1, 3},
		"a page of a file, which is not asked for": {upload.File{TellsDigests: true, Origin: "null"}, picky{S3: s, verifies: true, origin: "null"}, false, 0, 1},
	} {
		asked := 0
		if p, ok := c.direct.(picky); ok {
			p.asked = &asked
			c.direct = p
		}
		b := startDirect(t, s, func(o *upload.Options) { o.Direct = c.direct })
		c.file.Name, c.file.Size = "film.mp4", 1000
		for range c.creates {
			p, err := b.Create(t.Context(), ana, c.file)
			must(t, err)
			if p.Direct != c.want {
				t.Errorf("%s: goes straight to the store: %v", name, p.Direct)
			}
			must(t, b.Cancel(t.Context(), ana, p.ID))
		}
		if asked != c.asked {
			t.Errorf("%s: asked %d times", name, asked)
		}
	}
}

// Package uploadtest owns the contract of upload.Store as tests. Every engine runs it.
package uploadtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/upload"
)

// Bench is a store under test, empty, with what it shares a database with.
type Bench struct {
	upload.Store
	Catalog catalog.Store
	Jobs    func(t *testing.T) []string // kinds of the jobs that wait, sorted
}

// Run checks an engine. Each test asks open for a bench of its own.
func Run(t *testing.T, open func(t *testing.T) Bench) {
	for name, test := range map[string]func(*testing.T, Bench){
		"an upload is created with its video":                      create,
		"an upload is created whole or not at all":                 createFails,
		"what does not exist is not found":                         absent,
		"the first record of a part stays":                         partTwice,
		"a part keeps its upload alive":                            partRenews,
		"an expired upload changes no more":                        expiredIsFinal,
		"resumable uploads are the user's own, open, in parts":     resumable,
		"pending counts what open uploads still lack":              pending,
		"completing makes video, source and jobs at once":          complete,
		"of two who complete one upload only one makes a source":   completeAtOnce,
		"what cannot be enqueued leaves the upload open":           completeFails,
		"removing takes the video along, but never a complete one": remove,
		"of completing and removing at once one wins":              completeOrRemove,
		"only uploads that were open when they expired are listed": expired,
		"deleting a video of an open upload deletes the upload":    deleteVideo,
		"a multipart write is owned by its open upload":            hasMultipart,
		"a source keeps the digests of its parts and of the whole": source,
		"a direct upload records all its parts at once":            setParts,
		"the open upload of a video is found":                      openOf,
		"only direct uploads are quiet, page by page":              quiet,
		"times and large sizes come back as they were":             roundTrip,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// start is when every test begins, on a clock that only the tests move.
var start = time.Date(2026, 2, 28, 23, 59, 59, 123456000, time.UTC)

const tenMB = 10e6

func id() string { return uuid.Must(uuid.NewV7()).String() }

// film is an upload of 25 MB in three parts, open for an hour.
func film(user string) upload.Upload {
	return upload.Upload{
		ID: id(), VideoID: id(), By: account.Principal{UserID: user, ProfileID: "p-" + user, SessionID: "s-" + user},
		FileName: "O Farol.mkv", Size: 2.5 * tenMB, PartSize: tenMB, Multipart: id(),
		Status: upload.Open, CreatedAt: start, ExpiresAt: start.Add(time.Hour),
	}
}

func (b Bench) create(t *testing.T, u upload.Upload) upload.Upload {
	t.Helper()
	must(t, b.Create(t.Context(), u, "O Farol"))
	return u
}

// receive adds parts at start.
func (b Bench) receive(t *testing.T, u upload.Upload, numbers ...int) {
	t.Helper()
	for _, part := range u.Parts() {
		if slices.Contains(numbers, part.Number) {
			_, err := b.AddPart(t.Context(), u.ID, received(part.Number, part.Size, start), u.ExpiresAt)
			must(t, err)
		}
	}
}

func received(number int, size int64, at time.Time) upload.Received {
	return upload.Received{Number: number, Size: size, Digest: strings.Repeat(fmt.Sprint(number), 64), At: at}
}

func sourceOf(u upload.Upload, at time.Time) upload.Source {
	s := upload.Source{ID: id(), VideoID: u.VideoID, BlobKey: upload.SourceKey(u.VideoID), Size: u.Size, PartSize: u.PartSize, CreatedAt: at}
	for _, part := range u.Parts() {
		s.PartDigests = append(s.PartDigests, received(part.Number, part.Size, at).Digest)
	}
	return s
}

// probe stands for a pipeline's first job.
type probe struct {
	VideoID string `json:"videoId"`
}

func (probe) Kind() string { return "test.probe" }

// unmarshalable cannot be enqueued.
type unmarshalable struct{ C chan int }

func (unmarshalable) Kind() string { return "test.unmarshalable" }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func notFound(t *testing.T, what string, err error) {
	t.Helper()
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("%s: %v", what, err)
	}
}

func (b Bench) videoStatus(t *testing.T, u upload.Upload) catalog.Status {
	t.Helper()
	v, err := b.Catalog.Video(t.Context(), u.VideoID)
	must(t, err)
	return v.Status
}

func create(t *testing.T, b Bench) {
	u := b.create(t, film("ana"))
	got, err := b.Upload(t.Context(), u.ID)
	must(t, err)
	if got != u {
		t.Fatalf("stored as %+v\n  want %+v", got, u)
	}
	v, err := b.Catalog.Video(t.Context(), u.VideoID)
	must(t, err)
	if v.Title != "O Farol" || v.Status != catalog.Uploading || v.SourceBytes != u.Size || v.Playable || !v.CreatedAt.Equal(start) {
		t.Fatalf("its video: %+v", v)
	}
}

func createFails(t *testing.T, b Bench) {
	u := b.create(t, film("ana"))
	again := film("ana")
	again.ID = u.ID
	if err := b.Create(t.Context(), again, "Twice"); !fault.Is(err, fault.Conflict) {
		t.Fatalf("an id that is taken: %v", err)
	}
	_, err := b.Catalog.Video(t.Context(), again.VideoID)
	notFound(t, "the video of an upload that failed", err)
}

func absent(t *testing.T, b Bench) {
	ctx, u := t.Context(), film("ana")
	_, err := b.Upload(ctx, u.ID)
	notFound(t, "upload", err)
	_, err = b.Part(ctx, u.ID, 1)
	notFound(t, "part", err)
	_, err = b.AddPart(ctx, u.ID, received(1, tenMB, start), u.ExpiresAt)
	notFound(t, "add part", err)
	notFound(t, "renew", b.Renew(ctx, u.ID, start, u.ExpiresAt))
	notFound(t, "complete", b.Complete(ctx, u.ID, sourceOf(u, start)))
	notFound(t, "remove", b.Remove(ctx, u.ID))
	_, err = b.Source(ctx, u.VideoID)
	notFound(t, "source", err)
	notFound(t, "set sha256", b.SetSHA256(ctx, u.VideoID, "00"))
	if parts, err := b.Parts(ctx, u.ID); err != nil || len(parts) != 0 {
		t.Errorf("parts: %v, error %v", parts, err)
	}
	if n, err := b.Pending(ctx, start); err != nil || n != 0 {
		t.Errorf("pending: %d, error %v", n, err)
	}
}

func partTwice(t *testing.T, b Bench) {
	u := b.create(t, film("ana"))
	b.receive(t, u, 3, 1)
	other := received(1, tenMB, start)
	other.Digest = strings.Repeat("f", 64)
	on, err := b.AddPart(t.Context(), u.ID, other, u.ExpiresAt)
	must(t, err)
	if on != received(1, tenMB, start) {
		t.Fatalf("on record: %+v", on)
	}
	parts, err := b.Parts(t.Context(), u.ID)
	must(t, err)
	if want := []upload.Received{received(1, tenMB, start), received(3, tenMB/2, start)}; !slices.Equal(parts, want) {
		t.Fatalf("parts %+v", parts)
	}
	if on, err = b.Part(t.Context(), u.ID, 3); err != nil || on != parts[1] {
		t.Fatalf("part 3: %+v, error %v", on, err)
	}
	_, err = b.Part(t.Context(), u.ID, 2)
	notFound(t, "part 2", err)
}

func partRenews(t *testing.T, b Bench) {
	u := b.create(t, film("ana"))
	late := u.ExpiresAt.Add(-time.Second)
	_, err := b.AddPart(t.Context(), u.ID, received(1, tenMB, late), late.Add(time.Hour))
	must(t, err)
	must(t, b.Renew(t.Context(), u.ID, u.ExpiresAt.Add(time.Minute), u.ExpiresAt.Add(2*time.Hour)))
	got, err := b.Upload(t.Context(), u.ID)
	must(t, err)
	if !got.ExpiresAt.Equal(u.ExpiresAt.Add(2 * time.Hour)) {
		t.Fatalf("expires at %v", got.ExpiresAt)
	}
}

func expiredIsFinal(t *testing.T, b Bench) {
	u := b.create(t, film("ana"))
	b.receive(t, u, 1, 2, 3)
	_, err := b.AddPart(t.Context(), u.ID, received(3, tenMB/2, u.ExpiresAt), u.ExpiresAt.Add(time.Hour))
	notFound(t, "add part", err)
	notFound(t, "renew", b.Renew(t.Context(), u.ID, u.ExpiresAt, u.ExpiresAt.Add(time.Hour)))
	notFound(t, "complete", b.Complete(t.Context(), u.ID, sourceOf(u, u.ExpiresAt), probe{}))
	if s := b.videoStatus(t, u); s != catalog.Uploading || len(b.Jobs(t)) != 0 {
		t.Fatalf("video %s, jobs %q", s, b.Jobs(t))
	}
}

func resumable(t *testing.T, b Bench) {
	first, second, foreign, gone, streamed, done := film("ana"), film("ana"), film("rui"), film("ana"), film("ana"), film("ana")
	second.CreatedAt = start.Add(time.Minute)
	gone.ExpiresAt = start.Add(time.Second)
	streamed.Multipart = ""
	for _, u := range []upload.Upload{first, second, foreign, gone, streamed, done} {
		b.create(t, u)
	}
	must(t, b.Complete(t.Context(), done.ID, sourceOf(done, start)))

	list := func(limit int) []upload.Upload {
		list, err := b.Resumable(t.Context(), "ana", start.Add(time.Second), limit)
		must(t, err)
		return list
	}
	if got := list(10); !slices.Equal(got, []upload.Upload{second, first}) {
		t.Fatalf("listed: %+v", got)
	}
	if got := list(1); !slices.Equal(got, []upload.Upload{second}) {
		t.Fatalf("the newest: %+v", got)
	}
}

func pending(t *testing.T, b Bench) {
	a, c, streamed, gone, done := film("ana"), film("rui"), film("ana"), film("ana"), film("ana")
	streamed.Multipart = ""
	gone.ExpiresAt = start.Add(time.Second)
	for _, u := range []upload.Upload{a, c, streamed, gone, done} {
		b.create(t, u)
	}
	b.receive(t, a, 1, 3)
	must(t, b.Complete(t.Context(), done.ID, sourceOf(done, start)))
	if n, err := b.Pending(t.Context(), start.Add(time.Second)); err != nil || n != tenMB+2.5*tenMB {
		t.Fatalf("%d bytes, error %v", n, err)
	}
}

func complete(t *testing.T, b Bench) {
	u := film("ana")
	u.Size = 0 // a stream learns its size at its end
	b.create(t, u)
	s := sourceOf(film("ana"), start.Add(time.Minute))
	s.VideoID, s.Size = u.VideoID, 2.5*tenMB
	for range 2 {
		must(t, b.Complete(t.Context(), u.ID, s, probe{u.VideoID}, upload.DigestArgs{VideoID: u.VideoID}))
		s.ID = id() // whoever completes again brings a source of their own
	}
	got, err := b.Upload(t.Context(), u.ID)
	must(t, err)
	if got.Status != upload.Complete || got.Size != 2.5*tenMB {
		t.Errorf("upload %+v", got)
	}
	v, err := b.Catalog.Video(t.Context(), u.VideoID)
	must(t, err)
	if v.Status != catalog.Processing || v.SourceBytes != 2.5*tenMB || !v.UpdatedAt.Equal(start.Add(time.Minute)) {
		t.Errorf("video %+v", v)
	}
	if kinds := b.Jobs(t); !slices.Equal(kinds, []string{"test.probe", "upload.digest"}) {
		t.Errorf("jobs %q", kinds)
	}
}

func completeAtOnce(t *testing.T, b Bench) {
	u := b.create(t, film("ana"))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := b.Complete(t.Context(), u.ID, sourceOf(u, start), probe{u.VideoID}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if kinds := b.Jobs(t); !slices.Equal(kinds, []string{"test.probe"}) {
		t.Fatalf("jobs %q", kinds)
	}
}

func completeFails(t *testing.T, b Bench) {
	u := b.create(t, film("ana"))
	if err := b.Complete(t.Context(), u.ID, sourceOf(u, start), probe{u.VideoID}, unmarshalable{make(chan int)}); err == nil {
		t.Fatal("a job that cannot be stored was enqueued")
	}
	got, err := b.Upload(t.Context(), u.ID)
	must(t, err)
	_, sourceErr := b.Source(t.Context(), u.VideoID)
	if got.Status != upload.Open || b.videoStatus(t, u) != catalog.Uploading || !fault.Is(sourceErr, fault.NotFound) || len(b.Jobs(t)) != 0 {
		t.Fatalf("left half done: upload %s, source %v, jobs %q", got.Status, sourceErr, b.Jobs(t))
	}
	must(t, b.Complete(t.Context(), u.ID, sourceOf(u, start), probe{u.VideoID}))
}

func remove(t *testing.T, b Bench) {
	open, done := b.create(t, film("ana")), b.create(t, film("ana"))
	b.receive(t, open, 1)
	must(t, b.Complete(t.Context(), done.ID, sourceOf(done, start)))

	must(t, b.Remove(t.Context(), open.ID))
	_, err := b.Upload(t.Context(), open.ID)
	notFound(t, "the upload", err)
	_, err = b.Catalog.Video(t.Context(), open.VideoID)
	notFound(t, "the video", err)
	if parts, err := b.Parts(t.Context(), open.ID); err != nil || len(parts) != 0 {
		t.Errorf("parts left: %v, error %v", parts, err)
	}

	notFound(t, "removing what is complete", b.Remove(t.Context(), done.ID))
	if s := b.videoStatus(t, done); s != catalog.Processing {
		t.Errorf("its video is %s", s)
	}
}

func completeOrRemove(t *testing.T, b Bench) {
	for range 20 {
		u := b.create(t, film("ana"))
		var completed, removed error
		var both sync.WaitGroup
		both.Go(func() { completed = b.Complete(t.Context(), u.ID, sourceOf(u, start)) })
		both.Go(func() { removed = b.Remove(t.Context(), u.ID) })
		both.Wait()
		_, err := b.Source(t.Context(), u.VideoID)
		switch {
		case completed == nil && fault.Is(removed, fault.NotFound) && err == nil:
		case removed == nil && fault.Is(completed, fault.NotFound) && fault.Is(err, fault.NotFound):
		default:
			t.Fatalf("completed %v, removed %v, source %v", completed, removed, err)
		}
	}
}

func expired(t *testing.T, b Bench) {
	first, second, alive, done := film("ana"), film("rui"), film("ana"), film("ana")
	first.ExpiresAt = start.Add(time.Second)
	first.Multipart = ""
	second.ExpiresAt = start.Add(time.Minute)
	done.ExpiresAt = start.Add(time.Minute)
	for _, u := range []upload.Upload{first, second, alive, done} {
		b.create(t, u)
	}
	must(t, b.Complete(t.Context(), done.ID, sourceOf(done, start)))
	list, err := b.Expired(t.Context(), start.Add(time.Minute), 10)
	must(t, err)
	if !slices.Equal(list, []upload.Upload{first, second}) {
		t.Fatalf("listed: %+v", list)
	}
	if list, err = b.Expired(t.Context(), start.Add(time.Minute), 1); err != nil || len(list) != 1 {
		t.Fatalf("%d listed, error %v", len(list), err)
	}
}

func deleteVideo(t *testing.T, b Bench) {
	u := b.create(t, film("ana"))
	b.receive(t, u, 1)
	must(t, b.Catalog.Delete(t.Context(), u.VideoID))
	_, err := b.Upload(t.Context(), u.ID)
	notFound(t, "the upload", err)
}

func hasMultipart(t *testing.T, b Bench) {
	open, done, streamed := film("ana"), film("ana"), film("ana")
	streamed.Multipart = ""
	for _, u := range []upload.Upload{open, done, streamed} {
		b.create(t, u)
	}
	must(t, b.Complete(t.Context(), done.ID, sourceOf(done, start)))
	for multipart, want := range map[string]bool{open.Multipart: true, done.Multipart: false, id(): false} {
		if has, err := b.HasMultipart(t.Context(), multipart); err != nil || has != want {
			t.Errorf("%q: %v, error %v", multipart, has, err)
		}
	}
}

func setParts(t *testing.T, b Bench) {
	u := film("ana")
	u.Direct, u.PartSize, u.Size = true, 1000, 1_234_567
	b.create(t, u)
	all := func(at time.Time) (list []upload.Received) {
		for _, part := range u.Parts() {
			list = append(list, received(part.Number, part.Size, at))
			list[len(list)-1].Digest = list[len(list)-1].Digest[:64]
		}
		return list
	}
	for _, at := range []time.Time{start, start.Add(time.Second)} { // the second time in place of the first
		must(t, b.SetParts(t.Context(), u.ID, all(at), at))
		got, err := b.Parts(t.Context(), u.ID)
		must(t, err)
		if want := all(at); !slices.Equal(got, want) {
			t.Fatalf("%d parts are recorded, %d were set; the first is %+v", len(got), len(want), got[0])
		}
	}
	notFound(t, "after its expiry", b.SetParts(t.Context(), u.ID, all(start), u.ExpiresAt))
	must(t, b.Complete(t.Context(), u.ID, sourceOf(u, start)))
	notFound(t, "when it is complete", b.SetParts(t.Context(), u.ID, nil, start))
	if got, err := b.Parts(t.Context(), u.ID); err != nil || len(got) != 1235 {
		t.Fatalf("%d parts are left, %v", len(got), err)
	}
}

func openOf(t *testing.T, b Bench) {
	u, done := film("ana"), film("ana")
	u.Direct = true
	b.create(t, u)
	b.create(t, done)
	must(t, b.Complete(t.Context(), done.ID, sourceOf(done, start)))
	if got, err := b.OpenOf(t.Context(), u.VideoID); err != nil || got != u {
		t.Errorf("found %+v, %v", got, err)
	}
	for _, video := range []string{done.VideoID, id()} {
		_, err := b.OpenOf(t.Context(), video)
		notFound(t, "of a video that has none", err)
	}
}

func quiet(t *testing.T, b Bench) {
	var want []upload.Upload
	for range 3 {
		u := film("ana")
		u.Direct = true
		want = append(want, b.create(t, u))
	}
	lively, through, gone, done := film("ana"), film("ana"), film("ana"), film("ana")
	lively.Direct, gone.Direct, done.Direct = true, true, true
	lively.ExpiresAt, gone.ExpiresAt = start.Add(2*time.Hour), start.Add(time.Second)
	for _, u := range []upload.Upload{lively, through, gone, done} {
		b.create(t, u)
	}
	must(t, b.Complete(t.Context(), done.ID, sourceOf(done, start)))
	var got []upload.Upload
	for after := ""; ; {
		page, err := b.Quiet(t.Context(), start.Add(time.Second), start.Add(time.Hour), after, 2)
		must(t, err)
		if got = append(got, page...); len(page) < 2 {
			break
		}
		after = page[1].ID
	}
	if !slices.Equal(got, want) {
		t.Fatalf("listed: %+v\nwant: %+v", got, want)
	}
}

func source(t *testing.T, b Bench) {
	u := b.create(t, film("ana"))
	want := sourceOf(u, start.Add(time.Minute))
	must(t, b.Complete(t.Context(), u.ID, want))
	check := func() {
		t.Helper()
		got, err := b.Source(t.Context(), u.VideoID)
		must(t, err)
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Fatalf("stored as %+v\n  want %+v", got, want)
		}
	}
	check()
	want.SHA256 = strings.Repeat("e", 64)
	must(t, b.SetSHA256(t.Context(), u.VideoID, want.SHA256))
	check()
}

func roundTrip(t *testing.T, b Bench) {
	u := film("ana")
	u.Size, u.PartSize, u.LastModified, u.FileName = 200e9, 20<<20, 1_772_323_199_123, "ação — 中文 'quoted' %.mp4"
	b.create(t, u)
	got, err := b.Upload(t.Context(), u.ID)
	must(t, err)
	if got != u {
		t.Fatalf("stored as %+v\n  want %+v", got, u)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Upload(ended, u.ID); !fault.Is(err, fault.Cancelled) {
		t.Fatalf("a caller that gave up: %v", err)
	}
}

var _ jobs.Args = probe{}

package upload

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

const (
	maxParts = 10_000 // of one file: S3's rule
	maxOpen  = 200    // resumable uploads of one user
	life     = 24 * time.Hour

	asksAtOnce = 8 // of the store, for one list
)

// Options are what a Service is made of. All without a default are required.
type Options struct {
	Store Store
	Blobs blob.Store
	// Direct is Blobs where parts may be sent to it past this server; nil where not.
	Direct blob.Direct
	// Next is the first job of a source, enqueued with it.
	Next func(Source) jobs.Args
	// Film is the job that finds the film of a file that is whole; nil for none.
	Film func(Upload) jobs.Args
	// TitleOf guesses a film's title from the name of its file; the name itself when nil.
	TitleOf func(fileName string) string
	// Changed and Deleted are told of a video after the fact.
	Changed, Deleted func(ctx context.Context, videoID string)
	SigningKey       []byte // for the addresses of parts
	MaxSize          int64  // of one file: 200 GB when zero
	KeepFree         int64  // bytes of storage that uploads leave alone: 1 GiB when zero
	Logger           *slog.Logger
}

// Service takes files in. It is safe for use by many goroutines.
type Service struct {
	Options
	now       func() time.Time
	leastPart int64
	flights   flights
	origins   origins
	// admission is held from looking for space to having claimed it.
	admission sync.Mutex
}

// NewService returns a service.
func NewService(o Options) *Service {
	if o.MaxSize == 0 {
		o.MaxSize = 200e9
	}
	if o.KeepFree == 0 {
		o.KeepFree = 1 << 30
	}
	if o.TitleOf == nil {
		o.TitleOf = func(fileName string) string { return fileName }
	}
	return &Service{
		Options:   o,
		leastPart: 16 << 20,
		// UTC and microseconds: what a database gives back of a time.
		now: func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) },
	}
}

// File is what somebody says of a file before it arrives.
type File struct {
	Name         string
	Size         int64 // -1 when it is not known: only for Stream
	Title        string
	LastModified int64
	// TellsDigests says that the sender tells each part's digest before it sends the part,
	// and can send it elsewhere: then it goes straight to the store, where that may be.
	TellsDigests bool
	Origin       string // of the page that sends it; "" when no browser does
	// Begun is told of the video as soon as there is one, before anything arrives; what it
	// refuses is refused. Nil: nobody needs to know.
	Begun func(ctx context.Context, videoID string) error
}

// begun tells whoever wants to know that there is a video.
func (f File) begun(ctx context.Context, u Upload) error {
	if f.Begun == nil {
		return nil
	}
	return f.Begun(ctx, u.VideoID)
}

// Create opens a resumable upload. Everything that can be refused is refused here,
// before the first byte.
func (s *Service) Create(ctx context.Context, by account.Principal, file File) (Progress, error) {
	const op = "upload.create"
	u, title, err := s.newUpload(op, by, file)
	if err != nil {
		return Progress{}, err
	}
	if file.Size <= 0 {
		return Progress{}, emptyFile(op)
	}
	open, err := s.Store.Resumable(ctx, by.UserID, u.CreatedAt, maxOpen)
	if err != nil {
		return Progress{}, fault.Wrap(op, err)
	}
	if len(open) >= maxOpen {
		return Progress{}, fault.New(fault.TooMany, op, "too_many_uploads", "Too many uploads are open. Finish or cancel some first.")
	}

	s.admission.Lock()
	defer s.admission.Unlock()
	if err := s.checkSpace(ctx, op, file.Size); err != nil {
		return Progress{}, err
	}
	if file.TellsDigests {
		if u.Direct, err = s.goesDirect(ctx, file.Origin); err != nil {
			return Progress{}, fault.Wrap(op, err)
		}
	}
	if u.Direct {
		u.Multipart, err = s.Direct.CreateDirect(ctx, SourceKey(u.VideoID), u.Size)
	} else {
		u.Multipart, err = s.Blobs.CreateMultipart(ctx, SourceKey(u.VideoID), u.Size)
	}
	if err != nil {
		return Progress{}, fault.Wrap(op, err)
	}
	if err := s.Store.Create(ctx, u, title); err != nil {
		s.abort(ctx, u)
		return Progress{}, fault.Wrap(op, err)
	}
	if err := file.begun(ctx, u); err != nil {
		s.giveUp(context.WithoutCancel(ctx), u)
		s.abort(ctx, u)
		return Progress{}, fault.Wrap(op, err)
	}
	s.Changed(ctx, u.VideoID)
	return Progress{Upload: u}, nil
}

// newUpload checks what is said of a file and makes an upload of it.
func (s *Service) newUpload(op string, by account.Principal, file File) (u Upload, title string, err error) {
	name, err := cleanFileName(op, file.Name)
	if err != nil {
		return u, "", err
	}
	if file.Size > s.MaxSize {
		return u, "", s.tooLarge(op)
	}
	if title = file.Title; title == "" {
		title = s.TitleOf(name)
	}
	if title, err = catalog.CleanTitle(title); err != nil {
		return u, "", fault.Wrap(op, err)
	}
	now := s.now()
	return Upload{
		ID: newID(), VideoID: newID(), By: by, FileName: name, LastModified: file.LastModified,
		Size: max(0, file.Size), PartSize: s.partSize(file.Size), Status: Open, CreatedAt: now, ExpiresAt: now.Add(life),
	}, title, nil
}

// partSize is 16 MiB, or as many whole MiB as keep the parts within their number.
func (s *Service) partSize(size int64) int64 {
	const mib = 1 << 20
	least := (size + maxParts - 1) / maxParts
	return max(s.leastPart, (least+mib-1)/mib*mib)
}

func emptyFile(op string) error {
	return fault.New(fault.Invalid, op, "empty_file", "This file is empty.")
}

func (s *Service) tooLarge(op string) error {
	return fault.New(fault.TooLarge, op, "too_large",
		"This file is too large. A file may have "+humanize.Bytes(uint64(s.MaxSize))+" at most.")
}

// checkSpace refuses what would not fit beside all that has been promised room already.
func (s *Service) checkSpace(ctx context.Context, op string, size int64) error {
	free, err := s.Blobs.Free(ctx)
	if err != nil {
		return fault.Wrap(op, err)
	}
	pending, err := s.Store.Pending(ctx, s.now())
	if err != nil {
		return fault.Wrap(op, err)
	}
	if size > free-s.KeepFree-pending {
		return noSpace(op)
	}
	return nil
}

func noSpace(op string) error {
	return fault.New(fault.NoSpace, op, "no_space", "The server has no room for this file. Ask whoever runs it to make some.")
}

// Find returns an upload alone.
func (s *Service) Find(ctx context.Context, by account.Principal, id string) (Upload, error) {
	return s.own(ctx, "upload.find", by, id)
}

// Progress returns an upload and what has arrived of it. As everywhere, an upload of
// somebody else is not found.
func (s *Service) Progress(ctx context.Context, by account.Principal, id string) (Progress, error) {
	const op = "upload.progress"
	u, err := s.own(ctx, op, by, id)
	if err != nil {
		return Progress{}, err
	}
	p, err := s.progress(ctx, u)
	return p, fault.Wrap(op, err)
}

func (s *Service) progress(ctx context.Context, u Upload) (Progress, error) {
	if u.Direct && u.Status == Open {
		return s.progressOfDirect(ctx, u)
	}
	parts, err := s.Store.Parts(ctx, u.ID)
	return Progress{u, parts}, err
}

// Resumable lists the newest of somebody's open uploads.
func (s *Service) Resumable(ctx context.Context, by account.Principal) ([]Progress, error) {
	const op, most = "upload.resumable", 50
	open, err := s.Store.Resumable(ctx, by.UserID, s.now(), most)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	list := make([]Progress, len(open))
	on, asking := errgroup.WithContext(ctx)
	on.SetLimit(asksAtOnce)
	for i, u := range open {
		u.Status = s.statusOf(u)
		on.Go(func() (err error) {
			list[i], err = s.progress(asking, u)
			return err
		})
	}
	return list, fault.Wrap(op, on.Wait())
}

func (s *Service) own(ctx context.Context, op string, by account.Principal, id string) (Upload, error) {
	u, err := s.Store.Upload(ctx, id)
	if err == nil && u.By.UserID != by.UserID {
		err = fault.New(fault.NotFound, op, "", "")
	}
	u.Status = s.statusOf(u)
	return u, fault.Wrap(op, err)
}

// Complete makes a Source of an upload whose parts have all arrived, and returns its
// video's id. Completing twice is no error.
func (s *Service) Complete(ctx context.Context, by account.Principal, id string) (videoID string, err error) {
	const op = "upload.complete"
	u, err := s.own(ctx, op, by, id)
	if err != nil {
		return "", err
	}
	return s.complete(ctx, op, u)
}

// complete may be called by several for one upload, at once or one after another.
func (s *Service) complete(ctx context.Context, op string, u Upload) (videoID string, err error) {
	switch {
	case u.Status == Complete:
		return u.VideoID, nil
	case u.Status == Expired:
		return "", expired(op)
	case u.Multipart == "":
		return "", fault.New(fault.Conflict, op, "streaming", "This file is still arriving.")
	case u.Direct:
		err := s.completeDirect(ctx, op, u)
		if fault.Is(err, fault.NotFound) { // somebody else may have completed it since
			if now, found := s.Store.Upload(ctx, u.ID); found == nil && now.Status == Complete {
				err = nil
			}
		}
		return u.VideoID, err
	}
	parts, err := s.Store.Parts(ctx, u.ID)
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	if missing := len(u.Parts()) - len(parts); missing > 0 {
		return "", partsMissing(op, missing)
	}
	digests := make([]string, len(parts))
	for i, p := range parts {
		digests[i] = p.Digest
	}
	if err := s.Blobs.CompleteMultipart(ctx, SourceKey(u.VideoID), u.Multipart); err != nil {
		return "", fault.Wrap(op, err)
	}
	return u.VideoID, s.finish(ctx, op, u, u.Size, digests)
}

func partsMissing(op string, n int) error {
	return fault.New(fault.Conflict, op, "parts_missing", fmt.Sprintf("Parts that have not arrived yet: %d.", n))
}

// finish turns an upload whose bytes are stored into a Source.
func (s *Service) finish(ctx context.Context, op string, u Upload, size int64, digests []string) error {
	source := Source{
		ID: newID(), VideoID: u.VideoID, BlobKey: SourceKey(u.VideoID),
		Size: size, PartSize: u.PartSize, PartDigests: digests, CreatedAt: s.now(),
	}
	next := []jobs.Args{s.Next(source), DigestArgs{VideoID: u.VideoID}}
	if s.Film != nil {
		next = append(next, s.Film(u))
	}
	err := s.Store.Complete(ctx, u.ID, source, next...)
	if fault.Is(err, fault.NotFound) { // cancelled meanwhile: nobody else knows of the bytes
		s.dropSource(ctx, u)
	}
	if err != nil {
		return fault.Wrap(op, err)
	}
	s.Changed(ctx, u.VideoID)
	return nil
}

// Cancel gives an upload up and removes its video and all that has arrived. Cancelling
// what is gone is no error; what is complete is a video, to be deleted as one.
func (s *Service) Cancel(ctx context.Context, by account.Principal, id string) error {
	const op = "upload.cancel"
	u, err := s.own(ctx, op, by, id)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	err = s.Store.Remove(ctx, id)
	if fault.Is(err, fault.NotFound) { // since it was looked up
		if u, err = s.own(ctx, op, by, id); fault.Is(err, fault.NotFound) {
			return nil
		}
		return fault.New(fault.Conflict, op, "complete", "This upload is complete. Delete the video instead.")
	}
	if err != nil {
		return fault.Wrap(op, err)
	}
	s.abort(ctx, u)
	s.dropSource(ctx, u)
	s.Deleted(ctx, u.VideoID)
	return nil
}

func expired(op string) error {
	return fault.New(fault.Conflict, op, "upload_expired", "Nothing arrived for a day, so this upload was given up. Start it again.")
}

// abort drops the parts of an upload that is no more. What it misses, Sweep finds.
func (s *Service) abort(ctx context.Context, u Upload) {
	if u.Multipart == "" {
		return
	}
	if err := s.Blobs.AbortMultipart(context.WithoutCancel(ctx), SourceKey(u.VideoID), u.Multipart); err != nil {
		s.Logger.WarnContext(ctx, "an upload's parts were left behind", "video", u.VideoID, "error", err)
	}
}

// dropSource drops the whole file of an upload that is no more.
func (s *Service) dropSource(ctx context.Context, u Upload) {
	if err := s.Blobs.DeletePrefix(context.WithoutCancel(ctx), sourceFolder(u.VideoID)); err != nil {
		s.Logger.WarnContext(ctx, "an upload's file was left behind", "video", u.VideoID, "error", err)
	}
}

// newID returns a UUIDv7 (RFC 9562), whose order is that of creation.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

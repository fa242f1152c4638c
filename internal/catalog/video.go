// Package catalog owns what there is to watch: the videos, how they are listed, named
// and removed. It knows no HTTP and no SQL, and nothing of how a video is made: the
// pipeline sets a video's status through its own store.
package catalog

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Status is where a video is on its way to the viewer.
type Status string

const (
	Uploading  Status = "uploading"
	Processing Status = "processing"
	Ready      Status = "ready"  // every planned rendition is whole, but for what is made late
	Failed     Status = "failed" // with a reason in words
)

// Video is one playable film file and what is known of it.
type Video struct {
	ID              string
	Title           string
	Status          Status
	Playable        bool // can be watched now, ready or not
	DurationSeconds float64
	Width, Height   int // of the picture as shown
	SourceBytes     int64
	Rating          Rating
	Credit          string // of its makers, where the licence asks for it
	BlurHash        string // of the still
	PosterKey       string // object key of drawn 2:3 artwork, "" when there is none
	StillKey        string // object key of a 16:9 frame, "" until it is made
	CreatedAt       time.Time
	UpdatedAt       time.Time
	ErrorCode       string // stable; "" unless Failed
	ErrorDetail     string // a sentence for the uploader
	Marks           []Mark // what of the file could not be used, by code
	Of              Belonging
	Renditions      []Rendition
}

// Mark is something of a file that could not be used, though a film was made of it.
type Mark struct {
	Code   string // one of Reasons
	Detail string // a sentence for the uploader, of this file
}

// Rendition is how far one of a video's streams has come.
type Rendition struct {
	ID            string // "video/720"
	Kind          string // "video" or "audio"
	Codec         string // "av1": it is made after the film is ready; "" of H.264 and AAC
	Width, Height int
	Language      string
	Bandwidth     int64
	Segments      int
	SegmentsDone  int
	Whole         bool
}

// Progress is how much of the video is made, 0 to 1, by segments of all renditions that it
// is not ready without.
func (v Video) Progress() float64 {
	if v.Status == Ready {
		return 1
	}
	var done, all int
	for _, r := range v.Renditions {
		if r.Codec == "" {
			done, all = done+r.SegmentsDone, all+r.Segments
		}
	}
	if all == 0 {
		return 0
	}
	return float64(done) / float64(all)
}

// Cursor is a place in the list, newest first.
type Cursor struct {
	CreatedAt time.Time
	ID        string
}

// MediaGone names the job that removes a deleted video's objects.
type MediaGone struct {
	VideoID string `json:"videoId"`
}

// Kind is the job's name.
func (MediaGone) Kind() string { return "catalog.media_gone" }

// Store keeps videos. Missing ones are fault.NotFound.
type Store interface {
	Video(ctx context.Context, id string) (Video, error)
	// Videos lists at most limit videos after the cursor (nil: from the newest), of those
	// within the limit of a viewer. It reads a bounded number of rows at any depth.
	Videos(ctx context.Context, within Rating, after *Cursor, limit int) ([]Video, error)
	// SetRating gives a video another rating; the zero one takes it away.
	SetRating(ctx context.Context, id string, to Rating) error
	Rename(ctx context.Context, id, title string) error
	SetPoster(ctx context.Context, id, key, credit string) error
	// VideosOf returns the videos of each of these films: the current one first, then
	// editions, then trailers, the oldest first. It reads a bounded number of them.
	VideosOf(ctx context.Context, filmIDs ...string) (map[string][]Video, error)
	// Attach says which film a video is of. The one that was current until then is an edition
	// from then on; of many who attach at once the last is current.
	Attach(ctx context.Context, id string, to Belonging) error
	// Delete removes the video with everything that hangs on it and enqueues MediaGone,
	// in one transaction.
	Delete(ctx context.Context, id string) error
}

// Service is the catalogue as the doors use it.
type Service struct {
	Store
	changed func(ctx context.Context, videoID string) // after every change
	deleted func(ctx context.Context, videoID string)
	rated   func(ctx context.Context, videoID string) // besides: it may be hidden from some now
	left    func(ctx context.Context, filmID string)  // a video of this film is gone; nil until somebody asks
}

// OnLeft asks to be told of films that a video was deleted of. It is asked before anything else.
func (s *Service) OnLeft(left func(ctx context.Context, filmID string)) { s.left = left }

// NewService returns a catalogue; changed, deleted and rated are told after the fact.
func NewService(store Store, changed, deleted, rated func(ctx context.Context, videoID string)) *Service {
	return &Service{Store: store, changed: changed, deleted: deleted, rated: rated}
}

// maxTitle is generous: the longest film title on record has about 200 letters.
const maxTitle = 300

// CleanTitle trims a title and checks that it is a short text with nothing hidden in it.
func CleanTitle(title string) (string, error) {
	title = strings.Join(strings.Fields(title), " ")
	if title == "" || utf8.RuneCountInString(title) > maxTitle || !utf8.ValidString(title) || strings.ContainsFunc(title, unicode.IsControl) {
		return "", fault.New(fault.Invalid, "catalog.title", "bad_title", "A title has 1 to 300 characters, none of them hidden.")
	}
	return title, nil
}

// Rename gives a video another title.
func (s *Service) Rename(ctx context.Context, id, title string) error {
	title, err := CleanTitle(title)
	if err != nil {
		return err
	}
	if err := s.Store.Rename(ctx, id, title); err != nil {
		return err
	}
	s.changed(ctx, id)
	return nil
}

// SetRating says from which age a video is for somebody. It counts at once, also for who is
// watching it.
func (s *Service) SetRating(ctx context.Context, id string, to Rating) error {
	if err := s.Store.SetRating(ctx, id, to); err != nil {
		return err
	}
	s.rated(ctx, id)
	s.changed(ctx, id)
	return nil
}

// SetPoster gives a video drawn artwork, stored under key.
func (s *Service) SetPoster(ctx context.Context, id, key, credit string) error {
	if err := s.Store.SetPoster(ctx, id, key, credit); err != nil {
		return err
	}
	s.changed(ctx, id)
	return nil
}

// Delete removes a video. Its objects follow in the background.
func (s *Service) Delete(ctx context.Context, id string) error {
	v, err := s.Store.Video(ctx, id)
	if err != nil {
		return err
	}
	if err := s.Store.Delete(ctx, id); err != nil {
		return err
	}
	s.deleted(ctx, id)
	if s.left != nil && v.Of.FilmID != "" {
		s.left(ctx, v.Of.FilmID)
	}
	return nil
}

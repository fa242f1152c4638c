package pipeline_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
	"github.com/kkmovies/kkmovies/test/engines"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// film has two rungs and sound, and 36 segments: 30 of two seconds and 6 of four. No
// browser plays its codec, so all of it is encoded.
var film = testfilm.Film{Name: "demand.mp4", Args: []string{
	"-f", "lavfi", "-i", "testsrc2=r=25:d=84:s=854x480", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=84",
	"-c:v", "mpeg4", "-q:v", "4", "-g", "50", "-c:a", "aac", "-b:a", "96k",
}}

// short is a film of seven segments and one rung, encoded too.
var short = testfilm.Film{Name: "short.mp4", From: &testfilm.PAL, Args: []string{"-i", "FROM", "-c:v", "mpeg4", "-q:v", "4", "-g", "50", "-c:a", "copy"}}

// played is like film, but is played as it is: its last segment is its 41st.
var played = testfilm.Film{Name: "played.mp4", Args: []string{
	"-f", "lavfi", "-i", "testsrc2=r=25:d=84:s=854x480", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=84",
	"-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart",
}}

const (
	low   = "video/360"
	high  = "video/480"
	sound = "audio/0-und"

	small = "video/180" // of the short film

	patience = 3 * time.Minute // on a busy machine
)

// studio is a database and a storage that pipelines work on.
type studio struct {
	t     testing.TB
	db    *sqlstore.DB
	blobs blob.Store
	store *toldStore
	queue bool // the queue works for the first pipeline
}

func TestMain(m *testing.M) {
	os.Setenv("AWS_ACCESS_KEY_ID", engines.S3AccessKey)
	os.Setenv("AWS_SECRET_ACCESS_KEY", engines.S3SecretKey)
	engines.Main(m)
}

func newStudio(t testing.TB) *studio {
	t.Helper()
	return newStudioOn(t, filepath.Join(t.TempDir(), "kkmovies.db"))
}

// onEachEngine runs a test of several processes, which may share a database of either kind:
// both at once, since such tests mostly wait for leases and rests to end.
func onEachEngine(t *testing.T, test func(t *testing.T, s *studio)) {
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, newStudio(t))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		test(t, newStudioOn(t, engines.Postgres(t, 16)))
	})
}

func newStudioOn(t testing.TB, database string) *studio {
	t.Helper()
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: database, Workers: 4, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	blobs, err := blob.OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	return &studio{t: t, db: db, blobs: blobs, store: &toldStore{Store: db.Pipeline()}}
}

// crew is a process's pipeline, and what it said.
type crew struct {
	*pipeline.Pipeline
	t testing.TB

	mu     sync.Mutex
	events []pipeline.Event
	more   chan struct{} // closed with the next event
	on     func(pipeline.Event)
}

// start puts a pipeline to work until the test ends. The first also does the studio's jobs.
func (s *studio) start(o pipeline.Options) *crew {
	s.t.Helper()
	c := &crew{t: s.t, more: make(chan struct{})}
	o.Store, o.Tools, o.Ladder, o.Scratch = s.store, testfilm.Tools(s.t), plan.StandardLadder(), filepath.Join(s.t.TempDir(), "scratch")
	if o.Blobs == nil {
		o.Blobs = s.blobs
	}
	o.Logger, o.Observe = slog.New(slog.DiscardHandler), c.observe
	if o.Signals == nil {
		o.Signals = s.db.Signals()
	}
	if o.Changed == nil {
		o.Changed = func(context.Context, string) {}
	}
	if testing.Verbose() {
		o.Logger = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	c.Pipeline = pipeline.New(o)
	if !s.queue {
		s.queue = true
		c.Register(s.db.Queue())
		if err := s.db.Queue().Start(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
		s.t.Cleanup(func() { s.db.Queue().Stop(context.Background()) })
	}
	if err := c.Start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Stop(context.Background()) })
	return c
}

// add uploads a film; what follows from it is enqueued.
func (s *studio) add(film testfilm.Film) (videoID string) {
	s.t.Helper()
	videoID = uuid.Must(uuid.NewV7()).String()
	file, err := os.Open(film.Path(s.t))
	if err != nil {
		s.t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, key := s.t.Context(), "originals/"+videoID+"/source"
	if _, err := s.blobs.Put(ctx, key, file, info.Size()); err != nil {
		s.t.Fatal(err)
	}
	err = s.db.Queue().InTx(ctx, func(tx jobs.Tx) error {
		at := time.Now().UTC()
		if _, err := tx.ExecContext(ctx, `INSERT INTO videos (id, title, status, created_at, updated_at, user_id, profile_id, session_id)
			VALUES ($1, 'A film', 'processing', $2, $2, 'u', 'p', 's')`, videoID, at); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO sources (id, video_id, blob_key, size, part_digests, created_at)
			VALUES ($1, $1, $2, $3, '[]', $4)`, videoID, key, info.Size(), at); err != nil {
			return err
		}
		return tx.Enqueue(ctx, pipeline.Prepare{VideoID: videoID})
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return videoID
}

// planned uploads a film and waits until the work on it has begun.
func (s *studio) planned(film testfilm.Film, renditions ...string) (videoID string) {
	s.t.Helper()
	begun := s.store.begins()
	videoID = s.add(film)
	within(s.t, "the work on the film begins", begun)
	p, err := s.store.Plan(s.t.Context(), videoID)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, r := range renditions {
		if _, ok := p.Rendition(r); !ok {
			s.t.Fatalf("the plan has %+v", p.Renditions)
		}
	}
	return videoID
}

// has returns which segments of a rendition are in storage.
func (s *studio) has(videoID, rendition string) (list []int) {
	s.t.Helper()
	for k := range 60 {
		_, err := s.blobs.Stat(s.t.Context(), plan.Key(videoID, rendition, k))
		if err == nil {
			list = append(list, k)
		} else if !fault.Is(err, fault.NotFound) {
			s.t.Fatal(err)
		}
	}
	return list
}

// nothingIsWanted checks that no demand is left to be made.
func (s *studio) nothingIsWanted() {
	s.t.Helper()
	for _, kind := range []pipeline.DemandKind{pipeline.Waited, pipeline.Ahead} {
		if w, err := s.store.TakeDemand(s.t.Context(), "another", kind, 0); !fault.Is(err, fault.NotFound) {
			s.t.Errorf("still to be made: %+v, %v", w, err)
		}
	}
}

func (c *crew) observe(e pipeline.Event) {
	c.mu.Lock()
	c.events = append(c.events, e)
	close(c.more)
	c.more = make(chan struct{})
	on := c.on
	c.mu.Unlock()
	if on != nil {
		on(e)
	}
}

// said returns the events so far that are of these kinds; of all when there are none.
func (c *crew) said(kinds ...pipeline.EventKind) (list []pipeline.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.events {
		if len(kinds) == 0 || slices.Contains(kinds, e.Kind) {
			list = append(list, e)
		}
	}
	return list
}

// until waits for the first event that is as wanted, those that were included.
func (c *crew) until(what string, wanted func(pipeline.Event) bool) pipeline.Event {
	c.t.Helper()
	timeout := time.After(patience)
	for seen := 0; ; {
		c.mu.Lock()
		events, more := c.events, c.more
		c.mu.Unlock()
		for ; seen < len(events); seen++ {
			if wanted(events[seen]) {
				return events[seen]
			}
		}
		select {
		case <-more:
		case <-timeout:
			c.t.Fatalf("waited in vain until %s; what happened:\n%s", what, strings.Join(namesOf(events), "\n"))
		}
	}
}

// untilSegment waits until this was said of a segment.
func (c *crew) untilSegment(kind pipeline.EventKind, rendition string, k int) pipeline.Event {
	c.t.Helper()
	return c.until(fmt.Sprintf("%s %s/%d", kind, rendition, k), func(e pipeline.Event) bool {
		return e.Kind == kind && e.Rendition == rendition && e.Segment == k
	})
}

// viewing waits for a segment as a viewer does.
type viewing struct {
	leave context.CancelFunc
	ended chan struct{}
	body  []byte // of what was not stored
	err   error
}

func (c *crew) view(videoID, rendition string, k int) *viewing {
	ctx, leave := context.WithTimeout(context.Background(), patience)
	v := &viewing{leave: leave, ended: make(chan struct{})}
	c.t.Cleanup(leave)
	go func() {
		defer close(v.ended)
		v.body, v.err = c.Make(ctx, videoID, rendition, k)
	}()
	return v
}

// served waits until a viewer has the segment.
func (v *viewing) served(t testing.TB) {
	t.Helper()
	within(t, "a viewer is served", v.ended)
	if v.err != nil {
		t.Errorf("a viewer was not served: %v", v.err)
	}
}

func within(t testing.TB, what string, said <-chan struct{}) {
	t.Helper()
	select {
	case <-said:
	case <-time.After(patience):
		t.Fatalf("waited in vain until %s", what)
	}
}

// toldStore is a store that says when something of it is done.
type toldStore struct {
	pipeline.Store
	asking    func(wanted []pipeline.Demand) // before they are recorded; nil: nobody asks
	mu        sync.Mutex
	asked     map[pipeline.Demand]chan struct{}
	withdrawn map[pipeline.Segment]chan struct{}
	begun     []chan struct{}
	ready     []chan struct{}
}

// whenAsked is closed when a demand has been recorded.
func (s *toldStore) whenAsked(d pipeline.Demand) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked == nil {
		s.asked = map[pipeline.Demand]chan struct{}{}
	}
	if s.asked[d] == nil {
		s.asked[d] = make(chan struct{})
	}
	return s.asked[d]
}

func (s *toldStore) Ask(ctx context.Context, asker string, lasts time.Duration, wanted ...pipeline.Demand) ([]pipeline.Standing, error) {
	if s.asking != nil {
		s.asking(wanted)
	}
	standing, err := s.Store.Ask(ctx, asker, lasts, wanted...)
	if err != nil {
		return standing, err
	}
	for _, d := range wanted {
		said := s.whenAsked(d)
		s.mu.Lock()
		select {
		case <-said:
		default:
			close(said)
		}
		s.mu.Unlock()
	}
	return standing, err
}

// whenWithdrawn is closed when a segment is withdrawn from now on.
func (s *toldStore) whenWithdrawn(g pipeline.Segment) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	said := make(chan struct{})
	s.withdrawn = map[pipeline.Segment]chan struct{}{g: said}
	return said
}

func (s *toldStore) Withdraw(ctx context.Context, asker string, segments ...pipeline.Segment) error {
	err := s.Store.Withdraw(ctx, asker, segments...)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range segments {
		if said := s.withdrawn[g]; said != nil {
			close(said)
			delete(s.withdrawn, g)
		}
	}
	return err
}

func (s *toldStore) begins() <-chan struct{} { return s.listen(&s.begun) }
func (s *toldStore) ends() <-chan struct{}   { return s.listen(&s.ready) }

func (s *toldStore) listen(to *[]chan struct{}) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	said := make(chan struct{})
	*to = append(*to, said)
	return said
}

func (s *toldStore) tell(who *[]chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, said := range *who {
		close(said)
	}
	*who = nil
}

func (s *toldStore) Begin(ctx context.Context, videoID string, codecs map[string]string) (bool, error) {
	all, err := s.Store.Begin(ctx, videoID, codecs)
	s.tell(&s.begun)
	return all, err
}

func (s *toldStore) SetReady(ctx context.Context, videoID, hlsURL string) error {
	err := s.Store.SetReady(ctx, videoID, hlsURL)
	s.tell(&s.ready)
	return err
}

// digests returns the SHA-256 of each stored segment of the film.
func (s *studio) digests(videoID string) map[string]string {
	s.t.Helper()
	digests := map[string]string{}
	for _, r := range []string{low, high, small, sound} {
		for _, k := range s.has(videoID, r) {
			key := plan.Key(videoID, r, k)
			object, err := s.blobs.Open(s.t.Context(), key)
			if err != nil {
				s.t.Fatal(err)
			}
			sum := sha256.New()
			if _, err := io.Copy(sum, object); err != nil {
				s.t.Fatal(err)
			}
			object.Close()
			digests[key] = fmt.Sprintf("%x", sum.Sum(nil))
		}
	}
	return digests
}

// sizesAreThoseInStorage checks what the film was measured by.
func (s *studio) sizesAreThoseInStorage(videoID string, renditions ...string) {
	s.t.Helper()
	for _, r := range renditions {
		sizes, err := s.store.Sizes(s.t.Context(), videoID, r)
		if err != nil {
			s.t.Fatal(err)
		}
		for k, size := range sizes {
			info, err := s.blobs.Stat(s.t.Context(), plan.Key(videoID, r, k))
			if err != nil || info.Size != size {
				s.t.Errorf("segment %d of %s is counted as %d bytes and has %d, %v", k, r, size, info.Size, err)
			}
		}
	}
}

package pipeline_test

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// brief is a film of two segments and one rung, encoded too.
var brief = testfilm.Film{Name: "brief.mp4", From: &testfilm.PAL, Args: []string{"-i", "FROM", "-t", "4", "-c:v", "mpeg4", "-q:v", "4", "-g", "50", "-c:a", "copy"}}

const smallAV1 = "video/180-av1"

// follower waits for what becomes of a video.
type follower struct {
	s       *studio
	changes chan struct{}
}

func (s *studio) follow() follower { return follower{s, make(chan struct{}, 1)} }

func (f follower) changed(context.Context, string) {
	select {
	case f.changes <- struct{}{}:
	default:
	}
}

func (f follower) until(videoID, what string, so func(catalog.Video) bool) {
	f.s.t.Helper()
	for timeout := time.After(patience); ; {
		v, err := f.s.db.Catalog().Video(f.s.t.Context(), videoID)
		if err != nil {
			f.s.t.Fatal(err)
		}
		if so(v) {
			return
		}
		select {
		case <-f.changes:
		case <-timeout:
			f.s.t.Fatalf("waited in vain until %s: %+v", what, v)
		}
	}
}

func isReady(v catalog.Video) bool { return v.Status == catalog.Ready }

func isWhole(id string) func(catalog.Video) bool {
	return func(v catalog.Video) bool {
		for _, r := range v.Renditions {
			if r.ID == id {
				return r.Whole
			}
		}
		return false
	}
}

// A film is ready as soon without it; then AV1 is made, by whoever is there, and is listed.
func TestAV1IsMadeAfterAFilmIsReady(t *testing.T) {
	s := newStudio(t)
	f := s.follow()
	first := s.start(pipeline.Options{Slots: 1, DemandSlots: 2, Alone: true, Late: []plan.Codec{plan.AV1}, Changed: f.changed})
	id := s.planned(brief, small, smallAV1)
	p, err := s.store.Plan(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	isLate := func(e pipeline.Event) bool { return e.Task >= 0 && p.Tasks[e.Task].Lane == plan.LaneAV1 }
	if _, err := first.Make(t.Context(), id, smallAV1, 0); !fault.Is(err, fault.Unavailable) {
		t.Errorf("asked for before it is whole: %v", err)
	}
	first.until("AV1 is begun", func(e pipeline.Event) bool { return e.Kind == pipeline.TaskTaken && isLate(e) })
	done := 0
	for _, e := range first.said(pipeline.TaskDone) {
		if !isLate(e) {
			done++
		}
	}
	if want := len(p.Tasks) - len(lateTasks(p)); done != want {
		t.Errorf("AV1 is begun with %d of %d tasks done", done, want)
	}
	first.Stop(t.Context())
	f.until(id, "the film is ready", isReady)

	// Whoever goes on need not make it of other films.
	second := pipeline.Options{Slots: 1, DemandSlots: 2, Alone: true, Changed: f.changed}
	s.start(second)
	f.until(id, "all of it is made", isWhole(smallAV1))
	made, err := s.store.Made(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	list, err := plan.Multivariant(p, made)
	if err != nil {
		t.Fatal(err)
	}
	if !made[smallAV1].Whole || !strings.HasPrefix(made[smallAV1].Codecs, "av01.0.") || !strings.Contains(string(list), smallAV1+"/index.m3u8") {
		t.Errorf("%+v, listed as\n%s", made[smallAV1], list)
	}
	s.sizesAreThoseInStorage(id, small, smallAV1)
	if v, _ := s.db.Catalog().Video(t.Context(), id); v.Status != catalog.Ready || len(v.Marks) > 0 {
		t.Errorf("the film is %s, marked %v", v.Status, v.Marks)
	}
}

// cramped is a storage without room for anything in AV1, until there is some.
type cramped struct {
	blob.Store
	roomy   atomic.Bool
	refused chan struct{}
}

func (c *cramped) Put(ctx context.Context, key string, body io.Reader, size int64) (bool, error) {
	if strings.Contains(key, "-av1/") && !c.roomy.Load() {
		select {
		case c.refused <- struct{}{}:
		default:
		}
		return false, &fault.Error{Kind: fault.NoSpace, Op: "blob.put", Code: "no_space"}
	}
	return c.Store.Put(ctx, key, body, size)
}

// A full disk costs a film nothing that it could have later.
func TestAV1WaitsForRoom(t *testing.T) {
	t.Parallel() // it mostly waits
	s := newStudio(t)
	f := s.follow()
	full := &cramped{Store: s.blobs, refused: make(chan struct{}, 1)}
	s.start(pipeline.Options{Slots: 1, DemandSlots: 2, Alone: true, Late: []plan.Codec{plan.AV1}, Changed: f.changed, Blobs: full})
	id := s.planned(brief, small, smallAV1)
	for range 4 { // more often than a task may fail
		within(t, "there is no room for it", full.refused)
	}
	full.roomy.Store(true)
	f.until(id, "it is made when there is", isWhole(smallAV1))
	if v, err := s.db.Catalog().Video(t.Context(), id); err != nil || v.Status != catalog.Ready || len(v.Marks) > 0 {
		t.Errorf("the film is %s, marked %v, %v", v.Status, v.Marks, err)
	}
}

func lateTasks(p plan.Plan) (list []plan.Task) {
	for _, task := range p.Tasks {
		if task.Lane == plan.LaneAV1 {
			list = append(list, task)
		}
	}
	return list
}

// holdingBack is a storage that puts one segment in AV1 away only when it is told to.
type holdingBack struct {
	blob.Store
	at, goOn chan struct{}
	once     sync.Once
}

func (h *holdingBack) Put(ctx context.Context, key string, body io.Reader, size int64) (bool, error) {
	if strings.Contains(key, "-av1/seg-") {
		h.once.Do(func() { close(h.at) })
		<-h.goOn
	}
	return h.Store.Put(context.WithoutCancel(ctx), key, body, size)
}

// Whoever makes it meanwhile leaves nothing of it behind.
func TestWhatIsStoredOfAV1AfterItWasGivenUpIsRemoved(t *testing.T) {
	s := newStudio(t)
	slow := &holdingBack{Store: s.blobs, at: make(chan struct{}), goOn: make(chan struct{})}
	c := s.start(pipeline.Options{Slots: 1, DemandSlots: 2, Alone: true, Late: []plan.Codec{plan.AV1}, Blobs: slow})
	id := s.planned(brief, small, smallAV1)
	within(t, "a segment is about to be stored", slow.at)
	if gone, err := s.store.GiveUpLate(t.Context(), id); err != nil || !slices.Contains(gone, smallAV1) {
		t.Fatalf("given up %v, %v", gone, err)
	}
	if err := s.blobs.DeletePrefix(t.Context(), plan.FileKey(id, smallAV1+"/")); err != nil {
		t.Fatal(err)
	}
	close(slow.goOn)
	if err := c.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	if left := s.has(id, smallAV1); len(left) > 0 {
		t.Errorf("segments %v of it are left", left)
	}
	if has := s.has(id, small); len(has) != 2 {
		t.Errorf("of what is still wanted there are %v", has)
	}
}

// What cannot be made in AV1 costs a film nothing but that.
func TestAFilmWithoutItsAV1IsStillReady(t *testing.T) {
	s := newStudio(t)
	f := s.follow()
	s.start(pipeline.Options{Slots: 1, DemandSlots: 2, Alone: true, Late: []plan.Codec{plan.AV1}, Changed: f.changed})
	id := s.planned(brief, small, smallAV1)
	spoilt := []byte("no decoder is set up with this")
	if _, err := s.blobs.Put(t.Context(), plan.InitKey(id, smallAV1), bytes.NewReader(spoilt), int64(len(spoilt))); err != nil {
		t.Fatal(err)
	}
	f.until(id, "the film does without AV1", func(v catalog.Video) bool { return len(v.Marks) > 0 })
	f.until(id, "it is ready", isReady)
	v, err := s.db.Catalog().Video(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if v.Marks[0].Code != "no_av1" || !isWhole(small)(v) {
		t.Errorf("marked %+v, with %+v", v.Marks, v.Renditions)
	}
	for _, r := range v.Renditions {
		if r.ID == smallAV1 {
			t.Errorf("it still has %+v", r)
		}
	}
	if left := s.has(id, smallAV1); len(left) > 0 {
		t.Errorf("segments %v of it are left", left)
	}
	if w, err := s.store.Take(t.Context(), "another", 0); !fault.Is(err, fault.NotFound) {
		t.Errorf("still to be made: %+v, %v", w, err)
	}
}

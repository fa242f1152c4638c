package insight

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// shelf is a Store that writes when it is let to, and counts.
type shelf struct {
	Store
	begun chan int   // how many playings a transaction has
	let   chan error // how it ends
	mu    sync.Mutex
	read  int // how often playings were read
	list  []Playing
}

func (s *shelf) Record(_ context.Context, playings []Playing) error {
	s.begun <- len(playings)
	err := <-s.let
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.list = append(s.list, playings...)
	}
	return err
}

func (s *shelf) Playings(context.Context, string, int) ([]Playing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read++
	return slices.Clone(s.list), nil
}

// films are one film, for who may see it.
type films struct {
	Films
	rating catalog.Rating
}

func (f films) Film(_ context.Context, id string) (Film, error) {
	if id != "film" {
		return Film{}, fault.New(fault.NotFound, "films", "", "")
	}
	return Film{f.rating, 100}, nil
}

func open(t *testing.T) (*Service, *shelf) {
	t.Helper()
	kept, err := cache.Open(t.Context(), cache.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kept.Close)
	store := &shelf{begun: make(chan int), let: make(chan error)}
	return New(Options{Store: store, Films: films{}, Cache: kept}), store
}

func sent(session string) Sent { return Sent{SessionID: session, Parts: Parts{1}.String()} }

func TestWhatComesWhileAnotherIsWrittenIsWrittenAtOnce(t *testing.T) {
	s, store := open(t)
	join := func(session string) *round {
		r, err := s.rounds.join(Playing{VideoID: "film", SessionID: session, Parts: Parts{1}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := join("1")
	if n := <-store.begun; n != 1 {
		t.Fatalf("%d in the first transaction", n)
	}
	second := join("2")
	for range 30 {
		if join(newID()) != second || join("2") != second {
			t.Fatal("they do not wait together")
		}
	}
	store.let <- nil
	<-first.done
	if n := <-store.begun; n != 31 {
		t.Errorf("%d in the second, want 31", n)
	}
	store.let <- errors.New("the database is away")
	<-second.done
	if first.err != nil || second.err == nil {
		t.Errorf("they are told %v and %v", first.err, second.err)
	}
	again := join("2") // sent again it is written
	<-store.begun
	store.let <- nil
	if <-again.done; again.err != nil {
		t.Error(again.err)
	}
}

// waiting is how many playings wait for the next transaction.
func waiting(s *Service) (n int) {
	s.rounds.mu.Lock()
	defer s.rounds.mu.Unlock()
	for _, r := range s.rounds.waiting {
		n += len(r.playings)
	}
	return n
}

func TestMoreThanCanBeWrittenIsRefusedAndWhoGivesUpIsTold(t *testing.T) {
	s, store := open(t)
	gone, giveUp := context.WithCancel(t.Context())
	answer := make(chan error)
	go func() {
		answer <- s.Record(gone, account.Principal{UserID: "u", ProfileID: "p"}, "film", sent("0"))
	}()
	<-store.begun
	giveUp()
	if err := <-answer; !fault.Is(err, fault.Cancelled) {
		t.Errorf("who gave up is told %v", err)
	}
	for range mostRounds * mostInRound {
		if _, err := s.rounds.join(Playing{SessionID: newID()}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Record(t.Context(), account.Principal{}, "film", sent("more")); !fault.Is(err, fault.Unavailable) || fault.CodeOf(err) != "busy" {
		t.Errorf("one too many is told %v", err)
	}
	go func() {
		for range store.begun { // until it is closed
		}
	}()
	for range mostRounds + 1 {
		store.let <- nil
	}
	if n := waiting(s); n != 0 {
		t.Errorf("%d still wait", n)
	}
	close(store.begun)
}

func TestAVideoThatIsNotForAViewerIsNotThere(t *testing.T) {
	s, _ := open(t)
	grown, err := catalog.RatingOf(16)
	if err != nil {
		t.Fatal(err)
	}
	limit, err := catalog.RatingOf(12)
	if err != nil {
		t.Fatal(err)
	}
	s.Films = films{rating: grown}
	child := account.Principal{UserID: "u", ProfileID: "p", Limit: limit}
	_, heat := s.Heat(t.Context(), limit, "film")
	_, none := s.Heat(t.Context(), catalog.Rating{}, "another")
	for what, err := range map[string]error{"sent": s.Record(t.Context(), child, "film", sent("1")), "heat": heat, "another": none} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestWhatIsShownIsCountedOnceAMinute(t *testing.T) {
	s, store := open(t)
	for v := range FewestViewers {
		store.list = append(store.list, Playing{Viewer: Viewer{"u", string(rune('a' + v))}, Parts: Parts{1}})
	}
	for range 20 {
		heat, err := s.Heat(t.Context(), catalog.Rating{}, "film")
		if err != nil || heat.Viewers != FewestViewers || len(heat.Parts) != Hundredths {
			t.Fatalf("%+v, %v", heat, err)
		}
		if f, err := s.Figures(t.Context(), "film"); err != nil || f.Viewers != FewestViewers {
			t.Fatalf("%+v, %v", f, err)
		}
	}
	if store.read != 1 {
		t.Errorf("read %d times", store.read)
	}
}

func TestFewViewersAreNotEvenCountedForOthers(t *testing.T) {
	s, store := open(t)
	store.list = []Playing{{Viewer: Viewer{"u", "p"}, Parts: Parts{1}}}
	if heat, err := s.Heat(t.Context(), catalog.Rating{}, "film"); err != nil || heat.Viewers != 0 || heat.Parts != nil {
		t.Errorf("%+v, %v", heat, err)
	}
	if f, err := s.Figures(t.Context(), "film"); err != nil || f.Viewers != 1 {
		t.Errorf("%+v, %v", f, err)
	}
}

// tended is a Store with too much in it.
type tended struct {
	Store
	old    int
	crowds map[string]int
	asked  []string
}

func (s *tended) Forget(_ context.Context, before time.Time, most int) (int, error) {
	if !before.Equal(epoch.Add(-KeepFor)) {
		return 0, errors.New("of another time")
	}
	n := min(s.old, most)
	s.old -= n
	return n, nil
}

func (s *tended) Crowded(_ context.Context, than int, after string, most int) (list []string, err error) {
	for _, id := range []string{"a", "b", "c"} {
		if id > after && s.crowds[id] > than && len(list) < most {
			list = append(list, id)
		}
	}
	return list, nil
}

func (s *tended) Thin(_ context.Context, videoID string, keep, most int) (int, error) {
	s.asked = append(s.asked, videoID)
	n := min(max(0, s.crowds[videoID]-keep), most)
	s.crowds[videoID] -= n
	return n, nil
}

func TestWhatIsTooOldOrTooMuchIsForgottenALittleAtATime(t *testing.T) {
	store := &tended{old: 2500, crowds: map[string]int{"a": MostKept + 1700, "b": MostKept, "c": MostKept + 1}}
	s := New(Options{Store: store})
	s.now = func() time.Time { return epoch }
	if err := s.Tend(t.Context(), TendArgs{}); err != nil {
		t.Fatal(err)
	}
	if store.old != 0 || store.crowds["a"] != MostKept || store.crowds["b"] != MostKept || store.crowds["c"] != MostKept || !slices.Equal(store.asked, []string{"a", "a", "c"}) {
		t.Errorf("%+v", store)
	}
}

package watch

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// memory is a Store that forgets with the process, and fails when it is told to.
type memory struct {
	mu           sync.Mutex
	rows         map[rowKey]Row
	transactions [][]Row
	refuse       func(rows []Row) error // of a transaction; nil: none
	away         error                  // of everything
	hang         chan struct{}          // until which a transaction hangs; nil: none does
}

func newMemory() *memory { return &memory{rows: map[rowKey]Row{}} }

func (m *memory) Record(ctx context.Context, rows []Row) error {
	m.mu.Lock()
	hang := m.hang
	m.mu.Unlock()
	if hang != nil {
		select {
		case <-hang:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.transactions = append(m.transactions, slices.Clone(rows))
	if m.away != nil {
		return m.away
	}
	if m.refuse != nil {
		if err := m.refuse(rows); err != nil {
			return err
		}
	}
	for _, r := range rows {
		m.put(r)
	}
	return nil
}

func (m *memory) put(r Row) {
	key := rowKey{r.Viewer, r.VideoID, r.DeviceID}
	if before, found := m.rows[key]; found {
		r = before.Join(r)
	}
	m.rows[key] = r
}

func (m *memory) Rows(_ context.Context, v Viewer, videoIDs ...string) ([]Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.away != nil {
		return nil, m.away
	}
	var found []Row
	for key, r := range m.rows {
		if key.viewer == v && slices.Contains(videoIDs, key.video) {
			found = append(found, r)
		}
	}
	return found, nil
}

func (m *memory) Recent(_ context.Context, v Viewer, after *Place, most int) ([][]Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.away != nil {
		return nil, m.away
	}
	byVideo := map[string][]Row{}
	for key, r := range m.rows {
		if key.viewer == v {
			byVideo[key.video] = append(byVideo[key.video], r)
		}
	}
	var page [][]Row
	for _, rows := range byVideo {
		if p := placeOf(rows); after == nil || p.compare(*after) > 0 {
			page = append(page, rows)
		}
	}
	slices.SortFunc(page, func(a, b []Row) int { return placeOf(a).compare(*placeOf(b)) })
	return page[:min(most, len(page))], nil
}

func (m *memory) Forget(_ context.Context, v Viewer, era Era, videoIDs ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.away != nil {
		return m.away
	}
	m.forget(v, era, videoIDs...)
	return nil
}

func (m *memory) forget(v Viewer, era Era, videoIDs ...string) {
	for key, r := range m.rows {
		if key.viewer != v || len(videoIDs) > 0 && !slices.Contains(videoIDs, key.video) || r.Era.Compare(era) >= 0 {
			continue
		}
		delete(m.rows, key)
		m.put(Row{Viewer: v, VideoID: key.video, Mark: Mark{Era: era, Kind: Forgotten, At: r.At}})
	}
}

// set lets it be away, or back.
func (m *memory) set(away error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.away = away
}

// compare orders places: the latest first.
func (p Place) compare(other Place) int {
	return cmp.Or(other.At.Compare(p.At), cmp.Compare(other.VideoID, p.VideoID))
}

// hot is a Hot in memory.
type hot struct {
	mu    sync.Mutex
	notes map[string][]byte
}

func newHot() *hot { return &hot{notes: map[string][]byte{}} }

func (h *hot) SetNotes(_ context.Context, notes map[string][]byte, _ time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for key, text := range notes {
		h.notes[key] = text
	}
}

func (h *hot) Notes(_ context.Context, keys []string) map[string][]byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	found := map[string][]byte{}
	for _, key := range keys {
		if text, ok := h.notes[key]; ok {
			found[key] = text
		}
	}
	return found
}

func (h *hot) empty() { h.put(map[string][]byte{}) }

func (h *hot) put(notes map[string][]byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.notes = maps.Clone(notes)
}

func (h *hot) copy() map[string][]byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.notes)
}

// shelf is Videos in memory.
type shelf map[string]Film

func (s shelf) Films(_ context.Context, ids ...string) (map[string]Film, error) {
	found := map[string]Film{}
	for _, id := range ids {
		if film, ok := s[id]; ok {
			found[id] = film
		}
	}
	return found, nil
}

var ana = Viewer{UserID: "user-1", ProfileID: "ana"}

// film is one of 6,000 seconds whose credits begin at 5,600.
func film(id string) Film {
	return Film{Video: catalog.Video{ID: id, Title: id, Playable: true, DurationSeconds: 6000}, Credits: 5600}
}

// house is a Service on memory, which runs as long as its test.
type house struct {
	*Service
	store *memory
	hot   *hot
	films shelf

	mu     sync.Mutex
	events []any
	came   []visit
}

func (h *house) seen() []visit {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.came
}

func open(t testing.TB) *house {
	h := still(t)
	h.run(t)
	return h
}

// still is one that does not run yet.
func still(t testing.TB) *house {
	h := &house{store: newMemory(), hot: newHot(), films: shelf{"film": film("film")}}
	h.Service = New(Options{
		Store: h.store, Hot: h.hot, Videos: h.films, Logger: slog.New(slog.DiscardHandler), Every: time.Millisecond,
		Tell: func(_ context.Context, _ Viewer, event any) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.events = append(h.events, event)
		},
	})
	return h
}

func (h *house) run(t testing.TB) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := h.Run(ctx); err != nil {
			t.Errorf("it ended with %v", err)
		}
	}()
	t.Cleanup(func() { cancel(); <-ended })
}

// says is a report of a device in the first era.
func says(device string, position float64) Report {
	return Report{Viewer: ana, VideoID: "film", DeviceID: device, Device: "The " + device, Era: &Era{}, Position: position, Duration: 6000}
}

// must records a report that is kept.
func (h *house) must(t testing.TB, r Report) {
	t.Helper()
	if err := h.Record(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

// row is what there is to go on with.
func (h *house) row(t testing.TB) []Going {
	t.Helper()
	row, err := h.Continue(t.Context(), ana, catalog.Rating{}, 20)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// pass lets time pass, in a bubble of synctest, where that takes none.
func pass(d time.Duration) { <-time.After(d) }

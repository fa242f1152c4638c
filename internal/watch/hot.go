package watch

import (
	"context"
	"encoding/json"
	"time"
)

// A note is what is kept hot of a viewer and a video: their joined Mark, and what the device does
// that was heard of last in its era. It may be old or lost: whoever reads it joins it with what is
// kept. So two nodes may write one at the same time.
type note struct {
	Era      string    `json:"era"`
	Kind     Kind      `json:"kind"`
	Position float64   `json:"position"`
	Duration float64   `json:"duration"`
	At       time.Time `json:"at"`
	DeviceID string    `json:"deviceId,omitempty"`
	Device   string    `json:"device,omitempty"`
	State    State     `json:"state,omitempty"`
	Heard    time.Time `json:"heard,omitzero"` // by the server's clock

	mark Mark // all of the above that is one
}

const (
	noteLife  = 24 * time.Hour
	stillSaid = 30 * time.Second // who plays says so every 5 s
)

func noteKey(v Viewer, videoID string) string {
	return "watch:" + v.UserID + ":" + v.ProfileID + ":" + videoID
}

func readNote(text []byte) (n note, ok bool) {
	if json.Unmarshal(text, &n) != nil {
		return note{}, false
	}
	era, err := ParseEra(n.Era)
	if err != nil {
		return note{}, false
	}
	n.mark = Mark{era, n.Kind, n.Position, n.Duration, n.At}
	return n, true
}

func (n note) write() []byte {
	n.Era, n.Kind, n.Position, n.Duration, n.At = n.mark.Era.String(), n.mark.Kind, n.mark.Position, n.mark.Duration, n.mark.At
	text, err := json.Marshal(n)
	if err != nil {
		panic(err) // of plain fields and finite numbers, which checked lets through
	}
	return text
}

// with returns the note after a row of a device in some state.
func (n note) with(r Row, state State, now time.Time) note {
	if r.Era.Compare(n.mark.Era) >= 0 {
		n.DeviceID, n.Device, n.State, n.Heard = r.DeviceID, r.Device, state, now
	}
	n.mark = n.mark.Join(r.Mark)
	return n
}

// over returns what is hot and what is kept together.
func (n note) over(kept Standing, found bool, now time.Time) Standing {
	st := Standing{VideoID: kept.VideoID, Mark: n.mark, DeviceID: n.DeviceID, Device: n.Device, State: n.State}
	if n.State == Playing && now.Sub(n.Heard) > stillSaid {
		st.State = "" // it would have said so
	}
	if !found {
		return st
	}
	st.Mark = kept.Mark.Join(n.mark)
	if st.Era != n.mark.Era || st.Position > n.mark.Position { // the note is of before
		st.DeviceID, st.Device, st.State = kept.DeviceID, kept.Device, ""
	}
	return st
}

// notes returns what is hot of a viewer, by video.
func (s *Service) notes(ctx context.Context, v Viewer, videoIDs []string) map[string]note {
	if s.Hot == nil || len(videoIDs) == 0 {
		return nil
	}
	keys := make([]string, len(videoIDs))
	for i, id := range videoIDs {
		keys[i] = noteKey(v, id)
	}
	texts := s.Hot.Notes(ctx, keys)
	found := make(map[string]note, len(texts))
	for i, key := range keys {
		if n, ok := readNote(texts[key]); ok {
			found[videoIDs[i]] = n
		}
	}
	return found
}

// remember makes a batch hot.
func (s *Service) remember(ctx context.Context, batch []*waiting) {
	if s.Hot == nil {
		return
	}
	seen := make(map[string]bool, len(batch))
	var keys []string
	for _, w := range batch {
		if key := noteKey(w.key.viewer, w.key.video); !seen[key] {
			seen[key], keys = true, append(keys, key)
		}
	}
	notes := make(map[string]note, len(keys))
	for key, text := range s.Hot.Notes(ctx, keys) {
		if n, ok := readNote(text); ok {
			notes[key] = n
		}
	}
	now := s.now()
	for _, w := range batch {
		key := noteKey(w.key.viewer, w.key.video)
		notes[key] = notes[key].with(w.row, w.state, now)
	}
	texts := make(map[string][]byte, len(notes))
	for key, n := range notes {
		texts[key] = n.write()
	}
	s.Hot.SetNotes(ctx, texts, noteLife)
}

package audit

import (
	"context"
	"strings"
	"testing"
	"time"
)

// shelf keeps entries in memory, as many as there are, and nothing else: what is tested here
// is what the Log makes of them.
type shelf struct {
	entries []Entry
	asked   []int
}

func (s *shelf) Append(_ context.Context, e Entry) error {
	s.entries = append(s.entries, e)
	return nil
}

func (s *shelf) Entries(context.Context, Query) ([]Entry, error) { return s.entries, nil }

func (s *shelf) Forget(_ context.Context, before time.Time, most int) (n int, _ error) {
	s.asked = append(s.asked, most)
	for n < most && n < len(s.entries) && s.entries[n].At.Before(before) {
		n++
	}
	s.entries = s.entries[n:]
	return n, nil
}

func TestAnEntryGetsItsOwnTimeAndName(t *testing.T) {
	var kept shelf
	l := NewLog(&kept, time.Hour)
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_901_234, time.FixedZone("", 3600))
	l.now = func() time.Time { return at }
	for range 2 {
		if err := l.Record(t.Context(), Entry{ID: "mine", At: time.Unix(0, 0), Action: "deleteVideo", Outcome: Done}); err != nil {
			t.Fatal(err)
		}
	}
	a, b := kept.entries[0], kept.entries[1]
	if a.ID == b.ID || len(a.ID) != 36 || !a.At.Equal(at.Truncate(time.Microsecond)) || a.At.Location() != time.UTC {
		t.Errorf("%+v and %+v", a, b)
	}
}

func TestWhatIsSentDoesNotFillTheRecord(t *testing.T) {
	var kept shelf
	l := NewLog(&kept, time.Hour)
	long := "a\x00b\n\xff" + strings.Repeat("é", 5000)
	if err := l.Record(t.Context(), Entry{Action: long, Target: long, Detail: long, Outcome: long, From: long}); err != nil {
		t.Fatal(err)
	}
	e := kept.entries[0]
	for text, most := range map[string]int{e.Action: mostName, e.Target: mostTarget, e.Detail: mostDetail} {
		if n := len([]rune(text)); n != most || !strings.HasPrefix(text, "abé") || !strings.HasSuffix(text, "…") {
			t.Errorf("%d characters, %.20q", n, text)
		}
	}
}

func TestWhatIsTooOldIsForgottenALittleAtATime(t *testing.T) {
	var kept shelf
	l := NewLog(&kept, 24*time.Hour)
	now := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	l.now = func() time.Time { return now }
	for i := range 2*atOnce + 10 {
		kept.entries = append(kept.entries, Entry{At: now.Add(-48*time.Hour + time.Duration(i)*time.Second)})
	}
	kept.entries = append(kept.entries, Entry{At: now.Add(-24 * time.Hour)}, Entry{At: now})
	if err := l.Forget(t.Context(), ForgetArgs{}); err != nil {
		t.Fatal(err)
	}
	if len(kept.entries) != 2 || len(kept.asked) != 3 {
		t.Errorf("%d are left after asking %v", len(kept.entries), kept.asked)
	}
}

package watch

import (
	"encoding/json"
	"os"
	"testing"
	"time"
)

type (
	caseMark struct {
		Era, Kind          string
		Position, Duration float64
		At                 int64
	}
	caseTable struct {
		Read []struct {
			Text, By string
			At       int64
		}
		Refused, Order []string
		Next           []struct {
			Why, Era, By, Next string
			Now                int64
		}
		Join []struct {
			Why        string
			A, B, Both caseMark
		}
		Judged []struct {
			Why                         string
			Mark                        caseMark
			Credits                     float64
			Finished, Begun, Unfinished bool
		}
		Resumed []struct {
			Why, By, Era      string
			Mark              caseMark
			Credits, Position float64
			Now               int64
		}
	}
)

func caseEra(t *testing.T, text string) Era {
	t.Helper()
	e, err := ParseEra(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return e
}

func (m caseMark) mark(t *testing.T) Mark {
	t.Helper()
	return Mark{caseEra(t, m.Era), Kind(m.Kind), m.Position, m.Duration, time.UnixMilli(m.At).UTC()}
}

// The app has the rule in its own language (web/src/api/watchRule.ts) and reads the same table.
func TestTheAppAndTheServerHaveOneRule(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var table caseTable
	if err := json.Unmarshal(text, &table); err != nil {
		t.Fatal(err)
	}
	for _, c := range table.Read {
		if e := caseEra(t, c.Text); e != (Era{c.At, c.By}) || e.String() != c.Text {
			t.Errorf("%q is read as %+v and written %q", c.Text, e, e)
		}
	}
	for _, c := range table.Refused {
		if e, err := ParseEra(c); err == nil {
			t.Errorf("%q is read as %+v", c, e)
		}
	}
	for i, a := range table.Order {
		for j, b := range table.Order {
			if got, want := caseEra(t, a).Compare(caseEra(t, b)), sign(i-j); got != want {
				t.Errorf("%q compared with %q is %d, not %d", a, b, got, want)
			}
		}
	}
	for _, c := range table.Next {
		if got := caseEra(t, c.Era).Next(time.UnixMilli(c.Now), c.By).String(); got != c.Next {
			t.Errorf("%s: %q, not %q", c.Why, got, c.Next)
		}
	}
	for _, c := range table.Join {
		a, b, both := c.A.mark(t), c.B.mark(t), c.Both.mark(t)
		if a.Join(b) != both || b.Join(a) != both || both.Join(a) != both {
			t.Errorf("%s: %+v and %+v, not %+v", c.Why, a.Join(b), b.Join(a), both)
		}
	}
	for _, c := range table.Judged {
		m := c.Mark.mark(t)
		if m.Finished(c.Credits) != c.Finished || m.Begun() != c.Begun || m.Unfinished(c.Credits) != c.Unfinished {
			t.Errorf("%s: finished %v, begun %v, unfinished %v", c.Why, m.Finished(c.Credits), m.Begun(), m.Unfinished(c.Credits))
		}
	}
	for _, c := range table.Resumed {
		at, era := c.Mark.mark(t).Resume(c.Credits, time.UnixMilli(c.Now), c.By)
		if at != c.Position || era.String() != c.Era {
			t.Errorf("%s: %v in %q", c.Why, at, era)
		}
	}
}

func sign(n int) int { return min(max(n, -1), 1) }

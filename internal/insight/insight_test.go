package insight

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// dice makes playings up, the same for a seed.
type dice struct{ *rand.Rand }

func roll(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 7))} }

func (d dice) parts() (p Parts) {
	from, to := d.IntN(Hundredths), d.IntN(Hundredths+1)
	for i := from; i < to; i++ {
		p[i] = uint8(d.IntN(mostTimes + 1))
	}
	return p
}

func (d dice) event() Event {
	types := []EventType{Start, Stall, Quality, Stop, Complete}
	e := Event{Type: types[d.IntN(len(types))], At: float64(d.IntN(40)), Position: float64(d.IntN(3)), Value: d.Float64() * 5}
	if e.Type == Quality {
		e.Value = []float64{360, 720, 1080}[d.IntN(3)]
	}
	e, err := e.clean()
	if err != nil {
		panic(err)
	}
	return e
}

func (d dice) events(most int) (list []Event) {
	for range d.IntN(most + 1) {
		list = append(list, d.event())
	}
	return list
}

// batch is what a player sends at once of one playing.
func (d dice) batch() Playing {
	return Playing{Began: epoch.Add(time.Duration(d.IntN(1000)) * time.Second), Parts: d.parts(), Events: tidy(d.events(100))}
}

// playings are of some viewers, each with some.
func (d dice) playings(viewers int) (list []Playing) {
	for v := range viewers {
		for n := range 1 + d.IntN(3) {
			p := d.batch()
			p.Viewer, p.VideoID, p.SessionID = Viewer{"u", fmt.Sprint(v)}, "film", fmt.Sprint(n)
			list = append(list, p)
		}
	}
	return list
}

var epoch = time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)

func eachSeed(t *testing.T, test func(t *testing.T, d dice)) {
	t.Helper()
	for seed := range uint64(500) {
		test(t, roll(seed))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestWhateverOrderBatchesComeInThePlayingIsTheSame(t *testing.T) {
	eachSeed(t, func(t *testing.T, d dice) {
		var batches []Playing
		for range 1 + d.IntN(6) {
			batches = append(batches, d.batch())
		}
		join := func(order []int) (p Playing) {
			for _, i := range order {
				p = p.Join(batches[i])
			}
			return p
		}
		want := join(d.Perm(len(batches)))
		order := append(d.Perm(len(batches)), d.Perm(len(batches))...) // and each twice
		if got := join(order); !reflect.DeepEqual(got, want) {
			t.Errorf("in another order, twice:\n%+v\n%+v", got, want)
		}
		// And joined in groups, as processes do that write what waits at once.
		at := d.IntN(len(batches) + 1)
		first, rest := Playing{}, Playing{}
		for _, b := range batches[:at] {
			first = first.Join(b)
		}
		for _, b := range batches[at:] {
			rest = rest.Join(b)
		}
		if got := rest.Join(first); !reflect.DeepEqual(got, want) {
			t.Errorf("in groups:\n%+v\n%+v", got, want)
		}
	})
}

func TestWhatIsKeptOfAPlayingIsBounded(t *testing.T) {
	most := 0
	for _, n := range kept {
		most += n
	}
	eachSeed(t, func(t *testing.T, d dice) {
		var p Playing
		for range 8 {
			p = p.Join(Playing{Parts: d.parts(), Events: d.events(200)})
		}
		if len(p.Events) > most {
			t.Errorf("%d events of %d at most", len(p.Events), most)
		}
		if !slices.IsSortedFunc(p.Events, Event.compare) {
			t.Error("not in order")
		}
		for _, times := range p.Parts {
			if times > mostTimes {
				t.Errorf("%d times", times)
			}
		}
	})
}

func TestOfManyEventsTheEarliestAreKeptAndWhereItWasLeftLast(t *testing.T) {
	var sent []Event
	for at := range 100 {
		for _, what := range []EventType{Start, Stall, Stop, Complete} {
			sent = append(sent, Event{Type: what, At: float64(at)})
		}
	}
	at := map[EventType][]float64{}
	for _, e := range tidy(sent) {
		at[e.Type] = append(at[e.Type], e.At)
	}
	if !slices.Equal(at[Start], []float64{0}) || !slices.Equal(at[Complete], []float64{0}) || !slices.Equal(at[Stop], []float64{99}) ||
		len(at[Stall]) != kept[Stall] || at[Stall][kept[Stall]-1] != float64(kept[Stall]-1) {
		t.Errorf("%v", at)
	}
}

func TestFiguresDoNotDependOnTheOrderOfPlayings(t *testing.T) {
	eachSeed(t, func(t *testing.T, d dice) {
		list := d.playings(5 + d.IntN(15))
		want := Summarise(list, 5400)
		d.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		if got := Summarise(list, 5400); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v\n%+v", got, want)
		}
	})
}

func TestFiguresAgreeWithEachOther(t *testing.T) {
	const duration = 5400.0
	eachSeed(t, func(t *testing.T, d dice) {
		list := d.playings(5 + d.IntN(15))
		f := Summarise(list, duration)
		stalls := 0
		for _, p := range list {
			if p.Seen() {
				stalls += len(slices.DeleteFunc(slices.Clone(p.Events), func(e Event) bool { return e.Type != Stall }))
			}
		}
		if f.Stalls != stalls || f.Completed > f.Viewers || f.Viewers > f.Playings || f.AverageSeconds > duration || f.Viewers > 0 && f.AverageSeconds <= 0 {
			t.Errorf("%+v with %d stalls", f, stalls)
		}
		shares := 0.0
		for _, q := range f.Qualities {
			shares += q.Share
		}
		if len(f.Qualities) > 0 && math.Abs(shares-1) > 0.005 {
			t.Errorf("qualities come to %v: %+v", shares, f.Qualities)
		}
		if f.Viewers < FewestViewers {
			if f.Heat != nil || f.Retention != nil {
				t.Errorf("%d viewers have curves: %+v", f.Viewers, f)
			}
			return
		}
		if len(f.Heat) != Hundredths || len(f.Retention) != Hundredths || slices.Max(f.Heat) != 1 || slices.Min(f.Heat) < 0 || f.Retention[0] != 1 {
			t.Errorf("%+v", f)
		}
		for i := 1; i < Hundredths; i++ {
			if f.Retention[i] > f.Retention[i-1] {
				t.Errorf("more came to %d than to %d", i, i-1)
			}
		}
		// Nobody saw more of it than they came to.
		came := 0.0
		for _, share := range f.Retention {
			came += share * duration / Hundredths
		}
		if f.AverageSeconds > came+1 {
			t.Errorf("%v s are seen, and %v s come to", f.AverageSeconds, came)
		}
	})
}

func TestOneViewerMoreOrLessDecidesWhetherThereAreCurves(t *testing.T) {
	var list []Playing
	for v := range FewestViewers {
		for n := range 5 { // many playings are no more viewers
			list = append(list, Playing{Viewer: Viewer{"u", fmt.Sprint(v)}, SessionID: fmt.Sprint(n), Parts: Parts{1, 1}})
		}
	}
	list = append(list, Playing{Viewer: Viewer{"u", "left at once"}, Events: []Event{{Type: Start}}})
	if f := Summarise(list[5:], 100); f.Viewers != FewestViewers-1 || f.Playings != 45 || f.Heat != nil || f.Retention != nil {
		t.Errorf("%+v", f)
	}
	f := Summarise(list, 100)
	if f.Viewers != FewestViewers || f.Retention[1] != 1 || f.Retention[2] != 0 || f.Heat[0] != 1 || f.Heat[2] != 0 || f.AverageSeconds != 2 {
		t.Errorf("%+v", f)
	}
}

func TestNobodyMakesAPartTheMostWatchedAlone(t *testing.T) {
	var list []Playing
	for v := range 20 {
		list = append(list, Playing{Viewer: Viewer{"u", fmt.Sprint(v)}, Parts: Parts{40: 1}})
	}
	for n := range 1000 {
		list = append(list, Playing{Viewer: Viewer{"u", "one"}, SessionID: fmt.Sprint(n), Parts: Parts{70: 9}})
	}
	if f := Summarise(list, 100); f.Heat[40] != 1 || f.Heat[70] != 0.45 || f.Viewers != 21 {
		t.Errorf("heat %v and %v of %d viewers", f.Heat[40], f.Heat[70], f.Viewers)
	}
}

func TestAViewerWhoCameBackIsOneWhoSawItAll(t *testing.T) {
	half, rest := Parts{}, Parts{}
	for i := range Hundredths {
		if i < 50 {
			half[i] = 1
		} else {
			rest[i] = 1
		}
	}
	who := Viewer{"u", "one"}
	f := Summarise([]Playing{
		{Viewer: who, SessionID: "1", Parts: half, Events: []Event{{Type: Start, Value: 0.4}, {Type: Stop, At: 50}}},
		{Viewer: who, SessionID: "2", Parts: rest, Events: []Event{{Type: Start, Value: 2}, {Type: Complete, At: 45}}},
	}, 100)
	if f.Viewers != 1 || f.Playings != 2 || f.Completed != 1 || f.AverageSeconds != 100 || f.StartSeconds != 0.4 {
		t.Errorf("%+v", f)
	}
}

func TestAQualityCountsForAsLongAsItWasShown(t *testing.T) {
	whole := Parts{}
	for i := range Hundredths {
		whole[i] = 1
	}
	for name, c := range map[string]struct {
		events []Event
		want   []Shown
	}{
		"nobody said":     {nil, nil},
		"one":             {[]Event{{Type: Quality, Value: 720}}, []Shown{{720, 1}}},
		"better soon":     {[]Event{{Type: Quality, Value: 360}, {Type: Quality, At: 10, Value: 1080}}, []Shown{{1080, 0.9}, {360, 0.1}}},
		"back and forth":  {[]Event{{Type: Quality, Value: 360}, {Type: Quality, At: 25, Value: 720}, {Type: Quality, At: 75, Value: 360}, {Type: Stop, At: 100}}, []Shown{{720, 0.5}, {360, 0.5}}},
		"paused at a low": {[]Event{{Type: Quality, Value: 360}, {Type: Quality, At: 150, Value: 720}, {Type: Stop, At: 200}}, []Shown{{720, 0.25}, {360, 0.75}}},
	} {
		if f := Summarise([]Playing{{Parts: whole, Events: c.events}}, 100); !slices.Equal(f.Qualities, c.want) {
			t.Errorf("%s: %v, want %v", name, f.Qualities, c.want)
		}
	}
}

func TestPartsAreReadAsTheyAreWritten(t *testing.T) {
	eachSeed(t, func(t *testing.T, d dice) {
		p := d.parts()
		if got, err := ParseParts(p.String()); err != nil || got != p {
			t.Errorf("%v, %v", got, err)
		}
	})
	digits := Parts{0: 1}.String()
	for _, bad := range []string{"0", digits[1:], digits + "0", digits[:99] + "x", digits[:99] + "-", digits[:98] + "٣", digits[:99] + "\n"} {
		if _, err := ParseParts(bad); fault.CodeOf(err) != "bad_parts" || !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzParts(f *testing.F) {
	f.Add(Parts{3: 9}.String())
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParseParts(text)
		if err == nil && p != (Parts{}) && p.String() != text {
			t.Errorf("%q is %q", text, p)
		}
	})
}

func TestWhatCannotHaveHappenedIsRefused(t *testing.T) {
	for _, bad := range []Event{
		{Type: "seek"}, {}, {Type: Start, At: -1}, {Type: Start, At: math.NaN()}, {Type: Stall, Position: math.Inf(1)},
		{Type: Stall, Value: -0.001}, {Type: Stall, Value: mostValue + 1}, {Type: Stop, At: mostAt + 1}, {Type: Stop, Position: mostPosition + 1},
	} {
		if _, err := bad.clean(); fault.CodeOf(err) != "bad_event" {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if e, err := (Event{Type: Stall, At: 1.23456, Position: 7.00049, Value: 0.0004}).clean(); err != nil || e != (Event{Type: Stall, At: 1.235, Position: 7}) {
		t.Errorf("%+v, %v", e, err)
	}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

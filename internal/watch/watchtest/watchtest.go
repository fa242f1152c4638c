// Package watchtest owns the contract of watch.Store: one suite that every engine runs. It is
// test code, imports watch, and knows no engine.
package watchtest

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/watch"
)

// Subject is what the suite is run on: one empty database.
type Subject struct {
	Store watch.Store
	// Join opens the same database again, as another node does.
	Join func(t testing.TB) watch.Store
	// Viewer makes somebody new with a profile, and Profile another profile of theirs; Leave takes
	// a user away, and LeaveProfile a profile, with all that is theirs.
	Viewer       func(t testing.TB) watch.Viewer
	Profile      func(t testing.TB, userID string) watch.Viewer
	Leave        func(t testing.TB, v watch.Viewer)
	LeaveProfile func(t testing.TB, v watch.Viewer)
	// Video adds a video, and Remove takes it away.
	Video  func(t testing.TB) (id string)
	Remove func(t testing.TB, videoID string)
}

// Run checks every promise of watch.Store. Each test opens a subject of its own.
func Run(t *testing.T, open func(t testing.TB) Subject) {
	for name, test := range map[string]func(*testing.T, Subject){
		"a row is kept to the microsecond":                             aRowIsKept,
		"a row is that of one profile, video and device":               rowsAreApart,
		"who asks for nothing, or for what is not there, gets nothing": nothingIsThere,
		"a later era wins whole":                                       aLaterEraWins,
		"in one era one only comes further":                            oneEra,
		"the same again changes nothing":                               theSameAgain,
		"of one playing the report that counts furthest is kept":       counters,
		"every order of any rows leads to the Join of all":             everyOrder,
		"a batch of thousands is one":                                  aLargeBatch,
		"two nodes that record the same rows lose nothing":             twoNodes,
		"rows of what is gone are left out, and no others":             whatIsGone,
		"rows of another's profile are left out":                       anothersProfile,
		"what goes while it is recorded fails nobody":                  goesMeanwhile,
		"a batch is kept whole or not at all":                          wholeOrNot,
		"odd texts are kept letter by letter, or refused":              oddTexts,
		"who leaves takes their rows along":                            whoLeaves,
		"a video takes its rows along":                                 aVideoGoes,
		"what was watched last comes first, each video once":           theLastComesFirst,
		"pages meet, and hold the rows of all devices":                 pagesMeet,
		"pages meet while others watch":                                pagesMeetMeanwhile,
		"a place that is gone is a place still":                        aPlaceThatIsGone,
		"what was forgotten stays forgotten":                           forgotten,
		"all of a profile is forgotten, and what came after is not":    allIsForgotten,
		"forgetting is joined with what devices report meanwhile":      forgettingMeanwhile,
		"whoever gave up is told so":                                   givingUp,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// epoch is a time as stores keep it: UTC, with microseconds that are not all zero.
var epoch = time.Date(2021, 3, 4, 5, 6, 7, 891_011_000, time.UTC)

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantFault(t testing.TB, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: %v, want the fault %q", what, err, kind)
	}
}

// row is a device's, of an era that began so many milliseconds after another.
func row(v watch.Viewer, videoID, deviceID string, era int64, position float64) watch.Row {
	return watch.Row{
		Viewer: v, VideoID: videoID, DeviceID: deviceID, Device: "Chrome on " + deviceID, SessionID: "s-" + deviceID, Counter: 1,
		Mark: watch.Mark{Era: watch.Era{At: era, By: "a"}, Kind: watch.Watching, Position: position, Duration: 5400, At: epoch},
	}
}

func (s Subject) record(t testing.TB, rows ...watch.Row) {
	t.Helper()
	ok(t, s.Store.Record(t.Context(), rows))
}

// want checks the rows of a viewer's videos.
func (s Subject) want(t testing.TB, v watch.Viewer, videoIDs []string, want ...watch.Row) {
	t.Helper()
	got, err := s.Store.Rows(t.Context(), v, videoIDs...)
	ok(t, err)
	sameRows(t, got, want)
}

// sameRows compares rows in any order.
func sameRows(t testing.TB, got, want []watch.Row) {
	t.Helper()
	got, want = slices.SortedFunc(slices.Values(got), byKey), slices.SortedFunc(slices.Values(want), byKey)
	if !slices.Equal(got, want) {
		t.Errorf("%d rows, want %d:\n%+v\nwant\n%+v", len(got), len(want), got, want)
	}
}

func byKey(a, b watch.Row) int {
	return cmp.Or(cmp.Compare(a.Viewer.ProfileID, b.Viewer.ProfileID), cmp.Compare(a.VideoID, b.VideoID), cmp.Compare(a.DeviceID, b.DeviceID))
}

// key is what a row is of.
type key struct {
	v             watch.Viewer
	video, device string
}

func keyOf(r watch.Row) key { return key{r.Viewer, r.VideoID, r.DeviceID} }

// add joins rows with those before, in this order.
func add(to map[key]watch.Row, rows ...watch.Row) {
	for _, r := range rows {
		if before, found := to[keyOf(r)]; found {
			r = before.Join(r)
		}
		to[keyOf(r)] = r
	}
}

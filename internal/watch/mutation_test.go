//go:build mutations

package watch

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"text/tabwriter"
)

// A test that cannot fail proves nothing. Each of these breaks the rule, or the service, in one
// place; the tests must see it.

type mutation struct {
	name     string
	file     string
	old, new string // one place in file
	test     string // that fails
	because  string // what it says: a part of it
}

const inHistories = "TestEveryHistoryKeepsWhatIsPromised"

var mutations = []mutation{
	// Of how marks are joined.
	{"the last arrival wins", "merge.go", "m.Position = max(m.Position, other.Position)", "m.Position = other.Position", inHistories, "was acknowledged|knows of"},
	{"the shorter way counts", "merge.go", "m.Position = max(m.Position, other.Position)", "m.Position = min(m.Position, other.Position)", inHistories, "is shown|is lost|is kept|was acknowledged"},
	{"the earlier era wins", "merge.go", "case order < 0:\n\t\treturn other", "case order > 0:\n\t\treturn other", inHistories, "went back to"},
	{"of two eras the furthest counts", "merge.go", "case order < 0:\n\t\treturn other", "case order < 0:\n\t\tother.Position = max(m.Position, other.Position)\n\t\treturn other", inHistories, "went back to"},
	{"nobody tells two eras of one time apart", "merge.go", "cmp.Or(cmp.Compare(e.At, other.At), cmp.Compare(e.By, other.By))", "cmp.Compare(e.At, other.At)", inHistories, "nobody went back|in another order|is lost|was acknowledged"},
	{"what began an era is lost", "merge.go", "m.Kind = max(m.Kind, other.Kind)", "m.Kind = min(m.Kind, other.Kind)", inHistories, "is lost"},
	{"a row is as its last arrival says", "merge.go", "later.Mark = r.Mark.Join(later.Mark)", "_ = r.Mark", inHistories, "was acknowledged|is lost|in another order|knows of"},

	// Of how eras begin.
	{"the clock alone begins an era", "merge.go", "Era{max(now.UnixMilli(), e.At+1), by}", "Era{now.UnixMilli(), by}", inHistories, "which is not later than"},
	{"the next era is of the same time", "merge.go", "e.At+1), by}", "e.At), by}", inHistories, "which is not later than"},
	{"a finished film never begins anew", "merge.go", "case m.Finished(credits) || m.Kind == Forgotten:", "case m.Kind == Forgotten:", inHistories, "begun anew"},
	{"it begins anew in the era it was finished in", "merge.go", "return 0, m.Era.Next(now, playing)", "return 0, m.Era", inHistories, "begun anew"},
	{"what was removed goes on in its era", "merge.go", "return m.Position, m.Era.Next(now, playing)", "return m.Position, m.Era", inHistories, "nobody went back|opened again"},
	{"what was removed begins at 0", "merge.go", "return m.Position, m.Era.Next(now, playing)", "return 0, m.Era.Next(now, playing)", inHistories, "not 40 s"},
	{"a removal begins no era", "remove.go", "m.Era, m.Kind = m.Era.Next(now, by), away", "m.Kind = away", inHistories, "which is not later than"},
	{"credits are no end", "merge.go", "end = min(end, credits)", "end = max(end, credits)", inHistories, "watched to the end"},

	// Of what a device does.
	{"who plays does not go on in another's era", "device_test.go", "\t\td.era = d.knows.Era\n\t}\n\td.counter++", "\t}\n\td.counter++", inHistories, "plays at"},
	{"who stands there does", "device_test.go", "if state == Playing && d.knows.Kind", "if d.knows.Kind", inHistories, "only stands"},
	{"who plays goes on in a removal", "device_test.go", "&& d.knows.Kind == Watching &&", "&&", inHistories, "nobody went back"},
	{"going back follows nobody else's era", "device_test.go", "d.era, d.at = d.knows.Era.Next(", "d.era, d.at = d.era.Next(", inHistories, "which is not later than"},
	{"an answer to an old report counts for a new one", "device_test.go", "&& d.unsent.Counter == counter", "", inHistories, "knows of"},
	{"what is said without a network is not sent later", "device_test.go", "d.unsent, d.owes = row, true", "d.unsent, d.owes = row, d.online", inHistories, "knows of"},

	// Of the hot state.
	{"the hot state is believed alone", "hot.go", "st.Mark = kept.Mark.Join(n.mark)", "st.Mark = n.mark", inHistories, "is lost"},
	{"a note is as the last arrival says", "hot.go", "n.mark = n.mark.Join(r.Mark)", "n.mark = r.Mark", inHistories, "is lost"},

	// Of the service.
	{"what waits is as the last arrival says", "queue.go", "row = w.row.Join(row)", "_ = 0", inHistories, "was acknowledged|knows of"},
	{"it is acknowledged before it is kept", "service.go", "if err := s.queue.add(r, done); err != nil {", "done(nil)\n\tif err := s.queue.add(r, func(error) {}); err != nil {", "TestNobodyHearsThatItIsKeptBeforeItIs", "while it was not kept"},
	{"an error of the store is swallowed", "record.go", "w.answer(err)", "w.answer(nil)", "TestEverybodyWhoWaitsForATransactionHearsThatItFailed", "was answered"},
	{"one waiter of many is answered", "queue.go", "for _, done := range w.done {", "for _, done := range w.done[:1] {", "TestWhatIsReportedMeanwhileIsKeptInOneTransactionARowADevice", "deadlock"},
	{"a row is a transaction", "queue.go", "= 2_000 ", "= 1 ", "TestWhatIsReportedMeanwhileIsKeptInOneTransactionARowADevice", "transactions"},
	{"one bad row keeps out all", "record.go", "if err != nil && !isAway(err) && len(batch) > 1 {", "if false {", "TestARowThatCannotBeKeptKeepsOutNoOther", "a row that no database would take"},
	{"a database that hangs is waited for", "record.go", "context.WithTimeout(ctx, patience)", "context.WithTimeout(ctx, time.Hour)", "TestADatabaseThatHangsIsNotWaitedForLongerThanTwoSeconds", "was answered"},
	{"any clock may begin an era", "check.go", "ahead      = 48 * time.Hour", "ahead      = 480 * time.Hour", "TestWhatIsRefusedIsToldWhy", "an era in three days"},
	{"going back without an era begins none", "plain.go", "case r.Sought && r.Position < known.Position,", "case false,", "TestReportsWithoutAnEraAreTakenAsTheyCome", "sought:true"},
	{"old reports without an era count", "plain.go", "r.Counter <= device.Counter", "r.Counter < 0", "TestReportsWithoutAnEraAreTakenAsTheyCome", "counter:2"},
	{"the row shows what is beyond the limit", "list.go", "if !found || !film.Video.Rating.Within(limit) {", "if !found {", "TestNobodySeesInTheirRowsWhatIsBeyondTheirLimit", "the row is"},
	{"forgetting follows no clock that is ahead", "remove.go", "forgotten := all.taken(", "forgotten := Mark{}.taken(", "TestWhatWasForgottenIsNowhereAndBeginsAnew", "the history is"},
}

// TestEveryBrokenRuleIsFound takes a minute of compiling, so scripts/check.sh runs it as a part of
// its own: go test -tags mutations -run EveryBrokenRule -v ./internal/watch
func TestEveryBrokenRuleIsFound(t *testing.T) {
	said := make([]string, len(mutations))
	t.Run("all", func(t *testing.T) {
		for i, m := range mutations {
			t.Run(m.name, func(t *testing.T) {
				t.Parallel()
				said[i] = m.found(t)
			})
		}
	})
	var table strings.Builder
	rows := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(rows, "MUTATION\tFILE\tWHAT THE TESTS SAY")
	for i, m := range mutations {
		if said[i] == "" { // not chosen, or told above
			continue
		}
		fmt.Fprintf(rows, "%s\t%s\t%.150s\n", m.name, m.file, said[i])
	}
	_ = rows.Flush()
	t.Logf("%d mutations\n%s", len(mutations), table.String())
}

var firstSaid = regexp.MustCompile(`(?m)^(?:\s+\w+_test\.go:\d+: |panic: )(.*)$`)

// found runs the test that is to fail, on code that is mutated as the compiler sees it, and returns
// what the test said.
func (m mutation) found(t *testing.T) string {
	source, err := os.ReadFile(m.file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), m.old); n != 1 {
		t.Fatalf("%q is there %d times in %s", m.old, n, m.file)
	}
	here, err := filepath.Abs(m.file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mutated, overlay := filepath.Join(dir, m.file), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {here: mutated}})
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string][]byte{mutated: []byte(strings.Replace(string(source), m.old, m.new, 1)), overlay: replace} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.CommandContext(t.Context(), "go", "test", "-overlay", overlay, "-vet=off", "-ldflags=-s -w", "-count=1", "-timeout", "2m",
		"-run", "^"+m.test+"$", ".", "-histories", "5000").CombinedOutput()
	first := firstSaid.FindSubmatch(out)
	switch {
	case err == nil:
		t.Fatalf("%s finds nothing", m.test)
	case first == nil:
		t.Fatalf("it does not even run: %s", out)
	case !regexp.MustCompile(m.because).Match(first[1]):
		t.Errorf("%s fails, but says %q", m.test, first[1])
	}
	return string(first[1])
}

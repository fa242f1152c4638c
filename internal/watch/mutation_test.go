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
	{"the last arrival wins", "merge.go", "m.Position = max(m.Position, other.Position)", "m.Position = other.Position", inHistories, "is lost|in another order"},
	{"the earlier era wins", "merge.go", "case order < 0:\n\t\treturn other", "case order > 0:\n\t\treturn other", inHistories, ""},
	{"eras are joined, not replaced", "merge.go", "case order < 0:\n\t\treturn other", "case order < 0:\n\t\tother.Position = max(m.Position, other.Position)\n\t\treturn other", inHistories, ""},
	{"nobody tells two of one time apart", "merge.go", "cmp.Or(cmp.Compare(e.At, other.At), cmp.Compare(e.By, other.By))", "cmp.Compare(e.At, other.At)", inHistories, ""},
	{"the clock alone begins an era", "merge.go", "Era{max(now.UnixMilli(), e.At+1), by}", "Era{now.UnixMilli(), by}", inHistories, ""},
	{"the next era is of the same time", "merge.go", "e.At+1), by}", "e.At), by}", inHistories, ""},
	{"the shorter way counts", "merge.go", "m.Position = max(m.Position, other.Position)", "m.Position = min(m.Position, other.Position)", inHistories, ""},
	{"what began an era is as the last arrival says", "merge.go", "m.Kind = max(m.Kind, other.Kind)", "m.Kind = min(m.Kind, other.Kind)", inHistories, ""},
	{"a finished film never begins anew", "merge.go", "case m.Finished(credits) || m.Kind == Forgotten:", "case m.Kind == Forgotten:", inHistories, "begun anew"},
	{"it begins anew in the era it was finished in", "merge.go", "return 0, m.Era.Next(now, playing)", "return 0, m.Era", inHistories, ""},
	{"what was removed is gone on with in its era", "merge.go", "return m.Position, m.Era.Next(now, playing)", "return m.Position, m.Era", inHistories, ""},
	{"what was removed begins anew", "merge.go", "return m.Position, m.Era.Next(now, playing)", "return 0, m.Era.Next(now, playing)", inHistories, ""},
	{"a removal keeps the era", "remove.go", "m.Era, m.Kind = m.Era.Next(now, by), away", "m.Kind = away", inHistories, ""},
	{"who plays does not go on in another's era", "device_test.go", "\t\td.era = d.knows.Era\n\t}\n\td.counter++", "\t}\n\td.counter++", inHistories, "plays at"},
	{"who stands does", "device_test.go", "if state == Playing && d.knows.Kind", "if d.knows.Kind", inHistories, "only stands"},
	{"who plays goes on in a removal", "device_test.go", "&& d.knows.Kind == Watching &&", "&&", inHistories, ""},
	{"going back knows of no other", "device_test.go", "d.era, d.at = d.knows.Era.Next(", "d.era, d.at = d.era.Next(", inHistories, ""},
	{"an answer to an old report counts for a new one", "device_test.go", "&& d.unsent.Counter == counter", "", inHistories, ""},
	{"credits are no end", "merge.go", "end = min(end, credits)", "end = max(end, credits)", inHistories, ""},
	{"the hot state is believed alone", "hot.go", "st.Mark = kept.Mark.Join(n.mark)", "st.Mark = n.mark", inHistories, ""},
	{"a note is of the last arrival", "hot.go", "n.mark = n.mark.Join(r.Mark)", "n.mark = r.Mark", inHistories, ""},
	{"a row is of the last arrival", "merge.go", "r.Mark = mark\n", "_, r = mark, other\n", inHistories, ""},
	{"what waits is as the last arrival says", "queue.go", "row = w.row.Join(row)", "_ = 0", inHistories, ""},
}

func TestEveryBrokenRuleIsFound(t *testing.T) {
	var table strings.Builder
	rows := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(rows, "MUTATION\tFILE\tWHAT THE TESTS SAY")
	for _, m := range mutations {
		fmt.Fprintf(rows, "%s\t%s\t%s\n", m.name, m.file, m.found(t))
	}
	_ = rows.Flush()
	t.Logf("%d mutations:\n%s", len(mutations), table.String())
}

var saidOf = regexp.MustCompile(`(?m)^\s+\w+_test\.go:\d+: (.*)$`)

// found runs the test that is to fail, on code that is mutated as the compiler sees it, and returns
// what the test said.
func (m mutation) found(t *testing.T) string {
	source, err := os.ReadFile(m.file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), m.old); n != 1 {
		t.Errorf("%s: %q is there %d times in %s", m.name, m.old, n, m.file)
		return ""
	}
	dir := t.TempDir()
	mutated, overlay := filepath.Join(dir, m.file), filepath.Join(dir, "overlay.json")
	here, err := filepath.Abs(m.file)
	if err != nil {
		t.Fatal(err)
	}
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {here: mutated}})
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string][]byte{mutated: []byte(strings.Replace(string(source), m.old, m.new, 1)), overlay: replace} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.CommandContext(t.Context(), "go", "test", "-overlay", overlay, "-vet=off", "-count=1", "-run", "^"+m.test+"$", ".", "-histories", "5000").CombinedOutput()
	said := saidOf.FindSubmatch(out)
	switch {
	case err == nil:
		t.Errorf("%s: nothing found it", m.name)
		return "NOTHING"
	case said == nil:
		t.Errorf("%s: it does not even run: %s", m.name, out)
		return "NOT RUN"
	case !regexp.MustCompile(m.because).Match(said[1]):
		t.Errorf("%s: %s fails, but says %s", m.name, m.test, said[1])
	}
	return string(said[1])
}

package pipeline

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// The steps name their reasons where they find them: a refusal, a mark, or a fault of the
// film with a sentence of its own.
var named = regexp.MustCompile(`(?:refuse\(|\.fault\(|fault\.New\(fault\.(?:Invalid|TooLarge), [^,]+, |Mark\{Code: )"([a-z_]+)"`)

func TestEveryReasonAStepNamesIsPutIntoWords(t *testing.T) {
	files, err := filepath.Glob("*.go")
	for _, step := range []string{"probe", "plan", "encode", "pack"} {
		more, _ := filepath.Glob(step + "/*.go")
		files = append(files, more...)
	}
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || file == "plan/ladder.go" { // of a setting, not of a film
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range named.FindAllStringSubmatch(string(source), -1) {
			seen[match[1]] = true
			if !catalog.IsReason(match[1]) {
				t.Errorf("%s names %q, which catalog.Reason has no words for", file, match[1])
			}
		}
	}
	if len(seen) < 12 {
		t.Errorf("found only %v: the steps name their reasons in another way now", seen)
	}
}

func TestWhyAFilmFailedIsAlwaysAReasonInWords(t *testing.T) {
	for want, cause := range map[string]error{
		"no_space":       &fault.Error{Kind: fault.NoSpace, Op: "blob.put"},
		"too_demanding":  &fault.Error{Kind: fault.Internal, Op: "ffmpeg.run", Code: "ffmpeg_limit"},
		"source_missing": fault.New(fault.Invalid, "pipeline.source", "source_missing", "It is gone."),
		"internal":       errors.New("an unforeseen one"),
	} {
		if got := reasonOf(fault.Wrap("pipeline.test", cause)); got != want {
			t.Errorf("%v is %q, want %q", cause, got, want)
		}
	}
}

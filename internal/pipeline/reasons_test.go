package pipeline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

// The steps name their reasons where they find them: a refusal, a mark, or a fault of the
// film with a sentence of its own.
var named = regexp.MustCompile(`(?:refuse\(|\.fault\(|fault\.New\(fault\.(?:Invalid|TooLarge), [^,]+, |Mark\{Code: |Fault\{\{Code: )"([a-z_]+)"`)

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
		if strings.HasSuffix(file, "_test.go") || file == "plan/ladder.go" || file == "texts.go" { // of a setting and of a request, not of a film
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

func TestAStepThatFFmpegCannotDoIsTriedTwiceAndIsThenTheFilmsFault(t *testing.T) {
	said := &fault.Error{Kind: fault.Internal, Op: "ffmpeg.run", Code: "ffmpeg_failed", Cause: &ffmpeg.ExitError{Code: 69, Stderr: "Invalid data"}}
	away := &fault.Error{Kind: fault.Unavailable, Op: "blob.open"}
	for name, c := range map[string]struct {
		ends []error
		kind fault.Kind
		runs int
	}{
		"both times":        {[]error{said, said}, fault.Invalid, 2},
		"the first time":    {[]error{said, nil}, 0, 2},
		"what is no film's": {[]error{away}, fault.Unavailable, 1},
		"well":              {[]error{nil}, 0, 1},
	} {
		runs := 0
		err := twice(func(context.Context, Pictures) error {
			runs++
			return c.ends[runs-1]
		})(t.Context(), Pictures{})
		if runs != c.runs || (err == nil) != (c.ends[runs-1] == nil) || err != nil && fault.KindOf(err) != c.kind {
			t.Errorf("%s: run %d times, %v", name, runs, err)
		}
		if c.kind == fault.Invalid && fault.CodeOf(err) != "unreadable" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhyAFilmFailedIsAlwaysAReasonInWords(t *testing.T) {
	for want, cause := range map[string]error{
		"no_space":       &fault.Error{Kind: fault.NoSpace, Op: "blob.put"},
		"too_demanding":  &fault.Error{Kind: fault.Internal, Op: "ffmpeg.run", Code: "ffmpeg_limit"},
		"unreadable":     &fault.Error{Kind: fault.Internal, Op: "ffmpeg.run", Code: "ffmpeg_failed"},
		"source_missing": fault.New(fault.Invalid, "pipeline.source", "source_missing", "It is gone."),
		"internal":       errors.New("an unforeseen one"),
	} {
		if got := reasonOf(fault.Wrap("pipeline.test", cause)); got != want {
			t.Errorf("%v is %q, want %q", cause, got, want)
		}
	}
}

package archtest

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The drawing in docs/architecture.md is where people look first.
func TestTheDrawingHasEveryRoom(t *testing.T) {
	text, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), "```")
	if len(parts) < 3 {
		t.Fatal("docs/architecture.md has no drawing")
	}
	drawn := map[string]bool{}
	for _, word := range regexp.MustCompile(`[a-z0-9]+`).FindAllString(parts[1], -1) {
		drawn[word] = true
	}
	rooms := 0
	err = filepath.WalkDir("..", func(at string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil || !entry.IsDir() || at == "..":
			return err
		case name == "testdata" || strings.HasSuffix(name, "test"): // what only tests use
			return fs.SkipDir
		}
		if sources, _ := filepath.Glob(filepath.Join(at, "*.go")); len(sources) == 0 {
			return nil
		}
		rooms++
		if !drawn[name] {
			t.Errorf("%s is not in the drawing of docs/architecture.md", path.Join("internal", filepath.ToSlash(strings.TrimPrefix(at, ".."))))
		}
		return nil
	})
	if err != nil || rooms < 20 {
		t.Fatalf("%d rooms, %v", rooms, err)
	}
}

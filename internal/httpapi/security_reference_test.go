package httpapi

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A reference that names a test which is gone promises what nobody tries.
func TestTheSecurityReferenceNamesTestsThatAreThere(t *testing.T) {
	const root = "../.."
	page, err := os.ReadFile(root + "/docs/reference/security.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == "web") {
			if err == nil {
				err = filepath.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		for _, name := range declared.FindAllStringSubmatch(string(text), -1) {
			there[name[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, quoted := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(string(page), -1) {
		switch what := quoted[1]; {
		case regexp.MustCompile(`^Test\w+$`).MatchString(what):
			if named++; !there[what] {
				t.Errorf("it names %s, and there is no such test", what)
			}
		case regexp.MustCompile(`^(internal|docs|scripts|deploy)/`).MatchString(what):
			if _, err := os.Stat(filepath.Join(root, what)); err != nil {
				t.Errorf("it names %s: %v", what, err)
			}
		}
	}
	if named < 50 {
		t.Errorf("only %d tests are named: this looks for them in the wrong way", named)
	}
}

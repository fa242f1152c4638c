package httpapi_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"github.com/kkmovies/kkmovies/internal/httpapi"
)

// An input that embeds an unexported struct compiles, but its fields are never filled:
// the document is where that shows.
func TestEveryPathParameterIsDeclared(t *testing.T) {
	t.Parallel()
	raw, err := httpapi.Document("test")
	if err != nil {
		t.Fatal(err)
	}
	type operation struct {
		Parameters []struct{ Name, In string } `json:"parameters"`
	}
	var doc struct {
		Paths map[string]map[string]operation `json:"paths"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	found := 0
	for path, operations := range doc.Paths {
		for _, name := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
			for method, op := range operations {
				found++
				declared := slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool {
					return p.In == "path" && p.Name == name[1]
				})
				if !declared {
					t.Errorf("%s %s does not read {%s}", method, path, name[1])
				}
			}
		}
	}
	if found == 0 {
		t.Fatal("no path has a parameter: the test looks in the wrong place")
	}
}

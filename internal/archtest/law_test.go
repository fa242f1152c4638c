package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

func TestTheHouseKeepsItsLaw(t *testing.T) {
	packages := read(t)
	for _, rule := range Law {
		t.Run(rule.Name, func(t *testing.T) {
			for _, p := range packages {
				for _, broken := range rule.Broken(p) {
					t.Errorf("%s %s\n\trule: %s\n\twhy:  %s", p.At, broken, rule.Name, rule.Why)
				}
			}
		})
	}
}

var house struct {
	once     sync.Once
	packages []Package
}

// read returns every package of the module, whatever its build tags: go list names the
// folders, and all their files are parsed.
func read(t *testing.T) []Package {
	t.Helper()
	house.once.Do(func() { house.packages = readModule(t) })
	if len(house.packages) == 0 {
		t.Fatal("the module could not be read: see the first test that tried")
	}
	return house.packages
}

func readModule(t *testing.T) []Package {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-e", "-tags=e2e", "-json=ImportPath,Dir", module+"/...")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []Package
	for stream := json.NewDecoder(bytes.NewReader(out)); ; {
		var listed struct{ ImportPath, Dir string }
		if err := stream.Decode(&listed); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, readPackage(t, listed.ImportPath, listed.Dir))
	}
	return packages
}

func readPackage(t *testing.T, importPath, dir string) Package {
	t.Helper()
	p := Package{At: strings.TrimPrefix(importPath, module+"/")}
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		positions := token.NewFileSet()
		tree, err := parser.ParseFile(positions, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		p.Documented = p.Documented || tree.Doc != nil
		file := File{
			Name:      filepath.Base(name),
			Lines:     positions.File(tree.FileStart).LineCount(),
			Generated: ast.IsGenerated(tree),
			Sleeps:    sleeps(positions, tree),
		}
		p.Files = append(p.Files, file)
		for _, spec := range tree.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			imported = strings.TrimPrefix(imported, module+"/")
			if strings.HasSuffix(name, "_test.go") {
				p.TestImports = append(p.TestImports, imported)
			} else {
				p.Imports = append(p.Imports, imported)
			}
		}
	}
	for _, list := range []*[]string{&p.Imports, &p.TestImports} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return p
}

// sleeps returns the lines that call time.Sleep, whatever name time is imported under.
func sleeps(positions *token.FileSet, tree *ast.File) (lines []int) {
	timeName := ""
	for _, spec := range tree.Imports {
		if spec.Path.Value == `"time"` {
			timeName = "time"
			if spec.Name != nil {
				timeName = spec.Name.Name
			}
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Sleep" {
			if x, ok := s.X.(*ast.Ident); ok && timeName != "" && x.Name == timeName {
				lines = append(lines, positions.Position(s.Pos()).Line)
			}
		}
		return true
	})
	return lines
}

func TestTheReaderSeesTheHouseAsItIs(t *testing.T) {
	packages := read(t)
	at := slices.IndexFunc(packages, func(p Package) bool { return p.At == "internal/archtest" })
	if at < 0 {
		t.Fatal("this very package was not read")
	}
	me := packages[at]
	if !me.Documented {
		t.Error("my package comment was not seen")
	}
	if !slices.Contains(me.Imports, "slices") || !slices.Contains(me.TestImports, "os/exec") || slices.Contains(me.Imports, "os/exec") {
		t.Errorf("imports %v, by tests %v", me.Imports, me.TestImports)
	}
	if !slices.ContainsFunc(me.Files, func(f File) bool { return f.Name == "law.go" && f.Lines > 50 }) {
		t.Errorf("files %v", me.Files)
	}

	positions := token.NewFileSet()
	tree, err := parser.ParseFile(positions, "nap_test.go", "package nap\nimport clock \"time\"\nfunc nap() {\nclock.Sleep(1)\n}", 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := sleeps(positions, tree); !slices.Equal(got, []int{4}) {
		t.Errorf("sleeps on lines %v, want 4", got)
	}
}

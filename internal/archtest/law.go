package archtest

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Package is what the rules look at. Imports of the house are given below the module:
// "internal/watch".
type Package struct {
	At          string // path below the module
	Imports     []string
	TestImports []string
	Documented  bool // some file opens with a package comment
	Files       []File
}

// File is one Go file of a package, tests too.
type File struct {
	Name      string
	Lines     int
	Generated bool
	Sleeps    []int // lines that call time.Sleep
}

// Rule is one article of the law. Broken returns what in a package is against it.
type Rule struct {
	Name   string
	Why    string
	Broken func(Package) []string
}

// Law is every rule. Each holds for every package of the house.
var Law = []Rule{
	{
		Name:   "every package is in a known room",
		Why:    "a reader finds code by its band; add the room to house.go",
		Broken: inKnownRoom,
	},
	{
		Name:   "cmd only starts app",
		Why:    "what a command does is wired, and tested, in app",
		Broken: imports(command, wiring, settings),
	},
	{
		Name:   "nobody imports app",
		Why:    "app knows everything, so whoever knew app would too",
		Broken: onlyFrom("internal/app", command, harness),
	},
	{
		Name:   "only app and cmd import config",
		Why:    "a room gets the few options it needs and stays usable without the rest",
		Broken: onlyFrom("internal/config", command, wiring),
	},
	{
		Name:   "a domain imports only domain and platform",
		Why:    "films and viewers outlive every technology; a Store interface is declared here and met by a door",
		Broken: imports(domain, domain, platform),
	},
	{
		Name:   "a domain imports no technology and no vendor",
		Why:    "only the pure libraries of its own subject, listed in house.go; the rest is a door's or platform's",
		Broken: knowsNoTechnology,
	},
	{
		Name:   "domains meet through interfaces",
		Why:    "the one that asks declares a small interface and app wires it; plain types of account, catalog and pipeline/plan are shared",
		Broken: domainsApart,
	},
	{
		Name:   "a step imports only the steps before it",
		Why:    "the flow goes one way; only pipeline itself knows the order",
		Broken: stepsInOrder,
	},
	{
		Name:   "a door imports only domain and platform",
		Why:    "each technology can be replaced alone, so doors do not know each other",
		Broken: imports(door, domain, platform),
	},
	{
		Name:   "platform knows no film",
		Why:    "a tool that knew the domain could not serve all of it",
		Broken: imports(platform, platform),
	},
	{
		Name:   "web imports nothing of the house",
		Why:    "it only holds the built files",
		Broken: imports(webApp),
	},
	{
		Name:   "a driver lives in one room",
		Why:    "its errors, its types and its upgrade stay behind one door; the list is in house.go",
		Broken: driversAtHome,
	},
	{
		Name:   "test code stays in tests",
		Why:    "harnesses and contract suites must not reach the binary",
		Broken: testCodeInTests,
	},
	{
		Name: "every package has a doc comment",
		Why:  "it says what the package owns and what it may not import",
		Broken: func(p Package) []string {
			if p.Documented {
				return nil
			}
			return []string{"has no package comment"}
		},
	},
	{
		Name: "no package is a bucket",
		Why:  "a name that says nothing collects everything",
		Broken: func(p Package) []string {
			if slices.Contains(buckets, path.Base(p.At)) {
				return []string{fmt.Sprintf("is called %q", path.Base(p.At))}
			}
			return nil
		},
	},
	{
		Name:   "no file is over 800 lines",
		Why:    "a file tells one story, usually under 400 lines",
		Broken: filesTellOneStory,
	},
	{
		Name:   "no test sleeps",
		Why:    "a sleep is too long on one machine and too short on another; wait for a signal",
		Broken: testsWaitForSignals,
	},
}

func inKnownRoom(p Package) []string {
	if bandOf(p.At) == unknown {
		return []string{"is in no band"}
	}
	return nil
}

// imports says that packages of one band import, of the house, only packages of these.
// A contract suite is free: it is test code.
func imports(of band, allowed ...band) func(Package) []string {
	return func(p Package) (broken []string) {
		if bandOf(p.At) != of || isSuite(p.At) {
			return nil
		}
		for _, i := range p.Imports {
			if ours(i) && !slices.Contains(allowed, bandOf(i)) {
				broken = append(broken, "imports "+i)
			}
		}
		return broken
	}
}

// onlyFrom says that a package is imported only from these bands, by tests too.
func onlyFrom(target string, allowed ...band) func(Package) []string {
	return func(p Package) (broken []string) {
		if p.At == target || slices.Contains(allowed, bandOf(p.At)) {
			return nil
		}
		for _, i := range slices.Concat(p.Imports, p.TestImports) {
			if i == target {
				broken = append(broken, "imports "+i)
			}
		}
		return broken
	}
}

func knowsNoTechnology(p Package) (broken []string) {
	if bandOf(p.At) != domain {
		return nil
	}
	allowed := slices.Concat(pureLibraries[""], pureLibraries[roomOf(p.At)])
	for _, i := range p.Imports {
		switch {
		case ours(i):
		case external(i) && !under(i, allowed), slices.Contains(technologies, i),
			strings.HasPrefix(i, "net/http/"), strings.HasPrefix(i, "database/sql/"):
			broken = append(broken, "imports "+i)
		}
	}
	return broken
}

func domainsApart(p Package) (broken []string) {
	if bandOf(p.At) != domain {
		return nil
	}
	for _, i := range p.Imports {
		if bandOf(i) == domain && roomOf(i) != roomOf(p.At) && !slices.Contains(plainTypes, i) {
			broken = append(broken, "imports "+i)
		}
	}
	return broken
}

func stepsInOrder(p Package) (broken []string) {
	step := stepOf(p.At)
	if step == "" {
		return nil
	}
	for _, i := range p.Imports {
		if roomOf(i) != "pipeline" || bandOf(i) != domain {
			continue
		}
		if before := stepOf(i); before != step && !slices.Contains(stepsBefore[step], before) {
			broken = append(broken, "imports "+i)
		}
	}
	return broken
}

func driversAtHome(p Package) (broken []string) {
	if bandOf(p.At) == harness || isSuite(p.At) {
		return nil
	}
	for _, i := range p.Imports {
		for driver, homes := range drivers {
			if under(i, []string{driver}) && !under(p.At, homes) {
				broken = append(broken, fmt.Sprintf("imports %s, which lives in %s", i, strings.Join(homes, " and ")))
			}
		}
	}
	return broken
}

func testCodeInTests(p Package) (broken []string) {
	if bandOf(p.At) == harness || isSuite(p.At) {
		return nil
	}
	for _, i := range p.Imports {
		if ours(i) && (bandOf(i) == harness || isSuite(i)) {
			broken = append(broken, "imports "+i)
		}
	}
	return broken
}

func filesTellOneStory(p Package) (broken []string) {
	for _, f := range p.Files {
		if f.Lines > 800 && !f.Generated {
			broken = append(broken, fmt.Sprintf("%s has %d lines", f.Name, f.Lines))
		}
	}
	return broken
}

func testsWaitForSignals(p Package) (broken []string) {
	for _, f := range p.Files {
		if !strings.HasSuffix(f.Name, "_test.go") {
			continue
		}
		for _, line := range f.Sleeps {
			broken = append(broken, fmt.Sprintf("%s:%d calls time.Sleep", f.Name, line))
		}
	}
	return broken
}

// ours reports whether an import is of the house: the reader cut the module off.
func ours(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return first == "cmd" || first == "internal" || first == "test" || first == "web"
}

// external reports whether an import is of neither the house nor the standard library:
// only a host has a dot in it.
func external(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return strings.Contains(first, ".")
}

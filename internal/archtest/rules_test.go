package archtest

import (
	"slices"
	"testing"
)

func pkg(at string, imports ...string) Package {
	return Package{At: at, Imports: imports, Documented: true}
}

func tested(at string, testImports ...string) Package {
	return Package{At: at, TestImports: testImports, Documented: true}
}

func file(at string, f File) Package {
	return Package{At: at, Documented: true, Files: []File{f}}
}

// Every rule is shown a package that breaks it and one, as near as can be, that does not.
var cases = map[string]struct{ bad, good []Package }{
	"every package is in a known room": {
		bad:  []Package{pkg("internal/parties"), pkg("pkg/upload"), pkg("internal")},
		good: []Package{pkg("internal/upload"), pkg("internal/platform/fault"), pkg("web"), pkg("test/engines")},
	},
	"cmd only starts app": {
		bad:  []Package{pkg("cmd/kkmovies", "internal/sqlstore"), pkg("cmd/kkmovies", "internal/platform/fault")},
		good: []Package{pkg("cmd/kkmovies", "internal/app", "internal/config", "os")},
	},
	"nobody imports app": {
		bad:  []Package{pkg("internal/httpapi", "internal/app"), tested("internal/upload", "internal/app")},
		good: []Package{pkg("cmd/kkmovies", "internal/app"), tested("test/e2e", "internal/app"), tested("internal/app", "internal/app")},
	},
	"only app and cmd import config": {
		bad:  []Package{pkg("internal/upload", "internal/config"), tested("internal/sqlstore", "internal/config"), pkg("test/e2e", "internal/config")},
		good: []Package{pkg("internal/app", "internal/config"), pkg("cmd/kkmovies", "internal/config")},
	},
	"a domain imports only domain and platform": {
		bad: []Package{
			pkg("internal/upload", "internal/sqlstore"), pkg("internal/pipeline/encode", "internal/httpapi"),
			pkg("internal/watch", "web"),
		},
		good: []Package{pkg("internal/upload", "internal/platform/jobs", "internal/catalog"), tested("internal/upload", "internal/sqlstore")},
	},
	"a domain imports no technology and no vendor": {
		bad: []Package{
			pkg("internal/playback", "net/http"), pkg("internal/watch", "database/sql"), pkg("internal/watch", "database/sql/driver"),
			pkg("internal/pipeline/encode", "os/exec"), pkg("internal/account", "github.com/Eyevinn/mp4ff/mp4"),
			pkg("internal/billing", "github.com/stripe/stripe-go/v85"), pkg("internal/upload", "net/http/httputil"),
		},
		good: []Package{
			pkg("internal/account", "github.com/alexedwards/argon2id", "net/mail"), pkg("internal/pipeline/pack", "github.com/Eyevinn/mp4ff/mp4"),
			pkg("internal/upload", "github.com/google/uuid", "net/url", "io"), pkg("internal/httpapi", "net/http"),
			tested("internal/playback", "net/http"),
		},
	},
	"domains meet through interfaces": {
		bad: []Package{
			pkg("internal/delivery", "internal/pipeline"), pkg("internal/upload", "internal/pipeline/probe"),
			pkg("internal/playback", "internal/watch"), pkg("internal/demo", "internal/upload"),
		},
		good: []Package{
			pkg("internal/delivery", "internal/pipeline/plan"), pkg("internal/playback", "internal/account", "internal/catalog"),
			pkg("internal/pipeline", "internal/pipeline/encode"), pkg("internal/httpapi", "internal/watch"),
		},
	},
	"a step imports only the steps before it": {
		bad: []Package{
			pkg("internal/pipeline/probe", "internal/pipeline/plan"), pkg("internal/pipeline/encode", "internal/pipeline/pack"),
			pkg("internal/pipeline/plan", "internal/pipeline"), pkg("internal/pipeline/encode", "internal/pipeline/picture"),
		},
		good: []Package{
			pkg("internal/pipeline/pack", "internal/pipeline/plan", "internal/pipeline/encode"),
			pkg("internal/pipeline", "internal/pipeline/pack"), tested("internal/pipeline/probe", "internal/pipeline/plan"),
			pkg("internal/pipeline/encode/x264", "internal/pipeline/encode"),
		},
	},
	"a door imports only domain and platform": {
		bad:  []Package{pkg("internal/httpapi", "internal/sqlstore"), pkg("internal/stripe", "internal/httpapi"), pkg("internal/httpapi", "web")},
		good: []Package{pkg("internal/sqlstore", "internal/watch", "internal/platform/jobs"), tested("internal/httpapi", "internal/sqlstore")},
	},
	"platform knows no film": {
		bad:  []Package{pkg("internal/platform/blob", "internal/upload"), pkg("internal/platform/jobs", "internal/sqlstore")},
		good: []Package{pkg("internal/platform/blob", "internal/platform/fault", "net/http")},
	},
	"web imports nothing of the house": {
		bad:  []Package{pkg("web", "internal/platform/fault")},
		good: []Package{pkg("web", "embed")},
	},
	"a driver lives in one room": {
		bad: []Package{
			pkg("internal/httpapi", "github.com/jackc/pgx/v5"), pkg("internal/platform/blob", "os/exec"),
			pkg("internal/app", "modernc.org/sqlite"), pkg("internal/pipeline", "github.com/riverqueue/river"),
			pkg("internal/platform/mail", "gocloud.dev/blob"),
		},
		good: []Package{
			pkg("internal/sqlstore", "github.com/jackc/pgx/v5/stdlib", "modernc.org/sqlite"), pkg("internal/platform/ffmpeg", "os/exec"),
			pkg("internal/platform/jobs", "github.com/riverqueue/river/rivertype"), pkg("test/engines", "os/exec", "github.com/jackc/pgx/v5"),
			tested("internal/httpapi", "os/exec"), pkg("internal/platform/keys", "gocloud.dev/secrets/localsecrets"),
		},
	},
	"test code stays in tests": {
		bad:  []Package{pkg("internal/sqlstore", "internal/watch/watchtest"), pkg("internal/app", "test/engines")},
		good: []Package{tested("internal/sqlstore", "internal/watch/watchtest", "test/engines"), pkg("internal/watch/watchtest", "internal/watch"), pkg("test/e2e", "test/engines")},
	},
	"every package has a doc comment": {
		bad:  []Package{{At: "internal/watch"}},
		good: []Package{{At: "internal/watch", Documented: true}},
	},
	"no package is a bucket": {
		bad:  []Package{pkg("internal/platform/util"), pkg("internal/catalog/types")},
		good: []Package{pkg("internal/platform/fault")},
	},
	"no file is over 800 lines": {
		bad:  []Package{file("internal/watch", File{Name: "all.go", Lines: 801})},
		good: []Package{file("internal/watch", File{Name: "merge.go", Lines: 800}), file("internal/watch", File{Name: "x.go", Lines: 5000, Generated: true})},
	},
	"no test sleeps": {
		bad:  []Package{file("internal/watch", File{Name: "merge_test.go", Sleeps: []int{7}})},
		good: []Package{file("internal/watch", File{Name: "merge.go", Sleeps: []int{7}}), file("internal/watch", File{Name: "merge_test.go"})},
	},
}

func TestEveryRuleCatchesWhatBreaksItAndNothingElse(t *testing.T) {
	for _, rule := range Law {
		t.Run(rule.Name, func(t *testing.T) {
			shown, ok := cases[rule.Name]
			if !ok || len(shown.bad) == 0 || len(shown.good) == 0 {
				t.Fatal("no made-up package shows what this rule is for")
			}
			for _, p := range shown.bad {
				if len(rule.Broken(p)) == 0 {
					t.Errorf("%s importing %v, tests %v, files %v: not caught", p.At, p.Imports, p.TestImports, p.Files)
				}
			}
			for _, p := range shown.good {
				if broken := rule.Broken(p); len(broken) > 0 {
					t.Errorf("%s: caught without a cause: %v", p.At, broken)
				}
			}
		})
	}
	for name := range cases {
		if !slices.ContainsFunc(Law, func(r Rule) bool { return r.Name == name }) {
			t.Errorf("the cases speak of %q, which is no rule", name)
		}
	}
}

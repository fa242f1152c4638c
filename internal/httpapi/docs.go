package httpapi

import (
	_ "embed"
	"html/template"
	"net/http"
	"sort"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs.html
var docsPage string

var docsTemplate = template.Must(template.New("docs").Parse(docsPage))

// docsRoutes serve the OpenAPI document and a page for reading it. The page is plain
// HTML of our own: the usual viewers fetch their scripts from other hosts.
func (s *server) docsRoutes() {
	s.handle(Public, "GET /api/openapi.json", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		doc, err := s.huma.OpenAPI().MarshalJSON()
		if err != nil {
			s.writeProblem(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(doc)
	}))
	s.handle(Public, "GET /api/docs", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = docsTemplate.Execute(w, struct {
			Info *huma.Info
			Tags []docsTag
		}{s.huma.OpenAPI().Info, docsTags(s.huma.OpenAPI())})
	}))
}

type docsTag struct {
	Name       string
	Operations []docsOperation
}

type docsOperation struct {
	Method, Path, Summary, Access string
	Parameters                    []*huma.Param
}

func docsTags(doc *huma.OpenAPI) []docsTag {
	byTag := map[string][]docsOperation{}
	for path, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			rule, _ := op.Metadata[ruleKey].(Rule)
			byTag[op.Tags[0]] = append(byTag[op.Tags[0]], docsOperation{op.Method, "/api" + path, op.Summary, rule.name, op.Parameters})
		}
	}
	var tags []docsTag
	for name, ops := range byTag {
		sort.Slice(ops, func(i, j int) bool {
			return ops[i].Path+ops[i].Method < ops[j].Path+ops[j].Method
		})
		tags = append(tags, docsTag{name, ops})
	}
	sort.Slice(tags, func(i, j int) bool { return tags[i].Name < tags[j].Name })
	return tags
}

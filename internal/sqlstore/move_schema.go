package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// What is moved is read from the schema, so that a table of a later migration is moved too.

// kind is what a column holds, whatever each engine calls it.
type kind string

const (
	textKind  kind = "text"
	intKind   kind = "integer"
	realKind  kind = "real"
	boolKind  kind = "boolean"
	timeKind  kind = "time"
	bytesKind kind = "bytes"
	jsonKind  kind = "json"
)

// kinds are the types that migrations may use, of both engines. A real of four bytes is not
// among them: it would come back changed.
var kinds = map[string]kind{
	"text": textKind, "character varying": textKind, "varchar": textKind,
	"integer": intKind, "int": intKind, "bigint": intKind, "smallint": intKind,
	"double precision": realKind,
	"boolean":          boolKind,
	"timestamp":        timeKind, "timestamp with time zone": timeKind,
	"blob": bytesKind, "bytea": bytesKind,
	"json": jsonKind, "jsonb": jsonKind,
}

// keyKinds are those that a mark can hold.
var keyKinds = map[kind]bool{textKind: true, intKind: true, boolKind: true, timeKind: true}

type column struct {
	name    string
	kind    kind
	counted bool // given out by a counter of the database
}

// table is a table of ours.
type table struct {
	name       string
	columns    []column
	key        []int // of columns, in the primary key's order
	references []string
}

// describe adds a column as the schema has it; key is its place in the primary key, from 1.
func (t *table) describe(name, declared string, key int, counted bool) error {
	declared, _, _ = strings.Cut(strings.ToLower(declared), "(")
	k, known := kinds[strings.TrimSpace(declared)]
	if !known {
		return immovable(fmt.Sprintf("%s.%s is of a type it does not know, %s", t.name, name, declared))
	}
	t.columns = append(t.columns, column{name, k, counted})
	if key > 0 {
		for len(t.key) < key {
			t.key = append(t.key, -1)
		}
		t.key[key-1] = len(t.columns) - 1
	}
	return nil
}

// isOurs tells tables that are moved as they are from those of the tools.
func isOurs(name string) bool {
	return name != goose.DefaultTablename && name != markTable && !isQueues(name)
}

// immovable is said of tables that are not ours, or of ours by a test.
func immovable(why string) error {
	return fault.New(fault.Unsupported, "sqlstore.move", "immovable",
		"The database holds what a move cannot take: "+why+". If that table is another program's, put it into a database of its own.")
}

// ordered returns tables so that each comes after those it refers to.
func ordered(tables []table) ([]table, error) {
	slices.SortFunc(tables, func(a, b table) int { return strings.Compare(a.name, b.name) })
	var list []table
	placed := map[string]bool{}
	for len(list) < len(tables) {
		before := len(list)
		for _, t := range tables {
			waits := func(other string) bool { return !placed[other] }
			switch {
			case placed[t.name] || slices.ContainsFunc(t.references, waits):
			case len(t.key) == 0 || slices.Contains(t.key, -1):
				return nil, immovable("the table " + t.name + " has no primary key")
			case slices.ContainsFunc(t.key, func(k int) bool { return !keyKinds[t.columns[k].kind] }):
				return nil, immovable("the primary key of the table " + t.name + " is of a type by which no move goes on")
			default:
				placed[t.name] = true
				list = append(list, t)
			}
		}
		if len(list) == before {
			return nil, immovable("some tables refer to each other in a circle, and no order of them would do")
		}
	}
	return list, nil
}

// fit returns the source's tables as both sides have them: what is a document on one side
// only is compared as one.
func (t *moveTarget) fit(ctx context.Context, tables []table) ([]table, error) {
	own, err := t.side.tables(ctx)
	if err != nil {
		return nil, t.db.fail("sqlstore.move", err)
	}
	differs := func(what string) error {
		return fault.New(fault.Internal, "sqlstore.move", "schemas_differ", "The two schemas differ in "+what+
			". Nothing was moved of it; this is a fault of this version of KKMovies, please report it.")
	}
	fitting := slices.Clone(tables)
	for i, theirs := range tables {
		at := slices.IndexFunc(own, func(o table) bool { return o.name == theirs.name })
		if at < 0 || len(own[at].columns) != len(theirs.columns) {
			return nil, differs(theirs.name)
		}
		fitting[i].columns = slices.Clone(theirs.columns)
		for j, c := range theirs.columns {
			same := slices.IndexFunc(own[at].columns, func(o column) bool { return o.name == c.name })
			if same < 0 {
				return nil, differs(theirs.name + "." + c.name)
			}
			o := own[at].columns[same]
			fitting[i].columns[j].counted = c.counted || o.counted
			switch {
			case o.kind == c.kind:
			case o.kind == jsonKind && c.kind == textKind, o.kind == textKind && c.kind == jsonKind:
				fitting[i].columns[j].kind = jsonKind
			default:
				return nil, differs(theirs.name + "." + c.name)
			}
		}
	}
	return fitting, nil
}

// names lists columns for a statement.
func (t table) names(only ...int) string {
	var names []string
	for i, c := range t.columns {
		if only == nil || slices.Contains(only, i) {
			names = append(names, `"`+c.name+`"`)
		}
	}
	return strings.Join(names, ", ")
}

// keyNames lists the primary key's columns, in its order.
func (t table) keyNames() string {
	names := make([]string, len(t.key))
	for i, k := range t.key {
		names[i] = `"` + t.columns[k].name + `"`
	}
	return strings.Join(names, ", ")
}

package catalog

import (
	"context"
	"time"
)

// ImportSource is where films come from.
type ImportSource string

const (
	FromCSV  ImportSource = "csv"
	FromJSON ImportSource = "json"
	FromNFO  ImportSource = "nfo"
	FromTMDB ImportSource = "tmdb"
)

// ImportStatus is how far an import is.
type ImportStatus string

const (
	ImportWaiting ImportStatus = "waiting"
	ImportRunning ImportStatus = "running"
	ImportDone    ImportStatus = "done"
	ImportFailed  ImportStatus = "failed"
)

// Import is an import and how far it has come. Films are counted in the order they were read in:
// Done of them are dealt with, whatever came of each.
type Import struct {
	ID                                  string
	Source                              ImportSource
	Status                              ImportStatus
	Total, Done                         int
	Created, Changed, Unchanged, Failed int
	Problems                            []ImportProblem // the first hundred
	CreatedAt, UpdatedAt, FinishedAt    time.Time
}

// ImportProblem is one film that could not be imported, or what of a file could not be read.
type ImportProblem struct {
	Where string `json:"where"` // "line 12"
	What  string `json:"what"`
}

// ImportOrder is what is to be imported.
type ImportOrder struct {
	Source  ImportSource
	Text    string  // of a file
	TMDBIDs []int64 // of FromTMDB
}

// ImportFilms names the job of an import.
type ImportFilms struct {
	ID string `json:"id"`
}

// Kind is the job's name.
func (ImportFilms) Kind() string { return "catalog.import_films" }

// ImportStore keeps imports, always in the main database. Missing ones are fault.NotFound.
type ImportStore interface {
	// CreateImport adds an import and enqueues ImportFilms, in one transaction.
	CreateImport(ctx context.Context, i Import) error
	// SetImport keeps how far one has come.
	SetImport(ctx context.Context, i Import) error
	Import(ctx context.Context, id string) (Import, error)
	// Imports lists the latest, newest first.
	Imports(ctx context.Context, most int) ([]Import, error)
}

//go:build noweb

// Package web under the tag noweb: a server without the app, for API-only nodes and for work on the Go side alone.
package web

import "io/fs"

// Files reports that this binary carries no app.
func Files() (fs.FS, bool) { return nil, false }

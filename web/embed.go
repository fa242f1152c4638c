//go:build !noweb

// Package web owns the app a viewer's browser loads: the built files of the React app in this folder, held inside the
// binary. It imports nothing of this project. The build tag noweb leaves the files out.
package web

import (
	"embed"
	"io/fs"
)

// dist keeps a .gitkeep, so a fresh clone compiles before the app was ever built.
//
//go:embed all:dist
var dist embed.FS

// Files returns the built app and whether there is one: false before the first web build, and always under noweb.
// Beside each text file lie its compressed forms, name.br and name.gz.
func Files() (fs.FS, bool) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, false
	}
	if _, err := fs.Stat(files, "index.html"); err != nil {
		return nil, false
	}
	return files, true
}

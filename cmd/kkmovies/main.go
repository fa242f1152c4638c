// Command kkmovies is the whole of KKMovies: server, worker and tools in one binary.
package main

import (
	"os"

	"github.com/kkmovies/kkmovies/internal/app"
)

func main() { os.Exit(app.Main(os.Args[1:])) }

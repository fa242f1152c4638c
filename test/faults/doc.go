// Package faults owns the proof that KKMovies survives: the server is killed as by a power
// cut at moments nobody chose, and everything must go on as if it had not been. It imports
// the harness and nothing of internal/. The tests carry the build tag e2e, because they
// need bin/kkmovies.
package faults

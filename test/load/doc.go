// Package load owns the figures KKMovies promises to keep: how fast it starts, how little
// it holds, what it serves while it encodes. It measures the built binary from outside and
// imports the harness, and of internal/ only what plans a film, to count its tasks, and the step
// that cuts what an encoder is fed, to feed the same to one alone. The tests carry the build tag bench: they take minutes, want a
// machine of their own, and fail when a promise is broken. `make bench` runs them;
// docs/reference/benchmarks.md keeps what they last said.
package load

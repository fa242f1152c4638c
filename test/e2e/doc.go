// Package e2e owns the scenarios a person or a player would live through with the built
// binary, over HTTP and in a real browser. It imports the harness, the engines and the
// rules of HLS, and nothing of internal/. The tests carry the build tag e2e, because they
// need bin/kkmovies: `make e2e` builds it and runs them.
package e2e

// Package budgets owns what the app promises whoever looks at it: how soon its first page is there,
// how soon it answers a click, that ten thousand posters go by smoothly, that every screen can be
// used by everybody, that nothing jumps, and that the page's policy is never broken. It measures the
// built binary in a real browser, by the scripts beside it, and prints each figure with its limit.
//
// A checker that lets everything pass is worth nothing: each is shown something broken in the same
// run, and fails the run unless it says so.
//
// It imports the harness, and of internal/ only what draws the demo's posters. The tests carry the
// build tag budgets: they want the machine to themselves. `make budgets` runs them, and
// docs/reference/benchmarks.md keeps what they last said.
package budgets

//go:build race

package watch

// Watched for races, which the one goroutine of a history cannot have, it takes ten times as long.
const usualHistories = 5_000

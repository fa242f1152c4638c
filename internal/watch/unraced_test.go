//go:build !race

package watch

const usualHistories = 100_000

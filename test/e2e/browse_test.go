//go:build e2e

package e2e

import (
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
)

// Somebody far down a long shelf looks at a film and comes back to the same films at the same place; how the shelf is
// filtered and in which order is said by its address.
func TestAShelfIsFoundAgainAsItWasLeft(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	if said, code := h.Run("", "demo", "--films", "400"); code != 0 {
		t.Fatalf("demo ended with %d:\n%s", code, said)
	}
	t.Log(browser.Run(t, browserPatience, "browse.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword))
	h.Stop()
}

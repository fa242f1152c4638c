//go:build e2e

package e2e

import (
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
)

// Whoever does not see the player is told, in their language, what each of its controls is and how it stands.
func TestThePlayerIsReadAloud(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	v := show(t, c, dubbed(t))
	addWords(t, c, v)
	t.Log(browser.Run(t, browserPatience, "aloud.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword, v.ID))
	h.Stop()
}

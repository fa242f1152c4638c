//go:build e2e

package e2e

import (
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
)

// Somebody is invited, makes a child's profile and a PIN, signs out a device that plays, and
// gets back in by a link: each of it in a browser of its own.
func TestAHouseholdComesAndGoes(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	opened(t, h.Admin(), asItIs(t))
	t.Log(browser.Run(t, browserPatience, "household.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword))
	h.Stop()
}

//go:build e2e

package e2e

import (
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
)

// What comes in place of a film is no film, and the viewer is told and can go on.
func TestWhatIsNoFilmIsSaid(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	v := show(t, h.Admin(), twoRungs)
	t.Log(browser.Run(t, browserPatience, "portal.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword, v.ID))
	h.Stop()
}

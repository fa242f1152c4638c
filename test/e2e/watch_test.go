//go:build e2e

package e2e

import (
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
)

// Somebody watches on the sofa and goes on at the desk, each a browser of its own: what one
// does the other knows at once, and what was watched without a network arrives when there is one.
func TestAFilmGoesOnFromDeviceToDevice(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	v := opened(t, h.Admin(), asItIs(t))
	t.Log(browser.Run(t, browserPatience, "watching.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword, v.ID))
	h.Stop()
}

//go:build e2e

package e2e

import (
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// Who is signed in is sent the film that leads the first page with the page itself: it is painted
// before the app begins, which then takes it over as it stands.
func TestTheFirstPageComesWithItsFilm(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	show(t, h.Admin(), testfilm.Film{Name: "Quando o mar recua (2023).mp4", Args: drawn("320x180", "yuv420p")})
	t.Log(browser.Run(t, browserPatience, "first.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword))
	h.Stop()
}

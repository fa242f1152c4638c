//go:build e2e

package e2e

import (
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// A film that was uploaded is in the catalogue by itself. An editor gives it another title in
// English; then somebody finds it in each language, in spite of a slip of the finger, puts it
// on their list, and watches it from there.
func TestAPersonFindsAFilmAndWatchesIt(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	show(t, c, testfilm.Film{Name: "Quando o mar recua (2023).mp4", Args: drawn("320x180", "yuv420p")})
	show(t, c, testfilm.Film{Name: "Sertao Azul (2022).mp4", Args: drawn("320x180", "yuv420p")})
	t.Log(browser.Run(t, browserPatience, "catalogue.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword))
	h.Stop()
}

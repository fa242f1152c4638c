//go:build budgets

package budgets

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
)

func TestMain(m *testing.M) { engines.Main(m) }

// limit is for a script on a busy machine: none takes two minutes on a quiet one.
const limit = 6 * time.Minute

// One after the other: each is a measurement, and wants the machine to itself.
func TestTheAppHoldsItsBudgets(t *testing.T) {
	m := open(t)
	home := m.h.URL("/")
	measure := func(name, script string, args ...string) {
		t.Run(name, func(t *testing.T) {
			t.Log("\n" + browser.Run(t, limit, filepath.Join("..", "..", "budgets", script), args...))
		})
	}
	measure("the first page", "lighthouse.mjs", home, slowed(t, home), house.AdminEmail, house.AdminPassword)
	measure("presses", "clicks.mjs", home, house.AdminEmail, house.AdminPassword, m.video)
	measure("posters going by", "scrolling.mjs", home, house.AdminEmail, house.AdminPassword, "10000")

	empty := house.Start(t, house.Options{})
	front, control := leading(t, home)
	measure("every screen in every state", "states.mjs", home, empty.URL("/"), front, control, house.AdminEmail, house.AdminPassword, viewerEmail, viewerPassword, m.film, m.video)
	empty.Stop()
	m.h.Stop()
}

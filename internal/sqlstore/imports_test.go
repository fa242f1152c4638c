package sqlstore

import (
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog/catalogtest"
)

func TestImportsKeepTheirContract(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		d := open(t, e.migrated(t))
		catalogtest.RunImports(t, d.Imports(), func() []string { return waiting(t, d) })
	})
}

package sqlstore

import (
	"slices"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/upload/uploadtest"
)

func TestUploadsKeepTheirContract(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		uploadtest.Run(t, func(t *testing.T) uploadtest.Bench {
			d := open(t, e.migrated(t))
			return uploadtest.Bench{
				Store: d.Uploads(), Catalog: d.Catalog(),
				Jobs: func(t *testing.T) []string {
					var kinds []string
					for _, job := range waiting(t, d) {
						kind, _, _ := strings.Cut(job, " ")
						kinds = append(kinds, kind)
					}
					slices.Sort(kinds)
					return kinds
				},
			}
		})
	})
}

package plan_test

import (
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

// What a two-hour film costs to plan, and at each request for a playlist.

func BenchmarkPlanTwoHours(b *testing.B) {
	for b.Loop() {
		newPlan(b, reports["two hours"])
	}
}

func BenchmarkMediaPlaylistTwoHours(b *testing.B) {
	p := newPlan(b, reports["two hours"])
	r := p.Of(plan.Video)[0]
	for b.Loop() {
		plan.MediaPlaylist(p, r)
	}
}

func BenchmarkManifestTwoHours(b *testing.B) {
	p := newPlan(b, reports["two hours"])
	made := madeOf(p)
	for b.Loop() {
		if _, err := plan.MPD(p, made); err != nil {
			b.Fatal(err)
		}
	}
}

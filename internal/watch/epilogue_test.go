package watch

import "math/rand/v2"

// epilogue lets what every viewer does happen after a history, whatever the clocks: everybody
// hears of everything now.
func (w *world) epilogue(r *rand.Rand) {
	w.attentive = true
	for i := range w.devices {
		w.devices[i].open = false
	}
	order := r.Perm(len(w.devices))
	a, b := uint8(order[0]), uint8(order[len(order)-1])
	does := func(device uint8, what what, number uint32) { w.take(step{what, device, number}) }
	shows := func() Mark { m, _ := w.server(); return m }
	first, second := &w.devices[a], &w.devices[b]

	// One comes far, the other goes back: that counts, even while the first only stands there.
	does(a, opens, 0)
	does(a, skips, 999)
	does(a, skips, 900)
	stands := r.IntN(2) == 0 && a != b
	if stands {
		does(a, pauses, 0)
	}
	if a != b {
		does(b, opens, 0)
		if m := shows(); second.at != m.Position && !m.Finished(filmCredits) {
			w.fail("it opens at %v, and one has come to %v", second.at, m.Position)
		}
	}
	does(b, goesBack, 10)
	if m := shows(); m.Position != second.at || m.Era != second.era {
		w.fail("%s went back to %v, and %v is shown", second.id, second.at, m)
	}
	// Whoever stands there says so again, which changes nothing; whoever plays counts again.
	if stands {
		w.report(a, Paused)
		w.settle()
		if m := shows(); m.Position != second.at {
			w.fail("%s only stands at %v, and %v is shown, not %v", first.id, first.at, m, second.at)
		}
	} else {
		does(a, plays, 0)
		if m := shows(); m.Position < first.at {
			w.fail("%s plays at %v, and %v is shown", first.id, first.at, m)
		}
	}
	does(a, closes, 0)
	does(b, closes, 0)

	// What was finished begins anew.
	does(b, opens, 0)
	does(b, finishes, 0)
	does(b, closes, 0)
	if m := shows(); !m.Finished(filmCredits) || m.Unfinished(filmCredits) {
		w.fail("it was watched to the end, and %v is shown", m)
	}
	does(a, opens, 0)
	for range 8 {
		does(a, plays, 0)
	}
	if m := shows(); m.Position != 40 || !m.Unfinished(filmCredits) {
		w.fail("it was begun anew and 40 s of it were watched, and %v is shown", m)
	}
	does(a, closes, 0)

	// What was removed stays so, whatever arrives once more, until it is watched again.
	does(b, takesOff, 0)
	for range min(5, len(w.log)) {
		w.last(w.log[r.IntN(len(w.log))])
	}
	w.look()
	if m := shows(); m.Kind != Removed {
		w.fail("it was taken off the row, and %v is shown", m)
	}
	does(a, opens, 0)
	if m := shows(); m.Kind != Watching || m.Position != 40 {
		w.fail("it was opened again, and %v is shown, not 40 s", m)
	}
	// And forgotten is forgotten: it begins anew.
	does(b, forgets, 0)
	does(a, closes, 0)
	if m := shows(); m.Kind != Forgotten {
		w.fail("it was forgotten, and %v is shown", m)
	}
	does(b, opens, 0)
	if m := shows(); m.Kind != Watching || m.Position != 0 {
		w.fail("it was opened again after it was forgotten, and %v is shown", m)
	}
}

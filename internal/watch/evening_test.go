package watch

import (
	"testing"
	"time"
)

// The example of docs/watch.md, as it is told there.
func TestTheEveningOfTheDocs(t *testing.T) {
	at := func(clock string) time.Time {
		now, err := time.Parse("15:04", clock)
		if err != nil {
			t.Fatal(err)
		}
		return now.AddDate(2026, 0, 0)
	}
	minutes := func(m float64) float64 { return m * 60 }
	yesterday := func(clock string) time.Time { return at(clock).Add(-24 * time.Hour) }
	var kept shelved
	var rows []Row
	arrives := func(r Report, shown float64) {
		t.Helper()
		row := r.row(*r.Era)
		rows, kept = append(rows, row), lasting{row: row}.over(kept)
		if m, _ := Joined(kept); m.Position != minutes(shown) {
			t.Errorf("after %v of the %s, %v min are shown, not %v", row.Mark, row.DeviceID, m.Position/60, shown)
		}
	}
	now := func() Mark { m, _ := Joined(kept); return m }
	tv, phone, laptop := device{id: "tv"}, device{id: "phone"}, device{id: "laptop"}

	tv.starts(0, Era{}, "playing-tv", at("20:00"))
	tv.at = minutes(50)
	arrives(tv.says(at("20:30"), Playing), 50)
	laptop.startsAlone("playing-laptop", yesterday("20:10"))
	laptop.at = minutes(20)
	offline := laptop.says(yesterday("20:39"), Paused)

	where, era := now().Resume(filmCredits, at("20:40"), "playing-phone")
	phone.starts(where, era, "playing-phone", at("20:40"))
	phone.goesBack(minutes(10), at("20:40"))
	arrives(phone.says(at("20:40"), Playing), 10)
	tv.hears(now())
	arrives(tv.says(at("20:41"), Paused), 10)
	phone.at = minutes(12)
	arrives(phone.says(at("20:42"), Playing), 12)
	arrives(offline, 12)
	tv.at = minutes(52)
	arrives(tv.says(at("20:43"), Playing), 52)
	laptop.hears(now())
	laptop.goesBack(minutes(5), yesterday("20:50"))
	arrives(laptop.says(yesterday("20:50"), Playing), 5)

	if a, b := phone.era, laptop.era; b.At != a.At+1 || b.At > at("20:50").UnixMilli() {
		t.Errorf("era A is %v and B is %v", a, b)
	}
	everyOrder(rows, func(order []Row) {
		var other shelved
		for _, row := range order {
			other = lasting{row: row}.over(other)
		}
		if m, _ := Joined(other); m.Position != minutes(5) {
			t.Fatalf("in the order %v it is %v", order, m)
		}
	})
}

// everyOrder calls f with every order of rows.
func everyOrder(rows []Row, f func([]Row)) {
	var from func(i int)
	from = func(i int) {
		if i == len(rows) {
			f(rows)
			return
		}
		for j := i; j < len(rows); j++ {
			rows[i], rows[j] = rows[j], rows[i]
			from(i + 1)
			rows[i], rows[j] = rows[j], rows[i]
		}
	}
	from(0)
}

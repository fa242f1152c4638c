package catalog

import "testing"

func TestCertificatesOfOtherCountriesAreNeverLoosened(t *testing.T) {
	none := -1
	for said, want := range map[string]int{
		"BR:14": 14, "BR:L": 0, "BR:Livre": 0, "br:A16": 16, "BR-18": 18, "BR:18": 18,
		"Rated PG-13": 14, "Rated PG-13 for violence": none, "PG-13": 14, "US:PG-13": 14, "US:Rated R": 18, "R": 18, "G": 0, "PG": 10, "NC-17": 18,
		"TV-14": 14, "TV-MA": 18, "TV-Y7": 10, "US:TV-PG": 10,
		"US:R / BR:16": 16, "BR:12 / US:R": 12, "US:PG-13 / UK:15": 14, "DE:FSK 12 / DE:12": 12, "US:X, BR:14": 14,
		"UK:15": 16, "GB:12A": 12, "GB:U": 0, "DE:6": 10, "de-16": 16, "PT:M/12": 12, "FR:TP": 0, "NL:AL": 0,
		"12": 12, "15": 16, "0": 0,
		"": none, "NR": none, "Not Rated": none, "Unrated": none, "XX:18": none, "99": none, "-1": none, "BR:": none, "BR:abc": none, "JP:G": none,
	} {
		r := RatingText(said)
		age, given := r.Age()
		if !given {
			age = none
		}
		if age != want {
			t.Errorf("%q is %d, want %d", said, age, want)
		}
	}
}
